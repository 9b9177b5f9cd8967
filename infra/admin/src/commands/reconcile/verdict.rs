//! What is said of a request in Genesys that has not been synchronised, and what may be done about
//! it.

use contract::{RequestKey, RequestedStatus, TimeOffRequestId, UpdateStatus};
use serde::Serialize;
use timeoff::{Likeness, Undone};

use super::matching::{Live, Match, Matching, Seeker, matching};

/// How a request in Genesys and BambooHR stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// BambooHR holds exactly this.
    Equal,
    /// Wanted in Genesys, and not live in BambooHR.
    Missing,
    /// Closed in Genesys, and live in BambooHR.
    StillLive,
    /// Live in both, and not the same.
    Differs,
    /// The agent has no id in our integration, or no integration is selected.
    Unassociated,
    /// Another integration is selected for the agent.
    OtherIntegration,
    /// No time-off type belongs to its activity code.
    Unmapped,
    /// It cannot be told.
    Ambiguous,
    /// Its workflow may still run.
    Running,
    /// Live in BambooHR, ours, and of no request in Genesys.
    Orphan,
    /// Its time-off type is another integration's.
    NotOurs,
}

impl Verdict {
    /// As it is written everywhere.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Missing => "missing",
            Self::StillLive => "still-live",
            Self::Differs => "differs",
            Self::Unassociated => "unassociated",
            Self::OtherIntegration => "other-integration",
            Self::Unmapped => "unmapped",
            Self::Ambiguous => "ambiguous",
            Self::Running => "running",
            Self::Orphan => "orphan",
            Self::NotOurs => "not-ours",
        }
    }

    /// Whether somebody has to do something about it.
    pub(crate) fn is_finding(self) -> bool {
        !matches!(self, Self::Running | Self::NotOurs)
    }
}

/// A request in Genesys whose agent, type, days and minutes are known.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The status that it has in Genesys.
    pub status: UpdateStatus,
    /// Whether it is shown as `Error` or `Processing`.
    pub is_unfinished: bool,
    /// Whether it is of whole days.
    pub is_full_day: bool,
    /// Its idempotency key; of part days one for each zone that the start times may be in.
    pub keys: Vec<RequestKey>,
    /// Whether our table has a send about it whose outcome is open.
    pub is_open: bool,
    /// What people did with its request in BambooHR.
    pub undone: Option<Undone>,
}

/// Whether a request of this status in Genesys wants its leave.
pub(crate) fn is_wanted(status: UpdateStatus) -> bool {
    matches!(status, UpdateStatus::Pending | UpdateStatus::Approved)
}

impl Asked {
    fn is_wanted(&self) -> bool {
        is_wanted(self.status)
    }

    fn seeker(&self) -> Seeker {
        Seeker {
            is_wanted: self.is_wanted(),
            is_unfinished: self.is_unfinished,
            has_two_readings: self.keys.len() > 1,
        }
    }
}

/// A live request in BambooHR.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// BambooHR's id.
    pub id: TimeOffRequestId,
    /// Pending stands for `requested`.
    pub status: RequestedStatus,
    /// Whether our table or its marker says that it is ours.
    pub is_ours: bool,
    /// Whether BambooHR's record says what it is of.
    pub is_readable: bool,
}

/// A failed input that is kept.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// The status that it asks for.
    pub status: UpdateStatus,
    /// The request that stands now for the one that it names.
    pub request: Option<TimeOffRequestId>,
    /// The key of its leave, where it has one.
    pub key: Option<RequestKey>,
    /// Whether its leave has gone on without it.
    pub is_stale: bool,
}

/// Why a verdict is what it is, where the verdict alone does not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The verdict says it.
    Plain,
    /// Several requests could be each other's.
    Several,
    /// An orphan may be it.
    Orphan,
    /// A live request that may be it cannot be read.
    LiveUnreadable,
    /// People closed it in BambooHR, or one of ours that may be it.
    Undone,
    /// People made another request of it in BambooHR, and what is live may be that.
    Replaced,
    /// A send of it is open.
    Open,
    /// Only the status is not the same.
    Status,
    /// Days or minutes are not the same.
    Content,
    /// It is not clear which stored input is for which request.
    Inputs,
    /// Genesys' record of it cannot be read.
    Unreadable,
    /// Nobody knows the zone of its start times.
    Zone,
    /// Its plans disagree, and no balance job says which applies.
    Plans,
    /// BambooHR does not have the type of its plan.
    NoType,
    /// Two users have one id.
    SharedId,
    /// Our integration is not selected.
    NotSelected,
    /// BambooHR or the table could not be read.
    Unread,
}

