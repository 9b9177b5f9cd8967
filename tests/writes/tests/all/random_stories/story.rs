//! One story.

use std::time::{Duration, Instant};

use bamboohr_simulator::{Action, Fault, LateAnswer, Matcher, Operation, Release, RequestView};
use fastrand::Rng;
use writes::{Envelope, Input, Process, Rig};

use super::WAIT;
use super::people;
use super::target::{TYPE, Target};
use crate::killed::LEASES_ARE_OVER;
use crate::people::SETTLING_IS_DUE;
use crate::people_rights::{Rights, is_ours_alone, story_of};

/// After so long without anything new an entry is done, and makes no work for the stories that
/// follow.
const NOTHING_NEW_FOR_A_DAY: Duration = Duration::from_secs(25 * 3_600);

/// Where stories are told.
#[derive(Clone, Copy)]
pub(crate) struct Lane<'r> {
    pub(crate) rig: &'r Rig,
    pub(crate) quick: &'r Process,
    /// Waits as long as the ledger says after a killed call.
    pub(crate) patient: &'r Process,
}

/// What came of a story.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// What to set `STORY` to.
    #[expect(dead_code, reason = "printed")]
    pub(crate) number: u64,
    pub(crate) steps: Vec<&'static str>,
    /// What exactly happened, for whoever has to find out.
    pub(crate) log: Vec<String>,
    pub(crate) end: &'static str,
    pub(crate) wrong: Vec<String>,
}

/// One write, as Genesys means it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Insert,
    Update,
    CloseById(&'static str),
    CloseByDays,
}

impl Step {
    fn closes(self) -> bool {
        matches!(self, Self::CloseById(_) | Self::CloseByDays)
    }

    fn names_an_id(self) -> bool {
        matches!(self, Self::Update | Self::CloseById(_))
    }
}

struct Story<'r> {
    lane: Lane<'r>,
    agent: u64,
    rng: Rng,
    target: Target,
    last: Step,
    /// The id that Genesys holds.
    held: Option<u64>,
    /// The last write was confirmed, and no person did anything since.
    is_certain: bool,
    /// An update to other days was tried and not confirmed: the leave is there or here.
    is_moving: bool,
    /// The request that is held was to be closed.
    was_to_be_closed: bool,
    /// A person did something.
    has_people: bool,
    /// A killed call's effect is to come; whether it named an id.
    open: Option<bool>,
    rights: Rights,
    outcome: Outcome,
}

impl Lane<'_> {
    pub(crate) async fn tell(self, number: u64, agent: u64, mut rng: Rng) -> Outcome {
        let target = Target::any(&mut rng);
        let mut story = Story {
            lane: self,
            agent,
            rng,
            target,
            last: Step::Insert,
            held: None,
            is_certain: false,
            is_moving: false,
            was_to_be_closed: false,
            has_people: false,
            open: None,
            rights: Rights::default(),
            outcome: Outcome { number, ..Outcome::default() },
        };
        story.outcome.end = story.run().await;
        if story.outcome.end != "beyond" {
            story.judge().await;
        }
        if !story.outcome.wrong.is_empty() {
            story.outcome.log.extend(story_of(self.rig, agent));
        }
        self.rig.hris.release_late();
        story.outcome
    }
}

