//! Reading employees: the complete list, the directory, and single ones.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::row::Columns;
use super::{EmailField, Employee, EmployeeField, EmployeeQuery};
use crate::answer::Answer;
use crate::api::{Api, Outgoing};
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::id::EmployeeId;
use crate::wire::{Amount, Text};

/// The most rows that BambooHR puts on a page; its default is 250.
const ROWS_PER_PAGE: &str = "2500";

/// How often a list is read from its start when it changes while it is read.
const WALKS: u32 = 3;

impl Api {
    /// All active employees, ordered by id: complete, or an error.
    ///
    /// A list that changes while it is read is read again from its start, three times at most.
    ///
    /// # Errors
    /// [`Incomplete`](ErrorKind::Incomplete) when the rows do not add up to BambooHR's own total,
    /// [`RestrictedField`](ErrorKind::RestrictedField) when the key's owner may not read a field
    /// that was asked for of any one employee, or another [`Error`].
    pub async fn employees(&self, query: &EmployeeQuery) -> Result<Vec<Employee>, Error> {
        self.complete_list(("filter[status]", "active"), query).await
    }

    /// The company directory, ordered by id, with work addresses. Its employees are all active;
    /// some may be hidden from it: BambooHR calls it intentionally incomplete.
    ///
    /// # Errors
    /// [`RestrictedField`](ErrorKind::RestrictedField) when the directory has no such column,
    /// [`Forbidden`](ErrorKind::Forbidden) when the company does not share it,
    /// [`NotFound`](ErrorKind::NotFound) when it is empty,
    /// [`Incomplete`](ErrorKind::Incomplete) when it lists someone twice, or another [`Error`].
    pub async fn directory(&self, fields: &[EmployeeField]) -> Result<Vec<Employee>, Error> {
        let mut columns =
            Columns { id: "id", email: EmailField::WorkEmail.as_str(), fields: Vec::new() };
        for field in fields {
            let name = field
                .in_directory()
                .ok_or_else(|| restricted(Endpoint::Directory, field.as_str()))?;
            columns.fields.push((name, *field));
        }
        let answer =
            self.read(Outgoing::get(Endpoint::Directory, &[("onlyCurrent", "true")])).await?;
        let directory: WireDirectory<'_> = parse(&answer)?;
        let shown =
            |name: &str| directory.fields.iter().any(|column| column.id.filled() == Some(name));
        if let Some(hidden) = columns.names().find(|name| !shown(name)) {
            return Err(restricted(Endpoint::Directory, hidden));
        }
        let mut employees = Vec::with_capacity(directory.employees.len());
        for row in &directory.employees {
            let row = columns.read(row).map_err(|error| answer.unreadable(&error))?;
            employees.push(Employee { active: true, ..row.employee });
        }
        sorted_and_single(employees, Endpoint::Directory)
    }

    /// One employee, active or not; `None` when the key's owner sees none with this id.
    ///
    /// # Errors
    /// As of [`Api::employees`].
    pub async fn employee(
        &self,
        id: EmployeeId,
        query: &EmployeeQuery,
    ) -> Result<Option<Employee>, Error> {
        let employees = self.complete_list(("filter[ids]", &id.to_string()), query).await?;
        Ok(employees.into_iter().find(|employee| employee.id == id))
    }

    /// The employees, active or not, whose address (the one of the query's field) is this one, in
    /// whatever case, and whatever stands around it that no address has (people paste it along).
    ///
    /// # Errors
    /// As of [`Api::employees`].
    pub async fn employees_by_email(
        &self,
        email: &str,
        query: &EmployeeQuery,
    ) -> Result<Vec<Employee>, Error> {
        let email = email.trim();
        // BambooHR looks for parts of addresses: an empty text would be part of all of them.
        if email.is_empty() {
            return Ok(Vec::new());
        }
        let filter = format!("filter[{}]", query.email_field.as_str());
        let mut employees = self.complete_list((&filter, email), query).await?;
        let wanted = email.to_lowercase();
        let around =
            |character: char| !character.is_alphanumeric() && !character.is_ascii_graphic();
        employees.retain(|employee| {
            employee
                .email
                .as_deref()
                .is_some_and(|email| email.trim_matches(around).to_lowercase() == wanted)
        });
        Ok(employees)
    }

