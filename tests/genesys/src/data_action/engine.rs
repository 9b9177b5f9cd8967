use std::path::PathBuf;
use std::time::Duration;

use contract::operations::Method;
use reqwest::StatusCode;
use reqwest::redirect::Policy;
use serde_json::{Map, Value};
use tracing::{Instrument, Span};

use super::custom_auth::CustomAuth;
use super::template::References;
use super::{
    ActionFailure, Credentials, CustomAuthAction, DataAction, Request, Template, TemplateError,
};
use crate::Error;

/// What `${input.rawRequest}` holds for an input that the workflow gives no value; not documented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnsetInputs {
    /// Nothing.
    #[default]
    Left,
    /// `null`.
    Null,
}

/// Status and body, or why there is none.
pub(super) type Answer = Result<(StatusCode, String), reqwest::Error>;

/// Runs data actions over HTTP.
#[derive(Debug)]
pub struct Engine {
    client: reqwest::Client,
    pub(super) credentials: Credentials,
    pub(super) custom_auth: Option<CustomAuth>,
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
            custom_auth: None,
            unset_inputs: UnsetInputs::default(),
            patience: Duration::MAX,
        })
    }

    /// Runs `action` before the first data action that needs what it gets, keeps that, and runs it
    /// once more when a data action is answered 401. No document says when Genesys does; this is
    /// what its users report.
    #[must_use]
    pub fn custom_auth(mut self, action: CustomAuthAction) -> Self {
        self.custom_auth = Some(CustomAuth::new(action));
        self
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
        let limit = Duration::from_secs(action.config.timeout_seconds);
        let patience = patience.min(self.patience).min(limit);
        let span = tracing::info_span!("data_action", action = &*action.name);
        let exchange = self.exchange(action, inputs);
        match tokio::time::timeout(patience, exchange).instrument(span).await {
            Err(_elapsed) => Ok(ActionOutcome::TimedOut),
            Ok(outcome) => outcome.map_err(|error| Error::NotUnderstood {
                path: PathBuf::from(&action.name),
                reason: error.to_string(),
            }),
        }
    }

    async fn exchange(
        &self,
        action: &DataAction,
        inputs: &Map<String, Value>,
    ) -> Result<ActionOutcome, TemplateError> {
        let request = &action.config.request;
        let raw_request = self.raw_request(action, inputs);
        let references = References {
            raw_request: &raw_request,
            credentials: &self.credentials.0,
            auth_response: &Map::new(),
            inputs,
        };
        let answer = if request.headers.values().any(Template::uses_auth_response) {
            match self.send_authenticated(request, references).await? {
                Ok(answer) => answer,
                Err(failure) => return Ok(ActionOutcome::Failure(failure)),
            }
        } else {
            self.send(request, references).await?
        };
        Ok(match answer {
            Err(error) => ActionOutcome::Failure(ActionFailure::remote(error.to_string())),
            Ok((status, body)) if status.is_success() => judge(action, &body),
            Ok((status, _body)) => {
                ActionOutcome::Failure(ActionFailure::remote(format!("HTTP status {status}")))
            }
        })
    }

    async fn send_authenticated(
        &self,
        request: &Request,
        references: References<'_>,
    ) -> Result<Result<Answer, ActionFailure>, TemplateError> {
        let mut refused = None;
        loop {
            let auth_response = match self.auth_response(refused.as_ref()).await? {
                Ok(got) => got,
                Err(failure) => return Ok(Err(failure)),
            };
            let references = References { auth_response: &auth_response, ..references };
            let answer = self.send(request, references).await?;
            let is_refused = matches!(answer, Ok((StatusCode::UNAUTHORIZED, _)));
            if !is_refused || refused.is_some() {
                return Ok(Ok(answer));
            }
            refused = Some(auth_response);
        }
    }

    fn raw_request(&self, action: &DataAction, inputs: &Map<String, Value>) -> String {
        let mut sent = inputs.clone();
        if self.unset_inputs == UnsetInputs::Null {
            for name in action.contract.input.input_schema.properties.keys() {
                sent.entry(name.clone()).or_insert(Value::Null);
            }
        }
        Value::Object(sent).to_string()
    }

    pub(super) async fn send(
        &self,
        request: &Request,
        references: References<'_>,
    ) -> Result<Answer, TemplateError> {
        let url = request.request_url_template.render(references)?;
        let body = request.request_template.render(references)?;
        let mut call = match request.request_type {
            Method::Get => self.client.get(url),
            Method::Post => self.client.post(url).body(body),
            Method::Put => self.client.put(url).body(body),
        };
        for (name, value) in &request.headers {
            call = call.header(name, value.render(references)?);
        }
        let answered = async {
            let response = marked(call).send().await?;
            Ok((response.status(), response.text().await?))
        };
        Ok(answered.await)
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
