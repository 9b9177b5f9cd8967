use super::{Expression, Function, Value};

/// Why Architect cannot work out an expression at run time; the workflow then enters its error
/// handling.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationError {
    /// The function or operator does not take `NOT_SET` there. Which ones do is in the expression
    /// help (`allowNotSet`).
    #[error("{0} was given NOT_SET")]
    NotSet(&'static str),
    /// Operands of kinds that the function or operator has no form for.
    #[error("{0} was given {1:?}")]
    Kind(&'static str, Vec<Value>),
    /// `GetAt` beyond the collection. Its index counts from 0.
    #[error("GetAt was given index {index} of a collection of {length}")]
    Index {
        /// The index asked for.
        index: i64,
        /// Entries in the collection.
        length: usize,
    },
    /// A variable that is not declared.
    #[error("there is no variable {0}")]
    Undeclared(String),
}

impl Expression {
    /// Works out the expression; `variable` gives the value of a declared variable.
    ///
    /// # Errors
    /// [`EvaluationError`]: as Architect would refuse at run time.
    pub fn evaluate(
        &self,
        variable: &impl Fn(&str) -> Option<Value>,
    ) -> Result<Value, EvaluationError> {
        match self {
            Self::Text(text) => Ok(Value::Text(text.clone())),
            Self::Integer(number) => Ok(Value::Integer(*number)),
            Self::Boolean(value) => Ok(Value::Boolean(*value)),
            Self::Variable(name) => {
                variable(name).ok_or_else(|| EvaluationError::Undeclared(name.clone()))
            }
            Self::Add(left, right) => add(left.evaluate(variable)?, right.evaluate(variable)?),
            Self::Equals(left, right) => {
                equals(left.evaluate(variable)?, right.evaluate(variable)?)
            }
            Self::Call(function, arguments) => {
                // `If` works out all its arguments: whether Genesys skips the one that is not taken
                // is not documented.
                let arguments = arguments
                    .iter()
                    .map(|argument| argument.evaluate(variable))
                    .collect::<Result<Vec<_>, _>>()?;
                function.apply(arguments)
            }
        }
    }
}

fn add(left: Value, right: Value) -> Result<Value, EvaluationError> {
    match (left, right) {
        (Value::NotSet, _) | (_, Value::NotSet) => Err(EvaluationError::NotSet("+")),
        (Value::Text(left), Value::Text(right)) => Ok(Value::Text(left + &right)),
        (Value::Integer(left), Value::Integer(right)) => left
            .checked_add(right)
            .map(Value::Integer)
            .ok_or(EvaluationError::Kind("+", vec![Value::Integer(left), Value::Integer(right)])),
        (left, right) => Err(EvaluationError::Kind("+", vec![left, right])),
    }
}

fn equals(left: Value, right: Value) -> Result<Value, EvaluationError> {
    match (&left, &right) {
        (Value::NotSet, _)
        | (_, Value::NotSet)
        | (Value::Text(_), Value::Text(_))
        | (Value::Integer(_), Value::Integer(_))
        | (Value::Boolean(_), Value::Boolean(_)) => Ok(Value::Boolean(left == right)),
        _ => Err(EvaluationError::Kind("==", vec![left, right])),
    }
}

impl Function {
    fn apply(self, arguments: Vec<Value>) -> Result<Value, EvaluationError> {
        match (self, arguments.as_slice()) {
            (Self::If, [Value::NotSet, _, _]) => Err(EvaluationError::NotSet("If")),
            (Self::If, [Value::Boolean(condition), yes, no]) => {
                Ok(if *condition { yes } else { no }.clone())
            }
            (Self::IsSet, [value]) if !matches!(value, Value::Texts(_)) => {
                Ok(Value::Boolean(*value != Value::NotSet))
            }
            (Self::IsNotSetOrEmpty, [value]) => Ok(Value::Boolean(match value {
                Value::NotSet => true,
                Value::Text(text) => text.is_empty(),
                Value::Texts(items) => items.is_empty(),
                Value::Integer(_) | Value::Boolean(_) => false,
            })),
            (Self::GetAt, [Value::NotSet, _] | [_, Value::NotSet]) => {
                Err(EvaluationError::NotSet("GetAt"))
            }
            (Self::GetAt, [Value::Texts(items), Value::Integer(index)]) => usize::try_from(*index)
                .ok()
                .and_then(|position| items.get(position))
                .map(|item| item.clone().map_or(Value::NotSet, Value::Text))
                .ok_or(EvaluationError::Index { index: *index, length: items.len() }),
            (Self::Count, [Value::NotSet]) => Err(EvaluationError::NotSet("Count")),
            (Self::Count, [Value::Texts(items)]) => {
                Ok(Value::Integer(i64::try_from(items.len()).unwrap_or(i64::MAX)))
            }
            (Self::ToString, [Value::NotSet]) => Ok(Value::NotSet),
            (Self::ToString, [Value::Integer(number)]) => Ok(Value::Text(number.to_string())),
            (Self::ToString, [Value::Text(text)]) => Ok(Value::Text(text.clone())),
            _ => Err(EvaluationError::Kind(self.name(), arguments)),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::If => "If",
            Self::IsSet => "IsSet",
            Self::IsNotSetOrEmpty => "IsNotSetOrEmpty",
            Self::GetAt => "GetAt",
            Self::Count => "Count",
            Self::ToString => "ToString",
        }
    }
}
