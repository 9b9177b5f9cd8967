use super::*;

fn variables() -> Variables {
    let variable = |(name, kind): (&str, VariableKind)| {
        (name.to_owned(), Variable { id: format!("id of {name}"), kind })
    };
    [
        ("Flow.agentId", VariableKind::String),
        ("Flow.dates", VariableKind::StringCollection),
        ("State.index", VariableKind::Integer),
    ]
    .map(variable)
    .into()
}

/// As Genesys' Architect core (2019) writes this expression.
#[test]
fn a_tree_is_what_architects_own_parser_makes() {
    let text = r#""a\\" + Flow.agentId + If(State.index == 0, "[\"", ",\"") + GetAt(Flow.dates, State.index)"#;
    let value = expression(text, VariableKind::String, &variables()).unwrap();
    let reference = |name: &str, pos: usize, kind: &str| json!({"ref": {"pos": pos, "text": name, "type": kind, "val": format!("id of {name}")}});
    let literal = |text: &str, pos: usize, kind: &str| json!({"lit": {"pos": pos, "text": text, "type": kind}});
    let condition = json!({"==": {
        "pos": 39, "type": "bln",
        "operands": [reference("State.index", 27, "int"), literal("0", 42, "int")],
    }});
    let choice = json!({"If": {
        "pos": 24, "type": "str",
        "operands": [condition, literal("[\"", 45, "str"), literal(",\"", 52, "str")],
    }});
    let start = json!({"+": {
        "pos": 7, "type": "str",
        "operands": [literal("a\\", 1, "str"), reference("Flow.agentId", 9, "str")],
    }});
    let entry = json!({"GetAt": {
        "pos": 61, "type": "str",
        "operands": [
            reference("Flow.dates", 67, "str_coll"), reference("State.index", 79, "int"),
        ],
    }});
    let middle = json!({"+": {"pos": 22, "type": "str", "operands": [start, choice]}});
    let whole = json!({"+": {
        "pos": 59, "type": "str", "operands": [middle, entry],
        "text": r#"(("a\\" + Flow.agentId) + If(State.index == 0, "[\"", ",\"")) + GetAt(Flow.dates, State.index)"#,
    }});
    assert_eq!(value["config"], whole);
    let references = value["metaData"]["references"].as_array().unwrap();
    let names: Vec<_> = references.iter().map(|reference| &reference["name"]).collect();
    assert_eq!(names, ["Flow.agentId", "State.index", "Flow.dates"]);
}

#[test]
fn what_architect_would_refuse_is_refused() {
    for text in [
        "",
        "Flow.agentId +",
        "Flow.agentId + Flow.dates",
        "Flow.agentId + State.index",
        "Flow.agentId == State.index",
        "Flow.agent",
        "\"open",
        "ToString(State.index",
        "ToString()",
        "Lower(Flow.agentId)",
        "Flow.agentId Flow.agentId",
        "GetAt(Flow.dates, Flow.agentId)",
        "If(Flow.agentId, \"a\", \"b\")",
        "If(IsSet(Flow.agentId), \"a\", 1)",
        "State.index",
    ] {
        assert!(expression(text, VariableKind::String, &variables()).is_err(), "{text}");
    }
    assert!(reference("Flow.agentId", VariableKind::Integer, &variables()).is_err());
}