impl Why {
    /// In words.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Several => "several requests could be each other's",
            Self::Orphan => "one of ours in BambooHR may be this leave, moved since",
            Self::LiveUnreadable => "a request in BambooHR on one of its days cannot be read",
            Self::Undone => {
                "cancelled, denied or deleted in BambooHR, not by Genesys: it, or one that may be it"
            }
            Self::Replaced => "replaced in BambooHR by another request, and nothing tells which",
            Self::Open => "a send of it is open; the bridge settles that within a day",
            Self::Status => "it waits for approval in BambooHR",
            Self::Content => "days or minutes are not the same",
            Self::Inputs => "several stored inputs and requests fit each other",
            Self::Unreadable => "Genesys gives no usable days and minutes, or an unknown status",
            Self::Zone => "the zone of its unit is not known",
            Self::Plans => "its plans disagree on the time-off type",
            Self::NoType => "BambooHR has no active time-off type with the id in its plan",
            Self::SharedId => "two users of Genesys have this id",
            Self::NotSelected => "our integration is not selected for the agent",
            Self::Unread => "BambooHR or the table could not be read",
        }
    }
}

/// What `--repair` may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repair {
    /// Send the stored input again, by its place in the list.
    Replay(usize),
    /// Insert it, full days alone.
    Insert,
    /// Bring what is there to the status that Genesys has, full days alone.
    Update,
}

/// What is said of one request, and what may be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Judgement {
    /// How it stands.
    pub verdict: Verdict,
    /// Why.
    pub why: Why,
    /// The live request that is it.
    pub live: Option<TimeOffRequestId>,
    /// What may be done.
    pub repair: Option<Repair>,
}

impl Judgement {
    /// That verdict, of which nobody but a person can make anything.
    pub(crate) fn plain(verdict: Verdict, why: Why) -> Self {
        Self { verdict, why, live: None, repair: None }
    }
}

/// Everything that is known of one agent.
#[derive(Debug)]
pub(crate) struct Agent {
    /// All requests in Genesys.
    pub asked: Vec<Asked>,
    /// All live requests in BambooHR, by rank.
    pub held: Vec<Held>,
    /// For each request in Genesys, in what each live one is like it.
    pub likeness: Vec<Vec<Likeness>>,
    /// The failed inputs that are kept.
    pub stored: Vec<Stored>,
    /// Whether people undid one of ours in BambooHR that none of the requests asks for.
    pub is_another_undone: bool,
}

/// What is said of each request in Genesys, and which live requests are orphans.
pub(crate) fn judge(agent: &Agent) -> (Vec<Judgement>, Vec<TimeOffRequestId>) {
    let seekers: Vec<Seeker> = agent.asked.iter().map(Asked::seeker).collect();
    let live: Vec<Live> = agent.held.iter().map(|held| Live { is_ours: held.is_ours }).collect();
    let found = matching(&seekers, &live, |seeker, live| agent.likeness(seeker, live));
    let verdicts: Vec<Judgement> =
        (0..).zip(&agent.asked).map(|(place, asked)| agent.verdict(place, asked, &found)).collect();
    let orphans = found.orphans.iter().filter_map(|place| agent.held.get(*place));
    let orphans = orphans.map(|held| held.id).collect();
    (agent.with_repairs(verdicts), orphans)
}

impl Agent {
    fn likeness(&self, seeker: usize, live: usize) -> Likeness {
        let row = self.likeness.get(seeker);
        row.and_then(|row| row.get(live)).copied().unwrap_or_default()
    }

    fn verdict(&self, place: usize, asked: &Asked, found: &Matching) -> Judgement {
        let plain = Judgement::plain;
        match found.of.get(place).copied().unwrap_or(Match::None) {
            Match::Several => plain(Verdict::Ambiguous, Why::Several),
            Match::One(live) => self.matched(asked, live, self.likeness(place, live)),
            Match::None if self.may_be_unread(place, found) => {
                plain(Verdict::Ambiguous, Why::LiveUnreadable)
            }
            Match::None if asked.is_wanted() => {
                if found.is_contested || !found.orphans.is_empty() {
                    plain(Verdict::Ambiguous, Why::Orphan)
                } else if self.may_be_replaced(asked, found) {
                    plain(Verdict::Ambiguous, Why::Replaced)
                } else if asked.undone.is_some() || self.is_another_undone {
                    plain(Verdict::Missing, Why::Undone)
                } else {
                    plain(Verdict::Missing, Why::Plain)
                }
            }
            Match::None if asked.is_open => plain(Verdict::Ambiguous, Why::Open),
            Match::None if self.may_be_replaced(asked, found) => {
                plain(Verdict::Ambiguous, Why::Replaced)
            }
            Match::None => plain(Verdict::Equal, Why::Plain),
        }
    }

