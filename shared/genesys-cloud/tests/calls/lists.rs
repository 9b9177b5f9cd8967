//! Lists: by pages, in parts, and behind an address to download from.

use genesys_cloud::{ErrorKind, UserId};
use serde_json::{Value, json};

use crate::script::{Reply, Server, id, list, refusal};

fn flow(number: usize) -> Value {
    json!({ "id": format!("f-{number}"), "name": "HRIS", "publishedVersion": null })
}

#[tokio::test]
async fn pages_are_read_to_the_last_one() {
    let page = |entities: Value| {
        Reply::ok(&json!({ "entities": entities, "pageCount": 3, "pageSize": 100, "total": 3 }))
    };
    let server = Server::playing([
        page(json!([flow(1)])),
        page(json!([flow(2), null])),
        page(json!([flow(3)])),
    ])
    .await;
    let ids: Vec<_> =
        server.client().workflows().await.unwrap().into_iter().map(|flow| flow.id).collect();
    assert_eq!(ids, [id("f-1"), id("f-2"), id("f-3")]);
    for (index, seen) in server.seen().iter().enumerate() {
        assert_eq!(seen.line(), "GET /api/v2/flows");
        assert_eq!(seen.params("type"), ["workflow"]);
        assert_eq!(seen.params("pageSize"), ["100"]);
        assert_eq!(seen.params("pageNumber"), [(index + 1).to_string()]);
    }
}

#[tokio::test]
async fn without_a_count_a_page_that_is_not_full_is_the_last() {
    let full: Vec<Value> = (0..100).map(flow).collect();
    let server = Server::playing([list(&json!(full)), list(&json!([flow(100)]))]).await;
    assert_eq!(server.client().workflows().await.unwrap().len(), 101);
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_list_that_breaks_off_is_an_error() {
    let breaking_off = [
        vec![
            Reply::ok(&json!({ "entities": [flow(1)], "pageCount": 2 })),
            Reply::ok(&json!({ "entities": [], "pageCount": 3 })),
        ],
        vec![Reply::ok(&json!({ "pageCount": 2 }))],
        vec![Reply::ok(&json!({}))],
    ];
    for script in breaking_off {
        let server = Server::playing(script.clone()).await;
        let error = server.client().workflows().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadResponse, "{script:?}");
    }
    let server = Server::playing([Reply::ok(&json!({ "unknown": [] }))]).await;
    let error = server.client().management_units().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadResponse);
}

#[tokio::test]
async fn null_is_an_empty_list() {
    let server = Server::playing([list(&json!(null)), Reply::ok(&json!({ "pageCount": 0 }))]).await;
    let client = server.client();
    assert!(client.management_units().await.unwrap().is_empty());
    assert!(client.workflows().await.unwrap().is_empty());
}

#[tokio::test]
async fn long_lists_of_ids_go_in_hundreds_and_in_halves_where_that_is_too_many() {
    let agents: Vec<UserId> = (0..150).map(|number| id(&format!("u-{number}"))).collect();
    let too_many = || refusal(400, "bad.request");
    let none = || list(&json!([]));
    let server = Server::playing([too_many(), none(), none(), none()]).await;
    server.client().associations(&agents).await.unwrap();
    let sizes: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| seen.json()["agentIds"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [100, 50, 50, 50]);

    let server = Server::playing(std::iter::repeat_n(too_many(), 20)).await;
    let error = server.client().associations(&agents).await.unwrap_err();
    assert_eq!((error.kind(), server.seen().len()), (ErrorKind::Rejected, 7), "down to one id");

    let server = Server::playing([]).await;
    assert!(server.client().associations(&[]).await.unwrap().is_empty());
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_download_is_fetched_without_the_token() {
    let elsewhere = Server::playing([]).await;
    let script = [
        Reply::ok(&json!({ "entities": [], "downloadUrl": "/downloads/1?signature=private" })),
        refusal(503, "busy"),
        list(&json!([{ "id": "mu-1" }])),
        Reply::ok(&json!({ "downloadUrl": format!("{}/downloads/1", elsewhere.url) })),
    ];
    let server = Server::playing(script).await;
    let client = server.client();
    let units = client.management_units().await.unwrap();
    assert_eq!(units.first().unwrap().id, id("mu-1"));
    let seen = server.seen();
    assert_eq!(seen[2].line(), "GET /downloads/1");
    assert_eq!(seen[2].params("signature"), ["private"]);
    assert_eq!(seen[2].header("authorization"), None);

    // Another host, and not by https.
    let error = client.management_units().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadResponse);
    assert!(error.to_string().contains("downloadUrl"), "{error}");
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn a_download_that_fails_fails_the_list() {
    let failing = [
        (Reply::json(403, &json!({ "Error": "expired" })), ErrorKind::BadResponse),
        (Reply::json(404, &json!({})), ErrorKind::BadResponse),
        (Reply::ok(&json!({})), ErrorKind::BadResponse),
        (Reply::ok(&json!({ "downloadUrl": "/downloads/2" })), ErrorKind::BadResponse),
    ];
    for (reply, kind) in failing {
        let pointer = Reply::ok(&json!({ "downloadUrl": "/downloads/1?signature=private" }));
        let server = Server::playing([pointer, reply.clone()]).await;
        let error = server.client().management_units().await.unwrap_err();
        assert_eq!((error.kind(), error.permissions().len()), (kind, 0), "{reply:?}");
        assert!(!format!("{error} {error:?}").contains("private"), "{error:?}");
    }
}
