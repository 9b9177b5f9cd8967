//! Employees: complete lists or errors.

use bamboohr::{EmailField, Employee, EmployeeField, EmployeeQuery, ErrorKind};
use serde_json::{Value, json};

use crate::script::{Reply, Server, employee_id};

fn row(id: u64) -> Value {
    json!({ "employeeId": id.to_string(), "firstName": "Ann", "status": "Active", "workEmail": format!("agent{id}@example.com"), "_restrictedFields": [] })
}

fn rows(ids: impl IntoIterator<Item = u64>) -> Value {
    ids.into_iter().map(row).collect()
}

fn page(data: Value, total: usize, next: Option<&str>) -> Reply {
    let meta = json!({ "total": total, "page": { "limit": 2500, "nextCursor": next, "prevCursor": null } });
    Reply::json(200, &json!({ "data": data, "meta": meta, "_links": {} }))
}

fn bad_page() -> Reply {
    Reply::json(400, &json!({ "error": { "code": "BadPage", "message": "The page is gone." } }))
}

fn ids(employees: &[Employee]) -> Vec<u64> {
    employees.iter().map(|employee| employee.id.get()).collect()
}

async fn list(replies: impl IntoIterator<Item = Reply>) -> Result<Vec<Employee>, bamboohr::Error> {
    Server::playing(replies).await.api().employees(&EmployeeQuery::default()).await
}

#[tokio::test]
async fn all_pages_are_walked_and_ordered_by_id() {
    let server =
        Server::playing([page(rows([30, 4]), 3, Some("b/+=")), page(rows([7]), 3, None)]).await;
    let query = EmployeeQuery {
        email_field: EmailField::WorkEmail,
        fields: vec![EmployeeField::DepartmentName, EmployeeField::LocationId],
    };
    let employees = server.api().employees(&query).await.unwrap();
    assert_eq!(ids(&employees), [4, 7, 30]);
    assert_eq!(employees[0].email.as_deref(), Some("agent4@example.com"));
    let [first, second] = server.seen().try_into().unwrap();
    assert_eq!(first.path, "/api/v1/employees");
    assert_eq!(
        first.query,
        [
            ("filter[status]".into(), "active".into()),
            ("fields".into(), "workEmail,departmentName,locationId".into()),
            ("page[limit]".into(), "2500".into()),
        ]
    );
    assert_eq!(second.param("page[after]"), Some("b/+="));
    assert_eq!(second.param("filter[status]"), Some("active"));
}

#[tokio::test]
async fn what_was_asked_for_is_read_and_nothing_else() {
    let data = json!([
        { "employeeId": "1", "status": "Active", "homeEmail": " Ann@example.com ", "workEmail": "other@example.com", "departmentName": " Support ", "divisionName": "no" },
        { "employeeId": 2, "status": "Active", "homeEmail": null, "departmentName": null, "_restrictedFields": null },
        { "employeeId": "3", "status": "Inactive", "homeEmail": "  ", "departmentName": 12, "_restrictedFields": ["photoUrl"] },
    ]);
    let server = Server::playing([page(data, 3, None)]).await;
    let query = EmployeeQuery {
        email_field: EmailField::HomeEmail,
        fields: vec![EmployeeField::DepartmentName],
    };
    let employees = server.api().employees(&query).await.unwrap();
    let read: Vec<_> = employees
        .iter()
        .map(|one| {
            (
                one.id.get(),
                one.active,
                one.email.as_deref(),
                one.field(EmployeeField::DepartmentName),
            )
        })
        .collect();
    assert_eq!(
        read,
        [
            (1, true, Some("Ann@example.com"), Some("Support")),
            (2, true, None, None),
            (3, false, None, Some("12"))
        ]
    );
    assert_eq!(employees[0].field(EmployeeField::DivisionName), None);
}

