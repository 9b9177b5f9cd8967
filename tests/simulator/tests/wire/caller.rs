//! A caller that knows nothing of BambooHR but its URL and key.

use std::time::Duration;

use bamboohr_simulator::{Seed, Simulator};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

pub(crate) const KEY: &str = "simulator-key";

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }
}

pub(crate) struct Caller {
    http: reqwest::Client,
    pub(crate) sim: Simulator,
}

impl Caller {
    pub(crate) async fn of(seed: Seed) -> Self {
        // Nothing here speaks TLS, but the client does not build without a provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Far beyond any answer, so that a test that waits for nothing fails instead of hanging.
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        Self { http, sim: Simulator::start(seed).await }
    }

    pub(crate) async fn small() -> Self {
        Self::of(Seed::small()).await
    }

    /// A call without any header of ours.
    pub(crate) fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.sim.url()))
    }

    /// A call as a good client makes it.
    pub(crate) fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).basic_auth(KEY, Some("x")).header("accept", "application/json")
    }

    pub(crate) async fn try_send(request: RequestBuilder) -> reqwest::Result<Answer> {
        let response = request.send().await?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await?,
        })
    }

    pub(crate) async fn send(request: RequestBuilder) -> Answer {
        Self::try_send(request).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Self::send(self.call(Method::GET, path)).await
    }

    pub(crate) fn creating(&self, employee: u64, body: &Value) -> RequestBuilder {
        self.call(Method::PUT, &format!("/api/v1/employees/{employee}/time_off/request")).json(body)
    }

    pub(crate) async fn create(&self, employee: u64, body: &Value) -> Answer {
        Self::send(self.creating(employee, body)).await
    }

    /// Creates a request that must succeed, and gives its id.
    pub(crate) async fn created(&self, employee: u64, body: &Value) -> u64 {
        let answer = self.create(employee, body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()["id"].as_str().unwrap().parse().unwrap()
    }

    pub(crate) fn changing(&self, id: u64, status: &str) -> RequestBuilder {
        self.call(Method::PUT, &format!("/api/v1/time_off/requests/{id}/status"))
            .json(&serde_json::json!({"status": status}))
    }

    pub(crate) async fn change(&self, id: u64, status: &str) -> Answer {
        Self::send(self.changing(id, status)).await
    }

    /// Every request of an employee, as the list shows them.
    pub(crate) async fn list(&self, employee: u64) -> Vec<Value> {
        let path = format!(
            "/api/v1/time_off/requests?start=1900-01-01&end=2100-12-31&employeeId={employee}"
        );
        let answer = self.get(&path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json().as_array().unwrap().clone()
    }

    /// One request, as the list shows it.
    pub(crate) async fn listed(&self, id: u64) -> Value {
        let answer = self
            .get(&format!("/api/v1/time_off/requests?id={id}&start=1900-01-01&end=2100-12-31"))
            .await;
        answer.json()[0].clone()
    }

    pub(crate) async fn calculator(&self, employee: u64, end: &str) -> Vec<Value> {
        let answer = self
            .get(&format!("/api/v1/employees/{employee}/time_off/calculator?end={end}&precision=4"))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json().as_array().unwrap().clone()
    }

    /// The balance of one type, as text.
    pub(crate) async fn balance(&self, employee: u64, kind: u64, end: &str) -> Option<String> {
        let entries = self.calculator(employee, end).await;
        let entry =
            entries.iter().find(|entry| entry["timeOffType"] == kind.to_string().as_str())?;
        Some(entry["balance"].as_str().unwrap().to_owned())
    }
}
