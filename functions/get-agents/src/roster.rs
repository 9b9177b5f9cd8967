//! From BambooHR's records to a list in which every e-mail stands once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use contract::ExternalId;
use store::{Agent, Alias, Conflict, Findings, folded_email};

/// The agents and who is not among them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Roster {
    /// Every agent with the e-mail that Genesys knows, ascending by externalId.
    pub(crate) agents: Vec<(ExternalId, String)>,
    /// The active records that are not in the list.
    pub(crate) findings: Findings,
}

/// The e-mail as it is sent to Genesys, where it can be one.
pub(crate) fn usable(email: Option<&str>) -> Option<&str> {
    let email = email?.trim();
    let (local, domain) = email.rsplit_once('@')?;
    let plain = !email.chars().any(|character| character.is_whitespace() || character.is_control());
    (plain && !local.is_empty() && !domain.is_empty()).then_some(email)
}

/// What decides between two records with one e-mail: a pin, then who has it in the index already,
/// then the highest id.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    pinned: bool,
    incumbent: bool,
    id: ExternalId,
}

/// Makes the list of the active `records`, each an id and the e-mail in BambooHR. `known` are the
/// agents of the index, ascending by externalId.
pub(crate) fn roster(
    records: Vec<(ExternalId, Option<String>)>,
    aliases: &[Alias],
    known: &[Agent],
) -> Roster {
    let pins: BTreeMap<ExternalId, &str> =
        aliases.iter().map(|alias| (alias.external_id, alias.email.as_str())).collect();
    let mut roster = Roster::default();
    let mut holders: BTreeMap<String, (Claim, String)> = BTreeMap::new();

    for (id, email) in records {
        let pin = pins.get(&id).copied();
        let Some(email) = usable(pin.or(email.as_deref())) else {
            roster.findings.skipped.push(id);
            continue;
        };
        let folded = folded_email(email);
        let claim =
            Claim { pinned: pin.is_some(), incumbent: has_in_index(known, id, &folded), id };
        match holders.entry(folded) {
            Entry::Vacant(entry) => {
                entry.insert((claim, email.to_owned()));
            }
            Entry::Occupied(mut entry) => {
                let (holder, _) = entry.get();
                if claim > *holder {
                    let (beaten, _) = entry.insert((claim, email.to_owned()));
                    roster.findings.conflicts.push(Conflict { lost: beaten.id, kept: id });
                } else {
                    roster.findings.conflicts.push(Conflict { lost: id, kept: holder.id });
                }
            }
        }
    }

    // Of three records with one e-mail, the one that beat the first may itself have lost to the
    // third.
    let kept_by: BTreeMap<ExternalId, ExternalId> =
        roster.findings.conflicts.iter().map(|conflict| (conflict.lost, conflict.kept)).collect();
    for conflict in &mut roster.findings.conflicts {
        while let Some(kept) = kept_by.get(&conflict.kept) {
            conflict.kept = *kept;
        }
    }
    roster.agents = holders.into_values().map(|(claim, email)| (claim.id, email)).collect();
    roster.agents.sort_unstable_by_key(|(id, _)| *id);
    roster.findings.skipped.sort_unstable();
    roster.findings.conflicts.sort_unstable();
    roster
}

