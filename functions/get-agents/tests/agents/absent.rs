//! Cases 9 and 10 of the public reports, and their kind: whatever a row or a page holds, the list
//! is right or an error that names the record. It is never a shorter list with 200.

use bamboohr_simulator::{Action, Employee, Fault, Operation, RowMutation, Rows, Seed};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::absent_table::{Kind, ODD, Right, SOURCES, Source, any_value, fields, right};
use crate::world::{List, World, agents};

/// The answered list, or the error code and sentence.
async fn listed(world: &World) -> Result<(List, Value), (String, String)> {
    let text = world.list_text().await;
    let answer: Value = serde_json::from_str(&text).unwrap();
    match answer["status"].as_str() {
        Some("Complete") => Ok((agents(&text), answer["skippedCount"].clone())),
        _ => Err(failure(&answer)),
    }
}

fn failure(answer: &Value) -> (String, String) {
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    (text("errorCode"), text("errorMsg"))
}

/// Five agents, each with everything that any source asks for.
fn people() -> Seed {
    (1..=5).fold(Seed::company(0), |seed, number| {
        let mut person = Employee::new(number, "Made", "Up", format!("w{number}@example.com"));
        person.home_email = Some(format!("h{number}@example.com").into());
        person.department = Some("Support".into());
        person.division = Some("North".into());
        person.location = Some("Berlin".into());
        seed.employee(person)
    })
}

/// The mutation that leaves a field of the odd employee out, or gives it a value.
fn bend(source: &Source, field: &str, value: Option<&Value>) -> RowMutation {
    let row = RowMutation::of(source.rows).id(ODD);
    let pointer = format!("/{field}");
    match value {
        Some(value) => row.set(&pointer, value.clone()),
        None => row.remove(&pointer),
    }
}

fn assert_names_the_employee(source: &Source, field: &str, failed: &(String, String), case: &str) {
    let who = if field == source.id { "an employee".into() } else { format!("the employee {ODD}") };
    let (code, sentence) = failed;
    assert_eq!(code, "HRIS_BAD_RESPONSE", "{case}: {sentence}");
    let named = format!("{who} cannot be read, because of the field {field}. Correct ");
    assert!(sentence.contains(&named), "{case}: {sentence}");
}

#[tokio::test]
async fn whatever_a_field_of_a_row_holds_the_list_is_right_or_an_error_that_names_the_employee() {
    for source in &SOURCES {
        let world = World::with(people(), &source.settings).await;
        let (whole, _) = listed(&world).await.unwrap();
        let without = |number| whole.clone().into_iter().filter(|(id, _)| *id != number).collect();
        for (field, kind) in fields(source) {
            for value in any_value(kind) {
                let case = format!("{:?} {field} {value:?}", source.rows);
                world.sim.mutate_rows(bend(source, field, value.as_ref()));
                let answered = listed(&world).await;
                match right(kind, value.as_ref()) {
                    Right::Whole => assert_eq!(answered, Ok((whole.clone(), 0.into())), "{case}"),
                    Right::Skipped => assert_eq!(answered, Ok((without(ODD), 1.into())), "{case}"),
                    Right::NoAgent => assert_eq!(answered, Ok((without(ODD), 0.into())), "{case}"),
                    Right::Error => {
                        assert_names_the_employee(source, field, &answered.unwrap_err(), &case);
                    }
                }
                world.sim.clear_row_mutations();
            }
        }
        assert_eq!(listed(&world).await, Ok((whole, 0.into())));
    }
}

