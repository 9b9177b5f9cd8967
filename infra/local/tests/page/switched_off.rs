//! Where people are not made up, there is no page.

use bamboohr_simulator::{Seed, Simulator};
use local_stack::{Hris, LocalStack, Options};

#[tokio::test]
async fn with_a_real_account_the_page_is_off_and_says_why() {
    // Another simulator stands for the account.
    let account = Simulator::start(Seed::small().api_key("key-of-the-account")).await;
    let stack = LocalStack::start(Options {
        hris: Hris::Account {
            company_domain: "acme".to_owned(),
            api_key: "key-of-the-account".into(),
            allow_writes: true,
        },
        settings: [("BAMBOOHR_BASE_URL".to_owned(), account.url().to_owned())].into(),
        ..Options::default()
    })
    .await
    .unwrap();
    let _installed_already = rustls::crypto::ring::default_provider().install_default();
    let get = async |path: &str| reqwest::get(format!("{}{path}", stack.page_url())).await.unwrap();
    let page = get("").await.text().await.unwrap();
    assert!(page.contains("real BambooHR account"), "{page}");
    for path in ["console/agents", "console/events?agent=1", "console/main.js"] {
        assert_eq!(get(path).await.status(), 403, "{path}");
    }
    assert_eq!(account.calls().total(), 0);
}
