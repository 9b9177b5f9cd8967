//! The expression language: what the interpreter knows is what Genesys documents, and nothing else
//! passes.

use genesys_bundle::architect::{EvaluationError, Expression, Value};

fn evaluate(text: &str) -> Result<Value, EvaluationError> {
    let variable = |name: &str| {
        Some(match name {
            "Flow.unset" => Value::NotSet,
            "Flow.text" => Value::Text("text".to_owned()),
            "Flow.empty" => Value::Texts(vec![]),
            "Flow.list" => Value::Texts(vec![Some("Hello".to_owned()), None]),
            _ => return None,
        })
    };
    Expression::try_from(text.to_owned()).unwrap().evaluate(&variable)
}

fn text(text: &str) -> Result<Value, EvaluationError> {
    Ok(Value::Text(text.to_owned()))
}

#[test]
fn documented_examples() {
    assert_eq!(evaluate(r#""Hello " + "There""#), text("Hello There"));
    assert_eq!(evaluate("GetAt(Flow.list, 0)"), text("Hello"));
    assert_eq!(evaluate("GetAt(Flow.list, 1)"), Ok(Value::NotSet));
    assert_eq!(evaluate("Count(Flow.list)"), Ok(Value::Integer(2)));
    assert_eq!(evaluate("Count(Flow.empty)"), Ok(Value::Integer(0)));
    assert_eq!(evaluate(r#"IsSet("")"#), Ok(Value::Boolean(true)));
    assert_eq!(evaluate("IsSet(Flow.unset)"), Ok(Value::Boolean(false)));
    assert_eq!(evaluate(r#"IsNotSetOrEmpty("")"#), Ok(Value::Boolean(true)));
    assert_eq!(evaluate("IsNotSetOrEmpty(100)"), Ok(Value::Boolean(false)));
    assert_eq!(evaluate("IsNotSetOrEmpty(Flow.empty)"), Ok(Value::Boolean(true)));
    assert_eq!(evaluate("IsNotSetOrEmpty(Flow.list)"), Ok(Value::Boolean(false)));
    assert_eq!(evaluate("ToString(Flow.unset)"), Ok(Value::NotSet));
    assert_eq!(evaluate("ToString(408)"), text("408"));
    assert_eq!(evaluate(r#"If(1 + 1 == 2, "yes", "no")"#), text("yes"));
    assert_eq!(evaluate("Flow.unset == Flow.text"), Ok(Value::Boolean(false)));
    assert_eq!(evaluate(r#""[\"" + Flow.text + "\\""#), text(r#"["text\"#));
}

#[test]
fn not_set_stops_what_does_not_take_it() {
    assert_eq!(evaluate("Flow.text + Flow.unset"), Err(EvaluationError::NotSet("+")));
    assert_eq!(evaluate("Count(Flow.unset)"), Err(EvaluationError::NotSet("Count")));
    assert_eq!(evaluate("GetAt(Flow.unset, 0)"), Err(EvaluationError::NotSet("GetAt")));
    assert_eq!(evaluate("If(Flow.unset, 1, 2)"), Err(EvaluationError::NotSet("If")));
    assert_eq!(
        evaluate("GetAt(Flow.list, 2)"),
        Err(EvaluationError::Index { index: 2, length: 2 })
    );
    assert!(matches!(evaluate("Flow.text + 1"), Err(EvaluationError::Kind("+", _))));
    // The expression help has no form of IsSet for a collection.
    assert!(matches!(evaluate("IsSet(Flow.list)"), Err(EvaluationError::Kind("IsSet", _))));
}

#[test]
fn anything_else_is_refused_and_named() {
    for (expression, named) in [
        ("Substring(Flow.text, 0, 1)", "Substring"),
        ("Flow.text - 1", "'-'"),
        ("Task.text", "Task.text"),
        ("Flow.list[0]", "'['"),
        ("Flow.a ? 1 : 2", "'?'"),
        ("\"open", "does not end"),
        ("Count()", "where a value is expected"),
        ("Count(Flow.list, 1)", "takes 1 arguments"),
        ("1 2", "after its end"),
        ("NOT_SET", "NOT_SET"),
        (r#""\n""#, "escape"),
    ] {
        let error = Expression::try_from(expression.to_owned()).unwrap_err().to_string();
        assert!(error.contains(named), "{expression}: {error}");
    }
}
