use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::engine::Engine;
use super::template::References;
use super::{ActionFailure, CustomAuthAction, TemplateError};

/// What a custom auth action got: the fields of `${authResponse…}`.
pub(super) type AuthResponse = Map<String, Value>;

/// The custom auth action of an integration, with what it got last.
#[derive(Debug)]
pub(super) struct CustomAuth {
    action: CustomAuthAction,
    got: Mutex<Option<AuthResponse>>,
}

impl CustomAuth {
    pub(super) fn new(action: CustomAuthAction) -> Self {
        Self { action, got: Mutex::default() }
    }
}

impl Engine {
    /// What the custom auth action got last; it runs at first, and when what it got was `refused`.
    /// Data actions that wait for it at the same time share one run.
    pub(super) async fn auth_response(
        &self,
        refused: Option<&AuthResponse>,
    ) -> Result<Result<AuthResponse, ActionFailure>, TemplateError> {
        // Without one every `${authResponse…}` is unset, which the template complains of.
        let Some(auth) = &self.custom_auth else { return Ok(Ok(Map::new())) };
        let mut got = auth.got.lock().await;
        if let Some(response) = got.as_ref().filter(|response| Some(*response) != refused) {
            return Ok(Ok(response.clone()));
        }
        let response = self.authenticate(&auth.action).await?;
        *got = response.as_ref().ok().cloned();
        Ok(response)
    }

    async fn authenticate(
        &self,
        action: &CustomAuthAction,
    ) -> Result<Result<AuthResponse, ActionFailure>, TemplateError> {
        let nothing = Map::new();
        let references = References {
            raw_request: "{}",
            credentials: &self.credentials.0,
            auth_response: &nothing,
            inputs: &nothing,
        };
        let failed = |cause: String| Ok(Err(ActionFailure::authentication(cause)));
        match self.send(&action.config.request, references).await? {
            Err(error) => failed(error.to_string()),
            Ok((status, _)) if !status.is_success() => failed(format!("HTTP status {status}")),
            Ok((_, body)) => match serde_json::from_str(&body) {
                Ok(response) => Ok(Ok(response)),
                Err(_) => failed("the body is no JSON object".to_owned()),
            },
        }
    }
}
