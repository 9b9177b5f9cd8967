//! Settings that change what a write does.

use writes::{Input, Rig};

#[tokio::test]
async fn read_only_writes_nothing_and_asks_nobody() {
    let rig = Rig::start().await;
    let process = rig.process_with(|settings| settings.read_only = true);
    rig.table.faults().reset_calls();
    process.insert(&Input::leave(452, 83, "2026-12-01")).await.failed("READ_ONLY");
    assert_eq!(process.update(&Input::status_of(452, 7, "CANCELED")).await.failed("READ_ONLY"), 7);
    assert_eq!(rig.hris.calls().total(), 0);
    assert_eq!(rig.table.faults().all_calls().len(), 0);
}
