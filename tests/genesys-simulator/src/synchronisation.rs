//! How a request goes to the HRIS, and what comes back.

use std::sync::Arc;

use jiff::tz::TimeZone;
use tokio::sync::watch;

use crate::choices::{StartTimes, UnheardCancels};
use crate::organisation::Organisation;
use crate::request::{IntegrationStatus, RequestStatus, TimeOffRequest, When};
use crate::shared::{Shared, WorkflowFault, lock};
use crate::workflow::{Inputs, Outputs};

const INSERT: &str = "HRIS-Insert-TimeOff";
const UPDATE: &str = "HRIS-Update-TimeOff";

/// One state of a request on its way to the HRIS.
struct Departure {
    request: String,
    version: u64,
    status: RequestStatus,
    inputs: Inputs,
}

/// Counts a workflow for as long as it lives.
struct Running(Arc<Shared>);

impl Running {
    fn begin(shared: &Arc<Shared>) -> Self {
        shared.running.send_modify(|running| *running += 1);
        Self(Arc::clone(shared))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.send_modify(|running| *running = running.saturating_sub(1));
    }
}

impl Shared {
    /// Sends the present state of a request to its HRIS, if it has to do with one.
    pub(crate) fn synchronise(self: &Arc<Self>, request: &str) {
        let Some(departure) = self.organisation().depart(request) else { return };
        let running = Running::begin(self);
        let turn = Arc::clone(lock(&self.turns).entry(request.to_owned()).or_default());
        let shared = Arc::clone(self);
        tokio::spawn(async move {
            let _turn = turn.lock().await;
            let again = shared.deliver(departure).await;
            drop(_turn);
            if let Some(request) = again {
                shared.synchronise(&request);
            }
            drop(running);
        });
    }

    /// Waits until no workflow runs.
    pub(crate) async fn settled(&self) {
        let mut running: watch::Receiver<usize> = self.running.subscribe();
        // The sender lives as long as `self`.
        let _told = running.wait_for(|running| *running == 0).await;
    }

    /// Runs the workflow; gives back the request when its approval is to be sent as well.
    async fn deliver(self: &Arc<Self>, departure: Departure) -> Option<String> {
        let Departure { request, version, status, mut inputs } = departure;
        let (known, unheard_cancels) = {
            let organisation = self.organisation();
            let known = organisation.requests.get(&request)?.hris_id.clone();
            (known, organisation.choices.unheard_cancels)
        };
        let workflow = match known {
            Some(id) => {
                inputs.set("inputTimeOffRequestId", id);
                UPDATE
            }
            None if status.is_live() => INSERT,
            None if unheard_cancels == UnheardCancels::Sent => UPDATE,
            None => return self.organisation().arrive(&request, version, None),
        };
        let fault = self.workflow_fault();
        let outputs = match fault {
            Some(WorkflowFault::Unsent) => None,
            _ => self.run_workflow(workflow, &inputs).await,
        };
        match fault {
            Some(WorkflowFault::Lost) => None,
            Some(_) => self.organisation().arrive(&request, version, None),
            None => self.organisation().arrive(&request, version, outputs),
        }
    }
}

impl Organisation {
    /// Marks a request as being sent. `None` when nothing is.
    fn depart(&mut self, id: &str) -> Option<Departure> {
        let request = self.requests.get(id)?;
        let unit = self.unit(&request.unit).ok()?;
        let (time_off_type, of_plan) =
            self.plan(unit, &request.activity_code)?.time_off_type.as_ref()?;
        let (integration, entry) = self.selected(&request.user)?;
        if integration.id != *of_plan {
            return None;
        }
        let ours = self.is_ours(&integration.id);
        let unheard = request.hris_id.is_none() && !request.status.is_live();
        let sent_before = request.integration_status.is_some();
        let left = self.choices.unheard_cancels == UnheardCancels::Left;
        // A cancellation of something that is on its way waits for its id.
        let on_its_way = request.integration_status == Some(IntegrationStatus::Processing);
        if unheard && (left || !sent_before) && !on_its_way {
            return None;
        }
        let zone = self.zone(unit).ok()?;
        let inputs = inputs_of(
            request,
            &entry.external_id,
            time_off_type,
            &zone,
            self.choices.start_times,
            self.choices.dates_of_part_days,
        );
        let (version, status) = (request.version, request.status);
        let state = if ours {
            IntegrationStatus::Processing
        } else {
            // Another integration's HRIS, which always succeeds.
            IntegrationStatus::AutomaticallyComplete
        };
        self.requests.get_mut(id)?.integration_status = Some(state);
        ours.then(|| Departure { request: id.to_owned(), version, status, inputs })
    }

