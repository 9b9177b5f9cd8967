//! The AWS clients on their own HTTP client.

use lambda_host::Aws;
use local_aws::{Fault, Injection, TestTable};

use crate::probe::settings;

#[tokio::test]
async fn a_call_whose_connection_breaks_is_made_again() {
    let table = TestTable::create().await.unwrap();
    let aws = Aws::new(&settings(&[("AWS_ENDPOINT_URL_DYNAMODB", &table.url())]).aws).unwrap();
    for fault in [Fault::Unreachable, Fault::LoseAnswer] {
        table.faults().reset_calls();
        table.faults().inject(Injection::of(fault).once());
        let described =
            aws.dynamodb().describe_table().table_name(table.name()).send().await.unwrap();
        assert_eq!(
            described.table().and_then(|described| described.table_name()),
            Some(table.name())
        );
        assert_eq!(table.faults().calls("DescribeTable"), 2);
    }
}

#[tokio::test]
async fn an_error_of_the_service_keeps_its_code() {
    let table = TestTable::create().await.unwrap();
    let aws = Aws::new(&settings(&[("AWS_ENDPOINT_URL_DYNAMODB", &table.url())]).aws).unwrap();
    let error =
        aws.dynamodb().describe_table().table_name("another-table").send().await.unwrap_err();
    assert!(error.as_service_error().unwrap().is_resource_not_found_exception(), "{error:?}");
}

#[tokio::test]
async fn nobody_at_the_endpoint_is_a_failure_to_dispatch() {
    let aws =
        Aws::new(&settings(&[("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")]).aws).unwrap();
    let error =
        aws.dynamodb().describe_table().table_name("timeoff-bridge").send().await.unwrap_err();
    assert!(matches!(error, aws_sdk_dynamodb::error::SdkError::DispatchFailure(_)), "{error:?}");
}
