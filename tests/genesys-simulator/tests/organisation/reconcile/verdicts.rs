//! Each verdict from what is planted, and that looking changes nothing.

use bamboohr_simulator::EditMode;
use genesys_cloud::AssociationUpdate;
use genesys_simulator::{
    Change, Choices, IntegrationStatus, RequestStatus, StartTimes, Submission, WorkflowFault, date,
};
use timeoff_admin::Outcome;

use super::rig::{Rig, approved};
use crate::world::{MONDAY, leave, user};

const NOTHING: (&str, &str) = ("missing", "none");

#[tokio::test]
async fn what_bamboohr_holds_and_genesys_did_not_hear_of_is_equal() {
    let rig = Rig::start().await;
    let inserted = rig.submitted_with(WorkflowFault::Unheard, approved(452)).await;
    // Approved in BambooHR first.
    let pending = rig.submitted_with(WorkflowFault::Unheard, leave(450)).await;
    rig.bamboohr().hr_approves_request(rig.live(450)[0].0);
    // Nothing of it was ever there.
    let cancelled = rig.submitted_with(WorkflowFault::Unsent, approved(448)).await;
    rig.genesys.decide(&cancelled, RequestStatus::Canceled).unwrap();
    rig.genesys.settled().await;

    let before = (rig.bamboohr().writes().len(), rig.genesys.requests());
    let found = rig.reconcile(&[]).await;
    for request in [&inserted, &pending, &cancelled] {
        assert_eq!(found.of_request(request), ("equal", "none"));
    }
    assert_eq!(
        (found.outcome, &found.counts),
        (Outcome::Findings, &serde_json::json!({"equal": 3}))
    );
    assert_eq!((rig.bamboohr().writes().len(), rig.genesys.requests()), before);
    assert!(!found.text.contains("private"), "{}", found.text);
}

#[tokio::test]
async fn what_never_arrived_is_missing_and_what_was_not_cancelled_is_still_live() {
    let rig = Rig::start().await;
    let missing = rig.submitted_with(WorkflowFault::Unsent, approved(452)).await;
    let part_day = rig
        .submitted_with(
            WorkflowFault::Unsent,
            Submission {
                dates: Vec::new(),
                start_date_times: vec![date(2026, 12, 9).at(9, 0, 0, 0)],
                minutes: vec![90],
                ..approved(450)
            },
        )
        .await;
    let cancelled = rig.submitted_with(WorkflowFault::Unheard, approved(448)).await;
    rig.genesys.decide(&cancelled, RequestStatus::Canceled).unwrap();
    let denied = rig.submitted(leave(456)).await;
    rig.with_fault(WorkflowFault::Unsent, |genesys| {
        genesys.decide(&denied, RequestStatus::Denied).unwrap();
    })
    .await;

    let found = rig.reconcile(&[]).await;
    assert_eq!(found.of_request(&missing), NOTHING);
    assert_eq!(found.row(&missing)["remedy"], "reconcile --repair");
    assert_eq!(found.of_request(&part_day), NOTHING);
    assert!(found.row(&part_day)["remedy"].as_str().unwrap().contains("by hand"));
    for request in [&cancelled, &denied] {
        assert_eq!(found.of_request(request), ("still-live", "none"));
    }
    let live = rig.live(448)[0].0.to_string();
    assert_eq!(found.row(&cancelled)["timeOffRequestId"], live.as_str());
}

#[tokio::test]
async fn what_is_not_the_same_differs_in_days_or_in_its_status() {
    let rig = Rig::start().await;
    let moved = rig.submitted(approved(452)).await;
    let days = vec![date(2026, 12, 8), date(2026, 12, 9)];
    rig.with_fault(WorkflowFault::Unsent, |genesys| {
        genesys.change(&moved, Change { dates: Some(days), ..Change::default() }).unwrap();
    })
    .await;
    let waiting = rig.submitted(leave(450)).await;
    rig.with_fault(WorkflowFault::Unsent, |genesys| {
        genesys.decide(&waiting, RequestStatus::Approved).unwrap();
    })
    .await;

    let found = rig.reconcile(&[]).await;
    for (request, detail) in [
        (&moved, "days or minutes are not the same"),
        (&waiting, "it waits for approval in BambooHR"),
    ] {
        assert_eq!(found.of_request(request), ("differs", "none"));
        assert_eq!(found.row(request)["detail"], detail);
    }
}

