//! The interpreter refuses what it does not know, and stops where Genesys would.

use genesys_bundle::architect::{Ending, Interpreter};
use genesys_bundle::{Bundle, Error};
use serde_json::{Map, Value, json};

use crate::fake::{Fake, complete, engine, object};

/// The smallest workflow, with these actions.
fn workflow(actions: &str) -> String {
    let actions: String = actions.lines().map(|line| format!("          {line}\n")).collect();
    format!(
        r#"
workflow:
  name: Test
  division: "{{{{division}}}}"
  startUpRef: "/workflow/states/state[Initial State_10]"
  defaultLanguage: en-us
  supportedLanguages:
    en-us:
      none: true
  variables:
    - stringVariable:
        name: Flow.text
        initialValue:
          noValue: true
        isInput: true
        isOutput: true
    - integerVariable:
        name: Flow.number
        initialValue:
          lit: 0
        isInput: false
        isOutput: true
  settingsErrorHandling:
    errorHandling:
      endWorkflow:
        none: true
  states:
    - state:
        name: Initial State
        refId: Initial State_10
        actions:
{actions}"#
    )
}

fn assign(kind: &str, variable: &str, value: &str) -> String {
    format!(
        "- updateData:\n\
         \x20   name: Assign\n\
         \x20   statements:\n\
         \x20     - {kind}:\n\
         \x20         variable: {variable}\n\
         \x20         value:\n\
         \x20           {value}\n"
    )
}

const END: &str = "- endWorkflow:\n    name: End\n    exitReason:\n      noValue: true\n";

fn read(actions: &str) -> Result<Bundle, Error> {
    Bundle::load().unwrap().with_workflow(&workflow(actions))
}

async fn run(actions: &str, input: Value) -> Result<genesys_bundle::architect::Run, Error> {
    let bundle = read(actions)?;
    let engine = engine("http://127.0.0.1:9/v1");
    Interpreter::new(&bundle, &engine).run("Test", &object(input)).await
}

#[test]
fn constructs_that_are_not_known_are_named() {
    for (actions, named) in [
        ("- switch:\n    name: Switch\n", "switch"),
        ("- wait:\n    name: Wait\n", "wait"),
        ("- loopExit:\n    name: Out\n", "loopExit"),
        (&assign("stringCollection", "Flow.text", "noValue: true"), "stringCollection"),
        (&assign("string", "Flow.text", "ref: Flow.number"), "ref"),
        (&assign("string", "Flow.text", "exp: Lower(Flow.text)"), "Lower"),
        ("- endWorkflow:\n    name: End\n    reason: none\n", "reason"),
        ("- endWorkflow:\n    name: End\n    name: End\n", "duplicated key"),
    ] {
        let error = read(actions).unwrap_err().to_string();
        assert!(error.contains(named), "{actions}: {error}");
    }
}

#[test]
fn a_substitution_that_nothing_fills_is_named() {
    let error = Bundle::load()
        .unwrap()
        .with_workflow("workflow:\n  name: \"{{flow_name}}\"\n")
        .unwrap_err()
        .to_string();
    assert!(error.contains("flow_name"), "{error}");
}

#[tokio::test]
async fn what_architect_would_not_publish_is_refused() {
    for (actions, named) in [
        (assign("string", "Flow.missing", "lit: x"), "Flow.missing"),
        (assign("string", "Flow.text", "exp: Flow.missing"), "Flow.missing"),
        (assign("integer", "Flow.text", "lit: 1"), "Flow.text"),
        (assign("integer", "Flow.number", "lit: one"), "one"),
        (assign("integer", "Flow.number", "exp: ToString(1)"), "Integer"),
    ] {
        let error = run(&(actions + END), json!({})).await.unwrap_err();
        assert!(
            matches!(error, Error::Unpublishable { .. }) && error.to_string().contains(named),
            "{error}"
        );
    }
    let error = run(END, json!({"Flow.number": 1})).await.unwrap_err();
    assert!(error.to_string().contains("Flow.number is not an input"), "{error}");
    let error = run(END, json!({"Flow.text": ["x"]})).await.unwrap_err();
    assert!(error.to_string().contains("Flow.text"), "{error}");
}

