use contract::operations::VariableKind::{
    self, Boolean, Integer, String as Text, StringCollection,
};

use super::Variables;
use super::tree::{Node, Tree};

/// Reads the part of Architect's language that the workflows use.
pub(super) struct Parser<'t> {
    text: &'t str,
    at: usize,
    variables: &'t Variables,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, variables: &'t Variables) -> Self {
        Self { text, at: 0, variables }
    }

    pub(super) fn whole(mut self) -> Result<Tree, String> {
        let tree = self.equality()?;
        match self.rest() {
            "" => Ok(tree),
            rest => Err(format!("{rest} is not understood")),
        }
    }

    /// What is still to be read, from the next character that is no space.
    fn rest(&mut self) -> &'t str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed
    }

    /// Where the token stood, if it is next.
    fn take(&mut self, token: &str) -> Option<usize> {
        let found = self.rest().starts_with(token);
        let position = self.at + 1;
        found.then(|| self.at += token.len()).map(|()| position)
    }

    fn equality(&mut self) -> Result<Tree, String> {
        let left = self.sum()?;
        match self.take("==") {
            Some(position) => operation(position, "==", vec![left, self.sum()?]),
            None => Ok(left),
        }
    }

    fn sum(&mut self) -> Result<Tree, String> {
        let mut sum = self.term()?;
        while let Some(position) = self.take("+") {
            sum = operation(position, "+", vec![sum, self.term()?])?;
        }
        Ok(sum)
    }

    fn term(&mut self) -> Result<Tree, String> {
        let rest = self.rest();
        let position = self.at + 1;
        match rest.chars().next() {
            Some('"') => {
                let (text, length) = quoted(rest).ok_or("a text has no end")?;
                self.at += length;
                Ok(Tree { position, kind: Text, node: Node::Literal(text) })
            }
            Some('0'..='9') => {
                let digits = self.run_of(rest, |next| next.is_ascii_digit());
                Ok(Tree { position, kind: Integer, node: Node::Literal(digits.to_owned()) })
            }
            _ => {
                let name = self.run_of(rest, |next| next.is_ascii_alphanumeric() || next == '.');
                self.named(position, name)
            }
        }
    }

    fn run_of(&mut self, rest: &'t str, belongs: impl Fn(char) -> bool) -> &'t str {
        let end = rest.find(|next| !belongs(next)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn named(&mut self, position: usize, name: &str) -> Result<Tree, String> {
        if self.take("(").is_none() {
            let unknown = || format!("{name} is no variable");
            let variable = self.variables.get(name).ok_or_else(unknown)?;
            let node = Node::Reference(name.to_owned(), variable.id.clone());
            return Ok(Tree { position, kind: variable.kind, node });
        }
        let mut operands = vec![self.equality()?];
        while self.take(",").is_some() {
            operands.push(self.equality()?);
        }
        self.take(")").ok_or_else(|| format!("{name}( has no end"))?;
        operation(position, name, operands)
    }
}

fn operation(position: usize, name: &str, operands: Vec<Tree>) -> Result<Tree, String> {
    let kinds: Vec<VariableKind> = operands.iter().map(|operand| operand.kind).collect();
    let (name, kind) = match (name, kinds.as_slice()) {
        ("+", [Text, Text]) => ("+", Text),
        ("+", [Integer, Integer]) => ("+", Integer),
        ("==", [left, right]) if left == right => ("==", Boolean),
        ("If", [Boolean, yes, no]) if yes == no => ("If", *yes),
        ("IsSet", [_]) => ("IsSet", Boolean),
        ("IsNotSetOrEmpty", [Text | StringCollection]) => ("IsNotSetOrEmpty", Boolean),
        ("Count", [StringCollection]) => ("Count", Integer),
        ("GetAt", [StringCollection, Integer]) => ("GetAt", Text),
        ("ToString", [_]) => ("ToString", Text),
        _ => return Err(format!("{name} does not take {kinds:?}")),
    };
    Ok(Tree { position, kind, node: Node::Operation(name, operands) })
}

/// The text between quotation marks at the start of `rest`, and how long it is with these.
fn quoted(rest: &str) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    loop {
        match characters.next()? {
            (end, '"') => return Some((text, end + 1)),
            (_, '\\') => text.push(characters.next()?.1),
            (_, character) => text.push(character),
        }
    }
}
