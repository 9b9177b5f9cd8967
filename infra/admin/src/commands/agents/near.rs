//! Whose e-mail is almost that of a user.
//!
//! Two addresses of which one can be had from the other by deleting, changing or swapping at most
//! two characters agree in what is left of each after some deletion of at most two characters. So
//! the deletions of all agents' addresses are sorted by their hashes, and those of a user's are
//! looked for there: what is compared letter by letter are a few, however many agents there are.

mod address;

use std::collections::HashMap;

use self::address::Address;
use contract::ExternalId;

/// Deletions that are kept at a time: 8 bytes each.
const KEPT: usize = 4_000_000;

/// The nearest so far; `None` inside where several are as near.
#[derive(Debug, Clone, Copy, Default)]
struct Nearest(Option<(usize, Option<ExternalId>)>);

impl Nearest {
    fn meet(&mut self, rank: usize, id: ExternalId) {
        self.0 = match self.0 {
            Some((best, kept)) if best < rank => Some((best, kept)),
            Some((best, kept)) if best == rank => Some((best, kept.filter(|kept| *kept == id))),
            _ => Some((rank, Some(id))),
        };
    }

    fn rank(self) -> Option<usize> {
        self.0.map(|(rank, _)| rank)
    }
}

/// The ranks: the same but for case, alias and accents; another domain; one letter, two letters.
const SAME: usize = 0;
const DOMAIN: usize = 1;

/// For each user's address the only nearest of the agents, where there is one; and how many pairs
/// were compared letter by letter.
pub(super) fn nearest<'a>(
    users: &[&str],
    agents: impl Iterator<Item = (ExternalId, &'a str)>,
) -> (Vec<Option<ExternalId>>, usize) {
    let users: Vec<Option<Address>> = users.iter().map(|email| Address::of(email)).collect();
    let agents: Vec<(ExternalId, Address)> =
        agents.filter_map(|(id, email)| Some((id, Address::of(email)?))).collect();
    let mut found = vec![Nearest::default(); users.len()];
    by_local_part(&users, &agents, &mut found);
    let mut compared = 0;
    let mut rest = agents.as_slice();
    while !rest.is_empty() {
        let (block, after) = rest.split_at(block_length(rest));
        compared += by_letters(&users, block, &mut found);
        rest = after;
    }
    let nearest = found.into_iter().map(|nearest| nearest.0.and_then(|(_, only)| only));
    (nearest.collect(), compared)
}

fn by_local_part(
    users: &[Option<Address>],
    agents: &[(ExternalId, Address)],
    found: &mut [Nearest],
) {
    let mut by_local: HashMap<&str, Vec<(ExternalId, &str)>> = HashMap::new();
    for (id, address) in agents {
        by_local.entry(&address.local).or_default().push((*id, &address.domain));
    }
    for (user, nearest) in users.iter().zip(found) {
        let Some(user) = user else { continue };
        for (id, domain) in by_local.get(user.local.as_str()).into_iter().flatten() {
            nearest.meet(if *domain == user.domain { SAME } else { DOMAIN }, *id);
        }
    }
}

/// How many of these agents' deletions are kept at a time.
fn block_length(agents: &[(ExternalId, Address)]) -> usize {
    let mut kept = 0;
    let fit = agents.iter().take_while(|(_, address)| {
        kept += address.deletion_count();
        kept <= KEPT
    });
    fit.count().max(1)
}

fn by_letters(
    users: &[Option<Address>],
    agents: &[(ExternalId, Address)],
    found: &mut [Nearest],
) -> usize {
    let mut deletions: Vec<(u32, u32)> = (0_u32..)
        .zip(agents)
        .flat_map(|(place, (_, address))| address.deletions().map(move |hash| (hash, place)))
        .collect();
    deletions.sort_unstable();
    let mut compared = 0;
    for (user, nearest) in users.iter().zip(found) {
        let Some(user) = user.as_ref().filter(|_| nearest.rank().is_none_or(|rank| rank > DOMAIN))
        else {
            continue;
        };
        let mut places: Vec<u32> =
            user.deletions().flat_map(|hash| with_hash(&deletions, hash)).collect();
        places.sort_unstable();
        places.dedup();
        for place in places {
            let Some((id, address)) = usize::try_from(place).ok().and_then(|at| agents.get(at))
            else {
                continue;
            };
            compared += 1;
            if let Some(distance) = user.distance(address) {
                nearest.meet(DOMAIN + distance, *id);
            }
        }
    }
    compared
}

