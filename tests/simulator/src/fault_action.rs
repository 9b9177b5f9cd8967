//! What a fault does to the call that it meets.

use serde::{Deserialize, Serialize};

/// The value of a `Retry-After` header. BambooHR does not document which form it sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// Delta-seconds.
    Seconds(u64),
    /// An HTTP-date, this many seconds ahead of the machine's clock, cut to whole seconds.
    HttpDate(u64),
}

/// When a late write is done after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// Right after the employee's requests were listed this many times more.
    AfterLists(u32),
    /// Right after the next write of the same operation for the same employee: the second send is
    /// done first, the late one follows it.
    AfterNextSend,
    /// Right after this many further calls about the employee, of whatever operation.
    AfterCalls(u32),
    /// After a time of tokio's clock, which a test may drive.
    AfterMs(u64),
    /// When [`release_late`](crate::Simulator::release_late) is called.
    OnDemand,
}

/// What the caller of a late write gets at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LateAnswer {
    /// The connection is closed without an answer.
    #[default]
    Drop,
    /// No answer at all, until the caller gives up.
    Hang,
    /// This HTTP status, with an empty body.
    Status(u16),
    /// What it would get if the write were done now; the write itself is seen only later. What
    /// would be refused now is refused, and nothing waits.
    Success,
}

/// Where the text of a refusal stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalPlace {
    /// In the error header, twice, beside an empty page.
    #[default]
    Header,
    /// In the `detail` of a problem document.
    Problem,
    /// In the `message` of an error object, as List Employees has it.
    ErrorObject,
}

/// What happens to a call that a fault meets. "Write" is the call's effect; for a read it is the
/// making of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Waits, then does what was asked and answers.
    DelayBefore {
        /// Milliseconds.
        ms: u64,
    },
    /// Does what was asked, then waits with the answer.
    DelayAfter {
        /// Milliseconds.
        ms: u64,
    },
    /// 429, nothing done.
    Throttle {
        /// The `Retry-After` header; none when absent.
        retry_after: Option<RetryAfter>,
    },
    /// An HTTP status with an empty body, nothing done.
    StatusBefore {
        /// HTTP status.
        status: u16,
    },
    /// Does what was asked, then answers an HTTP status with an empty body.
    StatusAfter {
        /// HTTP status.
        status: u16,
    },
    /// Refuses in these words, nothing done: BambooHR's refusals may name people and balances.
    Refuse {
        /// HTTP status.
        status: u16,
        /// The words.
        text: String,
        /// Where they stand.
        #[serde(default)]
        place: RefusalPlace,
    },
    /// Closes the connection without an answer, nothing done.
    DropBefore,
    /// Does what was asked, then closes the connection without an answer.
    DropAfter,
    /// Does what was asked, then never answers, until the caller gives up.
    Hang,
    /// Does what was asked, then answers its status with a body that is no JSON.
    Garbage,
    /// Does what was asked, then answers its status with an empty body.
    Empty,
    /// Does not do what was asked, answers at once, and does it later.
    CommitLate {
        /// When it is done.
        release: Release,
        /// What the caller gets at once.
        #[serde(default)]
        answer: LateAnswer,
    },
    /// Does what was asked, then answers it after so many blanks: right, and huge.
    Padded {
        /// Number of blanks.
        bytes: u64,
    },
    /// Does what was asked, then answers its status and blanks without end.
    Endless,
    /// As `Padded`, but packed: small on the wire, huge when unpacked.
    Compressed {
        /// Number of blanks.
        bytes: u64,
    },
    /// Sends interim answers (103), then does what was asked and answers.
    Interim {
        /// How many; without it no end.
        times: Option<u64>,
        /// Milliseconds after each.
        every_ms: u64,
    },
    /// List Employees: the last page has a cursor too; the page behind it is empty.
    CursorOnLastPage,
    /// List Employees: after the last page comes the first one again.
    EndlessPages {
        /// What `meta.total` says; without it the right number.
        total: Option<u64>,
    },
    /// List Employees: leaves out the second half of the page's rows; total and cursor are as if
    /// they were there.
    TruncatedPage,
    /// List Employees: `meta.total` is one too high.
    WrongTotal,
    /// List Employees: 400 with `BadPage`.
    BadPage,
}

impl Action {
    /// What it is called in the count of what was injected.
    pub fn name(&self) -> &'static str {
        match self {
            Self::DelayBefore { .. } => "delay_before",
            Self::DelayAfter { .. } => "delay_after",
            Self::Throttle { .. } => "throttle",
            Self::StatusBefore { .. } => "status_before",
            Self::StatusAfter { .. } => "status_after",
            Self::DropBefore => "drop_before",
            Self::DropAfter => "drop_after",
            Self::Hang => "hang",
            Self::Garbage => "garbage",
            Self::Empty => "empty",
            Self::CommitLate { .. } => "commit_late",
            Self::Refuse { .. } => "refuse",
            Self::Padded { .. } => "padded",
            Self::Endless => "endless",
            Self::Compressed { .. } => "compressed",
            Self::Interim { .. } => "interim",
            Self::CursorOnLastPage => "cursor_on_last_page",
            Self::EndlessPages { .. } => "endless_pages",
            Self::TruncatedPage => "truncated_page",
            Self::WrongTotal => "wrong_total",
            Self::BadPage => "bad_page",
        }
    }
}
