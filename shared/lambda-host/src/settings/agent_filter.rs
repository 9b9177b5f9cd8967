//! Which employees are agents.

use std::collections::BTreeMap;

use crate::SettingError;
use crate::settings::table::AGENT_FILTER;

/// Which employees are agents: for each field, the values of which one must match. Everyone when
/// empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentFilter(BTreeMap<FilterField, Vec<String>>);

/// A field of an employee that agents can be selected by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FilterField {
    /// `departmentName`.
    Department,
    /// `divisionName`.
    Division,
    /// `locationName`.
    Location,
}

impl FilterField {
    const ALL: [Self; 3] = [Self::Department, Self::Division, Self::Location];

    /// The name in `AGENT_FILTER`, which is BambooHR's name of the field.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Department => "departmentName",
            Self::Division => "divisionName",
            Self::Location => "locationName",
        }
    }
}

impl AgentFilter {
    /// The filter that the setting's text describes.
    pub(crate) fn parse(text: &str) -> Result<Self, SettingError> {
        let lists: BTreeMap<String, Vec<String>> =
            serde_json::from_str(text).map_err(|_| wrong())?;
        let mut fields = BTreeMap::new();
        for (key, values) in lists {
            let field = FilterField::ALL
                .into_iter()
                .find(|field| field.as_str() == key)
                .ok_or_else(wrong)?;
            if values.is_empty() || values.iter().any(|value| value.trim().is_empty()) {
                return Err(wrong());
            }
            fields.insert(field, values);
        }
        Ok(Self(fields))
    }

    /// The fields with the values allowed, each list non-empty.
    pub fn fields(&self) -> impl Iterator<Item = (FilterField, &[String])> {
        self.0.iter().map(|(&field, values)| (field, values.as_slice()))
    }

    /// Whether everyone is an agent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn wrong() -> SettingError {
    let fields = FilterField::ALL.map(FilterField::as_str).join(", ");
    SettingError::new(
        AGENT_FILTER.name,
        format!(
            "must be a JSON object such as {{\"departmentName\":[\"Support\"]}}: lists of texts, none \
             empty, for the fields {fields}"
        ),
    )
}
