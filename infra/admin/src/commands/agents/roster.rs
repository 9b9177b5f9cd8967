//! Whom we know: the agents of the index, and who is employed in BambooHR at present.

use std::collections::{BTreeMap, HashMap, HashSet};

use contract::ExternalId;
use lambda_host::settings::{EmailField, EmployeeSource};
use timeoff::AgentSource;

use super::verdict::Holders;
use crate::Error;
use crate::context::Context;

/// Who is an agent, and by which e-mail. The index says who is one, as the functions are told to
/// choose; BambooHR says who is active now, which the index learns at its next run.
pub(super) struct Roster {
    /// The active agents of the index, with their e-mail or the one that is pinned.
    agents: BTreeMap<ExternalId, String>,
    /// By the folded address: agents first, then whoever else is employed.
    by_email: HashMap<String, ExternalId>,
    exact: HashSet<String>,
    employed: HashSet<ExternalId>,
}

impl Roster {
    /// Reads the index and BambooHR's employees.
    pub(super) async fn read(context: &Context) -> Result<Self, Error> {
        let index = context.index().await?;
        let (email_field, from) =
            (EmailField::read(context.variables())?, EmployeeSource::read(context.variables())?);
        let snapshot = index.snapshot().await?;
        let mut agents: BTreeMap<ExternalId, String> = snapshot
            .agents
            .into_iter()
            .filter(|agent| agent.is_active())
            .map(|agent| (agent.external_id, agent.email.as_str().to_owned()))
            .collect();
        for alias in index.aliases().await? {
            if let Some(email) = agents.get_mut(&alias.external_id) {
                *email = alias.email.as_str().to_owned();
            }
        }
        let source = AgentSource::everybody(email_field, from);
        let hris = context.hris().await?;
        let employees = hris.read(async |session| source.list(session).await).await?;
        let employed = employees.iter().map(|employee| employee.external_id).collect();
        let others = employees
            .iter()
            .filter_map(|employee| Some((employee.external_id, employee.email.as_ref()?.as_str())));
        Ok(Self::joined(agents, others, employed))
    }

    fn joined<'a>(
        mut agents: BTreeMap<ExternalId, String>,
        others: impl Iterator<Item = (ExternalId, &'a str)>,
        employed: HashSet<ExternalId>,
    ) -> Self {
        agents.retain(|id, _| employed.contains(id));
        let (mut by_email, mut exact) = (HashMap::new(), HashSet::new());
        let mut add = |id: ExternalId, email: &str| {
            by_email.entry(email.to_lowercase()).or_insert(id);
            exact.insert(email.to_owned());
        };
        agents.iter().for_each(|(id, email)| add(*id, email));
        others.filter(|(id, _)| !agents.contains_key(id)).for_each(|(id, email)| add(id, email));
        Self { agents, by_email, exact, employed }
    }

    /// Agents of the index with their e-mails, and who else is employed.
    #[cfg(test)]
    pub(super) fn of<'a>(
        agents: impl IntoIterator<Item = (ExternalId, &'a str)>,
        others: impl IntoIterator<Item = ExternalId>,
    ) -> Self {
        let agents: BTreeMap<ExternalId, String> =
            agents.into_iter().map(|(id, email)| (id, email.to_owned())).collect();
        let employed = agents.keys().copied().chain(others).collect();
        Self::joined(agents, std::iter::empty(), employed)
    }

    /// Whether somebody active has this id.
    pub(super) fn is_employed(&self, id: ExternalId) -> bool {
        self.employed.contains(&id)
    }

    /// Whose address it is here, whatever its case.
    pub(super) fn with_email(&self, email: &str) -> Option<ExternalId> {
        self.by_email.get(&email.trim().to_lowercase()).copied()
    }

    /// Whether somebody has this address letter by letter, which is what Genesys compares.
    pub(super) fn has_exactly(&self, email: &str) -> bool {
        self.exact.contains(email)
    }

    /// The agents whom nobody in Genesys matches: neither by id nor by the exact address.
    pub(super) fn unmatched<'a>(
        &'a self,
        holders: &Holders,
        emails: &HashSet<&str>,
    ) -> Vec<(ExternalId, &'a str)> {
        let is_unmatched =
            |(id, email): &(ExternalId, &str)| !holders.have(*id) && !emails.contains(email);
        self.agents.iter().map(|(id, email)| (*id, email.as_str())).filter(is_unmatched).collect()
    }
}
