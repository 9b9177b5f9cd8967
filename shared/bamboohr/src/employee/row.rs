//! One employee out of a list or the directory: what was asked for is kept, the rest is skipped
//! unread.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, DeserializeSeed};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{Employee, EmployeeField};
use crate::id::EmployeeId;
use crate::wire::Text;

/// Which keys of a row are read, and as what.
pub(super) struct Columns {
    pub(super) id: &'static str,
    pub(super) email: &'static str,
    pub(super) fields: Vec<(&'static str, EmployeeField)>,
}

pub(super) struct Row {
    pub(super) employee: Employee,
    /// A field that was asked for and is kept from the key's owner.
    pub(super) restricted: Option<&'static str>,
}

impl Columns {
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.email).chain(self.fields.iter().map(|(name, _)| *name))
    }

    pub(super) fn read(&self, row: &RawValue) -> Result<Row, serde_json::Error> {
        self.deserialize(&mut serde_json::Deserializer::from_str(row.get()))
    }
}

impl<'de> DeserializeSeed<'de> for &Columns {
    type Value = Row;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Row, D::Error> {
        deserializer.deserialize_map(RowVisitor(self))
    }
}

struct RowVisitor<'a>(&'a Columns);

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> de::Visitor<'de> for RowVisitor<'_> {
    type Value = Row;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an employee")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
        let Self(columns) = self;
        let mut id: Option<EmployeeId> = None;
        let (mut email, mut active, mut fields, mut hidden) = (None, false, Vec::new(), None);
        while let Some(Key(key)) = map.next_key()? {
            if key == columns.id {
                id = Some(map.next_value()?);
            } else if key == columns.email {
                email = map.next_value::<Text>()?.filled().map(str::to_owned);
            } else if key == "status" {
                active = map
                    .next_value::<Text>()?
                    .filled()
                    .is_some_and(|status| status.eq_ignore_ascii_case("active"));
            } else if key == "_restrictedFields" {
                let restricted: Option<Vec<Text>> = map.next_value()?;
                let restricted = restricted.unwrap_or_default();
                let needed = columns.names().chain(std::iter::once("status"));
                hidden = needed
                    .into_iter()
                    .find(|name| restricted.iter().any(|field| field.filled() == Some(name)));
            } else if let Some((_, field)) = columns.fields.iter().find(|(name, _)| key == *name) {
                if let Some(value) = map.next_value::<Text>()?.filled() {
                    fields.push((*field, value.to_owned()));
                }
            } else {
                map.next_value::<de::IgnoredAny>()?;
            }
        }
        let id = id.ok_or_else(|| de::Error::missing_field("employeeId"))?;
        Ok(Row { employee: Employee { id, email, active, fields }, restricted: hidden })
    }
}
