use serde_json::Value;

/// What the caller of the API sees, with the outputs of insert and update.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope(Value);

impl Envelope {
    pub(crate) fn new(body: Value) -> Self {
        Self(body)
    }

    fn text(&self, field: &str) -> &str {
        self.0.get(field).and_then(Value::as_str).unwrap_or("(absent)")
    }

    /// `status`.
    pub fn status(&self) -> &str {
        self.text("status")
    }

    /// `errorCode`.
    pub fn code(&self) -> &str {
        self.text("errorCode")
    }

    /// `errorMsg`.
    pub fn sentence(&self) -> &str {
        self.text("errorMsg")
    }

    /// `correlationId`.
    pub fn correlation_id(&self) -> &str {
        self.text("correlationId")
    }

    /// `statusCode`.
    pub fn status_code(&self) -> u64 {
        self.0.get("statusCode").and_then(Value::as_u64).unwrap_or_default()
    }

    /// `timeOffRequestId` as text.
    pub fn id_text(&self) -> &str {
        self.text("timeOffRequestId")
    }

    /// `timeOffRequestId`; 0 where it is no number.
    pub fn id(&self) -> u64 {
        self.id_text().parse().unwrap_or_default()
    }

    /// Whether the call succeeded.
    pub fn is_complete(&self) -> bool {
        self.status() == "Complete"
    }

    /// The id of a call that has to have succeeded.
    ///
    /// # Panics
    /// When it did not.
    #[track_caller]
    pub fn completed(&self) -> u64 {
        assert!(
            self.is_complete()
                && self.status_code() == 200
                && self.code().is_empty()
                && self.sentence().is_empty(),
            "{}",
            self.0
        );
        self.id()
    }

    /// Checks that the call failed with `code`, in the form that every failure has, and gives the
    /// id that it carries.
    ///
    /// # Panics
    /// When it did not.
    #[track_caller]
    pub fn failed(&self, code: &str) -> u64 {
        assert_eq!((self.status(), self.code()), ("Error", code), "{}", self.0);
        let expected =
            if matches!(code, "DEADLINE_EXCEEDED" | "WRITE_IN_PROGRESS" | "OUTCOME_UNKNOWN") {
                408
            } else {
                500
            };
        assert_eq!(self.status_code(), expected, "{}", self.0);
        assert!(self.sentence().ends_with('.'), "{}", self.0);
        self.id()
    }

    /// Checks that the balance did not suffice, and gives the id that the answer carries.
    ///
    /// # Panics
    /// When it did.
    #[track_caller]
    pub fn insufficient(&self) -> u64 {
        assert_eq!(
            (self.status(), self.status_code(), self.code()),
            ("InsufficientBalance", 200, ""),
            "{}",
            self.0
        );
        self.id()
    }
}
