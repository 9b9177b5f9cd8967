//! The Lambda function `update-timeoff`.

use std::process::ExitCode;

use update_timeoff::UpdateTimeoff;

fn main() -> ExitCode {
    lambda_host::run(UpdateTimeoff::new)
}
