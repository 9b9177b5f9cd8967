//! The answers against BambooHR's published OpenAPI, reduced to structure in `openapi-shapes.json`.
//! Objects there are closed, so that a field which BambooHR does not have fails as well.

use bamboohr_simulator::{NewRequest, RequestStatus, date};
use serde_json::{Value, json};

use crate::caller::Caller;

/// Where the wire is known to differ from the OpenAPI: pointer into the shape, what the OpenAPI
/// says, what recordings show.
type Differences = &'static [(&'static str, &'static str, &'static str)];

const INTEGER: &str = r#"{"type":"integer"}"#;
const NUMBER: &str = r#"{"type":"number"}"#;
const TEXT: &str = r#"{"type":"string"}"#;

/// Ids and amounts are text; the icon comes along in the list only.
const LIST: Differences = &[
    ("/items/properties/id", INTEGER, TEXT),
    ("/items/properties/employeeId", INTEGER, TEXT),
    ("/items/properties/status/properties/lastChangedByUserId", INTEGER, TEXT),
    ("/items/properties/type/properties/id", INTEGER, TEXT),
    ("/items/properties/amount/properties/amount", NUMBER, TEXT),
    ("/items/properties/dates/additionalProperties", NUMBER, TEXT),
];

/// As in the list; the approvers are one list, where the OpenAPI nests two.
const CREATE: Differences = &[
    ("/properties/id", INTEGER, TEXT),
    ("/properties/employeeId", INTEGER, TEXT),
    ("/properties/status/properties/lastChangedByUserId", INTEGER, TEXT),
    ("/properties/type/properties/id", INTEGER, TEXT),
    ("/properties/amount/properties/amount", NUMBER, TEXT),
    ("/properties/dates/additionalProperties", NUMBER, TEXT),
    ("/properties/approvers/items/type", r#""array""#, r#""object""#),
];

/// Without any note, `notes` is an empty array.
const CREATE_WITHOUT_NOTES: Differences =
    &[("/properties/notes/type", r#""object""#, r#""array""#)];

const TYPES: Differences = &[("/properties/timeOffTypes/items/properties/id", INTEGER, TEXT)];

/// The shape of an answer with the differences put in. Each must still be one: when the OpenAPI
/// comes round to the wire, the difference has to go.
fn shape(name: &str, differences: &[Differences]) -> Value {
    let mut shapes: Value =
        serde_json::from_str(include_str!("../../openapi-shapes.json")).unwrap();
    let mut shape = shapes[name].take();
    for (pointer, published, recorded) in differences.iter().copied().flatten() {
        let place = shape.pointer_mut(pointer).unwrap_or_else(|| panic!("{name}: no {pointer}"));
        assert_eq!(*place, serde_json::from_str::<Value>(published).unwrap(), "{name}: {pointer}");
        *place = serde_json::from_str(recorded).unwrap();
    }
    shape
}

#[track_caller]
fn assert_fits(answer: &Value, shape: &Value) {
    let validator = jsonschema::options().should_validate_formats(true).build(shape).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(answer)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{answer:#}");
}

/// Every field that the OpenAPI names is there.
#[track_caller]
fn assert_names_all(object: &Value, shape: &Value) {
    for field in shape["properties"].as_object().unwrap().keys() {
        assert!(object.get(field).is_some(), "{field} is missing: {object:#}");
    }
}

#[tokio::test]
async fn employees_and_directory() {
    let caller = Caller::small().await;
    caller.sim.restrict_field("photoUrl");
    let fields = "workEmail,homeEmail,departmentName,divisionName,locationName,displayName";
    let path = format!("/api/v1/employees?page[limit]=10&fields={fields}");
    let page = caller.get(&path).await.json();
    let expected = shape("employees_200", &[]);
    assert_fits(&page, &expected);
    assert_names_all(&page["data"][0], &expected["properties"]["data"]["items"]);
    let cursor = page["meta"]["page"]["nextCursor"].as_str().unwrap();
    assert_fits(&caller.get(&format!("{path}&page[after]={cursor}")).await.json(), &expected);
    assert_fits(
        &caller.get("/api/v1/employees?page[after]=x").await.json(),
        &shape("employees_400", &[]),
    );
    assert_fits(
        &caller.get("/api/v1/employees/directory").await.json(),
        &shape("directory_200", &[]),
    );
}

#[tokio::test]
async fn types_and_calculator() {
    let caller = Caller::small().await;
    assert_fits(
        &caller.get("/api/v1/meta/time_off/types").await.json(),
        &shape("types_200", &[TYPES]),
    );
    let expected = shape("calculator_200", &[]);
    let entries = caller.get("/api/v1/employees/452/time_off/calculator").await.json();
    assert_fits(&entries, &expected);
    assert_names_all(&entries[0], &expected["items"]);
}

#[tokio::test]
async fn created_and_listed_requests() {
    let caller = Caller::small().await;
    let day = json!([{"ymd": "2026-12-01", "amount": 7.5}]);
    let bare = json!({"status": "requested", "start": "2026-12-01", "end": "2026-12-01", "timeOffTypeId": 83, "dates": day});
    let created = caller.create(452, &bare).await.json();
    assert_fits(&created, &shape("create_201", &[CREATE, CREATE_WITHOUT_NOTES]));
    let mut noted = bare.clone();
    noted["notes"] =
        json!([{"from": "employee", "note": "mine"}, {"from": "manager", "note": "theirs"}]);
    let created = caller.create(452, &noted).await.json();
    let expected = shape("create_201", &[CREATE]);
    assert_fits(&created, &expected);
    assert_names_all(&created, &expected);
    for status in [RequestStatus::Canceled, RequestStatus::Denied, RequestStatus::Superceded] {
        caller.sim.hr_creates_request(
            NewRequest::new(452, 85, date(2026, 12, 7), date(2026, 12, 8))
                .per_day(1)
                .status(status),
        );
    }
    let rows = caller.list(452).await;
    assert_eq!(rows.len(), 5);
    let expected = shape("list_200", &[LIST]);
    assert_fits(&Value::Array(rows.clone()), &expected);
    assert_names_all(&rows[0], &expected["items"]);
}
