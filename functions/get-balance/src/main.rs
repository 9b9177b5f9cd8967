//! The Lambda function `get-balance`.

use std::process::ExitCode;

use get_balance::GetBalance;

fn main() -> ExitCode {
    lambda_host::run(GetBalance::new)
}
