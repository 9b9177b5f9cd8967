//! Everything about one agent, read now, and what is said of each of the agent's requests.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use contract::{
    Change, Days, ErrorCode, ExternalId, Failure, RequestedStatus, Submission, TimeOffRequestId,
    TimeOffTypeId, UpdateInput, UpdateStatus, WriteInput,
};
use genesys_cloud::{IntegrationStatus, JobOutcome, TimeOffRequest};
use jiff::civil::Date;
use store::FailedInput;
use timeoff::{Catalogue, Leave, Likeness, LiveRequest, LiveRequests};

use super::leave::{meet, readings, span, status};
use super::plans::{Mapped, mapped, to};
use super::sources::Sources;
use super::survey::{Agent as OfIntegration, Person, agent_of, is_unfinished, statuses};
use super::verdict::{
    Agent, Asked, Held, Judgement, Repair, Stored, Verdict, Why, is_wanted, judge,
};
use crate::Error;

/// How long Genesys may take to ask the bridge for a balance.
const JOB: Duration = Duration::from_secs(60);

/// A request in Genesys, or an orphan in BambooHR, with what is said of it.
#[derive(Debug)]
pub(crate) struct Found {
    /// Whose it is.
    pub person: Person,
    /// The agent's id in our integration, as Genesys has it.
    pub external_id: Option<String>,
    /// The request; `None` for an orphan.
    pub request: Option<TimeOffRequest>,
    /// How Genesys shows it.
    pub integration_status: Option<IntegrationStatus>,
    /// First and last day.
    pub span: Option<(Date, Date)>,
    /// What is said of it.
    pub judgement: Judgement,
    /// What `--repair` may send.
    pub writing: Option<Writing>,
    /// What could not be read, where something could not.
    pub unread: Option<Failure>,
}

/// What `--repair` may send.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Writing {
    /// A stored input once more, as it is.
    Replay(Box<FailedInput>),
    /// Full days, as Genesys shows them.
    Send(WriteInput),
}

/// A request with the leave that it asks for.
struct Read {
    place: usize,
    status: UpdateStatus,
    type_id: TimeOffTypeId,
    days: Vec<Days>,
}

/// What BambooHR and our table know of an agent.
struct Known {
    asked: Vec<Asked>,
    held: Vec<(Held, (Date, Date))>,
    likeness: Vec<Vec<Likeness>>,
    /// Requests whose time-off type BambooHR does not have any more, by their place among those
    /// read.
    without_type: Vec<usize>,
    stored: Vec<(Stored, FailedInput)>,
    is_another_undone: bool,
}

/// Reads everything about an agent, and judges the agent's unfinished requests. Genesys is read
/// last: what is written next follows upon that.
pub(crate) async fn examine(sources: &Sources<'_>, person: &Person) -> Result<Vec<Found>, Error> {
    let genesys = &sources.genesys;
    let associations = genesys.associations(std::slice::from_ref(&person.user)).await?;
    let association = associations.iter().find(|found| found.agent == person.user);
    let agent = agent_of(sources, association);
    let held = match &agent {
        OfIntegration::Ours(agent) if !person.shares_id => Some(read_held(sources, *agent).await),
        _ => None,
    };
    let requests = genesys.time_off_requests_of(&person.unit.id, &person.user).await?;
    let statuses = statuses(sources, &person.unit, &requests).await?;
    let external_id = match &agent {
        OfIntegration::Ours(agent) => Some(agent.to_string()),
        OfIntegration::None(_, id) => id.clone(),
    };
    let examination = Examination { sources, person, requests, statuses, external_id };
    match (agent, held) {
        (OfIntegration::Ours(agent), Some(held)) => examination.of_agent(agent, held).await,
        (OfIntegration::Ours(_), None) => {
            Ok(examination.all(&Judgement::plain(Verdict::Ambiguous, Why::SharedId)))
        }
        (OfIntegration::None(verdict, id), _) => {
            let is_selected = verdict == Verdict::OtherIntegration || id.is_none();
            let why = if is_selected { Why::Plain } else { Why::NotSelected };
            Ok(examination.all(&Judgement::plain(verdict, why)))
        }
    }
}

/// What BambooHR and our table hold of an agent.
struct InHris {
    catalogue: Arc<Catalogue>,
    live: LiveRequests,
    failed: Vec<FailedInput>,
}

