//! The answer of the time-off types operation.

use serde::Serialize;

use crate::TimeOffTypeId;

/// The output of `GET /timeoff-types`: three aligned lists of strings. BambooHR needs no secondary
/// id: each is `""`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TypeList {
    ids: Vec<String>,
    names: Vec<String>,
    id2s: Vec<String>,
}

impl<N: Into<String>> FromIterator<(TimeOffTypeId, N)> for TypeList {
    fn from_iter<I: IntoIterator<Item = (TimeOffTypeId, N)>>(types: I) -> Self {
        let mut list = Self::default();
        for (id, name) in types {
            list.ids.push(id.to_string());
            list.names.push(name.into());
            list.id2s.push(String::new());
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_aligned_and_secondary_ids_empty() {
        let list: TypeList = [(78, "Holiday"), (83, "Vacation")]
            .into_iter()
            .filter_map(|(id, name)| Some((TimeOffTypeId::new(id)?, name)))
            .collect();
        assert_eq!(
            serde_json::to_string(&list).unwrap(),
            r#"{"ids":["78","83"],"names":["Holiday","Vacation"],"id2s":["",""]}"#
        );
    }
}
