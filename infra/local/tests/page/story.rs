//! The way of a leave at the page, in a real browser.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;
use serde_json::json;

use crate::browser::{Browser, Tools};
use crate::started::Started;

/// What the README's picture may weigh.
const LARGEST_PICTURE: usize = 300_000;

#[tokio::test]
async fn a_leave_is_seen_on_its_way_broken_settled_and_cancelled() {
    let Some(tools) = Tools::find() else { return };
    let stack = Started::start().await;
    let page = Browser::open(tools, &stack.url).await;
    let told = AssertUnwindSafe(story(&page)).catch_unwind().await;
    // Whatever happened: a browser outlives its driver.
    page.close().await;
    if let Err(panic) = told {
        resume_unwind(panic);
    }
}

async fn story(page: &Browser) {
    // What to do first.
    page.read("#genesys-requests", "submit the first one").await;
    page.read("#balances", "120 h now").await;
    page.whole_picture("first").await;
    assert_eq!(page.violations().await, json!([]), "before anything is done");
    page.press("#synchronise").await;
    page.read("#notice", "Genesys knows").await;

    // A leave is submitted; its steps are seen, and it is in BambooHR.
    submit(page, "9", "2026-12-01", "2026-12-03").await;
    page.read("#genesys-requests .card", "Automatically complete").await;
    for (kind, name) in [
        ("workflow", "HRIS-Insert-TimeOff"),
        ("dataAction", "HRIS-Insert-TimeOff"),
        ("gateway", "POST /v1/timeoff-requests"),
        ("function", "insert-timeoff"),
        ("dynamoDb", "TransactWriteItems"),
        ("bambooHr", "PUT /employees/{id}/time_off/request"),
    ] {
        page.read(&format!("#way .{kind}"), name).await;
    }
    page.read("#way .head", "Complete").await;
    page.read("#way .correlation code", "-").await;
    page.read("#bamboohr-requests .card", "requested").await;
    page.read("#calendar td.requested", "8 h").await;
    page.read("#balances", "24 h pending").await;

    // An answer is dropped, and the leave settles all the same.
    page.press("[data-key=dropped-answer]").await;
    page.read("#breaks [aria-pressed=true]", "Dropped answer").await;
    submit(page, "10", "2026-12-14", "2026-12-14").await;
    page.read("#way .failed", "no answer").await;
    page.read("#way .head", "Complete").await;
    page.read("#broken", "Nothing is broken").await;
    page.read("#calendar td.requested:first-child", "14").await;
    page.read("#counters", "Submitted2Complete2Waiting0Failed0Duplicates0").await;

    look_around(page).await;

    // HR approves by hand; the agent cancels.
    page.press("#bamboohr-requests [data-key$=Approve]").await;
    page.read("#bamboohr-requests .card", "approved").await;
    page.press("#genesys-requests [data-key$=Cancel]").await;
    page.read("#genesys-requests .card", "CANCELED").await;
    page.read("#bamboohr-requests .card", "canceled").await;

    // A failure has a code and a sentence.
    page.press("[data-key=key-revoked]").await;
    page.read("#breaks [aria-pressed=true]", "Key revoked").await;
    submit(page, "9", "2026-12-21", "2026-12-21").await;
    page.read("#way .head", "HRIS_UNAUTHORIZED").await;
    page.read("#way .head", "API key").await;
    page.whole_picture("failed").await;
    assert_eq!(page.violations().await, json!([]), "a failure");
}

async fn submit(page: &Browser, activity_code: &str, first: &str, last: &str) {
    page.fill("#submission [name=type]", activity_code).await;
    page.fill("#submission [name=first]", first).await;
    page.fill("#submission [name=last]", last).await;
    page.press("#submission button").await;
}

/// Both widths, light and dark: nothing that axe-core finds, and nothing beyond the edge.
async fn look_around(page: &Browser) {
    for width in [1280, 390] {
        for scheme in ["dark", "light"] {
            page.look(width, scheme).await;
            let name = format!("{scheme}-{width}");
            assert_eq!(page.violations().await, json!([]), "{name}");
            let beyond =
                page.run("return document.documentElement.scrollWidth - innerWidth", vec![]);
            assert_eq!(beyond.await, json!(0), "{name}: something is cut at the edge");
            page.whole_picture(&name).await;
        }
    }
    page.look(1280, "light").await;
    let bytes = page.picture("readme").await;
    assert!(bytes < LARGEST_PICTURE, "the README's picture has {bytes} bytes");
}