#[tokio::test]
async fn a_page_that_is_gone_restarts_the_walk() {
    let employees = list([
        page(rows([1]), 2, Some("a")),
        bad_page(),
        page(rows([1]), 2, Some("b")),
        page(rows([2]), 2, None),
    ])
    .await
    .unwrap();
    assert_eq!(ids(&employees), [1, 2]);
}

#[tokio::test]
async fn a_list_that_changed_meanwhile_is_read_again() {
    let employees = list([page(rows([1]), 3, None), page(rows([1, 2]), 2, None)]).await.unwrap();
    assert_eq!(ids(&employees), [1, 2]);
}

#[tokio::test]
async fn a_list_that_never_adds_up_is_an_error_after_three_walks() {
    let gone = [page(rows([1]), 2, Some("a")), bad_page()];
    for (script, pages) in [
        (gone.to_vec(), 6),
        (vec![page(rows([1, 2]), 3, None)], 3),
        (vec![page(rows([1, 2]), 1, None)], 3),
        (vec![page(rows([1, 1]), 2, None)], 3),
        (vec![page(rows([1]), 3, Some("a")), page(rows([]), 3, Some("a"))], 6),
        (vec![page(rows([1]), 2, Some("a")), page(rows([1]), 2, Some("a"))], 6),
        (vec![page(rows([1]), 2, Some("a")), page(rows([1]), 2, None)], 6),
    ] {
        let server = Server::playing(script.iter().cycle().take(60).cloned()).await;
        let error = server.api().employees(&EmployeeQuery::default()).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Incomplete, "{error}");
        assert_eq!(server.seen().len(), pages, "{error}");
    }
}

#[tokio::test]
async fn another_bad_request_does_not_restart_the_walk() {
    let server = Server::playing([Reply::json(
        400,
        &json!({ "error": { "code": "BadRequest", "message": "No such filter." } }),
    )])
    .await;
    let error = server.api().employees(&EmployeeQuery::default()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code(), error.message()),
        (&ErrorKind::Rejected, Some("BadRequest"), Some("No such filter."))
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_field_that_may_not_be_read_of_anyone_is_an_error() {
    let query = EmployeeQuery {
        email_field: EmailField::WorkEmail,
        fields: vec![EmployeeField::DepartmentName],
    };
    for field in ["workEmail", "departmentName", "status"] {
        let mut hidden = row(2);
        hidden["_restrictedFields"] = json!(["photoUrl", field]);
        hidden[field] = json!(null);
        let server = Server::playing([page(json!([row(1), hidden]), 2, None)]).await;
        let error = server.api().employees(&query).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::RestrictedField { field }, "{error}");
    }
}