#[tokio::test]
async fn whose_agent_or_type_is_not_known_is_not_compared() {
    let rig = Rig::start().await;
    let unsent = |agent| rig.submitted_with(WorkflowFault::Unsent, approved(agent));
    let (dropped, unselected, elsewhere) =
        (unsent(452).await, unsent(450).await, unsent(448).await);
    let unmapped = rig
        .submitted_with(
            WorkflowFault::Unsent,
            Submission { activity_code_id: "12".into(), ..approved(456) },
        )
        .await;
    let not_ours = rig
        .submitted_with(
            WorkflowFault::Unsent,
            Submission { activity_code_id: "9".into(), ..approved(458) },
        )
        .await;
    let client = crate::world::client_of(&rig.genesys);
    let none = AssociationUpdate { selected_integration_id: None, associated_integrations: vec![] };
    client.set_associations(&user(452), &none).await.unwrap();
    let present = client.associations(&[user(450)]).await.unwrap().remove(0);
    let kept = AssociationUpdate::link(Some(&present), &crate::world::integration(), "450");
    let kept = AssociationUpdate { selected_integration_id: None, ..kept };
    client.set_associations(&user(450), &kept).await.unwrap();
    let other = rig.genesys.add_integration("Workday");
    let link = AssociationUpdate::link(None, &other.parse().unwrap(), "W-1");
    client.set_associations(&user(448), &link).await.unwrap();
    rig.genesys.map_plan("12", None);
    rig.genesys.map_plan("9", Some(("78", &other)));

    let ours = crate::world::integration().to_string();
    let found = rig.reconcile(&["--integration", &ours]).await;
    for (request, verdict, external_id) in [
        (&dropped, "unassociated", serde_json::Value::Null),
        (&unselected, "unassociated", "450".into()),
        (&elsewhere, "other-integration", serde_json::Value::Null),
        (&unmapped, "unmapped", "456".into()),
        (&not_ours, "not-ours", "458".into()),
    ] {
        assert_eq!(found.of_request(request).0, verdict);
        assert_eq!(found.row(request)["externalId"], external_id, "{verdict}");
    }
    assert_eq!(found.row(&unselected)["detail"], "our integration is not selected for the agent");
}

#[tokio::test]
async fn two_users_with_one_id_are_never_written_for() {
    let rig = Rig::start().await;
    let first = rig.submitted_with(WorkflowFault::Unsent, approved(452)).await;
    let second = rig.submitted_with(WorkflowFault::Unsent, approved(450)).await;
    let client = crate::world::client_of(&rig.genesys);
    let link = AssociationUpdate::link(None, &crate::world::integration(), "452");
    client.set_associations(&user(450), &link).await.unwrap();
    let found = rig.reconcile(&["--repair"]).await;
    for request in [&first, &second] {
        assert_eq!(found.of_request(request), ("ambiguous", "none"));
        assert_eq!(found.row(request)["detail"], "two users of Genesys have this id");
    }
    assert!(rig.live(452).is_empty() && rig.live(450).is_empty());
}

#[tokio::test]
async fn a_young_one_that_is_processing_is_running_and_an_old_one_is_looked_at() {
    let rig = Rig::start().await;
    let lost = rig.submitted_with(WorkflowFault::Lost, approved(452)).await;
    let found = rig.reconcile(&[]).await;
    assert_eq!(found.of_request(&lost), ("running", "none"));
    assert_eq!(found.outcome, Outcome::Clean);
    rig.pass(2);
    assert_eq!(rig.reconcile(&["--stuck", "3h"]).await.of_request(&lost).0, "running");
    let found = rig.reconcile(&[]).await;
    assert_eq!(found.of_request(&lost), ("equal", "none"));
    assert_eq!(found.row(&lost)["integrationStatus"], "Processing");
}

