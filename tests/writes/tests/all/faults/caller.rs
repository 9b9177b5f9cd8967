//! A caller as patient as Genesys: three tries, then the request counts as failed.

use bamboohr_simulator::{Action, Fault, Matcher, Operation};
use fastrand::Rng;
use local_aws::{Gate, Injection};
use writes::{Envelope, Process, Rig};

use super::figures::Figures;
use super::leave::Leave;
use super::suite::Trouble;

pub(crate) const TRIES: usize = 3;

/// Failures that faults explain. Any other is a finding.
const EXPLAINED: [&str; 8] = [
    "DEADLINE_EXCEEDED",
    "WRITE_IN_PROGRESS",
    "OUTCOME_UNKNOWN",
    "HRIS_UNAVAILABLE",
    "HRIS_RATE_LIMITED",
    "HRIS_BAD_RESPONSE",
    "INTERNAL",
    "(killed)",
];

/// What is answered where people made something else of the leave.
const OF_PEOPLE: [&str; 2] = ["REQUEST_CONFLICT", "REQUEST_NOT_FOUND"];

/// One try of the leave's write.
pub(crate) async fn attempt(process: &Process, leave: &Leave) -> Envelope {
    let (input, is_insert) = leave.input();
    if is_insert { process.insert(&input).await } else { process.update(&input).await }
}

/// One try with the run's trouble; `None` when the process was killed.
pub(crate) async fn troubled_attempt(
    rig: &Rig,
    process: &Process,
    agent: u64,
    leave: &Leave,
    trouble: &Trouble,
    rng: &mut Rng,
    figures: &mut Figures,
) -> Option<Envelope> {
    match trouble {
        Trouble::BambooHr(_) => {}
        Trouble::Table => {
            if rng.u8(..10) < 6 {
                let (name, injection) = table_fault(rng);
                *figures.faults.entry(name).or_default() += 1;
                rig.table.faults().inject(injection.containing(format!("AGENT#{agent}\"")));
            }
        }
        Trouble::Kill if rng.u8(..10) < 3 => {
            return kill_after_write(rig, process, agent, leave, figures).await;
        }
        Trouble::Kill if rng.u8(..7) < 3 => {
            return kill_at_record(rig, process, agent, leave, rng, figures).await;
        }
        Trouble::Kill => {}
    }
    Some(attempt(process, leave).await)
}

fn table_fault(rng: &mut Rng) -> (&'static str, Injection) {
    use local_aws::Fault::{AccessDenied, InternalServerError, LoseAnswer, Throttle, Unreachable};
    let faults = [
        ("unreachable", Unreachable),
        ("answer lost", LoseAnswer),
        ("throttled", Throttle),
        ("access denied", AccessDenied),
        ("internal server error", InternalServerError),
    ];
    let (name, fault) = faults[rng.usize(..faults.len())].clone();
    let operation =
        ["PutItem", "Query", "TransactWriteItems", "TransactWriteItems"][rng.usize(..4)];
    // The SDK tries three times: one lost call is put right by it, three are not.
    (name, Injection::of(fault).on(operation).after(rng.usize(..2)).times([1, 3][rng.usize(..2)]))
}

/// Kills the process when BambooHR has done the call's write and before its answer arrives.
async fn kill_after_write(
    rig: &Rig,
    process: &Process,
    agent: u64,
    leave: &Leave,
    figures: &mut Figures,
) -> Option<Envelope> {
    let writes =
        || rig.hris.writes().iter().filter(|write| write.employee_id == Some(agent)).count();
    let before = writes();
    for operation in [Operation::Create, Operation::Status] {
        rig.hris.fault(Fault::new(Matcher::on(operation).employee(agent).times(1), Action::Hang));
    }
    tokio::select! {
        biased;
        () = rig.hris.until(|_| writes() > before) => {
            *figures.faults.entry("killed after the write").or_default() += 1;
            None
        }
        answer = attempt(process, leave) => Some(answer),
    }
}

/// Kills the process while one of its transactions is on its way to the table: at its claim, or at
/// its record.
async fn kill_at_record(
    rig: &Rig,
    process: &Process,
    agent: u64,
    leave: &Leave,
    rng: &mut Rng,
    figures: &mut Figures,
) -> Option<Envelope> {
    let gate = Gate::new();
    let hold = Injection::of(local_aws::Fault::Hold(gate.clone()))
        .on("TransactWriteItems")
        .containing(format!("AGENT#{agent}\""));
    rig.table.faults().inject(hold.after(rng.usize(..2)).once());
    let outcome = tokio::select! {
        biased;
        () = gate.reached() => {
            *figures.faults.entry("killed at the record").or_default() += 1;
            None
        }
        answer = attempt(process, leave) => Some(answer),
    };
    // What is on its way may still arrive; a hold that was not reached is gone.
    gate.open();
    outcome
}

/// Takes note of an answer.
pub(crate) fn note(leave: &mut Leave, answer: Option<&Envelope>, figures: &mut Figures) {
    let word = match answer {
        None => "(killed)",
        Some(answer) if answer.code().is_empty() => answer.status(),
        Some(answer) => answer.code(),
    };
    figures.tries += 1;
    *figures.answers.entry(word.to_owned()).or_default() += 1;
    if let Some(answer) = answer {
        leave.hear(answer);
        let is_of_people = leave.may_be_a_conflict() && OF_PEOPLE.contains(&answer.code());
        if is_of_people {
            leave.taken_over();
        }
        let is_explained = EXPLAINED.contains(&answer.code()) || is_of_people;
        if !answer.is_complete() && !is_explained {
            figures.stuck.push(format!("{answer:?} to {}", leave.describe(&[])));
        }
    }
}
