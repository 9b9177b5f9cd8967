//! The input of insert or update as one thing that can be kept, and handed in once more.

use serde_json::{Map, Value};

use crate::operations::Input;
use crate::{
    Change, Days, ExternalId, Failure, Fields, RequestKey, RequestedStatus, Submission,
    TimeOffRequestId, TimeOffTypeId, UpdateInput, ZeroPayable,
};

/// What insert or update is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteInput {
    /// The input of insert.
    Insert(Submission),
    /// The input of update.
    Update(UpdateInput),
}

impl WriteInput {
    /// The name of the function that takes it, as logs and metrics have it.
    pub const fn operation(&self) -> &'static str {
        match self {
            Self::Insert(_) => "insert-timeoff",
            Self::Update(_) => "update-timeoff",
        }
    }

    /// Reads what [`fields`](Self::fields) gave, for the function of this name.
    ///
    /// # Errors
    /// `INVALID_INPUT` for anything else.
    pub fn parse(operation: &str, fields: &Map<String, Value>) -> Result<Self, Failure> {
        let fields = Fields::of(fields);
        match operation {
            // What all-zero minutes stand for was decided when the input came in.
            "insert-timeoff" => Submission::parse(&fields, ZeroPayable::Zero).map(Self::Insert),
            "update-timeoff" => UpdateInput::parse(&fields, ZeroPayable::Zero).map(Self::Update),
            _ => Err(Failure::invalid("operation", "must be insert-timeoff or update-timeoff")),
        }
    }

    /// Whose leave it is.
    pub fn agent(&self) -> ExternalId {
        match self {
            Self::Insert(submission) => submission.agent,
            Self::Update(update) => update.agent,
        }
    }

    /// The request that an update names by its id.
    pub fn request(&self) -> Option<TimeOffRequestId> {
        match self {
            Self::Insert(_) => None,
            Self::Update(update) => update.request,
        }
    }

    /// The type and the days that it names.
    pub fn leave(&self) -> Option<(TimeOffTypeId, &Days)> {
        match self {
            Self::Insert(submission)
            | Self::Update(UpdateInput { change: Change::Put(submission), .. }) => {
                Some((submission.type_id, &submission.days))
            }
            Self::Update(UpdateInput {
                change: Change::Deny(leave) | Change::Cancel(leave),
                ..
            }) => leave.as_ref().map(|(type_id, days)| (*type_id, days)),
        }
    }

    /// The idempotency key of the leave that it names.
    pub fn key(&self) -> Option<RequestKey> {
        self.leave().map(|(type_id, days)| RequestKey::of(self.agent(), type_id, days))
    }

    /// The same without the agent's note.
    #[must_use]
    pub fn without_notes(mut self) -> Self {
        match &mut self {
            Self::Insert(submission)
            | Self::Update(UpdateInput { change: Change::Put(submission), .. }) => {
                submission.notes = None;
            }
            Self::Update(_) => {}
        }
        self
    }

    /// The fields that the API takes for it, and that mean the same there. Never the note: nothing
    /// that is kept or shown holds it.
    pub fn fields(&self) -> Map<String, Value> {
        let mut fields = FieldsOut(Map::new());
        fields.text(Input::AgentId, self.agent());
        if let Some(id) = self.request() {
            fields.text(Input::InputTimeOffRequestId, id);
        }
        match self {
            Self::Insert(submission)
            | Self::Update(UpdateInput { change: Change::Put(submission), .. }) => {
                fields.status(match submission.status {
                    RequestedStatus::Pending => "PENDING",
                    RequestedStatus::Approved => "APPROVED",
                });
                if submission.override_balance_threshold {
                    fields.set(Input::OverrideBalanceThreshold, true);
                }
            }
            Self::Update(UpdateInput { change: Change::Deny(_), .. }) => fields.status("DENIED"),
            Self::Update(UpdateInput { change: Change::Cancel(_), .. }) => {
                fields.status("CANCELED");
            }
        }
        if let Some((type_id, days)) = self.leave() {
            fields.text(Input::TimeOffTypeId, type_id);
            fields.days(days);
        }
        fields.0
    }
}

/// Fields on their way out.
struct FieldsOut(Map<String, Value>);

impl FieldsOut {
    fn set(&mut self, input: Input, value: impl Into<Value>) {
        self.0.insert(input.name().to_owned(), value.into());
    }

    fn text(&mut self, input: Input, value: impl ToString) {
        self.set(input, value.to_string());
    }

    fn status(&mut self, status: &str) {
        self.text(Input::TimeOffStatus, status);
    }

