use std::time::Duration;

use contract::{Failure, ZeroPayable};
use lambda_host::settings::{EmailField, EmployeeSource, FilterField};
use lambda_host::{Aws, SettingError, Settings};

use crate::probe::{settings, variables};

fn error(changes: &[(&str, &str)]) -> SettingError {
    let mut variables = variables();
    variables.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Settings::read(&|name| variables.get(name).cloned()).unwrap_err()
}

#[test]
fn the_defaults_are_those_of_the_documentation() {
    let settings = settings(&[]);
    assert_eq!(settings.bamboohr_base_url, None);
    assert_eq!(settings.email_field, EmailField::Work);
    assert!(settings.agent_filter.is_empty());
    assert_eq!(settings.max_shrink_percent, 20);
    assert_eq!(settings.agents_max_age, Duration::ZERO);
    assert_eq!(settings.departed_retention_days, 90);
    assert_eq!(settings.employee_source, EmployeeSource::Employees);
    assert_eq!(settings.balance_threshold_minutes, 0);
    assert_eq!(settings.unlimited_balance_minutes, 525_600);
    assert_eq!(settings.minutes_per_day, None);
    assert_eq!(settings.zero_payable, ZeroPayable::Zero);
    assert!(!settings.read_only);
    assert_eq!(settings.upstream_concurrency, 8);
    assert_eq!(settings.api_budget, Duration::from_secs(27));
    assert_eq!(settings.resend_after, Duration::from_secs(10));
    assert_eq!(settings.metrics_namespace, "TimeoffBridge");
}