async fn read_held(sources: &Sources<'_>, agent: ExternalId) -> Result<InHris, Failure> {
    let (table, now) = (&sources.table, sources.now());
    let unread = |error: store::Error| Failure::from(timeoff::Error::from(error));
    let ledger = table.ledger_of(agent, now).await.map_err(unread)?;
    let failed = table.failed_inputs_of(agent, now).await.map_err(unread)?;
    let read = sources.hris.read(async |session| {
        Ok((session.catalogue().await?, LiveRequests::read(session, ledger).await?))
    });
    let (catalogue, live) = read.await?;
    Ok(InHris { catalogue, live, failed })
}

struct Examination<'a, 'b> {
    sources: &'a Sources<'b>,
    person: &'a Person,
    requests: Vec<TimeOffRequest>,
    statuses: BTreeMap<genesys_cloud::TimeOffRequestId, IntegrationStatus>,
    external_id: Option<String>,
}

impl Examination<'_, '_> {
    /// The same of all unfinished requests.
    fn all(&self, judgement: &Judgement) -> Vec<Found> {
        let unfinished = self.requests.iter().filter(|it| self.person.unfinished.contains(&it.id));
        unfinished.map(|request| self.found(request, judgement.clone(), None)).collect()
    }

    async fn of_agent(
        &self,
        agent: ExternalId,
        held: Result<InHris, Failure>,
    ) -> Result<Vec<Found>, Error> {
        let mut read = Vec::new();
        // The days of those that cannot be read, and may want the leave that lies there.
        let mut unread: Vec<Option<(Date, Date)>> = Vec::new();
        let mut judged: BTreeMap<usize, Judgement> = BTreeMap::new();
        for (place, request) in self.requests.iter().enumerate() {
            match self.read(place, request, agent).await? {
                Ok(it) => read.push(it),
                Err(judgement) => {
                    let is_ours = judgement.verdict != Verdict::NotOurs;
                    if is_ours && status(request).is_none_or(is_wanted) {
                        unread.push(span(request, self.person.unit.zone.as_ref()));
                    }
                    judged.insert(place, judgement);
                }
            }
        }
        let known = match held.and_then(|held| self.known(agent, &read, held)) {
            Ok(known) => known,
            Err(failure) => return Ok(self.unread(&judged, &failure)),
        };
        let (judgements, orphans) = judge(&Agent {
            asked: known.asked.clone(),
            held: known.held.iter().map(|(held, _)| held.clone()).collect(),
            likeness: known.likeness.clone(),
            stored: known.stored.iter().map(|(stored, _)| stored.clone()).collect(),
            is_another_undone: known.is_another_undone,
        });
        let mut writings: BTreeMap<usize, Writing> = BTreeMap::new();
        for (number, (it, judgement)) in read.iter().zip(judgements).enumerate() {
            let judgement = if known.without_type.contains(&number) {
                Judgement::plain(Verdict::Unmapped, Why::NoType)
            } else {
                judgement
            };
            if let Some(writing) =
                judgement.repair.and_then(|repair| known.writing(repair, it, agent))
            {
                writings.insert(it.place, writing);
            }
            judged.insert(it.place, judgement);
        }
        let mut all = Vec::new();
        for (place, request) in self.requests.iter().enumerate() {
            let is_asked_for = self.person.unfinished.contains(&request.id)
                && is_unfinished(self.statuses.get(&request.id));
            if let Some(judgement) = judged.remove(&place).filter(|_| is_asked_for) {
                all.push(self.found(request, judgement, writings.remove(&place)));
            }
        }
        let orphans = orphans
            .iter()
            .filter_map(|id| known.held.iter().find(|(held, _)| held.id == *id))
            .filter(|(_, days)| {
                !unread.iter().any(|may_be| may_be.is_none_or(|it| meet(it, *days)))
            });
        all.extend(orphans.map(|(held, span)| self.orphan(held.id, *span)));
        Ok(all)
    }

