//! The stack in process, as other crates' tests use it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use jiff::SignedDuration;
use lambda_host::Clock;
use local_stack::{
    API_KEY, AuthMode, Hris, LocalStack, OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET, Options, Ports,
    SIMULATOR_KEY, Seed, Simulator, StartError,
};
use reqwest::Method;
use serde_json::{Value, json};

async fn send(
    stack: &LocalStack,
    method: Method,
    path: &str,
    key: Option<&str>,
    body: Option<Value>,
) -> (u16, Value) {
    // Nothing here speaks TLS, but the client does not build without a provider.
    let _installed_already = rustls::crypto::ring::default_provider().install_default();
    let mut request = reqwest::Client::new().request(method, format!("{}{path}", stack.url()));
    if let Some(key) = key {
        request = request.header("x-api-key", key);
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    (response.status().as_u16(), response.json().await.unwrap())
}

fn insert() -> Value {
    json!({
        "agentId": "452", "timeOffTypeId": "83", "timeOffStatus": "APPROVED",
        "dates": ["2026-12-01"], "payableMinutes": ["480"], "notes": "Zahnarzt, früh \"8\"\n",
    })
}

#[tokio::test]
async fn a_request_without_the_key_gets_the_gateways_envelope() {
    let stack = LocalStack::start(Options::default()).await.unwrap();
    for key in [None, Some("wrong"), Some("")] {
        let (status, body) = send(&stack, Method::GET, "/timeoff-types", key, None).await;
        assert_eq!(status, 403);
        assert_eq!(body["statusCode"], 500);
        assert_eq!(body["status"], "Error");
        assert_eq!(body["errorCode"], "GATEWAY");
        assert!(body["errorMsg"].as_str().unwrap().contains("x-api-key"), "{body}");
        assert_eq!(body["correlationId"].as_str().unwrap().len(), 36);
    }
    assert_eq!(stack.simulator().unwrap().calls().total(), 0, "nothing lies behind a wrong key");
}

/// Asks for the types with these headers: the HTTP status and the answer.
async fn types_with(stack: &LocalStack, headers: &[(&str, &str)]) -> (u16, Value) {
    let url = format!("{}/timeoff-types", stack.url());
    let request = reqwest::Client::new().get(url);
    let request =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn token(stack: &LocalStack) -> String {
    let answer = reqwest::Client::new()
        .post(stack.token_url().unwrap())
        .basic_auth(OAUTH_CLIENT_ID, Some(OAUTH_CLIENT_SECRET))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials")
        .send()
        .await
        .unwrap();
    let answer: Value = answer.json().await.unwrap();
    format!("Bearer {}", answer["access_token"].as_str().unwrap())
}

#[tokio::test]
async fn key_and_token_are_needed_until_the_token_expires_and_the_next_one_works() {
    let _installed_already = rustls::crypto::ring::default_provider().install_default();
    let (clock, hand) = Clock::manual("2026-11-02T08:00:00Z".parse().unwrap());
    let auth_mode = AuthMode::ApiKeyAndOAuth;
    let options = Options { auth_mode, clock, ..Options::default() };
    let stack = LocalStack::start(options).await.unwrap();
    let bearer = token(&stack).await;
    let (key, given) = (("x-api-key", API_KEY), ("authorization", bearer.as_str()));
    assert_eq!(types_with(&stack, &[key, given]).await.1["status"], "Complete");
    for (headers, expected) in [
        (&[][..], 401),
        (&[key][..], 401),
        (&[key, ("authorization", "Bearer made-up")], 401),
        (&[given], 403),
        (&[("x-api-key", "wrong"), given], 403),
    ] {
        let (status, body) = types_with(&stack, headers).await;
        assert_eq!((status, &body["errorCode"]), (expected, &json!("GATEWAY")), "{headers:?}");
        assert_eq!(body["correlationId"].as_str().unwrap().len(), 36);
    }
    hand.advance(SignedDuration::from_hours(24));
    let (status, body) = types_with(&stack, &[key, given]).await;
    assert_eq!((status, &body["status"]), (401, &json!("Error")));
    assert!(body["errorMsg"].as_str().unwrap().contains("expired"), "{body}");
    let renewed = token(&stack).await;
    let (status, body) = types_with(&stack, &[key, ("authorization", &renewed)]).await;
    assert_eq!((status, &body["status"]), (200, &json!("Complete")));
}

#[tokio::test]
async fn in_the_middle_mode_tokens_are_given_and_calls_need_none() {
    let _installed_already = rustls::crypto::ring::default_provider().install_default();
    let auth_mode = AuthMode::ApiKeyOAuthReady;
    let stack = LocalStack::start(Options { auth_mode, ..Options::default() }).await.unwrap();
    let (key, bearer) = (("x-api-key", API_KEY), token(&stack).await);
    for headers in [&[key][..], &[key, ("authorization", bearer.as_str())][..]] {
        assert_eq!(types_with(&stack, headers).await.1["status"], "Complete");
    }
    assert_eq!(types_with(&stack, &[("authorization", bearer.as_str())]).await.0, 403);
    let without = LocalStack::start(Options::default()).await.unwrap();
    assert_eq!(without.token_url(), None);
}

#[tokio::test]
async fn an_unknown_route_gets_the_gateways_envelope() {
    let stack = LocalStack::start(Options::default()).await.unwrap();
    for (method, path) in
        [(Method::GET, "/nothing"), (Method::DELETE, "/timeoff-types"), (Method::GET, "")]
    {
        let (status, body) = send(&stack, method, path, Some(API_KEY), None).await;
        assert_eq!((status, &body["errorCode"]), (403, &json!("GATEWAY")));
    }
}

#[tokio::test]
async fn a_body_beyond_the_gateways_limit_is_refused_and_one_beyond_the_functions_is_answered() {
    let stack = LocalStack::start(Options::default()).await.unwrap();
    let body = |bytes: usize| Some(json!({ "notes": "x".repeat(bytes) }));
    let (status, answer) =
        send(&stack, Method::POST, "/balances", Some(API_KEY), body(11 << 20)).await;
    assert_eq!((status, &answer["errorCode"]), (413, &json!("GATEWAY")));
    let (status, answer) =
        send(&stack, Method::POST, "/balances", Some(API_KEY), body(300 << 10)).await;
    assert_eq!((status, &answer["errorCode"]), (200, &json!("INVALID_INPUT")));
}

#[tokio::test]
async fn a_call_reaches_the_simulator_and_comes_back_with_the_gateways_id() {
    let stack = LocalStack::start(Options::default()).await.unwrap();
    let (status, body) = send(&stack, Method::GET, "/timeoff-types", Some(API_KEY), None).await;
    assert_eq!((status, &body["status"]), (200, &json!("Complete")));
    assert_eq!(body["correlationId"].as_str().unwrap().len(), 36);
    assert!(body["ids"].as_array().unwrap().contains(&json!("83")), "{body}");

    let (_, body) =
        send(&stack, Method::POST, "/timeoff-requests", Some(API_KEY), Some(insert())).await;
    assert_eq!(body["status"], "Complete", "{body}");
    assert_eq!(stack.simulator().unwrap().live(452).len(), 1);
}

#[tokio::test]
async fn a_function_goes_on_when_its_caller_hangs_up() {
    let stack = LocalStack::start(Options::default()).await.unwrap();
    let simulator = stack.simulator().unwrap();
    simulator.set_latency(Duration::from_millis(50));
    tokio::select! {
        _ = send(&stack, Method::POST, "/timeoff-requests", Some(API_KEY), Some(insert())) => unreachable!("it takes longer"),
        () = simulator.until(|simulator| simulator.calls().total() > 0) => {}
    }
    assert!(simulator.live(452).is_empty(), "the caller has hung up, and nothing is written yet");
    tokio::time::timeout(
        Duration::from_secs(20),
        simulator.until(|simulator| !simulator.live(452).is_empty()),
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn a_taken_port_is_a_clear_sentence() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let number = taken.local_addr().unwrap().port();
    let ports = Ports { simulator: number, ..Ports::default() };
    let error = LocalStack::start(Options { ports, ..Options::default() }).await.unwrap_err();
    assert!(matches!(error, StartError::Port { .. }));
    let sentence = error.to_string();
    assert!(
        sentence.starts_with(&format!("Port {number} for the BambooHR simulator cannot be used: ")),
        "{sentence}"
    );
    assert!(sentence.ends_with(
        "Stop what uses it, or choose another one with --simulator-port; 0 picks a free one."
    ));
}

#[tokio::test]
async fn a_wrong_setting_is_named() {
    let settings = [("READ_ONLY".to_owned(), "yes".to_owned())].into();
    let error = LocalStack::start(Options { settings, ..Options::default() }).await.unwrap_err();
    assert_eq!(error.to_string(), "The environment variable READ_ONLY must be false or true.");
}

#[tokio::test]
async fn a_real_account_is_read_only_unless_writes_are_allowed() {
    // Another simulator stands for the account.
    let account = Simulator::start(Seed::small().api_key("key-of-the-account")).await;
    for (allow_writes, expected) in [(false, "READ_ONLY"), (true, "")] {
        let stack = LocalStack::start(Options {
            hris: Hris::Account {
                company_domain: "acme".to_owned(),
                api_key: "key-of-the-account".into(),
                allow_writes,
            },
            settings: [("BAMBOOHR_BASE_URL".to_owned(), account.url().to_owned())].into(),
            ..Options::default()
        })
        .await
        .unwrap();
        assert!(stack.simulator().is_none());
        let (_, body) =
            send(&stack, Method::POST, "/timeoff-requests", Some(API_KEY), Some(insert())).await;
        assert_eq!(body["errorCode"], expected, "{body}");
        assert_eq!(account.live(452).len(), usize::from(allow_writes));
    }
}

#[tokio::test]
async fn a_rotated_key_is_picked_up() {
    let stack = LocalStack::start(Options::default()).await.unwrap();
    let types = || send(&stack, Method::GET, "/timeoff-types", Some(API_KEY), None);
    assert_eq!(types().await.1["status"], "Complete");
    stack.simulator().unwrap().rotate_key("next-key");
    stack.put_api_key("next-key");
    stack.simulator().unwrap().revoke_key(SIMULATOR_KEY);
    assert_eq!(types().await.1["status"], "Complete");
}
