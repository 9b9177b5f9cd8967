//! Keys, lock-out, XML and unknown paths.

use std::time::Duration;

use bamboohr_simulator::Seed;
use reqwest::Method;

use crate::caller::{Answer, Caller, KEY};

const TYPES: &str = "/api/v1/meta/time_off/types";

async fn with_key(caller: &Caller, key: &str) -> Answer {
    let request = caller
        .bare(Method::GET, TYPES)
        .basic_auth(key, Some("x"))
        .header("accept", "application/json");
    Caller::send(request).await
}

#[tokio::test]
async fn a_wrong_key_is_401_and_the_fifth_locks_everybody_out() {
    let caller =
        Caller::of(Seed::small().company_name("acme").lockout(Duration::from_secs(3_600))).await;
    for _ in 0..5 {
        let answer = with_key(&caller, "guess").await;
        assert_eq!((answer.status, answer.body.as_str()), (401, ""));
        assert!(answer.header("content-type").unwrap().starts_with("text/html"));
        assert_eq!(
            answer.header("x-bamboohr-error-message"),
            Some("API key not provided or invalid")
        );
        assert_eq!(
            answer.header("www-authenticate"),
            Some("Basic realm=\"https://api.bamboohr.com/acme\"")
        );
    }
    assert!(caller.sim.is_locked_out());
    assert_eq!(with_key(&caller, KEY).await.status, 403);
    assert_eq!(caller.sim.calls().unauthorized, 6);
    caller.sim.end_lockout();
    assert_eq!(with_key(&caller, KEY).await.status, 200);
}

#[tokio::test]
async fn a_lockout_ends_by_itself() {
    let caller = Caller::of(Seed::small().lockout(Duration::ZERO)).await;
    for _ in 0..6 {
        assert_eq!(with_key(&caller, "guess").await.status, 401);
    }
    assert_eq!(with_key(&caller, KEY).await.status, 200);
}

#[tokio::test]
async fn no_key_is_401_and_never_locks() {
    let caller = Caller::small().await;
    for _ in 0..6 {
        assert_eq!(Caller::send(caller.bare(Method::GET, TYPES)).await.status, 401);
    }
    assert_eq!(with_key(&caller, KEY).await.status, 200);
}

#[tokio::test]
async fn old_and_new_key_are_valid_until_the_old_one_is_revoked() {
    let caller = Caller::of(Seed::small().api_key("first")).await;
    assert_eq!(with_key(&caller, KEY).await.status, 401);
    caller.sim.rotate_key("second");
    assert_eq!(with_key(&caller, "first").await.status, 200);
    assert_eq!(with_key(&caller, "second").await.status, 200);
    caller.sim.revoke_key("first");
    assert_eq!(with_key(&caller, "first").await.status, 401);
    assert_eq!(with_key(&caller, "second").await.status, 200);
}

#[tokio::test]
async fn without_accept_json_the_older_calls_answer_xml() {
    let caller = Caller::small().await;
    for path in [
        TYPES,
        "/api/v1/employees/452/time_off/calculator",
        "/api/v1/time_off/requests?start=2026-01-01&end=2026-12-31",
        "/api/v1/employees/directory",
    ] {
        let answer = Caller::send(caller.bare(Method::GET, path).basic_auth(KEY, Some("x"))).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("content-type").unwrap().starts_with("text/xml"), "{path}");
        assert!(answer.body.starts_with("<?xml "), "{path}");
    }
    let newer =
        Caller::send(caller.bare(Method::GET, "/api/v1/employees").basic_auth(KEY, Some("x")))
            .await;
    assert_eq!(newer.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn an_unknown_path_is_an_empty_404() {
    let caller = Caller::small().await;
    let answer = caller.get("/api/v1/nothing").await;
    assert_eq!((answer.status, answer.body.as_str()), (404, ""));
}
