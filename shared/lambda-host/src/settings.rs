//! Every environment variable of a function, parsed once.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use contract::ZeroPayable;
use secrecy::SecretString;
use url::Url;

use crate::SettingError;
use crate::logs::LogFilter;
use crate::metrics::DEFAULT_NAMESPACE;

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
    /// `UPSTREAM_CONCURRENCY`: 1 to 64 BambooHR calls at a time.
    pub upstream_concurrency: usize,
    /// `API_BUDGET_MS`: how long an HTTP call may take.
    pub api_budget: Duration,
    /// `RESEND_AFTER_SECONDS`: how long a create of unknown outcome is looked for before it is sent
    /// again.
    pub resend_after: Duration,
    /// `METRICS_NAMESPACE`: the CloudWatch namespace.
    pub metrics_namespace: String,
    /// `AWS_LAMBDA_LOG_LEVEL`, else `RUST_LOG`.
    pub log_filter: LogFilter,
    /// What the AWS clients need.
    pub aws: AwsSettings,
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

/// Which employees are agents: for each field, the values of which one must match. Everyone when
/// empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentFilter(BTreeMap<FilterField, Vec<String>>);

/// A field of an employee that agents can be selected by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FilterField {
    /// `departmentName`.
    Department,
    /// `divisionName`.
    Division,
    /// `locationName`.
    Location,
}

impl FilterField {
    const ALL: [Self; 3] = [Self::Department, Self::Division, Self::Location];

    /// The name in `AGENT_FILTER`, which is BambooHR's name of the field.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Department => "departmentName",
            Self::Division => "divisionName",
            Self::Location => "locationName",
        }
    }
}

impl AgentFilter {
    /// The fields with the values allowed, each list non-empty.
    pub fn fields(&self) -> impl Iterator<Item = (FilterField, &[String])> {
        self.0.iter().map(|(&field, values)| (field, values.as_slice()))
    }

    /// Whether everyone is an agent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Settings {
    /// The settings of this process.
    ///
    /// # Errors
    /// The first variable that is missing or breaks its rule.
    pub fn from_env() -> Result<Self, SettingError> {
        Self::read(&|name| std::env::var(name).ok())
    }

    /// `METRICS_NAMESPACE` alone, where it can be used: failures are to be counted in the right
    /// place even when another setting is wrong.
    pub(crate) fn metrics_namespace(variable: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        Variables(variable).namespace("METRICS_NAMESPACE").ok()
    }

    /// The settings that `variable` gives; an empty text counts as unset.
    ///
    /// # Errors
    /// The first variable that is missing or breaks its rule.
    pub fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let variables = Variables(variable);
        let settings = Self {
            secret_id: variables.required("BAMBOOHR_SECRET_ID")?,
            table_name: variables.required("TABLE_NAME")?,
            bamboohr_base_url: variables
                .url("BAMBOOHR_BASE_URL")?
                .map(|url| url.as_str().trim_end_matches('/').to_owned()),
            email_field: variables.choice(
                "EMAIL_FIELD",
                &[("workEmail", EmailField::Work), ("homeEmail", EmailField::Home)],
            )?,
            agent_filter: variables.agent_filter("AGENT_FILTER")?,
            max_shrink_percent: variables.number("MAX_SHRINK_PERCENT", 0..=100)?.unwrap_or(20),
            agents_max_age: Duration::from_secs(
                3600 * variables.number("AGENTS_MAX_AGE_HOURS", 0..=8760)?.unwrap_or(0),
            ),
            departed_retention_days: variables
                .number("DEPARTED_RETENTION_DAYS", 0..=3650)?
                .unwrap_or(90),
            employee_source: variables.choice(
                "EMPLOYEE_SOURCE",
                &[
                    ("employees", EmployeeSource::Employees),
                    ("directory", EmployeeSource::Directory),
                ],
            )?,
            balance_threshold_minutes: variables
                .number("BALANCE_THRESHOLD_MINUTES", -5_256_000..=5_256_000)?
                .unwrap_or(0),
            unlimited_balance_minutes: variables
                .number("UNLIMITED_BALANCE_MINUTES", 0..=u32::MAX)?
                .unwrap_or(525_600),
            minutes_per_day: variables.number("MINUTES_PER_DAY", 1..=1440)?,
            zero_payable: variables.choice(
                "ZERO_PAYABLE",
                &[("zero", ZeroPayable::Zero), ("duration", ZeroPayable::Duration)],
            )?,
            read_only: variables.choice("READ_ONLY", &[("false", false), ("true", true)])?,
            upstream_concurrency: variables.number("UPSTREAM_CONCURRENCY", 1..=64)?.unwrap_or(8),
            api_budget: Duration::from_millis(
                variables.number("API_BUDGET_MS", 1_000..=900_000)?.unwrap_or(27_000),
            ),
            resend_after: Duration::from_secs(
                variables.number("RESEND_AFTER_SECONDS", 0..=900)?.unwrap_or(10),
            ),
            metrics_namespace: variables.namespace("METRICS_NAMESPACE")?,
            log_filter: LogFilter::read(variable)?,
            aws: AwsSettings::read(&variables)?,
        };
        if settings.employee_source == EmployeeSource::Directory
            && settings.email_field == EmailField::Home
        {
            return Err(SettingError::new(
                "EMPLOYEE_SOURCE",
                "may be directory only with EMAIL_FIELD workEmail: the directory holds no other address",
            ));
        }
        Ok(settings)
    }
}

