use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

/// The one table of error codes: the variant, the code as the envelope spells it, and the
/// envelope's
/// `statusCode`, which is 408 where time ran out or the outcome is open, and 500 otherwise.
macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident: $code:literal, $status:literal;)+) => {
        /// What went wrong, for a machine to branch on: the envelope's `errorCode`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)+
        }

        impl ErrorCode {
            /// Every code, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code as the envelope spells it, `UPPER_SNAKE_CASE`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The envelope's `statusCode`: 408 where time ran out or the outcome is open, 500 for
            /// every other failure.
            pub const fn status_code(self) -> u16 {
                match self {
                    $(Self::$variant => $status,)+
                }
            }
        }
    };
}

error_codes! {
    /// The input breaks a rule; the sentence names the field.
    InvalidInput: "INVALID_INPUT", 500;
    /// The HRIS knows no such employee.
    AgentNotFound: "AGENT_NOT_FOUND", 500;
    /// The HRIS knows no such time-off request.
    RequestNotFound: "REQUEST_NOT_FOUND", 500;
    /// The request is in a state that forbids the change, or belongs to another agent.
    RequestConflict: "REQUEST_CONFLICT", 500;
    /// Another call is writing for the same agent.
    WriteInProgress: "WRITE_IN_PROGRESS", 408;
    /// A write was sent and nobody can say whether it took effect.
    OutcomeUnknown: "OUTCOME_UNKNOWN", 408;
    /// The time budget ran out.
    DeadlineExceeded: "DEADLINE_EXCEEDED", 408;
    /// The HRIS refused the content of a request.
    HrisRejected: "HRIS_REJECTED", 500;
    /// The HRIS refused the permission.
    HrisForbidden: "HRIS_FORBIDDEN", 500;
    /// The HRIS refused the API key.
    HrisUnauthorized: "HRIS_UNAUTHORIZED", 500;
    /// The HRIS asked to slow down for longer than the budget lasts.
    HrisRateLimited: "HRIS_RATE_LIMITED", 500;
    /// The HRIS could not be reached, or answered with a server error.
    HrisUnavailable: "HRIS_UNAVAILABLE", 500;
    /// The HRIS answered something unreadable or incomplete.
    HrisBadResponse: "HRIS_BAD_RESPONSE", 500;
    /// Too many agents are missing at once.
    ShrinkGuard: "SHRINK_GUARD", 500;
    /// More agents than Genesys can take.
    TooManyAgents: "TOO_MANY_AGENTS", 500;
    /// Writing is switched off.
    ReadOnly: "READ_ONLY", 500;
    /// A setting or the secret is missing or malformed.
    Configuration: "CONFIGURATION", 500;
    /// A fault of this product or of its own infrastructure.
    Internal: "INTERNAL", 500;
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A failed operation, as a caller sees it: a code for machines and one plain sentence for people.
///
/// The sentence says what happened and what to do. It never holds an e-mail address, a name, notes,
/// a balance or a secret, and it never quotes an input value. What the HRIS said in its own words
/// may hold a name or a balance: it stands apart, in [`quoting`](Self::quoting), and reaches nobody
/// but the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {sentence}")]
pub struct Failure {
    /// What a machine branches on.
    pub code: ErrorCode,
    /// What a person reads, and what may be logged.
    pub sentence: Cow<'static, str>,
    quoted: Option<Quotation>,
}

impl Failure {
    /// A failure with the given code and sentence.
    pub fn new(code: ErrorCode, sentence: impl Into<Cow<'static, str>>) -> Self {
        Self { code, sentence: sentence.into(), quoted: None }
    }

    /// The same failure, whose [envelope](crate::Envelope) goes on, after the sentence, with what
    /// the HRIS said. Neither `Display` nor `Debug` shows it, so that no log line can.
    #[must_use]
    pub fn quoting(self, said: &str) -> Self {
        Self { quoted: Quotation::of(said), ..self }
    }

    /// The input field `field` breaks `rule`, which completes the sentence "`field` …".
    pub fn invalid(field: &str, rule: impl fmt::Display) -> Self {
        Self::new(ErrorCode::InvalidInput, format!("{field} {rule}."))
    }

    /// The time budget ran out while `doing` something, which completes "Time ran out while …".
    pub fn out_of_time(doing: &str) -> Self {
        Self::new(ErrorCode::DeadlineExceeded, format!("Time ran out while {doing}. Try again."))
    }

    /// The envelope's `errorMsg`: the sentence, and what it quotes after a colon.
    pub(crate) fn error_msg(&self) -> Cow<'static, str> {
        match &self.quoted {
            None => self.sentence.clone(),
            Some(Quotation(said)) => {
                let sentence = self.sentence.trim_end_matches('.');
                let stop = if said.ends_with(['.', '!', '?', '…']) { "" } else { "." };
                format!("{sentence}: {said}{stop}").into()
            }
        }
    }
}

/// Words of the HRIS, which may name a person or a balance: only the envelope reads them.
#[derive(Clone, PartialEq, Eq)]
struct Quotation(String);

impl Quotation {
    /// In characters. The envelope promises it, whoever is quoted.
    const LONGEST: usize = 200;

    /// One line, without blanks around it; nothing where nothing is left.
    fn of(said: &str) -> Option<Self> {
        let line: String =
            said.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let line = match line.char_indices().nth(Self::LONGEST) {
            None => line,
            Some(_) => line.chars().take(Self::LONGEST - 1).chain(['…']).collect(),
        };
        (!line.is_empty()).then_some(Self(line))
    }
}

impl fmt::Debug for Quotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(said: &str) -> Failure {
        Failure::new(ErrorCode::HrisRejected, "It was rejected.").quoting(said)
    }

    #[test]
    fn a_quotation_is_in_the_envelope_and_nowhere_else() {
        let failure = refused("Ada Example-Person has 12.5 hours left");
        assert_eq!(failure.error_msg(), "It was rejected: Ada Example-Person has 12.5 hours left.");
        let shown = format!("{failure} {failure:?} {failure:#?} {}", failure.sentence);
        assert!(!shown.contains("Ada") && !shown.contains("hours left"), "{shown}");
    }

    #[test]
    fn what_is_quoted_stays_one_short_sentence() {
        assert_eq!(refused(" Too late! ").error_msg(), "It was rejected: Too late!");
        assert_eq!(refused("two\r\nlines").error_msg(), "It was rejected: two  lines.");
        assert_eq!(refused(" \n ").error_msg(), "It was rejected.");
        let long = refused(&"ä".repeat(201)).error_msg();
        assert_eq!(long.strip_prefix("It was rejected: ").unwrap().chars().count(), 200);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn no_code_stands_twice() {
        let distinct: std::collections::BTreeSet<_> =
            ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(distinct.len(), ErrorCode::ALL.len());
    }
}