#[tokio::test]
async fn whatever_a_row_holds_a_look_up_is_right_or_an_error_that_names_the_employee() {
    for source in &SOURCES[..1] {
        // Nobody is in the index, so that every look-up asks BambooHR.
        let world = World::with(people(), &source.settings).await;
        for (field, kind) in fields(source) {
            for value in any_value(kind) {
                let case = format!("{:?} {field} {value:?}", source.rows);
                world.sim.mutate_rows(bend(source, field, value.as_ref()));
                let answer = world.get(&format!("/agents/{ODD}"), Value::Null).await;
                let found = (&answer["status"], &answer["found"], answer["email"] == "");
                let (complete, yes, no) = (json!("Complete"), json!(true), json!(false));
                match right(kind, value.as_ref()) {
                    Right::Whole => assert_eq!(found, (&complete, &yes, false), "{case}"),
                    Right::Skipped => assert_eq!(found, (&complete, &yes, true), "{case}"),
                    Right::NoAgent => assert_eq!(found, (&complete, &no, true), "{case}"),
                    Right::Error => {
                        assert_names_the_employee(source, field, &failure(&answer), &case);
                    }
                }
                world.sim.clear_row_mutations();
                // What a look-up learned is forgotten after a day.
                world.advance(SignedDuration::from_hours(25));
            }
        }
    }
}

#[tokio::test]
async fn a_row_that_is_no_record_is_missing_or_is_there_twice_gives_no_list() {
    for source in &SOURCES {
        let world = World::with(people(), &source.settings).await;
        let (whole, _) = listed(&world).await.unwrap();
        let row = || RowMutation::of(source.rows).id(ODD);
        for value in [json!(null), json!("odd"), json!([]), json!({}), json!([{}]), json!(7)] {
            world.sim.mutate_rows(row().set("", value.clone()));
            let (code, sentence) = listed(&world).await.unwrap_err();
            assert_eq!(code, "HRIS_BAD_RESPONSE", "{value}");
            assert!(sentence.contains("an employee cannot be read"), "{value}: {sentence}");
            world.sim.clear_row_mutations();
        }
        let another = format!("/{}", source.id);
        let mut bent = vec![row().repeat(2), row().set(&another, "1")];
        // The directory has no total: BambooHR calls it intentionally incomplete.
        bent.extend((source.rows == Rows::Employees).then(|| row().repeat(0)));
        for mutation in bent {
            world.sim.mutate_rows(mutation.clone());
            let (code, sentence) = listed(&world).await.unwrap_err();
            assert_eq!(code, "HRIS_BAD_RESPONSE", "{mutation:?}");
            assert!(sentence.contains("list of employees was incomplete"), "{sentence}");
            world.sim.clear_row_mutations();
        }
        world.assert_table(&whole, &whole).await;
    }
}

#[tokio::test]
async fn a_field_that_may_not_be_read_of_one_employee_gives_no_list() {
    let source = &SOURCES[0];
    let world = World::with(people(), &source.settings).await;
    listed(&world).await.unwrap();
    for (field, _) in fields(source).into_iter().filter(|(name, _)| source.asks_for(name)) {
        for hidden in [json!([field]), json!({"0": "photoUrl", "3": field})] {
            let hide = bend(source, "_restrictedFields", Some(&hidden));
            world.sim.mutate_rows(hide.set(&format!("/{field}"), Value::Null));
            let (code, sentence) = listed(&world).await.unwrap_err();
            assert_eq!(code, "CONFIGURATION", "{hidden}: {sentence}");
            assert!(sentence.contains(field), "{hidden}: {sentence}");
            world.sim.clear_row_mutations();
        }
    }
}

#[tokio::test]
async fn case_9_rows_without_a_key_that_was_asked_for_are_no_shorter_list() {
    let world = World::of(Seed::company(120)).await;
    let (whole, _) = listed(&world).await.unwrap();
    let seen = world.now();
    world.advance(SignedDuration::from_hours(24));
    for field in ["workEmail", "status"] {
        for lacking in [vec![1], vec![120], (1..=23).collect(), (1..=120).collect::<Vec<u64>>()] {
            for number in &lacking {
                let row = RowMutation::of(Rows::Employees).id(number);
                world.sim.mutate_rows(row.remove(&format!("/{field}")));
            }
            let (code, sentence) = listed(&world).await.unwrap_err();
            assert_eq!(code, "HRIS_BAD_RESPONSE", "{field}: {sentence}");
            let first = lacking.iter().min().unwrap();
            assert!(sentence.contains(&format!("the employee {first} ")), "{sentence}");
            assert_eq!(world.refresh().await, "HRIS_BAD_RESPONSE");
            world.sim.clear_row_mutations();
        }
    }
    world.assert_table_at(&whole, &whole, seen).await;
    assert_eq!(listed(&world).await, Ok((whole, 0.into())));
}