    async fn complete_list(
        &self,
        filter: (&str, &str),
        query: &EmployeeQuery,
    ) -> Result<Vec<Employee>, Error> {
        let columns = Columns {
            id: "employeeId",
            email: query.email_field.as_str(),
            fields: query.fields.iter().map(|field| (field.as_str(), *field)).collect(),
        };
        let mut walk = 1;
        loop {
            let error = match self.walk(filter, &columns).await {
                Ok(employees) => return Ok(employees),
                Err(error) => error,
            };
            // `BadPage`: the employee at the edge of the page has left the list in the meantime.
            let changed = error.code() == Some("BadPage") || *error.kind() == ErrorKind::Incomplete;
            match changed && walk < WALKS {
                true => walk += 1,
                false if changed => {
                    return Err(incomplete(
                        Endpoint::Employees,
                        "it kept changing, or contradicted itself, while it was read",
                    ));
                }
                false => return Err(error),
            }
        }
    }

    async fn walk(&self, filter: (&str, &str), columns: &Columns) -> Result<Vec<Employee>, Error> {
        // One comma list: of a repeated plain key most servers keep the last value only.
        let fields = columns.names().collect::<Vec<_>>().join(",");
        let mut employees: Vec<Employee> = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut query =
                vec![filter, ("fields", fields.as_str()), ("page[limit]", ROWS_PER_PAGE)];
            query.extend(cursor.as_deref().map(|cursor| ("page[after]", cursor)));
            let answer = self.read(Outgoing::get(Endpoint::Employees, &query)).await?;
            let page: WirePage<'_> = parse(&answer)?;
            for row in &page.data {
                let row = columns.read(row).map_err(|error| answer.unreadable(&error))?;
                if let Some(name) = row.restricted {
                    return Err(restricted(Endpoint::Employees, name));
                }
                employees.push(row.employee);
            }
            let next = page.meta.page.next_cursor.filled();
            // Without this a cursor that leads nowhere would be followed for ever.
            let stuck =
                next.is_some() && (page.data.is_empty() || employees.len() >= page.meta.total);
            if stuck || (next.is_none() && employees.len() != page.meta.total) {
                return Err(incomplete(
                    Endpoint::Employees,
                    "its rows do not add up to its own total",
                ));
            }
            match next {
                Some(next) => cursor = Some(next.to_owned()),
                None => return sorted_and_single(employees, Endpoint::Employees),
            }
        }
    }
}

fn sorted_and_single(
    mut employees: Vec<Employee>,
    endpoint: Endpoint,
) -> Result<Vec<Employee>, Error> {
    employees.sort_unstable_by_key(|employee| employee.id);
    let twice = employees.windows(2).any(|pair| matches!(pair, [one, other] if one.id == other.id));
    if twice { Err(incomplete(endpoint, "an employee is listed twice")) } else { Ok(employees) }
}

fn incomplete(endpoint: Endpoint, detail: &str) -> Error {
    Error::new(ErrorKind::Incomplete, endpoint).with_detail(detail)
}

fn restricted(endpoint: Endpoint, field: &'static str) -> Error {
    Error::new(ErrorKind::RestrictedField { field }, endpoint)
}

fn parse<'a, T: Deserialize<'a>>(answer: &'a Answer) -> Result<T, Error> {
    serde_json::from_slice(&answer.body).map_err(|error| answer.unreadable(&error))
}

/// The rows of a page stay text until they are read one by one: what was not asked for is never
/// kept.
#[derive(Deserialize)]
struct WirePage<'a> {
    #[serde(borrow)]
    data: Vec<&'a RawValue>,
    meta: WireMeta,
}

#[derive(Deserialize)]
struct WireMeta {
    #[serde(deserialize_with = "count")]
    total: usize,
    page: WireCursors,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCursors {
    #[serde(default)]
    next_cursor: Text,
}

#[derive(Deserialize)]
struct WireDirectory<'a> {
    fields: Vec<WireColumn>,
    #[serde(borrow)]
    employees: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct WireColumn {
    id: Text,
}

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let Amount(total) = Amount::deserialize(deserializer)?;
    total.try_into().map_err(serde::de::Error::custom)
}
