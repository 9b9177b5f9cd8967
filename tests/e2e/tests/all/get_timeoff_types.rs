//! `GET /timeoff-types`

use e2e::Stack;

#[tokio::test]
async fn the_types_are_listed_without_those_managed_elsewhere() {
    let stack = Stack::start().await;
    insta::assert_snapshot!(stack.get("/timeoff-types").await, @r#"
    HTTP 200
    statusCode: 200
    status: "Complete"
    errorMsg: ""
    errorCode: ""
    id2s: ["","","",""]
    ids: ["78","83","85","90"]
    names: ["Vacation","Sick","Training","Flexible"]
    "#);
}
