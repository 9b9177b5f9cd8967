//! `GET /api/v1/employees`: filters, cursors, restricted fields.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::json;
use url::form_urlencoded;

use super::cursor::{NEXT, NOBODY, PREVIOUS, cursor, read_cursor};
use super::employee_rows::{ALWAYS, ON_REQUEST, Page, Rows, value};
use crate::answer::Answer;
use crate::call::{Call, Query};
use crate::company::Company;
use crate::fault_action::Action;
use crate::model::Employee;

/// Fields with a substring filter; `displayName` among them, as in the OpenAPI.
fn filterable(field: &str) -> bool {
    ON_REQUEST.contains(&field) || ["firstName", "lastName", "jobTitleName"].contains(&field)
}

/// Where a page begins.
enum Boundary {
    First,
    /// The employee that opens the page.
    From(u64),
    /// The employee that follows the page.
    Before(u64),
    /// Behind the last employee.
    End,
}

/// What a call asks for, or the answer that refuses it.
struct Asked<'a> {
    filters: Vec<(&'a str, &'a str)>,
    ids: Option<BTreeSet<u64>>,
    active: Option<bool>,
    sort: Vec<(&'a str, bool)>,
    fields: Vec<&'a str>,
    limit: usize,
    boundary: Boundary,
}

impl<'a> Asked<'a> {
    fn read(query: &'a Query) -> Result<Self, Answer> {
        let bad_request =
            |message: &str| Answer::error_object(StatusCode::BAD_REQUEST, "BadRequest", message);
        let mut asked = Self {
            filters: Vec::new(),
            ids: None,
            active: None,
            sort: Vec::new(),
            fields: Vec::new(),
            limit: 250,
            boundary: Boundary::First,
        };
        for (key, value) in query.iter() {
            let Some(field) = key.strip_prefix("filter[").and_then(|rest| rest.split(']').next())
            else {
                continue;
            };
            match field {
                "ids" => asked
                    .ids
                    .get_or_insert_default()
                    .extend(value.split(',').filter_map(|id| id.trim().parse::<u64>().ok())),
                "status" => match value {
                    "active" => asked.active = Some(true),
                    "inactive" => asked.active = Some(false),
                    _ => return Err(bad_request("filter[status] must be active or inactive.")),
                },
                field if filterable(field) => asked.filters.push((field, value)),
                _ => {
                    return Err(Answer::error_object(
                        StatusCode::UNPROCESSABLE_ENTITY,
                        "UnprocessableEntity",
                        "This filter is not supported.",
                    ));
                }
            }
        }
        for name in query.get("sort").into_iter().flat_map(|list| list.split(',')) {
            let (field, descending) =
                name.strip_prefix('-').map_or((name, false), |field| (field, true));
            let sortable =
                field == "employeeId" || (ALWAYS.contains(&field) && field != "photoUrl");
            if !sortable {
                return Err(bad_request("Invalid sort field."));
            }
            asked.sort.push((field, descending));
        }
        // Of repeated plain `fields=` keys the last one wins; `fields[]` may repeat.
        let named = query.get("fields").into_iter().flat_map(|list| list.split(','));
        for field in named.chain(query.all("fields[]")).map(str::trim) {
            if ON_REQUEST.contains(&field) && !asked.fields.contains(&field) {
                asked.fields.push(field);
            }
        }
        if let Some(limit) = query.get("page[limit]") {
            asked.limit = match limit.parse() {
                Ok(limit @ 1..=2_500) => limit,
                _ => return Err(bad_request("page[limit] must be between 1 and 2500.")),
            };
        }
        asked.boundary = match (query.get("page[after]"), query.get("page[before]")) {
            (None, None) => Boundary::First,
            (Some(cursor), None) => {
                match read_cursor(cursor, NEXT).ok_or_else(Answer::bad_page)? {
                    NOBODY => Boundary::End,
                    id => Boundary::From(id),
                }
            }
            (None, Some(cursor)) => {
                Boundary::Before(read_cursor(cursor, PREVIOUS).ok_or_else(Answer::bad_page)?)
            }
            (Some(_), Some(_)) => return Err(Answer::bad_page()),
        };
        Ok(asked)
    }

