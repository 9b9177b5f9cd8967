//! A request edited, moved or copied in any of its fields is never cancelled, approved or answered
//! as ours, by any operation, unless it equals what its key says.

use bamboohr_simulator::{Edit, EditMode, RequestStatus, date};
use futures_util::stream::{self, StreamExt};
use writes::{Envelope, Input, Process, Rig};

use super::{AGENT, assert_people_are_left_alone, everything};

/// Rigs at a time: each is a BambooHR and a table of its own.
const AT_A_TIME: usize = 8;

/// How a person comes to a request that differs from ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    InPlace,
    NewId,
    /// By a new id that does not carry the note on.
    NewIdWithoutNote,
    Copy,
}

/// What a person changes; whether the leave is still Equal; whether it still shares a day and the
/// type with what was sent.
#[derive(Clone)]
struct Variant {
    field: &'static str,
    edit: Edit,
    is_equal: bool,
    shares_day_and_type: bool,
}

fn leave() -> Input {
    Input::leave(AGENT, 78, "2026-12-08,2026-12-09").notes("Dentist")
}

fn variants() -> Vec<Variant> {
    let (first, second) = (date(2026, 12, 8), date(2026, 12, 9));
    let edit = Edit::new;
    let other = |field, edit, shares_day_and_type| Variant {
        field,
        edit,
        is_equal: false,
        shares_day_and_type,
    };
    let equal = |field, edit| Variant { field, edit, is_equal: true, shares_day_and_type: true };
    vec![
        other("moved by a day", edit().moved_to(second), true),
        other("moved by a week", edit().moved_to(date(2026, 12, 15)), false),
        other("moved by a year", edit().moved_to(date(2027, 12, 8)), false),
        other("a day longer", edit().between(first, date(2026, 12, 10)).per_day(8), true),
        other("a day shorter", edit().between(first, first), true),
        other("half the hours", edit().per_day(4), true),
        other("more hours", edit().per_day(12), true),
        other("other hours on one day", edit().day(second, 4), true),
        other("no hours at all", edit().per_day(0), true),
        other("another type", edit().time_off_type(83), false),
        other("a type of another unit", edit().time_off_type(85).per_day(1), false),
        other("hours and approval", edit().per_day(4).status(RequestStatus::Approved), true),
        equal("another note", edit().employee_note("At ten")),
        equal("no note", edit().employee_note("")),
        equal("a manager's note", edit().manager_note("Fine")),
        equal("approved", edit().status(RequestStatus::Approved)),
        equal("waiting again", edit().status(RequestStatus::Requested)),
        equal("a longer span without hours", edit().between(first, date(2026, 12, 11))),
    ]
}

struct Story {
    rig: Rig,
    process: Process,
    /// What was sent.
    id: u64,
    /// What the person left.
    by_hand: u64,
    name: String,
}

impl Story {
    async fn begin(variant: &Variant, how: How, status: &str) -> Self {
        let rig = Rig::start().await;
        let process = rig.process();
        let asked = leave().status(status).with("overrideBalanceThreshold", true);
        let id = process.insert(&asked).await.completed();
        rig.hris.change_quirks(|quirks| quirks.edit_carries_note = how != How::NewIdWithoutNote);
        let edit = variant.edit.clone();
        let by_hand = match how {
            How::InPlace => rig.hris.hr_edits_request(id, EditMode::InPlace, edit),
            How::Copy => rig.hris.hr_copies_request(id, edit),
            _ => rig.hris.hr_edits_request(id, EditMode::NewId, edit),
        };
        let name = format!("{status}, {}, {how:?}", variant.field);
        Self { rig, process, id, by_hand: by_hand.unwrap(), name }
    }

    async fn insert(&self, status: &str) -> Envelope {
        let asked = leave().status(status).with("overrideBalanceThreshold", true);
        self.process.insert(&asked).await
    }

    /// An operation that names the leave by its days.
    async fn update_by_days(&self, status: &str) -> Envelope {
        let asked = leave().status(status).with("overrideBalanceThreshold", true);
        self.process.update(&asked).await
    }

    /// A pending insert of another day looks at every request there ever was.
    async fn look_over_everything(&self) {
        let other = Input::leave(AGENT, 83, "2026-12-22").minutes(30).pending();
        let other = self.process.insert(&other).await.completed();
        assert_people_are_left_alone(&self.rig, &self.name);
        let cancel = Input::status_of(AGENT, other, "CANCELED");
        assert_eq!(self.process.update(&cancel).await.completed(), other);
        self.process.age(super::SETTLING_IS_DUE);
        self.process.settle().await.completed();
        assert_people_are_left_alone(&self.rig, &self.name);
    }