    /// What a request asks for, or why nobody can tell.
    async fn read(
        &self,
        place: usize,
        request: &TimeOffRequest,
        agent: ExternalId,
    ) -> Result<Result<Read, Judgement>, Error> {
        let ambiguous = |why| Ok(Err(Judgement::plain(Verdict::Ambiguous, why)));
        let Some(status) = status(request) else { return ambiguous(Why::Unreadable) };
        let type_id = match self.type_of(request).await? {
            Mapped::To(type_id) => type_id,
            Mapped::Elsewhere => return Ok(Err(Judgement::plain(Verdict::NotOurs, Why::Plain))),
            Mapped::Nowhere => return Ok(Err(Judgement::plain(Verdict::Unmapped, Why::Plain))),
            Mapped::Disagreeing => return ambiguous(Why::Plans),
        };
        let zone = self.person.unit.zone.as_ref();
        let zero_payable = self.sources.hris.settings.zero_payable;
        match readings(request, agent, type_id, zone, zero_payable) {
            Ok(days) => Ok(Ok(Read { place, status, type_id, days })),
            Err(why) => ambiguous(why),
        }
    }

    /// The type of a request by its plans; where these disagree and it matters, Genesys is asked
    /// for the agent's balance, since its answer names the type.
    async fn type_of(&self, request: &TimeOffRequest) -> Result<Mapped, Error> {
        let Some(code) = &request.activity_code_id else { return Ok(Mapped::Nowhere) };
        let unit = &self.person.unit;
        let by_plans = mapped(&unit.plans, &unit.id, code, &self.sources.integration);
        if by_plans != Mapped::Disagreeing || !self.person.unfinished.contains(&request.id) {
            return Ok(by_plans);
        }
        let genesys = &self.sources.genesys;
        let user = &self.person.user;
        let job = genesys.balances_of_request(&unit.id, user, &request.id, JOB).await?;
        let JobOutcome::Complete(balances) = job else { return Ok(Mapped::Disagreeing) };
        let of_the_code = balances
            .iter()
            .filter(|balance| balance.activity_code_id.as_ref().is_none_or(|named| named == code));
        let mut types = of_the_code.map(|balance| to(&balance.hris_time_off_type_id));
        let first = types.next().unwrap_or(Mapped::Disagreeing);
        Ok(if types.all(|other| other == first) { first } else { Mapped::Disagreeing })
    }

    /// How what was read compares with the requests.
    fn known(&self, agent: ExternalId, read: &[Read], held: InHris) -> Result<Known, Failure> {
        let InHris { catalogue, live, failed } = held;
        let (mut leaves, mut without_type) = (Vec::new(), Vec::new());
        for (number, it) in read.iter().enumerate() {
            let leave = |days: &Days| Leave::new(agent, it.type_id, days.clone(), &catalogue);
            match it.days.iter().map(leave).collect::<Result<Vec<Leave>, _>>() {
                Ok(of_it) => leaves.push(of_it),
                Err(error) => {
                    let failure = Failure::from(error);
                    if failure.code != ErrorCode::InvalidInput {
                        return Err(failure);
                    }
                    without_type.push(number);
                    leaves.push(Vec::new());
                }
            }
        }
        let asked = read.iter().zip(&leaves);
        let asked = asked.map(|(it, leaves)| self.asked(it, leaves, &live)).collect();
        let likeness = leaves
            .iter()
            .map(|leaves| live.iter().map(|request| like_any(&request, leaves)).collect());
        let stored = failed.into_iter().map(|failed| (stored(&failed, &live), failed));
        Ok(Known {
            asked,
            likeness: likeness.collect(),
            held: live.iter().map(|request| (is_held(&request), request.span())).collect(),
            without_type,
            stored: stored.collect(),
            is_another_undone: live.is_another_undone(leaves.iter().flatten()),
        })
    }

    fn asked(&self, read: &Read, leaves: &[Leave], live: &LiveRequests) -> Asked {
        let request = self.requests.get(read.place);
        let status = request.and_then(|request| self.statuses.get(&request.id));
        Asked {
            status: read.status,
            is_unfinished: is_unfinished(status),
            is_full_day: request.is_some_and(TimeOffRequest::is_full_day),
            keys: leaves.iter().map(Leave::key).collect(),
            is_open: leaves.iter().any(|leave| live.is_open(leave)),
            undone: leaves.iter().find_map(|leave| live.undone(leave)),
        }
    }

    /// BambooHR or the table could not be read: nothing is known of what depends on them.
    fn unread(&self, judged: &BTreeMap<usize, Judgement>, failure: &Failure) -> Vec<Found> {
        let unread = Judgement::plain(Verdict::Ambiguous, Why::Unread);
        let all = self.requests.iter().enumerate();
        let all = all.filter(|(_, request)| self.person.unfinished.contains(&request.id));
        all.map(|(place, request)| match judged.get(&place) {
            Some(judgement) => self.found(request, judgement.clone(), None),
            None => {
                Found { unread: Some(failure.clone()), ..self.found(request, unread.clone(), None) }
            }
        })
        .collect()
    }

