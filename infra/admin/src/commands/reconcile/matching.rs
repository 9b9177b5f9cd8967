//! Which live request in BambooHR is which request in Genesys: one to one.
//!
//! By key first, then by being equal, then by sharing a day and the type. Whoever wants the leave
//! comes before whoever has closed it. Where several would do equally well, none is taken.

use std::collections::BTreeSet;

use timeoff::Likeness;

/// A request in Genesys, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seeker {
    /// Whether the leave is wanted there: pending or approved.
    pub is_wanted: bool,
    /// Whether Genesys shows it as `Error` or `Processing`.
    pub is_unfinished: bool,
    /// Whether it may be either of two leaves, because nobody knows the zone of its start times.
    pub has_two_readings: bool,
}

/// A live request in BambooHR, as far as it matters here. They are listed by rank: of two that
/// belong to one key the first is taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Live {
    /// Whether it is ours: bound, or with a marker that counts.
    pub is_ours: bool,
}

/// What a request in Genesys got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// This live request, by its place in the list.
    One(usize),
    /// There are several, or several requests in Genesys could have it.
    Several,
    /// None.
    None,
}

/// Who has whom.
#[derive(Debug)]
pub(crate) struct Matching {
    /// For each request in Genesys.
    pub of: Vec<Match>,
    /// Live requests of ours that none has: an insert arrived that Genesys never heard of.
    pub orphans: Vec<usize>,
    /// Live requests that nobody has, whosever they are.
    pub free: BTreeSet<usize>,
    /// Whether some were not given to anybody because several would do.
    pub is_contested: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tier {
    Key,
    Equal,
    Shared,
}

impl Seeker {
    /// A closed request that Genesys has seen succeed holds nothing: what is live of it is an
    /// orphan. One that is wanted and has succeeded holds its own leave, and no other that merely
    /// lies on its days.
    fn may_have(&self, tier: Tier) -> bool {
        match tier {
            Tier::Key | Tier::Equal => self.is_wanted || self.is_unfinished,
            Tier::Shared => self.is_unfinished,
        }
    }
}

fn links(tier: Tier, live: Live, likeness: Likeness) -> bool {
    match tier {
        Tier::Key => likeness.by_key,
        Tier::Equal => likeness.equal,
        // Somebody's own leave is not touched because it lies on the same day.
        Tier::Shared => likeness.shares_a_day && live.is_ours,
    }
}

/// Matches; `likeness` compares a seeker with a live request, by their places in the lists.
pub(crate) fn matching(
    seekers: &[Seeker],
    live: &[Live],
    likeness: impl Fn(usize, usize) -> Likeness,
) -> Matching {
    let mut state = State {
        of: vec![None; seekers.len()],
        free: (0..live.len()).collect(),
        is_contested: false,
    };
    for tier in [Tier::Key, Tier::Equal, Tier::Shared] {
        for is_wanted in [true, false] {
            let edges: Vec<(usize, usize)> = seekers
                .iter()
                .enumerate()
                .filter(|(_, seeker)| seeker.is_wanted == is_wanted && seeker.may_have(tier))
                .filter(|(place, _)| state.of.get(*place) == Some(&None))
                .flat_map(|(place, _)| state.free.iter().map(move |free| (place, *free)))
                .filter(|(place, free)| {
                    let live = live.get(*free).copied();
                    live.is_some_and(|live| links(tier, live, likeness(*place, *free)))
                })
                .collect();
            for component in components(edges) {
                state.settle(&component, tier, seekers, &likeness);
            }
        }
    }
    let is_ours = |place: &&usize| live.get(**place).is_some_and(|live| live.is_ours);
    Matching {
        orphans: state.free.iter().filter(is_ours).copied().collect(),
        of: state.of.into_iter().map(|found| found.unwrap_or(Match::None)).collect(),
        free: state.free,
        is_contested: state.is_contested,
    }
}

struct State {
    of: Vec<Option<Match>>,
    free: BTreeSet<usize>,
    is_contested: bool,
}

/// Seekers and live requests that are linked with each other and with no others.
struct Component {
    edges: Vec<(usize, usize)>,
    seekers: BTreeSet<usize>,
    live: BTreeSet<usize>,
}

impl State {
    fn settle(
        &mut self,
        component: &Component,
        tier: Tier,
        seekers: &[Seeker],
        likeness: &impl Fn(usize, usize) -> Likeness,
    ) {
        let Component { edges, seekers: among, live } = component;
        let all = |wants: fn(&Seeker) -> bool| {
            among.iter().filter_map(|place| seekers.get(*place)).all(wants)
        };
        let alone = among.len() == 1;
        // What belongs to a key is one leave, however often it is there: the first is the leave,
        // and the others are left over. Several that were closed have the same to be done to them.
        let is_settled_by_key = tier == Tier::Key
            && all(|seeker| !seeker.has_two_readings)
            && (alone || all(|seeker| !seeker.is_wanted));
        if alone && live.len() == 1 || is_settled_by_key {
            for seeker in among {
                let own = edges.iter().filter(|(place, _)| place == seeker);
                let still_free = own.map(|(_, live)| *live).filter(|live| self.free.contains(live));
                let best = still_free.min_by_key(|live| (!likeness(*seeker, *live).equal, *live));
                if let Some(best) = best {
                    self.free.remove(&best);
                    self.set(*seeker, Match::One(best));
                }
            }
            return;
        }
        self.is_contested = true;
        for seeker in among {
            self.set(*seeker, Match::Several);
        }
        self.free.retain(|place| !live.contains(place));
    }

