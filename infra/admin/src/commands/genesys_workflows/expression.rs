//! Expressions as Architect keeps them: a tree beside the text. It is written just as Architect's
//! own parser would write it, which `infra/genesys/check` compares.

mod parse;
mod tree;

use std::collections::BTreeMap;

use contract::operations::VariableKind;
use serde_json::{Value, json};

use self::parse::Parser;

/// A variable that an expression may name.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) id: String,
    pub(super) kind: VariableKind,
}

/// The variables of a workflow by name.
pub(super) type Variables = BTreeMap<String, Variable>;

/// How an export calls a kind of value.
pub(super) const fn code(kind: VariableKind) -> &'static str {
    match kind {
        VariableKind::String => "str",
        VariableKind::Integer => "int",
        VariableKind::Boolean => "bln",
        VariableKind::StringCollection => "str_coll",
    }
}

/// What is written as an expression.
pub(super) fn expression(
    text: &str,
    kind: VariableKind,
    variables: &Variables,
) -> Result<Value, String> {
    let refuse = |reason: String| format!("the expression {text}: {reason}");
    let tree = Parser::new(text, variables).whole().map_err(refuse)?;
    if tree.kind != kind {
        return Err(refuse(format!("it is {}, not {}", code(tree.kind), code(kind))));
    }
    Ok(written(0, kind, text, tree.config(), tree.references()))
}

/// What is picked from the list of variables: a target, or an index.
pub(super) fn reference(
    name: &str,
    kind: VariableKind,
    variables: &Variables,
) -> Result<Value, String> {
    let tree = Parser::new(name, variables).whole()?;
    if tree.kind != kind {
        return Err(format!("the variable {name} is {}, not {}", code(tree.kind), code(kind)));
    }
    Ok(written(2, kind, name, tree.config(), tree.references()))
}

/// What is typed in as it is. Of no letters at all Architect makes the tree of nothing.
pub(super) fn literal(text: &str, kind: &str) -> Value {
    let config = match text {
        "" => empty(kind),
        _ => json!({"lit": {"pos": 1, "text": text, "type": kind}}),
    };
    value(1, kind, text, config, json!({}))
}

/// Nothing.
pub(super) fn nothing(kind: &str) -> Value {
    value(3, kind, "", empty(kind), json!({}))
}

/// Something that the flow has no use for, such as a prompt in a flow without a voice.
pub(super) fn out_of_service(mode: u8, kind: &str) -> Value {
    let mut unused = value(mode, kind, "", empty(kind), json!({}));
    unused["outOfService"] = true.into();
    unused
}

fn empty(kind: &str) -> Value {
    json!({"emp": {"pos": 1, "text": "", "type": kind}})
}

fn written(
    mode: u8,
    kind: VariableKind,
    text: &str,
    config: Value,
    references: Vec<Value>,
) -> Value {
    let meta_data =
        if references.is_empty() { json!({}) } else { json!({"references": references}) };
    value(mode, code(kind), text, config, meta_data)
}

/// `mode`: 0 an expression, 1 a literal, 2 a variable, 3 nothing.
fn value(mode: u8, kind: &str, text: &str, config: Value, meta_data: Value) -> Value {
    json!({
        "config": config, "text": text, "type": kind, "uiMetaData": {"mode": mode},
        "metaData": meta_data, "version": 2,
    })
}

#[cfg(test)]
mod tests;
