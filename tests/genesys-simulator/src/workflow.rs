//! Running a published workflow for the integration.

use std::collections::BTreeMap;
use std::sync::Arc;

use genesys_bundle::architect::{Ending, Interpreter};
use serde_json::{Map, Value};
use tracing::Instrument;

use crate::shared::Shared;

/// What a workflow that ended as it should gave back, by variable without `Flow.`.
pub(crate) struct Outputs(BTreeMap<String, Value>);

impl Outputs {
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(&format!("Flow.{name}"))?.as_str().filter(|text| !text.is_empty())
    }

    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let list = self.0.get(&format!("Flow.{name}")).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(|entry| entry.as_str().map(str::to_owned)).collect()
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.text("status") == Some("Complete")
    }
}

/// A workflow's inputs, by variable without `Flow.`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inputs(Map<String, Value>);

impl Inputs {
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(format!("Flow.{name}"), value.into());
    }
}

impl Shared {
    /// Runs a workflow; `None` when it is not published, its integration is off, or Architect
    /// stopped it.
    pub(crate) async fn run_workflow(
        self: &Arc<Self>,
        name: &str,
        inputs: &Inputs,
    ) -> Option<Outputs> {
        let runs = {
            let organisation = self.organisation();
            let published =
                organisation.flows.iter().any(|flow| flow.name == name && flow.published);
            published && organisation.integrations.first().is_some_and(|first| first.active)
        };
        if !runs {
            return None;
        }
        let engine = self.engine();
        let interpreter = Interpreter::new(&self.bundle, &engine);
        // For whoever watches; it is not logged.
        let span = tracing::info_span!("workflow", workflow = name);
        let run = interpreter.run(name, &inputs.0).instrument(span).await.ok()?;
        (run.ending == Ending::EndWorkflow).then_some(Outputs(run.outputs))
    }
}