#[tokio::test]
async fn a_run_time_error_ends_the_workflow_with_its_variables_as_they_are() {
    let actions = assign("integer", "Flow.number", "lit: 7")
        + &assign("string", "Flow.text", "exp: Flow.text + Flow.text");
    let run = run(&(actions + END), json!({})).await.unwrap();
    assert_eq!(run.ending, Ending::Stopped("+ was given NOT_SET".to_owned()));
    assert_eq!((&run.outputs["Flow.number"], &run.outputs["Flow.text"]), (&json!(7), &Value::Null));
}

#[tokio::test]
async fn a_loop_counts_from_nought_and_ten_thousand_actions_are_too_many() {
    let looped = |count: &str| {
        let body = assign("string", "Flow.text", "exp: Flow.text + ToString(Flow.number)");
        let body: String = body.lines().map(|line| format!("          {line}\n")).collect();
        format!(
            "- loop:\n\
             \x20   name: Loop\n\
             \x20   currentIndex:\n\
             \x20     var: Flow.number\n\
             \x20   loopCount:\n\
             \x20     {count}\n\
             \x20   outputs:\n\
             \x20     loop:\n\
             \x20       actions:\n\
             {body}{END}"
        )
    };
    let text = json!({"Flow.text": ""});
    assert_eq!(run(&looped("lit: 4"), text.clone()).await.unwrap().outputs["Flow.text"], "0123");
    assert_eq!(run(&looped("lit: 0"), text.clone()).await.unwrap().outputs["Flow.text"], "");
    let too_many = run(&looped("lit: 5000"), text).await.unwrap();
    assert_eq!(too_many.ending, Ending::Stopped("more than 10000 actions".to_owned()));
}

#[tokio::test]
async fn a_data_action_is_called_only_as_its_contract_says() {
    let call = |category: &str, action: &str, inputs: &str, outputs: &str| {
        format!(
            "- callData:\n\
             \x20   name: Call\n\
             \x20   timeout:\n\
             \x20     lit:\n\
             \x20       minutes: 1\n\
             \x20   category:\n\
             \x20     {category}:\n\
             \x20       dataAction:\n\
             \x20         {action}:\n\
             \x20           inputs: {inputs}\n\
             \x20           successOutputs: {outputs}\n\
             \x20   outputs:\n\
             \x20     success:\n\
             \x20       actions: []\n\
             {END}"
        )
    };
    let integration = "\"{{integration_name}}\"";
    let find = "HRIS-Find-Agent-By-ExternalId";
    let fake = Fake::answering(200, Value::Object(complete(find)).to_string()).await;
    for (actions, named) in [
        (call("Other", find, "{}", "{}"), "Other"),
        (call(integration, "Nothing", "{}", "{}"), "Nothing"),
        (call(integration, find, "{ agent: { lit: x } }", "{}"), "agent"),
        (call(integration, find, "{ externalId: { lit: 1 } }", "{}"), "literal 1"),
        (
            call(
                integration,
                find,
                "{ externalId: { lit: \"1\" } }",
                "{ foundIt: { var: Flow.text } }",
            ),
            "foundIt",
        ),
        (
            call(
                integration,
                find,
                "{ externalId: { lit: \"1\" } }",
                "{ found: { var: Flow.text } }",
            ),
            "Flow.text",
        ),
    ] {
        let bundle = read(&actions).unwrap();
        let error = Interpreter::new(&bundle, &fake.engine)
            .run("Test", &Map::new())
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(named), "{error}");
    }
}

#[test]
fn ways_through_a_workflow_are_told_apart() {
    let decision = format!(
        "- decision:\n\
         \x20   name: Set?\n\
         \x20   condition:\n\
         \x20     exp: IsSet(Flow.text)\n\
         \x20   outputs:\n\
         \x20     \"yes\":\n\
         \x20       actions:\n\
         {}",
        assign("integer", "Flow.number", "lit: 1")
            .lines()
            .map(|line| format!("          {line}\n"))
            .collect::<String>()
    );
    let ends = |actions: &str| {
        let bundle = read(actions).unwrap();
        let ends = bundle.workflow("Test").unwrap().path_ends();
        ends.iter().map(|end| (end.ended, end.assigned.contains("Flow.number"))).collect::<Vec<_>>()
    };
    assert_eq!(ends(&(decision.clone() + END)), [(true, false), (true, true)]);
    assert_eq!(ends(&decision), [(false, false), (false, true)]);
    assert_eq!(ends(&(END.to_owned() + &decision)), [(true, false)]);
}