#[test]
fn every_setting_is_read() {
    let settings = settings(&[
        ("BAMBOOHR_BASE_URL", "https://proxy.example/hr/"),
        ("EMAIL_FIELD", "homeEmail"),
        ("AGENT_FILTER", r#"{"departmentName":["Support"],"locationName":["Graz","Wien"]}"#),
        ("MAX_SHRINK_PERCENT", "100"),
        ("AGENTS_MAX_AGE_HOURS", "12"),
        ("DEPARTED_RETENTION_DAYS", "30"),
        ("BALANCE_THRESHOLD_MINUTES", "-480"),
        ("UNLIMITED_BALANCE_MINUTES", "1000"),
        ("MINUTES_PER_DAY", "462"),
        ("ZERO_PAYABLE", "duration"),
        ("READ_ONLY", "true"),
        ("UPSTREAM_CONCURRENCY", "4"),
        ("API_BUDGET_MS", "5000"),
        ("RESEND_AFTER_SECONDS", "0"),
        ("METRICS_NAMESPACE", "Leave/Test"),
    ]);
    assert_eq!(settings.bamboohr_base_url.as_deref(), Some("https://proxy.example/hr"));
    assert_eq!(settings.email_field, EmailField::Home);
    let filter: Vec<_> = settings.agent_filter.fields().collect();
    assert_eq!(
        filter,
        [
            (FilterField::Department, &["Support".to_owned()][..]),
            (FilterField::Location, &["Graz".to_owned(), "Wien".to_owned()][..]),
        ]
    );
    assert_eq!(settings.max_shrink_percent, 100);
    assert_eq!(settings.agents_max_age, Duration::from_secs(12 * 3600));
    assert_eq!(settings.departed_retention_days, 30);
    assert_eq!(settings.balance_threshold_minutes, -480);
    assert_eq!(settings.unlimited_balance_minutes, 1000);
    assert_eq!(settings.minutes_per_day, Some(462));
    assert_eq!(settings.zero_payable, ZeroPayable::Duration);
    assert!(settings.read_only);
    assert_eq!(settings.upstream_concurrency, 4);
    assert_eq!(settings.api_budget, Duration::from_secs(5));
    assert_eq!(settings.resend_after, Duration::ZERO);
    assert_eq!(settings.metrics_namespace, "Leave/Test");
}

#[test]
fn an_empty_variable_counts_as_unset() {
    assert_eq!(
        settings(&[("MAX_SHRINK_PERCENT", ""), ("AGENT_FILTER", " ")]).max_shrink_percent,
        20
    );
    for required in [
        "BAMBOOHR_SECRET_ID",
        "TABLE_NAME",
        "AWS_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    ] {
        let error = error(&[(required, "")]);
        assert_eq!(error.to_string(), format!("The environment variable {required} is not set."));
    }
}

#[test]
fn a_wrong_value_names_the_variable_and_the_rule_and_never_the_value() {
    for (variable, wrong) in [
        ("BAMBOOHR_BASE_URL", "acme.bamboohr.com"),
        ("BAMBOOHR_BASE_URL", "https://user:hunter2@acme.example"),
        ("EMAIL_FIELD", "bestEmail"),
        ("AGENT_FILTER", "Support"),
        ("AGENT_FILTER", r#"{"department":["Support"]}"#),
        ("AGENT_FILTER", r#"{"departmentName":"Support"}"#),
        ("AGENT_FILTER", r#"{"departmentName":[]}"#),
        ("AGENT_FILTER", r#"{"departmentName":[""]}"#),
        ("MAX_SHRINK_PERCENT", "101"),
        ("AGENTS_MAX_AGE_HOURS", "-1"),
        ("DEPARTED_RETENTION_DAYS", "ninety"),
        ("EMPLOYEE_SOURCE", "Directory"),
        ("BALANCE_THRESHOLD_MINUTES", "1.5"),
        ("UNLIMITED_BALANCE_MINUTES", "-1"),
        ("MINUTES_PER_DAY", "0"),
        ("MINUTES_PER_DAY", "1441"),
        ("ZERO_PAYABLE", "none"),
        ("READ_ONLY", "yes"),
        ("UPSTREAM_CONCURRENCY", "0"),
        ("API_BUDGET_MS", "999"),
        ("RESEND_AFTER_SECONDS", "soon"),
        ("METRICS_NAMESPACE", "AWS/Lambda"),
        ("AWS_LAMBDA_LOG_LEVEL", "loud"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "localhost:9002"),
    ] {
        let error = error(&[(variable, wrong)]);
        assert_eq!(error.variable, variable, "{wrong}");
        let sentence = error.to_string();
        assert!(
            sentence.starts_with(&format!("The environment variable {variable} must be ")),
            "{sentence}"
        );
        assert!(!sentence.contains("hunter2"), "{sentence}");
        assert_eq!(Failure::from(error).code.as_str(), "CONFIGURATION");
    }
}

#[test]
fn the_directory_goes_with_the_work_address_only() {
    let error = error(&[("EMPLOYEE_SOURCE", "directory"), ("EMAIL_FIELD", "homeEmail")]);
    assert_eq!(error.variable, "EMPLOYEE_SOURCE");
    assert_eq!(
        settings(&[("EMPLOYEE_SOURCE", "directory")]).employee_source,
        EmployeeSource::Directory
    );
}

#[test]
fn a_service_has_its_own_endpoint_before_the_common_one() {
    let aws = settings(&[("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9002")]).aws;
    assert_eq!(aws.dynamodb_endpoint.unwrap().as_str(), "http://127.0.0.1:9002/");
    assert_eq!(aws.secrets_manager_endpoint.unwrap().as_str(), "http://127.0.0.1:9/");
    assert_eq!(settings(&[("AWS_ENDPOINT_URL", "")]).aws.dynamodb_endpoint, None);
}

#[test]
fn credentials_never_show_themselves() {
    let shown = format!("{:?}", settings(&[("AWS_SESSION_TOKEN", "token-of-the-role")]));
    assert!(!shown.contains("wJalrXUtnFEMI") && !shown.contains("token-of-the-role"), "{shown}");
}

#[test]
fn a_bundle_of_certificates_is_checked_before_it_is_used() {
    let bundle = |path: &str| Aws::new(&settings(&[("AWS_CA_BUNDLE", path)]).aws);
    assert!(
        bundle(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/amazon-root-ca-1.pem")).is_ok()
    );
    for path in ["/nowhere/bundle.pem", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")] {
        assert_eq!(bundle(path).unwrap_err().variable, "AWS_CA_BUNDLE");
    }
}

#[tokio::test]
async fn aws_own_endpoints_get_amazons_roots() {
    // The client reads the roots when it is first used, and would panic on a broken file.
    let aws = Aws::new(&settings(&[("AWS_ENDPOINT_URL", "")]).aws).unwrap();
    let request = aws.dynamodb().list_tables().customize().config_override(
        aws_sdk_dynamodb::config::Builder::new().endpoint_url("https://127.0.0.1:9"),
    );
    let error = request.send().await.unwrap_err();
    assert!(matches!(error, aws_sdk_dynamodb::error::SdkError::DispatchFailure(_)), "{error:?}");
}