    fn set(&mut self, seeker: usize, found: Match) {
        if let Some(slot) = self.of.get_mut(seeker) {
            *slot = Some(found);
        }
    }
}

fn components(mut edges: Vec<(usize, usize)>) -> Vec<Component> {
    let mut found = Vec::new();
    while let Some(first) = edges.pop() {
        let mut component = Component {
            seekers: BTreeSet::from([first.0]),
            live: BTreeSet::from([first.1]),
            edges: vec![first],
        };
        loop {
            let (joined, rest): (Vec<_>, Vec<_>) = edges.into_iter().partition(|(seeker, live)| {
                component.seekers.contains(seeker) || component.live.contains(live)
            });
            edges = rest;
            if joined.is_empty() {
                break;
            }
            component.seekers.extend(joined.iter().map(|(seeker, _)| *seeker));
            component.live.extend(joined.iter().map(|(_, live)| *live));
            component.edges.extend(joined);
        }
        found.push(component);
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WANTED: Seeker = Seeker { is_wanted: true, is_unfinished: true, has_two_readings: false };
    const CLOSED: Seeker = Seeker { is_wanted: false, ..WANTED };
    const OURS: Live = Live { is_ours: true };
    const THEIRS: Live = Live { is_ours: false };
    const NONE: Likeness = Likeness { by_key: false, equal: false, shares_a_day: false };
    const SHARES: Likeness = Likeness { shares_a_day: true, ..NONE };
    const EQUAL: Likeness = Likeness { equal: true, ..SHARES };
    const KEY: Likeness = Likeness { by_key: true, ..EQUAL };
    /// Bound to the key, and edited since.
    const EDITED: Likeness = Likeness { by_key: true, ..SHARES };

    fn done(seeker: Seeker) -> Seeker {
        Seeker { is_unfinished: false, ..seeker }
    }

    /// A row for each seeker, a column for each live request.
    fn matched(
        seekers: &[Seeker],
        live: &[Live],
        rows: &[&[Likeness]],
    ) -> (Vec<Match>, Vec<usize>) {
        let found = matching(seekers, live, |seeker, live| rows[seeker][live]);
        (found.of, found.orphans)
    }

    #[test]
    fn a_key_goes_before_an_equal_one_and_that_before_a_shared_day() {
        let rows: &[&[Likeness]] =
            &[&[SHARES, EQUAL, KEY], &[SHARES, EQUAL, NONE], &[SHARES, NONE, NONE]];
        assert_eq!(
            matched(&[WANTED; 3], &[OURS; 3], rows),
            (vec![Match::One(2), Match::One(1), Match::One(0)], vec![])
        );
    }

    #[test]
    fn whoever_wants_the_leave_comes_before_whoever_has_closed_it() {
        let rows: &[&[Likeness]] = &[&[KEY], &[KEY]];
        assert_eq!(matched(&[CLOSED, WANTED], &[OURS], rows).0, [Match::None, Match::One(0)]);
        // But a leave is that of its own key, closed or not.
        let rows: &[&[Likeness]] = &[&[KEY], &[SHARES]];
        assert_eq!(matched(&[CLOSED, WANTED], &[OURS], rows).0, [Match::One(0), Match::None]);
    }

    #[test]
    fn of_one_key_the_first_that_is_still_the_leave_is_it_and_the_rest_is_left_over() {
        let rows: &[&[Likeness]] = &[&[EDITED, KEY, KEY]];
        assert_eq!(matched(&[WANTED], &[OURS; 3], rows), (vec![Match::One(1)], vec![0, 2]));
    }

    #[test]
    fn several_that_would_do_are_not_chosen_among() {
        for (seekers, live, rows) in [
            (&[WANTED][..], &[OURS, THEIRS][..], &[&[EQUAL, EQUAL][..]][..]),
            (&[WANTED, WANTED], &[OURS], &[&[KEY], &[KEY]]),
            (&[WANTED, CLOSED], &[OURS, OURS], &[&[SHARES, SHARES], &[SHARES, SHARES]]),
            (&[Seeker { has_two_readings: true, ..WANTED }], &[OURS, OURS], &[&[KEY, KEY]]),
        ] {
            let found = matching(seekers, live, |seeker, live| rows[seeker][live]);
            assert_eq!(found.of[0], Match::Several, "{rows:?}");
            assert!(found.is_contested && found.orphans.is_empty(), "{rows:?}");
        }
    }

    #[test]
    fn several_closed_ones_of_a_key_have_one_live_request_among_them() {
        let rows: &[&[Likeness]] = &[&[KEY], &[KEY]];
        assert_eq!(matched(&[CLOSED, CLOSED], &[OURS], rows).0, [Match::One(0), Match::None]);
    }

    #[test]
    fn what_has_succeeded_holds_only_its_own() {
        // A cancellation that succeeded has nothing live: what is there is left over.
        assert_eq!(matched(&[done(CLOSED)], &[OURS], &[&[KEY]]), (vec![Match::None], vec![0]));
        // A leave that succeeded keeps an orphan on its days from being its own.
        assert_eq!(matched(&[done(WANTED)], &[OURS], &[&[SHARES]]), (vec![Match::None], vec![0]));
        assert_eq!(matched(&[done(WANTED)], &[OURS], &[&[EQUAL]]).0, [Match::One(0)]);
    }

    #[test]
    fn somebodys_own_leave_is_only_taken_when_it_is_equal() {
        assert_eq!(matched(&[WANTED], &[THEIRS], &[&[SHARES]]), (vec![Match::None], vec![]));
        assert_eq!(matched(&[CLOSED], &[THEIRS], &[&[SHARES]]).0, [Match::None]);
        assert_eq!(matched(&[WANTED], &[THEIRS], &[&[EQUAL]]).0, [Match::One(0)]);
    }

    fn likeness() -> impl Strategy<Value = Likeness> {
        any::<(bool, bool, bool)>().prop_map(|(by_key, equal, shares)| Likeness {
            by_key,
            equal,
            shares_a_day: shares || equal,
        })
    }

    proptest! {
        #[test]
        fn it_is_one_to_one_and_nothing_is_both_had_and_left_over(
            seekers in prop::collection::vec(any::<(bool, bool, bool)>(), 0..6),
            live in prop::collection::vec(any::<bool>(), 0..6),
            rows in prop::collection::vec(prop::collection::vec(likeness(), 6), 6),
        ) {
            let seekers: Vec<Seeker> = seekers
                .into_iter()
                .map(|(is_wanted, is_unfinished, has_two_readings)| {
                    Seeker { is_wanted, is_unfinished, has_two_readings }
                })
                .collect();
            let live: Vec<Live> = live.into_iter().map(|is_ours| Live { is_ours }).collect();
            let found = matching(&seekers, &live, |seeker, live| rows[seeker][live]);
            let mut had = BTreeSet::new();
            for (place, one) in found.of.iter().enumerate() {
                if let Match::One(one) = one {
                    prop_assert!(had.insert(*one), "{one} twice");
                    prop_assert!(!found.free.contains(one));
                    let like = rows[place][*one];
                    prop_assert!(like.by_key || like.equal || like.shares_a_day && live[*one].is_ours);
                    prop_assert!(seekers[place].is_wanted || seekers[place].is_unfinished);
                }
            }
            for orphan in &found.orphans {
                prop_assert!(live[*orphan].is_ours && found.free.contains(orphan));
            }
            if found.of.contains(&Match::Several) {
                prop_assert!(found.is_contested);
            }
            // Whoever has none could have had none of those that are free.
            for (place, one) in found.of.iter().enumerate() {
                let seeker = seekers[place];
                if *one == Match::None && (seeker.is_wanted || seeker.is_unfinished) {
                    for free in &found.free {
                        prop_assert!(!rows[place][*free].by_key && !rows[place][*free].equal);
                    }
                }
            }
        }
    }
}
