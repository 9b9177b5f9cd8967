//! Requests on their way through the published workflows to BambooHR.

use genesys_simulator::{
    Change, Choices, DateTime, IntegrationStatus, RequestStatus, StartTimes, Submission,
    UnheardCancels, WorkflowFault, WorkflowFaults, date,
};

use crate::world::{MONDAY, World, leave};

impl World {
    /// Id, status and days of an employee's live requests in BambooHR.
    fn live(&self, employee: u64) -> Vec<(String, String, usize)> {
        let live = self.bamboohr().live(employee).into_iter();
        live.map(|request| {
            (request.id.to_string(), format!("{:?}", request.status), request.dates.len())
        })
        .collect()
    }

    fn goes_wrong(&self, kind: WorkflowFault) {
        self.genesys.workflow_faults(WorkflowFaults { kind, times: 1 });
    }
}

#[tokio::test]
async fn a_request_is_inserted_approved_changed_and_cancelled() {
    let world = World::associated().await;
    let request = world.submitted(leave(452)).await;
    assert_eq!(request.integration_status, Some(IntegrationStatus::AutomaticallyComplete));
    let id = request.hris_id.unwrap();
    assert_eq!(world.live(452), [(id.clone(), "Requested".to_owned(), 2)]);

    world.genesys.decide(&request.id, RequestStatus::Approved).unwrap();
    let approved = world.seen(&request.id).await;
    assert_eq!(approved.substatus, Some("ManualApproval"));
    assert_eq!(world.live(452)[0].1, "Approved");

    let longer = Change {
        dates: Some(vec![MONDAY, date(2026, 12, 8), date(2026, 12, 9)]),
        minutes: Some(vec![480; 3]),
        ..Change::default()
    };
    world.genesys.change(&request.id, longer).unwrap();
    let changed = world.seen(&request.id).await;
    let id = changed.hris_id.unwrap();
    assert_eq!(world.live(452), [(id, "Approved".to_owned(), 3)]);

    world.genesys.decide(&request.id, RequestStatus::Canceled).unwrap();
    let cancelled = world.seen(&request.id).await;
    assert_eq!(cancelled.integration_status, Some(IntegrationStatus::AutomaticallyComplete));
    assert!(world.live(452).is_empty());
    assert!(world.genesys.decide(&request.id, RequestStatus::Approved).is_err());
}

#[tokio::test]
async fn changes_at_the_same_time_follow_one_another() {
    let world = World::associated().await;
    let id = world.genesys.submit(leave(452)).unwrap();
    let begun = world.genesys.request(&id).unwrap();
    assert_eq!(begun.integration_status, Some(IntegrationStatus::Processing));
    world.genesys.decide(&id, RequestStatus::Approved).unwrap();
    world.genesys.decide(&id, RequestStatus::Canceled).unwrap();
    let request = world.seen(&id).await;
    assert_eq!(request.integration_status, Some(IntegrationStatus::AutomaticallyComplete));
    assert!(request.hris_id.is_some() && world.live(452).is_empty());
}

#[tokio::test]
async fn a_balance_that_does_not_suffice_leaves_it_pending() {
    let world = World::associated().await;
    // Employee 453 is in debt in type 78.
    let request = world.submitted(Submission { activity_code_id: "9".into(), ..leave(453) }).await;
    assert_eq!(
        (request.status, request.substatus, request.hris_id),
        (RequestStatus::Pending, Some("InsufficientBalance"), None)
    );
    assert!(world.live(453).is_empty());
}

fn evening(agent: usize) -> Submission {
    Submission {
        dates: Vec::new(),
        start_date_times: vec![DateTime::constant(2026, 12, 7, 20, 0, 0, 0)],
        minutes: vec![120],
        approved: true,
        ..leave(agent)
    }
}

#[tokio::test]
async fn part_days_start_in_the_units_zone_or_in_utc() {
    // 20:00 in New York is the next day in UTC.
    for (start_times, day) in
        [(StartTimes::Unit, date(2026, 12, 7)), (StartTimes::Utc, date(2026, 12, 8))]
    {
        let world = World::associated().await;
        world.genesys.choose(Choices { start_times, ..Choices::default() });
        let request = world.submitted(evening(453)).await;
        let complete = Some(IntegrationStatus::AutomaticallyComplete);
        assert_eq!(request.integration_status, complete, "{start_times:?}");
        let days: Vec<_> = world.bamboohr().live(453)[0].dates.keys().copied().collect();
        assert_eq!(days, [day], "{start_times:?}");
    }
}

