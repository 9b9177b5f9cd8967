use std::iter::Peekable;
use std::str::CharIndices;

/// An Architect expression, of the part of the language that the workflows use.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub enum Expression {
    /// `"text"`, with `\"` and `\\` for a quotation mark and a backslash.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
    /// `Flow.x` or `State.x`.
    Variable(String),
    /// `a + b`
    Add(Box<Self>, Box<Self>),
    /// `a == b`
    Equals(Box<Self>, Box<Self>),
    /// `Function(…)`
    Call(Function, Vec<Self>),
}

/// The functions that the workflows use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `If(condition, a, b)`
    If,
    /// `IsSet(value)`
    IsSet,
    /// `IsNotSetOrEmpty(value or collection)`
    IsNotSetOrEmpty,
    /// `GetAt(collection, index)`
    GetAt,
    /// `Count(collection)`
    Count,
    /// `ToString(value)`
    ToString,
}

impl Function {
    fn named(name: &str) -> Option<(Self, usize)> {
        Some(match name {
            "If" => (Self::If, 3),
            "IsSet" => (Self::IsSet, 1),
            "IsNotSetOrEmpty" => (Self::IsNotSetOrEmpty, 1),
            "GetAt" => (Self::GetAt, 2),
            "Count" => (Self::Count, 1),
            "ToString" => (Self::ToString, 1),
            _ => return None,
        })
    }
}

/// Why a text is not an expression of the known part of the language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the expression {text:?} is not understood: {reason}")]
pub struct SyntaxError {
    text: String,
    reason: String,
}

impl Expression {
    /// The names of all variables in it.
    #[must_use]
    pub fn variables(&self) -> Vec<&str> {
        match self {
            Self::Text(_) | Self::Integer(_) | Self::Boolean(_) => Vec::new(),
            Self::Variable(name) => vec![name],
            Self::Add(left, right) | Self::Equals(left, right) => {
                left.variables().into_iter().chain(right.variables()).collect()
            }
            Self::Call(_, arguments) => arguments.iter().flat_map(Self::variables).collect(),
        }
    }
}

impl TryFrom<String> for Expression {
    type Error = SyntaxError;

    fn try_from(text: String) -> Result<Self, SyntaxError> {
        let read = || {
            let mut parser = Parser { tokens: tokens(&text)?.into_iter().peekable() };
            let expression = parser.equality()?;
            match parser.tokens.next() {
                None => Ok(expression),
                Some(token) => Err(format!("{token:?} after its end")),
            }
        };
        read().map_err(|reason| SyntaxError { text: text.clone(), reason })
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Text(String),
    Integer(i64),
    Name(String),
    Plus,
    Equal,
    Open,
    Close,
    Comma,
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((_, character)) = rest.next() {
        tokens.push(match character {
            ' ' => continue,
            '+' => Token::Plus,
            '(' => Token::Open,
            ')' => Token::Close,
            ',' => Token::Comma,
            '=' if rest.next_if(|next| next.1 == '=').is_some() => Token::Equal,
            '"' => Token::Text(quoted(&mut rest)?),
            '0'..='9' => {
                let digits = run_of(character, &mut rest, |next| next.is_ascii_digit());
                Token::Integer(digits.parse().map_err(|_| format!("the number {digits}"))?)
            }
            'A'..='Z' | 'a'..='z' => Token::Name(run_of(character, &mut rest, |next| {
                next.is_ascii_alphanumeric() || matches!(next, '.' | '_')
            })),
            other => return Err(format!("the character {other:?}")),
        });
    }
    Ok(tokens)
}

fn run_of(
    first: char,
    rest: &mut Peekable<CharIndices<'_>>,
    belongs: impl Fn(char) -> bool,
) -> String {
    let mut run = String::from(first);
    while let Some((_, next)) = rest.next_if(|(_, next)| belongs(*next)) {
        run.push(next);
    }
    run
}

fn quoted(rest: &mut Peekable<CharIndices<'_>>) -> Result<String, String> {
    let mut text = String::new();
    loop {
        match rest.next().map(|(_, character)| character) {
            Some('"') => return Ok(text),
            Some('\\') => match rest.next() {
                Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                other => {
                    return Err(format!(
                        "the escape \\{}",
                        other.map_or_else(String::new, |(_, c)| c.to_string())
                    ));
                }
            },
            Some(other) => text.push(other),
            None => return Err("a string that does not end".to_owned()),
        }
    }
}

struct Parser {
    tokens: Peekable<std::vec::IntoIter<Token>>,
}

impl Parser {
    fn equality(&mut self) -> Result<Expression, String> {
        let left = self.sum()?;
        if self.tokens.next_if_eq(&Token::Equal).is_none() {
            return Ok(left);
        }
        Ok(Expression::Equals(Box::new(left), Box::new(self.sum()?)))
    }

    fn sum(&mut self) -> Result<Expression, String> {
        let mut sum = self.term()?;
        while self.tokens.next_if_eq(&Token::Plus).is_some() {
            sum = Expression::Add(Box::new(sum), Box::new(self.term()?));
        }
        Ok(sum)
    }

    fn term(&mut self) -> Result<Expression, String> {
        match self.tokens.next() {
            Some(Token::Text(text)) => Ok(Expression::Text(text)),
            Some(Token::Integer(number)) => Ok(Expression::Integer(number)),
            Some(Token::Open) => {
                let inner = self.equality()?;
                self.expect(&Token::Close)?;
                Ok(inner)
            }
            Some(Token::Name(name)) => self.named(name),
            Some(other) => Err(format!("{other:?} where a value is expected")),
            None => Err("it ends where a value is expected".to_owned()),
        }
    }

    fn named(&mut self, name: String) -> Result<Expression, String> {
        match name.as_str() {
            "true" => return Ok(Expression::Boolean(true)),
            "false" => return Ok(Expression::Boolean(false)),
            _ => {}
        }
        if self.tokens.peek() != Some(&Token::Open) {
            return match name.split_once('.') {
                Some(("Flow" | "State", _)) => Ok(Expression::Variable(name)),
                _ => Err(format!("the name {name}")),
            };
        }
        let (function, arity) =
            Function::named(&name).ok_or_else(|| format!("the function {name}"))?;
        self.expect(&Token::Open)?;
        let mut arguments = vec![self.equality()?];
        while self.tokens.next_if_eq(&Token::Comma).is_some() {
            arguments.push(self.equality()?);
        }
        self.expect(&Token::Close)?;
        if arguments.len() != arity {
            return Err(format!("{name} takes {arity} arguments, it has {}", arguments.len()));
        }
        Ok(Expression::Call(function, arguments))
    }

    fn expect(&mut self, token: &Token) -> Result<(), String> {
        match self.tokens.next() {
            Some(found) if found == *token => Ok(()),
            found => Err(format!("{found:?} where {token:?} is expected")),
        }
    }
}
