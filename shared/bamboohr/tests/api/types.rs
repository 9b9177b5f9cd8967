//! Time-off types and working hours, in every shape that BambooHR gives them.

use bamboohr::{DefaultHours, ErrorKind, Source, Unit, UnreadableHours, UnreadableType};
use jiff::civil::Weekday;
use serde_json::{Value, json};

use crate::script::{Reply, Server, decimal, type_id};

#[tokio::test]
async fn types_come_with_the_hours_of_each_weekday() {
    let server = Server::playing([Reply::json(
        200,
        &json!({
            "timeOffTypes": [
                { "id": "78", "name": "Vacation", "units": "hours", "color": null, "icon": "palm", "source": "internal" },
                { "id": 85, "name": "Study", "units": "days", "source": "remote" },
                { "id": "90", "name": "Care", "units": "days" },
            ],
            "defaultHours": [
                { "name": "Saturday", "amount": "0" },
                { "name": "default", "amount": "8" },
                { "name": "Monday", "amount": 7.5 },
            ],
        }),
    )])
    .await;
    let answer = server.api().time_off_types().await.unwrap();
    assert_eq!(server.only().path, "/api/v1/meta/time_off/types");
    assert!(
        server.only().query.is_empty(),
        "`mode=request` would show what the key's owner may ask for"
    );
    let read: Vec<_> = answer
        .types
        .iter()
        .map(|one| (one.id.get(), one.name.as_str(), one.unit, one.source.clone()))
        .collect();
    assert_eq!(
        read,
        [
            (78, "Vacation", Unit::Hours, Source::Internal),
            (85, "Study", Unit::Days, Source::Remote),
            (90, "Care", Unit::Days, Source::Internal),
        ]
    );
    let hours = answer.default_hours;
    assert_eq!(hours.of_other_days(), Ok(Some(decimal("8"))));
    assert_eq!(hours.on(Weekday::Monday), Ok(Some(decimal("7.5"))));
    assert_eq!(hours.on(Weekday::Saturday), Ok(Some(decimal("0"))));
    assert_eq!(hours.on(Weekday::Sunday), Ok(None));
}

#[tokio::test]
async fn default_hours_may_be_absent() {
    for body in [json!({ "timeOffTypes": [] }), json!({ "timeOffTypes": [], "defaultHours": null })]
    {
        let server = Server::playing([Reply::json(200, &body)]).await;
        assert_eq!(server.api().time_off_types().await.unwrap(), bamboohr::TimeOffTypes::default());
    }
}

#[tokio::test]
async fn one_type_that_cannot_be_read_stops_no_other() {
    let sound = json!({ "id": "78", "name": "Vacation", "units": "hours", "source": "internal" });
    let mut odd: Vec<(Option<u64>, &str, Value)> = Vec::new();
    for units in [json!(null), json!(""), json!("weeks"), json!(8), json!([]), json!({})] {
        odd.push((Some(90), "units", json!({ "id": "90", "name": "Care", "units": units })));
    }
    for name in [json!(null), json!(""), json!(" "), json!([]), json!({})] {
        odd.push((Some(90), "name", json!({ "id": "90", "name": name, "units": "days" })));
    }
    for id in [json!(null), json!(""), json!("odd"), json!(0), json!(-1), json!([]), json!({})] {
        odd.push((None, "id", json!({ "id": id, "name": "Care", "units": "days" })));
    }
    for source in [json!([]), json!({}), json!(["remote"])] {
        let row = json!({ "id": 90, "name": "Care", "units": "days", "source": source });
        odd.push((Some(90), "source", row));
    }
    odd.push((Some(90), "units", json!({ "id": "90", "name": "Care" })));
    odd.push((Some(90), "name", json!({ "id": "90", "units": "days" })));
    for row in [json!({}), json!(null), json!([]), json!("odd"), json!(7)] {
        odd.push((None, "id", row));
    }
    for (id, field, odd) in odd {
        let body = json!({ "timeOffTypes": [odd, sound] });
        let server = Server::playing([Reply::json(200, &body)]).await;
        let listed = server.api().time_off_types().await.unwrap();
        assert_eq!(listed.types.len(), 1, "{odd}");
        let unreadable = UnreadableType { id: id.map(type_id), field };
        assert_eq!(listed.unreadable, [unreadable], "{odd}");
        assert!(unreadable.to_string().contains(field));
    }
    for body in
        [json!({}), json!([]), json!({ "timeOffTypes": {} }), json!({ "timeOffTypes": null })]
    {
        let server = Server::playing([Reply::json(200, &body)]).await;
        let error = server.api().time_off_types().await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::BadResponse, "{body}");
    }
}

async fn hours(listed: &Value) -> DefaultHours {
    let body = json!({ "timeOffTypes": [], "defaultHours": listed });
    let server = Server::playing([Reply::json(200, &body)]).await;
    server.api().time_off_types().await.unwrap().default_hours
}

#[tokio::test]
async fn one_weekday_that_cannot_be_read_stops_no_other() {
    for amount in
        [json!(null), json!(""), json!("odd"), json!(-1), json!(24.5), json!([]), json!({})]
    {
        let listed = json!([
            { "name": "Friday", "amount": amount },
            { "name": "Monday", "amount": "7.5" },
            { "name": "Carnival", "amount": amount },
        ]);
        let hours = hours(&listed).await;
        let unreadable = UnreadableHours { weekday: Some(Weekday::Friday) };
        assert_eq!(hours.on(Weekday::Friday), Err(unreadable), "{amount}");
        assert!(unreadable.to_string().contains("Friday"));
        assert_eq!(hours.on(Weekday::Monday), Ok(Some(decimal("7.5"))));
        assert_eq!((hours.on(Weekday::Sunday), hours.of_other_days()), (Ok(None), Ok(None)));
        assert_eq!(hours.unreadable(), 1);
    }
    let listed = json!([{ "name": "default", "amount": null }, { "name": "Monday", "amount": 6 }]);
    let hours = hours(&listed).await;
    assert_eq!(hours.of_other_days(), Err(UnreadableHours { weekday: None }));
    assert_eq!(hours.on(Weekday::Monday), Ok(Some(decimal("6"))));
}

#[tokio::test]
async fn hours_of_a_day_that_cannot_be_told_are_those_of_no_day() {
    for odd in [
        json!([{ "name": null, "amount": "6" }, { "name": "Monday", "amount": "7" }]),
        json!([{ "amount": "6" }, { "name": "Monday", "amount": "7" }]),
        json!(["odd", { "name": "Monday", "amount": "7" }]),
    ] {
        let hours = hours(&odd).await;
        assert_eq!(hours.on(Weekday::Monday), Ok(Some(decimal("7"))), "{odd}");
        assert!(hours.on(Weekday::Friday).is_err() && hours.of_other_days().is_err(), "{odd}");
        assert_eq!(hours.unreadable(), 1, "{odd}");
    }
    for odd in [json!("odd"), json!(8), json!({ "Friday": 6 })] {
        let hours = hours(&odd).await;
        assert!(hours.on(Weekday::Friday).is_err() && hours.unreadable() == 1, "{odd}");
    }
    for none in [json!(null), json!([]), json!({}), json!("")] {
        assert_eq!(hours(&none).await, DefaultHours::default(), "{none}");
    }
}