    /// Whether people made another request of it, and there is one that nobody else has.
    fn may_be_replaced(&self, asked: &Asked, found: &Matching) -> bool {
        asked.undone == Some(Undone::Replaced) && !found.free.is_empty()
    }

    fn matched(&self, asked: &Asked, live: usize, likeness: Likeness) -> Judgement {
        let Some(held) = self.held.get(live) else {
            return Judgement::plain(Verdict::Ambiguous, Why::Several);
        };
        let (verdict, why) = if !asked.is_wanted() {
            let is_it = likeness.by_key || likeness.equal;
            (Verdict::StillLive, if is_it { Why::Plain } else { Why::Content })
        } else if !likeness.equal {
            (Verdict::Differs, Why::Content)
        } else if asked.status == UpdateStatus::Approved && held.status == RequestedStatus::Pending
        {
            (Verdict::Differs, Why::Status)
        } else {
            (Verdict::Equal, Why::Plain)
        };
        Judgement { live: Some(held.id), ..Judgement::plain(verdict, why) }
    }

    /// Whether a live request that cannot be read may be it.
    fn may_be_unread(&self, place: usize, found: &Matching) -> bool {
        found.free.iter().any(|live| {
            self.held.get(*live).is_some_and(|held| !held.is_readable)
                && self.likeness(place, *live).shares_a_day
        })
    }

    /// The judgements, each with what may be done about it.
    fn with_repairs(&self, judgements: Vec<Judgement>) -> Vec<Judgement> {
        let inputs: Vec<Vec<usize>> = self
            .asked
            .iter()
            .zip(&judgements)
            .map(|(asked, it)| self.inputs_for(asked, it))
            .collect();
        let judged = self.asked.iter().zip(judgements).zip(&inputs);
        judged
            .map(|((asked, judgement), own)| {
                let is_for_people = judgement.verdict == Verdict::Missing && asked.undone.is_some();
                if !asked.is_unfinished || !is_repairable(&judgement) || is_for_people {
                    return judgement;
                }
                let is_only_one = |input: &usize| {
                    inputs.iter().filter(|others| others.contains(input)).count() == 1
                };
                let sent = if judgement.verdict == Verdict::Missing {
                    Repair::Insert
                } else {
                    Repair::Update
                };
                let repair = match own.as_slice() {
                    [input] if is_only_one(input) => Some(Repair::Replay(*input)),
                    _ if asked.is_full_day => Some(sent).filter(|_| may_be_sent(judgement.why)),
                    [] => None,
                    _ => return Judgement::plain(Verdict::Ambiguous, Why::Inputs),
                };
                Judgement { repair, ..judgement }
            })
            .collect()
    }

    /// The stored inputs that ask for exactly what Genesys shows now.
    fn inputs_for(&self, asked: &Asked, judgement: &Judgement) -> Vec<usize> {
        let asks = |stored: &Stored| {
            let is_of_the_leave = stored.key.is_some_and(|key| asked.keys.contains(&key));
            let names_the_live_one = stored.request.is_some() && stored.request == judgement.live;
            let is_for_it = match (asked.is_wanted(), stored.request, judgement.live) {
                (true, Some(_), Some(_)) => is_of_the_leave && names_the_live_one,
                (true, ..) | (false, None, _) => is_of_the_leave,
                (false, Some(_), _) => names_the_live_one,
            };
            !stored.is_stale && stored.status == asked.status && is_for_it
        };
        let all = self.stored.iter().enumerate();
        all.filter(|(_, stored)| asks(stored)).map(|(place, _)| place).collect()
    }
}

/// Whether it may be sent without a stored input: not what could go against what people did in
/// BambooHR.
fn may_be_sent(why: Why) -> bool {
    !matches!(why, Why::Content | Why::Undone)
}

/// Missing, still live, or different in the status alone.
fn is_repairable(judgement: &Judgement) -> bool {
    match judgement.verdict {
        Verdict::Missing | Verdict::StillLive => true,
        Verdict::Differs => judgement.why == Why::Status,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