impl AwsSettings {
    fn read(variables: &Variables<'_>) -> Result<Self, SettingError> {
        let everywhere = variables.url("AWS_ENDPOINT_URL")?;
        Ok(Self {
            region: variables
                .get("AWS_REGION")
                .or_else(|| variables.get("AWS_DEFAULT_REGION"))
                .ok_or_else(|| not_set("AWS_REGION"))?,
            access_key_id: variables.required("AWS_ACCESS_KEY_ID")?,
            secret_access_key: variables.required("AWS_SECRET_ACCESS_KEY")?.into(),
            session_token: variables.get("AWS_SESSION_TOKEN").map(SecretString::from),
            dynamodb_endpoint: variables
                .url("AWS_ENDPOINT_URL_DYNAMODB")?
                .or_else(|| everywhere.clone()),
            secrets_manager_endpoint: variables
                .url("AWS_ENDPOINT_URL_SECRETS_MANAGER")?
                .or(everywhere),
            ca_bundle: variables.get("AWS_CA_BUNDLE").map(PathBuf::from),
        })
    }
}

/// The environment, with the rules that several variables share.
struct Variables<'a>(&'a dyn Fn(&str) -> Option<String>);

impl Variables<'_> {
    fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    fn required(&self, name: &'static str) -> Result<String, SettingError> {
        self.get(name).ok_or_else(|| not_set(name))
    }

    fn number<N>(
        &self,
        name: &'static str,
        range: RangeInclusive<N>,
    ) -> Result<Option<N>, SettingError>
    where
        N: FromStr + PartialOrd + Display,
    {
        let Some(text) = self.get(name) else { return Ok(None) };
        match text.parse() {
            Ok(number) if range.contains(&number) => Ok(Some(number)),
            _ => Err(SettingError::new(
                name,
                format!("must be a whole number from {} to {}", range.start(), range.end()),
            )),
        }
    }

    /// One of the texts of `choices`; the first is the default.
    fn choice<T: Copy>(
        &self,
        name: &'static str,
        choices: &[(&str, T)],
    ) -> Result<T, SettingError> {
        let text = self.get(name);
        let wanted = text.as_deref().or(choices.first().map(|(default, _)| *default));
        choices.iter().find(|(text, _)| Some(*text) == wanted).map(|&(_, value)| value).ok_or_else(
            || {
                let texts: Vec<_> = choices.iter().map(|(text, _)| *text).collect();
                SettingError::new(name, format!("must be {}", texts.join(" or ")))
            },
        )
    }

    fn url(&self, name: &'static str) -> Result<Option<Url>, SettingError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        Url::parse(&text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .filter(|url| url.has_host() && url.username().is_empty() && url.password().is_none())
            .filter(|url| url.query().is_none() && url.fragment().is_none())
            .map(Some)
            .ok_or_else(|| {
                SettingError::new(
                    name,
                    "must be a URL such as https://proxy.example, without user, query or fragment",
                )
            })
    }

    /// CloudWatch's own rule for namespaces.
    fn namespace(&self, name: &'static str) -> Result<String, SettingError> {
        let text = self.get(name).unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned());
        let allowed = |c: char| c.is_ascii_alphanumeric() || "._-/#:".contains(c);
        if text.len() <= 255 && text.chars().all(allowed) && !text.starts_with("AWS/") {
            return Ok(text);
        }
        Err(SettingError::new(
            name,
            "must be up to 255 letters, digits and . _ - / # : and must not begin with AWS/",
        ))
    }

    fn agent_filter(&self, name: &'static str) -> Result<AgentFilter, SettingError> {
        let Some(text) = self.get(name) else { return Ok(AgentFilter::default()) };
        let wrong = || {
            let fields = FilterField::ALL.map(FilterField::as_str).join(", ");
            SettingError::new(
                name,
                format!(
                    "must be a JSON object such as {{\"departmentName\":[\"Support\"]}}: lists of texts, none empty, for \
                     the fields {fields}"
                ),
            )
        };
        let lists: BTreeMap<String, Vec<String>> =
            serde_json::from_str(&text).map_err(|_| wrong())?;
        let mut fields = BTreeMap::new();
        for (key, values) in lists {
            let field = FilterField::ALL
                .into_iter()
                .find(|field| field.as_str() == key)
                .ok_or_else(wrong)?;
            if values.is_empty() || values.iter().any(|value| value.trim().is_empty()) {
                return Err(wrong());
            }
            fields.insert(field, values);
        }
        Ok(AgentFilter(fields))
    }
}

fn not_set(variable: &'static str) -> SettingError {
    SettingError::new(variable, "is not set")
}
