//! `failures`, and the client of the bridge's API, against the whole local stack.

use bamboohr_simulator::{Action, Fault, Operation, RequestStatus, Simulator};
use contract::ExternalId;
use jiff::Timestamp;
use jiff::civil::date;
use local_stack::API_KEY;
use serde_json::{Map, Value, json};
use store::{FailedInput, Table};
use timeoff_admin::{Bridge, BridgeError, By, Outcome};

use crate::world::World;

const NOTE: &str = "Zahnarzt um neun";

fn leave(agent: u64, changes: Value) -> Map<String, Value> {
    let mut fields = json!({
        "agentId": agent, "timeOffTypeId": "83", "timeOffStatus": "APPROVED",
        "dates": "2026-12-01", "payableMinutes": "480", "notes": NOTE,
    });
    fields.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    fields.as_object().unwrap().clone()
}

impl World {
    fn bridge(&self) -> Bridge {
        Bridge::at(self.stack.url(), API_KEY).unwrap()
    }

    fn hris(&self) -> &Simulator {
        self.stack.simulator().unwrap()
    }

    /// An insert of `fields` that fails; the key under which its input is kept.
    async fn failed_insert(&self, fields: &Map<String, Value>) -> String {
        self.hris().fault(Fault::always(Operation::List, Action::StatusBefore { status: 403 }));
        let answer = self.bridge().insert(fields).await.unwrap();
        assert_eq!(answer.error_code, "HRIS_FORBIDDEN", "{answer:?}");
        self.hris().clear_faults();
        self.latest().await.subject.to_string()
    }

    /// An update of `fields` that fails.
    async fn failed_update(&self, fields: &Map<String, Value>) {
        self.hris().fault(Fault::always(Operation::List, Action::StatusBefore { status: 403 }));
        let answer = self.bridge().update(fields).await.unwrap();
        assert_eq!(answer.error_code, "HRIS_FORBIDDEN", "{answer:?}");
        self.hris().clear_faults();
    }

    async fn kept(&self) -> Vec<FailedInput> {
        let dynamodb = self.stack.dynamodb();
        let table = Table::new(dynamodb.client(), dynamodb.table_name());
        table.failed_inputs(Timestamp::now()).await.unwrap()
    }

    async fn latest(&self) -> FailedInput {
        self.kept().await.pop().unwrap()
    }

    async fn written(&self, fields: &Map<String, Value>) -> String {
        let answer = self.bridge().insert(fields).await.unwrap();
        assert!(answer.is_complete(), "{answer:?}");
        answer.outputs.time_off_request_id
    }

    /// What a command gives as JSON, and what it comes to.
    async fn failures(&self, arguments: &[&str]) -> (Value, Outcome) {
        let arguments: Vec<_> = ["failures"].iter().chain(arguments).copied().collect();
        let report = self.run(&arguments, &[]).await.unwrap();
        let text =
            format!("{}{}{:?}", report.to_text(Some(200)), report.to_json(), report.to_csv());
        assert!(!text.contains("Zahnarzt"), "{text}");
        (serde_json::from_str(report.to_json()).unwrap(), report.outcome())
    }
}

