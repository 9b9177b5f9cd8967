//! What reaches the service when a workflow runs.

use std::sync::Arc;

use genesys_bundle::architect::{AbsentLists, Ending, Interpreter};
use genesys_bundle::data_action::{ActionOutcome, UnsetInputs};
use serde_json::{Value, json};

use crate::bundle;
use crate::fake::{Fake, complete, insert_example, object};

async fn fake(operation: &str) -> Fake {
    Fake::answering(200, Value::Object(complete(operation)).to_string()).await
}

#[tokio::test]
async fn lists_travel_as_json_text_and_unset_inputs_not_at_all() {
    let fake = fake("HRIS-Insert-TimeOff").await;
    let bundle = bundle();
    let run = Interpreter::new(bundle, &fake.engine)
        .run("HRIS-Insert-TimeOff", &insert_example())
        .await
        .unwrap();
    assert_eq!(run.ending, Ending::EndWorkflow);
    let request = fake.the_request();
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("POST", "/v1/timeoff-requests")
    );
    assert_eq!(request.headers["x-api-key"], "local-dev-key");
    assert_eq!(request.headers["connection"], "close");
    assert_eq!(request.headers["content-type"], "application/json");
    assert_eq!(
        request.json(),
        json!({
            "agentId": "452",
            "dates": r#"["2026-12-07","2026-12-08","2026-12-09"]"#,
            "startDateTimes": "",
            "minDate": "2026-12-07",
            "maxDate": "2026-12-09",
            "timeOffStatus": "APPROVED",
            "timeOffTypeId": "83",
            "payableMinutes": r#"["480","480","480"]"#,
            "durationMinutes": "",
            "notes": "Testing timeoff",
        })
    );
}

#[tokio::test]
async fn what_genesys_leaves_open_makes_no_difference_but_null() {
    let bundle = bundle();
    let mut bodies = Vec::new();
    for absent_lists in [AbsentLists::Empty, AbsentLists::NotSet] {
        for unset_inputs in [UnsetInputs::Left, UnsetInputs::Null] {
            let mut fake = fake("HRIS-Insert-TimeOff").await;
            fake.engine = fake.engine.unset_inputs(unset_inputs);
            let interpreter = Interpreter::new(bundle, &fake.engine).absent_lists(absent_lists);
            interpreter.run("HRIS-Insert-TimeOff", &insert_example()).await.unwrap();
            let mut body = object(fake.the_request().json());
            body.retain(|_, value| !value.is_null());
            bodies.push(body);
        }
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
}

#[tokio::test]
async fn an_unset_secondary_id_is_an_empty_one() {
    let fake = fake("HRIS-Get-Balance").await;
    let bundle = bundle();
    let input = object(json!({
        "Flow.agentId": "452",
        "Flow.inputDates": ["2026-12-07"],
        "Flow.inputTimeOffTypeIds": ["83", "90"],
        "Flow.inputTimeOffTypeId2s": [null, "x"],
    }));
    Interpreter::new(bundle, &fake.engine).run("HRIS-Get-Balance", &input).await.unwrap();
    assert_eq!(fake.the_request().json()["inputTimeOffTypeId2s"], r#"["","x"]"#);
}

#[tokio::test]
async fn reading_sends_no_body() {
    for (workflow, target) in
        [("HRIS-Get-Agents", "/v1/agents"), ("HRIS-Get-Timeoff-Types", "/v1/timeoff-types")]
    {
        let fake = fake(workflow).await;
        let bundle = bundle();
        Interpreter::new(bundle, &fake.engine).run(workflow, &object(json!({}))).await.unwrap();
        let request = fake.the_request();
        assert_eq!(
            (request.method.as_str(), request.target.as_str(), request.body.len()),
            ("GET", target, 0)
        );
    }
}

#[tokio::test]
async fn look_ups_put_their_input_into_the_address() {
    let bundle = bundle();
    for (action, input, target) in [
        ("HRIS-Find-Agent-By-ExternalId", json!({"externalId": "452"}), "/v1/agents/452"),
        (
            "HRIS-Find-Agent-By-Email",
            json!({"email": "jo+x&y@example.com"}),
            "/v1/agents?email=jo%2Bx%26y%40example.com",
        ),
    ] {
        let fake = fake(action).await;
        let minute = std::time::Duration::from_secs(60);
        let outcome = fake
            .engine
            .execute(bundle.action(action).unwrap(), &object(input), minute)
            .await
            .unwrap();
        assert!(matches!(outcome, ActionOutcome::Success(_)), "{outcome:?}");
        assert_eq!(fake.the_request().target, target);
    }
}

#[tokio::test]
async fn a_year_of_days_fits_into_one_execution() {
    let fake = fake("HRIS-Insert-TimeOff").await;
    let bundle = bundle();
    let mut input = insert_example();
    for list in ["Flow.dates", "Flow.startDateTimes", "Flow.payableMinutes", "Flow.durationMinutes"]
    {
        input.insert(list.to_owned(), (0..366).map(|day| day.to_string()).collect());
    }
    let run =
        Interpreter::new(bundle, &fake.engine).run("HRIS-Insert-TimeOff", &input).await.unwrap();
    assert_eq!(run.ending, Ending::EndWorkflow);
    let sent = fake.the_request().json();
    let dates: Vec<String> = serde_json::from_str(sent["dates"].as_str().unwrap()).unwrap();
    assert_eq!((dates.len(), dates[365].as_str()), (366, "365"));
}

#[tokio::test]
async fn one_bundle_and_one_engine_serve_runs_that_are_spawned() {
    let fake = fake("HRIS-Insert-TimeOff").await;
    let engine = Arc::new(fake.engine);
    let runs: Vec<_> = (0..3)
        .map(|_| {
            let engine = Arc::clone(&engine);
            tokio::spawn(async move {
                let interpreter = Interpreter::new(bundle(), &engine);
                interpreter.run("HRIS-Insert-TimeOff", &insert_example()).await.unwrap()
            })
        })
        .collect();
    for run in runs {
        let run = run.await.unwrap();
        assert_eq!((run.status_code(), run.text("status")), (Some(200), Some("Complete")));
    }
}

#[tokio::test]
async fn a_credential_is_not_in_what_is_printed_of_it() {
    let fake = fake("HRIS-Get-Agents").await;
    let printed = format!("{:?}", fake.engine);
    assert!(printed.contains("apiKey") && !printed.contains("local-dev-key"), "{printed}");
}

#[tokio::test]
async fn a_list_that_was_cut_short_is_never_sent() {
    for workflow in ["HRIS-Insert-TimeOff", "HRIS-Update-TimeOff"] {
        let fake = fake(workflow).await;
        let bundle = bundle();
        let interpreter = Interpreter::new(bundle, &fake.engine).most_rounds(2);
        let run = interpreter.run(workflow, &insert_example()).await.unwrap();
        assert_eq!(fake.received().len(), 0);
        assert_eq!(
            (&run.outputs["Flow.statusCode"], &run.outputs["Flow.status"]),
            (&json!(500), &json!("Error"))
        );
        assert!(run.outputs["Flow.errorMsg"].as_str().unwrap().contains("LIST_INCOMPLETE"));
    }
}
