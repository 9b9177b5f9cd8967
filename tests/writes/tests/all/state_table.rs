//! Update's state table, cell by cell.

use std::time::Duration;

use bamboohr_simulator::{
    Action, Fault, LateAnswer, Matcher, NewRequest, Operation, Release, RequestStatus, Seed, date,
};
use writes::{Input, Process, Rig};

use RequestStatus::{Approved, Canceled, Denied, Requested, Superceded};

/// Where the request stands before the update.
#[derive(Clone, Copy, Debug)]
enum State {
    /// Live, with the days that the update names.
    Same(RequestStatus),
    /// Live, with other days.
    Changed(RequestStatus),
    /// Cancelled or denied through us.
    ClosedByUs(RequestStatus),
    /// Cancelled or denied in BambooHR.
    ClosedByHr(RequestStatus),
    /// Replaced by a supersede of ours whose answer was lost.
    SupersededByOurs,
    /// Replaced in BambooHR; a live request without a marker has the days that the update names.
    SupersededByEqual,
    /// Replaced in BambooHR by nobody knows what.
    Superseded,
    /// No such request.
    Absent,
}

/// What the update answers, and what BambooHR holds afterwards under the id that it gives.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    /// The id that was asked for, in this status, after so many writes.
    Same(RequestStatus, usize),
    /// The id of the request that had taken its place already, in this status, after so many
    /// writes.
    Successor(RequestStatus, usize),
    /// The id of a request made by this update, in this status.
    New(RequestStatus),
    /// A failure, and no write.
    Refused(&'static str),
}

use Outcome::{New, Refused, Same, Successor};

const CONFLICT: Outcome = Refused("REQUEST_CONFLICT");
const NOT_FOUND: Outcome = Refused("REQUEST_NOT_FOUND");
const STATUSES: [&str; 4] = ["CANCELED", "DENIED", "PENDING", "APPROVED"];

const TABLE: [(State, [Outcome; 4]); 12] = [
    (
        State::Same(Requested),
        [Same(Canceled, 1), Same(Denied, 1), Same(Requested, 0), Same(Approved, 1)],
    ),
    (
        State::Same(Approved),
        [Same(Canceled, 1), Same(Denied, 1), Same(Approved, 0), Same(Approved, 0)],
    ),
    (
        State::Changed(Requested),
        [Same(Canceled, 1), Same(Denied, 1), New(Requested), New(Approved)],
    ),
    (State::Changed(Approved), [Same(Canceled, 1), Same(Denied, 1), New(Requested), New(Approved)]),
    (
        State::ClosedByUs(Canceled),
        [Same(Canceled, 0), Same(Canceled, 0), New(Requested), New(Approved)],
    ),
    (State::ClosedByUs(Denied), [Same(Denied, 0), Same(Denied, 0), New(Requested), New(Approved)]),
    (State::ClosedByHr(Canceled), [Same(Canceled, 0), Same(Canceled, 0), CONFLICT, CONFLICT]),
    (State::ClosedByHr(Denied), [Same(Denied, 0), Same(Denied, 0), CONFLICT, CONFLICT]),
    (
        State::SupersededByOurs,
        [
            Successor(Canceled, 1),
            Successor(Denied, 1),
            Successor(Requested, 0),
            Successor(Approved, 1),
        ],
    ),
    (
        State::SupersededByEqual,
        [
            Successor(Canceled, 1),
            Successor(Denied, 1),
            Successor(Requested, 0),
            Successor(Approved, 1),
        ],
    ),
    (State::Superseded, [CONFLICT; 4]),
    (State::Absent, [NOT_FOUND; 4]),
];

/// One cell: an agent of its own on a shared rig.
struct Cell<'a> {
    rig: &'a Rig,
    process: &'a Process,
    agent: u64,
    status: &'static str,
}

