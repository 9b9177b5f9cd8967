//! Comparing two lists of fields so that a failed test names the field.

use std::collections::BTreeMap;

/// Field name to a word for its type.
pub(crate) type FieldTypes = BTreeMap<String, String>;

/// One sentence for each field that differs.
fn differences(expected: &FieldTypes, found: &FieldTypes) -> Vec<String> {
    let mut sentences = Vec::new();
    for (name, kind) in expected {
        match found.get(name) {
            None => sentences.push(format!("{name} is missing")),
            Some(other) if other != kind => {
                sentences.push(format!("{name} is {other}, expected {kind}"))
            }
            Some(_) => {}
        }
    }
    sentences.extend(
        found
            .keys()
            .filter(|name| !expected.contains_key(*name))
            .map(|name| format!("{name} is not in the table")),
    );
    sentences
}

#[track_caller]
pub(crate) fn assert_same(what: &str, expected: &FieldTypes, found: &FieldTypes) {
    let differences = differences(expected, found);
    assert!(differences.is_empty(), "{what}: {}", differences.join("; "));
}

#[test]
fn every_kind_of_difference_names_its_field() {
    let fields = |fields: &[(&str, &str)]| {
        fields.iter().map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned())).collect()
    };
    let table = fields(&[("agentId", "String"), ("notes", "String"), ("statusCode", "Integer")]);
    let found = fields(&[("agentId", "String"), ("note", "String"), ("statusCode", "String")]);
    assert_eq!(
        differences(&table, &found),
        ["notes is missing", "statusCode is String, expected Integer", "note is not in the table"]
    );
}
