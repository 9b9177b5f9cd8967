//! The Lambda function `get-timeoff-types`.

use std::process::ExitCode;

use get_timeoff_types::GetTimeoffTypes;

fn main() -> ExitCode {
    lambda_host::run(GetTimeoffTypes::new)
}
