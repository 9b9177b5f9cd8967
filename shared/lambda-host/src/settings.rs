//! Every environment variable of a function, parsed once.

mod agent_filter;
pub(crate) mod table;
pub(crate) mod variables;

use std::path::PathBuf;
use std::time::Duration;

use contract::ZeroPayable;
use secrecy::SecretString;
use url::Url;

use crate::SettingError;
use crate::logs::LogFilter;
use crate::settings::variables::{Variables, not_set};

pub use crate::settings::agent_filter::{AgentFilter, FilterField};
pub use crate::settings::table::Setting;

/// The settings of a function. Which of them a function heeds is its own matter; all are checked in
/// every function.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `BAMBOOHR_SECRET_ID`: name or ARN of the secret.
    pub secret_id: String,
    /// `TABLE_NAME`: the DynamoDB table.
    pub table_name: String,
    /// `BAMBOOHR_BASE_URL`: what stands before `/api/v1/…`, without a trailing slash; the company's
    /// own host when absent.
    pub bamboohr_base_url: Option<String>,
    /// `EMAIL_FIELD`.
    pub email_field: EmailField,
    /// `AGENT_FILTER`: which employees are agents; everyone when empty.
    pub agent_filter: AgentFilter,
    /// `MAX_SHRINK_PERCENT`: 0 to 100; 100 switches the guard off.
    pub max_shrink_percent: u8,
    /// `AGENTS_MAX_AGE_HOURS`: how old a stored list may be answered; zero means read live.
    pub agents_max_age: Duration,
    /// `DEPARTED_RETENTION_DAYS`: how long a departed agent stays look-up-able.
    pub departed_retention_days: u32,
    /// `EMPLOYEE_SOURCE`.
    pub employee_source: EmployeeSource,
    /// `BALANCE_THRESHOLD_MINUTES`: what has to be left of a balance; negative lets agents go into
    /// debt.
    pub balance_threshold_minutes: i64,
    /// `UNLIMITED_BALANCE_MINUTES`: the balance that a discretionary type shows.
    pub unlimited_balance_minutes: u32,
    /// `MINUTES_PER_DAY`: 1 to 1440; outweighs BambooHR's default hours.
    pub minutes_per_day: Option<u16>,
    /// `ZERO_PAYABLE`: what becomes of a request without payable minutes.
    pub zero_payable: ZeroPayable,
    /// `READ_ONLY`: insert and update write nothing.
    pub read_only: bool,
    /// `UPSTREAM_CONCURRENCY`: 1 to 64 calculator calls at a time.
    pub upstream_concurrency: usize,
    /// `API_BUDGET_MS`: how long an HTTP call may take.
    pub api_budget: Duration,
    /// `RESEND_AFTER_SECONDS`: how long a create of unknown outcome is looked for before it is sent
    /// again. 0 is for tests: nothing late is waited for, and what arrives late stays.
    pub resend_after: Duration,
    /// `METRICS_NAMESPACE`: the CloudWatch namespace.
    pub metrics_namespace: String,
    /// `AWS_LAMBDA_LOG_LEVEL`, else `RUST_LOG`.
    pub log_filter: LogFilter,
    /// What the AWS clients need.
    pub aws: AwsSettings,
}

/// The settings that say where BambooHR is and how its amounts are counted: all that a program
/// needs that is no function and only reads it.
#[derive(Clone, Debug)]
pub struct BambooHrSettings {
    /// `BAMBOOHR_SECRET_ID`.
    pub secret_id: String,
    /// `BAMBOOHR_BASE_URL`.
    pub base_url: Option<String>,
    /// `MINUTES_PER_DAY`.
    pub minutes_per_day: Option<u16>,
    /// `ZERO_PAYABLE`.
    pub zero_payable: ZeroPayable,
}

/// The AWS clients' own variables, as Lambda sets them.
#[derive(Clone, Debug)]
pub struct AwsSettings {
    /// `AWS_REGION`, else `AWS_DEFAULT_REGION`.
    pub region: String,
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: SecretString,
    /// `AWS_SESSION_TOKEN`.
    pub session_token: Option<SecretString>,
    /// `AWS_ENDPOINT_URL_DYNAMODB`, else `AWS_ENDPOINT_URL`; AWS's own when absent.
    pub dynamodb_endpoint: Option<Url>,
    /// `AWS_ENDPOINT_URL_SECRETS_MANAGER`, else `AWS_ENDPOINT_URL`; AWS's own when absent.
    pub secrets_manager_endpoint: Option<Url>,
    /// `AWS_CA_BUNDLE`: a PEM file of the roots to trust instead of AWS's.
    pub ca_bundle: Option<PathBuf>,
}

/// Which e-mail address of an employee is the agent's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailField {
    /// `workEmail`.
    Work,
    /// `homeEmail`.
    Home,
}

/// Where the employees are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmployeeSource {
    /// The employee list, complete or not at all.
    Employees,
    /// The company directory, which BambooHR calls intentionally incomplete.
    Directory,
}

impl EmailField {
    /// `EMAIL_FIELD` alone, for a program that is no function.
    ///
    /// # Errors
    /// It is none of the two.
    pub fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        Self::of(&Variables(variable))
    }

    fn of(variables: &Variables<'_>) -> Result<Self, SettingError> {
        let choices = [("workEmail", Self::Work), ("homeEmail", Self::Home)];
        variables.choice(&table::EMAIL_FIELD, &choices)
    }
}

