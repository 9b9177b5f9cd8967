//! What agents and administrators do with requests.

use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::organisation::{Organisation, id_of};
use crate::refusal::Refusal;
use crate::request::{RequestStatus, TimeOffRequest, When};
use crate::shared::Shared;

/// A request that somebody submits.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Submission {
    /// The agent, by user id or e-mail.
    pub user: String,
    /// 9, 10, 11 or 12: the types 78, 83, 85 and 90.
    pub activity_code_id: String,
    /// The whole days; or
    pub dates: Vec<Date>,
    /// when it starts on each of its part days, in the zone of the agent's unit.
    pub start_date_times: Vec<DateTime>,
    /// Minutes for each day.
    pub minutes: Vec<u32>,
    /// Payable minutes for each day, where they differ.
    pub payable_minutes: Option<Vec<u32>>,
    /// The agent's words.
    pub notes: String,
    /// Whether an administrator enters it as approved.
    pub approved: bool,
}

/// What an administrator changes of a request. What is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Change {
    /// The whole days; or
    pub dates: Option<Vec<Date>>,
    /// when it starts on each of its part days, in the zone of the agent's unit.
    pub start_date_times: Option<Vec<DateTime>>,
    /// Minutes for each day, of which all are payable.
    pub minutes: Option<Vec<u32>>,
    /// Another activity code.
    pub activity_code_id: Option<String>,
}

impl Shared {
    /// Takes a request in, and begins to synchronise it. Gives back its id.
    pub(crate) fn submit(self: &Arc<Self>, submission: Submission) -> Result<String, Refusal> {
        let id = self.organisation().submit(submission)?;
        self.synchronise(&id);
        Ok(id)
    }

    pub(crate) fn change(self: &Arc<Self>, id: &str, change: Change) -> Result<(), Refusal> {
        self.organisation().change(id, change)?;
        self.synchronise(id);
        Ok(())
    }

    pub(crate) fn decide(self: &Arc<Self>, id: &str, to: RequestStatus) -> Result<(), Refusal> {
        self.organisation().decide(id, to)?;
        self.synchronise(id);
        Ok(())
    }
}

impl Organisation {
    fn submit(&mut self, submission: Submission) -> Result<String, Refusal> {
        let user = self.find_user(&submission.user)?;
        let unit = user.unit.clone().ok_or_else(|| Refusal::bad("the user is in no unit"))?;
        let id = id_of('9', self.requests.len() + 1);
        let when = self.when(&unit, submission.dates, &submission.start_date_times)?;
        let payable_minutes =
            submission.payable_minutes.unwrap_or_else(|| submission.minutes.clone());
        if submission.minutes.len() != when.len() || payable_minutes.len() != when.len() {
            return Err(Refusal::bad("there must be minutes for each day"));
        }
        let now = self.now();
        let request = TimeOffRequest {
            id: id.clone(),
            user: user.id.clone(),
            unit,
            when,
            duration_minutes: submission.minutes,
            payable_minutes,
            activity_code: submission.activity_code_id,
            status: if submission.approved {
                RequestStatus::Approved
            } else {
                RequestStatus::Pending
            },
            substatus: submission.approved.then_some("ManualApproval"),
            notes: submission.notes,
            submitted: now,
            modified: now,
            version: 1,
            integration_status: None,
            hris_id: None,
        };
        self.requests.insert(id.clone(), request);
        Ok(id)
    }

    fn change(&mut self, id: &str, change: Change) -> Result<(), Refusal> {
        let mut request = self.request(id)?.clone();
        if !request.status.is_live() {
            return Err(Refusal::bad("the request is closed"));
        }
        if change.dates.is_some() || change.start_date_times.is_some() {
            let starts = change.start_date_times.unwrap_or_default();
            request.when = self.when(&request.unit, change.dates.unwrap_or_default(), &starts)?;
        }
        if let Some(minutes) = change.minutes {
            request.duration_minutes.clone_from(&minutes);
            request.payable_minutes = minutes;
        }
        if request.duration_minutes.len() != request.when.len() {
            return Err(Refusal::bad("there must be minutes for each day"));
        }
        request.activity_code = change.activity_code_id.unwrap_or(request.activity_code);
        self.put(request);
        Ok(())
    }

    fn decide(&mut self, id: &str, to: RequestStatus) -> Result<(), Refusal> {
        let mut request = self.request(id)?.clone();
        if !request.status.is_live() || request.status == to {
            return Err(Refusal::bad("the request's status does not allow this"));
        }
        request.status = to;
        request.substatus = (to == RequestStatus::Approved).then_some("ManualApproval");
        self.put(request);
        Ok(())
    }

    fn put(&mut self, mut request: TimeOffRequest) {
        request.version += 1;
        request.modified = self.now();
        self.requests.insert(request.id.clone(), request);
    }

    fn when(&self, unit: &str, dates: Vec<Date>, starts: &[DateTime]) -> Result<When, Refusal> {
        let zone = self.zone(self.unit(unit)?)?;
        let instant =
            |start: &DateTime| start.to_zoned(zone.clone()).map(|zoned| zoned.timestamp());
        match (dates.is_empty(), starts.is_empty()) {
            (false, true) => Ok(When::FullDays(dates)),
            (true, false) => starts
                .iter()
                .map(instant)
                .collect::<Result<_, _>>()
                .map(When::PartDays)
                .map_err(|_| Refusal::bad("a start is no time of that zone")),
            _ => Err(Refusal::bad("a request has either whole days or starts of part days")),
        }
    }
}
