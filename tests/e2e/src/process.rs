use std::collections::BTreeMap;

use runtime_api::{Function, Running, function_binary};
use serde_json::Value;

use crate::{Answer, Operation, Stack, event, log, record};

/// A function's real binary, running as in Lambda. What it wrote is added to the log when this is
/// dropped.
#[derive(Debug)]
pub struct Process(Running);

impl Process {
    /// The binary called `name` on this stack, logging everything.
    pub async fn start(name: &str, stack: &Stack) -> Self {
        Self::with(name, stack.local().variables().clone()).await
    }

    /// The binary called `name` with these environment variables.
    pub async fn with(name: &str, variables: BTreeMap<String, String>) -> Self {
        log::install();
        let name = name.to_owned();
        let binary =
            tokio::task::spawn_blocking(move || function_binary(&name).unwrap()).await.unwrap();
        Self(Function::new(binary).env("RUST_LOG", "trace").envs(variables).start().await.unwrap())
    }

    /// The process.
    pub fn running(&self) -> &Running {
        &self.0
    }

    /// Api it through API Gateway; the answer is complete and recorded.
    ///
    /// # Panics
    /// When it fails the event, or its answer is no envelope of the operation.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let body = body.map(Value::to_string);
        let payload = self.invoke(&event::v1(method, path, body.as_deref())).await;
        let answer = Answer::of_proxy(&payload);
        let operation = Operation::of(method, path).unwrap();
        operation
            .check(&answer.body)
            .unwrap_or_else(|wrong| panic!("{method} {path}: {wrong}\n{answer}"));
        assert_eq!((answer.status, answer.content_type.as_str()), (200, "application/json"));
        assert_eq!(answer.text("correlationId"), event::REQUEST_ID);
        record::record(method, path, answer.status, &answer.body);
        answer
    }

    /// Hands it any event; what it gives to Lambda.
    ///
    /// # Panics
    /// When it fails the event.
    pub async fn invoke(&self, event: &Value) -> Value {
        serde_json::from_str(&self.0.invoke(&event.to_string()).await.unwrap().payload).unwrap()
    }

    /// Every line that it has written to standard output, parsed, once `count` calls have written
    /// their metrics, which is the last thing that a call writes.
    ///
    /// # Panics
    /// When a line is no JSON object, or anything was written to standard error.
    pub async fn lines(&self, count: usize) -> Vec<Value> {
        let seen = std::sync::atomic::AtomicUsize::new(0);
        let is_last = |line: &str| {
            line.contains(r#""_aws""#)
                && seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1 == count
        };
        self.0.stdout_line(is_last).await.unwrap();
        assert_eq!(self.0.stderr(), Vec::<String>::new());
        let parse = |line: &String| -> Value {
            let value: Value =
                serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
            assert!(value.is_object(), "no object: {line}");
            value
        };
        self.0.stdout().iter().map(parse).collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        log::add(&self.0.stdout());
        log::add(&self.0.stderr());
    }
}
