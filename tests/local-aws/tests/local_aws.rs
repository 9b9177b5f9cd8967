//! The services answer the real SDK, and faults do what they say.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_dynamodb::types::AttributeValue;
use local_aws::{Fault, Gate, Injection, SecretsManager, TestTable};

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

/// Without the SDK's retries one request is one call.
fn without_retries(table: &TestTable) -> Client {
    let config = table.client().config().to_builder();
    Client::from_conf(
        config.retry_config(aws_sdk_dynamodb::config::retry::RetryConfig::disabled()).build(),
    )
}

#[tokio::test]
async fn the_table_has_the_keys_of_the_template() {
    let table = TestTable::create().await.unwrap();
    let client = table.client();
    client
        .put_item()
        .table_name(table.name())
        .item("pk", text("A"))
        .item("sk", text("B"))
        .send()
        .await
        .unwrap();
    let found = client
        .get_item()
        .table_name(table.name())
        .key("pk", text("A"))
        .key("sk", text("B"))
        .send()
        .await
        .unwrap();
    assert!(found.item.is_some());
    let ttl = client.describe_time_to_live().table_name(table.name()).send().await.unwrap();
    assert_eq!(ttl.time_to_live_description.unwrap().attribute_name.as_deref(), Some("expiration"));
    assert_eq!(table.faults().calls("PutItem"), 1);
}

#[tokio::test]
async fn faults_strike_the_calls_they_were_planned_for() {
    let table = TestTable::create().await.unwrap();
    let client = without_retries(&table);
    let put = |sk: &'static str| {
        client.put_item().table_name(table.name()).item("pk", text("A")).item("sk", text(sk)).send()
    };
    let exists = async |sk: &'static str| {
        let read =
            client.get_item().table_name(table.name()).key("pk", text("A")).key("sk", text(sk));
        read.send().await.unwrap().item.is_some()
    };

    table.faults().inject(Injection::of(Fault::Throttle).on("PutItem").after(1).once());
    put("passes").await.unwrap();
    assert_eq!(put("throttled").await.unwrap_err().code(), Some("ThrottlingException"));
    put("passes again").await.unwrap();
    assert!(!exists("throttled").await);

    table.faults().inject(Injection::of(Fault::LoseAnswer).containing("lost").once());
    assert!(matches!(put("lost").await.unwrap_err(), SdkError::DispatchFailure(_)));
    assert!(exists("lost").await);

    table.faults().inject(Injection::of(Fault::Unreachable).on("PutItem").once());
    assert!(matches!(put("never").await.unwrap_err(), SdkError::DispatchFailure(_)));
    assert!(!exists("never").await);

    table.faults().inject(Fault::InternalServerError);
    let refused = put("500").await.unwrap_err();
    assert_eq!(refused.raw_response().unwrap().status().as_u16(), 500);
    table.faults().clear();
    assert!(!exists("500").await);
}

#[tokio::test]
async fn a_held_call_waits_for_the_gate() {
    let table = TestTable::create().await.unwrap();
    let gate = Gate::new();
    table.faults().inject(Injection::of(Fault::Hold(gate.clone())).on("PutItem").once());
    let put = table
        .client()
        .put_item()
        .table_name(table.name())
        .item("pk", text("A"))
        .item("sk", text("B"));
    let put = tokio::spawn(put.send());
    gate.reached().await;
    let read = table
        .client()
        .get_item()
        .table_name(table.name())
        .key("pk", text("A"))
        .key("sk", text("B"));
    assert!(read.clone().send().await.unwrap().item.is_none());
    gate.open();
    put.await.unwrap().unwrap();
    assert!(read.send().await.unwrap().item.is_some());
    let rounds = [vec!["GetItem", "PutItem"], vec!["GetItem"]];
    assert_eq!(table.faults().call_log().rounds(), rounds);
    table.faults().reset_calls();
    assert_eq!(table.faults().call_log().calls(), []);
}

#[tokio::test]
async fn a_secret_is_read_by_name_and_its_absence_has_aws_own_error() {
    use aws_sdk_secretsmanager::config::{BehaviorVersion, Config, Credentials, Region};
    let manager = SecretsManager::start().await.unwrap();
    let client = aws_sdk_secretsmanager::Client::from_conf(
        Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(local_aws::REGION))
            .credentials_provider(Credentials::new("local", "local", None, None, "test"))
            .endpoint_url(manager.url())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build(),
    );
    manager.set("bamboohr", r#"{"companyDomain":"acme","apiKey":"made-up"}"#);
    let secret = client.get_secret_value().secret_id("bamboohr").send().await.unwrap();
    assert_eq!(secret.secret_string(), Some(r#"{"companyDomain":"acme","apiKey":"made-up"}"#));
    let by_arn = client.get_secret_value().secret_id(secret.arn().unwrap()).send().await.unwrap();
    assert_eq!(by_arn.name(), Some("bamboohr"));
    let missing = client.get_secret_value().secret_id("other").send().await.unwrap_err();
    assert!(missing.into_service_error().is_resource_not_found_exception());
    assert_eq!(manager.reads(), 3);
    assert_eq!(manager.call_log().rounds(), [["GetSecretValue"]; 3]);
}
