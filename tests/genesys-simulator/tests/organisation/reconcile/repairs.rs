//! What is marked and what is repaired, and what is left.

use genesys_simulator::{Change, IntegrationStatus, Submission, WorkflowFault, date};
use serde_json::Value;
use timeoff_admin::Outcome;

use super::rig::{Rig, approved};
use crate::proxy::Passage;
use crate::world::{MONDAY, leave};

const MANUALLY: Option<IntegrationStatus> = Some(IntegrationStatus::ManuallyComplete);

#[tokio::test]
async fn what_is_equal_is_marked_once_and_there_is_nothing_to_do_then() {
    let rig = Rig::start().await;
    let request = rig.submitted_with(WorkflowFault::Unheard, approved(452)).await;
    let missing = rig.submitted_with(WorkflowFault::Unsent, approved(450)).await;
    let found = rig.reconcile(&["--mark-complete"]).await;
    assert_eq!(found.of_request(&request), ("equal", "marked"));
    assert_eq!(found.of_request(&missing), ("missing", "none"));
    assert_eq!(rig.integration_status(&request), MANUALLY);
    assert_eq!(rig.integration_status(&missing), Some(IntegrationStatus::Error));
    let again = rig.reconcile(&["--mark-complete"]).await;
    assert_eq!(again.rows.len(), 1);
    assert!(rig.live(450).is_empty());
}

#[tokio::test]
async fn full_days_are_inserted_approved_and_closed_with_genesys_note() {
    let rig = Rig::start().await;
    let [missing, waiting, cancelled] = rig.three_to_repair().await;

    let found = rig.reconcile(&["--repair"]).await;
    for (request, verdict) in
        [(&missing, "missing"), (&waiting, "differs"), (&cancelled, "still-live")]
    {
        assert_eq!(found.of_request(request), (verdict, "repaired"), "{found:?}");
        assert_eq!(rig.integration_status(request), MANUALLY);
    }
    assert_eq!(found.outcome, Outcome::Clean);
    let inserted = rig.bamboohr().live(452).remove(0);
    assert!(inserted.employee_note.starts_with("private [tb:"), "{inserted:?}");
    assert_eq!(rig.live(450)[0].1, "Approved");
    assert!(rig.live(448).is_empty());
    // Neither the report nor the journal shows the note.
    let journal = std::fs::read_to_string(rig.journal()).unwrap();
    assert!(!format!("{found:?}{journal}").contains("private"));
    assert_eq!(rig.reconcile(&[]).await.outcome, Outcome::Clean);
}

#[tokio::test]
async fn a_line_is_in_the_journal_before_and_after_each_write() {
    let rig = Rig::start().await;
    let request = rig.submitted_with(WorkflowFault::Unsent, approved(452)).await;
    rig.reconcile(&["--repair"]).await;
    let text = std::fs::read_to_string(rig.journal()).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let steps: Vec<_> = lines
        .iter()
        .map(|line| (line["write"].as_str().unwrap(), line["when"].as_str().unwrap()))
        .collect();
    assert_eq!(
        steps,
        [("insert", "before"), ("insert", "after"), ("mark", "before"), ("mark", "after")]
    );
    assert!(lines.iter().all(|line| line["requestId"] == request.as_str()));
    let live = rig.live(452)[0].0.to_string();
    assert_eq!(
        (&lines[1]["answer"], &lines[1]["timeOffRequestId"]),
        (&"Complete".into(), &live.as_str().into())
    );
}

fn part_day() -> Submission {
    Submission {
        dates: Vec::new(),
        start_date_times: vec![MONDAY.at(9, 0, 0, 0)],
        minutes: vec![90],
        ..approved(452)
    }
}

#[tokio::test]
async fn part_days_without_a_stored_input_are_left() {
    let rig = Rig::start().await;
    let request = rig.submitted_with(WorkflowFault::Unsent, part_day()).await;
    let found = rig.reconcile(&["--repair"]).await;
    assert_eq!(found.of_request(&request), ("missing", "none"));
    assert!(rig.live(452).is_empty());
}

#[tokio::test]
async fn a_stored_input_is_replayed_under_its_own_key_and_says_that_the_note_was_lost() {
    use bamboohr_simulator::{Action, Fault, Operation};

    let rig = Rig::start().await;
    rig.bamboohr().fault(Fault::always(Operation::Create, Action::StatusBefore { status: 403 }));
    let request = rig.submitted(part_day()).await;
    rig.bamboohr().clear_faults();
    let found = rig.reconcile(&["--repair"]).await;
    assert_eq!(found.of_request(&request), ("missing", "replayed"), "{found:?}");
    assert!(found.row(&request)["detail"].as_str().unwrap().contains("note was lost"));
    let key = rig.bamboohr().live(452).remove(0).employee_note;

    // The same leave, sent by the workflow itself, has the same key.
    let other = Rig::start().await;
    other.submitted(part_day()).await;
    let of_workflow = other.bamboohr().live(452).remove(0).employee_note;
    assert_eq!(of_workflow, format!("private{key}"));
}

