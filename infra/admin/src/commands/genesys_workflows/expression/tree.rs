use contract::operations::VariableKind;
use serde_json::{Value, json};

use super::code;

/// A part of an expression.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    /// Where it stands in the text, from 1: of an operator its sign.
    pub(super) position: usize,
    pub(super) kind: VariableKind,
    pub(super) node: Node,
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    /// A text or number.
    Literal(String),
    /// The name of a variable, and its id.
    Reference(String, String),
    /// An operator or a function.
    Operation(&'static str, Vec<Tree>),
}

impl Tree {
    /// The tree of a whole expression, which alone has its text once more, with all parentheses.
    pub(super) fn config(&self) -> Value {
        let mut config = self.part();
        if let Node::Operation(name, _) = &self.node {
            config[*name]["text"] = self.text().into();
        }
        config
    }

    fn part(&self) -> Value {
        let (position, kind) = (self.position, code(self.kind));
        match &self.node {
            Node::Literal(text) => json!({"lit": {"pos": position, "text": text, "type": kind}}),
            Node::Reference(name, id) => {
                json!({"ref": {"pos": position, "text": name, "type": kind, "val": id}})
            }
            Node::Operation(name, operands) => {
                let operands: Vec<Value> = operands.iter().map(Self::part).collect();
                json!({*name: {"pos": position, "operands": operands, "type": kind}})
            }
        }
    }

    /// The variables in it, each once, in the order of the text.
    pub(super) fn references(&self) -> Vec<Value> {
        let mut found = Vec::new();
        self.collect_references(&mut found);
        found
    }

    fn collect_references(&self, found: &mut Vec<Value>) {
        match &self.node {
            Node::Literal(_) => {}
            Node::Reference(name, id) => {
                let kind = code(self.kind);
                let reference = json!({"id": id, "type": kind, "isSysRef": false, "name": name});
                if !found.contains(&reference) {
                    found.push(reference);
                }
            }
            Node::Operation(_, operands) => {
                operands.iter().for_each(|operand| operand.collect_references(found));
            }
        }
    }

    fn text(&self) -> String {
        match &self.node {
            Node::Literal(text) if self.kind == VariableKind::String => {
                format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
            }
            Node::Literal(text) => text.clone(),
            Node::Reference(name, _) => name.clone(),
            Node::Operation(sign @ ("+" | "=="), operands) => {
                let operands: Vec<String> = operands.iter().map(Self::text_in_operator).collect();
                operands.join(&format!(" {sign} "))
            }
            Node::Operation(name, operands) => {
                let operands: Vec<String> = operands.iter().map(Self::text).collect();
                format!("{name}({})", operands.join(", "))
            }
        }
    }

    fn text_in_operator(&self) -> String {
        match &self.node {
            Node::Operation("+" | "==", _) => format!("({})", self.text()),
            _ => self.text(),
        }
    }
}