impl Story<'_> {
    async fn run(&mut self) -> &'static str {
        for number in 0..self.rng.u8(3..8) {
            let is_peoples = number > 0 && self.open.is_none() && self.rng.u8(..5) < 2;
            if is_peoples {
                let done = people::act(self.lane.rig, self.agent, self.target, &mut self.rng);
                self.log(done, String::new());
                (self.has_people, self.is_certain) = (true, false);
                continue;
            }
            match self.rng.u8(..8) {
                0 if self.open.is_none() => self.look_over().await,
                1 if self.open.is_none() => self.settle(SETTLING_IS_DUE).await,
                _ => {
                    if let Some(end) = self.write().await {
                        return end;
                    }
                }
            }
        }
        "held"
    }

    fn log(&mut self, step: &'static str, detail: String) {
        self.outcome.steps.push(step);
        self.outcome.log.push(format!("{step} {detail}"));
    }

    /// What the last call changed it had to have a right to.
    fn judge_rights(&mut self, by_id: bool) {
        self.rights.asked.push((TYPE, self.target.amounts()));
        let by_id = by_id || self.open == Some(true);
        let wronged = self.rights.wronged(self.lane.rig, self.agent, by_id);
        self.outcome.wrong.extend(wronged);
    }

    async fn settle(&mut self, after: Duration) {
        self.lane.quick.age(after);
        self.lane.quick.settle().await.completed();
        self.log("settled", String::new());
        self.judge_rights(false);
    }

    /// A pending insert looks at everything there is before its balance is checked; this one never
    /// fits.
    async fn look_over(&mut self) {
        let other = Input::leave(self.agent, 78, "2026-11-25").pending();
        let answer = self.lane.quick.insert(&other).await;
        self.log("looked over", format!("{} {}", answer.status(), answer.code()));
        self.judge_rights(false);
        answer.insufficient();
    }

    fn choose(&mut self) {
        self.last = match (self.held, self.last) {
            (None, Step::CloseByDays) if !self.is_certain && self.rng.bool() => Step::CloseByDays,
            (None, Step::Insert) if !self.outcome.steps.is_empty() && self.rng.u8(..4) == 0 => {
                Step::CloseByDays
            }
            (None, _) => Step::Insert,
            (Some(_), last) if !self.is_certain && self.rng.bool() => last,
            (Some(_), last) if last.closes() && self.is_certain => {
                self.held = None;
                self.was_to_be_closed = false;
                Step::Insert
            }
            (Some(_), _) => match self.rng.u8(..5) {
                // Else Genesys would give up the leave that it holds.
                0 if !self.is_moving => Step::Insert,
                1 => self.choose_close(),
                2 => {
                    self.target = self.target.approved();
                    Step::Update
                }
                _ => {
                    self.target = Target::any(&mut self.rng);
                    self.is_moving = true;
                    Step::Update
                }
            },
        };
        self.rights.has_reopened |= self.was_to_be_closed && self.last == Step::Update;
        self.was_to_be_closed |= self.last.closes();
    }

    fn choose_close(&mut self) -> Step {
        match self.rng.u8(..3) {
            // By days Genesys closes what it knows to be there.
            0 if !self.is_moving => Step::CloseByDays,
            1 => Step::CloseById("DENIED"),
            _ => Step::CloseById("CANCELED"),
        }
    }

    async fn call(&self, process: &Process) -> Envelope {
        let input = self.target.input(self.agent);
        match (self.last, self.held) {
            (Step::Insert, _) | (Step::Update, None) => process.insert(&input).await,
            (Step::Update, Some(id)) => process.update(&input.id(id)).await,
            (Step::CloseById(status), Some(id)) => {
                process.update(&Input::status_of(self.agent, id, status)).await
            }
            (Step::CloseById(_) | Step::CloseByDays, _) => {
                process.update(&input.status("CANCELED")).await
            }
        }
    }

    /// One write of Genesys, with some trouble; how the story ends, if it does.
    async fn write(&mut self) -> Option<&'static str> {
        if let Some(by_id) = self.open.take() {
            if self.rng.bool() {
                self.choose();
            }
            return self.write_with_late_effect(by_id).await;
        }
        self.choose();
        let trouble = self.trouble();
        let answer = match trouble {
            "killed" => self.kill().await,
            _ => Some(self.call(self.lane.quick).await),
        };
        self.lane.rig.hris.clear_faults();
        let detail = format!("{trouble} {:?} {:?} of {:?}", self.last, self.target, self.held);
        self.judge_rights(self.last.names_an_id());
        match answer {
            Some(answer) => self.hear(&answer, detail),
            None => {
                self.log("killed", detail);
                (self.open, self.is_certain) = (Some(self.last.names_an_id()), false);
                None
            }
        }
    }

    /// The process is gone when its send is on its way.
    async fn kill(&self) -> Option<Envelope> {
        let hris = &self.lane.rig.hris;
        let late = Action::CommitLate { release: Release::OnDemand, answer: LateAnswer::Hang };
        for operation in [Operation::Create, Operation::Status] {
            let on = Matcher::on(operation).employee(self.agent).times(1);
            hris.fault(Fault::new(on, late.clone()));
        }
        let before = hris.late_waiting();
        let answer = tokio::select! {
            biased;
            () = hris.until(|hris| hris.late_waiting() > before) => None,
            answer = self.call(self.lane.quick) => Some(answer),
        };
        self.lane.quick.age(LEASES_ARE_OVER);
        answer
    }

    async fn write_with_late_effect(&mut self, by_id: bool) -> Option<&'static str> {
        let rig = self.lane.rig;
        let wanted = rig.hris.calls().list + self.rng.u64(..3);
        let begun = Instant::now();
        let mut effect_at = None;
        let answer = {
            let mut call = Box::pin(self.call(self.lane.patient));
            let effect = async {
                rig.hris.until(|hris| hris.calls().list >= wanted).await;
                effect_at = Some(begun.elapsed());
                rig.hris.release_late();
            };
            tokio::select! {
                biased;
                () = effect => call.await,
                answer = &mut call => answer,
            }
        };
        let came_after = rig.hris.release_late() > 0;
        self.judge_rights(by_id || self.last.names_an_id());
        let detail = format!("{:?} {:?} of {:?}", self.last, self.target, self.held);
        let end = self.hear(&answer, format!("after a kill, effect after {came_after}, {detail}"));
        let effect_at = if came_after { begun.elapsed() } else { effect_at.unwrap_or_default() };
        // What comes later than the waiting time is nobody's promise.
        if effect_at >= WAIT { Some("beyond") } else { end }
    }

    /// What goes wrong with the next write.
    fn trouble(&mut self) -> &'static str {
        let (name, action) = match self.rng.u8(..20) {
            0 => ("answer lost", Action::DropAfter),
            1 => ("not done", Action::DropBefore),
            2 => ("500 and done", Action::StatusAfter { status: 500 }),
            3 => ("504 and done", Action::StatusAfter { status: 504 }),
            4 => ("garbage", Action::Garbage),
            5..=7 => return "killed",
            number @ 8..=11 if !self.last.closes() => {
                let release = match number {
                    8 => Release::AfterLists(self.rng.u32(1..6)),
                    9 | 10 => Release::AfterNextSend,
                    _ => Release::AfterCalls(self.rng.u32(1..12)),
                };
                let late = Action::CommitLate { release, answer: LateAnswer::Drop };
                let on = Matcher::on(Operation::Create).employee(self.agent).times(1);
                self.lane.rig.hris.fault(Fault::new(on, late));
                return "late";
            }
            _ => return "",
        };
        for operation in [Operation::Create, Operation::Status] {
            let on = Matcher::on(operation).employee(self.agent).times(1);
            self.lane.rig.hris.fault(Fault::new(on, action.clone()));
        }
        name
    }

    /// What Genesys takes from an answer; how the story ends, if it does.
    fn hear(&mut self, answer: &Envelope, detail: String) -> Option<&'static str> {
        let said = format!("{} {} {}", answer.status(), answer.code(), answer.id_text());
        let step = if self.last.closes() { "closed" } else { "written" };
        self.log(step, format!("{detail}: {said}"));
        self.is_certain = answer.is_complete();
        match answer.code() {
            "" => {
                self.is_moving &= self.last != Step::Update;
                self.was_to_be_closed &= self.last.closes();
                if answer.id() != 0 {
                    self.held = Some(answer.id());
                    self.rights.ids.insert(answer.id());
                }
                None
            }
            "OUTCOME_UNKNOWN" => None,
            "REQUEST_CONFLICT" | "REQUEST_NOT_FOUND" if self.has_people => Some("people"),
            _ => {
                self.outcome.wrong.push(format!("answered {answer:?}"));
                Some("people")
            }
        }
    }

    /// The agent's live requests that no person ever touched.
    fn ours(&self) -> Vec<RequestView> {
        let mut live = self.lane.rig.hris.live(self.agent);
        live.retain(|request| is_ours_alone(self.lane.rig, request.id));
        live
    }

    async fn judge(&mut self) {
        self.lane.rig.hris.release_late();
        self.settle(NOTHING_NEW_FOR_A_DAY).await;
        if self.is_certain {
            self.expect("without another call");
        } else if self.outcome.end == "held" {
            self.try_once_more().await;
        }
        if self.ours().len() > 1 {
            self.outcome.wrong.push("doubled".to_owned());
        }
    }

    /// What was confirmed last is so.
    fn expect(&mut self, when: &str) {
        let ours = self.ours();
        let held = self.held.and_then(|id| self.lane.rig.hris.request(id));
        let wrong = if self.last.closes() {
            // People's own leave with these days stays where it is.
            held.is_some_and(|held| held.status.is_live()) || !ours.is_empty()
        } else {
            !held.is_some_and(|held| self.target.is_met_by(&held))
                || ours.iter().any(|request| Some(request.id) != self.held)
        };
        if wrong {
            self.outcome.wrong.push(format!("not so {when}: {:?} {:?}", self.last, self.target));
        }
    }

    async fn try_once_more(&mut self) {
        for _ in 0..4 {
            self.lane.quick.age(SETTLING_IS_DUE);
            let answer = self.call(self.lane.quick).await;
            self.judge_rights(self.last.names_an_id());
            if self.hear(&answer, "once more".to_owned()).is_some() {
                return;
            }
            if self.is_certain {
                self.settle(NOTHING_NEW_FOR_A_DAY).await;
                self.expect("after the last call");
                return;
            }
        }
        self.outcome.wrong.push("never confirmed".to_owned());
    }
}
