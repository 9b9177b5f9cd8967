//! What `cargo run` starts, as a process.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A local stack on free ports; ends with the test, however that does.
pub(crate) struct Started {
    /// Where the page is, with a slash at its end.
    pub(crate) url: String,
    http: reqwest::Client,
    _process: Child,
}

impl Started {
    pub(crate) async fn start() -> Self {
        let ports = ["gateway", "simulator", "dynamodb", "secrets-manager", "genesys"];
        let arguments = ports.iter().flat_map(|port| [format!("--{port}-port"), "0".to_owned()]);
        let mut process = Command::new(env!("CARGO_BIN_EXE_local-stack"))
            .args(arguments)
            .env_clear()
            // What seems lost is sent again soon.
            .env("RESEND_AFTER_SECONDS", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let url = first_url(&mut process, "page ").await;
        // Nothing here speaks TLS, but the client does not build without a provider.
        let _installed_already = rustls::crypto::ring::default_provider().install_default();
        Self { url, http: reqwest::Client::new(), _process: process }
    }

    /// What the page sends.
    pub(crate) async fn send(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.http.post(format!("{}console/{path}", self.url));
        let response = request.json(body).send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    /// As [`send`](Self::send), for what succeeds.
    pub(crate) async fn does(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.send(path, body).await;
        assert!((200..300).contains(&status), "{path} answered {status}: {answer}");
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(format!("{}{path}", self.url)).send().await.unwrap()
    }

    /// Hears the page's events for an agent until `wanted` finds something in one of them, by its
    /// name and data.
    pub(crate) async fn until<T>(
        &self,
        employee: usize,
        mut wanted: impl FnMut(&str, &Value) -> Option<T>,
    ) -> T {
        let path = format!("console/events?agent={}", user(employee));
        let mut stream = self.get(&path).await;
        let mut text = String::new();
        while let Some(piece) = stream.chunk().await.unwrap() {
            text.push_str(std::str::from_utf8(&piece).unwrap());
            while let Some((event, rest)) = text.split_once("\n\n") {
                let field = |name| event.lines().find_map(|line| line.strip_prefix(name));
                let found = field("event: ").and_then(|name| {
                    let data = serde_json::from_str(field("data: ")?).unwrap();
                    wanted(name, &data)
                });
                if let Some(found) = found {
                    return found;
                }
                text = rest.to_owned();
            }
        }
        panic!("the events ended");
    }

    /// Submits a day of an agent's leave, and gives back its request once its workflow has ended.
    pub(crate) async fn submit(&self, employee: usize, day: &str) -> Value {
        let submission = json!({
            "user": user(employee), "activityCodeId": "10", "dates": [day], "minutes": [480],
            "approved": true,
        });
        let id = self.does("requests", &submission).await["id"].clone();
        self.until(employee, |event, data| {
            let requests = data["genesys"].as_array().filter(|_| event == "state")?;
            let found = requests.iter().find(|request| request["id"] == id)?;
            (found["integrationStatus"] != "Processing").then(|| found.clone())
        })
        .await
    }
}

/// The user id of an employee.
pub(crate) fn user(employee: usize) -> String {
    genesys_simulator::Genesys::user_id(employee)
}

/// The first address in the first line of a process's output that starts with `beginning`.
pub(crate) async fn first_url(process: &mut Child, beginning: &str) -> String {
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some(rest) = line.strip_prefix(beginning) {
            // Whoever writes to a closed pipe ends.
            tokio::spawn(
                async move { while lines.next_line().await.is_ok_and(|l| l.is_some()) {} },
            );
            return rest.split_whitespace().next().unwrap().to_owned();
        }
    }
    panic!("no line starts with {beginning:?}");
}
