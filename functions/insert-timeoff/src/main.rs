//! The Lambda function `insert-timeoff`.

use std::process::ExitCode;

use insert_timeoff::InsertTimeoff;

fn main() -> ExitCode {
    lambda_host::run(InsertTimeoff::new)
}
