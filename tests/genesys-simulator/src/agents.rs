//! The daily synchronisation of agents.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::organisation::{Entry, Organisation};
use crate::shared::Shared;
use crate::workflow::Inputs;

const AGENTS: &str = "HRIS-Get-Agents";

impl Shared {
    /// Runs the workflow that lists the agents, and associates whom it names. False when it failed,
    /// in which case nothing changes.
    pub(crate) async fn synchronise_agents(self: &Arc<Self>) -> bool {
        let outputs = self.run_workflow(AGENTS, &Inputs::default()).await;
        let Some(outputs) = outputs.filter(|outputs| outputs.is_complete()) else { return false };
        let mut listed = BTreeMap::new();
        for bucket in 0..25 {
            let suffix = if bucket == 0 { String::new() } else { bucket.to_string() };
            let emails = outputs.texts(&format!("emails{suffix}"));
            let ids = outputs.texts(&format!("externalIds{suffix}"));
            listed.extend(emails.into_iter().zip(ids));
        }
        self.organisation().associate(&listed);
        true
    }
}

impl Organisation {
    /// Associates every active user whose address is listed, letter by letter, and drops the
    /// association of everybody else. What is locked stays.
    fn associate(&mut self, listed: &BTreeMap<String, String>) {
        let Some(ours) = self.integrations.first().map(|first| first.id.clone()) else { return };
        for user in self.users.values().filter(|user| user.active) {
            let associations = self.associations.entry(user.id.clone()).or_default();
            if associations.entries.get(&ours).is_some_and(|entry| entry.locked) {
                continue;
            }
            match listed.get(&user.email) {
                Some(external_id) => {
                    let entry = Entry { external_id: external_id.clone(), locked: false };
                    associations.entries.insert(ours.clone(), entry);
                    associations.selected.get_or_insert_with(|| ours.clone());
                }
                None => {
                    associations.entries.remove(&ours);
                    if associations.selected.as_ref() == Some(&ours) {
                        associations.selected = None;
                    }
                }
            }
        }
    }
}
