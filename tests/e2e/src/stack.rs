use std::collections::BTreeMap;
use std::time::Duration;

use bamboohr_simulator::{Seed, Simulator};
use local_stack::{API_KEY, Hris, LocalStack, Options};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{Answer, Operation, log, record};

/// The local stack and a caller with a valid key.
#[derive(Debug)]
pub struct Stack {
    local: LocalStack,
    http: reqwest::Client,
}

impl Stack {
    /// One with the simulator's small company and every setting at its default.
    pub async fn start() -> Self {
        Self::with(Seed::small(), &[]).await
    }

    /// One with these settings.
    pub async fn set(settings: &[(&str, &str)]) -> Self {
        Self::with(Seed::small(), settings).await
    }

    /// One with this company and these settings.
    pub async fn with(seed: Seed, settings: &[(&str, &str)]) -> Self {
        Self::of(Hris::Simulator(Box::new(seed)), settings).await
    }

    /// One on this BambooHR with these settings.
    pub async fn of(hris: Hris, settings: &[(&str, &str)]) -> Self {
        log::install();
        // Nothing here speaks TLS, but the client does not build without a provider.
        let _already_there = rustls::crypto::ring::default_provider().install_default();
        // Far beyond any answer, so that a test that waits for nothing fails instead of hanging.
        let http = reqwest::Client::builder().timeout(Duration::from_secs(60)).build().unwrap();
        let settings: BTreeMap<_, _> =
            settings.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        let options = Options { hris, settings, metrics: log::lines(), ..Options::default() };
        Self { local: LocalStack::start(options).await.unwrap(), http }
    }

    /// The stack itself.
    pub fn local(&self) -> &LocalStack {
        &self.local
    }

    /// Its simulator.
    pub fn simulator(&self) -> &Simulator {
        self.local.simulator().unwrap()
    }

    /// The secret as an operator would put it in, whatever it holds.
    pub fn put_secret(&self, text: &str) {
        self.local.secrets_manager().set(&self.local.variables()["BAMBOOHR_SECRET_ID"], text);
    }

    /// The secret deleted.
    pub fn remove_secret(&self) {
        self.local.secrets_manager().remove(&self.local.variables()["BAMBOOHR_SECRET_ID"]);
    }

    /// `GET`, with the key.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    /// `POST` of a JSON body, with the key.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    /// `PUT` of a JSON body, with the key.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.request(method, path).header("x-api-key", API_KEY);
        self.send(match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        })
        .await
    }

    /// A request without a key; `path` without the stage.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.local.url()))
    }

    /// Sends a request. Whoever answers, it is JSON with the five fields; what a function answers
    /// is 200 and has all outputs of its operation too.
    ///
    /// # Panics
    /// Where that is not so.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().unwrap();
        let method = request.method().as_str().to_owned();
        let called =
            request.url().as_str().strip_prefix(self.local.url()).unwrap_or_default().to_owned();
        let response = self.http.execute(request).await.unwrap();
        let status = response.status().as_u16();
        let content_type = response.headers()["content-type"].to_str().unwrap().to_owned();
        let text = response.text().await.unwrap();
        let body: Value = serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("{method} {called} answered {status} {text:?}"));
        let answer = Answer { status, content_type, body };
        assert_eq!(answer.content_type, "application/json", "{method} {called}");
        match Operation::of(&method, &called) {
            Some(operation) if status == 200 => {
                operation
                    .check(&answer.body)
                    .unwrap_or_else(|wrong| panic!("{method} {called}: {wrong}\n{answer}"));
            }
            operation => {
                let expected = json!({"status": "Error", "errorCode": "GATEWAY"});
                let said =
                    json!({"status": answer.body["status"], "errorCode": answer.body["errorCode"]});
                assert_eq!(said, expected, "{method} {called} ({operation:?}) answered {status}");
            }
        }
        if Operation::of(&method, &called).is_some() {
            record::record(&method, &called, status, &answer.body);
        }
        answer
    }
}
