//! One employee out of a list or the directory: what was asked for is kept, the rest is skipped
//! unread.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Employee, EmployeeField};
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::id::EmployeeId;
use crate::rows::value;
use crate::unreadable::bad_record;
use crate::wire::Text;

const STATUS: &str = "status";
const RESTRICTED: &str = "_restrictedFields";

/// Which keys of a row are read, and as what.
pub(super) struct Columns {
    pub(super) endpoint: Endpoint,
    pub(super) id: &'static str,
    pub(super) email: &'static str,
    /// The directory lists active employees only, and does not say so row by row.
    pub(super) has_status: bool,
    pub(super) fields: Vec<(&'static str, EmployeeField)>,
}

impl Columns {
    /// The names that are asked for.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.email).chain(self.fields.iter().map(|(name, _)| *name))
    }

    /// The employee of a row. A key that was asked for and is absent is an error, since absent is
    /// not "no": an employee without the key `status` is not one who left.
    pub(super) fn read(&self, row: &RawValue) -> Result<Employee, Error> {
        let found = Found::of(self, row).unwrap_or_default();
        let id = value(found.id);
        let odd = |field| self.unreadable(id, field);
        let needed = self.names().chain(self.has_status.then_some(STATUS));
        let hidden = restricted(found.restricted).ok_or_else(|| odd(RESTRICTED))?;
        for name in needed {
            if hidden.iter().any(|hidden| hidden == name) {
                return Err(Error::new(ErrorKind::RestrictedField { field: name }, self.endpoint));
            }
        }
        let mut fields = Vec::new();
        for ((name, field), raw) in self.fields.iter().zip(found.fields) {
            let text: Text = value(raw).ok_or_else(|| odd(name))?;
            fields.extend(text.filled().map(|text| (*field, text.to_owned())));
        }
        Ok(Employee {
            id: id.ok_or_else(|| odd(self.id))?,
            email: email(found.email).ok_or_else(|| odd(self.email))?,
            active: !self.has_status || active(found.status).ok_or_else(|| odd(STATUS))?,
            fields,
        })
    }

    fn unreadable(&self, id: Option<EmployeeId>, field: &str) -> Error {
        let who = id.map_or_else(|| "an employee".to_owned(), |id| format!("the employee {id}"));
        bad_record(
            self.endpoint,
            format!(
                "{who} cannot be read, because of the field {field}. Correct the employee in \
                BambooHR, and let the owner of the API key read the field"
            ),
        )
    }
}

/// The values of the keys that are read: `None` for a key that is absent, the text `null` for one
/// without a value.
#[derive(Default)]
struct Found<'a> {
    id: Option<&'a RawValue>,
    email: Option<&'a RawValue>,
    status: Option<&'a RawValue>,
    restricted: Option<&'a RawValue>,
    fields: Vec<Option<&'a RawValue>>,
}

impl<'a> Found<'a> {
    fn of(columns: &Columns, row: &'a RawValue) -> Result<Self, serde_json::Error> {
        serde_json::Deserializer::from_str(row.get()).deserialize_map(RowVisitor(columns))
    }

    fn place(&mut self, columns: &Columns, key: &str) -> Option<&mut Option<&'a RawValue>> {
        match key {
            _ if key == columns.id => Some(&mut self.id),
            _ if key == columns.email => Some(&mut self.email),
            STATUS => Some(&mut self.status),
            RESTRICTED => Some(&mut self.restricted),
            _ => {
                let place = columns.fields.iter().position(|(name, _)| key == *name)?;
                self.fields.get_mut(place)
            }
        }
    }
}

struct RowVisitor<'a>(&'a Columns);

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Visitor<'de> for RowVisitor<'_> {
    type Value = Found<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an employee")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found<'de>, A::Error> {
        let Self(columns) = self;
        let mut found = Found { fields: vec![None; columns.fields.len()], ..Found::default() };
        while let Some(Key(key)) = map.next_key()? {
            match found.place(columns, &key) {
                Some(place) => *place = Some(map.next_value()?),
                None => drop(map.next_value::<de::IgnoredAny>()?),
            }
        }
        Ok(found)
    }
}

/// The address without surrounding blanks, `Some(None)` where there is none; `None` when that
/// cannot be told.
fn email(raw: Option<&RawValue>) -> Option<Option<String>> {
    let text: Option<String> = value(raw)?;
    Some(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
}

fn active(raw: Option<&RawValue>) -> Option<bool> {
    let status: String = value(raw)?;
    match status.trim() {
        status if status.eq_ignore_ascii_case("active") => Some(true),
        status if status.eq_ignore_ascii_case("inactive") => Some(false),
        _ => None,
    }
}

/// The fields that the key's owner may not read of this employee: a list, or an object with the
/// list's indices as its keys; `None` when that cannot be told.
fn restricted(raw: Option<&RawValue>) -> Option<Vec<String>> {
    let Some(raw) = raw else { return Some(Vec::new()) };
    let names: Vec<Value> = match value(Some(raw))? {
        Value::Null => Vec::new(),
        Value::Array(names) => names,
        Value::Object(names) => names.into_iter().map(|(_, name)| name).collect(),
        _ => return None,
    };
    names.into_iter().map(|name| name.as_str().map(str::to_owned)).collect()
}
