//! The balance operation: what is asked, and what is answered.

use jiff::civil::Date;
use serde::Serialize;

use crate::operations::Input;
use crate::{ExternalId, Failure, Fields, TimeOffTypeId};

/// A flow collection holds at most 2,000 entries (Genesys' blueprint text).
const MOST_ENTRIES: usize = 2_000;
const MOST_DATES: usize = 366;

/// The input of the balance operation: at least one date and one type, at most 366 dates and 2,000
/// combinations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceInput {
    /// Whose balances.
    pub agent: ExternalId,
    /// On which dates, in the order asked, repeats kept.
    pub dates: Vec<Date>,
    /// Of which types, in the order asked, repeats kept; each with its secondary id, `""` where
    /// none was given.
    pub types: Vec<(TimeOffTypeId, String)>,
}

impl BalanceInput {
    /// Reads the input.
    pub fn parse(fields: &Fields<'_>) -> Result<Self, Failure> {
        let agent = fields.required(Input::AgentId)?;
        let dates: Vec<Date> = fields.list(Input::InputDates).read()?;
        let ids: Vec<TimeOffTypeId> = fields.list(Input::InputTimeOffTypeIds).read()?;
        let mut id2s: Vec<String> = fields.list(Input::InputTimeOffTypeId2s).read()?;
        if dates.is_empty() {
            return Err(Input::InputDates.refuse("must name at least one date"));
        }
        if ids.is_empty() {
            return Err(Input::InputTimeOffTypeIds.refuse("must name at least one time-off type"));
        }
        if dates.len() > MOST_DATES {
            let rule = format_args!("must not name more than {MOST_DATES} dates");
            return Err(Input::InputDates.refuse(rule));
        }
        if dates.len() * ids.len() > MOST_ENTRIES {
            return Err(Input::InputDates.refuse(format_args!(
                "times inputTimeOffTypeIds must not exceed {MOST_ENTRIES} entries"
            )));
        }
        if id2s.is_empty() {
            id2s = vec![String::new(); ids.len()];
        }
        if id2s.len() != ids.len() {
            let rule = "must have as many entries as inputTimeOffTypeIds";
            return Err(Input::InputTimeOffTypeId2s.refuse(rule));
        }
        Ok(Self { agent, dates, types: ids.into_iter().zip(id2s).collect() })
    }
}

/// The output of the balance operation: four lists of one length, one entry per date and type,
/// dates outer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BalanceList {
    balance_minutes_per_day: Vec<String>,
    time_off_type_ids: Vec<String>,
    dates: Vec<String>,
    time_off_type_id2s: Vec<String>,
}

impl BalanceList {
    /// One entry per combination asked for, with the minutes that `minutes` gives.
    pub fn of(input: &BalanceInput, minutes: impl Fn(Date, TimeOffTypeId) -> i64) -> Self {
        let mut list = Self::default();
        for date in &input.dates {
            for (type_id, secondary) in &input.types {
                list.balance_minutes_per_day.push(minutes(*date, *type_id).to_string());
                list.time_off_type_ids.push(type_id.to_string());
                list.dates.push(date.to_string());
                list.time_off_type_id2s.push(secondary.clone());
            }
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse(input: Value) -> Result<BalanceInput, String> {
        BalanceInput::parse(&Fields::of(input.as_object().unwrap()))
            .map_err(|failure| failure.sentence.into_owned())
    }

    #[test]
    fn dates_are_outer_types_inner_and_repeats_stay() {
        let input = parse(json!({
            "agentId": 452, "inputDates": ["2026-12-01", "2026-12-02"],
            "inputTimeOffTypeIds": "83,90,83",
        }))
        .unwrap();
        let list = serde_json::to_value(BalanceList::of(&input, |date, type_id| {
            i64::from(date.day()) * 1000 + type_id.get().cast_signed()
        }))
        .unwrap();
        assert_eq!(
            list,
            json!({
                "balanceMinutesPerDay": ["1083", "1090", "1083", "2083", "2090", "2083"],
                "timeOffTypeIds": ["83", "90", "83", "83", "90", "83"],
                "dates": [
                    "2026-12-01", "2026-12-01", "2026-12-01",
                    "2026-12-02", "2026-12-02", "2026-12-02",
                ],
                "timeOffTypeId2s": ["", "", "", "", "", ""],
            })
        );
    }

    #[test]
    fn a_secondary_id_stands_beside_its_primary_one() {
        let input = parse(json!({
            "agentId": 452, "inputDates": "2026-12-01", "inputTimeOffTypeIds": [83, 85],
            "inputTimeOffTypeId2s": ["", "x"],
        }))
        .unwrap();
        assert_eq!(input.types[1].1, "x");
        let uneven = parse(json!({
            "agentId": 452, "inputDates": "2026-12-01", "inputTimeOffTypeIds": [83, 85],
            "inputTimeOffTypeId2s": ["x"],
        }));
        assert_eq!(
            uneven.unwrap_err(),
            "inputTimeOffTypeId2s must have as many entries as inputTimeOffTypeIds."
        );
    }

    #[test]
    fn the_question_is_neither_empty_nor_too_large() {
        let ask = |dates: usize, types: usize| {
            parse(json!({
                "agentId": 452, "inputDates": vec!["2026-12-01"; dates],
                "inputTimeOffTypeIds": vec![83; types],
            }))
        };
        assert!(ask(0, 1).unwrap_err().starts_with("inputDates"));
        assert!(ask(1, 0).unwrap_err().starts_with("inputTimeOffTypeIds"));
        assert!(ask(366, 5).is_ok());
        assert!(ask(367, 1).is_err());
        assert!(ask(1, 2001).is_err());
    }
}
