use contract::Failure;
use jiff::{SignedDuration, Timestamp};
use lambda_host::{Aws, Clock, ClockHand, Secret, SecretCache, SecretError};
use local_aws::SecretsManager;
use secrecy::ExposeSecret;

use crate::probe::settings;

const FIRST: &str = r#"{"companyDomain": "acme", "apiKey": "first"}"#;
const SECOND: &str = r#"{"companyDomain": "acme", "apiKey": "second"}"#;

async fn cache() -> (SecretsManager, SecretCache, ClockHand) {
    let server = SecretsManager::start().await.unwrap();
    let (clock, hand) = Clock::manual(Timestamp::UNIX_EPOCH);
    let aws =
        Aws::new(&settings(&[("AWS_ENDPOINT_URL_SECRETS_MANAGER", &server.url())]).aws).unwrap();
    (server, SecretCache::new(&aws, "bamboohr", clock), hand)
}

fn key(secret: &Secret) -> &str {
    secret.api_key.expose_secret()
}

#[tokio::test]
async fn a_secret_is_kept_for_five_minutes() {
    let (server, cache, hand) = cache().await;
    server.set("bamboohr", FIRST);
    let secret = cache.current().await.unwrap();
    assert_eq!((&*secret.company_domain, key(&secret)), ("acme", "first"));

    server.set("bamboohr", SECOND);
    hand.advance(SignedDuration::from_secs(299));
    assert_eq!(key(&cache.clone().current().await.unwrap()), "first");
    assert_eq!(server.reads(), 1);

    hand.advance(SignedDuration::from_secs(1));
    assert_eq!(key(&cache.current().await.unwrap()), "second");
    assert_eq!(server.reads(), 2);
}

#[tokio::test]
async fn a_refresh_reads_at_once_and_replaces_what_is_kept() {
    let (server, cache, _) = cache().await;
    server.set("bamboohr", FIRST);
    let old = cache.current().await.unwrap();
    assert_eq!(cache.refresh().await.unwrap(), old, "nothing has changed");
    server.set("bamboohr", SECOND);
    let new = cache.refresh().await.unwrap();
    assert_ne!(new, old);
    assert_eq!(cache.current().await.unwrap(), new);
    assert_eq!(server.reads(), 3);
}

#[tokio::test]
async fn callers_at_the_same_time_cause_one_read() {
    let (server, cache, _) = cache().await;
    server.set("bamboohr", FIRST);
    let (one, two, three) = tokio::join!(cache.current(), cache.current(), cache.current());
    assert!(one.is_ok() && one == two && two == three);
    assert_eq!(server.reads(), 1);
}

#[tokio::test]
async fn a_value_that_cannot_be_used_is_told_apart_and_asked_for_again() {
    let (server, cache, _) = cache().await;
    assert_eq!(cache.current().await, Err(SecretError::NotFound));
    for (text, error) in [
        ("acme:key", SecretError::Malformed),
        ("[]", SecretError::Malformed),
        (r#"{"companyDomain": 7, "apiKey": "k"}"#, SecretError::Malformed),
        (r#"{"apiKey": "k"}"#, SecretError::Missing("companyDomain")),
        (r#"{"companyDomain": "acme", "apiKey": " "}"#, SecretError::Missing("apiKey")),
        (r#"{"companyDomain": "acme", "apiKey": null}"#, SecretError::Missing("apiKey")),
        (r#"{"companyDomain": "REPLACE-ME", "apiKey": "REPLACE-ME"}"#, SecretError::Placeholder),
        (r#"{"companyDomain": "acme", "apiKey": "REPLACE-ME"}"#, SecretError::Placeholder),
    ] {
        server.set("bamboohr", text);
        assert_eq!(cache.current().await, Err(error), "{text}");
    }
    server.set("bamboohr", FIRST);
    assert!(cache.current().await.is_ok(), "a corrected secret works at once");
}

#[tokio::test]
async fn the_older_value_is_served_while_secrets_manager_is_away_but_not_after_a_refusal() {
    let (server, cache, hand) = cache().await;
    server.set("bamboohr", FIRST);
    cache.current().await.unwrap();
    drop(server);
    hand.advance(SignedDuration::from_mins(6));
    assert_eq!(key(&cache.current().await.unwrap()), "first");
    assert_eq!(cache.refresh().await, Err(SecretError::Unavailable));
}

#[test]
fn a_secret_never_shows_itself() {
    let secret = Secret { company_domain: "acme".to_owned(), api_key: "first".into() };
    assert_eq!(format!("{secret:?}"), "Secret { .. }");
}

#[test]
fn errors_become_sentences_for_the_caller() {
    let failure = Failure::from(SecretError::Placeholder);
    assert_eq!(failure.code.as_str(), "CONFIGURATION");
    assert_eq!(
        failure.sentence,
        "The BambooHR secret still holds its placeholder. Put the company domain and the API key in."
    );
    assert_eq!(Failure::from(SecretError::Unavailable).code.as_str(), "INTERNAL");
    assert!(
        Failure::from(SecretError::Malformed)
            .sentence
            .contains(r#"{"companyDomain": "…", "apiKey": "…"}"#)
    );
}