    fn found(
        &self,
        request: &TimeOffRequest,
        judgement: Judgement,
        writing: Option<Writing>,
    ) -> Found {
        let integration_status = self.statuses.get(&request.id).cloned();
        let is_running = integration_status == Some(IntegrationStatus::Processing)
            && request
                .modified()
                .or(request.submitted_date)
                .is_some_and(|since| self.sources.now().duration_since(since) < self.sources.stuck);
        let (judgement, writing) = if is_running {
            (
                Judgement {
                    live: judgement.live,
                    ..Judgement::plain(Verdict::Running, Why::Plain)
                },
                None,
            )
        } else {
            (judgement, writing)
        };
        Found {
            person: self.person.clone(),
            external_id: self.external_id.clone(),
            span: span(request, self.person.unit.zone.as_ref()),
            request: Some(request.clone()),
            integration_status,
            judgement,
            writing,
            unread: None,
        }
    }

    fn orphan(&self, id: TimeOffRequestId, span: (Date, Date)) -> Found {
        let judgement = Judgement::plain(Verdict::Orphan, Why::Plain);
        Found {
            person: self.person.clone(),
            external_id: self.external_id.clone(),
            request: None,
            integration_status: None,
            span: Some(span),
            judgement: Judgement { live: Some(id), ..judgement },
            writing: None,
            unread: None,
        }
    }
}

impl Known {
    fn writing(&self, repair: Repair, read: &Read, agent: ExternalId) -> Option<Writing> {
        let days = read.days.first()?.clone();
        let submission = |status| Submission {
            agent,
            type_id: read.type_id,
            days: days.clone(),
            status,
            notes: None,
            override_balance_threshold: false,
        };
        let update = |change| WriteInput::Update(UpdateInput { agent, request: None, change });
        Some(match (repair, read.status) {
            (Repair::Replay(place), _) => {
                Writing::Replay(Box::new(self.stored.get(place)?.1.clone()))
            }
            (Repair::Insert, UpdateStatus::Pending) => {
                Writing::Send(WriteInput::Insert(submission(RequestedStatus::Pending)))
            }
            (Repair::Insert, UpdateStatus::Approved) => {
                Writing::Send(WriteInput::Insert(submission(RequestedStatus::Approved)))
            }
            (Repair::Update, UpdateStatus::Approved) => {
                Writing::Send(update(Change::Put(submission(RequestedStatus::Approved))))
            }
            (Repair::Update, UpdateStatus::Denied) => {
                Writing::Send(update(Change::Deny(Some((read.type_id, days.clone())))))
            }
            (Repair::Update, UpdateStatus::Canceled) => {
                Writing::Send(update(Change::Cancel(Some((read.type_id, days.clone())))))
            }
            (Repair::Insert | Repair::Update, _) => return None,
        })
    }
}

fn is_held(live: &LiveRequest<'_>) -> Held {
    Held {
        id: live.id(),
        status: live.status(),
        is_ours: live.is_ours(),
        is_readable: live.is_readable(),
    }
}

/// In what a live request is like one of the leaves that a request may mean.
fn like_any(live: &LiveRequest<'_>, leaves: &[Leave]) -> Likeness {
    leaves.iter().map(|leave| live.likeness(leave)).fold(Likeness::default(), |all, one| Likeness {
        by_key: all.by_key || one.by_key,
        equal: all.equal || one.equal,
        shares_a_day: all.shares_a_day || one.shares_a_day,
    })
}

fn stored(failed: &FailedInput, live: &LiveRequests) -> Stored {
    let of = |submission: &Submission| match submission.status {
        RequestedStatus::Pending => UpdateStatus::Pending,
        RequestedStatus::Approved => UpdateStatus::Approved,
    };
    let status = match &failed.input {
        WriteInput::Insert(submission) => of(submission),
        WriteInput::Update(UpdateInput { change, .. }) => match change {
            Change::Put(submission) => of(submission),
            Change::Deny(_) => UpdateStatus::Denied,
            Change::Cancel(_) => UpdateStatus::Canceled,
        },
    };
    Stored {
        status,
        request: failed.input.request().map(|id| live.latest(id)),
        key: failed.input.key(),
        is_stale: failed.is_stale,
    }
}