fn has_in_index(known: &[Agent], id: ExternalId, folded: &str) -> bool {
    known
        .binary_search_by_key(&id, |agent| agent.external_id)
        .ok()
        .and_then(|position| known.get(position))
        .is_some_and(|agent| agent.is_active() && folded_email(&agent.email) == folded)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn id(number: u64) -> ExternalId {
        ExternalId::new(number).unwrap()
    }

    fn records(entries: &[(u64, &str)]) -> Vec<(ExternalId, Option<String>)> {
        entries.iter().map(|(number, email)| (id(*number), Some((*email).to_owned()))).collect()
    }

    fn agents(entries: &[(u64, &str)]) -> Vec<(ExternalId, String)> {
        entries.iter().map(|(number, email)| (id(*number), (*email).to_owned())).collect()
    }

    fn known(entries: &[(u64, &str)]) -> Vec<Agent> {
        agents(entries)
            .into_iter()
            .map(|(external_id, email)| Agent { external_id, email, departed: None })
            .collect()
    }

    #[test]
    fn e_mails_are_trimmed_and_otherwise_left_as_they_are() {
        let roster = roster(records(&[(2, " Bo@Example.com "), (1, "Ada@example.com")]), &[], &[]);
        assert_eq!(roster.agents, agents(&[(1, "Ada@example.com"), (2, "Bo@Example.com")]));
    }

    #[test]
    fn records_without_a_usable_e_mail_are_skipped() {
        let mut entries = records(&[
            (1, ""),
            (2, "  "),
            (3, "nobody"),
            (4, "@example.com"),
            (5, "a b@example.com"),
        ]);
        entries.push((id(6), None));
        let roster = roster(entries, &[], &[]);
        assert_eq!(roster.findings.skipped, (1..=6).map(id).collect::<Vec<_>>());
        assert_eq!(roster.agents, []);
    }

    #[test]
    fn of_two_with_one_e_mail_the_one_in_the_index_keeps_it() {
        let entries =
            records(&[(1, "ada@example.com"), (2, "ADA@example.com"), (3, "Ada@example.com")]);
        let unknown = roster(entries.clone(), &[], &[]);
        assert_eq!(unknown.agents, agents(&[(3, "Ada@example.com")]));
        assert_eq!(
            unknown.findings.conflicts,
            [Conflict { lost: id(1), kept: id(3) }, Conflict { lost: id(2), kept: id(3) }]
        );
        let kept = roster(entries, &[], &known(&[(1, "ada@example.com")]));
        assert_eq!(kept.agents, agents(&[(1, "ada@example.com")]));
    }

    #[test]
    fn who_has_left_holds_no_e_mail() {
        let mut before = known(&[(1, "ada@example.com")]);
        before[0].departed = Some(jiff::Timestamp::UNIX_EPOCH);
        let roster =
            roster(records(&[(1, "ada@example.com"), (2, "ada@example.com")]), &[], &before);
        assert_eq!(roster.agents, agents(&[(2, "ada@example.com")]));
    }

    #[test]
    fn a_pin_wins_over_bamboohr_and_over_whoever_has_the_e_mail() {
        let pin = Alias { external_id: id(1), email: "bo@example.com".to_owned() };
        let roster = roster(
            vec![(id(1), None), (id(2), Some("Bo@example.com".to_owned()))],
            &[pin],
            &known(&[(2, "Bo@example.com")]),
        );
        assert_eq!(roster.agents, agents(&[(1, "bo@example.com")]));
        assert_eq!(roster.findings.conflicts, [Conflict { lost: id(2), kept: id(1) }]);
    }

    proptest! {
        #[test]
        fn every_record_is_in_exactly_one_place_and_no_e_mail_twice(
            emails in proptest::collection::vec(proptest::option::of("[abAB]{1,2}@example\\.com| "), 0..40),
            pins in proptest::collection::vec((1_u64..40, "[abAB]{1,2}@example\\.com"), 0..5),
            holders in proptest::collection::btree_map(1_u64..40, "[abAB]{1,2}@example\\.com", 0..10),
            seed in any::<u64>(),
        ) {
            let records: Vec<_> = emails.iter().enumerate().map(|(at, email)| (id(at as u64 + 1), email.clone())).collect();
            let aliases: Vec<_> = pins.iter().map(|(number, email)| Alias { external_id: id(*number), email: email.clone() }).collect();
            let holders: Vec<_> = holders.iter().map(|(number, email)| (*number, email.as_str())).collect();
            let known = known(&holders);
            let made = roster(records.clone(), &aliases, &known);

            let mut places: Vec<ExternalId> = made.agents.iter().map(|(id, _)| *id).collect();
            prop_assert!(places.is_sorted());
            let listed: BTreeSet<ExternalId> = places.iter().copied().collect();
            prop_assert!(made.findings.conflicts.iter().all(|conflict| listed.contains(&conflict.kept)));
            places.extend(made.findings.skipped.iter().chain(made.findings.conflicts.iter().map(|conflict| &conflict.lost)));
            places.sort_unstable();
            prop_assert_eq!(places, records.iter().map(|(id, _)| *id).collect::<Vec<_>>());
            let folded: BTreeSet<String> = made.agents.iter().map(|(_, email)| folded_email(email)).collect();
            prop_assert_eq!(folded.len(), made.agents.len());

            // The order in which BambooHR lists them decides nothing.
            let mut shuffled = records;
            let rotation = usize::try_from(seed % (shuffled.len().max(1) as u64)).unwrap();
            shuffled.rotate_left(rotation);
            prop_assert_eq!(roster(shuffled, &aliases, &known), made);
        }
    }
}