#[tokio::test]
async fn part_days_may_come_with_their_dates() {
    let world = World::associated().await;
    world.genesys.choose(Choices { dates_of_part_days: true, ..Choices::default() });
    let request = world.submitted(evening(452)).await;
    assert_eq!(request.integration_status, Some(IntegrationStatus::AutomaticallyComplete));
    assert_eq!(world.live(452).len(), 1);
}

#[tokio::test]
async fn what_genesys_does_not_hear_of_is_an_error_with_or_without_a_leave() {
    for (kind, there) in [(WorkflowFault::Unsent, 0), (WorkflowFault::Unheard, 1)] {
        let world = World::associated().await;
        world.goes_wrong(kind);
        let request = world.submitted(leave(452)).await;
        assert_eq!(
            (request.integration_status, request.hris_id),
            (Some(IntegrationStatus::Error), None),
            "{kind:?}"
        );
        assert_eq!(world.live(452).len(), there, "{kind:?}");
    }
    let world = World::associated().await;
    world.goes_wrong(WorkflowFault::Lost);
    let request = world.submitted(leave(452)).await;
    assert_eq!(request.integration_status, Some(IntegrationStatus::Processing));
    assert_eq!(world.live(452).len(), 1);
}

#[tokio::test]
async fn an_unheard_insert_that_is_moved_leaves_an_orphan() {
    let world = World::associated().await;
    world.goes_wrong(WorkflowFault::Unheard);
    let request = world.submitted(leave(452)).await;
    let days = vec![date(2026, 12, 14), date(2026, 12, 15)];
    world.genesys.change(&request.id, Change { dates: Some(days), ..Change::default() }).unwrap();
    let moved = world.seen(&request.id).await;
    assert_eq!(moved.integration_status, Some(IntegrationStatus::AutomaticallyComplete));
    assert_eq!(world.live(452).len(), 2);
}

#[tokio::test]
async fn a_cancellation_without_an_id_is_left_or_sent() {
    for unheard_cancels in [UnheardCancels::Left, UnheardCancels::Sent] {
        let world = World::associated().await;
        world.genesys.choose(Choices { unheard_cancels, ..Choices::default() });
        world.goes_wrong(WorkflowFault::Unsent);
        let request = world.submitted(leave(452)).await;
        let before = world.bamboohr().calls();
        world.genesys.decide(&request.id, RequestStatus::Canceled).unwrap();
        let cancelled = world.seen(&request.id).await;
        assert!(world.live(452).is_empty());
        let asked = world.bamboohr().calls() != before;
        assert_eq!(asked, unheard_cancels == UnheardCancels::Sent, "{cancelled:?}");
    }
}

#[tokio::test]
async fn what_has_nothing_to_do_with_the_hris_is_not_sent() {
    let world = World::associated().await;
    // 442's address is not the HRIS'; 99 is no plan's code.
    let unassociated = world.submitted(leave(442)).await;
    let unplanned =
        world.submitted(Submission { activity_code_id: "99".into(), ..leave(452) }).await;
    for request in [unassociated, unplanned] {
        assert_eq!((request.integration_status, request.hris_id), (None, None));
    }
}

#[tokio::test]
async fn a_submission_that_does_not_fit_is_refused() {
    let world = World::associated().await;
    for wrong in [
        Submission { user: "nobody@example.com".into(), ..leave(452) },
        Submission { minutes: vec![480], ..leave(452) },
        Submission { payable_minutes: Some(Vec::new()), ..leave(452) },
        Submission { dates: Vec::new(), ..leave(452) },
        Submission { start_date_times: evening(452).start_date_times, ..leave(452) },
    ] {
        assert!(world.genesys.submit(wrong.clone()).is_err(), "{wrong:?}");
    }
    assert!(world.genesys.requests().is_empty());
}