#[tokio::test]
async fn a_stored_input_whose_leave_went_on_is_not_sent() {
    use bamboohr_simulator::{Action, Fault, Operation};

    let rig = Rig::start().await;
    rig.bamboohr().fault(Fault::always(Operation::Create, Action::StatusBefore { status: 403 }));
    let request = rig.submitted(part_day()).await;
    rig.bamboohr().clear_faults();
    // It is moved and moved back, of which the last was not heard.
    let later = vec![date(2026, 12, 14).at(9, 0, 0, 0)];
    rig.pass(1);
    let to = |starts| Change { start_date_times: Some(starts), ..Change::default() };
    rig.genesys.change(&request, to(later)).unwrap();
    rig.genesys.settled().await;
    rig.with_fault(WorkflowFault::Unsent, |genesys| {
        genesys.change(&request, to(part_day().start_date_times)).unwrap();
    })
    .await;
    let writes = rig.bamboohr().writes().len();
    let found = rig.reconcile(&["--repair"]).await;
    assert_eq!(found.of_request(&request).1, "none", "{found:?}");
    assert_eq!(rig.bamboohr().writes().len(), writes);
}

#[tokio::test]
async fn days_that_differ_are_left_to_people() {
    let rig = Rig::start().await;
    let request = rig.submitted(approved(452)).await;
    let days = vec![date(2026, 12, 8), date(2026, 12, 9)];
    rig.with_fault(WorkflowFault::Unsent, |genesys| {
        genesys.change(&request, Change { dates: Some(days), ..Change::default() }).unwrap();
    })
    .await;
    let writes = rig.bamboohr().writes().len();
    let found = rig.reconcile(&["--repair", "--mark-complete"]).await;
    assert_eq!(found.of_request(&request), ("differs", "none"));
    assert_eq!(rig.bamboohr().writes().len(), writes);
}

#[tokio::test]
async fn a_balance_that_does_not_suffice_is_failed_and_the_rest_goes_on() {
    let rig = Rig::start().await;
    // 453 is in debt in type 78.
    let poor = Submission { activity_code_id: "9".into(), ..leave(453) };
    let poor = rig.submitted_with(WorkflowFault::Unsent, poor).await;
    let other = rig.submitted_with(WorkflowFault::Unsent, approved(455 + 2)).await;
    let found = rig.reconcile(&["--repair"]).await;
    assert_eq!(found.of_request(&poor), ("missing", "failed"));
    assert_eq!(found.of_request(&other), ("missing", "repaired"));
    assert_eq!(found.outcome, Outcome::Findings);
    assert_eq!(rig.integration_status(&poor), Some(IntegrationStatus::Error));
}

#[tokio::test]
async fn no_more_are_sent_than_the_limit_and_none_after_an_answer_that_nobody_expected() {
    let rig = Rig::start().await;
    let mut requests = Vec::new();
    for agent in [448, 450, 452, 456] {
        requests.push(rig.submitted_with(WorkflowFault::Unsent, approved(agent)).await);
    }
    let actions = |found: &super::rig::Reconciled| -> Vec<String> {
        requests
            .iter()
            .filter(|request| found.rows.iter().any(|row| row["requestId"] == request.as_str()))
            .map(|request| found.of_request(request).1.to_owned())
            .collect()
    };
    let found = rig.reconcile(&["--repair", "--limit", "1"]).await;
    assert_eq!(actions(&found), ["repaired", "none", "none", "none"]);
    rig.to_bridge.decide(|_| Passage::Refused(502));
    let found = rig.reconcile(&["--repair"]).await;
    assert_eq!(actions(&found), ["failed", "none", "none"]);
    assert!(found.text.contains("Stopped there: 2 were not tried."), "{}", found.text);
    rig.to_bridge.clear();
    let found = rig.reconcile(&["--repair"]).await;
    assert_eq!(actions(&found), ["repaired"; 3]);
}

#[tokio::test]
async fn without_the_right_to_mark_the_first_failure_names_it_and_is_the_last() {
    let rig = Rig::start().await;
    for agent in [450, 452] {
        rig.submitted_with(WorkflowFault::Unheard, approved(agent)).await;
    }
    rig.genesys.permit("wfm:timeOffRequest:edit", false);
    let found = rig.reconcile(&["--mark-complete"]).await;
    let actions: Vec<_> = found.rows.iter().map(|row| row["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["failed", "none"]);
    assert!(found.text.contains("wfm:timeOffRequest:edit"), "{}", found.text);
}
