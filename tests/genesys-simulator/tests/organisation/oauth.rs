//! The whole loop where the gateway asks for a token beside the key.

use genesys_simulator::{Change, IntegrationStatus, RequestStatus, date};
use jiff::SignedDuration;
use local_stack::AuthMode;

use crate::world::{MONDAY, World, leave};

const A_DAY: SignedDuration = SignedDuration::from_hours(24);

#[tokio::test]
async fn a_leave_arrives_over_an_expired_token_by_one_renewal() {
    let (world, hand) = World::with(AuthMode::ApiKeyAndOAuth).await;
    assert!(world.genesys.synchronise_agents().await);
    assert_eq!(world.stack.tokens_given(), 1);

    hand.advance(A_DAY);
    let request = world.submitted(leave(452)).await;
    assert_eq!(request.integration_status, Some(IntegrationStatus::AutomaticallyComplete));
    assert_eq!(world.bamboohr().live(452).len(), 1);
    assert_eq!(world.stack.tokens_given(), 2);

    // The new token serves until it expires, too.
    world.genesys.decide(&request.id, RequestStatus::Approved).unwrap();
    world.seen(&request.id).await;
    assert_eq!(world.stack.tokens_given(), 2);
    hand.advance(A_DAY);
    let longer = Change {
        dates: Some(vec![MONDAY, date(2026, 12, 8), date(2026, 12, 9)]),
        minutes: Some(vec![480; 3]),
        ..Change::default()
    };
    world.genesys.change(&request.id, longer).unwrap();
    let changed = world.seen(&request.id).await;
    assert_eq!(changed.integration_status, Some(IntegrationStatus::AutomaticallyComplete));
    assert_eq!(world.bamboohr().live(452)[0].dates.len(), 3);
    assert_eq!(world.stack.tokens_given(), 3);
}

#[tokio::test]
async fn in_the_middle_mode_a_call_with_a_token_and_one_without_both_work() {
    let (world, hand) = World::with(AuthMode::ApiKeyOAuthReady).await;
    assert!(world.genesys.synchronise_agents().await);
    hand.advance(A_DAY);
    // Nobody looks at the token, so an old one does, and so does a credential without any.
    assert!(world.genesys.synchronise_agents().await);
    assert_eq!(world.stack.tokens_given(), 1);
}
