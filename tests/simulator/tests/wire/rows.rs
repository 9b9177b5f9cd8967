//! Rows that are not as they should be.

use bamboohr_simulator::{NewRequest, RowMutation, Rows, date};
use reqwest::Method;
use serde_json::{Value, json};

use crate::caller::{Answer, Caller};

/// Every kind of row: how it is asked for, where it stands in the answer, the id of one row, and
/// what that id is called.
const PLACES: [(Rows, &str, &str, &str, &str); 6] = [
    (
        Rows::Requests,
        "/api/v1/time_off/requests?start=1900-01-01&end=2100-12-31&employeeId=452",
        "",
        "1006",
        "id",
    ),
    (Rows::Employees, "/api/v1/employees?fields=workEmail", "/data", "452", "employeeId"),
    (Rows::Directory, "/api/v1/employees/directory", "/employees", "452", "id"),
    (Rows::Types, "/api/v1/meta/time_off/types", "/timeOffTypes", "83", "id"),
    (Rows::DefaultHours, "/api/v1/meta/time_off/types", "/defaultHours", "Friday", "name"),
    (Rows::Calculator, "/api/v1/employees/452/time_off/calculator", "", "83", "timeOffType"),
];

async fn with_leave() -> Caller {
    let caller = Caller::small().await;
    for kind in [83, 78] {
        let day = date(2026, 12, 8);
        let leave = NewRequest::new(452, kind, day, day).per_day(8).employee_note("one");
        caller.sim.hr_creates_request(leave);
    }
    caller
}

fn rows(answer: &Value, place: &str) -> Vec<Value> {
    answer.pointer(place).and_then(Value::as_array).unwrap().clone()
}

/// Every field, nested ones included, as a pointer.
fn pointers(value: &Value, at: &str, into: &mut Vec<String>) {
    for (field, value) in value.as_object().into_iter().flatten() {
        let pointer = format!("{at}/{}", field.replace('~', "~0").replace('/', "~1"));
        into.push(pointer.clone());
        pointers(value, &pointer, into);
    }
}

#[tokio::test]
async fn any_field_of_any_row_can_be_absent_or_anything() {
    let caller = with_leave().await;
    for (kind, path, place, id, id_field) in PLACES {
        let right = rows(&caller.get(path).await.json(), place);
        let at = right.iter().position(|row| row[id_field] == id).unwrap();
        let mut fields = Vec::new();
        pointers(&right[at], "", &mut fields);
        assert!(fields.len() > 1, "{kind:?}");
        for field in fields {
            caller.sim.mutate_rows(RowMutation::of(kind).id(id).remove(&field));
            let bent = rows(&caller.get(path).await.json(), place);
            assert_eq!(bent[at].pointer(&field), None, "{kind:?} {field}");
            caller.sim.clear_row_mutations();
            for value in [json!(null), json!("1.0E-5"), json!([1]), json!({"x": true})] {
                let mutation = RowMutation::of(kind).id(id).set(&field, value.clone());
                caller.sim.mutate_rows(mutation);
                let bent = rows(&caller.get(path).await.json(), place);
                assert_eq!(bent[at].pointer(&field), Some(&value), "{kind:?} {field}");
                // All other rows are as before.
                assert_eq!((&bent[..at], &bent[at + 1..]), (&right[..at], &right[at + 1..]));
                caller.sim.clear_row_mutations();
            }
        }
        assert_eq!(rows(&caller.get(path).await.json(), place), right, "{kind:?}");
    }
}

#[tokio::test]
async fn mutations_add_up_and_meet_every_row_without_an_id() {
    let caller = with_leave().await;
    let path = PLACES[0].1;
    caller.sim.mutate_rows(RowMutation::of(Rows::Requests).remove("/status").set("/new", 1));
    // The id is the right one, whatever another mutation makes of it.
    caller.sim.mutate_rows(RowMutation::of(Rows::Requests).set("/id", json!(null)));
    caller.sim.mutate_rows(RowMutation::of(Rows::Requests).id(1006).set("", "no row"));
    let bent = rows(&caller.get(path).await.json(), "");
    assert_eq!(bent.len(), 2);
    assert_eq!(
        (&bent[0]["new"], bent[0].get("status"), &bent[0]["id"]),
        (&json!(1), None, &json!(null))
    );
    assert_eq!(bent[1], "no row");
    assert_eq!(caller.sim.live(452).len(), 2, "the company itself is as it was");
}

