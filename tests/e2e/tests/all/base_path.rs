//! Behind a custom domain with a base path, on the binaries: the caller's path is not the API's.

use e2e::{Answer, Functions, Operation, Process, Stack, event};
use serde_json::Value;

async fn every_route_of_get_agents_is_found_behind(base: &str) {
    let stack = Stack::start().await;
    let process = Process::start("get-agents", &stack).await;
    let call = async |path: &str| -> Answer {
        Answer::of_proxy(&process.invoke(&event::behind(base, "GET", path, None)).await)
    };
    let list = call("/agents").await;
    Operation::ListAgents.check(&list.body).unwrap();
    assert!(list.body["agentCount"].as_u64() > Some(0), "{base}\n{list}");
    for path in ["/agents/452", "/agents?email=agent452@example.com"] {
        let one = call(path).await;
        Operation::FindAgent.check(&one.body).unwrap();
        assert_eq!(one.body["found"], true, "{base}{path}\n{one}");
    }
    let wrong = call("/agents/ada").await;
    assert_eq!(wrong.text("errorCode"), "INVALID_INPUT", "{base}\n{wrong}");
    Operation::FindAgent.check(&wrong.body).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn base_path_timeoff() {
    every_route_of_get_agents_is_found_behind("/timeoff").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn base_path_hr_timeoff() {
    every_route_of_get_agents_is_found_behind("/hr/timeoff").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn base_path_agents() {
    every_route_of_get_agents_is_found_behind("/agents").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn base_path_v1() {
    every_route_of_get_agents_is_found_behind("/v1").await;
}

/// Without a resource the base path cannot be told from the route; the answer is a list's all the
/// same.
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_list_has_its_fifty_outputs_whatever_the_path_was() {
    let stack = Stack::start().await;
    let functions = Functions::of(stack.local().environment());
    for base in ["/timeoff", "/hr/timeoff", "/agents"] {
        let mut event = event::behind(base, "GET", "/agents", None);
        event["resource"] = Value::Null;
        let answer = functions.call("get-agents", &event.to_string()).await;
        assert_eq!(answer.text("errorCode"), "INVALID_INPUT", "{base}\n{answer}");
        Operation::ListAgents.check(&answer.body).unwrap();
    }
}
