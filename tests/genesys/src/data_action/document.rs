use std::collections::BTreeMap;

use contract::operations::Method;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Schema, Template};

/// A data action as it is exported and imported (`*.custom.json`). Every property must be known.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DataAction {
    /// Its name.
    pub name: String,
    /// `custom-rest-actions`: Web Services Data Actions.
    pub integration_type: String,
    /// `custom`
    pub action_type: String,
    /// What is sent and what is made of the answer.
    pub config: Config,
    /// What goes in and comes out.
    pub contract: Contract,
    /// Secure actions cannot be called from a workflow's Call Data Action.
    pub secure: bool,
}

/// The custom auth action (`*.customAuth.json`): it gets what every other data action of its
/// integration may send along. Genesys makes it, and its contract, which is not read here.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomAuthAction {
    /// Its name.
    pub name: String,
    /// `custom-rest-actions`: Web Services Data Actions.
    pub integration_type: String,
    /// `customAuth`
    pub action_type: String,
    /// What is sent and what is made of the answer.
    pub config: CustomAuthConfig,
    #[serde(rename = "contract")]
    _contract: IgnoredAny,
    #[serde(rename = "secure")]
    _secure: bool,
}

/// What a custom auth action sends, and what it makes of the answer. It has no time limit of its
/// own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomAuthConfig {
    /// What is sent.
    pub request: Request,
    /// What is made of the answer.
    pub response: Response,
}

/// What is sent and what is made of the answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Config {
    /// What is sent.
    pub request: Request,
    /// What is made of the answer.
    pub response: Response,
    /// How long an execution may take, in seconds; 1 to 60.
    pub timeout_seconds: u64,
}

/// What is sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// The URL.
    pub request_url_template: Template,
    /// The method.
    pub request_type: Method,
    /// Header names and values.
    pub headers: BTreeMap<String, Template>,
    /// The body; not used with GET.
    pub request_template: Template,
}

/// What is made of the answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Response {
    /// Name to JSON path.
    pub translation_map: BTreeMap<String, String>,
    /// Name to default.
    pub translation_map_defaults: BTreeMap<String, String>,
    /// The result.
    pub success_template: Template,
}

/// What goes in and comes out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// What goes in.
    pub input: InputContract,
    /// What comes out.
    pub output: OutputContract,
}

/// What goes in.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InputContract {
    /// Its schema.
    pub input_schema: Schema,
}

/// What comes out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutputContract {
    /// Its schema.
    pub success_schema: Schema,
}
