//! Jobs: a workflow is run, and its result kept until it is asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::organisation::{Organisation, id_of};
use crate::refusal::Refusal;
use crate::shared::{Shared, lock};
use crate::workflow::Inputs;

const TYPES: &str = "HRIS-Get-Timeoff-Types";
const BALANCE: &str = "HRIS-Get-Balance";

/// A job that was started.
#[derive(Debug, Default)]
pub(crate) struct Job {
    /// How often it was looked at.
    polls: u32,
    /// `None` while it runs; an error without words.
    result: Option<Result<Vec<Value>, ()>>,
}

/// Days, both ends included.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DateRange {
    pub(crate) start_date: Date,
    pub(crate) end_date: Date,
}

/// An agent's balances that are to be asked for: the HRIS id, and code and type.
pub(crate) struct Wanted {
    agent: String,
    codes: Vec<(String, String)>,
    days: Vec<Date>,
}

impl Shared {
    pub(crate) fn start_types_job(self: &Arc<Self>) -> Value {
        let shared = Arc::clone(self);
        self.start(async move {
            let outputs = shared.run_workflow(TYPES, &Inputs::default()).await;
            let outputs = outputs.filter(|outputs| outputs.is_complete()).ok_or(())?;
            let types = outputs.texts("ids").into_iter().zip(outputs.texts("names"));
            Ok(types.map(|(id, name)| json!({ "id": id, "name": name })).collect())
        })
    }

    pub(crate) fn start_balance_job(self: &Arc<Self>, wanted: Option<Wanted>) -> Value {
        let shared = Arc::clone(self);
        self.start(async move { shared.balances(wanted.ok_or(())?).await })
    }

    pub(crate) async fn balances(self: &Arc<Self>, wanted: Wanted) -> Result<Vec<Value>, ()> {
        let mut inputs = Inputs::default();
        let texts = |days: &[Date]| days.iter().map(ToString::to_string).collect::<Vec<_>>();
        inputs.set("agentId", wanted.agent);
        inputs.set("inputDates", texts(&wanted.days));
        let types: Vec<String> = wanted.codes.iter().map(|(_, kind)| kind.clone()).collect();
        inputs.set("inputTimeOffTypeIds", types);
        let outputs = self.run_workflow(BALANCE, &inputs).await;
        let outputs = outputs.filter(|outputs| outputs.is_complete()).ok_or(())?;
        let keys = outputs.texts("timeOffTypeIds").into_iter().zip(outputs.texts("dates"));
        let minutes: BTreeMap<(String, String), i64> = keys
            .zip(outputs.texts("balanceMinutesPerDay"))
            .map(|(key, minutes)| Ok((key, minutes.parse().map_err(drop)?)))
            .collect::<Result<_, ()>>()?;
        let of_code = |(code, kind): &(String, String)| {
            let of_day = |day: &Date| minutes.get(&(kind.clone(), day.to_string())).copied();
            json!({
                "activityCodeId": code,
                "hrisTimeOffTypeId": kind,
                "startDate": wanted.days.first(),
                "balanceMinutesPerDay": wanted.days.iter().map(of_day).collect::<Vec<_>>(),
            })
        };
        Ok(wanted.codes.iter().map(of_code).collect())
    }

    fn start(
        self: &Arc<Self>,
        work: impl Future<Output = Result<Vec<Value>, ()>> + Send + 'static,
    ) -> Value {
        let number = {
            let mut jobs = lock(&self.jobs);
            jobs.push(Job::default());
            jobs.len()
        };
        let shared = Arc::clone(self);
        tokio::spawn(async move {
            let result = work.await;
            if let Some(job) = lock(&shared.jobs).get_mut(number - 1) {
                job.result = Some(result);
            }
        });
        json!({ "job": { "id": id_of('8', number), "status": "Processing" } })
    }

    pub(crate) fn job(&self, id: &str) -> Result<Value, Refusal> {
        let polls_before = self.organisation().choices.polls_of_jobs;
        let mut jobs = lock(&self.jobs);
        let found = (1..).zip(jobs.iter_mut()).find(|(number, _)| id_of('8', *number) == id);
        let (_, job) = found.ok_or_else(|| Refusal::not_found("job"))?;
        job.polls += 1;
        Ok(match &job.result {
            Some(Ok(entities)) if job.polls > polls_before => {
                json!({ "id": id, "status": "Complete", "entities": entities })
            }
            Some(Err(())) if job.polls > polls_before => json!({ "id": id, "status": "Error" }),
            _ => json!({ "id": id, "status": "Processing" }),
        })
    }
}

impl Organisation {
    /// What a balance job asks the HRIS for; `None` when the agent, or none of the codes, has to do
    /// with it.
    pub(crate) fn wanted(&self, user: &str, codes: &[String], days: Vec<Date>) -> Option<Wanted> {
        let unit = self.unit(self.user(user).ok()?.unit.as_ref()?).ok()?;
        let (integration, entry) = self.selected(user)?;
        let of_code = |code: &String| {
            let (kind, of_plan) = self.plan(unit, code)?.time_off_type.clone()?;
            (of_plan == integration.id).then(|| (code.clone(), kind))
        };
        let codes: Vec<_> = codes.iter().filter_map(of_code).collect();
        let ours = self.is_ours(&integration.id) && !codes.is_empty() && !days.is_empty();
        ours.then(|| Wanted { agent: entry.external_id.clone(), codes, days })
    }
}

/// Every day of the ranges.
pub(crate) fn days_in(ranges: &[DateRange]) -> Vec<Date> {
    let of_range = |range: &DateRange| {
        let end = range.end_date;
        range.start_date.series(1.day()).take_while(move |day| *day <= end)
    };
    ranges.iter().flat_map(of_range).collect()
}
