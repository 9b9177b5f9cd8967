//! The employees who are agents, as BambooHR has them.

use bamboohr::{Employee, EmployeeField, EmployeeId, EmployeeQuery, ErrorKind};
use contract::ExternalId;
use lambda_host::Settings;
use lambda_host::settings::{EmailField, EmployeeSource, FilterField};
use timeoff::{Error, Session};

/// Where the employees are read, what of them, and which of them are agents.
#[derive(Debug)]
pub(crate) struct Source {
    from: EmployeeSource,
    query: EmployeeQuery,
    /// For each field the values allowed, folded.
    filter: Vec<(EmployeeField, Vec<String>)>,
}

impl Source {
    pub(crate) fn new(settings: &Settings) -> Self {
        let filter: Vec<_> = settings
            .agent_filter
            .fields()
            .map(|(field, values)| {
                (employee_field(field), values.iter().map(|value| folded(value)).collect())
            })
            .collect();
        let email_field = match settings.email_field {
            EmailField::Work => bamboohr::EmailField::WorkEmail,
            EmailField::Home => bamboohr::EmailField::HomeEmail,
        };
        let fields = filter.iter().map(|(field, _)| *field).collect();
        Self {
            from: settings.employee_source,
            query: EmployeeQuery { email_field, fields },
            filter,
        }
    }

    /// Whether BambooHR can be asked for an employee by e-mail: its filter takes the work address.
    pub(crate) fn finds_by_email(&self) -> bool {
        self.query.email_field == bamboohr::EmailField::WorkEmail
    }

    /// Whether reading one employee shows that a field of `AGENT_FILTER` is kept from the key. The
    /// directory has its columns for everybody or for nobody.
    pub(crate) fn can_be_probed(&self) -> bool {
        self.from == EmployeeSource::Employees && !self.filter.is_empty()
    }

    /// All active employees who are agents, with the e-mail as BambooHR has it: complete, or an
    /// error.
    pub(crate) async fn records(
        &self,
        session: &Session<'_>,
    ) -> Result<Vec<(ExternalId, Option<String>)>, Error> {
        let employees = match self.from {
            EmployeeSource::Employees => {
                session.run(|api| async move { api.employees(&self.query).await }).await?
            }
            EmployeeSource::Directory => self.directory(session).await?,
        };
        Ok(employees
            .into_iter()
            .filter(|employee| employee.active && self.is_agent(employee))
            .filter_map(|employee| Some((external_id(employee.id)?, employee.email)))
            .collect())
    }

    /// The employee with this id, active or not.
    pub(crate) async fn by_id(
        &self,
        session: &Session<'_>,
        id: ExternalId,
    ) -> Result<Option<Employee>, Error> {
        let found = match (self.from, EmployeeId::new(id.get())) {
            (_, None) => None,
            (EmployeeSource::Employees, Some(id)) => {
                session.run(|api| async move { api.employee(id, &self.query).await }).await?
            }
            (EmployeeSource::Directory, Some(id)) => {
                self.directory(session).await?.into_iter().find(|employee| employee.id == id)
            }
        };
        Ok(found.filter(|employee| self.is_agent(employee)))
    }

    /// The employee with this e-mail, in whatever case: an active one, else one who left; of
    /// several the one with the highest id.
    pub(crate) async fn by_email(
        &self,
        session: &Session<'_>,
        email: &str,
    ) -> Result<Option<Employee>, Error> {
        let found = match self.from {
            EmployeeSource::Employees => {
                session
                    .run(|api| async move { api.employees_by_email(email, &self.query).await })
                    .await?
            }
            EmployeeSource::Directory => self.directory(session).await?,
        };
        let wanted = folded(email);
        Ok(found
            .into_iter()
            .filter(|employee| {
                self.is_agent(employee)
                    && employee.email.as_deref().map(folded).as_ref() == Some(&wanted)
            })
            .max_by_key(|employee| (employee.active, employee.id)))
    }

    async fn directory(&self, session: &Session<'_>) -> Result<Vec<Employee>, Error> {
        let read = session.run(|api| async move { api.directory(&self.query.fields).await }).await;
        match read {
            // So BambooHR answers an empty directory.
            Err(Error::Hris(error)) if *error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            read => read,
        }
    }

    fn is_agent(&self, employee: &Employee) -> bool {
        self.filter.iter().all(|(field, allowed)| {
            employee.field(*field).is_some_and(|value| allowed.contains(&folded(value)))
        })
    }
}

/// An id of BambooHR is Genesys' externalId. Neither is ever 0.
pub(crate) fn external_id(id: EmployeeId) -> Option<ExternalId> {
    ExternalId::new(id.get())
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
