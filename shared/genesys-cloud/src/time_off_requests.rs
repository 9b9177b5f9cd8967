//! Time-off requests.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::Client;
use crate::error::Error;
use crate::id::{ActivityCodeId, ManagementUnitId, TimeOffRequestId, UserId};
use crate::wire;
use crate::wire::open_enum;

/// The longest range of days that one query may ask for, both ends included.
const LONGEST_RANGE: i32 = 33;

open_enum! {
    /// How far a request has come.
    pub enum RequestStatus {
        /// Submitted and not decided.
        Pending = "PENDING",
        /// Approved.
        Approved = "APPROVED",
        /// Denied.
        Denied = "DENIED",
        /// Cancelled by the agent.
        Canceled = "CANCELED",
    }
}

open_enum! {
    /// Why a request has its status.
    pub enum Substatus {
        /// Its first day came before a decision.
        AdvanceTimeElapsed = "AdvanceTimeElapsed",
        /// Approved by a rule.
        AutoApproved = "AutoApproved",
        /// On a day that is blocked.
        BlockedDate = "BlockedDate",
        /// The HRIS said that the balance does not suffice.
        InsufficientBalance = "InsufficientBalance",
        /// Too long or too short.
        InvalidDailyDuration = "InvalidDailyDuration",
        /// Approved by a person.
        ManualApproval = "ManualApproval",
        /// Outside of the agent's shift.
        OutsideShift = "OutsideShift",
        /// Over an activity that it may not overlap.
        OverlapsRestrictedActivityCode = "OverlapsRestrictedActivityCode",
        /// Taken off the waitlist.
        RemovedFromWaitlist = "RemovedFromWaitlist",
        /// On a day that people decide about.
        ReviewDate = "ReviewDate",
        /// On the waitlist.
        Waitlisted = "Waitlisted",
    }
}

/// A time-off request. Neither the HRIS' id of it nor its time-off type is in it: no route shows
/// the first, and the second follows from the plan of its activity code.
///
/// In the lists of one entry for each day, `None` is where Genesys sends `null`.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeOffRequest {
    /// Its id.
    pub id: TimeOffRequestId,
    /// The agent.
    #[serde(deserialize_with = "wire::referred")]
    pub user: UserId,
    #[serde(default, deserialize_with = "wire::optional")]
    is_full_day_request: Option<bool>,
    /// Of a full-day request: its days, in the zone of the agent's unit.
    #[serde(default, deserialize_with = "wire::aligned")]
    pub full_day_management_unit_dates: Vec<Option<Date>>,
    /// Of a part-day request: when it starts on each day.
    #[serde(default, deserialize_with = "wire::aligned")]
    pub partial_day_start_date_times: Vec<Option<Timestamp>>,
    /// Minutes of each day, where they are the same on all of them (the older form).
    #[serde(default, deserialize_with = "wire::number")]
    pub daily_duration_minutes: Option<i64>,
    /// Minutes of each day.
    #[serde(default, deserialize_with = "wire::aligned_numbers")]
    pub duration_minutes: Vec<Option<i64>>,
    /// Minutes of each day that the leave takes from the balance.
    #[serde(default, deserialize_with = "wire::aligned_numbers")]
    pub payable_minutes: Vec<Option<i64>>,
    /// Its activity code.
    #[serde(default, deserialize_with = "wire::optional")]
    pub activity_code_id: Option<ActivityCodeId>,
    /// Whether it is paid.
    #[serde(default, deserialize_with = "wire::optional")]
    pub paid: Option<bool>,
    /// How far it has come.
    pub status: RequestStatus,
    /// Why.
    #[serde(default, deserialize_with = "wire::optional")]
    pub substatus: Option<Substatus>,
    /// The agent's own words, which are personal.
    #[serde(default, deserialize_with = "wire::optional")]
    pub notes: Option<SecretString>,
    /// When it was submitted.
    #[serde(default, deserialize_with = "wire::optional")]
    pub submitted_date: Option<Timestamp>,
    #[serde(default, deserialize_with = "wire::optional")]
    metadata: Option<Metadata>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default, deserialize_with = "wire::number")]
    version: Option<i64>,
    #[serde(default, deserialize_with = "wire::optional")]
    date_modified: Option<Timestamp>,
}

impl TimeOffRequest {
    /// Whether it is about whole days. Where Genesys does not say, its days do.
    pub fn is_full_day(&self) -> bool {
        self.is_full_day_request.unwrap_or(self.partial_day_start_date_times.is_empty())
    }

    /// The number that grows with each change; `None` where Genesys does not say.
    pub fn version(&self) -> Option<i64> {
        self.metadata.as_ref()?.version
    }

    /// When it was last changed; `None` where Genesys does not say.
    pub fn modified(&self) -> Option<Timestamp> {
        self.metadata.as_ref()?.date_modified
    }
}