/// The clock of the machine has to move on between two calls, for their order to be known.
async fn a_moment() {
    let now = Timestamp::now().as_millisecond();
    while Timestamp::now().as_millisecond() <= now {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_failure_is_listed_shown_sent_again_and_gone() {
    let world = World::start().await;
    assert_eq!(
        world.failures(&["list"]).await,
        (json!({"report": "failures", "failures": []}), Outcome::Clean)
    );
    let fields = leave(452, json!({}));
    let key = world.failed_insert(&fields).await;
    let (listed, outcome) = world.failures(&["list"]).await;
    let kept = world.latest().await;
    let row = json!({
        "externalId": "452", "id": key, "operation": "insert-timeoff",
        "errorCode": "HRIS_FORBIDDEN", "correlationId": kept.correlation_id,
        "firstSeen": kept.first_seen, "lastSeen": kept.last_seen, "count": 1, "stale": false,
    });
    assert_eq!((listed["failures"][0].clone(), outcome), (row, Outcome::Findings));

    let (shown, outcome) = world.failures(&["show", "452", &key]).await;
    assert_eq!((&shown["failure"]["id"], outcome), (&key.as_str().into(), Outcome::Clean));
    assert_eq!(
        shown["failure"]["input"],
        json!({
            "agentId": "452", "timeOffTypeId": "83", "timeOffStatus": "APPROVED",
            "dates": ["2026-12-01"], "payableMinutes": ["480"],
            "minDate": "2026-12-01", "maxDate": "2026-12-01",
        })
    );

    let (replayed, outcome) = world.failures(&["replay", "452", &key]).await;
    let live = world.hris().live(452);
    assert_eq!((live.len(), live[0].status), (1, RequestStatus::Approved));
    let sent = &replayed["replayed"][0];
    assert_eq!(
        (&sent["externalId"], &sent["id"], &sent["status"], &sent["errorCode"]),
        (&"452".into(), &key.as_str().into(), &"Complete".into(), &"".into())
    );
    assert_eq!(
        (&sent["timeOffRequestId"], outcome),
        (&live[0].id.to_string().into(), Outcome::Clean)
    );
    assert_eq!(world.failures(&["list"]).await.1, Outcome::Clean);
    for command in ["show", "replay", "forget"] {
        assert_eq!(world.failures(&[command, "452", &key]).await.1, Outcome::Findings, "{command}");
    }
}

#[tokio::test]
async fn a_failure_that_is_forgotten_leaves_nothing_behind() {
    let world = World::start().await;
    let key = world.failed_insert(&leave(452, json!({}))).await;
    world.failed_insert(&leave(452, json!({"dates": "2026-12-02"}))).await;
    world.failed_insert(&leave(453, json!({}))).await;
    let (forgotten, outcome) = world.failures(&["forget", "452", &key]).await;
    assert_eq!((&forgotten["ids"], outcome), (&json!([key]), Outcome::Clean));
    assert_eq!(world.kept().await.len(), 2);
    assert_eq!(world.failures(&["forget", "452"]).await.1, Outcome::Clean);
    assert_eq!(world.kept().await[0].agent(), ExternalId::new(453).unwrap());
    assert_eq!(world.failures(&["forget", "452"]).await.1, Outcome::Findings);
}

/// What makes a stored input dangerous: the leave was changed to other days, or cancelled by its
/// id, after its input was kept. Nothing is sent, whether what was kept is gone or, because it
/// could not be erased, is stale.
#[tokio::test]
async fn an_input_whose_leave_was_changed_or_cancelled_since_is_never_sent() {
    for (is_cancelled, is_erased) in [(false, true), (false, false), (true, true), (true, false)] {
        let world = World::start().await;
        let id = world.written(&leave(452, json!({}))).await;
        a_moment().await;
        let longer = json!({
            "inputTimeOffRequestId": id, "dates": "2026-12-01,2026-12-02",
            "payableMinutes": "480,480",
        });
        world.failed_update(&leave(452, longer)).await;
        a_moment().await;
        if !is_erased {
            let conflict = local_aws::Injection::of(local_aws::Fault::TransactionConflict);
            let conflict = conflict.on("TransactWriteItems").containing("FAILED#");
            world.stack.dynamodb().faults().inject(conflict);
        }
        let next = match is_cancelled {
            true => json!({"timeOffStatus": "CANCELED", "dates": "", "payableMinutes": ""}),
            false => json!({"dates": "2027-02-01"}),
        };
        let mut next = leave(452, next);
        next.insert("inputTimeOffRequestId".to_owned(), id.as_str().into());
        assert!(world.bridge().update(&next).await.unwrap().is_complete());
        world.stack.dynamodb().faults().clear();
        let (before, requests) = (world.hris().writes().len(), world.hris().requests(452));

        assert_eq!(world.kept().await.len(), usize::from(!is_erased));
        for arguments in [&["replay", "452", &id][..], &["replay", "--all"]] {
            let (replayed, outcome) = world.failures(arguments).await;
            assert_eq!(replayed["replayed"], json!([]), "{arguments:?}");
            assert_eq!(replayed["stale"], usize::from(!is_erased), "{arguments:?}");
            let is_clean = is_erased && arguments[1] == "--all";
            assert_eq!(outcome == Outcome::Clean, is_clean, "{arguments:?}");
        }
        assert_eq!(world.hris().writes().len(), before, "nothing was sent");
        assert_eq!(world.hris().requests(452).len(), requests.len());
    }
}

#[tokio::test]
async fn all_are_sent_the_oldest_first_up_to_the_limit() {
    let world = World::start().await;
    let mut keys = Vec::new();
    for day in 1..=3 {
        let day = json!({"dates": format!("2026-12-0{day}")});
        keys.push(world.failed_insert(&leave(452, day)).await);
        a_moment().await;
    }
    let (replayed, outcome) = world.failures(&["replay", "--all", "--limit", "2"]).await;
    let sent: Vec<_> =
        replayed["replayed"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    assert_eq!(sent, [&keys[0].as_str(), &keys[1].as_str()]);
    assert_eq!((&replayed["left"], outcome), (&1.into(), Outcome::Findings));
    assert_eq!(world.failures(&["replay", "--all"]).await.1, Outcome::Clean);
    assert_eq!((world.hris().live(452).len(), world.kept().await.len()), (3, 0));
}

#[tokio::test]
async fn what_fails_again_is_said_and_kept_again() {
    let world = World::start().await;
    let key = world.failed_insert(&leave(452, json!({}))).await;
    let refusal = Action::Refuse {
        status: 400,
        text: "Ada Example-Person has 12.5 hours left".to_owned(),
        place: bamboohr_simulator::RefusalPlace::default(),
    };
    world.hris().fault(Fault::always(Operation::Create, refusal));
    let run = |names: &'static [&'static str]| {
        let arguments = [&["failures", "replay", "452", &key], names].concat();
        let world = &world;
        async move { world.run(&arguments, &[]).await.unwrap() }
    };
    let report = run(&[]).await;
    let text = format!("{}{}", report.to_text(None), report.to_json());
    assert!(text.contains("HRIS_REJECTED") && report.outcome() == Outcome::Findings, "{text}");
    assert!(!text.contains("Ada") && !text.contains("hours left"), "{text}");
    assert!(run(&["--names"]).await.to_text(None).contains("12.5 hours left"));
    assert_eq!(world.latest().await.count, 3);
    assert_eq!(world.hris().live(452).len(), 0);
}

#[tokio::test]
async fn a_bridge_that_does_not_answer_ends_the_replay_at_the_first_input() {
    let world = World::start().await;
    for day in ["2026-12-01", "2026-12-02"] {
        world.failed_insert(&leave(452, json!({ "dates": day }))).await;
    }
    for (variable, value, said) in [
        ("BRIDGE_API_KEY", "wrong-key", "403"),
        ("BRIDGE_URL", "http://127.0.0.1:9/v1", "no answer"),
    ] {
        let arguments = ["failures", "replay", "--all"];
        let report = world.run(&arguments, &[(variable, value)]).await.unwrap();
        let (text, json) = (report.to_text(None), report.to_json());
        assert!(text.contains(said) && !text.contains("wrong-key"), "{text}");
        let json: Value = serde_json::from_str(json).unwrap();
        assert_eq!((json["replayed"].as_array().unwrap().len(), &json["left"]), (1, &1.into()));
        assert_eq!(json["replayed"][0]["errorCode"], "GATEWAY");
        assert_eq!(report.outcome(), Outcome::Findings);
    }
    assert_eq!(world.kept().await.len(), 2);
}

#[tokio::test]
async fn the_exit_code_says_what_became_of_it() {
    let world = World::start().await;
    let key = world.failed_insert(&leave(452, json!({}))).await;
    for (arguments, expected) in [
        (&["list"][..], 1),
        (&["list", "--csv"], 1),
        (&["list", "--json"], 1),
        (&["show", "452", &key], 0),
        (&["show", "452", &key, "--csv"], 2),
        (&["show", "452", "4711"], 1),
        (&["show", "452", "the-last"], 2),
        (&["replay"], 2),
        (&["replay", "452"], 2),
        (&["replay", "452", &key, "--all"], 2),
        (&["replay", "452", "4711"], 1),
        (&["replay", "452", &key], 0),
        (&["replay", "--all"], 0),
        (&["list"], 0),
        (&["forget", "452", &key], 1),
        (&["forget"], 2),
    ] {
        let arguments: Vec<_> = ["failures"].iter().chain(arguments).copied().collect();
        let (code, printed, complained) = world.process(&arguments, &[]).await;
        assert_eq!(code, expected, "{arguments:?}: {printed}{complained}");
    }
    for name in ["BRIDGE_URL", "BRIDGE_API_KEY"] {
        let (code, _, said) = world.process(&["failures", "replay", "--all"], &[(name, "")]).await;
        assert!(code == 2 && said.contains(name), "{code} {said}");
    }
    world.stack.dynamodb().faults().inject(local_aws::Fault::AccessDenied);
    assert_eq!(world.process(&["failures", "list"], &[]).await.0, 3);
    for command in ["list", "show", "replay", "forget"] {
        let (code, help, _) = world.process(&["failures", command, "--help"], &[]).await;
        assert!(code == 0 && help.contains("timeoff-admin failures "), "{help}");
    }
}

#[tokio::test]
async fn every_operation_answers_with_its_outputs() {
    let world = World::start().await;
    let bridge = world.bridge();
    let types = bridge.types().await.unwrap();
    assert!(types.is_complete() && types.outputs.ids.len() == types.outputs.names.len());
    assert!(types.outputs.ids.contains(&"83".to_owned()) && !types.correlation_id.is_empty());
    let agent = ExternalId::new(452).unwrap();
    let balance = bridge.balance(agent, "83", date(2026, 12, 1)).await.unwrap();
    assert_eq!(balance.outputs.balance_minutes_per_day.len(), 1, "{balance:?}");
    let found = bridge.look_up(By::Id(agent)).await.unwrap().outputs;
    assert!(found.found && found.active && found.external_id == "452", "{found:?}");
    let email = "agent453@example.com".parse().unwrap();
    assert_eq!(bridge.look_up(By::Email(&email)).await.unwrap().outputs.external_id, "453");
    let nobody = bridge.insert(&leave(0, json!({}))).await.unwrap();
    assert_eq!((nobody.status.as_str(), nobody.error_code.as_str()), ("Error", "INVALID_INPUT"));
    assert!(!format!("{bridge:?}").contains(API_KEY));
}

#[test]
fn a_key_is_sent_to_https_or_this_machine_alone_and_an_address_ends_in_v1() {
    for (url, key, is_good) in [
        ("https://abc.execute-api.eu-central-1.amazonaws.com/v1", "a-key", true),
        ("https://bridge.example/timeoff/v1/", " a-key\n", true),
        ("http://127.0.0.1:9000/v1", "a-key", true),
        ("http://[::1]:9000/v1", "a-key", true),
        ("http://localhost:9000/v1", "a-key", true),
        ("http://bridge.example/v1", "a-key", false),
        ("http://localhost.example/v1", "a-key", false),
        ("https://bridge.example", "a-key", false),
        ("https://bridge.example/v1/agents", "a-key", false),
        ("https://bridge.example/v1?x=1", "a-key", false),
        ("https://user:word@bridge.example/v1", "a-key", false),
        ("bridge.example/v1", "a-key", false),
        ("", "a-key", false),
        ("https://bridge.example/v1", "", false),
        ("https://bridge.example/v1", "a key", false),
        ("https://bridge.example/v1", "a-k\u{e9}y", false),
    ] {
        match Bridge::at(url, key) {
            Ok(bridge) => assert!(is_good && !format!("{bridge:?}").contains("a-key"), "{url:?}"),
            Err(error) => {
                assert!(!is_good, "{url:?} {key:?}");
                let named = if key == "a-key" { "BRIDGE_URL" } else { "BRIDGE_API_KEY" };
                assert!(error.to_string().contains(named), "{error}");
            }
        }
    }
    let missing = Bridge::of(|name| (name == "BRIDGE_URL").then(|| "https://b.example/v1".into()));
    assert!(matches!(missing, Err(BridgeError::Missing("BRIDGE_API_KEY"))), "{missing:?}");
}
