//! The data actions that send a token, and the custom auth action that gets it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contract::operations::operations;
use genesys_bundle::Bundle;
use genesys_bundle::architect::{Interpreter, Run};
use genesys_bundle::data_action::{ActionOutcome, Credentials, Engine};
use serde_json::{Value, json};

use crate::bundle;
use crate::fake::{Fake, Received, complete, insert_example};

const INSERT: &str = "HRIS-Insert-TimeOff";

/// The bundle with the data actions for OAuth, read once.
fn oauth_bundle() -> &'static Bundle {
    static BUNDLE: OnceLock<Bundle> = OnceLock::new();
    BUNDLE.get_or_init(|| Bundle::load_oauth().unwrap())
}

/// A service that gives so many tokens, which have numbers. Those before `valid` have run out.
async fn service(tokens: usize, valid: usize) -> (Fake, Engine) {
    let given = Arc::new(AtomicUsize::new(0));
    let fake = Fake::start(move |received: &Received| {
        if received.target == "/oauth2/token" {
            let number = given.fetch_add(1, Ordering::Relaxed) + 1;
            let token = json!({
                "access_token": format!("token-{number}"), "expires_in": 86400, "token_type": "Bearer",
            });
            let refusal = json!({"error": "invalid_client"});
            return if number > tokens {
                (400, refusal.to_string())
            } else {
                (200, token.to_string())
            };
        }
        let sent = received.headers.get("authorization").map(|sent| sent.to_str().unwrap());
        let number = sent.and_then(|sent| sent.strip_prefix("Bearer token-"));
        match number.map(|number| number.parse::<usize>().unwrap()) {
            Some(number) if number >= valid => (200, Value::Object(complete(INSERT)).to_string()),
            _ => (401, json!({"message": "Unauthorized"}).to_string()),
        }
    })
    .await;
    let credentials = Credentials::new(&format!("{}/v1", fake.origin), "local-dev-key").oauth(
        &format!("{}/oauth2/token", fake.origin),
        "an-id",
        "a-secret",
    );
    let action = oauth_bundle().custom_auth().unwrap().clone();
    let engine = Engine::new(credentials).unwrap().custom_auth(action);
    (fake, engine)
}

async fn insert(bundle: &Bundle, engine: &Engine) -> Run {
    Interpreter::new(bundle, engine).run(INSERT, &insert_example()).await.unwrap()
}

/// Which requests the service got: the paths, with the tokens that were sent.
fn requests(fake: &Fake) -> Vec<String> {
    let line = |received: &Received| match received.headers["authorization"].to_str().unwrap() {
        token if token.starts_with("Bearer ") => format!("{} {token}", received.target),
        _ => received.target.clone(),
    };
    fake.received().iter().map(line).collect()
}

#[test]
fn there_is_the_same_data_action_with_a_token_beside_the_key() {
    for operation in operations() {
        let [key, oauth] =
            [bundle(), oauth_bundle()].map(|bundle| bundle.action(operation.name).unwrap());
        let mut headers = oauth.config.request.headers.clone();
        assert!(headers.remove("Authorization").is_some(), "{}", operation.name);
        assert_eq!(headers, key.config.request.headers, "{}", operation.name);
    }
    assert_eq!(oauth_bundle().actions().count(), bundle().actions().count());
    let auth = oauth_bundle().custom_auth().unwrap();
    let types = (auth.integration_type.as_str(), auth.action_type.as_str());
    assert_eq!(types, ("custom-rest-actions", "customAuth"));
    assert!(auth.config.response.success_template.is_raw_result());
    assert!(bundle().custom_auth().is_none());
}

#[tokio::test]
async fn one_token_serves_all_calls_until_it_runs_out() {
    let (fake, engine) = service(1, 1).await;
    for _ in 0..3 {
        let run = insert(oauth_bundle(), &engine).await;
        assert_eq!(run.text("status"), Some("Complete"), "{:?}", run.calls);
    }
    let call = "/v1/timeoff-requests Bearer token-1";
    assert_eq!(requests(&fake), ["/oauth2/token", call, call, call]);

    let token = &fake.received()[0];
    assert_eq!(token.method, "POST");
    assert_eq!(token.body, "grant_type=client_credentials");
    assert_eq!(token.headers["content-type"], "application/x-www-form-urlencoded");
    let basic = format!("Basic {}", STANDARD.encode("an-id:a-secret"));
    assert_eq!(token.headers["authorization"].to_str().unwrap(), basic);
    assert!(token.headers.get("x-api-key").is_none());
    assert_eq!(fake.received()[1].headers["x-api-key"], "local-dev-key");
}

#[tokio::test]
async fn a_token_that_ran_out_is_renewed_once_and_the_call_is_repeated() {
    let (fake, engine) = service(2, 2).await;
    let run = insert(oauth_bundle(), &engine).await;
    assert_eq!(run.text("status"), Some("Complete"), "{:?}", run.calls);
    assert_eq!(
        requests(&fake),
        [
            "/oauth2/token",
            "/v1/timeoff-requests Bearer token-1",
            "/oauth2/token",
            "/v1/timeoff-requests Bearer token-2",
        ]
    );
}

#[tokio::test]
async fn a_new_token_that_is_refused_too_fails_the_data_action() {
    let (fake, engine) = service(9, 9).await;
    let run = insert(oauth_bundle(), &engine).await;
    let ActionOutcome::Failure(failure) = &run.calls[0].outcome else { panic!("{:?}", run.calls) };
    assert_eq!(failure.output("details.errorCode"), Some(json!(["ACTION.REMOTE_ENDPOINT"])));
    assert_eq!(requests(&fake).len(), 4);
    assert_eq!((run.status_code(), run.text("status")), (Some(500), Some("Error")));
}

#[tokio::test]
async fn without_a_token_the_data_action_is_not_sent() {
    let (fake, engine) = service(0, 1).await;
    let run = insert(oauth_bundle(), &engine).await;
    let ActionOutcome::Failure(failure) = &run.calls[0].outcome else { panic!("{:?}", run.calls) };
    assert_eq!(failure.output("details.errorCode"), Some(json!(["ACTION.AUTHENTICATION"])));
    assert_eq!(requests(&fake), ["/oauth2/token"]);
    assert_eq!((run.status_code(), run.text("status")), (Some(500), Some("Error")));
}

#[tokio::test]
async fn a_data_action_that_needs_a_token_is_refused_where_no_action_gets_one() {
    let (fake, _with_the_action) = service(1, 1).await;
    let run = Interpreter::new(oauth_bundle(), &fake.engine).run(INSERT, &insert_example()).await;
    let error = run.unwrap_err();
    assert!(error.to_string().contains("token_type has no value"), "{error}");
}