#[tokio::test]
async fn an_orphan_is_reported_even_where_genesys_shows_nothing_wrong() {
    let rig = Rig::start().await;
    let request = rig.submitted_with(WorkflowFault::Unheard, approved(452)).await;
    let days = vec![date(2026, 12, 14), date(2026, 12, 15)];
    rig.genesys.change(&request, Change { dates: Some(days), ..Change::default() }).unwrap();
    rig.genesys.settled().await;
    assert_eq!(rig.integration_status(&request), Some(IntegrationStatus::AutomaticallyComplete));
    let found = rig.reconcile(&[]).await;
    let first = rig.bamboohr().live(452).iter().map(|live| live.id).min().unwrap();
    assert_eq!(found.orphans(), [first.to_string()]);
    assert_eq!((found.rows.len(), found.outcome), (1, Outcome::Findings));
    assert_eq!(found.rows[0]["requestId"], serde_json::Value::Null);
    assert!(found.text.contains(&format!("BambooHR {first}")), "{}", found.text);
}

/// The leave arrived on its old days, and Genesys never heard of it: what it shows now is missing,
/// and inserting it would double the leave.
#[tokio::test]
async fn an_orphan_makes_what_is_missing_ambiguous_and_nothing_is_sent() {
    let rig = Rig::start().await;
    let request = rig.submitted_with(WorkflowFault::Unheard, approved(452)).await;
    let days = vec![date(2026, 12, 14), date(2026, 12, 15)];
    rig.with_fault(WorkflowFault::Unsent, |genesys| {
        genesys.change(&request, Change { dates: Some(days), ..Change::default() }).unwrap();
    })
    .await;
    let writes = rig.bamboohr().writes().len();
    let found = rig.reconcile(&["--repair", "--mark-complete"]).await;
    assert_eq!(found.of_request(&request), ("ambiguous", "none"));
    assert_eq!(found.orphans(), [rig.live(452)[0].0.to_string()]);
    assert_eq!(rig.bamboohr().writes().len(), writes);
    assert_eq!(rig.integration_status(&request), Some(IntegrationStatus::Error));
}

/// HR's word counts: what Genesys wants is not inserted anew, by its key or moved since, and no input
/// of it is sent again.
#[tokio::test]
async fn what_people_closed_in_bamboohr_is_missing_and_nothing_is_sent() {
    for how in ["cancelled", "denied", "deleted"] {
        let rig = Rig::start().await;
        let approved_since = rig.submitted(leave(452)).await;
        let moved_since = rig.submitted(approved(450)).await;
        for agent in [452, 450] {
            let (hris, id) = (rig.bamboohr(), rig.live(agent)[0].0);
            assert!(match how {
                "cancelled" => hris.hr_cancels_request(id),
                "denied" => hris.hr_denies_request(id),
                _ => hris.hr_deletes_request(id),
            });
        }
        rig.with_fault(WorkflowFault::Unsent, |genesys| {
            genesys.decide(&approved_since, RequestStatus::Approved).unwrap();
        })
        .await;
        let days = vec![date(2026, 12, 14), date(2026, 12, 15)];
        rig.with_fault(WorkflowFault::Unsent, |genesys| {
            genesys
                .change(&moved_since, Change { dates: Some(days), ..Change::default() })
                .unwrap();
        })
        .await;
        let writes = rig.bamboohr().writes().len();
        let found = rig.reconcile(&["--repair", "--mark-complete"]).await;
        for request in [&approved_since, &moved_since] {
            assert_eq!(found.of_request(request), NOTHING, "{how}");
            assert!(found.row(request)["detail"].as_str().unwrap().contains("not by Genesys"));
            assert!(found.row(request)["remedy"].as_str().unwrap().contains("deny it in Genesys"));
        }
        assert_eq!(rig.bamboohr().writes().len(), writes, "{how}");
    }
}

/// What people made of it is live, and nobody can tell that it is: Genesys is not told that all is
/// well, and nothing is inserted beside it.
#[tokio::test]
async fn what_people_moved_in_bamboohr_is_neither_cancelled_nor_missing() {
    for carries_note in [true, false] {
        let rig = Rig::start().await;
        rig.bamboohr().change_quirks(|quirks| quirks.edit_carries_note = carries_note);
        let cancelled = rig.submitted(approved(452)).await;
        let wanted = rig.submitted(leave(450)).await;
        for agent in [452, 450] {
            let id = rig.live(agent)[0].0;
            rig.bamboohr().hr_moves_request(id, EditMode::NewId, date(2027, 3, 1)).unwrap();
        }
        for (request, status) in
            [(&cancelled, RequestStatus::Canceled), (&wanted, RequestStatus::Approved)]
        {
            rig.genesys.decide(request, status).unwrap();
            rig.genesys.settled().await;
            assert_eq!(rig.integration_status(request), Some(IntegrationStatus::Error));
        }
        let writes = rig.bamboohr().writes().len();
        let found = rig.reconcile(&["--repair", "--mark-complete"]).await;
        for request in [&cancelled, &wanted] {
            assert_eq!(found.of_request(request), ("ambiguous", "none"), "{carries_note}");
            assert!(
                found.row(request)["detail"].as_str().unwrap().contains("replaced in BambooHR")
            );
        }
        assert_eq!(rig.bamboohr().writes().len(), writes);
        assert_eq!((rig.live(452).len(), rig.live(450).len()), (1, 1));
    }
}

