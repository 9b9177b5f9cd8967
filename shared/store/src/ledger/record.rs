//! The records of a ledger: what is kept for a key, and for a request.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use contract::{ExternalId, InvalidId, RequestKey, TimeOffRequestId, TimeOffTypeId, Unit};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

/// A leave as it was sent for a key: what a request in the HRIS is compared with, to tell whether
/// it still is what its key says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptLeave {
    /// The time-off type.
    pub type_id: TimeOffTypeId,
    /// What the amounts count.
    pub unit: Unit,
    /// The first day.
    pub start: Date,
    /// The last day.
    pub end: Date,
    /// The amount of each day that has one, in the unit.
    pub amounts: BTreeMap<Date, Decimal>,
}

impl KeptLeave {
    /// First and last day.
    pub fn span(&self) -> (Date, Date) {
        (self.start, self.end)
    }
}

/// The status with which a request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentStatus {
    /// Waiting for approval.
    Requested,
    /// Approved by the send itself.
    Approved,
}

/// A send under way, or one whose outcome nobody knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The last time the request was sent, and not seen to be refused.
    pub sent_at: Timestamp,
    /// The status it was sent with.
    pub status: SentStatus,
    /// How many sends may still arrive.
    pub sends: u32,
    /// The request whose place it takes: one that the HRIS replaces by it, or one that was closed
    /// before.
    pub previous: Option<TimeOffRequestId>,
    /// Equal requests of nobody that were there before the send: none of them came of it.
    pub seen: Vec<TimeOffRequestId>,
}

/// With which status a send of a key was ever unclear or repeated: only then may a second request
/// of the key be ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Doubt {
    /// As `requested`.
    pub requested: bool,
    /// As `approved`.
    pub approved: bool,
}

impl Doubt {
    /// This, and a doubtful send with `status`.
    #[must_use]
    pub fn and(self, status: SentStatus) -> Self {
        match status {
            SentStatus::Requested => Self { requested: true, ..self },
            SentStatus::Approved => Self { approved: true, ..self },
        }
    }

    /// Both together.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            requested: self.requested || other.requested,
            approved: self.approved || other.approved,
        }
    }

    /// Whether any send was doubtful.
    pub fn any(self) -> bool {
        self.requested || self.approved
    }
}

/// How the request of a key was closed by us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// An update cancelled or denied it, or found it closed or absent and wants it so.
    Ended,
    /// An update replaced it, or what its send was to replace.
    Replaced,
    /// It lives on as the request of this key: only the start times differed.
    Released(RequestKey),
}

/// What the schedule comes back to, so that nobody has to call again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsettled {
    /// When something new was last learnt of it.
    pub since: Timestamp,
    /// When it is to be looked at.
    pub due: Timestamp,
}

/// How long something is looked after that stays without anything new.
const SETTLED_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// How long after a look the next one is due: the schedule's own distance.
const LOOK_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(15);

impl Unsettled {
    /// Something was sent or learnt at `now`; look at it at `due`.
    pub fn new(now: Timestamp, due: Timestamp) -> Self {
        Self { since: now, due }
    }

    /// Something new was learnt at `now`, and more may come.
    pub fn renewed(now: Timestamp) -> Self {
        Self { since: now, due: now + LOOK_AGAIN_AFTER }
    }

    /// Looked at without anything new: what is left of it.
    pub fn looked_at(self, now: Timestamp) -> Option<Self> {
        let is_done = now.duration_since(self.since) >= SETTLED_AFTER;
        (!is_done).then(|| Self { since: self.since, due: now + LOOK_AGAIN_AFTER })
    }
}

/// What became of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// The key.
    pub key: RequestKey,
    /// What was sent, or found, for it.
    pub leave: KeptLeave,
    /// The send whose outcome is open.
    pub claim: Option<Claim>,
    /// Whether a send was ever unclear or repeated.
    pub doubt: Doubt,
    /// Closed by an update, and nothing was inserted for the key since.
    pub closed: Option<Closed>,
    /// When it is to be looked at although nobody calls.
    pub unsettled: Option<Unsettled>,
}

impl KeyRecord {
    /// Nothing but what was sent.
    pub fn new(key: RequestKey, leave: KeptLeave) -> Self {
        Self { key, leave, claim: None, doubt: Doubt::default(), closed: None, unsettled: None }
    }

    /// Of which sends second requests may turn up: the doubtful ones, and one that is open still.
    pub fn doubt(&self) -> Doubt {
        self.claim.as_ref().map_or(self.doubt, |claim| self.doubt.and(claim.status))
    }
}

/// A change of status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusChange {
    /// To `approved`.
    Approve,
    /// To `denied`.
    Deny,
    /// To `canceled`.
    Cancel,
}

/// A change of status that was sent and whose outcome is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenChange {
    /// Which.
    pub change: StatusChange,
    /// When it was last sent.
    pub sent_at: Timestamp,
}

/// What is known of one request of the HRIS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRecord {
    /// The request.
    pub id: TimeOffRequestId,
    /// The last day of the request.
    pub end: Date,
    /// The key that the request is bound to.
    pub key: Option<RequestKey>,
    /// The request that stands for it now.
    pub successor: Option<TimeOffRequestId>,
    /// An update of ours cancelled, denied or superseded it.
    pub closed: bool,
    /// The change of status whose outcome is open.
    pub open: Option<OpenChange>,
    /// When it is to be looked at although nobody calls.
    pub unsettled: Option<Unsettled>,
}

impl RequestRecord {
    /// A request of which nothing is known.
    pub fn new(id: TimeOffRequestId, end: Date) -> Self {
        Self { id, end, key: None, successor: None, closed: false, open: None, unsettled: None }
    }
}

/// What a settling entry or a failed input is about. As text it is the key or the id alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A key, of which something was sent.
    Key(RequestKey),
    /// A request, whose status was to be changed.
    Request(TimeOffRequestId),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => key.fmt(f),
            Self::Request(id) => {
                let id = id.to_string();
                // Without the zero it would be read as a key.
                write!(f, "{}{id}", if id.parse::<RequestKey>().is_ok() { "0" } else { "" })
            }
        }
    }
}

impl FromStr for Subject {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        text.parse().map(Self::Key).or_else(|_| text.parse().map(Self::Request))
    }
}

/// An entry of the partition `UNSETTLED`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnsettledEntry {
    /// Whose requests are to be looked at.
    pub agent: ExternalId,
    /// What is unsettled.
    pub subject: Subject,
    /// Since when, and when it is to be looked at.
    pub unsettled: Unsettled,
}
