//! What people do in BambooHR and what comes late, where a write is at stake, on the real binaries:
//! the cases of `tests/writes/tests/all/people`, one story each.

mod copied;
mod edited;
mod inputs;
mod late;
mod notes_and_rows;

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use bamboohr_simulator::{RequestView, Simulator};
use e2e::{Answer, Process, Stack, event};
use serde_json::{Value, json};

use crate::requests::with;

pub(crate) const AGENT: u64 = 452;

/// No request is live.
pub(crate) const NONE: [u64; 0] = [];

/// Longer than the schedule leaves between two looks at what is unsettled.
const SETTLING_IS_DUE: Duration = Duration::from_secs(1_000);

/// What the table keeps of times, in milliseconds.
const TIMES: [&str; 4] = ["sentAt", "since", "due", "until"];

/// Insert and update as they are deployed, on one BambooHR and one table.
pub(crate) struct Bridge {
    stack: Stack,
    insert: Process,
    update: Process,
}

impl Bridge {
    pub(crate) async fn start() -> Self {
        Self::set(&[]).await
    }

    /// With these settings of the functions.
    pub(crate) async fn set(settings: &[(&str, &str)]) -> Self {
        let stack = Stack::set(settings).await;
        let insert = Process::start("insert-timeoff", &stack).await;
        let update = Process::start("update-timeoff", &stack).await;
        Self { stack, insert, update }
    }

    /// A further process of a function, with other settings.
    pub(crate) async fn process(&self, name: &str, settings: &[(&str, &str)]) -> Process {
        let mut variables = self.stack.local().variables().clone();
        variables.extend(settings.iter().map(|&(name, value)| (name.into(), value.into())));
        Process::with(name, variables).await
    }

    pub(crate) fn hris(&self) -> &Simulator {
        self.stack.simulator()
    }

    pub(crate) async fn insert(&self, body: &Value) -> Answer {
        insert(&self.insert, body).await
    }

    pub(crate) async fn update(&self, body: &Value) -> Answer {
        update(&self.update, body).await
    }

    /// Lets the schedule call update when everything unsettled is due.
    pub(crate) async fn settle(&self) {
        self.age(SETTLING_IS_DUE).await;
        let answer = self.update.invoke(&event::scheduled()).await;
        assert_eq!(answer["status"], "Complete", "{answer}");
    }

    /// Makes what the table holds so much older: the binaries have the machine's clock.
    async fn age(&self, by: Duration) {
        let dynamodb = self.stack.local().dynamodb();
        let client = dynamodb.client();
        let scan = client.scan().table_name(dynamodb.table_name()).send().await.unwrap();
        for mut item in scan.items.unwrap_or_default() {
            item.iter_mut().for_each(|(name, value)| make_older(name, value, by));
            let put = client.put_item().table_name(dynamodb.table_name()).set_item(Some(item));
            put.send().await.unwrap();
        }
    }

    /// The live requests of the agent, by id.
    pub(crate) fn live(&self) -> Vec<u64> {
        self.hris().live(AGENT).iter().map(|request| request.id).collect()
    }

    #[track_caller]
    pub(crate) fn only(&self) -> RequestView {
        let mut live = self.hris().live(AGENT);
        assert_eq!(live.len(), 1, "{live:#?}");
        live.remove(0)
    }

    /// Checks that nothing which a person made or changed was changed through the API since.
    #[track_caller]
    pub(crate) fn assert_people_are_left_alone(&self) {
        for touched in self.hris().touched_by_people() {
            assert!(touched.by_api_since.is_empty(), "{touched:#?}");
        }
    }

    /// Whatever names the leave by its days is a conflict, and changes nothing.
    pub(crate) async fn assert_conflict(&self, leave: &Value, story: &str) {
        let before = self.hris().requests(AGENT);
        for status in ["APPROVED", "PENDING"] {
            failed(&self.insert(&status_of(leave, status)).await, "REQUEST_CONFLICT");
        }
        for status in ["APPROVED", "PENDING", "CANCELED", "DENIED"] {
            failed(&self.update(&status_of(leave, status)).await, "REQUEST_CONFLICT");
        }
        assert_eq!(self.hris().requests(AGENT), before, "{story}");
        self.assert_people_are_left_alone();
    }
}

fn make_older(name: &str, value: &mut AttributeValue, by: Duration) {
    match value {
        AttributeValue::M(fields) => {
            fields.iter_mut().for_each(|(name, value)| make_older(name, value, by));
        }
        AttributeValue::N(number) if TIMES.contains(&name) => {
            let millis: i64 = number.parse().unwrap();
            *number = (millis - i64::try_from(by.as_millis()).unwrap()).to_string();
        }
        _ => {}
    }
}

pub(crate) async fn insert(process: &Process, body: &Value) -> Answer {
    process.call("POST", "/timeoff-requests", Some(body)).await
}

pub(crate) async fn update(process: &Process, body: &Value) -> Answer {
    process.call("PUT", "/timeoff-requests", Some(body)).await
}

/// The id of a call that has to have succeeded.
#[track_caller]
pub(crate) fn completed(answer: &Answer) -> u64 {
    assert_eq!(answer.text("status"), "Complete", "{answer}");
    answer.request_id()
}

#[track_caller]
pub(crate) fn failed(answer: &Answer, code: &str) {
    assert_eq!(answer.text("errorCode"), code, "{answer}");
}

/// 480 minutes of a type on each of `dates`, comma-separated, approved.
pub(crate) fn leave(type_id: u64, dates: &str) -> Value {
    let minutes = vec![480; dates.split(',').count()];
    json!({
        "agentId": AGENT.to_string(), "timeOffTypeId": type_id.to_string(),
        "timeOffStatus": "APPROVED", "dates": dates, "payableMinutes": minutes,
    })
}

/// Eight hours of vacation on 8 December, approved, with a note.
pub(crate) fn dentist() -> Value {
    with(leave(78, "2026-12-08"), &json!({"notes": "At the dentist"}))
}

pub(crate) fn status_of(body: &Value, status: &str) -> Value {
    with(body.clone(), &json!({"timeOffStatus": status}))
}

pub(crate) fn id_of(body: &Value, id: u64) -> Value {
    with(body.clone(), &json!({"inputTimeOffRequestId": id.to_string()}))
}

/// What closes a request by its id alone.
pub(crate) fn close(id: u64, status: &str) -> Value {
    id_of(&json!({"agentId": AGENT.to_string(), "timeOffStatus": status}), id)
}

/// For its balance check a pending insert looks at every day there ever was.
pub(crate) fn insert_that_looks_over_everything() -> Value {
    status_of(&leave(78, "2026-12-22"), "PENDING")
}
