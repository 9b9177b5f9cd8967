use contract::operations::VariableKind;
use serde_json::Value as Json;

/// What a variable or expression holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Architect's `NOT_SET`.
    NotSet,
    /// A string.
    Text(String),
    /// An integer.
    Integer(i64),
    /// A boolean.
    Boolean(bool),
    /// A string collection; an entry may be `NOT_SET`.
    Texts(Vec<Option<String>>),
}

impl Value {
    /// Takes JSON as a value of the given kind; `null` is `NOT_SET`. `None` when it is of another
    /// kind.
    #[must_use]
    pub fn of(kind: VariableKind, json: &Json) -> Option<Self> {
        match (kind, json) {
            (_, Json::Null) => Some(Self::NotSet),
            (VariableKind::String, Json::String(text)) => Some(Self::Text(text.clone())),
            (VariableKind::Integer, Json::Number(number)) => number.as_i64().map(Self::Integer),
            (VariableKind::Boolean, Json::Bool(value)) => Some(Self::Boolean(*value)),
            (VariableKind::StringCollection, Json::Array(items)) => items
                .iter()
                .map(|item| match item {
                    Json::Null => Some(None),
                    Json::String(text) => Some(Some(text.clone())),
                    _ => None,
                })
                .collect::<Option<_>>()
                .map(Self::Texts),
            _ => None,
        }
    }

    /// The value as JSON; `NOT_SET` is `null`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Self::NotSet => Json::Null,
            Self::Text(text) => Json::String(text.clone()),
            Self::Integer(number) => Json::from(*number),
            Self::Boolean(value) => Json::Bool(*value),
            Self::Texts(items) => items.iter().cloned().collect(),
        }
    }

    /// Whether a variable of `kind` can hold this value.
    #[must_use]
    pub fn fits(&self, kind: VariableKind) -> bool {
        matches!(
            (self, kind),
            (Self::NotSet, _)
                | (Self::Text(_), VariableKind::String)
                | (Self::Integer(_), VariableKind::Integer)
                | (Self::Boolean(_), VariableKind::Boolean)
                | (Self::Texts(_), VariableKind::StringCollection)
        )
    }
}
