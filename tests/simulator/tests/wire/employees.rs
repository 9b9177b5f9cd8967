//! List Employees and the directory.

use std::collections::BTreeSet;

use bamboohr_simulator::{Action, Fault, Matcher, Operation, Seed};
use serde_json::{Value, json};

use crate::caller::Caller;

const ACTIVE: &str = "/api/v1/employees?fields=workEmail&filter%5Bstatus%5D=active";

/// Walks all pages by the links that the answers give; the ids in order.
async fn walk(caller: &Caller, path: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = path.to_owned();
    loop {
        let answer = caller.get(&next).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let page = answer.json();
        ids.extend(
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["employeeId"].as_str().unwrap().to_owned()),
        );
        match page["_links"]["next"]["href"].as_str() {
            Some(href) => next = href.strip_prefix(caller.sim.url()).unwrap().to_owned(),
            None => {
                assert_eq!(page["meta"]["page"]["nextCursor"], Value::Null);
                assert_eq!(page["meta"]["total"], ids.len());
                return ids;
            }
        }
    }
}

#[tokio::test]
async fn a_row_holds_the_default_fields_and_those_asked_for() {
    let caller = Caller::small().await;
    let page =
        caller.get("/api/v1/employees?fields=workEmail,nonsense&filter[ids]=452,460").await.json();
    assert_eq!(
        page["data"][0],
        json!({
            "employeeId": "452", "firstName": "Mona", "lastName": "Eder", "preferredName": null, "photoUrl": null,
            "jobTitleName": "Team Lead", "status": "Active", "workEmail": "agent452@example.com", "_restrictedFields": [],
        })
    );
    assert_eq!(page["data"][1]["workEmail"], Value::Null);
    assert_eq!(
        page["meta"],
        json!({"total": 2, "page": {"limit": 250, "nextCursor": null, "prevCursor": null}})
    );
    // Of plain repeated keys the last one wins, bracketed ones add up.
    let row = caller
        .get("/api/v1/employees?fields=workEmail&fields=homeEmail&filter[ids]=452")
        .await
        .json()["data"][0]
        .clone();
    assert_eq!((row.get("workEmail"), row.get("homeEmail")), (None, Some(&Value::Null)));
    let row = caller
        .get("/api/v1/employees?fields[]=workEmail&fields[]=homeEmail&filter[ids][]=452")
        .await
        .json()["data"][0]
        .clone();
    assert!(row.get("workEmail").is_some() && row.get("homeEmail").is_some());
}

#[tokio::test]
async fn filters_match_as_documented() {
    let caller = Caller::small().await;
    let ids = async |query: &str| walk(&caller, &format!("/api/v1/employees?{query}")).await;
    assert_eq!(ids("filter[status]=inactive").await, ["463", "464", "465"]);
    assert_eq!(ids("filter[status]=active").await.len(), 37);
    assert_eq!(
        ids("filter[workEmail]=AGENT45").await,
        (450..460).map(|id| id.to_string()).collect::<Vec<_>>()
    );
    assert_eq!(ids("filter[workEmail]=same.address").await, ["461", "462"]);
    assert_eq!(
        ids("filter[departmentName]=support&filter[divisionName]=europe").await,
        ["440", "455", "470"]
    );
    assert_eq!(ids("filter[ids]=441,9999&sort=-employeeId").await, ["441"]);
    assert_eq!(ids("sort=-employeeId").await[0], "479");
    for (query, status, code) in [
        ("filter[bestEmail]=a", 422, "UnprocessableEntity"),
        ("filter[shoeSize]=44", 422, "UnprocessableEntity"),
        ("filter[status]=gone", 400, "BadRequest"),
        ("sort=workEmail", 400, "BadRequest"),
        ("page[limit]=2501", 400, "BadRequest"),
        ("page[limit]=0", 400, "BadRequest"),
        ("page[after]=nonsense", 400, "BadPage"),
    ] {
        let answer = caller.get(&format!("/api/v1/employees?{query}")).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]["code"]),
            (status, &json!(code)),
            "{query}"
        );
    }
}

#[tokio::test]
async fn pages_lead_on_and_back() {
    let caller = Caller::small().await;
    let path = format!("{ACTIVE}&page%5Blimit%5D=10");
    let ids = walk(&caller, &path).await;
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 37);
    let first = caller.get(&path).await.json();
    let link = |page: &Value, rel: &str| {
        page["_links"][rel]["href"]
            .as_str()
            .unwrap()
            .strip_prefix(caller.sim.url())
            .unwrap()
            .to_owned()
    };
    let second = caller.get(&link(&first, "next")).await.json();
    let back = caller.get(&link(&second, "prev")).await.json();
    assert_eq!(back["data"], first["data"]);
    assert_eq!(first["_links"].get("prev"), None);
    // A cursor that leads forward is of no use backward.
    let cursor = first["meta"]["page"]["nextCursor"].as_str().unwrap();
    let wrong = caller.get(&format!("{path}&page%5Bbefore%5D={cursor}")).await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test]