impl EmployeeSource {
    /// `EMPLOYEE_SOURCE` alone, for a program that is no function.
    ///
    /// # Errors
    /// It is none of the two.
    pub fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        Self::of(&Variables(variable))
    }

    fn of(variables: &Variables<'_>) -> Result<Self, SettingError> {
        let choices = [("employees", Self::Employees), ("directory", Self::Directory)];
        variables.choice(&table::EMPLOYEE_SOURCE, &choices)
    }
}

impl Settings {
    /// `METRICS_NAMESPACE` alone, where it can be used: failures are to be counted in the right
    /// place even when another setting is wrong.
    pub(crate) fn metrics_namespace(variable: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        Variables(variable).namespace(&table::METRICS_NAMESPACE).ok()
    }

    /// The settings that `variable` gives; an empty text counts as unset.
    ///
    /// # Errors
    /// The first variable that is missing or breaks its rule.
    pub fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let variables = Variables(variable);
        let bamboohr = BambooHrSettings::of(&variables)?;
        let settings = Self {
            secret_id: bamboohr.secret_id,
            table_name: variables.required(&table::TABLE_NAME)?,
            bamboohr_base_url: bamboohr.base_url,
            email_field: EmailField::of(&variables)?,
            agent_filter: match variables.get(&table::AGENT_FILTER) {
                Some(text) => AgentFilter::parse(&text)?,
                None => AgentFilter::default(),
            },
            max_shrink_percent: variables.number(&table::MAX_SHRINK_PERCENT)?,
            agents_max_age: Duration::from_secs(
                3600 * variables.number::<u64>(&table::AGENTS_MAX_AGE_HOURS)?,
            ),
            departed_retention_days: variables.number(&table::DEPARTED_RETENTION_DAYS)?,
            employee_source: EmployeeSource::of(&variables)?,
            balance_threshold_minutes: variables.number(&table::BALANCE_THRESHOLD_MINUTES)?,
            unlimited_balance_minutes: variables.number(&table::UNLIMITED_BALANCE_MINUTES)?,
            minutes_per_day: bamboohr.minutes_per_day,
            zero_payable: bamboohr.zero_payable,
            read_only: variables.choice(&table::READ_ONLY, &[("false", false), ("true", true)])?,
            upstream_concurrency: variables.number(&table::UPSTREAM_CONCURRENCY)?,
            api_budget: Duration::from_millis(variables.number(&table::API_BUDGET_MS)?),
            resend_after: Duration::from_secs(variables.number(&table::RESEND_AFTER_SECONDS)?),
            metrics_namespace: variables.namespace(&table::METRICS_NAMESPACE)?,
            log_filter: LogFilter::read(variable)?,
            aws: AwsSettings::read(&variables)?,
        };
        if settings.employee_source == EmployeeSource::Directory
            && settings.email_field == EmailField::Home
        {
            return Err(SettingError::new(
                table::EMPLOYEE_SOURCE.name,
                "may be directory only with EMAIL_FIELD workEmail: the directory holds no other \
                address",
            ));
        }
        Ok(settings)
    }
}

impl BambooHrSettings {
    /// Reads them; an empty text counts as unset.
    ///
    /// # Errors
    /// The first variable that is missing or breaks its rule.
    pub fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        Self::of(&Variables(variable))
    }

    fn of(variables: &Variables<'_>) -> Result<Self, SettingError> {
        Ok(Self {
            secret_id: variables.required(&table::BAMBOOHR_SECRET_ID)?,
            base_url: variables
                .url(&table::BAMBOOHR_BASE_URL)?
                .map(|url| url.as_str().trim_end_matches('/').to_owned()),
            minutes_per_day: variables.optional_number(&table::MINUTES_PER_DAY)?,
            zero_payable: variables.choice(
                &table::ZERO_PAYABLE,
                &[("zero", ZeroPayable::Zero), ("duration", ZeroPayable::Duration)],
            )?,
        })
    }
}

impl AwsSettings {
    fn read(variables: &Variables<'_>) -> Result<Self, SettingError> {
        let everywhere = variables.url(&table::AWS_ENDPOINT_URL)?;
        Ok(Self {
            region: variables
                .get(&table::AWS_REGION)
                .or_else(|| variables.get(&table::AWS_DEFAULT_REGION))
                .ok_or_else(|| not_set(&table::AWS_REGION))?,
            access_key_id: variables.required(&table::AWS_ACCESS_KEY_ID)?,
            secret_access_key: variables.required(&table::AWS_SECRET_ACCESS_KEY)?.into(),
            session_token: variables.get(&table::AWS_SESSION_TOKEN).map(SecretString::from),
            dynamodb_endpoint: variables
                .url(&table::AWS_ENDPOINT_URL_DYNAMODB)?
                .or_else(|| everywhere.clone()),
            secrets_manager_endpoint: variables
                .url(&table::AWS_ENDPOINT_URL_SECRETS_MANAGER)?
                .or(everywhere),
            ca_bundle: variables.get(&table::AWS_CA_BUNDLE).map(PathBuf::from),
        })
    }
}