impl Cell<'_> {
    /// The leave that the update names.
    fn wanted(&self) -> Input {
        Input::leave(self.agent, 83, "2026-12-01,2026-12-02").status(self.status)
    }

    fn other_days(&self) -> Input {
        Input::leave(self.agent, 83, "2026-12-08").pending()
    }

    fn by_hand(&self) -> NewRequest {
        NewRequest::new(self.agent, 83, date(2026, 12, 1), date(2026, 12, 2)).per_day(8)
    }

    async fn inserted(&self, input: Input, status: RequestStatus) -> u64 {
        let status = if status == Approved { "APPROVED" } else { "PENDING" };
        self.process.insert(&input.status(status)).await.completed()
    }

    /// Brings a request into the state and gives its id, and that of its successor.
    async fn prepare(&self, state: State) -> (u64, Option<u64>) {
        let hris = &self.rig.hris;
        match state {
            State::Same(status) => (self.inserted(self.wanted(), status).await, None),
            State::Changed(status) => (self.inserted(self.other_days(), status).await, None),
            State::ClosedByUs(status) => {
                let id = self.inserted(self.wanted(), Requested).await;
                let change = if status == Denied { "DENIED" } else { "CANCELED" };
                assert_eq!(
                    self.process
                        .update(&Input::status_of(self.agent, id, change))
                        .await
                        .completed(),
                    id
                );
                (id, None)
            }
            State::ClosedByHr(status) => {
                let id = self.inserted(self.wanted(), Requested).await;
                assert!(hris.hr_changes_status(id, status));
                (id, None)
            }
            State::SupersededByOurs => {
                let id = self.inserted(self.other_days(), Requested).await;
                let create = Matcher::on(Operation::Create).employee(self.agent).times(1);
                hris.fault(Fault::new(
                    create,
                    Action::CommitLate { release: Release::OnDemand, answer: LateAnswer::Drop },
                ));
                let hasty = self.rig.process_with(|settings| {
                    settings.api_budget = Duration::from_millis(1_500);
                    settings.resend_after = Duration::from_secs(10);
                });
                assert_eq!(
                    hasty.update(&self.wanted().pending().id(id)).await.failed("OUTCOME_UNKNOWN"),
                    id
                );
                hris.release_late();
                (id, self.rig.live(self.agent).first().copied())
            }
            State::SupersededByEqual => {
                let id = hris.hr_creates_request(self.by_hand().status(Superceded));
                (id, Some(hris.hr_creates_request(self.by_hand())))
            }
            State::Superseded => (hris.hr_creates_request(self.by_hand().status(Superceded)), None),
            State::Absent => (999_999, None),
        }
    }

    async fn run(&self, state: State) -> Outcome {
        let (id, successor) = self.prepare(state).await;
        let mine = || {
            self.rig
                .hris
                .writes()
                .iter()
                .filter(|write| write.employee_id == Some(self.agent))
                .count()
        };
        let before = mine();
        let answer = self.process.update(&self.wanted().id(id)).await;
        let writes = mine() - before;
        let held = self.rig.hris.request(answer.id()).map(|request| request.status);
        let live = self.rig.live(self.agent);
        if !answer.is_complete() {
            assert_eq!((answer.id(), writes), (id, 0), "{state:?} {}: {answer:?}", self.status);
            let known = ["REQUEST_CONFLICT", "REQUEST_NOT_FOUND"]
                .into_iter()
                .find(|code| *code == answer.code());
            return Refused(known.unwrap_or("something else"));
        }
        let held = held.unwrap_or_else(|| panic!("{state:?} {}: {answer:?}", self.status));
        assert_eq!(
            live,
            if held.is_live() { vec![answer.id()] } else { vec![] },
            "{state:?} {}",
            self.status
        );
        match answer.id() {
            same if same == id => Same(held, writes),
            other if Some(other) == successor => Successor(held, writes),
            _ => {
                assert_eq!(writes, 1, "{state:?} {}", self.status);
                New(held)
            }
        }
    }
}