impl fmt::Debug for TimeOffRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimeOffRequest")
            .field("id", &self.id)
            .field("user", &self.user)
            .field("status", &self.status)
            .field("substatus", &self.substatus)
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Every request of a unit that touches these days (both included), whatever its status; each
    /// one once. A call for each 33 days, which is all that Genesys takes at a time. Needs
    /// `wfm:timeOffRequest:view`.
    ///
    /// # Errors
    /// As every call.
    pub async fn time_off_requests(
        &self,
        unit: &ManagementUnitId,
        since: Date,
        until: Date,
    ) -> Result<Vec<TimeOffRequest>, Error> {
        let mut found = BTreeMap::new();
        for (start, end) in ranges(since, until) {
            let range = json!({ "dateRange": { "startDate": start, "endDate": end } });
            for request in self.query_requests(unit, &range).await? {
                keep_latest(&mut found, request);
            }
        }
        Ok(found.into_values().collect())
    }

    /// Every request of a unit that waits for a decision, whenever it is for. Needs
    /// `wfm:timeOffRequest:view`.
    ///
    /// # Errors
    /// As every call.
    pub async fn pending_time_off_requests(
        &self,
        unit: &ManagementUnitId,
    ) -> Result<Vec<TimeOffRequest>, Error> {
        self.query_requests(unit, &json!({ "statuses": ["PENDING"] })).await
    }

    async fn query_requests(
        &self,
        unit: &ManagementUnitId,
        query: &Value,
    ) -> Result<Vec<TimeOffRequest>, Error> {
        let url = self.route(&[
            "workforcemanagement",
            "managementunits",
            unit.as_str(),
            "timeoffrequests",
            "query",
        ]);
        let endpoint =
            "/workforcemanagement/managementunits/{managementUnitId}/timeoffrequests/query";
        let answer = self.query(endpoint, url, Some(query)).await?;
        self.listed(answer).await
    }

    /// All requests of a user, without any limit of time. Needs `wfm:timeOffRequest:view`.
    ///
    /// # Errors
    /// As every call.
    pub async fn time_off_requests_of(
        &self,
        unit: &ManagementUnitId,
        user: &UserId,
    ) -> Result<Vec<TimeOffRequest>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct OfUser {
            #[serde(deserialize_with = "wire::list")]
            time_off_requests: Vec<TimeOffRequest>,
        }

        let url = self.user_requests(unit, user, None);
        let endpoint = "/workforcemanagement/managementunits/{managementUnitId}/users/{userId}/timeoffrequests";
        let OfUser { time_off_requests } = self.get(endpoint, url).await?.json()?;
        Ok(time_off_requests)
    }

    /// One request. Needs `wfm:timeOffRequest:view`.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) among others.
    pub async fn time_off_request(
        &self,
        unit: &ManagementUnitId,
        user: &UserId,
        request: &TimeOffRequestId,
    ) -> Result<TimeOffRequest, Error> {
        let url = self.user_requests(unit, user, Some(request));
        let endpoint = "/workforcemanagement/managementunits/{managementUnitId}/users/{userId}/timeoffrequests/{timeOffRequestId}";
        self.get(endpoint, url).await?.json()
    }

    fn user_requests(
        &self,
        unit: &ManagementUnitId,
        user: &UserId,
        request: Option<&TimeOffRequestId>,
    ) -> url::Url {
        let path = [
            "workforcemanagement",
            "managementunits",
            unit.as_str(),
            "users",
            user.as_str(),
            "timeoffrequests",
        ];
        let segments: Vec<&str> =
            path.into_iter().chain(request.map(TimeOffRequestId::as_str)).collect();
        self.route(&segments)
    }
}

/// A request over the border of two ranges comes twice, and may have changed between.
fn keep_latest(found: &mut BTreeMap<TimeOffRequestId, TimeOffRequest>, request: TimeOffRequest) {
    let newer = found.get(&request.id).is_none_or(|known| known.version() <= request.version());
    if newer {
        found.insert(request.id.clone(), request);
    }
}

/// The days in parts that a query may ask for.
fn ranges(since: Date, until: Date) -> impl Iterator<Item = (Date, Date)> {
    let mut next = (since <= until).then_some(since);
    std::iter::from_fn(move || {
        let start = next?;
        let end = start.saturating_add((LONGEST_RANGE - 1).days()).min(until);
        next = (end < until).then(|| end.saturating_add(1.day()));
        Some((start, end))
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_day_is_asked_for_once_and_33_at_a_time(first in 0_i32..3_000, length in 0_i32..800) {
            let since = date(2020, 1, 1) + first.days();
            let until = since + length.days();
            let mut expected = since;
            for (start, end) in ranges(since, until) {
                prop_assert_eq!(start, expected);
                prop_assert!(end >= start && (end - start).get_days() < LONGEST_RANGE);
                expected = end + 1.day();
            }
            prop_assert_eq!(expected, until + 1.day());
        }
    }

    #[test]
    fn no_days_are_no_calls_and_the_end_of_time_ends() {
        assert_eq!(ranges(date(2026, 2, 2), date(2026, 2, 1)).count(), 0);
        assert_eq!(ranges(Date::MAX, Date::MAX).count(), 1);
    }
}
