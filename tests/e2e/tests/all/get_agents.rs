//! `GET /agents`

use bamboohr_simulator::{Employee, Seed};
use e2e::Stack;
use serde_json::json;

#[tokio::test]
async fn active_employees_with_an_address_are_agents() {
    let mut left = Employee::new(14, "Eva", "Brandt", "eva@example.com");
    left.active = false;
    let mut without = Employee::new(11, "Deniz", "Abel", "");
    without.work_email = None;
    let company = Seed::small()
        .no_employees()
        .employee(Employee::new(10, "Ben", "Abel", "Ben@example.com"))
        .employee(Employee::new(9, "Ada", "Abel", " ada@example.com "))
        .employee(without)
        .employee(Employee::new(12, "Sam", "Fuchs", "same.address@example.com"))
        .employee(Employee::new(13, "Sam", "Fuchs", "Same.Address@example.com"))
        .employee(left);
    let stack = Stack::with(company, &[]).await;
    insta::assert_snapshot!(stack.get("/agents").await, @r#"
    HTTP 200
    statusCode: 200
    status: "Complete"
    errorMsg: ""
    errorCode: ""
    agentCount: 3
    emails: ["ada@example.com","Ben@example.com","Same.Address@example.com"]
    externalIds: ["9","10","13"]
    listAgeMinutes: 0
    skippedCount: 1
    "#);
}

#[tokio::test]
async fn an_unchanged_company_gives_the_same_lists() {
    let stack = Stack::start().await;
    let lists = async || {
        let mut answer = stack.get("/agents").await;
        answer.body["correlationId"].take();
        answer
    };
    assert_eq!(lists().await, lists().await);
}

#[tokio::test]
async fn the_second_thousand_pairs_fill_the_next_bucket() {
    let stack = Stack::with(Seed::company(2_500), &[]).await;
    let answer = stack.get("/agents").await;
    let length = |name: &str| answer.body[name].as_array().unwrap().len();
    assert_eq!(
        [
            length("emails"),
            length("externalIds"),
            length("emails1"),
            length("externalIds1"),
            length("emails2")
        ],
        [2000, 2000, 500, 500, 0]
    );
    assert_eq!(answer.body["externalIds1"][0], "2001");
    assert_eq!(answer.body["agentCount"], 2500);
}

#[tokio::test]
async fn more_agents_than_genesys_takes_are_an_error() {
    let stack = Stack::with(Seed::company(50_001), &[]).await;
    insta::assert_snapshot!(stack.get("/agents").await, @r#"
    HTTP 200
    statusCode: 500
    status: "Error"
    errorMsg: "The company has more than the 50,000 agents that Genesys takes. Set AGENT_FILTER to the departments, divisions or locations that matter."
    errorCode: "TOO_MANY_AGENTS"
    agentCount: 0
    listAgeMinutes: 0
    skippedCount: 0
    "#);
}

#[tokio::test]
async fn a_list_that_shrinks_is_held_back() {
    let stack = Stack::start().await;
    assert_eq!(stack.get("/agents").await.text("status"), "Complete");
    for id in 440..=452 {
        stack.simulator().deactivate_employee(id);
    }
    let answer = stack.get("/agents").await;
    insta::assert_snapshot!(answer, @r#"
    HTTP 200
    statusCode: 500
    status: "Error"
    errorMsg: "13 of the 35 agents last answered are missing from BambooHR's list, more than 20 %. Nothing was changed. Check the access of the API key's owner and AGENT_FILTER; if the company did shrink, accept it once with `timeoff-admin accept-shrink`."
    errorCode: "SHRINK_GUARD"
    agentCount: 0
    listAgeMinutes: 0
    skippedCount: 0
    "#);
}

#[tokio::test]
async fn an_address_that_the_key_may_not_read_is_an_error() {
    let stack = Stack::start().await;
    stack.simulator().restrict_field("workEmail");
    insta::assert_snapshot!(stack.get("/agents").await, @r#"
    HTTP 200
    statusCode: 500
    status: "Error"
    errorMsg: "The owner of the API key may not read the field workEmail of every employee. Allow it in BambooHR's access levels, or change EMAIL_FIELD or AGENT_FILTER."
    errorCode: "CONFIGURATION"
    agentCount: 0
    listAgeMinutes: 0
    skippedCount: 0
    "#);
}

#[tokio::test]
async fn nobody_at_all_is_an_error() {
    let stack = Stack::with(Seed::small().no_employees(), &[]).await;
    insta::assert_snapshot!(stack.get("/agents").await, @r#"
    HTTP 200
    statusCode: 500
    status: "Error"
    errorMsg: "BambooHR lists no active employee with an e-mail address. An empty list would un-associate every agent, so it is never answered. Check the access of the API key's owner, EMAIL_FIELD and AGENT_FILTER."
    errorCode: "SHRINK_GUARD"
    agentCount: 0
    listAgeMinutes: 0
    skippedCount: 0
    "#);
}

#[tokio::test]
async fn an_incomplete_page_is_an_error_never_a_shorter_list() {
    use bamboohr_simulator::{Action, Fault, Operation};
    for action in [Action::TruncatedPage, Action::WrongTotal] {
        let stack = Stack::set(&[("API_BUDGET_MS", "3000")]).await;
        stack.simulator().fault(Fault::always(Operation::Employees, action.clone()));
        let answer = stack.get("/agents").await;
        assert_eq!(answer.text("errorCode"), "HRIS_BAD_RESPONSE", "{action:?}\n{answer}");
        assert_eq!(answer.body["emails"], json!([]));
    }
}

#[tokio::test]
async fn the_schedule_refreshes_and_answers_the_bare_envelope() {
    let stack = Stack::start().await;
    let answer: serde_json::Value =
        serde_json::from_str(&stack.local().refresh_agents().await.unwrap()).unwrap();
    assert_eq!((&answer["status"], &answer["statusCode"]), (&json!("Complete"), &json!(200)));
    let calls = stack.simulator().calls().total();
    assert_eq!(stack.get("/agents/452").await.body["email"], "agent452@example.com");
    assert_eq!(stack.simulator().calls().total(), calls, "the look-up is answered from the index");
}