    /// Whatever names the leave by its days is a conflict, and changes nothing.
    async fn expect_conflicts(&self) {
        let before = everything(&self.rig);
        for status in ["APPROVED", "PENDING"] {
            let answer = self.insert(status).await;
            assert_eq!(answer.code(), "REQUEST_CONFLICT", "{}: {answer:?}", self.name);
        }
        for status in ["APPROVED", "PENDING", "CANCELED", "DENIED"] {
            let answer = self.update_by_days(status).await;
            assert_eq!(answer.code(), "REQUEST_CONFLICT", "{}: {answer:?}", self.name);
        }
        assert_eq!(everything(&self.rig), before, "{}", self.name);
    }

    /// The id of a request that somebody replaced by other leave stands for nothing.
    async fn expect_conflicts_by_id(&self) {
        let before = everything(&self.rig);
        for status in ["APPROVED", "PENDING", "CANCELED", "DENIED"] {
            let answer = self.process.update(&leave().status(status).id(self.id)).await;
            assert_eq!(answer.code(), "REQUEST_CONFLICT", "{} by id: {answer:?}", self.name);
        }
        assert_eq!(everything(&self.rig), before, "{}", self.name);
    }

    async fn tell_unequal(&self, variant: &Variant, how: How) {
        self.look_over_everything().await;
        let is_edited = match how {
            How::InPlace | How::NewId => true,
            How::NewIdWithoutNote => variant.shares_day_and_type,
            How::Copy => false,
        };
        if is_edited {
            self.expect_conflicts().await;
            if how != How::InPlace {
                self.expect_conflicts_by_id().await;
            }
        } else {
            // Ours is untouched, or gone without a trace: it is written, beside what a person made.
            for status in ["PENDING", "APPROVED"] {
                let id = self.insert(status).await.completed();
                assert_ne!(id, self.by_hand, "{}", self.name);
                assert!(how != How::Copy || id == self.id, "{}", self.name);
            }
            self.update_by_days("CANCELED").await.completed();
            assert_eq!(self.rig.live(AGENT), [self.by_hand], "{}", self.name);
        }
        assert_people_are_left_alone(&self.rig, &self.name);
    }

    async fn tell_equal(&self, how: How) {
        self.look_over_everything().await;
        let (standing, left) =
            if how == How::Copy { (self.id, vec![self.by_hand]) } else { (self.by_hand, vec![]) };
        let live = self.rig.live(AGENT);
        for status in ["PENDING", "APPROVED"] {
            let id = self.insert(status).await.completed();
            assert_eq!((id, &self.rig.live(AGENT)), (standing, &live), "{}", self.name);
        }
        let approved = self.rig.hris.request(standing).unwrap().status;
        assert_eq!(approved, RequestStatus::Approved, "{}", self.name);
        assert_eq!(self.update_by_days("CANCELED").await.completed(), standing, "{}", self.name);
        assert_eq!(self.rig.live(AGENT), left, "{}", self.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leave_that_people_made_of_ours_is_ours_only_as_long_as_it_equals_what_was_sent() {
    let mut stories = Vec::new();
    for variant in variants() {
        for how in [How::InPlace, How::NewId, How::NewIdWithoutNote, How::Copy] {
            for status in ["APPROVED", "PENDING"] {
                stories.push((variant.clone(), how, status));
            }
        }
    }
    let count = stories.len();
    let told = stories.into_iter().map(|(variant, how, status)| async move {
        let story = Story::begin(&variant, how, status).await;
        if variant.is_equal {
            story.tell_equal(how).await;
        } else {
            story.tell_unequal(&variant, how).await;
        }
    });
    let told = stream::iter(told).buffer_unordered(AT_A_TIME).count().await;
    assert_eq!(told, count);
    println!("{told} ways to edit, move or copy a request");
}

/// A copy for another agent is another agent's, whatever its note says.
#[tokio::test]
async fn a_copy_for_another_agent_is_no_ones_until_it_is_equal_to_what_is_asked() {
    for variant in variants() {
        let story = Story::begin(&variant, How::Copy, "APPROVED").await;
        let edit = variant.edit.clone().employee(444);
        let copy = story.rig.hris.hr_copies_request(story.id, edit).unwrap();
        let asked = Input::leave(444, 78, "2026-12-08,2026-12-09").notes("Dentist");
        let id = story.process.insert(&asked).await.completed();
        assert_eq!(id == copy, variant.is_equal, "{}", story.name);
        if !variant.is_equal {
            assert_people_are_left_alone(&story.rig, &story.name);
        }
        let by_hand = Input::status_of(AGENT, copy, "CANCELED");
        story.process.update(&by_hand).await.failed("REQUEST_CONFLICT");
    }
}