/// A company of one page, one of exactly one full page, and one of two.
const SIZES: [u64; 3] = [5, 2_500, 2_501];

#[tokio::test]
async fn case_10_a_cursor_on_the_last_page_gives_the_list() {
    for size in SIZES {
        let world = World::of(Seed::company(size)).await;
        let cursor = || Fault::always(Operation::Employees, Action::CursorOnLastPage);
        world.sim.fault(cursor());
        let unknown = world.get("/agents/2", Value::Null).await;
        assert_eq!((&unknown["found"], &unknown["externalId"]), (&json!(true), &json!("2")));
        let (bent, skipped) = listed(&world).await.unwrap();
        assert_eq!((bent.len() as u64, skipped), (size, 0.into()));
        assert_eq!(world.refresh().await, "");
        world.sim.clear_faults();
        assert!(listed(&world).await.unwrap().0 == bent);
        world.assert_table(&bent, &bent).await;
    }
}

/// What `meta` holds instead of what it should, on every page, and whether the list is whole then.
fn bent_metas(size: u64) -> Vec<(&'static str, Option<Value>, bool)> {
    let mut cases = Vec::new();
    for value in any_value(Kind::Unasked) {
        let text = value.as_ref().and_then(Value::as_str);
        let no_cursor =
            matches!(value, None | Some(Value::Null)) || text.is_some_and(|text| text.trim() == "");
        cases.push(("/page/nextCursor", value.clone(), no_cursor));
        // PHP has one empty array for both.
        let no_cursors = value == Some(json!([])) || matches!(value, Some(Value::Object(_)));
        cases.push(("/page", value.clone(), no_cursors));
        cases.push(("/page/limit", value.clone(), true));
        cases.push(("/total", value.clone(), false));
        cases.extend(value.map(|value| ("", Some(value), false)));
    }
    for (total, is_right) in [(size, true), (size - 1, false), (size + 1, false)] {
        cases.push(("/total", Some(total.into()), is_right));
        cases.push(("/total", Some(total.to_string().into()), is_right));
    }
    cases
}

/// The list is whole or an error with `meta` so.
async fn assert_meta(world: &World, whole: &List, case: (&str, Option<Value>, bool)) {
    let (pointer, value, is_right) = case;
    let case = format!("{pointer} {value:?}");
    let meta = RowMutation::of(Rows::EmployeesMeta);
    world.sim.mutate_rows(match value {
        Some(value) => meta.set(pointer, value),
        None => meta.remove(pointer),
    });
    let answered = listed(world).await.map(|(list, _)| list).map_err(|(code, _)| code);
    let right = if is_right { Ok(whole.clone()) } else { Err("HRIS_BAD_RESPONSE".to_owned()) };
    assert!(answered == right, "{case}: {:?}", answered.map(|list| list.len()));
    world.sim.clear_row_mutations();
}

#[tokio::test]
async fn whatever_the_meta_of_a_page_holds_the_list_is_whole_or_an_error() {
    let world = World::with(people(), &[]).await;
    let whole = listed(&world).await.unwrap().0;
    for case in bent_metas(5) {
        assert_meta(&world, &whole, case).await;
    }
    world.assert_table(&whole, &whole).await;
}

#[tokio::test]
async fn a_first_page_without_its_cursor_is_not_the_list() {
    let world = World::of(Seed::company(2_501)).await;
    let whole = listed(&world).await.unwrap().0;
    for (pointer, value) in [("/page/nextCursor", None), ("/page", Some(json!([])))] {
        assert_meta(&world, &whole, (pointer, value, false)).await;
    }
    world.assert_table(&whole, &whole).await;
}
