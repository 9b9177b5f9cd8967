//! Refused API keys.

use bamboohr_simulator::Seed;

use crate::world::World;

#[tokio::test]
async fn a_key_that_is_refused_at_start_is_not_tried_again_by_the_first_call() {
    for filter in [r#"{"departmentName":["Support"]}"#, "{}"] {
        let settings = [("AGENT_FILTER", filter)];
        let mut world = World::of(Seed::company(20)).await;
        world.list().await;
        world.restart(&settings);
        world.sim.revoke_key("simulator-key");
        world.sim.reset_calls();
        world.warm_up().await;
        assert_eq!(world.failure().await.0, "HRIS_UNAUTHORIZED");
        assert_eq!(world.sim.calls().total(), 1, "AGENT_FILTER={filter}");
    }
}