    /// Everybody who matches, in order. Whoever filters or sorts by a field that the key may not
    /// read gets nobody, so that the answer gives nothing away.
    fn matches<'c>(&self, company: &'c Company) -> Vec<&'c Employee> {
        let restricted = |field: &str| company.restricted_fields.contains(field);
        if self.filters.iter().any(|(field, _)| restricted(field))
            || self.sort.iter().any(|(field, _)| restricted(field))
            || (self.active.is_some() && restricted("status"))
        {
            return Vec::new();
        }
        let filters: Vec<(&str, String)> =
            self.filters.iter().map(|(field, wanted)| (*field, wanted.to_lowercase())).collect();
        let mut found: Vec<&Employee> = company
            .employees
            .values()
            .filter(|employee| {
                self.active.is_none_or(|active| employee.active == active)
                    && self.ids.as_ref().is_none_or(|ids| ids.contains(&employee.id))
                    && filters.iter().all(|(field, wanted)| {
                        value(employee, field)
                            .is_some_and(|text| text.to_lowercase().contains(wanted.as_str()))
                    })
            })
            .collect();
        for (field, descending) in self.sort.iter().rev() {
            // Nulls first in ascending order, last in descending order.
            found.sort_by(|left, right| {
                let order = if *field == "employeeId" {
                    left.id.cmp(&right.id)
                } else {
                    value(left, field).cmp(&value(right, field))
                };
                if *descending { order.reverse() } else { order }
            });
        }
        found
    }

    /// The first and the one after the last row of the page; `None` when the boundary employee is
    /// not among the matches any more.
    fn range(&self, found: &[&Employee]) -> Option<(usize, usize)> {
        let position = |id: u64| found.iter().position(|employee| employee.id == id);
        match self.boundary {
            Boundary::First => Some((0, self.limit.min(found.len()))),
            Boundary::From(id) => {
                let from = position(id)?;
                Some((from, (from + self.limit).min(found.len())))
            }
            Boundary::End => Some((found.len(), found.len())),
            Boundary::Before(id) => {
                let end = position(id)?;
                Some((end.saturating_sub(self.limit), end))
            }
        }
    }
}

/// The number of the page that a call asks for, from 1, as far as there is one.
pub(crate) fn page_number(company: &Company, call: &Call) -> Option<usize> {
    let asked = Asked::read(&call.query).ok()?;
    let (from, _) = asked.range(&asked.matches(company))?;
    Some(from.div_ceil(asked.limit) + 1)
}

/// `twist` is a fault that bends the page.
pub(crate) fn answer(company: &Company, call: &Call, twist: Option<&Action>) -> Answer {
    if twist == Some(&Action::BadPage) {
        return Answer::bad_page();
    }
    let asked = match Asked::read(&call.query) {
        Ok(asked) => asked,
        Err(refusal) => return refusal,
    };
    let found = asked.matches(company);
    let Some((from, to)) = asked.range(&found) else {
        return Answer::bad_page();
    };
    let rows = found.get(from..to).unwrap_or_default();
    let next = match (found.get(to), twist) {
        (Some(employee), _) => Some(employee.id),
        (None, Some(Action::CursorOnLastPage)) if !rows.is_empty() => Some(NOBODY),
        (None, Some(Action::EndlessPages { .. })) => found.first().map(|employee| employee.id),
        (None, _) => None,
    };
    let next = next.map(|id| cursor(NEXT, id));
    let first = (from > 0).then(|| found.get(from)).flatten();
    let previous = first.map(|employee| cursor(PREVIOUS, employee.id));
    let shown = match twist {
        Some(Action::TruncatedPage) => rows.get(..rows.len() / 2).unwrap_or_default(),
        _ => rows,
    };
    let total = match twist {
        Some(Action::WrongTotal) => found.len() as u64 + 1,
        Some(Action::EndlessPages { total: Some(total) }) => *total,
        _ => found.len() as u64,
    };
    let href =
        |change: Option<(&str, &str)>| json!({"href": link(&call.base, &call.query, change)});
    let mut links = serde_json::Map::new();
    links.insert("self".into(), href(None));
    if let Some(next) = &next {
        links.insert("next".into(), href(Some(("page[after]", next))));
    }
    if let Some(previous) = &previous {
        links.insert("prev".into(), href(Some(("page[before]", previous))));
    }
    Answer::json(
        StatusCode::OK,
        &Page {
            data: Rows {
                rows: shown,
                fields: &asked.fields,
                restricted: &company.restricted_fields,
            },
            meta: json!({
                "total": total,
                "page": {"limit": asked.limit, "nextCursor": next, "prevCursor": previous},
            }),
            links,
        },
    )
}

/// The URL of this call, or of its neighbour page.
fn link(base: &str, query: &Query, change: Option<(&str, &str)>) -> String {
    let mut url = form_urlencoded::Serializer::new(String::new());
    for (key, value) in query.iter() {
        let replaced = change.is_some() && (key == "page[after]" || key == "page[before]");
        if !replaced {
            url.append_pair(key, value);
        }
    }
    if let Some((key, value)) = change {
        url.append_pair(key, value);
    }
    format!("{base}/employees?{}", url.finish())
}
