//! What every answer of an operation must hold.

use contract::ErrorCode;
use contract::operations::{DataType, operations};
use serde_json::Value;

/// What a caller can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `GET /agents`
    ListAgents,
    /// `GET /agents/{externalId}` and `GET /agents?email=…`
    FindAgent,
    /// `GET /timeoff-types`
    ListTypes,
    /// `POST /balances`
    Balances,
    /// `POST /timeoff-requests`
    Insert,
    /// `PUT /timeoff-requests`
    Update,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::ListAgents,
        Self::FindAgent,
        Self::ListTypes,
        Self::Balances,
        Self::Insert,
        Self::Update,
    ];

    /// The operation behind a method and a path without stage; `None` where there is no route.
    pub fn of(method: &str, path: &str) -> Option<Self> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        match (method, path) {
            ("GET", "/agents") if query.contains("email=") => Some(Self::FindAgent),
            ("GET", "/agents") => Some(Self::ListAgents),
            ("GET", path) if path.starts_with("/agents/") => Some(Self::FindAgent),
            ("GET", "/timeoff-types") => Some(Self::ListTypes),
            ("POST", "/balances") => Some(Self::Balances),
            ("POST", "/timeoff-requests") => Some(Self::Insert),
            ("PUT", "/timeoff-requests") => Some(Self::Update),
            _ => None,
        }
    }

    /// The function that serves it.
    pub fn function(self) -> &'static str {
        match self {
            Self::ListAgents | Self::FindAgent => "get-agents",
            Self::ListTypes => "get-timeoff-types",
            Self::Balances => "get-balance",
            Self::Insert => "insert-timeoff",
            Self::Update => "update-timeoff",
        }
    }

    /// The data action that calls it: where two do, either.
    fn data_action(self) -> &'static str {
        match self {
            Self::ListAgents => "HRIS-Get-Agents",
            Self::FindAgent => "HRIS-Find-Agent-By-ExternalId",
            Self::ListTypes => "HRIS-Get-Timeoff-Types",
            Self::Balances => "HRIS-Get-Balance",
            Self::Insert => "HRIS-Insert-TimeOff",
            Self::Update => "HRIS-Update-TimeOff",
        }
    }

    /// Every field of an answer, the envelope included, by the contract's table.
    fn outputs(self) -> Vec<(String, DataType)> {
        let known = operations().into_iter().filter(|known| known.name == self.data_action());
        known
            .flat_map(|known| known.outputs)
            .filter_map(|field| Some((field.name, field.action?)))
            .collect()
    }

    /// Says why `body` is no envelope of this operation: a field missing, of the wrong type or
    /// unknown, or fields that contradict each other.
    ///
    /// # Errors
    /// One sentence for a test's message.
    pub fn check(self, body: &Value) -> Result<(), String> {
        let fields = body.as_object().ok_or("the body is no object")?;
        check_outcome(body, matches!(self, Self::Insert | Self::Update))?;
        let outputs = self.outputs();
        for (name, data_type) in &outputs {
            let value = fields.get(name).ok_or_else(|| format!("{name} is missing"))?;
            if !data_type.holds(value) || value.as_i64().is_some_and(i64::is_negative) {
                return Err(format!("{name} is not {data_type:?}"));
            }
        }
        if let Some(name) =
            fields.keys().find(|name| !outputs.iter().any(|(known, _)| known == *name))
        {
            return Err(format!("{name} is no field of this operation"));
        }
        Ok(())
    }
}

/// The five fields that every answer has, in the order in which they are documented.
pub(crate) const ENVELOPE: [&str; 5] =
    ["statusCode", "status", "errorMsg", "errorCode", "correlationId"];

/// Says why the five fields of an answer cannot stand together.
pub(crate) fn check_outcome(body: &Value, may_be_insufficient: bool) -> Result<(), String> {
    let text = |name: &str| body[name].as_str().ok_or_else(|| format!("{name} is no text"));
    let (status, sentence, code) = (text("status")?, text("errorMsg")?, text("errorCode")?);
    if text("correlationId")?.is_empty() {
        return Err("correlationId is empty".to_owned());
    }
    let expected = match status {
        "Complete" => 200,
        "InsufficientBalance" if may_be_insufficient => 200,
        "Error" => {
            let known = ErrorCode::ALL
                .iter()
                .find(|known| known.as_str() == code)
                .ok_or_else(|| format!("unknown errorCode {code}"))?;
            if !sentence.ends_with(['.', '!', '?', '…']) || sentence.contains('\n') {
                return Err(format!("errorMsg is no sentence: {sentence:?}"));
            }
            known.status_code()
        }
        other => return Err(format!("unknown status {other}")),
    };
    if body["statusCode"] != expected {
        return Err(format!("statusCode is {} with status {status} {code}", body["statusCode"]));
    }
    if status != "Error" && !(sentence.is_empty() && code.is_empty()) {
        return Err(format!("{status} with an error: {code} {sentence}"));
    }
    Ok(())
}
