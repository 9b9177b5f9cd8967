//! Rows that are not as they should be: any field absent, null, of another type, or as given.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::Answer;
use crate::operation::Operation;

/// Which rows, of which answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// The list's requests; their id is the request's.
    Requests,
    /// The answer to a create.
    Created,
    /// The rows of List Employees; their id is the employee's.
    Employees,
    /// `meta` of a page of List Employees.
    EmployeesMeta,
    /// The directory's people; their id is the employee's.
    Directory,
    /// The time-off types; their id is the type's.
    Types,
    /// The default hours beside the types; their id is the weekday's name.
    DefaultHours,
    /// The calculator's entries; their id is the type's.
    Calculator,
}

impl Rows {
    fn operation(self) -> Operation {
        match self {
            Self::Requests => Operation::List,
            Self::Created => Operation::Create,
            Self::Employees | Self::EmployeesMeta => Operation::Employees,
            Self::Directory => Operation::Directory,
            Self::Types | Self::DefaultHours => Operation::Types,
            Self::Calculator => Operation::Calculator,
        }
    }

    /// Where they are, and what their id is called.
    fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::Requests | Self::Created => ("", "id"),
            Self::Employees => ("/data", "employeeId"),
            Self::EmployeesMeta => ("/meta", ""),
            Self::Directory => ("/employees", "id"),
            Self::Types => ("/timeOffTypes", "id"),
            Self::DefaultHours => ("/defaultHours", "name"),
            Self::Calculator => ("", "timeOffType"),
        }
    }
}

/// How some rows differ from what they should be. Fields are named by JSON pointers into the row,
/// such as `/amount/amount`; the empty pointer is the row itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowMutation {
    rows: Rows,
    /// Only rows with this id.
    id: Option<String>,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(default)]
    set: BTreeMap<String, Value>,
    #[serde(default)]
    raw: BTreeMap<String, String>,
    repeat: Option<usize>,
}

impl RowMutation {
    /// All these rows, with nothing changed yet.
    pub fn of(rows: Rows) -> Self {
        Self {
            rows,
            id: None,
            remove: Vec::new(),
            set: BTreeMap::new(),
            raw: BTreeMap::new(),
            repeat: None,
        }
    }

    /// Only rows with this id, as it would be without any mutation.
    #[must_use]
    pub fn id(mut self, id: impl ToString) -> Self {
        self.id = Some(id.to_string());
        self
    }

    /// Leaves a field out.
    #[must_use]
    pub fn remove(mut self, pointer: &str) -> Self {
        self.remove.push(pointer.to_owned());
        self
    }

    /// Gives a field, known or not, this value.
    #[must_use]
    pub fn set(mut self, pointer: &str, value: impl Into<Value>) -> Self {
        self.set.insert(pointer.to_owned(), value.into());
        self
    }

    /// Puts this text in the place of a field's JSON: half a surrogate pair, a bare control
    /// character, a number too long for any type.
    #[must_use]
    pub fn set_raw(mut self, pointer: &str, json: impl Into<String>) -> Self {
        self.raw.insert(pointer.to_owned(), json.into());
        self
    }

    /// Shows each row so many times in all.
    #[must_use]
    pub fn repeat(mut self, times: usize) -> Self {
        self.repeat = Some(times);
        self
    }

    fn changes(&self, row: &Value) -> bool {
        let Some(wanted) = &self.id else { return true };
        row.get(self.rows.place().1).and_then(Value::as_str) == Some(wanted)
    }

    /// `number` tells this mutation's raw texts from others'.
    fn change(&self, row: &mut Value, number: usize) {
        for pointer in &self.remove {
            if let Some((Value::Object(parent), field)) = parent(row, pointer) {
                parent.remove(&field);
            }
        }
        for (pointer, value) in &self.set {
            put(row, pointer, value.clone());
        }
        for (index, pointer) in self.raw.keys().enumerate() {
            put(row, pointer, Value::String(stand_in(number, index)));
        }
    }
}

/// What stands for a raw text until the answer is text.
fn stand_in(number: usize, index: usize) -> String {
    format!("raw text {index} of mutation {number}")
}

fn parent<'a>(row: &'a mut Value, pointer: &str) -> Option<(&'a mut Value, String)> {
    let (parent, field) = pointer.rsplit_once('/')?;
    Some((row.pointer_mut(parent)?, field.replace("~1", "/").replace("~0", "~")))
}

fn put(row: &mut Value, pointer: &str, value: Value) {
    if let Some(present) = row.pointer_mut(pointer) {
        *present = value;
    } else if let Some((Value::Object(parent), field)) = parent(row, pointer) {
        parent.insert(field, value);
    }
}

/// The answer with every mutation of the operation done to it. Refusals and XML stay as they are.
pub(crate) fn mutated(
    mutations: &[RowMutation],
    operation: Operation,
    mut answer: Answer,
) -> Answer {
    let concerned =
        || mutations.iter().enumerate().filter(|(_, one)| one.rows.operation() == operation);
    if !answer.status.is_success() || concerned().next().is_none() {
        return answer;
    }
    let Ok(right) = serde_json::from_slice::<Value>(&answer.body) else { return answer };
    let mut bent = right.clone();
    let mut repeats = Vec::new();
    for (number, mutation) in concerned() {
        let (place, _) = mutation.rows.place();
        let (Some(right), Some(rows)) = (right.pointer(place), bent.pointer_mut(place)) else {
            continue;
        };
        match (right, rows) {
            (Value::Array(right), Value::Array(rows)) => {
                for (at, (right, row)) in right.iter().zip(rows).enumerate() {
                    if mutation.changes(right) {
                        mutation.change(row, number);
                        repeats.extend(mutation.repeat.map(|times| (place, at, times)));
                    }
                }
            }
            (right, row) if mutation.changes(right) => mutation.change(row, number),
            _ => {}
        }
    }
    let repeated = take_repeated(&mut bent, repeats);
    let mut text = bent.to_string();
    for (stand_in, rows) in repeated {
        text = text.replace(&stand_in, &rows);
    }
    answer.body = with_raw_texts(text, concerned()).into_bytes();
    answer
}

/// Puts a stand-in where a row is shown several times, since a text is repeated much faster than a
/// row; each stand-in as it is in the text, with the rows that belong there.
fn take_repeated(
    answer: &mut Value,
    mut repeats: Vec<(&str, usize, usize)>,
) -> Vec<(String, String)> {
    // From the last row to the first, so that no place moves before its turn.
    repeats.sort_by_key(|(_, at, _)| std::cmp::Reverse(*at));
    let mut taken = Vec::new();
    for (place, at, times) in repeats {
        let Some(rows) = answer.pointer_mut(place).and_then(Value::as_array_mut) else { continue };
        if times == 0 && at < rows.len() {
            rows.remove(at);
        } else if let Some(row) = rows.get_mut(at) {
            let text = row.to_string();
            *row = Value::String(format!("row {at} of {place} repeated"));
            taken.push((row.to_string(), vec![text; times].join(",")));
        }
    }
    taken
}

fn with_raw_texts<'a>(
    mut text: String,
    mutations: impl Iterator<Item = (usize, &'a RowMutation)>,
) -> String {
    for (number, mutation) in mutations {
        for (index, raw) in mutation.raw.values().enumerate() {
            text = text.replace(&Value::String(stand_in(number, index)).to_string(), raw);
        }
    }
    text
}
