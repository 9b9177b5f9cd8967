//! What changes something in Genesys: sent once, with what is asked for and nothing else.

use genesys_cloud::{
    AgentAssociations, AssociationUpdate, Effect, Error, ErrorKind, IntegrationStatus,
    RequestOfUser,
};
use serde_json::{Map, json};

use crate::script::{Reply, Server, id, refusal};

fn request() -> RequestOfUser {
    RequestOfUser { request: id("r-1"), user: id("u-1") }
}

async fn marked(replies: impl IntoIterator<Item = Reply>) -> (Result<(), Error>, usize) {
    let server = Server::playing(replies).await;
    let outcome = server.client().mark_complete(&id("mu-1"), &request()).await.map(drop);
    (outcome, server.seen().len())
}

fn done() -> Reply {
    Reply::ok(
        &json!({ "timeOffRequest": { "id": "r-1" }, "user": { "id": "u-1" }, "integrationStatus": "ManuallyComplete" }),
    )
}

#[tokio::test]
async fn a_request_is_marked_complete() {
    let server = Server::playing([done()]).await;
    let status = server.client().mark_complete(&id("mu-1"), &request()).await.unwrap();
    assert_eq!(status.integration_status, Some(IntegrationStatus::ManuallyComplete));
    let seen = server.only();
    assert_eq!(
        seen.line(),
        "PATCH /api/v2/workforcemanagement/managementunits/mu-1/timeoffrequests/r-1/users/u-1/integrationstatus"
    );
    assert_eq!(seen.json(), json!({ "integrationStatus": "ManuallyComplete" }));
}

#[tokio::test]
async fn a_write_is_sent_once_and_says_whether_it_may_have_happened() {
    for (reply, kind, effect) in [
        (refusal(400, "x"), ErrorKind::Rejected, Effect::None),
        (refusal(403, "x"), ErrorKind::Forbidden, Effect::None),
        (refusal(409, "x"), ErrorKind::Conflict, Effect::None),
        (refusal(408, "x"), ErrorKind::Unavailable, Effect::Unknown),
        (refusal(500, "x"), ErrorKind::Unavailable, Effect::Unknown),
        (refusal(503, "x"), ErrorKind::Unavailable, Effect::Unknown),
        (Reply::Close, ErrorKind::Transport, Effect::Unknown),
        (Reply::break_off(), ErrorKind::Transport, Effect::Unknown),
    ] {
        let (outcome, calls) = marked([reply.clone(), done()]).await;
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.effect(), calls), (kind, effect, 1), "{reply:?}");
    }
}

#[tokio::test]
async fn a_write_is_sent_again_after_an_answer_that_says_that_nothing_was_done() {
    for refusal in [
        refusal(429, "too.many.requests").with("Retry-After", "0"),
        refusal(401, "bad.credentials"),
    ] {
        let (outcome, calls) = marked([refusal, done()]).await;
        outcome.unwrap();
        assert_eq!(calls, 2);
    }
}

fn present() -> AgentAssociations {
    let body = json!({ "agent": { "id": "u-1" }, "selectedIntegration": { "id": "i-2" }, "associatedIntegrations": [
        { "agentExternalId": "old", "integration": { "id": "i-1" }, "locked": false },
        { "agentExternalId": "A-7", "integration": { "id": "i-2" }, "locked": true },
    ]});
    serde_json::from_value(body).unwrap()
}

#[tokio::test]
async fn a_link_keeps_the_other_integrations() {
    let answer = json!({ "agent": { "id": "u-1" }, "selectedIntegration": { "id": "i-1" }, "associatedIntegrations": [] });
    let server = Server::playing([Reply::ok(&answer), Reply::ok(&answer)]).await;
    let client = server.client();
    let update = AssociationUpdate::link(Some(&present()), &id("i-1"), "452");
    client.set_associations(&id("u-1"), &update).await.unwrap();
    let first = AssociationUpdate::link(None, &id("i-1"), "452");
    client.set_associations(&id("u-1"), &first).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen[0].line(), "PUT /api/v2/workforcemanagement/agents/u-1/integrations/hris");
    let ours = json!({ "agentExternalId": "452", "integrationId": "i-1", "locked": true });
    let others = json!({ "agentExternalId": "A-7", "integrationId": "i-2", "locked": true });
    assert_eq!(
        seen[0].json(),
        json!({ "selectedIntegrationId": "i-1", "associatedIntegrations": [others, ours] })
    );
    assert_eq!(
        seen[1].json(),
        json!({ "selectedIntegrationId": "i-1", "associatedIntegrations": [ours] })
    );
}

#[tokio::test]
async fn an_action_in_test_mode_is_sent_once() {
    let answer = json!({ "success": false, "operations": [{ "step": 1, "name": "Execute request", "success": false, "error": { "message": "private" } }], "finalResult": null });
    let server = Server::playing([Reply::ok(&answer), refusal(503, "x")]).await;
    let client = server.client();
    let inputs = Map::from_iter([("agentId".to_owned(), json!("0"))]);
    let test = client.test_action(&id("custom_-_1"), &inputs).await.unwrap();
    assert!(!test.success && !test.operations[0].success);
    assert_eq!(test.operations[0].name.as_deref(), Some("Execute request"));
    assert_eq!(server.seen()[0].line(), "POST /api/v2/integrations/actions/custom_-_1/test");
    assert_eq!(server.seen()[0].json(), json!({ "agentId": "0" }));
    let error = client.test_action(&id("custom_-_1"), &inputs).await.unwrap_err();
    assert_eq!((error.effect(), server.seen().len()), (Effect::Unknown, 2));
}