#[tokio::test]
async fn a_balance_job_names_the_type_where_plans_disagree() {
    let rig = Rig::start().await;
    let request = rig.submitted_with(WorkflowFault::Unheard, approved(452)).await;
    rig.genesys.add_plan_of_group("10", "78");
    assert_eq!(rig.reconcile(&[]).await.of_request(&request), ("equal", "none"));
    // The bridge does not answer Genesys any more.
    rig.to_gateway.decide(|_| crate::proxy::Passage::Refused(503));
    let found = rig.reconcile(&[]).await;
    assert_eq!(found.of_request(&request), ("ambiguous", "none"));
    assert_eq!(found.row(&request)["detail"], "its plans disagree on the time-off type");
}

/// It is the leave of a request that succeeded, as far as anybody can tell.
#[tokio::test]
async fn the_leave_of_a_request_whose_plans_disagree_is_no_orphan() {
    let rig = Rig::start().await;
    let request = rig.submitted(approved(452)).await;
    assert_eq!(rig.integration_status(&request), Some(IntegrationStatus::AutomaticallyComplete));
    rig.genesys.add_plan_of_group("10", "78");
    let found = rig.reconcile(&[]).await;
    assert_eq!((found.rows.len(), found.outcome), (0, Outcome::Clean), "{found:?}");
}

#[tokio::test]
async fn part_days_are_equal_in_whatever_zone_they_were_sent() {
    for start_times in [StartTimes::Unit, StartTimes::Utc] {
        let rig = Rig::start().await;
        rig.genesys.choose(Choices { start_times, ..Choices::default() });
        // In New York, where the evening is the next day in UTC.
        let evening = Submission {
            dates: Vec::new(),
            start_date_times: vec![MONDAY.at(20, 0, 0, 0)],
            minutes: vec![120],
            ..approved(453)
        };
        let request = rig.submitted_with(WorkflowFault::Unheard, evening).await;
        let found = rig.reconcile(&[]).await;
        assert_eq!(found.of_request(&request), ("equal", "none"), "{start_times:?}");
    }
}

#[tokio::test]
async fn an_agent_of_whom_bamboohr_cannot_be_read_is_said_and_does_not_stop_the_others() {
    use bamboohr_simulator::{Action, Fault, Matcher, Operation};

    let rig = Rig::start().await;
    let unread = rig.submitted_with(WorkflowFault::Unheard, approved(452)).await;
    let other = rig.submitted_with(WorkflowFault::Unheard, approved(450)).await;
    let matcher = Matcher::on(Operation::List).employee(452);
    rig.bamboohr().fault(Fault::new(matcher, Action::StatusBefore { status: 403 }));
    let found = rig.reconcile(&["--mark-complete"]).await;
    assert_eq!(found.of_request(&unread), ("ambiguous", "none"));
    assert_eq!(found.row(&unread)["detail"], "BambooHR or the table could not be read");
    assert_eq!(found.of_request(&other), ("equal", "marked"));
    assert_eq!(found.outcome, Outcome::Unread);
}

#[tokio::test]
async fn days_that_were_not_asked_for_are_left_out() {
    let rig = Rig::start().await;
    rig.submitted_with(WorkflowFault::Unheard, approved(452)).await;
    let all = ["reconcile", "--since", "2026-11-01", "--until", "2026-11-30"];
    let report = rig.admin(&all).await.unwrap();
    assert_eq!(report.outcome(), Outcome::Clean);
    assert!(report.to_text(None).starts_with("Nothing to settle"), "{}", report.to_text(None));
    let wrong = ["reconcile", "--since", "2026-12-01", "--until", "2026-11-30"];
    assert!(rig.admin(&wrong).await.unwrap_err().is_usage());
}
