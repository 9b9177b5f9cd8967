//! From BambooHR's records to a list in which every e-mail stands once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use contract::{Email, ExternalId};
use store::{Agent, Alias, Conflict, Findings};
use timeoff::AgentRecord;

/// The agents and who is not among them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Roster {
    /// Every agent with the e-mail that Genesys knows, ascending by externalId.
    pub(crate) agents: Vec<(ExternalId, Email)>,
    /// The active records that are not in the list.
    pub(crate) findings: Findings,
}

/// What decides between two records with one e-mail: a pin, then who has it in the index already,
/// then the highest id.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    pinned: bool,
    incumbent: bool,
    id: ExternalId,
}

/// Makes the list of BambooHR's `records`. `known` are the agents of the index, ascending by
/// externalId.
pub(crate) fn roster(records: Vec<AgentRecord>, aliases: &[Alias], known: &[Agent]) -> Roster {
    let pins: BTreeMap<ExternalId, &Email> =
        aliases.iter().map(|alias| (alias.external_id, &alias.email)).collect();
    let mut roster = Roster::default();
    let mut holders: BTreeMap<String, (Claim, Email)> = BTreeMap::new();

    for AgentRecord { external_id: id, email } in records {
        let pin = pins.get(&id).copied();
        let Some(email) = pin.cloned().or(email) else {
            roster.findings.skipped.push(id);
            continue;
        };
        let incumbent = has_in_index(known, id, &email);
        let claim = Claim { pinned: pin.is_some(), incumbent, id };
        match holders.entry(email.folded()) {
            Entry::Vacant(entry) => {
                entry.insert((claim, email));
            }
            Entry::Occupied(mut entry) => {
                let (holder, _) = entry.get();
                if claim > *holder {
                    let (beaten, _) = entry.insert((claim, email));
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

fn has_in_index(known: &[Agent], id: ExternalId, email: &Email) -> bool {
    known
        .binary_search_by_key(&id, |agent| agent.external_id)
        .ok()
        .and_then(|position| known.get(position))
        .is_some_and(|agent| agent.is_active() && agent.email.is_same(email))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn id(number: u64) -> ExternalId {
        ExternalId::new(number).unwrap()
    }

    fn record(number: u64, email: &str) -> AgentRecord {
        AgentRecord { external_id: id(number), email: email.parse().ok() }
    }

    fn records(entries: &[(u64, &str)]) -> Vec<AgentRecord> {
        entries.iter().map(|(number, email)| record(*number, email)).collect()
    }

    fn agents(entries: &[(u64, &str)]) -> Vec<(ExternalId, Email)> {
        entries.iter().map(|(number, email)| (id(*number), email.parse().unwrap())).collect()
    }

    fn known(entries: &[(u64, &str)]) -> Vec<Agent> {
        agents(entries)
            .into_iter()
            .map(|(external_id, email)| Agent { external_id, email, departed: None })
            .collect()
    }

    #[test]
    fn records_without_a_usable_e_mail_are_skipped() {
        let entries = records(&[(1, "Ada@example.com"), (3, ""), (2, "a@x;b@x")]);
        let roster = roster(entries, &[], &[]);
        assert_eq!(roster.findings.skipped, [id(2), id(3)]);
        assert_eq!(roster.agents, agents(&[(1, "Ada@example.com")]));
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
        let pin = Alias { external_id: id(1), email: "bo@example.com".parse().unwrap() };
        let roster = roster(
            records(&[(1, ""), (2, "Bo@example.com")]),
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
            let records: Vec<_> = (1..).zip(&emails).map(|(number, email)| record(number, email.as_deref().unwrap_or_default())).collect();
            let aliases: Vec<_> = pins.iter().map(|(number, email)| Alias { external_id: id(*number), email: email.parse().unwrap() }).collect();
            let holders: Vec<_> = holders.iter().map(|(number, email)| (*number, email.as_str())).collect();
            let known = known(&holders);
            let made = roster(records.clone(), &aliases, &known);

            let mut places: Vec<ExternalId> = made.agents.iter().map(|(id, _)| *id).collect();
            prop_assert!(places.is_sorted());
            let listed: BTreeSet<ExternalId> = places.iter().copied().collect();
            prop_assert!(made.findings.conflicts.iter().all(|conflict| listed.contains(&conflict.kept)));
            places.extend(made.findings.skipped.iter().chain(made.findings.conflicts.iter().map(|conflict| &conflict.lost)));
            places.sort_unstable();
            prop_assert_eq!(places, records.iter().map(|record| record.external_id).collect::<Vec<_>>());
            let folded: BTreeSet<String> = made.agents.iter().map(|(_, email)| email.folded()).collect();
            prop_assert_eq!(folded.len(), made.agents.len());

            // The order in which BambooHR lists them decides nothing.
            let mut shuffled = records;
            let rotation = usize::try_from(seed % (shuffled.len().max(1) as u64)).unwrap();
            shuffled.rotate_left(rotation);
            prop_assert_eq!(roster(shuffled, &aliases, &known), made);
        }
    }
}
