//! `genesys workflows`: which lists of data actions do, and what is written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Parser as _;
use genesys_simulator::{Bridge, CLIENT_ID, CLIENT_SECRET, Seed};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use timeoff_admin::{Cli, Error, Outcome, Report};

const NAMES: [&str; 5] = [
    "HRIS-Get-Agents",
    "HRIS-Get-Balance",
    "HRIS-Get-Timeoff-Types",
    "HRIS-Insert-TimeOff",
    "HRIS-Update-TimeOff",
];

/// What the build of this program may fill.
fn target_directory() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned()
}

/// A folder that only this test writes to.
fn folder(test: &str) -> PathBuf {
    let folder = target_directory().join("genesys-workflows").join(test);
    fs::remove_dir_all(&folder).unwrap_or_default();
    fs::create_dir_all(&folder).unwrap();
    folder
}

const INTEGRATION: &str = "0a000000-0000-4000-8000-000000000001";

/// The answer of Genesys Cloud to an administrator who has published everything, and more.
fn published() -> Value {
    let mut entities: Vec<Value> = NAMES
        .iter()
        .enumerate()
        .map(|(number, name)| {
            json!({
                "id": format!("custom_-_0b000000-0000-4000-8000-{number:012}"),
                "name": name, "integrationId": INTEGRATION, "category": "Time-off bridge",
                "secure": false, "version": 1, "selfUri": "/api/v2/integrations/actions/x",
            })
        })
        .collect();
    entities.push(json!({
        "id": "static_-_lookup", "name": "Look up a user", "category": "Genesys Cloud Data Actions",
    }));
    json!({
        "entities": entities, "pageSize": 100, "pageNumber": 1, "total": 6, "pageCount": 1,
    })
}

async fn run(folder: &Path, list: Option<&str>, more: &[&str]) -> Result<Report, Error> {
    let file = folder.join("actions.json");
    fs::write(&file, list.unwrap_or_default()).unwrap();
    let out = folder.join("out");
    let mut line: Vec<&str> = vec!["timeoff-admin", "genesys", "workflows"];
    line.extend(["--out", out.to_str().unwrap()]);
    line.extend(list.map(|_| ["--actions", file.to_str().unwrap()]).into_iter().flatten());
    line.extend(more);
    // No environment: neither AWS nor a table nor a credential.
    timeoff_admin::run(Cli::try_parse_from(line).unwrap(), |_| None).await
}

fn decoded(path: &Path) -> Value {
    let text = STANDARD.decode(fs::read(path).unwrap()).unwrap();
    let json = percent_decode_str(std::str::from_utf8(&text).unwrap()).decode_utf8().unwrap();
    serde_json::from_str(&json).unwrap()
}

