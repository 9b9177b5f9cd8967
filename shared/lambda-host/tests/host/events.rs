use proptest::prelude::*;
use serde_json::{Value, json};

use crate::probe::{context, envelope, host, post};

#[tokio::test]
async fn payload_format_1_is_read() {
    let (host, _) = host();
    let answer = envelope(&host, include_str!("../fixtures/v1-post.json")).await;
    insta::assert_json_snapshot!(answer, @r#"
    {
      "body": "{\"say\":\"caf\\u00e9 \\\"x\\\"\\n\"}",
      "correlationId": "e66a4d37-xmpl-4f9c-9d0e-4f1d4bd1a6c2",
      "errorCode": "",
      "errorMsg": "",
      "list": [],
      "method": "POST",
      "path": "/balances",
      "query": {},
      "status": "Complete",
      "statusCode": 200
    }
    "#);
}

#[tokio::test]
async fn payload_format_2_is_read() {
    let (host, _) = host();
    let answer = envelope(&host, include_str!("../fixtures/v2-get.json")).await;
    insta::assert_json_snapshot!(answer, @r#"
    {
      "body": "",
      "correlationId": "JKJaXmPLvHcESHA=",
      "errorCode": "",
      "errorMsg": "",
      "list": [],
      "method": "GET",
      "path": "/agents",
      "query": {
        "email": "ada@example.com",
        "flag": ""
      },
      "status": "Complete",
      "statusCode": 200
    }
    "#);
}

#[tokio::test]
async fn cargo_lambda_watch_takes_the_answer_to_a_v2_request() {
    let (host, _) = host();
    let fields = |response: Value| -> Vec<String> {
        response.as_object().unwrap().keys().cloned().collect()
    };
    let v2 = host.respond(include_str!("../fixtures/v2-get.json"), context()).await;
    assert_eq!(
        fields(serde_json::to_value(v2).unwrap()),
        ["body", "cookies", "headers", "isBase64Encoded", "multiValueHeaders", "statusCode"]
    );
    let v1 = host.respond(include_str!("../fixtures/v1-post.json"), context()).await;
    assert_eq!(
        fields(serde_json::to_value(v1).unwrap()),
        ["body", "headers", "isBase64Encoded", "multiValueHeaders", "statusCode"]
    );
}

#[tokio::test]
async fn the_schedule_gets_the_bare_envelope() {
    let (host, _) = host();
    for event in [
        include_str!("../fixtures/scheduled-rule.json"),
        include_str!("../fixtures/scheduled-scheduler.json"),
    ] {
        let response = serde_json::to_value(host.respond(event, context()).await).unwrap();
        assert_eq!(
            response,
            json!({"statusCode": 200, "status": "Complete", "errorMsg": "", "errorCode": "", "correlationId": "lambda-1"})
        );
    }
}

#[tokio::test]
async fn the_stage_is_removed_from_the_path_wherever_it_came_from() {
    let (host, _) = host();
    for (path, stage, expected) in [
        ("/agents/452", Some("v1"), "/agents/452"),
        ("/v1/agents/452", Some("v1"), "/agents/452"),
        ("/v1/agents/452", None, "/agents/452"),
        ("/v1/agents/452", Some("$default"), "/agents/452"),
        ("/test/agents", Some("test"), "/agents"),
        ("/v1", Some("v1"), "/"),
        ("/v1agents", Some("v1"), "/v1agents"),
        ("/agents/v1", Some("v1"), "/agents/v1"),
    ] {
        let event = json!({"httpMethod": "GET", "path": path, "requestContext": {"stage": stage}});
        assert_eq!(
            envelope(&host, &event.to_string()).await["path"],
            expected,
            "{path} of {stage:?}"
        );
    }
}

/// What API Gateway sends under a custom domain: the path as the caller wrote it.
fn behind(base: &str, path: &str, resource: &str, id: Option<&str>) -> String {
    json!({
        "resource": resource, "path": format!("/{base}{path}"), "httpMethod": "GET",
        "pathParameters": id.map(|id| json!({"externalId": id})),
        "requestContext": {
            "httpMethod": "GET", "stage": "v1", "resourcePath": resource,
            "path": format!("/{base}{path}"), "domainName": "leave.example.com",
        },
    })
    .to_string()
}

async fn the_routes_are_found_behind(base: &str) {
    let (host, _) = host();
    for (path, resource, id) in [
        ("/agents", "/agents", None),
        ("/agents/7", "/agents/{externalId}", Some("7")),
        ("/agents/agents", "/agents/{externalId}", Some("agents")),
        ("/timeoff-types", "/timeoff-types", None),
    ] {
        let event = behind(base, path, resource, id);
        assert_eq!(envelope(&host, &event).await["path"], path, "{base}");
    }
}

#[tokio::test]
async fn the_base_path_timeoff_is_no_part_of_the_route() {
    the_routes_are_found_behind("timeoff").await;
}

#[tokio::test]
async fn the_base_path_hr_timeoff_is_no_part_of_the_route() {
    the_routes_are_found_behind("hr/timeoff").await;
}

#[tokio::test]
async fn the_base_path_agents_is_no_part_of_the_route() {
    the_routes_are_found_behind("agents").await;
}

#[tokio::test]
async fn the_base_path_v1_is_no_part_of_the_route() {
    the_routes_are_found_behind("v1").await;
}

#[tokio::test]
async fn a_resource_for_everything_stands_for_the_rest_of_the_path() {
    let (host, _) = host();
    let event = json!({
        "resource": "/{proxy+}", "path": "/hr/agents/7", "httpMethod": "GET",
        "pathParameters": {"proxy": "agents/7"},
    });
    assert_eq!(envelope(&host, &event.to_string()).await["path"], "/agents/7");
}

#[tokio::test]
async fn the_path_is_the_route_where_the_resource_says_nothing() {
    let (host, _) = host();
    for (resource, parameters) in [
        (json!(null), json!(null)),
        (json!(""), json!(null)),
        (json!("/agents/{externalId}"), json!(null)),
        (json!("/agents/{externalId}"), json!({"externalId": null})),
    ] {
        let event = json!({
            "resource": resource, "path": "/v1/agents/7", "httpMethod": "GET",
            "pathParameters": parameters,
        });
        assert_eq!(envelope(&host, &event.to_string()).await["path"], "/agents/7", "{event}");
    }
}

#[tokio::test]
async fn a_header_that_is_not_ascii_keeps_nobody_out() {
    let (host, _) = host();
    for headers in [json!({"user-agent": "Müller/1.0"}), json!({"no name": 7}), json!([])] {
        let mut event: Value =
            serde_json::from_str(include_str!("../fixtures/v1-post.json")).unwrap();
        event["headers"] = headers.clone();
        event["multiValueHeaders"] = headers;
        assert_eq!(envelope(&host, &event.to_string()).await["status"], "Complete", "{event}");
    }
}

#[tokio::test]
async fn half_a_character_in_the_body_is_replaced() {
    let (host, _) = host();
    let body = r#"{"do": "list the texts", "notes": "Beach \ud83c", "\udfd6": "\ud83c\udfd6"}"#;
    let answer = envelope(&host, &post(body)).await;
    assert_eq!(
        answer["list"],
        json!([r#"do "list the texts""#, "notes \"Beach \u{FFFD}\"", "\u{FFFD} \"🏖\""])
    );
}

#[tokio::test]
async fn a_base64_body_is_decoded_and_a_false_one_is_the_callers_mistake() {
    let (host, _) = host();
    let event = |body: &str| {
        json!({"httpMethod": "POST", "path": "/", "body": body, "isBase64Encoded": true})
            .to_string()
    };
    assert_eq!(envelope(&host, &event("eyJhIjoiw7wifQ==")).await["body"], "{\"a\":\"ü\"}");
    let answer = envelope(&host, &event("%%%")).await;
    assert_eq!(answer["errorCode"], "INVALID_INPUT");
    assert_eq!(
        answer["errorMsg"],
        "The request body is marked as base64 and is not. Send plain JSON."
    );
}

#[tokio::test]
async fn absent_and_null_fields_are_tolerated() {
    let (host, _) = host();
    let event = json!({
        "httpMethod": "get", "path": null, "body": null, "isBase64Encoded": null,
        "queryStringParameters": {"a": null}, "requestContext": null,
    });
    let answer = envelope(&host, &event.to_string()).await;
    assert_eq!(answer["method"], "GET");
    assert_eq!(answer["query"], json!({"a": ""}));
    assert_eq!(answer["correlationId"], "lambda-1");
}

#[tokio::test]
async fn an_event_of_unknown_shape_is_answered() {
    let (host, _) = host();
    for event in
        ["{}", "[]", "null", "7", r#""text""#, r#"{"httpMethod": 7}"#, r#"{"Records": []}"#]
    {
        let answer = envelope(&host, event).await;
        assert_eq!(answer["statusCode"], 500, "{event}");
        assert_eq!(answer["errorCode"], "INVALID_INPUT", "{event}");
        assert_eq!(answer["correlationId"], "lambda-1", "{event}");
        assert_eq!(answer["list"], json!([]), "{event}");
    }
}

#[tokio::test]
async fn a_body_must_be_a_json_object_of_at_most_256_kib() {
    let (host, _) = host();
    let largest = format!("{{\"a\":\"{}\"}}", "x".repeat(256 * 1024 - 8));
    assert_eq!(largest.len(), 256 * 1024);
    assert_eq!(envelope(&host, &post(&largest)).await["status"], "Complete");
    for (body, sentence) in [
        (
            format!("{largest} "),
            "The request body is larger than 256 KiB. Send fewer or shorter fields.",
        ),
        ("[1]".to_owned(), "The request body is JSON, but not an object. Send the fields in {…}."),
        ("{\"a\":".to_owned(), "The request body is not valid JSON. Send a JSON object."),
    ] {
        let answer = envelope(&host, &post(&body)).await;
        assert_eq!(answer["errorCode"], "INVALID_INPUT");
        assert_eq!(answer["errorMsg"], sentence);
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let names = prop_oneof![
            Just("httpMethod".to_owned()),
            Just("path".to_owned()),
            Just("rawPath".to_owned()),
            Just("body".to_owned()),
            Just("isBase64Encoded".to_owned()),
            Just("requestContext".to_owned()),
            Just("requestId".to_owned()),
            Just("http".to_owned()),
            Just("queryStringParameters".to_owned()),
            Just("source".to_owned()),
            ".{0,6}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names, inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_comes_in_an_envelope_goes_out(event in json_value()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (host, _) = host();
        let answer = runtime.block_on(envelope(&host, &event.to_string()));
        let fields = ["statusCode", "status", "errorMsg", "errorCode", "correlationId"];
        prop_assert!(fields.iter().all(|field| !answer[field].is_null()));
    }
}
