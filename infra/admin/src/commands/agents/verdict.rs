//! How one user of Genesys stands towards the agents that we know.

use std::collections::HashMap;

use contract::ExternalId;
use genesys_cloud::{AgentAssociations, IntegrationId};
use serde::Serialize;

use super::people::Person;
use super::roster::Roster;

/// How a user stands; the first that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    OtherIntegration,
    NotSelected,
    SharedId,
    Departed,
    OtherId,
    Associated,
    Missing,
    Near,
    Unknown,
}

impl Verdict {
    pub(super) const ALL: [Self; 9] = [
        Self::OtherIntegration,
        Self::NotSelected,
        Self::SharedId,
        Self::Departed,
        Self::OtherId,
        Self::Associated,
        Self::Missing,
        Self::Near,
        Self::Unknown,
    ];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::OtherIntegration => "other-integration",
            Self::NotSelected => "not-selected",
            Self::SharedId => "shared-id",
            Self::Departed => "departed",
            Self::OtherId => "other-id",
            Self::Associated => "associated",
            Self::Missing => "missing",
            Self::Near => "near",
            Self::Unknown => "unknown",
        }
    }

    /// What an administrator does about it; the README says more.
    pub(super) fn remedy(self) -> &'static str {
        match self {
            Self::OtherIntegration => "nothing, where the other one is meant; else agents link",
            Self::NotSelected => "select the integration: agents link",
            Self::SharedId => "find out whose id it is, and link the other user to its own",
            Self::Departed => "the next synchronisation removes it; a locked one: remove it",
            Self::OtherId => "find out who is who, then agents link",
            Self::Associated => "",
            Self::Missing => "wait for the daily synchronisation, or agents link",
            Self::Near => "",
            Self::Unknown => "correct the e-mail in BambooHR or Genesys, or pin one",
        }
    }
}

/// How often each id is somebody's with one integration.
pub(super) struct Holders(HashMap<String, usize>);

impl Holders {
    pub(super) fn of<'a>(
        associations: impl Iterator<Item = &'a AgentAssociations>,
        integration: &IntegrationId,
    ) -> Self {
        let mut holders = HashMap::new();
        for id in associations.filter_map(|of_agent| external_id(of_agent, integration)) {
            *holders.entry(plain(id)).or_default() += 1;
        }
        Self(holders)
    }

    fn are_several(&self, id: &str) -> bool {
        self.0.get(&plain(id)).is_some_and(|count| *count > 1)
    }

    /// Whether somebody in Genesys has this id.
    pub(super) fn have(&self, id: ExternalId) -> bool {
        self.0.contains_key(&id.to_string())
    }
}

/// One id may be written in several ways: with zeros before it.
fn plain(id: &str) -> String {
    id.trim().parse::<ExternalId>().map_or_else(|_| id.trim().to_owned(), |id| id.to_string())
}

/// The id that a user has with an integration.
pub(super) fn external_id<'a>(
    associations: &'a AgentAssociations,
    integration: &IntegrationId,
) -> Option<&'a str> {
    let id = associations.with(integration)?.agent_external_id.as_deref()?;
    Some(id).filter(|id| !id.trim().is_empty())
}

