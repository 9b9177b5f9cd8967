//! Ready-to-paste `curl` lines.

use genesys_simulator::{CLIENT_ID, CLIENT_SECRET};
use jiff::Span;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::{API_KEY, LocalStack};

/// One `curl` line for each operation against the gateway at `url` (with its stage), each after a
/// comment that says what it does. The days lie four weeks after `today`, so that BambooHR takes
/// them.
pub fn curl_lines(url: &str, today: Date) -> Vec<String> {
    let day = |after: i32| today.saturating_add(Span::new().days(29 + after)).to_string();
    let days = [day(0), day(1), day(2)];
    let longer = [day(0), day(1), day(2), day(3)];
    let insert = json!({
        "agentId": "452",
        "timeOffTypeId": "83",
        "timeOffStatus": "APPROVED",
        "dates": days,
        "payableMinutes": ["480", "480", "480"],
        "notes": "Family visit",
    });
    let mut update = insert.clone();
    update["dates"] = json!(longer);
    update["payableMinutes"] = json!(["480", "480", "480", "480"]);
    update["inputTimeOffRequestId"] = "ID".into();
    let cancel =
        json!({ "agentId": "452", "timeOffStatus": "CANCELED", "inputTimeOffRequestId": "ID" });
    let balances = json!({ "agentId": "452", "inputDates": [day(0)], "inputTimeOffTypeIds": ["83", "90", "85"] });
    vec![
        "# the time-off types".to_owned(),
        get(url, "/timeoff-types"),
        "# all agents; one by externalId; one by e-mail".to_owned(),
        get(url, "/agents"),
        get(url, "/agents/452"),
        get(url, "/agents?email=agent452@example.com"),
        "# balances of one agent".to_owned(),
        send("POST", url, "/balances", &balances),
        "# insert a request; the answer's timeOffRequestId goes where ID stands below".to_owned(),
        send("POST", url, "/timeoff-requests", &insert),
        "# change it, then cancel it".to_owned(),
        send("PUT", url, "/timeoff-requests", &update),
        send("PUT", url, "/timeoff-requests", &cancel),
    ]
}

/// The variables that `timeoff-admin` needs for this stack, as shell lines; none without a
/// simulated Genesys Cloud.
pub fn exports(stack: &LocalStack) -> Vec<String> {
    let Some(genesys) = stack.genesys() else { return Vec::new() };
    let of_functions = FOR_ADMINISTRATORS
        .iter()
        .filter_map(|name| Some((*name, stack.variables().get(*name)?.as_str())));
    [
        ("GENESYSCLOUD_BASE_URL", genesys.url()),
        ("GENESYSCLOUD_LOGIN_URL", genesys.url()),
        ("GENESYSCLOUD_OAUTHCLIENT_ID", CLIENT_ID),
        ("GENESYSCLOUD_OAUTHCLIENT_SECRET", CLIENT_SECRET),
        ("BRIDGE_URL", stack.url()),
        ("BRIDGE_API_KEY", API_KEY),
    ]
    .into_iter()
    .chain(of_functions)
    .map(|(name, value)| format!("export {name}='{value}'"))
    .collect()
}

/// Variables of a function that `timeoff-admin` takes as well.
const FOR_ADMINISTRATORS: [&str; 12] = [
    "TABLE_NAME",
    "AWS_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER",
    "BAMBOOHR_SECRET_ID",
    "BAMBOOHR_BASE_URL",
    "EMAIL_FIELD",
    "EMPLOYEE_SOURCE",
    "MINUTES_PER_DAY",
    "ZERO_PAYABLE",
];

fn get(url: &str, path: &str) -> String {
    format!("curl -s -H 'x-api-key: {API_KEY}' '{url}{path}'")
}

fn send(method: &str, url: &str, path: &str, body: &Value) -> String {
    format!("curl -s -H 'x-api-key: {API_KEY}' -X {method} '{url}{path}' -d '{body}'")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    #[test]
    fn the_lines_can_be_pasted() {
        let lines = super::curl_lines("http://127.0.0.1:9000/v1", date(2026, 11, 2));
        let balances = lines.iter().find(|line| line.contains("/balances")).unwrap();
        assert_eq!(
            balances,
            "curl -s -H 'x-api-key: local-dev-key' -X POST 'http://127.0.0.1:9000/v1/balances' -d \
             '{\"agentId\":\"452\",\"inputDates\":[\"2026-12-01\"],\"inputTimeOffTypeIds\":[\"83\",\"90\",\"85\"]}'"
        );
        assert!(
            lines.iter().all(|line| line.starts_with("# ") || line.matches('\'').count() % 2 == 0)
        );
    }
}
