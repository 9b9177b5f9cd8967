"""Deploys every variant to moto and reads back what moto keeps."""

import copy

from . import model
from .aws_server import moto_server
from .deployer import Deployer
from .resolve import Dangling
from .rules import grants
from .runner import check
from .template import FUNCTIONS, STACK_NAME, VARIANTS, expand, openapi, parameters, source


def _deploy(variant: str, url: str) -> Deployer:
    item = next(found for found in model.variants() if found.variant == variant)
    stack = Deployer(copy.deepcopy(item.expanded), item.parameters, url)
    stack.deploy()
    return stack


def _equal(what: str, found, expected) -> None:
    assert found == expected, f"{what} is {found!r}, expected {expected!r}"


def _read_back(stack: Deployer) -> None:
    values = stack.resolver.parameters
    dynamodb, table = stack.client("dynamodb"), stack.attribute("Table", "Ref")
    description = dynamodb.describe_table(TableName=table)["Table"]
    _equal(
        "keys",
        description["KeySchema"],
        [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    _equal("deletion protection", description["DeletionProtectionEnabled"], True)
    _equal("billing", description["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
    ttl = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    _equal("time to live", ttl, {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiration"})
    backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    _equal("recovery", backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"], "ENABLED")

    secret = stack.client("secretsmanager").get_secret_value(SecretId=stack.attribute("Secret", "Ref"))
    _equal("secret", secret["SecretString"], '{"companyDomain": "REPLACE-ME", "apiKey": "REPLACE-ME"}')

    _read_back_functions(stack, values)
    _read_back_api(stack, values)
    _read_back_observability(stack, values)


def _read_back_functions(stack: Deployer, values: dict) -> None:
    functions, iam, logs = stack.client("lambda"), stack.client("iam"), stack.client("logs")
    for logical_id, name in FUNCTIONS.items():
        found = functions.get_function(FunctionName=f"{STACK_NAME}-{name}")
        configuration = found["Configuration"]
        _equal(f"{name}: runtime", configuration["Runtime"], "provided.al2023")
        _equal(f"{name}: architectures", configuration["Architectures"], [values["Architecture"]])
        _equal(f"{name}: tracing", configuration["TracingConfig"], {"Mode": "Active"})
        _equal(f"{name}: time", configuration["Timeout"], 300 if name == "get-agents" else 30)
        _equal(f"{name}: memory", configuration["MemorySize"], 512 if name == "get-agents" else 256)
        environment = configuration["Environment"]["Variables"]
        _equal(f"{name}: table", environment["TABLE_NAME"], values["ExistingTable"] or stack.attribute("Table", "Ref"))
        _equal(f"{name}: secret", environment["BAMBOOHR_SECRET_ID"], stack.attribute("Secret", "Ref"))
        for variable, parameter in (
            ("BAMBOOHR_BASE_URL", "BambooHrBaseUrl"),
            ("AGENT_FILTER", "AgentFilter"),
            ("MINUTES_PER_DAY", "MinutesPerDay"),
        ):
            _equal(f"{name}: {variable}", environment.get(variable, ""), values[parameter])
        reserved = found.get("Concurrency", {}).get("ReservedConcurrentExecutions", "")
        _equal(f"{name}: reserved concurrency", str(reserved), values["ReservedConcurrency"])
        groups = logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{STACK_NAME}-{name}")["logGroups"]
        _equal(f"{name}: retention", [group["retentionInDays"] for group in groups], [int(values["LogRetentionDays"])])
        policy = iam.get_role_policy(RoleName=f"{logical_id}Role", PolicyName=f"{logical_id}RolePolicy0")[
            "PolicyDocument"
        ]
        resources = {resource for _, resource in grants({"Policies": [{"PolicyDocument": policy}]})}
        table = stack.attribute("Table", "Arn")
        if values["ExistingTable"]:
            table = table.rpartition("/")[0] + "/" + values["ExistingTable"]
        assert resources <= {table, stack.attribute("Secret", "Ref")}, resources
    rule = stack.client("events").list_rules()["Rules"]
    _equal("schedule", [item["ScheduleExpression"] for item in rule], [values["RefreshSchedule"]])
    targets = stack.client("events").list_targets_by_rule(Rule=rule[0]["Name"])["Targets"]
    _equal("scheduled function", [item["Arn"] for item in targets], [stack.attribute("GetAgents", "Arn")])
    config = functions.get_function_event_invoke_config(FunctionName=f"{STACK_NAME}-get-agents")
    _equal("retries of the schedule", config["MaximumRetryAttempts"], 0)


def _read_back_api(stack: Deployer, values: dict) -> None:
    client, api = stack.client("apigateway"), stack.attribute("Api", "Ref")
    stage = client.get_stage(restApiId=api, stageName="v1")
    _equal("tracing of the stage", stage["tracingEnabled"], True)
    _equal("access log", stage["accessLogSettings"]["destinationArn"], stack.attribute("ApiAccessLogs", "Arn"))
    settings = stage["methodSettings"]["*/*"]
    _equal("execution log", (settings["loggingLevel"], settings["dataTraceEnabled"]), ("OFF", False))
    _equal("throttle of the stage", settings["throttlingRateLimit"], float(values["ThrottleRate"]))
    (plan,) = client.get_usage_plans()["items"]
    _equal("stages of the plan", plan["apiStages"], [{"apiId": api, "stage": "v1"}])
    _equal(
        "throttle",
        plan["throttle"],
        {"rateLimit": float(values["ThrottleRate"]), "burstLimit": int(values["ThrottleBurst"])},
    )
    _equal("quota", plan["quota"], {"limit": int(values["DailyQuota"]), "period": "DAY"})
    keys = client.get_usage_plan_keys(usagePlanId=plan["id"])["items"]
    names = [name for name in ("ApiKey", "SecondApiKey") if stack.resolver.exists(name)]
    _equal("keys of the plan", {key["id"] for key in keys}, {stack.attribute(name, "Ref") for name in names})
    methods = {
        (resource["path"], method): item["methodIntegration"]["uri"]
        for resource in client.get_resources(restApiId=api, embed=["methods"], limit=100)["items"]
        for method, item in resource.get("resourceMethods", {}).items()
    }
    _equal("number of routes", len(methods), 6)
    for (path, method), uri in methods.items():
        arn = uri.split("/functions/")[1].removesuffix("/invocations")
        policy = stack.client("lambda").get_policy(FunctionName=arn)["Policy"]
        assert "apigateway.amazonaws.com" in policy, f"{method} {path} may not call {arn}"
    role = client.get_account().get("cloudwatchRoleArn", "")
    if values["CreateApiGatewayLogRole"] == "true":
        _equal("log role of the account", role, stack.attribute("ApiGatewayLogRole", "Arn"))


def _read_back_observability(stack: Deployer, values: dict) -> None:
    cloudwatch, topic = stack.client("cloudwatch"), stack.attribute("AlarmTopic", "Ref")
    alarms = cloudwatch.describe_alarms()["MetricAlarms"]
    created = [name for name, item in stack.resolver.resources().items() if item["Type"] == "AWS::CloudWatch::Alarm"]
    _equal("number of alarms", len(alarms), len(created))
    for alarm in alarms:
        _equal(f"action of {alarm['AlarmName']}", alarm["AlarmActions"], [topic])
    subscriptions = stack.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    expected = [values["AlarmEmail"]] if values["AlarmEmail"] else []
    _equal("subscribers", [item["Endpoint"] for item in subscriptions], expected)
    _equal(
        "dashboard", [item["DashboardName"] for item in cloudwatch.list_dashboards()["DashboardEntries"]], [STACK_NAME]
    )


def _add(variant: str) -> None:
    @check("deployment to moto", f"with {variant}: everything is created and reads back as it should")
    def _run():
        with moto_server() as url:
            _read_back(_deploy(variant, url))


for _variant in VARIANTS:
    _add(_variant)


def _refused(change, kind: type[Exception]) -> None:
    template, api = source(), openapi()
    change(template)
    with moto_server() as url:
        try:
            Deployer(expand(template, api, {}), parameters(template, {}), url).deploy()
        except kind:
            return
    raise AssertionError("the deployer took it")


@check("deployment to moto", "the deployer refuses an unknown type, an unknown property and a dangling reference")
def _bites():
    from botocore.exceptions import ParamValidationError

    def unknown_type(template):
        template["Resources"]["Queue"] = {"Type": "AWS::SQS::Queue", "Properties": {}}

    def unknown_property(template):
        template["Resources"]["AlarmTopic"]["Properties"]["TopicColour"] = "red"

    def wrong_name(template):
        template["Resources"]["Table"]["Properties"]["TimeToLiveSpecification"]["Attribute"] = "expiration"

    def dangling(template):
        template["Resources"]["UsagePlanKey"]["Properties"]["KeyId"] = {"Ref": "Key"}

    def left_out_by_condition(template):
        template["Resources"]["AlarmTopic"]["Properties"]["DisplayName"] = {"Ref": "ApiGatewayLogRole"}

    _refused(unknown_type, AssertionError)
    _refused(unknown_property, AssertionError)
    _refused(wrong_name, ParamValidationError)
    _refused(dangling, Dangling)
    _refused(left_out_by_condition, Dangling)
