//! Many agents, several callers for each, and the reckoning.

use std::sync::Arc;
use std::time::Duration;

use bamboohr_simulator::{Chaos, Seed};
use fastrand::Rng;
use futures_util::future::join_all;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use writes::{Process, Rig};

use super::caller::{TRIES, attempt, note, troubled_attempt};
use super::figures::Figures;
use super::hr;
use super::leave::Leave;
use crate::people_rights::{Rights, story_of};

/// The schedule's runs at the end.
const SETTLINGS: usize = 3;
/// The agents' clocks are moved a minute for each try.
const LATER_THAN_EVERY_CLOCK: Duration = Duration::from_secs(3 * 3_600);
/// Of so many rounds of an agent HR works in one.
const HR_WORKS_ONCE_IN: u8 = 4;

/// What goes wrong.
#[derive(Clone)]
pub(crate) enum Trouble {
    BambooHr(Chaos),
    Table,
    Kill,
}

/// A run, repeatable by its seed.
pub(crate) struct Suite {
    pub(crate) seed: u64,
    pub(crate) agents: u64,
    /// For how many of them is written at the same time.
    pub(crate) at_a_time: usize,
    /// Leaves of one agent that are written at the same time.
    pub(crate) callers: usize,
    pub(crate) writes_per_caller: usize,
    /// What one call may take.
    pub(crate) budget: Duration,
    pub(crate) trouble: Trouble,
}

impl Suite {
    pub(crate) async fn run(self) -> Figures {
        // Type 85 leaves further approvers waiting.
        let rig = Arc::new(Rig::with(Seed::company(self.agents).multi_step(85)).await);
        let warm = rig.process();
        warm.warm_up().await;
        if let Trouble::BambooHr(chaos) = &self.trouble {
            rig.hris.chaos(chaos.clone());
        }
        let suite = Arc::new(self);
        let at_a_time = Arc::new(Semaphore::new(suite.at_a_time));
        let mut agents = JoinSet::new();
        for agent in 1..=suite.agents {
            let (suite, rig, at_a_time) =
                (Arc::clone(&suite), Arc::clone(&rig), Arc::clone(&at_a_time));
            agents.spawn(async move {
                let _turn = at_a_time.acquire_owned().await.unwrap();
                Box::pin(suite.write_for(&rig, agent)).await
            });
        }
        let written = agents.join_all().await;

        let mut figures = Figures::default();
        figures.faults.extend(rig.hris.injected());
        rig.hris.chaos(None);
        rig.hris.clear_faults();
        rig.table.faults().clear();
        // Whatever is late arrives now, and the schedule finds it: nobody calls.
        rig.hris.release_late();
        let settler = rig.process();
        for _ in 0..SETTLINGS {
            settler.age(LATER_THAN_EVERY_CLOCK);
            settler.settle().await.completed();
        }
        figures.duplicates_cancelled += settler.metric("DuplicateCancelled");
        figures.settled = settler.metric("Settled");
        let mut agents = JoinSet::new();
        for lane in written {
            let (rig, at_a_time) = (Arc::clone(&rig), Arc::clone(&at_a_time));
            agents.spawn(async move {
                let _turn = at_a_time.acquire_owned().await.unwrap();
                Box::pin(lane.reckon(&rig)).await
            });
        }
        for lane in agents.join_all().await {
            figures.add(lane);
        }
        figures
    }