async fn the_boundary_employee_who_leaves_makes_a_bad_page() {
    let caller = Caller::small().await;
    let first = caller.get(&format!("{ACTIVE}&page%5Blimit%5D=10")).await.json();
    let next =
        first["_links"]["next"]["href"].as_str().unwrap().strip_prefix(caller.sim.url()).unwrap();
    assert!(caller.sim.deactivate_employee(450));
    let answer = caller.get(next).await;
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (400, &json!("BadPage")));
    assert!(caller.sim.set_active(450, true));
    assert_eq!(caller.get(next).await.status, 200);
    assert!(caller.sim.remove_employee(450));
    assert_eq!(caller.get(next).await.status, 400);
}

#[tokio::test]
async fn a_restricted_field_is_null_and_named_and_hides_whoever_filters_by_it() {
    let caller = Caller::small().await;
    caller.sim.restrict_field("workEmail");
    let row = caller.get(ACTIVE).await.json()["data"][0].clone();
    assert_eq!(
        (&row["workEmail"], &row["_restrictedFields"]),
        (&Value::Null, &json!(["workEmail"]))
    );
    let filtered = caller.get("/api/v1/employees?filter[workEmail]=agent").await.json();
    assert_eq!((&filtered["data"], &filtered["meta"]["total"]), (&json!([]), &json!(0)));
    caller.sim.unrestrict_field("workEmail");
    assert_eq!(caller.get(ACTIVE).await.json()["data"][0]["_restrictedFields"], json!([]));
}

#[tokio::test]
async fn a_company_of_fifty_thousand_is_twenty_pages() {
    let caller = Caller::of(Seed::company(50_000)).await;
    let ids = walk(&caller, &format!("{ACTIVE}&page%5Blimit%5D=2500")).await;
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 50_000);
    assert_eq!(caller.sim.calls().employees, 20);
}

#[tokio::test]
async fn a_small_company_can_grow() {
    let caller = Caller::of(Seed::small().grown_to(100)).await;
    assert_eq!(walk(&caller, "/api/v1/employees").await.len(), 100);
    assert_eq!(caller.balance(480, 83, "2026-11-02").await.as_deref(), Some("80.0000"));
}

#[tokio::test]
async fn faults_bend_single_pages() {
    let caller = Caller::small().await;
    let path = format!("{ACTIVE}&page%5Blimit%5D=10");
    let first = caller.get(&path).await.json();
    let second =
        first["_links"]["next"]["href"].as_str().unwrap().strip_prefix(caller.sim.url()).unwrap();
    caller.sim.fail_page(2);
    assert_eq!(caller.get(&path).await.status, 200);
    assert_eq!(caller.get(second).await.status, 500);
    assert_eq!(caller.get(second).await.status, 500);
    caller.sim.clear_faults();
    let once = |action| Fault::new(Matcher::on(Operation::Employees).page(2).times(1), action);
    caller.sim.fault(once(Action::BadPage));
    assert_eq!(caller.get(second).await.json()["error"]["code"], "BadPage");
    let whole = caller.get(second).await.json();
    caller.sim.fault(once(Action::TruncatedPage));
    let short = caller.get(second).await.json();
    assert_eq!(short["data"].as_array().unwrap().len(), 5);
    assert_eq!((&short["meta"], &short["_links"]), (&whole["meta"], &whole["_links"]));
    caller.sim.fault(once(Action::WrongTotal));
    assert_eq!(caller.get(second).await.json()["meta"]["total"], 38);
}

#[tokio::test]
async fn the_directory_is_incomplete_by_design() {
    let caller = Caller::small().await;
    let path = "/api/v1/employees/directory";
    let body = caller.get(path).await.json();
    let people = body["employees"].as_array().unwrap();
    assert_eq!(people.len(), 36);
    assert!(people.iter().all(|person| person["id"] != "466" && person["id"] != "463"));
    let person = people.iter().find(|person| person["id"] == "460").unwrap();
    assert_eq!(
        (&person["workEmail"], &person["canUploadPhoto"], &person["photoUploaded"]),
        (&Value::Null, &json!(1), &json!(false))
    );
    assert_eq!(
        body["fields"][5],
        json!({"id": "workEmail", "type": "email", "name": "Work Email"})
    );
    caller.sim.share_directory(false);
    assert_eq!(caller.get(path).await.status, 403);
    let nobody = Caller::of(Seed::small().no_employees()).await;
    assert_eq!(nobody.get(path).await.status, 404);
}
