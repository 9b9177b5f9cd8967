//! The employees who are agents, as BambooHR has them.

use bamboohr::{Employee, EmployeeField, EmployeeQuery, ErrorKind};
use contract::{Email, ExternalId};
use lambda_host::Settings;
use lambda_host::settings::{EmailField, EmployeeSource, FilterField};

use crate::ids::Counterpart;
use crate::{Error, Session};

/// An active employee who is an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRecord {
    /// BambooHR's id of the employee.
    pub external_id: ExternalId,
    /// The address in the field that `EMAIL_FIELD` names; `None` where what stands there is none.
    pub email: Option<Email>,
}

/// Where the employees are read, what of them, and which of them are agents.
#[derive(Debug)]
pub struct AgentSource {
    from: EmployeeSource,
    query: EmployeeQuery,
    /// For each field the values allowed, folded.
    filter: Vec<(EmployeeField, Vec<String>)>,
}

impl AgentSource {
    /// The source that the settings describe.
    pub fn new(settings: &Settings) -> Self {
        let filter: Vec<_> = settings
            .agent_filter
            .fields()
            .map(|(field, values)| {
                (employee_field(field), values.iter().map(|value| folded(value)).collect())
            })
            .collect();
        let fields = filter.iter().map(|(field, _)| *field).collect();
        let query = EmployeeQuery { email_field: email_field(settings.email_field), fields };
        Self { from: settings.employee_source, query, filter }
    }

    /// Every active employee, whoever of them is an agent.
    pub fn everybody(email: EmailField, from: EmployeeSource) -> Self {
        let query = EmployeeQuery { email_field: email_field(email), fields: Vec::new() };
        Self { from, query, filter: Vec::new() }
    }

    /// Whether BambooHR can be asked for an employee by e-mail: its filter takes the work address.
    pub fn finds_by_email(&self) -> bool {
        self.query.email_field == bamboohr::EmailField::WorkEmail
    }

    /// Whether reading one employee shows that a field of `AGENT_FILTER` is kept from the key. The
    /// directory has its columns for everybody or for nobody.
    pub fn can_be_probed(&self) -> bool {
        self.from == EmployeeSource::Employees && !self.filter.is_empty()
    }

    /// All active employees who are agents: complete, or an error.
    ///
    /// # Errors
    /// BambooHR's failures; `HRIS_BAD_RESPONSE` for a list that does not add up.
    pub async fn list(&self, session: &Session<'_>) -> Result<Vec<AgentRecord>, Error> {
        let employees = match self.from {
            EmployeeSource::Employees => {
                session.run(|api| async move { api.employees(&self.query).await }).await?
            }
            EmployeeSource::Directory => self.directory(session).await?,
        };
        Ok(employees.into_iter().filter_map(|employee| self.agent(employee)).collect())
    }

    /// The active employee with this id who is an agent.
    ///
    /// # Errors
    /// BambooHR's failures.
    pub async fn by_id(
        &self,
        session: &Session<'_>,
        id: ExternalId,
    ) -> Result<Option<AgentRecord>, Error> {
        let id = id.counterpart();
        let found = match self.from {
            EmployeeSource::Employees => {
                session.run(|api| async move { api.employee(id, &self.query).await }).await?
            }
            EmployeeSource::Directory => {
                self.directory(session).await?.into_iter().find(|employee| employee.id == id)
            }
        };
        Ok(found.and_then(|employee| self.agent(employee)))
    }

    /// The active employee with this e-mail, in whatever case, who is an agent; of several the one
    /// with the highest id.
    ///
    /// # Errors
    /// BambooHR's failures.
    pub async fn by_email(
        &self,
        session: &Session<'_>,
        email: &Email,
    ) -> Result<Option<AgentRecord>, Error> {
        let text = email.as_str();
        let found = match self.from {
            EmployeeSource::Employees => {
                session
                    .run(|api| async move { api.employees_by_email(text, &self.query).await })
                    .await?
            }
            EmployeeSource::Directory => self.directory(session).await?,
        };
        Ok(found
            .into_iter()
            .filter_map(|employee| self.agent(employee))
            .filter(|agent| agent.email.as_ref().is_some_and(|held| held.is_same(email)))
            .max_by_key(|agent| agent.external_id))
    }

    async fn directory(&self, session: &Session<'_>) -> Result<Vec<Employee>, Error> {
        let read = session.run(|api| async move { api.directory(&self.query.fields).await }).await;
        match read {
            // So BambooHR answers an empty directory.
            Err(Error::BambooHr(error)) if *error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            read => read,
        }
    }

    /// The employee as an agent; `None` where the employee is not active or not selected.
    fn agent(&self, employee: Employee) -> Option<AgentRecord> {
        let selected = self.filter.iter().all(|(field, allowed)| {
            employee.field(*field).is_some_and(|value| allowed.contains(&folded(value)))
        });
        (employee.active && selected).then(|| AgentRecord {
            external_id: employee.id.counterpart(),
            email: employee.email.and_then(|email| email.parse().ok()),
        })
    }
}

fn email_field(field: EmailField) -> bamboohr::EmailField {
    match field {
        EmailField::Work => bamboohr::EmailField::WorkEmail,
        EmailField::Home => bamboohr::EmailField::HomeEmail,
    }
}

fn employee_field(field: FilterField) -> EmployeeField {
    match field {
        FilterField::Department => EmployeeField::DepartmentName,
        FilterField::Division => EmployeeField::DivisionName,
        FilterField::Location => EmployeeField::LocationName,
    }
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}
