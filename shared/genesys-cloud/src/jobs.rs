//! Jobs that make Genesys run an integration's workflows now: they show whether it reaches the
//! HRIS, and what it makes of an agent.

use std::time::Duration;

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::{Instant, sleep};
use url::Url;

use crate::answer::Answer;
use crate::client::Client;
use crate::error::Error;
use crate::id::{
    ActivityCodeId, IntegrationId, JobId, ManagementUnitId, TimeOffRequestId, TimeOffTypeId, UserId,
};
use crate::wire;
use crate::wire::open_enum;

open_enum! {
    /// How far a job has come.
    enum JobStatus {
        /// It runs.
        Processing = "Processing",
        /// It has a result.
        Complete = "Complete",
        /// The integration's workflow failed.
        Error = "Error",
    }
}

/// What came of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobOutcome<T> {
    /// Its result.
    Complete(Vec<T>),
    /// The integration's workflow failed. Genesys keeps no text of it.
    Failed,
    /// It had not ended in the time given.
    Unfinished,
}

/// A time-off type, as the integration's workflow lists it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HrisTimeOffType {
    /// Its id in the HRIS.
    pub id: TimeOffTypeId,
    /// Its name there.
    #[serde(default, deserialize_with = "wire::optional")]
    pub name: Option<String>,
    /// Its second id there.
    #[serde(default, deserialize_with = "wire::optional")]
    pub secondary_id: Option<TimeOffTypeId>,
}

/// An agent's balances for one activity code. `Debug` leaves the minutes out.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Balance {
    /// The activity code.
    #[serde(default, deserialize_with = "wire::optional")]
    pub activity_code_id: Option<ActivityCodeId>,
    /// The time-off type that Genesys found for the agent and the code: its own answer to the
    /// question which plan applies.
    pub hris_time_off_type_id: TimeOffTypeId,
    /// The first day.
    #[serde(default, deserialize_with = "wire::optional")]
    pub start_date: Option<Date>,
    /// Minutes on each day from there on; `None` where Genesys sends `null`.
    #[serde(default, deserialize_with = "wire::aligned_numbers")]
    pub balance_minutes_per_day: Vec<Option<i64>>,
}

impl std::fmt::Debug for Balance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Balance")
            .field("activity_code_id", &self.activity_code_id)
            .field("hris_time_off_type_id", &self.hris_time_off_type_id)
            .finish_non_exhaustive()
    }
}

/// Days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DateRange {
    /// The first day.
    pub start_date: Date,
    /// The last day.
    pub end_date: Date,
}

#[derive(Deserialize)]
struct Started {
    job: Job,
}

#[derive(Deserialize)]
struct Job {
    id: JobId,
}

#[derive(Deserialize)]
#[serde(bound = "T: Deserialize<'de>")]
struct Progress<T> {
    status: JobStatus,
    #[serde(default, deserialize_with = "wire::list")]
    entities: Vec<T>,
}

/// The route that a job is watched by.
struct Watched {
    endpoint: &'static str,
    /// Without the job's id, which is its last segment.
    path: &'static [&'static str],
}

const TYPES_JOB: Watched = Watched {
    endpoint: "/workforcemanagement/integrations/hris/timeofftypes/jobs/{jobId}",
    path: &["workforcemanagement", "integrations", "hris", "timeofftypes", "jobs"],
};

const BALANCE_JOB: Watched = Watched {
    endpoint: "/workforcemanagement/timeoffbalance/jobs/{jobId}",
    path: &["workforcemanagement", "timeoffbalance", "jobs"],
};

impl Client {
    /// Lets Genesys run the integration's workflow for time-off types, and waits for its result no
    /// longer than this. Needs `wfm:integration:view`.
    ///
    /// # Errors
    /// As every call.
    pub async fn time_off_types(
        &self,
        integration: &IntegrationId,
        patience: Duration,
    ) -> Result<JobOutcome<HrisTimeOffType>, Error> {
        let url = self.route(&[
            "workforcemanagement",
            "integrations",
            "hris",
            integration.as_str(),
            "timeofftypes",
            "jobs",
        ]);
        let endpoint =
            "/workforcemanagement/integrations/hris/{hrisIntegrationId}/timeofftypes/jobs";
        let started = self.query(endpoint, url, None::<&()>).await?;
        self.watch(&started, &TYPES_JOB, patience).await
    }

    /// Lets Genesys ask the HRIS for an agent's balances, and waits for them no longer than this.
    /// Needs `wfm:timeOffRequest:view`.
    ///
    /// # Errors
    /// As every call.
    pub async fn balances(
        &self,
        unit: &ManagementUnitId,
        user: &UserId,
        codes: &[ActivityCodeId],
        days: &[DateRange],
        patience: Duration,
    ) -> Result<JobOutcome<Balance>, Error> {
        let url = self.balance_jobs(unit, user, &[]);
        let endpoint = "/workforcemanagement/managementunits/{managementUnitId}/users/{userId}/timeoffbalance/jobs";
        let body = json!({ "activityCodeIds": codes, "dateRanges": days });
        let started = self.query(endpoint, url, Some(&body)).await?;
        self.watch(&started, &BALANCE_JOB, patience).await
    }

    /// Like [`Client::balances`], for the activity code and the days of a request.
    ///
    /// # Errors
    /// As every call.
    pub async fn balances_of_request(
        &self,
        unit: &ManagementUnitId,
        user: &UserId,
        request: &TimeOffRequestId,
        patience: Duration,
    ) -> Result<JobOutcome<Balance>, Error> {
        let url = self.balance_jobs(unit, user, &["timeoffrequests", request.as_str()]);
        let endpoint = "/workforcemanagement/managementunits/{managementUnitId}/users/{userId}/timeoffrequests/{timeOffRequestId}/timeoffbalance/jobs";
        let started = self.query(endpoint, url, None::<&()>).await?;
        self.watch(&started, &BALANCE_JOB, patience).await
    }

    fn balance_jobs(&self, unit: &ManagementUnitId, user: &UserId, of: &[&str]) -> Url {
        let agent =
            ["workforcemanagement", "managementunits", unit.as_str(), "users", user.as_str()];
        let jobs = ["timeoffbalance", "jobs"];
        let segments: Vec<&str> = agent.into_iter().chain(of.iter().copied()).chain(jobs).collect();
        self.route(&segments)
    }

    async fn watch<T: DeserializeOwned>(
        &self,
        started: &Answer,
        watched: &Watched,
        patience: Duration,
    ) -> Result<JobOutcome<T>, Error> {
        let Started { job } = started.json()?;
        let segments: Vec<&str> = watched.path.iter().copied().chain([job.id.as_str()]).collect();
        let begun = Instant::now();
        // Most are done at once: the first looks come sooner.
        let mut pause = self.0.limits.job_pause / 8;
        loop {
            let answer = self.get(watched.endpoint, self.route(&segments)).await?;
            let Progress { status, entities } = answer.json()?;
            match status {
                JobStatus::Complete => return Ok(JobOutcome::Complete(entities)),
                JobStatus::Error => return Ok(JobOutcome::Failed),
                // A status that is not known is taken for one on the way.
                _ if begun.elapsed() >= patience => return Ok(JobOutcome::Unfinished),
                _ => sleep(pause).await,
            }
            pause = (pause * 2).min(self.0.limits.job_pause);
        }
    }
}
