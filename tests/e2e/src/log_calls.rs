//! What the functions can log, read from their sources: a line that no test brings about counts
//! too.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The names that log lines can have.
#[derive(Debug, Default)]
pub struct LogCalls {
    /// The values of `event` in lines of the levels INFO, which is the default, and above.
    pub events: BTreeSet<String>,
    /// The fields of lines and of the spans around them.
    pub fields: BTreeSet<String>,
}

impl LogCalls {
    /// Those of every source below `directory`, its tests left out.
    ///
    /// # Panics
    /// When a source cannot be read or is no Rust.
    pub fn add(&mut self, directory: &Path) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.add(&path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source: TokenStream = fs::read_to_string(&path).unwrap().parse().unwrap();
                self.walk(source);
            }
        }
    }

    fn walk(&mut self, source: TokenStream) {
        let tokens: Vec<TokenTree> = source.into_iter().collect();
        let mut of_tests = false;
        for (at, token) in tokens.iter().enumerate() {
            let TokenTree::Group(group) = token else { continue };
            if group.delimiter() == Delimiter::Bracket {
                of_tests |= group.stream().to_string().replace(' ', "") == "cfg(test)";
            } else if of_tests && group.delimiter() == Delimiter::Brace {
                of_tests = false;
            } else {
                if let Some(name) = macro_before(&tokens[..at]) {
                    self.call(&name, group.stream());
                }
                self.walk(group.stream());
            }
        }
    }

    fn call(&mut self, name: &str, arguments: TokenStream) {
        let mut arguments = split_at_commas(arguments).into_iter().peekable();
        match name {
            "trace" | "debug" | "info" | "warn" | "error" | "$level" => {}
            // A span's name comes first, and it has no message.
            span if span.ends_with("_span") => drop(arguments.next()),
            _ => return,
        }
        for argument in arguments {
            match field_of(&argument) {
                Argument::Field { name: field, text } => {
                    if field == "event" && !matches!(name, "trace" | "debug") {
                        self.events.extend(text);
                    }
                    self.fields.insert(field);
                }
                Argument::Target => {}
                // Behind the message stand its own arguments.
                Argument::Message => break,
            }
        }
    }
}

/// The name of the macro whose arguments follow these tokens; `$level` where a macro's own argument
/// names it.
fn macro_before(tokens: &[TokenTree]) -> Option<String> {
    match tokens {
        [before @ .., TokenTree::Ident(name), TokenTree::Punct(mark)] if mark.as_char() == '!' => {
            let dollar =
                matches!(before.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == '$');
            Some(if dollar { format!("${name}") } else { name.to_string() })
        }
        _ => None,
    }
}

enum Argument {
    Field { name: String, text: Option<String> },
    Target,
    Message,
}

fn field_of(argument: &[TokenTree]) -> Argument {
    let is = |token: Option<&TokenTree>, mark: char| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark);
    // `%` and `?` say how a value is shown.
    let shown = is(argument.first(), '%') || is(argument.first(), '?');
    match &argument[usize::from(shown)..] {
        [TokenTree::Ident(name), rest @ ..] if rest.is_empty() || is(rest.first(), '=') => {
            let text = rest.get(1).map(ToString::to_string);
            let text =
                text.and_then(|text| Some(text.strip_prefix('"')?.strip_suffix('"')?.to_owned()));
            Argument::Field { name: name.to_string(), text }
        }
        [TokenTree::Ident(_), rest @ ..] if is(rest.first(), ':') => Argument::Target,
        _ => Argument::Message,
    }
}

fn split_at_commas(arguments: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    for token in arguments {
        match (&token, parts.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => parts.push(Vec::new()),
            (_, Some(part)) => part.push(token),
            (_, None) => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(source: &str) -> (Vec<String>, Vec<String>) {
        let mut calls = LogCalls::default();
        calls.walk(source.parse().unwrap());
        (calls.events.into_iter().collect(), calls.fields.into_iter().collect())
    }

    #[test]
    fn events_and_fields_are_found_however_a_call_is_written() {
        let source = r#"
            fn a() {
                tracing::warn!(event = "a.b", error = %error, ?place, "said {}", text);
                info!(target: "x", event = "c.d", count = list.len(), "counted {count}");
                debug!(event = "too.low", depth = 1, "seen");
                let span = tracing::error_span!("call", function = F::NAME, correlation_id = id());
                macro_rules! line { ($level:ident, $($rest:tt)+) => {
                    tracing::$level!(event = "e.f", outcome, $($rest)+)
                } }
                println!("event = {}", event);
            }
            #[cfg(test)]
            mod tests { fn b() { error!(event = "of.tests", tested = 1, "no") } }
            fn after() { error!(event = "g.h", "late") }
        "#;
        let (events, fields) = calls(source);
        assert_eq!(events, ["a.b", "c.d", "e.f", "g.h"]);
        let expected =
            ["correlation_id", "count", "depth", "error", "event", "function", "outcome", "place"];
        assert_eq!(fields, expected);
    }
}
