//! Random stories of one leave: Genesys, people in BambooHR, lost answers, late effects and killed
//! processes, in any order. The verdict is the fault suite's.

mod people;
mod story;
mod target;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bamboohr_simulator::Seed;
use fastrand::Rng;
use futures_util::future::join_all;
use story::{Lane, Outcome};
use writes::Rig;

use crate::killed::LEASES_ARE_OVER;

const LANES: u64 = 16;

/// How many stories are told unless `STORIES` says otherwise; `.ci/run` has them all told.
const USUAL: u64 = 500;

/// What is left of the waiting time when a killed call's lease has ended.
pub(crate) const WAIT: Duration = Duration::from_millis(150);

/// A number of the environment.
fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|text| text.parse().ok())
}

/// The stories of one lane, one after another; each is about an agent of its own.
async fn tell(numbers: Vec<u64>, seed: u64) -> Vec<Outcome> {
    let agents = u64::try_from(numbers.len()).unwrap();
    let rig = Rig::with(Seed::company(agents)).await.past_the_faults_of_the_table();
    let quick = rig.process_with(|settings| {
        settings.resend_after = Duration::from_millis(20);
        // Whatever is not forced does not fit.
        settings.balance_threshold_minutes = 1_000_000;
    });
    let patient = rig.process_with(|settings| settings.resend_after = LEASES_ARE_OVER + WAIT);
    tokio::join!(quick.warm_up(), patient.warm_up());
    let lane = Lane { rig: &rig, quick: &quick, patient: &patient };
    let mut outcomes = Vec::new();
    for (number, agent) in numbers.into_iter().zip(1..) {
        let rng = Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(number));
        outcomes.push(Box::pin(lane.tell(number, agent, rng)).await);
    }
    outcomes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_story_loses_or_doubles_a_leave_or_changes_what_people_made() {
    let begun = Instant::now();
    let seed = number("STORIES_SEED").unwrap_or(2_026);
    let numbers = match number("STORY") {
        Some(one) => vec![one],
        None => (0..number("STORIES").unwrap_or(USUAL)).collect(),
    };
    let count = numbers.len();
    let of_lane = |lane| numbers.iter().copied().filter(|it| it % LANES == lane).collect();
    let lanes = (0..LANES).map(|lane| tokio::spawn(tell(of_lane(lane), seed)));
    let outcomes: Vec<Outcome> =
        join_all(lanes).await.into_iter().flat_map(|lane| lane.unwrap()).collect();
    let mut figures: BTreeMap<&str, usize> = BTreeMap::new();
    for step in outcomes.iter().flat_map(|outcome| &outcome.steps) {
        *figures.entry(step).or_default() += 1;
    }
    let wrong: Vec<_> = outcomes.iter().filter(|outcome| !outcome.wrong.is_empty()).collect();
    let ended = |end: &str| outcomes.iter().filter(|outcome| outcome.end == end).count();
    writes::show(format_args!(
        "{count} stories of seed {seed} in {:.0} s: {} held, {} ended by people, {} beyond the \
         waiting time, wrong {}\n  {figures:?}",
        begun.elapsed().as_secs_f64(),
        ended("held"),
        ended("people"),
        ended("beyond"),
        wrong.len(),
    ));
    assert_eq!(outcomes.len(), count);
    assert!(wrong.is_empty(), "{:#?}", &wrong[..wrong.len().min(3)]);
}
