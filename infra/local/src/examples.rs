//! Ready-to-paste `curl` lines.

use genesys_simulator::{CLIENT_ID, CLIENT_SECRET};
use jiff::Span;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::{API_KEY, LocalStack, OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET};

/// One `curl` line for each operation of the stack, each after a comment that says what it does;
/// before them, where there are tokens, one that gets a token. The days lie four weeks after
/// `today`, so that BambooHR takes them.
pub fn curl_lines(stack: &LocalStack, today: Date) -> Vec<String> {
    let mut lines = Vec::new();
    let mut curl = format!("curl -s -H 'x-api-key: {API_KEY}'");
    if let Some(token_url) = stack.token_url() {
        lines.push("# a token, for a day".to_owned());
        lines.push(format!(
            "TOKEN=$(curl -s -u '{OAUTH_CLIENT_ID}:{OAUTH_CLIENT_SECRET}' -d \
             'grant_type=client_credentials' '{token_url}' | \
             sed 's/.*\"access_token\":\"\\([^\"]*\\).*/\\1/')"
        ));
        curl.push_str(" -H \"authorization: Bearer $TOKEN\"");
    }
    lines.extend(of_operations(&curl, stack.url(), today));
    lines
}

fn of_operations(curl: &str, url: &str, today: Date) -> Vec<String> {
    let get = |path: &str| format!("{curl} '{url}{path}'");
    let send = |method: &str, path: &str, body: &Value| {
        format!("{curl} -X {method} '{url}{path}' -d '{body}'")
    };
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
        get("/timeoff-types"),
        "# all agents; one by externalId; one by e-mail".to_owned(),
        get("/agents"),
        get("/agents/452"),
        get("/agents?email=agent452@example.com"),
        "# balances of one agent".to_owned(),
        send("POST", "/balances", &balances),
        "# insert a request; the answer's timeOffRequestId goes where ID stands below".to_owned(),
        send("POST", "/timeoff-requests", &insert),
        "# change it, then cancel it".to_owned(),
        send("PUT", "/timeoff-requests", &update),
        send("PUT", "/timeoff-requests", &cancel),
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    #[test]
    fn the_lines_can_be_pasted() {
        let curl = "curl -s -H 'x-api-key: local-dev-key'";
        let url = "http://127.0.0.1:9000/v1";
        let lines = super::of_operations(curl, url, date(2026, 11, 2));
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
