use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use contract::operations::Method;
use reqwest::redirect::Policy;
use serde_json::{Map, Value};
use tracing::{Instrument, Span};

use super::template::References;
use super::{ActionFailure, DataAction, TemplateError};
use crate::Error;

/// The fields of the integration's credential (type User Defined).
#[derive(Clone)]
pub struct Credentials(BTreeMap<String, String>);

impl fmt::Debug for Credentials {
    /// The names of the fields; a value may be a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Credentials").field(&self.0.keys()).finish()
    }
}

impl Credentials {
    /// The two fields that the bundle asks for: `baseUrl` (with the stage, without a slash at its
    /// end) and `apiKey`.
    #[must_use]
    pub fn new(base_url: &str, api_key: &str) -> Self {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Self(BTreeMap::from([field("baseUrl", base_url), field("apiKey", api_key)]))
    }
}

/// What `${input.rawRequest}` holds for an input that the workflow gives no value; not documented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnsetInputs {
    /// Nothing.
    #[default]
    Left,
    /// `null`.
    Null,
}

/// Runs data actions over HTTP.
#[derive(Debug)]
pub struct Engine {
    client: reqwest::Client,
    credentials: Credentials,
    unset_inputs: UnsetInputs,
    patience: Duration,
}

/// What came of a data action.
#[derive(Clone, Debug)]
pub enum ActionOutcome {
    /// An answer that keeps the contract.
    Success(Map<String, Value>),
    /// Anything else but a time-out.
    Failure(ActionFailure),
    /// No answer in time.
    TimedOut,
}

impl Engine {
    /// Sends requests with these credentials.
    ///
    /// # Errors
    /// [`Error::Client`].
    pub fn new(credentials: Credentials) -> Result<Self, Error> {
        // The client asks for a TLS provider even where it only speaks HTTP. An error says that
        // there is one already.
        let _installed_before = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(Policy::none()).build()?;
        Ok(Self {
            client,
            credentials,
            unset_inputs: UnsetInputs::default(),
            patience: Duration::MAX,
        })
    }

    /// Chooses what the body holds for an input without a value.
    #[must_use]
    pub fn unset_inputs(mut self, unset_inputs: UnsetInputs) -> Self {
        self.unset_inputs = unset_inputs;
        self
    }

    /// Gives up on every data action after that long, where its own limit is not shorter: a
    /// time-out of Genesys without the minute that it takes.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Runs `action` with `inputs` (only those that have a value); gives up after `patience`, the
    /// engine's, or the action's own limit, whichever is shortest.
    ///
    /// # Errors
    /// [`Error::NotUnderstood`]: a template refers to something that is not there.
    pub async fn execute(
        &self,
        action: &DataAction,
        inputs: &Map<String, Value>,
        patience: Duration,
    ) -> Result<ActionOutcome, Error> {
        if let Err(reason) = action.contract.input.input_schema.check(inputs) {
            return Ok(ActionOutcome::Failure(ActionFailure::contract(format!("input: {reason}"))));
        }
        let request = self.request(action, inputs).map_err(|error| Error::NotUnderstood {
            path: PathBuf::from(&action.name),
            reason: error.to_string(),
        })?;
        let limit = Duration::from_secs(action.config.timeout_seconds);
        let patience = patience.min(self.patience).min(limit);
        let span = tracing::info_span!("data_action", action = &*action.name);
        let exchange = async {
            let response = marked(request).send().await?;
            let status = response.status();
            Ok::<_, reqwest::Error>((status, response.text().await?))
        };
        Ok(match tokio::time::timeout(patience, exchange).instrument(span).await {
            Err(_elapsed) => ActionOutcome::TimedOut,
            Ok(Err(error)) => ActionOutcome::Failure(ActionFailure::remote(error.to_string())),
            Ok(Ok((status, body))) if status.is_success() => judge(action, &body),
            Ok(Ok((status, _body))) => {
                ActionOutcome::Failure(ActionFailure::remote(format!("HTTP status {status}")))
            }
        })
    }

    fn request(
        &self,
        action: &DataAction,
        inputs: &Map<String, Value>,
    ) -> Result<reqwest::RequestBuilder, TemplateError> {
        let mut sent = inputs.clone();
        if self.unset_inputs == UnsetInputs::Null {
            for name in action.contract.input.input_schema.properties.keys() {
                sent.entry(name.clone()).or_insert(Value::Null);
            }
        }
        let raw_request = Value::Object(sent).to_string();
        let references =
            References { raw_request: &raw_request, credentials: &self.credentials.0, inputs };
        let url = action.config.request.request_url_template.render(references)?;
        let mut request = match action.config.request.request_type {
            Method::Get => self.client.get(url),
            Method::Post => self
                .client
                .post(url)
                .body(action.config.request.request_template.render(references)?),
            Method::Put => self
                .client
                .put(url)
                .body(action.config.request.request_template.render(references)?),
        };
        for (name, value) in &action.config.request.headers {
            request = request.header(name, value.render(references)?);
        }
        Ok(request)
    }
}

/// Marks a request with the present span, as W3C's Trace Context does, where somebody watches:
/// whoever receives it in the same process can go on in that span.
fn marked(request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    match Span::current().id() {
        None => request,
        Some(id) => {
            let id = id.into_u64();
            request.header("traceparent", format!("00-{id:032x}-{id:016x}-01"))
        }
    }
}

fn judge(action: &DataAction, body: &str) -> ActionOutcome {
    match serde_json::from_str(body) {
        Ok(Value::Object(answer)) => match action.contract.output.success_schema.check(&answer) {
            Ok(()) => ActionOutcome::Success(answer),
            Err(reason) => {
                ActionOutcome::Failure(ActionFailure::contract(format!("output: {reason}")))
            }
        },
        Ok(_) => {
            ActionOutcome::Failure(ActionFailure::contract("output: not an object".to_owned()))
        }
        Err(_) => ActionOutcome::Failure(ActionFailure::remote("the body is not JSON".to_owned())),
    }
}