    fn days(&mut self, days: &Days) {
        let (dates, minutes): (Vec<_>, Vec<_>) =
            days.minutes().map(|(date, minutes)| (date.to_string(), minutes.to_string())).unzip();
        self.set(Input::Dates, dates);
        self.set(Input::PayableMinutes, minutes);
        let starts: Vec<_> = days.start_times().iter().map(ToString::to_string).collect();
        if !starts.is_empty() {
            self.set(Input::StartDateTimes, starts);
        }
        self.text(Input::MinDate, days.start());
        self.text(Input::MaxDate, days.end());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Inputs in their many forms, most of them readable.
    fn inputs() -> impl Strategy<Value = (bool, Value)> {
        let status = prop::sample::select(vec!["PENDING", "APPROVED", "DENIED", "CANCELED"]);
        let days = prop::collection::btree_map(1_u32..28, 0_u32..1_500, 0..4);
        let form = (any::<bool>(), any::<bool>(), any::<bool>());
        (any::<bool>(), status, days, form, prop::option::of(1_u64..9_999)).prop_map(
            |(is_update, status, days, (has_times, has_span, overrides), id)| {
                let date = |day: &u32| format!("2026-12-{day:02}");
                let time = |day: &u32| format!("2026-12-{day:02}T09:30:00Z");
                let days: Vec<_> = days.into_iter().collect();
                let dates: Vec<_> = days.iter().map(|(day, _)| date(day)).collect();
                let times: Vec<_> = days.iter().map(|(day, _)| time(day)).collect();
                let minutes: Vec<_> = days.iter().map(|(_, minutes)| minutes).collect();
                let span = |date: &str| if has_span { json!(date) } else { json!("") };
                let input = json!({
                    "agentId": 452, "timeOffTypeId": "083", "timeOffStatus": status,
                    "dates": if has_times { json!(null) } else { json!(dates.join(",")) },
                    "startDateTimes": if has_times { json!(times) } else { json!("${input.x}") },
                    "payableMinutes": minutes, "durationMinutes": "Zahnarzt",
                    "minDate": span("2026-11-30"), "maxDate": span("2026-12-31"),
                    "overrideBalanceThreshold": overrides, "notes": "Zahnarzt",
                    "timeOffTypeId2": "Zahnarzt", "unknown": "Zahnarzt",
                    "inputTimeOffRequestId": id.map(|id| id.to_string()),
                });
                (is_update, input)
            },
        )
    }

    proptest! {
        #[test]
        fn the_fields_mean_what_came_in_and_hold_no_note((is_update, input) in inputs()) {
            let given = Fields::of(input.as_object().unwrap());
            let read = if is_update {
                UpdateInput::parse(&given, ZeroPayable::Zero).map(WriteInput::Update)
            } else {
                Submission::parse(&given, ZeroPayable::Zero).map(WriteInput::Insert)
            };
            let Ok(read) = read else { return Ok(()) };
            let fields = read.fields();
            let text = Value::Object(fields.clone()).to_string();
            prop_assert!(!text.contains("Zahnarzt"), "{text}");
            let again = WriteInput::parse(read.operation(), &fields).unwrap();
            prop_assert_eq!(again.key(), read.key());
            prop_assert_eq!(again, read.without_notes());
        }
    }

    /// A field that is not written is lost when a failed input is kept and sent again.
    #[test]
    fn every_field_that_the_operation_takes_is_written_or_is_meant_to_be_left_out() {
        let left_out = [
            // In other words: the minutes of each day, the type.
            "durationMinutes",
            "averageMinutesPerDay",
            "timeOffTypeId2",
            // Kept nowhere.
            "notes",
        ];
        let input = json!({
            "agentId": 452, "timeOffTypeId": 83, "timeOffStatus": "PENDING", "notes": "Sea",
            "startDateTimes": "2026-12-01T09:00:00", "payableMinutes": 90,
            "overrideBalanceThreshold": "true", "inputTimeOffRequestId": 7,
        });
        let fields = Fields::of(input.as_object().unwrap());
        let update = UpdateInput::parse(&fields, ZeroPayable::Zero).map(WriteInput::Update);
        let written = update.unwrap();
        assert_eq!(
            Value::Object(written.fields()),
            json!({
                "agentId": "452", "inputTimeOffRequestId": "7", "timeOffStatus": "PENDING",
                "overrideBalanceThreshold": true, "timeOffTypeId": "83", "dates": ["2026-12-01"],
                "payableMinutes": ["90"], "startDateTimes": ["2026-12-01T09:00:00"],
                "minDate": "2026-12-01", "maxDate": "2026-12-01",
            })
        );
        let operations = crate::operations::operations();
        let taken = operations.iter().find(|operation| operation.name == "HRIS-Update-TimeOff");
        let taken: BTreeSet<&str> =
            taken.unwrap().inputs.iter().map(|field| field.name.as_str()).collect();
        let fields = written.fields();
        let written: BTreeSet<&str> = fields.keys().map(String::as_str).chain(left_out).collect();
        assert_eq!(written, taken);
    }

    #[test]
    fn an_operation_of_another_name_is_refused() {
        assert!(WriteInput::parse("get-balance", &Map::new()).is_err());
    }
}
