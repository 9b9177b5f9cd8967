//! From the agents of the last run to those of this one: who stays, who came, who left and is still
//! to be found.

use std::cmp::Ordering;
use std::iter::Peekable;

use contract::{Email, ExternalId};
use jiff::Timestamp;
use store::{Agent, Alias, Findings};

/// The agents of the index after this run, ascending by externalId. `before` and `list` ascend;
/// `last_seen` is when the agents of `before` were last seen; who was last seen before `keep_since`
/// is forgotten.
pub(crate) fn succeed(
    before: &[Agent],
    last_seen: Option<Timestamp>,
    list: &[(ExternalId, Email)],
    keep_since: Timestamp,
) -> Vec<Agent> {
    let mut after = Vec::with_capacity(list.len());
    let mut before = before.iter().peekable();
    for (external_id, email) in list {
        after.extend(departed(&mut before, Some(*external_id), last_seen, keep_since));
        after.push(Agent { external_id: *external_id, email: email.clone(), departed: None });
    }
    after.extend(departed(&mut before, None, last_seen, keep_since));
    after
}

/// The pins of those who are forgotten with this run: they were in the index, and are neither in
/// it any more nor active.
pub(crate) fn pins_to_retire<'a>(
    aliases: &'a [Alias],
    before: &[Agent],
    after: &[Agent],
    findings: &Findings,
) -> Vec<&'a Alias> {
    let is_in = |agents: &[Agent], id: ExternalId| {
        agents.binary_search_by_key(&id, |agent| agent.external_id).is_ok()
    };
    let is_left_out = |id: ExternalId| {
        findings.skipped.contains(&id)
            || findings.conflicts.iter().any(|conflict| conflict.lost == id)
    };
    let forgotten = |id| is_in(before, id) && !is_in(after, id) && !is_left_out(id);
    aliases.iter().filter(|alias| forgotten(alias.external_id)).collect()
}

/// Those before `until` who are not in the list; passes over `until`.
fn departed<'a>(
    before: &mut Peekable<impl Iterator<Item = &'a Agent>>,
    until: Option<ExternalId>,
    last_seen: Option<Timestamp>,
    keep_since: Timestamp,
) -> Vec<Agent> {
    let mut gone = Vec::new();
    loop {
        let order = before
            .peek()
            .map(|agent| until.map_or(Ordering::Less, |until| agent.external_id.cmp(&until)));
        match order {
            None | Some(Ordering::Greater) => return gone,
            Some(Ordering::Equal) => {
                before.next();
            }
            Some(Ordering::Less) => {
                let left =
                    before.next().and_then(|agent| Some((agent, agent.departed.or(last_seen)?)));
                if let Some((agent, seen)) = left.filter(|(_, seen)| *seen >= keep_since) {
                    gone.push(Agent { departed: Some(seen), ..agent.clone() });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn email(local: &str) -> Email {
        format!("{local}@example.com").parse().unwrap()
    }

    fn agent(number: u64, departed: Option<i64>) -> Agent {
        Agent {
            external_id: ExternalId::new(number).unwrap(),
            email: email(&number.to_string()),
            departed: departed.map(at),
        }
    }

    #[test]
    fn who_is_missing_has_left_and_who_left_long_ago_is_forgotten() {
        let before = [
            agent(1, None),
            agent(2, None),
            agent(3, Some(400)),
            agent(4, Some(600)),
            agent(6, Some(450)),
        ];
        let list = [(before[1].external_id, email("new2")), (before[3].external_id, email("4"))];
        let after = succeed(&before, Some(at(900)), &list, at(450));
        let mut two = agent(2, None);
        two.email = email("new2");
        assert_eq!(after, [agent(1, Some(900)), two, agent(4, None), agent(6, Some(450))]);
    }

    #[test]
    fn a_pin_goes_with_its_agent_and_not_with_one_who_only_lost_the_address() {
        let before = [agent(1, None), agent(2, Some(400)), agent(3, None), agent(4, Some(400))];
        let after = [agent(1, None), agent(3, Some(900))];
        let findings = Findings {
            skipped: vec![],
            conflicts: vec![store::Conflict {
                lost: agent(4, None).external_id,
                kept: after[0].external_id,
            }],
        };
        let pins: Vec<Alias> = (1..=5)
            .map(|number| Alias {
                external_id: agent(number, None).external_id,
                email: email("pin"),
            })
            .collect();
        assert_eq!(pins_to_retire(&pins, &before, &after, &findings), [&pins[1]]);
    }

    proptest! {
        #[test]
        fn it_is_what_maps_would_make(
            before in proptest::collection::btree_map(1_u64..30, proptest::option::of(0_i64..1000), 0..20),
            list in proptest::collection::btree_set(1_u64..30, 0..20),
        ) {
            let agents: Vec<Agent> = before.iter().map(|(number, departed)| agent(*number, *departed)).collect();
            let entries: Vec<_> = list.iter().map(|number| (agent(*number, None).external_id, agent(*number, None).email)).collect();
            let mut expected: BTreeMap<u64, Agent> = before
                .iter()
                .map(|(number, departed)| (*number, departed.unwrap_or(900)))
                .filter(|(_, seen)| *seen >= 500)
                .map(|(number, seen)| (number, agent(number, Some(seen))))
                .collect();
            expected.extend(list.iter().map(|number| (*number, agent(*number, None))));
            prop_assert_eq!(succeed(&agents, Some(at(900)), &entries, at(500)), expected.into_values().collect::<Vec<_>>());
        }
    }
}
