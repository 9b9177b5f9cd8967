"""What these checks cannot show."""

GAPS = [
    "CloudFormation itself: its ordering, its updates, its rollbacks, its limits. The template is "
    "created here by our own deployer.",
    "`sam deploy` beyond its uploads, `sam sync`, and `deploy settings` on CloudFormation itself, "
    "which runs the transforms of the previous template again.",
    "AWS::Include and the SAM transform as AWS runs them; here the same translator version runs.",
    "`sam build` with the real compiler: here cargo is a stand-in.",
    "API Gateway's import of openapi.yaml: gateway responses, validators, resource policy and the "
    "key requirement are asserted on the resolved definition, because moto keeps none of them.",
    "Cognito and its authorizer: that a token is given, taken, and refused once it has expired "
    "(`infra/aws/deploy check` tries the first two), and how one of another scope is refused.",
    "VTL of the gateway responses ($context.requestId), throttling, quotas, the 29 second limit.",
    "The language of the Logs Insights queries and of the dashboard's SEARCH expressions; only the "
    "fields, metrics and log groups that they name are checked.",
    "That an alarm rises and its mail arrives. `infra/aws/deploy check --probe-writes` tries that "
    "in a real account.",
    "The account's API Gateway log role, reserved concurrency, and every other account limit.",
    "What the roles need for logs and traces (AWS's managed policies), and IAM features beyond "
    "action and resource.",
    "arm64: built and run only where there is such a processor.",
]