#[tokio::test]
async fn raw_text_reaches_the_wire_as_it_is() {
    let caller = with_leave().await;
    let path = PLACES[0].1;
    for raw in [r#""Beach \ud83c""#, "\"tab\there\"", "1e999999", "\"\u{b}\""] {
        caller.sim.mutate_rows(RowMutation::of(Rows::Requests).set_raw("/notes/employee", raw));
        let body = caller.get(path).await.body;
        assert_eq!(body.matches(raw).count(), 2, "{body}");
        caller.sim.clear_row_mutations();
    }
}

#[tokio::test]
async fn rows_repeat_to_any_number() {
    let caller = with_leave().await;
    let path = PLACES[0].1;
    let mutation = RowMutation::of(Rows::Requests).id(1006).repeat(60_001);
    caller.sim.mutate_rows(mutation.set("/notes", json!([])));
    let body = caller.get(path).await.body;
    assert_eq!(body.matches(r#""notes":[]"#).count(), 60_001);
    assert_eq!(body.matches(r#""notes":{"employee":"one"}"#).count(), 1, "the other row");
    caller.sim.clear_row_mutations();
    for times in [0, 1, 3] {
        for (kind, id) in [(Rows::Types, "83"), (Rows::DefaultHours, "Friday")] {
            caller.sim.mutate_rows(RowMutation::of(kind).id(id).repeat(times));
        }
        let body = caller.get(PLACES[3].1).await.json();
        let count = |place, field: &str, id| {
            rows(&body, place).iter().filter(|row| row[field] == id).count()
        };
        assert_eq!(count("/timeOffTypes", "id", "83"), times);
        assert_eq!(count("/defaultHours", "name", "Friday"), times);
        assert_eq!(
            (rows(&body, "/timeOffTypes").len(), rows(&body, "/defaultHours").len()),
            (4 + times, 7 + times)
        );
        caller.sim.clear_row_mutations();
    }
}

#[tokio::test]
async fn the_answer_to_a_create_and_the_meta_of_a_page_are_rows_too() {
    let caller = Caller::small().await;
    caller.sim.mutate_rows(RowMutation::of(Rows::Created).remove("/id").set("/status", "approved"));
    caller.sim.mutate_rows(RowMutation::of(Rows::EmployeesMeta).set("/total", json!(null)));
    let body = json!({"status": "approved", "start": "2026-12-01", "end": "2026-12-01", "timeOffTypeId": 83, "amount": 8});
    let created = caller.create(452, &body).await;
    assert_eq!((created.status, created.json().get("id")), (201, None));
    assert_eq!(created.json()["status"], "approved");
    assert!(caller.get("/api/v1/employees").await.json()["meta"]["total"].is_null());
    // Refusals are no rows.
    assert_eq!(caller.create(9_999, &body).await.status, 404);
}

#[tokio::test]
async fn rows_can_be_changed_by_curl() {
    let caller = with_leave().await;
    let control = async |method, body: Value| -> Answer {
        let answer = Caller::send(caller.bare(method, "/control/row-mutations").json(&body)).await;
        assert!((200..300).contains(&answer.status), "{answer:?}");
        answer
    };
    let mutation = json!({
        "rows": "requests", "id": "1006", "remove": ["/status"], "set": {"/amount/amount": ""},
        "raw": {"/notes/employee": "\"\\ud83c\""}, "repeat": 2,
    });
    control(Method::POST, mutation.clone()).await;
    assert_eq!(control(Method::GET, json!(null)).await.json(), json!([mutation]));
    let body = caller.get(PLACES[0].1).await.body;
    assert_eq!(body.matches(r#""amount":"""#).count(), 2, "{body}");
    assert_eq!(body.matches(r"\ud83c").count(), 2, "{body}");
    control(Method::DELETE, json!(null)).await;
    assert!(!caller.get(PLACES[0].1).await.body.contains(r"\ud83c"));
}