#[tokio::test]
async fn every_cell() {
    let rig = Rig::with(Seed::company(100)).await;
    let process = rig.process();
    let mut differences = Vec::new();
    let mut agents = 1..;
    for (state, outcomes) in TABLE {
        for (status, expected) in STATUSES.into_iter().zip(outcomes) {
            let Some(agent) = agents.next() else { break };
            let found = Cell { rig: &rig, process: &process, agent, status }.run(state).await;
            if found != expected {
                differences
                    .push(format!("{state:?} / {status}: {found:?} instead of {expected:?}"));
            }
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

const AGENT: u64 = 452;

#[tokio::test]
async fn what_bamboohr_will_not_deny_is_cancelled() {
    let rig = Rig::with(Seed::small().refuses_deny_of_approved(83)).await;
    let process = rig.process();
    let id = process.insert(&Input::leave(AGENT, 83, "2026-12-01")).await.completed();
    assert_eq!(process.update(&Input::status_of(AGENT, id, "DENIED")).await.completed(), id);
    assert_eq!(rig.hris.request(id).unwrap().status, Canceled);
}

#[tokio::test]
async fn an_approval_that_leaves_approvers_waiting_is_superseded_by_an_approved_request() {
    let rig = Rig::with(Seed::small().multi_step(83)).await;
    let process = rig.process();
    let leave = Input::leave(AGENT, 83, "2026-12-01").notes("Sea");
    let old = process.insert(&leave.clone().pending()).await.completed();
    let new = process.update(&leave.clone().notes("").id(old)).await.completed();
    let request = rig.only(AGENT);
    assert_eq!((request.id, request.status, request.previous), (new, Approved, Some(old)));
    assert!(request.employee_note.starts_with("Sea [tb:"), "{}", request.employee_note);
    // The old id stands for the new one from now on.
    assert_eq!(process.update(&leave.id(old)).await.completed(), new);
    assert_eq!(process.update(&Input::status_of(AGENT, old, "CANCELED")).await.completed(), new);
    rig.assert_none_live(AGENT);
}

/// The approval was counted, the supersede that follows it was not sent: BambooHR refuses the
/// second approval of one approver.
#[tokio::test]
async fn an_approval_that_was_counted_before_is_superseded_when_it_is_repeated() {
    let rig = Rig::with(Seed::small().multi_step(83)).await;
    let process = rig.process();
    let leave = Input::leave(AGENT, 83, "2026-12-01");
    let old = process.insert(&leave.clone().pending()).await.completed();
    rig.hris.fault(Fault::always(Operation::Create, Action::StatusBefore { status: 422 }));
    assert_eq!(process.update(&leave.clone().id(old)).await.failed("HRIS_REJECTED"), old);
    rig.hris.clear_faults();
    let new = process.update(&leave.id(old)).await.completed();
    assert_eq!((rig.only(AGENT).id, rig.only(AGENT).status), (new, Approved));
}

/// The supersede that follows a counted approval was sent, and nobody knows whether it arrived.
#[tokio::test]
async fn an_approving_supersede_of_unknown_outcome_keeps_to_the_waiting_time_and_converges() {
    for arrives in [false, true] {
        let rig = Rig::with(Seed::small().multi_step(83)).await;
        let hasty = rig.process_with(|settings| {
            settings.api_budget = Duration::from_millis(1_500);
            settings.resend_after = Duration::from_secs(10);
        });
        let leave = Input::leave(AGENT, 83, "2026-12-01");
        let old = hasty.insert(&leave.clone().pending()).await.completed();
        let late = Action::CommitLate { release: Release::OnDemand, answer: LateAnswer::Drop };
        rig.hris.fault(Fault::once(Operation::Create, late));
        assert_eq!(hasty.update(&leave.clone().id(old)).await.failed("OUTCOME_UNKNOWN"), old);
        let creates = rig.hris.calls().create;
        assert_eq!(
            hasty.update(&leave.clone().id(old)).await.failed("OUTCOME_UNKNOWN"),
            old,
            "arrives: {arrives}"
        );
        assert_eq!(
            rig.hris.calls().create,
            creates,
            "it was sent again before the waiting time was over"
        );
        if arrives {
            rig.hris.release_late();
        }
        hasty.age(Duration::from_secs(11));
        let new = hasty.update(&leave.clone().id(old)).await.completed();
        assert_eq!(
            (rig.only(AGENT).id, rig.only(AGENT).status),
            (new, Approved),
            "arrives: {arrives}"
        );
        assert_eq!(rig.hris.calls().create, creates + u64::from(!arrives));
        assert_eq!(hasty.update(&leave.id(old)).await.completed(), new);
    }
}

#[tokio::test]
async fn closing_a_request_by_its_id_does_not_need_the_types() {
    let rig = Rig::start().await;
    let leave = Input::leave(AGENT, 83, "2026-12-01");
    let id = rig.process().insert(&leave).await.completed();
    rig.hris.fault(Fault::always(Operation::Types, Action::StatusBefore { status: 500 }));
    assert_eq!(rig.process().update(&leave.status("CANCELED").id(id)).await.completed(), id);
    rig.assert_none_live(AGENT);
}

#[tokio::test]
async fn a_leave_that_has_begun_stays_as_it_is() {
    let begun = NewRequest::new(AGENT, 83, date(2026, 10, 30), date(2026, 11, 3))
        .day(date(2026, 10, 30), 8)
        .status(Approved);
    let rig = Rig::with(Seed::small()).await;
    let id = rig.hris.hr_creates_request(begun);
    let process = rig.process();
    for input in [
        Input::status_of(AGENT, id, "CANCELED"),
        Input::status_of(AGENT, id, "DENIED"),
        Input::leave(AGENT, 83, "2026-12-01").id(id),
    ] {
        let answer = process.update(&input).await;
        assert_eq!(answer.failed("REQUEST_CONFLICT"), id);
        assert!(answer.sentence().contains("has begun"), "{answer:?}");
    }
    assert_eq!((rig.only(AGENT).id, rig.only(AGENT).status), (id, Approved));
}

#[tokio::test]
async fn a_refused_cancellation_is_not_remembered_as_ours() {
    let rig = Rig::start().await;
    let process = rig.process();
    let leave = Input::leave(AGENT, 83, "2026-12-01");
    let id = process.insert(&leave).await.completed();
    rig.hris.set_today(date(2026, 12, 2));
    assert_eq!(
        process.update(&Input::status_of(AGENT, id, "CANCELED")).await.failed("REQUEST_CONFLICT"),
        id
    );
    rig.hris.hr_changes_status(id, Canceled);
    assert_eq!(process.update(&leave.id(id)).await.failed("REQUEST_CONFLICT"), id);
}

#[tokio::test]
async fn any_other_refusal_is_forbidden() {
    let rig = Rig::start().await;
    let process = rig.process();
    let leave = Input::leave(AGENT, 83, "2026-12-01");
    let id = process.insert(&leave.clone().pending()).await.completed();
    let refuse = Action::StatusBefore { status: 403 };
    rig.hris.fault(Fault::always(Operation::Status, refuse.clone()));
    rig.hris.fault(Fault::always(Operation::Create, refuse));
    for input in [
        Input::status_of(AGENT, id, "CANCELED"),
        Input::status_of(AGENT, id, "DENIED"),
        leave.id(id),
        Input::leave(AGENT, 83, "2026-12-02").id(id),
    ] {
        assert_eq!(process.update(&input).await.failed("HRIS_FORBIDDEN"), id, "{input:?}");
    }
    assert_eq!((rig.only(AGENT).id, rig.only(AGENT).status), (id, Requested));
}

#[tokio::test]
async fn a_difference_in_notes_alone_writes_nothing() {
    let rig = Rig::start().await;
    let process = rig.process();
    let leave = Input::leave(AGENT, 83, "2026-12-01").notes("Sea");
    let id = process.insert(&leave).await.completed();
    let writes = rig.hris.writes().len();
    assert_eq!(process.update(&leave.clone().notes("Mountains").id(id)).await.completed(), id);
    assert_eq!(
        process.update(&leave.with("notes", serde_json::Value::Null).id(id)).await.completed(),
        id
    );
    assert_eq!(rig.hris.writes().len(), writes);
    assert!(rig.only(AGENT).employee_note.starts_with("Sea [tb:"));
}

#[tokio::test]
async fn a_supersede_keeps_the_old_note_unless_it_brings_one() {
    let rig = Rig::start().await;
    let process = rig.process();
    let id = process.insert(&Input::leave(AGENT, 83, "2026-12-01").notes("Sea")).await.completed();
    let marker_of =
        |note: &str| note.rsplit_once(" [tb:").map(|(text, _)| text.to_owned()).unwrap_or_default();
    let first = rig.only(AGENT).employee_note;
    assert_eq!(
        process.update(&Input::leave(AGENT, 83, "2026-12-02").id(id)).await.completed(),
        rig.only(AGENT).id
    );
    let kept = rig.only(AGENT).employee_note;
    assert_eq!((marker_of(&kept), kept.matches("[tb:").count()), ("Sea".to_owned(), 1));
    assert_ne!(kept, first, "the marker is the new leave's");
    process
        .update(&Input::leave(AGENT, 83, "2026-12-03").notes("Mountains").id(id))
        .await
        .completed();
    assert_eq!(marker_of(&rig.only(AGENT).employee_note), "Mountains");
}

#[tokio::test]
async fn the_start_times_alone_bind_the_request_to_another_key() {
    let rig = Rig::start().await;
    let process = rig.process();
    let morning = Input::leave(AGENT, 83, "").from_time("2026-12-01T09:00:00", 90);
    let afternoon = Input::leave(AGENT, 83, "").from_time("2026-12-01T14:00:00", 90);
    let id = process.insert(&morning).await.completed();
    let writes = rig.hris.writes().len();
    assert_eq!(process.update(&afternoon.clone().id(id)).await.completed(), id);
    assert_eq!(process.insert(&afternoon).await.completed(), id, "it is the afternoon's now");
    assert_eq!(rig.hris.writes().len(), writes);
    // The morning is free again, although the note still carries its marker.
    let other = process.insert(&morning).await.completed();
    assert_ne!(other, id);
    assert_eq!(rig.live(AGENT), [id, other]);
    assert_eq!(process.update(&afternoon.status("CANCELED")).await.completed(), id);
    assert_eq!(rig.live(AGENT), [other]);
}

/// The morning was sent twice, and its first send arrives only after it became the afternoon.
#[tokio::test]
async fn what_turns_up_of_a_released_key_is_cancelled() {
    let rig = Rig::start().await;
    let process = rig.process();
    let morning = Input::leave(AGENT, 83, "").from_time("2026-12-01T09:00:00", 90);
    let afternoon = Input::leave(AGENT, 83, "").from_time("2026-12-01T14:00:00", 90);
    let late = Action::CommitLate { release: Release::OnDemand, answer: LateAnswer::Drop };
    rig.hris.fault(Fault::once(Operation::Create, late));
    let id = process.insert(&morning).await.completed();
    assert_eq!(process.update(&afternoon.clone().id(id)).await.completed(), id);
    assert_eq!(rig.hris.release_late(), 1);
    assert_eq!(process.insert(&afternoon).await.completed(), id);
    assert_eq!(rig.live(AGENT), [id]);
}

#[tokio::test]
async fn another_agents_request_is_not_touched() {
    let rig = Rig::start().await;
    let process = rig.process();
    let id = process.insert(&Input::leave(453, 83, "2026-12-01")).await.completed();
    let writes = rig.hris.writes().len();
    for input in
        [Input::status_of(AGENT, id, "CANCELED"), Input::leave(AGENT, 83, "2026-12-01").id(id)]
    {
        assert_eq!(process.update(&input).await.failed("REQUEST_CONFLICT"), id);
    }
    assert_eq!((rig.hris.writes().len(), rig.live(453)), (writes, vec![id]));
}