    async fn write_for(&self, rig: &Rig, agent: u64) -> Lane {
        let mut rng = Rng::with_seed(self.seed.wrapping_mul(1_000_003).wrapping_add(agent));
        let patient = Duration::from_secs(25);
        let processes = rig.processes_on_own_clock(
            std::iter::repeat_n(self.budget, self.callers).chain([patient]),
        );
        let mut figures = Figures::default();
        let mut numbers = 0_i64..;
        let mut leaves: Vec<Leave> = numbers
            .by_ref()
            .take(self.callers)
            .map(|number| Leave::new(agent, number, &mut rng))
            .collect();
        let mut given_to_hr = Vec::new();
        for round in 0..self.writes_per_caller {
            if round > 0 {
                if rng.u8(..HR_WORKS_ONCE_IN) == 0 {
                    let done = hr::work(rig, agent, &mut leaves, &mut rng);
                    *figures.faults.entry(done).or_default() += 1;
                }
                leaves.iter_mut().for_each(|leave| leave.next_step(&mut rng));
            }
            figures.logical += leaves.len();
            for _ in 0..TRIES {
                let open: Vec<_> = leaves
                    .iter_mut()
                    .zip(&processes)
                    .filter(|(leave, _)| !leave.is_confirmed())
                    .collect();
                if open.is_empty() {
                    break;
                }
                let tries = open.into_iter().map(|(leave, process)| {
                    let mut luck = rng.fork();
                    async move {
                        let mut figures = Figures::default();
                        let answer = troubled_attempt(
                            rig,
                            process,
                            agent,
                            leave,
                            &self.trouble,
                            &mut luck,
                            &mut figures,
                        )
                        .await;
                        note(leave, answer.as_ref(), &mut figures);
                        figures
                    }
                });
                join_all(tries).await.into_iter().for_each(|tried| figures.add(tried));
                // Nobody is writing for this agent now: claims and leases may grow old.
                let leases_survive = matches!(self.trouble, Trouble::BambooHr(_)) && rng.bool();
                processes[0].age(if leases_survive {
                    Duration::from_millis(1)
                } else {
                    Duration::from_secs(60)
                });
            }
            figures.given_up += leaves.iter().filter(|leave| !leave.is_confirmed()).count();
            for leave in leaves.iter_mut().filter(|leave| leave.is_taken_over()) {
                let new = Leave::new(agent, numbers.next().unwrap_or_default(), &mut rng);
                given_to_hr.push(std::mem::replace(leave, new));
            }
        }
        Lane { agent, processes, leaves, given_to_hr, figures }
    }
}

/// An agent after everything was written.
struct Lane {
    agent: u64,
    /// One for each leave, and one that has time for the last touch.
    processes: Vec<Process>,
    leaves: Vec<Leave>,
    /// Those of which people made something else.
    given_to_hr: Vec<Leave>,
    figures: Figures,
}

impl Lane {
    /// Counts what is lost and what is doubled, and what people made and somebody else changed;
    /// then touches every leave once more without any fault, and counts what is doubled still.
    async fn reckon(mut self, rig: &Rig) -> Figures {
        let figures = &mut self.figures;
        let before = rig.hris.requests(self.agent);
        let mut rights = Rights::default();
        for leave in self.leaves.iter().chain(&self.given_to_hr) {
            leave.add_to(&mut rights);
        }
        for leave in &self.leaves {
            let (lost, late) = leave.lost_and_late(rig, &before);
            figures.lost.extend(lost);
            figures.late_duplicates += late;
        }
        figures.wronged.extend(rights.wronged(rig, self.agent, true));
        let Some(patient) = self.processes.last() else { return self.figures };
        patient.age(Duration::from_secs(60));
        for leave in &mut self.leaves {
            patient.update(&leave.look_over()).await.completed();
            let answer = attempt(patient, leave).await;
            note(leave, Some(&answer), figures);
            if !answer.is_complete() && !leave.is_taken_over() {
                figures
                    .stuck
                    .push(format!("{answer:?} to the last touch of {}", leave.describe(&[])));
            }
        }
        let after = rig.hris.requests(self.agent);
        let all = self.leaves.iter().chain(&self.given_to_hr);
        figures.doubled.extend(all.filter_map(|leave| leave.doubled(rig, &after)));
        figures.wronged.extend(rights.wronged(rig, self.agent, true));
        if !figures.is_right() {
            figures.stories.push(story_of(rig, self.agent));
        }
        figures.duplicates_cancelled +=
            self.processes.iter().map(|process| process.metric("DuplicateCancelled")).sum::<f64>();
        self.figures
    }
}