/// The verdict on a user; `near` is the agent whose e-mail is almost the user's.
pub(super) fn of(
    person: &Person,
    integration: &IntegrationId,
    holders: &Holders,
    roster: &Roster,
    near: Option<ExternalId>,
) -> Verdict {
    let associations = person.associations.as_ref();
    let selected = associations.and_then(|known| known.selected_integration.as_ref());
    if selected.is_some_and(|selected| selected != integration) {
        return Verdict::OtherIntegration;
    }
    let email = person.email.as_deref();
    match associations.and_then(|known| external_id(known, integration)) {
        Some(_) if selected.is_none() => Verdict::NotSelected,
        Some(id) if holders.are_several(id) => Verdict::SharedId,
        Some(id) => match id.trim().parse().ok().filter(|id| roster.is_employed(*id)) {
            None => Verdict::Departed,
            Some(id) => match email.and_then(|email| roster.with_email(email)) {
                Some(other) if other != id => Verdict::OtherId,
                _ => Verdict::Associated,
            },
        },
        None if email.is_some_and(|email| roster.has_exactly(email)) => Verdict::Missing,
        None if near.is_some() => Verdict::Near,
        None => Verdict::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn integration() -> IntegrationId {
        "ours".parse().unwrap()
    }

    /// A user with that e-mail and, of each integration, that id.
    fn person(email: &str, selected: Option<&str>, ids: &[(&str, &str)]) -> Person {
        let entries: Vec<_> = ids
            .iter()
            .map(|(integration, id)| {
                json!({ "integration": { "id": integration }, "agentExternalId": id })
            })
            .collect();
        let associations = json!({
            "agent": { "id": "u" },
            "selectedIntegration": selected.map(|id| json!({ "id": id })),
            "associatedIntegrations": entries,
        });
        Person {
            id: "u".parse().unwrap(),
            email: (!email.is_empty()).then(|| email.to_owned()),
            name: None,
            associations: serde_json::from_value(associations).unwrap(),
            is_shown: true,
        }
    }

    fn id(number: u64) -> ExternalId {
        ExternalId::new(number).unwrap()
    }

    #[test]
    fn the_first_that_holds_is_the_verdict() {
        let roster = Roster::of([(id(1), "ada@example.com"), (id(2), "ben@example.com")], [id(3)]);
        let ours = Some("ours");
        for (expected, email, selected, ids) in [
            (Verdict::OtherIntegration, "ada@example.com", Some("x"), &[("ours", "1")][..]),
            (Verdict::OtherIntegration, "ada@example.com", Some("x"), &[]),
            (Verdict::NotSelected, "ada@example.com", None, &[("ours", "7"), ("x", "1")]),
            (Verdict::SharedId, "ada@example.com", ours, &[("ours", "007")]),
            (Verdict::Departed, "ada@example.com", ours, &[("ours", "9")]),
            (Verdict::Departed, "ada@example.com", ours, &[("ours", "E-1")]),
            (Verdict::OtherId, "Ben@Example.com", ours, &[("ours", "1")]),
            (Verdict::Associated, "ada@example.com", ours, &[("ours", "1"), ("x", "5")]),
            (Verdict::Associated, "somebody@example.com", ours, &[("ours", "1")]),
            // Employed, but no agent of the list.
            (Verdict::Associated, "", ours, &[("ours", "3")]),
            (Verdict::Missing, "ada@example.com", None, &[]),
            (Verdict::Missing, "ada@example.com", ours, &[("ours", " ")]),
            (Verdict::Missing, "ada@example.com", None, &[("x", "1")]),
            (Verdict::Unknown, "Ada@example.com", None, &[]),
            (Verdict::Unknown, "", None, &[]),
        ] {
            let person = person(email, selected, ids);
            let twice = [person_with_id("7"), person_with_id("7")];
            let all = twice.iter().chain([&person]).filter_map(|known| known.associations.as_ref());
            let holders = Holders::of(all, &integration());
            let verdict = of(&person, &integration(), &holders, &roster, None);
            assert_eq!(verdict, expected, "{email} {selected:?} {ids:?}");
            let nearly = of(&person, &integration(), &holders, &roster, Some(id(1)));
            let expected = if expected == Verdict::Unknown { Verdict::Near } else { expected };
            assert_eq!(nearly, expected, "{email} {selected:?} {ids:?}");
        }
    }

    fn person_with_id(id: &str) -> Person {
        person("", Some("ours"), &[("ours", id)])
    }

    #[test]
    fn every_verdict_is_written_one_way() {
        for verdict in Verdict::ALL {
            assert_eq!(json!(verdict), json!(verdict.as_str()));
        }
    }
}
