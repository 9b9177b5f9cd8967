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
use crate::rows::{MOST_ROWS, value};
use crate::wire::{Amount, Text};

/// The most rows that BambooHR puts on a page; its default is 250.
const ROWS_PER_PAGE: &str = "2500";

/// More text than this, the addresses and fields of all employees together, is no right list. With
/// 500 bytes each, 60,000 employees have less.
const LONGEST_TEXT: usize = 32 * 1024 * 1024;

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
        let mut columns = Columns {
            endpoint: Endpoint::Directory,
            id: "id",
            email: EmailField::WorkEmail.as_str(),
            has_status: false,
            fields: Vec::new(),
        };
        for field in fields {
            let name = field.in_directory().ok_or_else(|| hidden_from_directory(field.as_str()))?;
            columns.fields.push((name, *field));
        }
        let answer =
            self.read(Outgoing::get(Endpoint::Directory, &[("onlyCurrent", "true")])).await?;
        let directory: WireDirectory<'_> = answer.json()?;
        let mut hidden: Vec<&str> = columns.names().collect();
        answer.each_row(directory.fields.get(), |column| {
            let shown = value::<WireColumn>(Some(column)).unwrap_or_default();
            hidden.retain(|name| shown.id.filled() != Some(name));
            Ok(())
        })?;
        if let Some(hidden) = columns.names().find(|name| hidden.contains(name)) {
            return Err(hidden_from_directory(hidden));
        }
        let mut employees = Employees::default();
        answer.each_row(directory.employees.get(), |row| {
            employees.add(columns.read(row)?, &answer)
        })?;
        employees.sorted(Endpoint::Directory)
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
            endpoint: Endpoint::Employees,
            id: "employeeId",
            email: query.email_field.as_str(),
            has_status: true,
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

    /// Rows that add up to BambooHR's own total are the whole list, even if a cursor follows: it is
    /// followed, and a page without rows ends the walk.
    async fn walk(&self, filter: (&str, &str), columns: &Columns) -> Result<Vec<Employee>, Error> {
        // One comma list: of a repeated plain key most servers keep the last value only.
        let fields = columns.names().collect::<Vec<_>>().join(",");
        let mut employees = Employees::default();
        let (mut cursor, mut total) = (None::<String>, 0);
        loop {
            let mut query =
                vec![filter, ("fields", fields.as_str()), ("page[limit]", ROWS_PER_PAGE)];
            query.extend(cursor.as_deref().map(|cursor| ("page[after]", cursor)));
            let answer = self.read(Outgoing::get(Endpoint::Employees, &query)).await?;
            let WirePage { data, meta } = answer.json()?;
            let before = employees.listed.len();
            answer.each_row(data.get(), |row| employees.add(columns.read(row)?, &answer))?;
            let is_empty = employees.listed.len() == before;
            // What an empty page behind the last one says of the total need not be right.
            total = if is_empty { meta.total.max(total) } else { meta.total };
            let next = meta.page.next_cursor.filled();
            let is_last = is_empty || next.is_none();
            if employees.listed.len() > total || (is_last && employees.listed.len() != total) {
                let detail = "its rows do not add up to its own total";
                return Err(incomplete(Endpoint::Employees, detail));
            }
            match next {
                Some(next) if !is_last => cursor = Some(next.to_owned()),
                _ => return employees.sorted(Endpoint::Employees),
            }
        }
    }
}

/// The employees read so far, in an amount of memory that has an end.
#[derive(Default)]
struct Employees {
    listed: Vec<Employee>,
    text_length: usize,
}

impl Employees {
    fn add(&mut self, employee: Employee, answer: &Answer) -> Result<(), Error> {
        self.text_length += employee.text_length();
        if self.listed.len() >= MOST_ROWS || self.text_length > LONGEST_TEXT {
            return Err(answer.bad(format!("a list of more than {MOST_ROWS} rows, or more text")));
        }
        self.listed.push(employee);
        Ok(())
    }

    /// Ordered by id. Nobody is in it twice.
    fn sorted(self, endpoint: Endpoint) -> Result<Vec<Employee>, Error> {
        let mut employees = self.listed;
        employees.sort_unstable_by_key(|employee| employee.id);
        let is_twice = |pair: &[Employee]| matches!(pair, [one, other] if one.id == other.id);
        match employees.windows(2).any(is_twice) {
            true => Err(incomplete(endpoint, "an employee is listed twice")),
            false => Ok(employees),
        }
    }
}

fn incomplete(endpoint: Endpoint, detail: &str) -> Error {
    Error::new(ErrorKind::Incomplete, endpoint).with_detail(detail)
}

fn hidden_from_directory(field: &'static str) -> Error {
    Error::new(ErrorKind::RestrictedField { field }, Endpoint::Directory)
}

/// The rows of a page stay text until they are read one by one: what was not asked for is never
/// kept.
#[derive(Deserialize)]
struct WirePage<'a> {
    #[serde(borrow)]
    data: &'a RawValue,
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
    #[serde(borrow)]
    fields: &'a RawValue,
    #[serde(borrow)]
    employees: &'a RawValue,
}

#[derive(Default, Deserialize)]
struct WireColumn {
    id: Text,
}

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let Amount(total) = Amount::deserialize(deserializer)?;
    match total.is_integer() {
        true => total.try_into().map_err(serde::de::Error::custom),
        false => Err(serde::de::Error::custom("a total that is no whole number")),
    }
}
