//! One run of the checks: what was found, and what later checks use of it.

use contract::ExternalId;
use genesys_cloud::{
    Action, Client, HrisIntegration, ManagementUnit, ManagementUnitId, TimeOffPlan, UserId,
    Workflow,
};
use serde_json::{Map, Value};

use super::step::{CONFIGURATION, EDIT_AGENTS, EDIT_REQUESTS, Step};
use crate::Error;
use crate::bridge::BridgeError;
use crate::context::Context;

/// What came of a check.
pub(super) enum Finding {
    /// It is in order.
    Good(String),
    /// It is not.
    Bad(Problem),
    /// Something failed before it, or it cannot be tried at all.
    Untried { detail: String, cause: Option<Step> },
}

/// What is wrong.
pub(super) struct Problem {
    pub(super) detail: String,
    /// `None`: the check's own.
    pub(super) remedy: Option<String>,
}

impl Problem {
    pub(super) fn new(detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), remedy: None }
    }

    pub(super) fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let problem = Self::new(error.to_string());
        match error {
            // Its sentence says what to do.
            error if error.is_usage() => problem.with_remedy(""),
            Error::NoCredentials | Error::NoRegion | Error::NoIntegration | Error::Bridge(_) => {
                problem.with_remedy("")
            }
            _ => problem,
        }
    }
}

impl From<genesys_cloud::Error> for Problem {
    fn from(error: genesys_cloud::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<BridgeError> for Problem {
    fn from(error: BridgeError) -> Self {
        Error::from(error).into()
    }
}

/// One run of the checks.
pub(super) struct Examination<'a> {
    pub(super) context: &'a Context,
    pub(super) findings: Vec<(Step, Finding)>,
    pub(super) client: Option<Client>,
    /// An active agent of the index.
    pub(super) agent: Option<ExternalId>,
    /// BambooHR itself refuses or fails: everything behind it will.
    pub(super) hris_fails: bool,
    pub(super) integrations: Vec<HrisIntegration>,
    /// The one of them that is meant, on or off.
    pub(super) integration: Option<HrisIntegration>,
    /// How it is configured, as people see it, or why that cannot be read.
    pub(super) configuration: Option<Result<String, Problem>>,
    pub(super) properties: Option<Map<String, Value>>,
    pub(super) units: Vec<ManagementUnit>,
    /// An agent whose selected integration this is.
    pub(super) associated: Option<(ManagementUnitId, UserId)>,
    pub(super) plans: Vec<TimeOffPlan>,
    pub(super) workflows: Vec<Workflow>,
    pub(super) actions: Vec<Action>,
}

impl<'a> Examination<'a> {
    pub(super) fn new(context: &'a Context) -> Self {
        Self {
            context,
            findings: Vec::new(),
            client: context.genesys().ok(),
            agent: None,
            hris_fails: false,
            integrations: Vec::new(),
            integration: None,
            configuration: None,
            properties: None,
            units: Vec::new(),
            associated: None,
            plans: Vec::new(),
            workflows: Vec::new(),
            actions: Vec::new(),
        }
    }

    /// Tries one check, unless one that it depends on has failed.
    pub(super) async fn take(&mut self, step: Step) {
        let finding = match self.obstacle(step) {
            Some(cause) => Finding::Untried {
                detail: format!("Not tried: {cause} comes before it."),
                cause: Some(cause),
            },
            None if matches!(step, EDIT_AGENTS | EDIT_REQUESTS) => Finding::Untried {
                detail: "A right to edit cannot be tried without harm.".to_owned(),
                cause: None,
            },
            None => match self.look(step).await {
                Ok(finding) => finding,
                Err(problem) => Finding::Bad(problem),
            },
        };
        self.findings.push((step, finding));
    }

    /// The check by whose failure this one cannot be tried, or would say nothing new.
    fn obstacle(&self, step: Step) -> Option<Step> {
        let found = |before: &Step| {
            let found = self.findings.iter().find(|(known, _)| known == before);
            found.map(|(_, finding)| finding)
        };
        let needed = step.needs().iter().find_map(|before| match found(before)? {
            Finding::Good(_) => None,
            // It is switched off, which is no obstacle to reading how it is configured.
            Finding::Bad(_) if step == CONFIGURATION && self.integration.is_some() => None,
            Finding::Bad(_) => Some(*before),
            Finding::Untried { cause, .. } => Some(cause.unwrap_or(*before)),
        });
        let followed = || {
            step.follows().iter().copied().find(|before| match (before, found(before)) {
                (Step::BambooHr, Some(Finding::Bad(_))) => self.hris_fails,
                (_, Some(Finding::Bad(_))) => true,
                _ => false,
            })
        };
        needed.or_else(followed)
    }

    async fn look(&mut self, step: Step) -> Result<Finding, Problem> {
        let found = match step {
            Step::Table => self.table().await,
            Step::Index => self.index().await,
            Step::BambooHr => self.bamboohr().await,
            Step::Api => self.api().await,
            Step::Token => self.token().await,
            Step::Integration => self.integration().await,
            Step::Units => self.units().await,
            Step::Right(permission) => self.right(permission).await,
            Step::Workflow(name) => self.workflow(name),
            Step::Action(name) => self.action(name).await,
            Step::TypesJob => self.types_job().await,
            Step::BalanceJob => return self.balance_job().await,
        };
        found.map(Finding::Good)
    }

    /// The client; that there is one, `token` has found out.
    pub(super) fn genesys(&self) -> Result<Client, Problem> {
        match &self.client {
            Some(client) => Ok(client.clone()),
            None => Ok(self.context.genesys()?),
        }
    }
}