#[tokio::test]
async fn a_page_without_its_total_cannot_be_trusted() {
    for body in [
        json!({ "data": [], "meta": { "page": { "nextCursor": null } } }),
        json!({ "data": [{ "status": "Active" }], "meta": { "total": 1, "page": {} } }),
        json!({ "employees": [] }),
        json!([]),
    ] {
        assert_eq!(
            list([Reply::json(200, &body)]).await.unwrap_err().kind(),
            &ErrorKind::BadResponse,
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_company_without_employees_has_an_empty_list() {
    assert_eq!(list([page(json!([]), 0, None)]).await.unwrap(), []);
}

#[tokio::test]
async fn one_employee_is_found_by_id_active_or_not() {
    let mut left = row(452);
    left["status"] = json!("Inactive");
    let server = Server::playing([
        page(json!([left]), 1, None),
        page(json!([]), 0, None),
        page(rows([7]), 1, None),
    ])
    .await;
    let (api, query) = (server.api(), EmployeeQuery::default());
    let employee = api.employee(employee_id(452), &query).await.unwrap().unwrap();
    assert_eq!((employee.id, employee.active), (employee_id(452), false));
    assert_eq!(api.employee(employee_id(452), &query).await.unwrap(), None);
    assert_eq!(
        api.employee(employee_id(452), &query).await.unwrap(),
        None,
        "an answer about someone else is no answer"
    );
    assert_eq!(server.seen()[0].param("filter[ids]"), Some("452"));
    assert_eq!(server.seen()[0].param("filter[status]"), None);
}

#[tokio::test]
async fn addresses_are_compared_whole_and_without_case() {
    let data = json!([
        { "employeeId": "1", "status": "Active", "workEmail": "mary.ann+x@example.com" },
        { "employeeId": "2", "status": "Inactive", "workEmail": "Ann+X@Example.com" },
        { "employeeId": "3", "status": "Active", "workEmail": null },
    ]);
    let server = Server::playing([page(data, 3, None)]).await;
    let api = server.api();
    let found =
        api.employees_by_email(" ann+x@example.com ", &EmployeeQuery::default()).await.unwrap();
    assert_eq!(ids(&found), [2]);
    assert_eq!(api.employees_by_email(" ", &EmployeeQuery::default()).await.unwrap(), []);
    assert_eq!(server.only().param("filter[workEmail]"), Some("ann+x@example.com"));
    assert_eq!(server.only().param("filter[status]"), None);
}

#[tokio::test]
async fn matches_of_an_address_on_later_pages_count_too() {
    let server = Server::playing([page(rows([11]), 2, Some("a")), page(rows([1]), 2, None)]).await;
    let found = server
        .api()
        .employees_by_email("agent1@example.com", &EmployeeQuery::default())
        .await
        .unwrap();
    assert_eq!(ids(&found), [1]);
}

fn directory(columns: &[&str], employees: Value) -> Reply {
    let fields: Value =
        columns.iter().map(|id| json!({ "id": id, "type": "text", "name": id })).collect();
    Reply::json(200, &json!({ "fields": fields, "employees": employees }))
}

#[tokio::test]
async fn the_directory_lists_work_addresses() {
    let employees = json!([
        { "id": "9", "displayName": "Ann", "workEmail": "ann@example.com", "department": "Support", "canUploadPhoto": 1 },
        { "id": "4", "displayName": "Bob", "workEmail": null, "department": null, "photoUploaded": false },
    ]);
    let server =
        Server::playing([directory(&["displayName", "workEmail", "department"], employees)]).await;
    let found = server.api().directory(&[EmployeeField::DepartmentName]).await.unwrap();
    let read: Vec<_> = found
        .iter()
        .map(|one| {
            (
                one.id.get(),
                one.active,
                one.email.as_deref(),
                one.field(EmployeeField::DepartmentName),
            )
        })
        .collect();
    assert_eq!(read, [(4, true, None, None), (9, true, Some("ann@example.com"), Some("Support"))]);
    assert_eq!(server.only().path, "/api/v1/employees/directory");
}

#[tokio::test]
async fn a_directory_without_the_column_is_an_error() {
    let script = || [directory(&["displayName"], json!([{ "id": "9", "displayName": "Ann" }]))];
    let error = Server::playing(script()).await.api().directory(&[]).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::RestrictedField { field: "workEmail" });

    let server = Server::playing([]).await;
    let error = server.api().directory(&[EmployeeField::LocationId]).await.unwrap_err();
    assert_eq!(
        error.kind(),
        &ErrorKind::RestrictedField { field: "locationId" },
        "no directory has ids"
    );
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn an_empty_directory_and_one_with_repeats_are_errors() {
    let error =
        Server::playing([Reply::empty_html(404)]).await.api().directory(&[]).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotFound);
    let twice = directory(&["workEmail"], json!([{ "id": "9" }, { "id": 9 }]));
    let error = Server::playing([twice]).await.api().directory(&[]).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Incomplete);
}

#[test]
fn only_fields_that_bamboohr_knows_have_names() {
    for field in EmployeeField::ALL {
        assert_eq!(field.as_str().parse(), Ok(*field));
    }
    assert!("departmentname".parse::<EmployeeField>().is_err());
}
