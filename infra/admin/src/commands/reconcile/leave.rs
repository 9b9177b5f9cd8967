//! What a request in Genesys asks of BambooHR, in the bridge's own terms.

use contract::{Days, ExternalId, Fields, RequestKey, TimeOffTypeId, UpdateStatus, ZeroPayable};
use genesys_cloud::{RequestStatus, TimeOffRequest};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::verdict::Why;

/// The status that a request has, where this program knows it.
pub(crate) fn status(request: &TimeOffRequest) -> Option<UpdateStatus> {
    match request.status {
        RequestStatus::Pending => Some(UpdateStatus::Pending),
        RequestStatus::Approved => Some(UpdateStatus::Approved),
        RequestStatus::Denied => Some(UpdateStatus::Denied),
        RequestStatus::Canceled => Some(UpdateStatus::Canceled),
        _ => None,
    }
}

/// The days that a request may mean: of whole days one reading. Of part days as many as there are
/// answers to the question which zone the workflow's start times are in, which no document settles:
/// the unit's, or UTC.
pub(crate) fn readings(
    request: &TimeOffRequest,
    agent: ExternalId,
    type_id: TimeOffTypeId,
    zone: Option<&TimeZone>,
    zero_payable: ZeroPayable,
) -> Result<Vec<Days>, Why> {
    let read = |fields: Value| {
        let fields = fields.as_object().map_or_else(Map::new, Clone::clone);
        let days = Days::parse(&Fields::of(&fields), zero_payable);
        days.ok().flatten().ok_or(Why::Unreadable)
    };
    let minutes = minutes(request).ok_or(Why::Unreadable)?;
    if request.is_full_day() {
        let dates: Option<Vec<Date>> =
            request.full_day_management_unit_dates.iter().copied().collect();
        let dates = dates.ok_or(Why::Unreadable)?;
        return Ok(vec![read(json!({
            "dates": dates, "payableMinutes": minutes.payable, "durationMinutes": minutes.duration,
        }))?]);
    }
    let starts: Option<Vec<_>> = request.partial_day_start_date_times.iter().copied().collect();
    let starts = starts.ok_or(Why::Unreadable)?;
    let mut found: Vec<(RequestKey, Days)> = Vec::new();
    for zone in [zone.ok_or(Why::Zone)?, &TimeZone::UTC] {
        let local = starts
            .iter()
            .map(|start| start.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S").to_string());
        let days = read(json!({
            "startDateTimes": local.collect::<Vec<_>>(),
            "payableMinutes": minutes.payable, "durationMinutes": minutes.duration,
        }))?;
        let key = RequestKey::of(agent, type_id, &days);
        if found.iter().all(|(known, _)| *known != key) {
            found.push((key, days));
        }
    }
    Ok(found.into_iter().map(|(_, days)| days).collect())
}

/// Minutes for each day.
struct EachDay {
    payable: Vec<i64>,
    duration: Vec<i64>,
}

/// The minutes as the workflow gets them; where Genesys leaves the payable ones out, those that the
/// leave lasts count.
fn minutes(request: &TimeOffRequest) -> Option<EachDay> {
    let whole = |list: &[Option<i64>]| list.iter().copied().collect::<Option<Vec<i64>>>();
    let days = request
        .full_day_management_unit_dates
        .len()
        .max(request.partial_day_start_date_times.len());
    let mut duration = whole(&request.duration_minutes)?;
    if duration.is_empty() {
        duration = request.daily_duration_minutes.map_or(Vec::new(), |daily| vec![daily; days]);
    }
    let payable = whole(&request.payable_minutes)?;
    let payable = if payable.is_empty() { duration.clone() } else { payable };
    Some(EachDay { payable, duration })
}

/// First and last day of a request, in the zone of its unit where that is known.
pub(crate) fn span(request: &TimeOffRequest, zone: Option<&TimeZone>) -> Option<(Date, Date)> {
    let zone = zone.cloned().unwrap_or(TimeZone::UTC);
    let starts = request.partial_day_start_date_times.iter().flatten();
    let starts = starts.map(|start| start.to_zoned(zone.clone()).date());
    let dates = request.full_day_management_unit_dates.iter().flatten().copied();
    let all: Vec<Date> = dates.chain(starts).collect();
    Some((*all.iter().min()?, *all.iter().max()?))
}

/// Whether two spans have a day in common.
pub(crate) fn meet(one: (Date, Date), other: (Date, Date)) -> bool {
    one.0 <= other.1 && other.0 <= one.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(patch: Value) -> TimeOffRequest {
        let mut json = json!({
            "id": "r", "user": { "id": "u" }, "isFullDayRequest": true, "status": "APPROVED",
            "fullDayManagementUnitDates": ["2026-12-07", "2026-12-08"],
            "durationMinutes": [480, 480], "payableMinutes": [480, 450],
        });
        json.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
        serde_json::from_value(json).unwrap()
    }

    fn read(patch: Value, zone: Option<&str>) -> Result<Vec<String>, Why> {
        let zone = zone.map(|name| TimeZone::get(name).unwrap());
        let (agent, type_id) = (ExternalId::new(452).unwrap(), TimeOffTypeId::new(83).unwrap());
        let found = readings(&request(patch), agent, type_id, zone.as_ref(), ZeroPayable::Zero)?;
        Ok(found
            .iter()
            .map(|days| {
                let minutes = days.minutes().map(|(date, minutes)| format!("{date}={minutes}"));
                let starts = days.start_times().iter().map(ToString::to_string);
                minutes.chain(starts).collect::<Vec<_>>().join(" ")
            })
            .collect())
    }

    fn evening(start: &str) -> Value {
        json!({
            "isFullDayRequest": false, "fullDayManagementUnitDates": [],
            "partialDayStartDateTimes": [start], "durationMinutes": [120], "payableMinutes": [120],
        })
    }

    #[test]
    fn whole_days_have_one_reading_and_need_no_zone() {
        let expected = Ok(vec!["2026-12-07=480 2026-12-08=450".to_owned()]);
        assert_eq!(read(json!({}), None), expected);
        assert_eq!(read(json!({}), Some("Asia/Tokyo")), expected);
    }

    #[test]
    fn part_days_are_in_the_units_zone_or_in_utc() {
        assert_eq!(
            read(evening("2026-12-08T01:00:00.000Z"), Some("America/New_York")),
            Ok(vec![
                "2026-12-07=120 2026-12-07T20:00:00".to_owned(),
                "2026-12-08=120 2026-12-08T01:00:00".to_owned(),
            ])
        );
        // In London's winter both are the same, and in its summer not.
        assert_eq!(read(evening("2026-12-08T09:00:00Z"), Some("Europe/London")).unwrap().len(), 1);
        assert_eq!(read(evening("2026-07-08T09:00:00Z"), Some("Europe/London")).unwrap().len(), 2);
        assert_eq!(read(evening("2026-12-08T09:00:00Z"), None), Err(Why::Zone));
    }

    #[test]
    fn payable_minutes_that_are_left_out_are_those_that_it_lasts() {
        let expected = Ok(vec!["2026-12-07=480 2026-12-08=480".to_owned()]);
        assert_eq!(read(json!({ "payableMinutes": [] }), None), expected);
        let daily = json!({
            "payableMinutes": null, "durationMinutes": null, "dailyDurationMinutes": 480,
        });
        assert_eq!(read(daily, None), expected);
    }

    #[test]
    fn what_cannot_be_read_says_so() {
        for patch in [
            json!({ "fullDayManagementUnitDates": ["2026-12-07", null] }),
            json!({ "payableMinutes": [480, null] }),
            json!({ "payableMinutes": [480] }),
            json!({ "payableMinutes": [480, 9000] }),
            json!({ "fullDayManagementUnitDates": [] }),
            json!({ "payableMinutes": [], "durationMinutes": [] }),
        ] {
            assert_eq!(read(patch.clone(), None), Err(Why::Unreadable), "{patch}");
        }
        assert_eq!(status(&request(json!({ "status": "OUTDATED" }))), None);
    }
}