    /// Takes the result of a workflow for that version of a request.
    fn arrive(&mut self, id: &str, version: u64, outputs: Option<Outputs>) -> Option<String> {
        let now = self.now();
        let request = self.requests.get(id)?;
        let approves_itself = self
            .unit(&request.unit)
            .ok()
            .and_then(|unit| self.plan(unit, &request.activity_code))
            .is_some_and(|plan| plan.approves_itself);
        let request = self.requests.get_mut(id)?;
        let latest = request.version == version;
        let complete = outputs.as_ref().is_some_and(Outputs::is_complete);
        let insufficient = outputs
            .as_ref()
            .is_some_and(|outputs| outputs.text("status") == Some("InsufficientBalance"));
        if let Some(given) = outputs
            .as_ref()
            .filter(|_| complete)
            .and_then(|outputs| outputs.text("timeOffRequestId"))
        {
            request.hris_id = Some(given.to_owned());
        }
        if !latest {
            // The status is for the later change to say.
            return None;
        }
        request.integration_status = Some(match complete || insufficient {
            true => IntegrationStatus::AutomaticallyComplete,
            false => IntegrationStatus::Error,
        });
        if insufficient && request.status == RequestStatus::Pending {
            request.substatus = Some("InsufficientBalance");
            request.modified = now;
        }
        if complete && approves_itself && request.status == RequestStatus::Pending {
            request.status = RequestStatus::Approved;
            request.substatus = Some("AutoApproved");
            request.modified = now;
            request.version += 1;
            return Some(id.to_owned());
        }
        None
    }
}

fn inputs_of(
    request: &TimeOffRequest,
    agent: &str,
    time_off_type: &str,
    zone: &TimeZone,
    start_times: StartTimes,
    dates_of_part_days: bool,
) -> Inputs {
    // One zone for all that a workflow is given: its days are those that its starts fall on.
    let zone = match (&request.when, start_times) {
        (When::PartDays(_), StartTimes::Utc) => &TimeZone::UTC,
        _ => zone,
    };
    let days = request.when.days(zone);
    let texts = |minutes: &[u32]| minutes.iter().map(u32::to_string).collect::<Vec<_>>();
    let mut inputs = Inputs::default();
    inputs.set("agentId", agent);
    inputs.set("timeOffTypeId", time_off_type);
    inputs.set("timeOffStatus", request.status.as_str());
    inputs.set("payableMinutes", texts(&request.payable_minutes));
    inputs.set("durationMinutes", texts(&request.duration_minutes));
    let dates: Vec<String> = days.iter().map(ToString::to_string).collect();
    if let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) {
        inputs.set("minDate", first.to_string());
        inputs.set("maxDate", last.to_string());
    }
    if let When::PartDays(starts) = &request.when {
        let local = |start: &jiff::Timestamp| {
            start.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S").to_string()
        };
        inputs.set("startDateTimes", starts.iter().map(local).collect::<Vec<_>>());
    }
    if dates_of_part_days || matches!(request.when, When::FullDays(_)) {
        inputs.set("dates", dates);
    }
    if !request.notes.is_empty() {
        inputs.set("notes", request.notes.clone());
    }
    inputs
}
