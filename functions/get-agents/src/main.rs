//! The Lambda function `get-agents`.

use std::process::ExitCode;

use get_agents::GetAgents;

fn main() -> ExitCode {
    lambda_host::run(GetAgents::new)
}