fn with_hash(deletions: &[(u32, u32)], hash: u32) -> impl Iterator<Item = u32> {
    let first = deletions.partition_point(|(known, _)| *known < hash);
    let from = deletions.get(first..).unwrap_or_default().iter();
    from.take_while(move |(known, _)| *known == hash).map(|(_, place)| *place)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(number: u64) -> ExternalId {
        ExternalId::new(number).unwrap()
    }

    fn nearest_of(user: &str, agents: &[&str]) -> Option<u64> {
        let agents = (1..).map(id).zip(agents.iter().copied());
        nearest(&[user], agents).0[0].map(ExternalId::get)
    }

    #[test]
    fn what_often_differs_is_near() {
        for (user, agent) in [
            ("Ada.Abel@Example.com", "ada.abel@example.com"),
            ("ada.abel+wfm@example.com", "ada.abel@example.com"),
            ("ada.abel@example.com", "ada.abel+hr@example.com"),
            ("ädá.abel@example.com", "ada.abel@example.com"),
            ("a\u{308}da.abel@example.com", "äda.abel@example.com"),
            ("ada.abel@example.org", "ada.abel@example.com"),
            ("Ada.Abel+x@eu.example.com", "ada.abel@example.com"),
            ("adda.abel@example.com", "ada.abel@example.com"),
            ("aad.abel@example.com", "ada.abel@example.com"),
            ("ada.bael@example.com", "ada.abel@example.com"),
            ("adaabl@example.com", "ada.abel@example.com"),
            ("jørgen@example.com", "jorgen@example.com"),
            ("j.smith1@example.com", "jsmyth1@example.com"),
        ] {
            assert_eq!(nearest_of(user, &[agent, "zoe@example.com"]), Some(1), "{user} {agent}");
        }
    }

    #[test]
    fn what_is_another_person_is_not() {
        for (user, agent) in [
            ("agent12@example.com", "agent13@example.com"),
            ("agent12@example.com", "agent1@example.com"),
            ("agent@example.com", "agent1@example.com"),
            ("ada.abel@example.com", "eva.abe@example.com"),
            ("adda.abel@example.org", "ada.abel@example.com"),
            ("+wfm@example.com", "@example.com"),
            ("no address", "ada@example.com"),
            ("", "ada@example.com"),
        ] {
            assert_eq!(nearest_of(user, &[agent]), None, "{user} {agent}");
        }
    }

    #[test]
    fn the_nearest_counts_and_only_one() {
        let agents = ["ada@example.com", "adb@example.com", "bdb@example.com"];
        // One letter from the first two, of which neither is nearer.
        assert_eq!(nearest_of("adx@example.com", &agents), None);
        assert_eq!(nearest_of("ADA@example.com", &agents), Some(1));
        assert_eq!(nearest_of("ada@example.net", &agents), Some(1));
        assert_eq!(nearest_of("ada@example.net", &["ada@a.com", "ada@b.com"]), None);
        // The other domain is nearer than the other letter.
        assert_eq!(nearest_of("ada@example.com", &["adb@example.com", "ada@example.net"]), Some(2));
        // An address that two agents have is neither's.
        assert_eq!(nearest_of("ADA@example.com", &["ada@example.com", "Ada@example.com"]), None);
    }

    /// What the search is to find, by comparing everybody with everybody.
    fn by_comparing_all(user: &str, agents: &[String]) -> Option<u64> {
        let user = Address::of(user)?;
        let mut nearest = Nearest::default();
        for (number, agent) in (1..).zip(agents) {
            let Some(agent) = Address::of(agent) else { continue };
            let rank = match (user.local == agent.local, user.domain == agent.domain) {
                (true, true) => Some(SAME),
                (true, false) => Some(DOMAIN),
                (false, _) => user.distance(&agent).map(|distance| DOMAIN + distance),
            };
            rank.into_iter().for_each(|rank| nearest.meet(rank, id(number)));
        }
        nearest.0.and_then(|(_, only)| only).map(ExternalId::get)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn it_finds_what_comparing_all_finds(
            user in "[ab1]{1,6}(\\+x)?@[xy]",
            agents in prop::collection::vec("[abä12]{1,6}@[xy]", 0..8),
        ) {
            let texts: Vec<&str> = agents.iter().map(String::as_str).collect();
            prop_assert_eq!(nearest_of(&user, &texts), by_comparing_all(&user, &agents));
        }
    }

    /// A company in which every user's address is spelt with two letters swapped, and everybody is
    /// called by a number: as many lookalikes as there can be.
    fn compared_in_a_company_of(size: u64) -> usize {
        let agents: Vec<String> = (1..=size).map(|at| format!("agent{at}@example.com")).collect();
        let users: Vec<String> = (1..=size).map(|at| format!("agnet{at}@example.com")).collect();
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        let agents = (1..).map(id).zip(agents.iter().map(String::as_str));
        let (found, compared) = nearest(&users, agents);
        let expected: Vec<_> = (1..=size).map(|number| Some(id(number))).collect();
        assert_eq!(found, expected);
        compared
    }

    #[test]
    fn twice_as_many_people_are_about_twice_the_work() {
        let (some, more) = (compared_in_a_company_of(1_000), compared_in_a_company_of(4_000));
        // Comparing everybody with everybody would be 16 times as much.
        assert!(more < 6 * some, "{some} {more}");
        assert!(more < 4_000 * 200, "{more}");
    }
}
