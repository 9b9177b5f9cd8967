//! The checks of `doctor`, and which has to hold before another can be tried.

use std::fmt;

use contract::operations::operations;

/// One check, a line of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Table,
    Index,
    BambooHr,
    Api,
    Token,
    Integration,
    Units,
    /// A permission of the OAuth client.
    Right(&'static str),
    Workflow(&'static str),
    Action(&'static str),
    TypesJob,
    BalanceJob,
}

pub(super) const INTEGRATIONS: Step = Step::Right("wfm:integration:view");
pub(super) const CONFIGURATION: Step = Step::Right("integrations:integration:view");
pub(super) const AGENTS: Step = Step::Right("wfm:agent:view");
pub(super) const REQUESTS: Step = Step::Right("wfm:timeOffRequest:view");
pub(super) const PLANS: Step = Step::Right("wfm:timeOffPlan:view");
pub(super) const DIRECTORY: Step = Step::Right("directory:user:view");
pub(super) const FLOWS: Step = Step::Right("architect:flow:view");
pub(super) const ACTIONS: Step = Step::Right("integrations:action:view");
pub(super) const EXECUTE: Step = Step::Right("integrations:action:execute");
pub(super) const EDIT_AGENTS: Step = Step::Right("wfm:agent:edit");
pub(super) const EDIT_REQUESTS: Step = Step::Right("wfm:timeOffRequest:edit");

pub(super) const GET_AGENTS: &str = "HRIS-Get-Agents";
pub(super) const GET_TYPES: &str = "HRIS-Get-Timeoff-Types";
pub(super) const GET_BALANCE: &str = "HRIS-Get-Balance";
pub(super) const INSERT: &str = "HRIS-Insert-TimeOff";
pub(super) const UPDATE: &str = "HRIS-Update-TimeOff";
pub(super) const FIND_BY_ID: &str = "HRIS-Find-Agent-By-ExternalId";

impl Step {
    /// Every check, in the order in which they are tried: each after those that it depends on.
    pub(super) fn all() -> Vec<Self> {
        let operations = operations();
        let workflows = operations.iter().filter(|operation| operation.workflow);
        // The look-ups first, one of which stands for the list of agents.
        let actions = operations.iter().rev();
        [Self::Table, Self::Index, Self::BambooHr, Self::Api, Self::Token, INTEGRATIONS]
            .into_iter()
            .chain([Self::Integration, CONFIGURATION, Self::Units, AGENTS, REQUESTS, PLANS])
            .chain([DIRECTORY, EDIT_AGENTS, EDIT_REQUESTS, FLOWS])
            .chain(workflows.map(|operation| Self::Workflow(operation.name)))
            .chain([ACTIONS, EXECUTE])
            .chain(actions.map(|operation| Self::Action(operation.name)))
            .chain([Self::TypesJob, Self::BalanceJob])
            .collect()
    }

    /// What has to hold, or this cannot be tried.
    pub(super) fn needs(self) -> &'static [Self] {
        match self {
            Self::Index => &[Self::Table],
            Self::Integration => &[INTEGRATIONS],
            CONFIGURATION => &[Self::Integration],
            AGENTS | REQUESTS | PLANS => &[Self::Units],
            EDIT_AGENTS | EDIT_REQUESTS => &[],
            Self::Units | Self::Right(_) if self != EXECUTE => &[Self::Token],
            EXECUTE => &[ACTIONS],
            Self::Workflow(_) => &[FLOWS],
            Self::Action(_) => &[ACTIONS, EXECUTE],
            Self::TypesJob => &[Self::Integration],
            Self::BalanceJob => &[Self::Integration, AGENTS, PLANS, REQUESTS],
            _ => &[],
        }
    }

    /// What this would fail by as well: it says no more once that has failed.
    pub(super) fn follows(self) -> &'static [Self] {
        match self {
            Self::Action(GET_TYPES) => &[Self::BambooHr],
            Self::Action(GET_AGENTS) => &[Self::Action(FIND_BY_ID)],
            Self::TypesJob => &[Self::BambooHr, Self::Workflow(GET_TYPES), Self::Action(GET_TYPES)],
            Self::BalanceJob => {
                &[Self::BambooHr, Self::Workflow(GET_BALANCE), Self::Action(GET_BALANCE)]
            }
            _ => &[],
        }
    }

    /// What reads more with it, and is tried without it as well.
    pub(super) fn gains_by(self) -> &'static [Self] {
        match self {
            Self::Workflow(_) => &[CONFIGURATION],
            AGENTS => &[Self::Integration],
            _ => &[],
        }
    }

    /// Whether a word of `--only` or `--skip` means it: its name, or the part before the colon.
    pub(super) fn is_called(self, word: &str) -> bool {
        let name = self.to_string();
        name.eq_ignore_ascii_case(word)
            || name.split_once(':').is_some_and(|(kind, _)| kind.eq_ignore_ascii_case(word))
    }

    /// What to do when it fails, where the failure does not say so itself.
    pub(super) fn remedy(self) -> String {
        match self {
            Self::Table => "Compare TABLE_NAME and the region with the stack's outputs.".to_owned(),
            Self::Index => "See infra/aws/RUNBOOK.md for the log of get-agents.".to_owned(),
            Self::BambooHr => "See infra/aws/README.md for the secret and its key.".to_owned(),
            Self::Api => "Search the functions' log for the correlation id.".to_owned(),
            Self::Token => "Compare id, secret and region with the OAuth client.".to_owned(),
            Self::Integration => "See infra/genesys/README.md, \"WFM integration\".".to_owned(),
            Self::Units => {
                "Give the OAuth client's role for the divisions of the units.".to_owned()
            }
            Self::Right(permission) => {
                format!("Add {permission} to the role of the OAuth client.")
            }
            Self::Workflow(name) => format!("Publish {name}: infra/genesys/README.md."),
            Self::Action(name) => format!(
                "Test {name} in Genesys: Actions, the action, Test. It shows what the API answered."
            ),
            Self::TypesJob => format!("Look at the last execution of {GET_TYPES} in Architect."),
            Self::BalanceJob => {
                format!("Look at the last execution of {GET_BALANCE} in Architect.")
            }
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table => f.write_str("table"),
            Self::Index => f.write_str("index"),
            Self::BambooHr => f.write_str("bamboohr"),
            Self::Api => f.write_str("api"),
            Self::Token => f.write_str("token"),
            Self::Integration => f.write_str("integration"),
            Self::Units => f.write_str("units"),
            Self::Right(permission) => write!(f, "right:{permission}"),
            Self::Workflow(name) => write!(f, "workflow:{name}"),
            Self::Action(name) => write!(f, "action:{name}"),
            Self::TypesJob => f.write_str("types-job"),
            Self::BalanceJob => f.write_str("balance-job"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_check_depends_on_is_tried_before_it() {
        let all = Step::all();
        let place = |step: &Step| all.iter().position(|known| known == step).unwrap();
        for step in &all {
            for earlier in [step.needs(), step.follows(), step.gains_by()].concat() {
                assert!(place(&earlier) < place(step), "{earlier} {step}");
            }
        }
    }

    #[test]
    fn every_check_is_called_by_its_name_or_its_kind() {
        let called = |word: &str| Step::all().iter().filter(|step| step.is_called(word)).count();
        assert_eq!((called("workflow"), called("action"), called("Table")), (5, 7, 1));
        assert_eq!((called("action:HRIS-Get-Balance"), called("HRIS"), called("act")), (1, 0, 0));
    }
}
