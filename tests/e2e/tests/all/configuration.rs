//! Settings and secrets that cannot be used: `CONFIGURATION`, and what to correct.

use e2e::Stack;
use local_stack::Hris;

/// Every operation once, on a stack that cannot reach BambooHR.
async fn every_answer(stack: &Stack) -> Vec<e2e::Answer> {
    use crate::requests::{balances, three_days};
    vec![
        stack.get("/agents").await,
        stack.get("/timeoff-types").await,
        stack.post("/balances", balances()).await,
        stack.post("/timeoff-requests", three_days()).await,
        stack.put("/timeoff-requests", three_days()).await,
    ]
}

#[tokio::test]
async fn a_secret_that_cannot_be_used_is_named() {
    for (secret, sentence) in [
        (
            r#"{"companyDomain": "REPLACE-ME", "apiKey": "REPLACE-ME"}"#,
            "still holds its placeholder",
        ),
        (r#"{"companyDomain": "acme"}"#, "has no apiKey"),
        (r#"{"companyDomain": "", "apiKey": "k"}"#, "has no companyDomain"),
        ("a-bare-key", "is not JSON of the form"),
        (r#"{"companyDomain": "acme", "apiKey": 7}"#, "is not JSON of the form"),
        (
            r#"{"companyDomain": "acme", "apiKey": "two words"}"#,
            "apiKey in the BambooHR secret holds characters",
        ),
    ] {
        let stack = Stack::start().await;
        stack.put_secret(secret);
        for answer in every_answer(&stack).await {
            assert_eq!(answer.text("errorCode"), "CONFIGURATION", "{secret}\n{answer}");
            assert!(answer.text("errorMsg").contains(sentence), "{secret}\n{answer}");
        }
        assert_eq!(stack.simulator().calls().total(), 0, "{secret}");
    }
}

#[tokio::test]
async fn a_secret_that_is_not_there_is_named() {
    let stack = Stack::start().await;
    stack.remove_secret();
    for answer in every_answer(&stack).await {
        assert_eq!(answer.text("errorCode"), "CONFIGURATION", "{answer}");
    }
    insta::assert_snapshot!(stack.get("/timeoff-types").await, @r#"
    HTTP 200
    statusCode: 500
    status: "Error"
    errorMsg: "The secret that BAMBOOHR_SECRET_ID names does not exist. Create it or correct the setting."
    errorCode: "CONFIGURATION"
    id2s: []
    ids: []
    names: []
    "#);
    stack.local().put_api_key(local_stack::SIMULATOR_KEY);
    assert_eq!(
        stack.get("/timeoff-types").await.text("status"),
        "Complete",
        "a corrected secret is read at once"
    );
}

#[tokio::test]
async fn a_company_domain_is_one_dns_label() {
    for domain in ["acme.bamboohr.com", "https://acme", "a/b", "-acme", "ac me", "evil.example#"] {
        let hris = Hris::Account {
            company_domain: domain.to_owned(),
            api_key: "k".into(),
            allow_writes: true,
        };
        let stack = Stack::of(hris, &[]).await;
        for answer in every_answer(&stack).await {
            assert_eq!(answer.text("errorCode"), "CONFIGURATION", "{domain}\n{answer}");
            assert!(
                answer.text("errorMsg").contains("must be a single DNS label"),
                "{domain}\n{answer}"
            );
        }
    }
}

#[tokio::test]
async fn the_domain_is_checked_even_where_a_base_url_stands_over_it() {
    let stack = Stack::start().await;
    stack.put_secret(r#"{"companyDomain": "not a label", "apiKey": "k"}"#);
    let answer = stack.get("/timeoff-types").await;
    assert_eq!(answer.text("errorCode"), "CONFIGURATION", "{answer}");
}