fn names(folder: &Path) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(folder.join("out")) else { return BTreeSet::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// What this leaves in the target directory is what `infra/genesys/check` hands to Genesys' own
/// Architect core.
#[tokio::test]
async fn a_list_in_a_file_is_all_that_is_needed_and_gives_the_same_bytes_twice() {
    let folder = folder("written");
    let list = published().to_string();
    let report = run(&folder, Some(&list), &[]).await.unwrap();
    assert_eq!(report.outcome(), Outcome::Clean);
    assert!(report.to_text(None).contains("5 workflows for Architect"), "{report:?}");
    let expected: BTreeSet<_> = NAMES.iter().map(|name| format!("{name}.i3WorkFlow")).collect();
    assert_eq!(names(&folder), expected);
    let read = |name: &String| fs::read(folder.join("out").join(name)).unwrap();
    let first: Vec<_> = expected.iter().map(read).collect();
    run(&folder, Some(&format!("\u{feff}{list}")), &[]).await.unwrap();
    assert_eq!(first, expected.iter().map(read).collect::<Vec<_>>());
    for (number, name) in NAMES.iter().enumerate() {
        let document = decoded(&folder.join(format!("out/{name}.i3WorkFlow")));
        assert_eq!((&document["name"], &document["type"]), (&json!(name), &json!("workflow")));
        let id = json!(format!("custom_-_0b000000-0000-4000-8000-{number:012}"));
        assert_eq!(document["manifest"]["dataAction"][0]["id"], id);
        let actions = document["flowSequenceItemList"][0]["actionList"].as_array().unwrap();
        let mut calls = actions.iter().filter(|action| action["__type"] == "DataAction");
        assert_eq!(calls.next().unwrap()["actionId"], id);
        assert!(calls.next().is_none(), "{name}");
    }
}

/// With a second integration that has all the actions once more.
fn twice(category: &str) -> Value {
    let mut list = published();
    let first = list["entities"].as_array().unwrap().clone();
    for (number, mut action) in first.into_iter().take(NAMES.len()).enumerate() {
        action["id"] = json!(format!("custom_-_0c000000-0000-4000-8000-{number:012}"));
        action["integrationId"] = json!("0a000000-0000-4000-8000-000000000002");
        action["category"] = json!(category);
        list["entities"].as_array_mut().unwrap().push(action);
    }
    list
}

#[tokio::test]
async fn of_two_integrations_the_named_one_is_taken() {
    let folder = folder("named");
    for (list, integration) in [
        (twice("Time-off bridge (OAuth)"), "Time-off bridge (OAuth)"),
        (twice("Time-off bridge"), "0a000000-0000-4000-8000-000000000002"),
    ] {
        let named = ["--integration", integration];
        run(&folder, Some(&list.to_string()), &named).await.unwrap();
        let document = decoded(&folder.join("out/HRIS-Get-Agents.i3WorkFlow"));
        let id = document["manifest"]["dataAction"][0]["id"].as_str().unwrap();
        assert!(id.starts_with("custom_-_0c"), "{id}");
    }
}

#[tokio::test]
async fn a_list_that_does_not_do_is_refused_and_nothing_is_written() {
    let folder = folder("refused");
    let without = |name: &str| {
        let mut list = published();
        list["entities"].as_array_mut().unwrap().retain(|action| action["name"] != name);
        list.to_string()
    };
    let mut page = published();
    page["pageCount"] = json!(3);
    let unrelated = ["--integration", "Another"];
    let mut cases: Vec<(String, &[&str], &str)> = vec![
        (twice("Time-off bridge").to_string(), &[], "2 published data actions are called"),
        (twice("Second").to_string(), &[], "Time-off bridge (0a000000"),
        (published().to_string(), &unrelated, "in the integration Another"),
        (page.to_string(), &[], "one page of 3"),
        (String::new(), &[], "is not the answer of GET /api/v2/integrations/actions"),
        ("[]".to_owned(), &[], "is not the answer"),
        ("{}".to_owned(), &[], "entities"),
        (r#"{"entities": [{"name": "without an id"}]}"#.to_owned(), &[], "id"),
        (r#"{"entities": []}"#.to_owned(), &[], "no published data action HRIS-Get-Agents"),
        ("<html>Sign in</html>".to_owned(), &[], "is not the answer"),
    ];
    cases.extend(NAMES.iter().map(|name| (without(name), &[][..], *name)));
    for (list, more, said) in cases {
        let error = run(&folder, Some(&list), more).await.unwrap_err();
        assert!(error.to_string().contains(said), "{said}: {error}");
        assert!(!error.is_usage(), "{error}");
        assert_eq!(names(&folder), BTreeSet::new(), "{said}");
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named() {
    let folder = folder("unwritable");
    fs::write(folder.join("out"), "a file").unwrap();
    let error = run(&folder, Some(&published().to_string()), &[]).await.unwrap_err();
    assert!(error.to_string().contains("out cannot be written"), "{error}");
}

#[tokio::test]
async fn without_a_list_the_ids_come_from_genesys_cloud() {
    let folder = folder("read");
    let bridge = Bridge { base_url: "http://127.0.0.1:9/v1", api_key: "a-key", oauth: None };
    let genesys = genesys_simulator::Genesys::start(Seed::small(), bridge).await.unwrap();
    let url = genesys.url().to_owned();
    let variables = move |name: &str| match name {
        "GENESYSCLOUD_BASE_URL" | "GENESYSCLOUD_LOGIN_URL" => Some(url.clone()),
        "GENESYSCLOUD_OAUTHCLIENT_ID" => Some(CLIENT_ID.to_owned()),
        "GENESYSCLOUD_OAUTHCLIENT_SECRET" => Some(CLIENT_SECRET.to_owned()),
        _ => None,
    };
    let out = folder.join("out");
    let line = ["timeoff-admin", "genesys", "workflows", "--out", out.to_str().unwrap()];
    timeoff_admin::run(Cli::try_parse_from(line).unwrap(), variables).await.unwrap();
    assert_eq!(names(&folder).len(), 5);
    let error = run(&folder, None, &[]).await.unwrap_err();
    assert!(error.is_usage() && error.to_string().contains("GENESYSCLOUD_REGION"), "{error}");
}
