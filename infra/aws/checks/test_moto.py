"""Creates every variant on moto through each service's own API, and reads back what moto keeps."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ParamValidationError

from checks import model
from checks.aws_server import moto_server
from checks.changes import Change, put
from checks.deployer import Deployer
from checks.faults import of
from checks.model import grants
from checks.resolve import Dangling
from checks.rules.authentication import SCOPE
from checks.rules.functions import SCHEDULES
from checks.template import (
    FUNCTIONS,
    STACK_NAME,
    STACK_UUID,
    VARIANTS,
    expand,
    parameters,
    sources,
)  # fmt: skip


@pytest.fixture(scope="module", params=VARIANTS)
def stack(request: pytest.FixtureRequest) -> Iterator[Deployer]:
    """The stack of one variant."""
    item = model.variant(request.param)
    with moto_server() as url:
        deployer = Deployer(copy.deepcopy(item.expanded), item.parameters, url)
        deployer.deploy()
        yield deployer


def test_table_and_secret(stack: Deployer) -> None:
    """Keys, protection, time to live, recovery; the placeholder."""
    dynamodb, table = stack.client("dynamodb"), stack.attribute("Table", "Ref")
    found = dynamodb.describe_table(TableName=table)["Table"]
    assert [(key["AttributeName"], key["KeyType"]) for key in found["KeySchema"]] == [
        ("pk", "HASH"),
        ("sk", "RANGE"),
    ]
    assert found["DeletionProtectionEnabled"]
    assert found["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    ttl = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiration"}
    backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    assert recovery == "ENABLED"
    secrets, secret = stack.client("secretsmanager"), stack.attribute("Secret", "Ref")
    value = secrets.get_secret_value(SecretId=secret)["SecretString"]
    assert value == '{"companyDomain": "REPLACE-ME", "apiKey": "REPLACE-ME"}'


@pytest.mark.parametrize(("logical_id", "name"), FUNCTIONS.items())
def test_function(stack: Deployer, logical_id: str, name: str) -> None:
    """Configuration, environment, concurrency, logs and role."""
    values = stack.resolver.parameters
    found = stack.client("lambda").get_function(FunctionName=f"{STACK_NAME}-{name}")
    configuration = found["Configuration"]
    expected = {
        "Runtime": "provided.al2023",
        "Architectures": [values["Architecture"]],
        "TracingConfig": {"Mode": "Active"},
        "Timeout": 300 if logical_id in SCHEDULES.values() else 30,
        "MemorySize": 512 if name == "get-agents" else 256,
    }
    assert {key: configuration[key] for key in expected} == expected
    environment = configuration["Environment"]["Variables"]
    table = values["ExistingTable"] or stack.attribute("Table", "Ref")
    assert environment["TABLE_NAME"] == table
    assert environment["BAMBOOHR_SECRET_ID"] == stack.attribute("Secret", "Ref")
    assert environment.get("BAMBOOHR_BASE_URL", "") == values["BambooHrBaseUrl"]
    assert environment.get("AGENT_FILTER", "") == values["AgentFilter"]
    assert environment.get("MINUTES_PER_DAY", "") == values["MinutesPerDay"]
    reserved = found.get("Concurrency", {}).get("ReservedConcurrentExecutions", "")
    assert str(reserved) == values["ReservedConcurrency"]
    prefix = f"/aws/lambda/{STACK_NAME}-{name}"
    groups = stack.client("logs").describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]
    assert [group["retentionInDays"] for group in groups] == [int(values["LogRetentionDays"])]
    policy = stack.client("iam").get_role_policy(
        RoleName=f"{logical_id}Role", PolicyName=f"{logical_id}RolePolicy0"
    )
    resources = {resource for _, resource in grants({"Policies": [policy]})}
    arn = stack.attribute("Table", "Arn").rpartition("/")[0] + "/" + table
    assert resources <= {arn, stack.attribute("Secret", "Ref")}


def test_schedules(stack: Deployer) -> None:
    """The rules, their targets, and no repetition of a run that failed."""
    events, found = stack.client("events"), {}
    for rule in events.list_rules()["Rules"]:
        (target,) = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        found[target["Arn"]] = rule["ScheduleExpression"]
    assert found == {
        stack.attribute(function, "Arn"): stack.resolver.parameters[parameter]
        for parameter, function in SCHEDULES.items()
    }
    for function in SCHEDULES.values():
        name = f"{STACK_NAME}-{FUNCTIONS[function]}"
        config = stack.client("lambda").get_function_event_invoke_config(FunctionName=name)
        assert config["MaximumRetryAttempts"] == 0


def test_stage_and_plan(stack: Deployer) -> None:
    """Tracing, logs and throttle of the stage; plan and keys."""
    values = stack.resolver.parameters
    client, api = stack.client("apigateway"), stack.attribute("Api", "Ref")
    stage = client.get_stage(restApiId=api, stageName="v1")
    assert stage["tracingEnabled"]
    logs = stack.attribute("ApiAccessLogs", "Arn")
    assert stage["accessLogSettings"]["destinationArn"] == logs
    settings = stage["methodSettings"]["*/*"]
    assert (settings["loggingLevel"], settings["dataTraceEnabled"]) == ("OFF", False)
    rate, burst = float(values["ThrottleRate"]), int(values["ThrottleBurst"])
    assert settings["throttlingRateLimit"] == rate
    (plan,) = client.get_usage_plans()["items"]
    assert plan["apiStages"] == [{"apiId": api, "stage": "v1"}]
    assert plan["throttle"] == {"rateLimit": rate, "burstLimit": burst}
    assert plan["quota"] == {"limit": int(values["DailyQuota"]), "period": "DAY"}
    keys = client.get_usage_plan_keys(usagePlanId=plan["id"])["items"]
    names = [name for name in ("ApiKey", "SecondApiKey") if stack.resolver.exists(name)]
    assert {key["id"] for key in keys} == {stack.attribute(name, "Ref") for name in names}


def test_oauth_client(stack: Deployer) -> None:
    """Its tokens, and where it gets them; in the mode that has none there is no pool."""
    client = stack.client("cognito-idp")
    pools = client.list_user_pools(MaxResults=2)["UserPools"]
    filters = stack.client("logs").describe_metric_filters()["metricFilters"]
    mode = stack.resolver.parameters["AuthMode"]
    assert len(filters) == (mode == "ApiKeyAndOAuth")
    assert len(pools) == (mode != "ApiKey")
    for pool in pools:
        (listed,) = client.list_user_pool_clients(UserPoolId=pool["Id"])["UserPoolClients"]
        by_id = {"UserPoolId": pool["Id"], "ClientId": listed["ClientId"]}
        found = client.describe_user_pool_client(**by_id)["UserPoolClient"]
        assert found["ClientId"] == stack.attribute("OAuthClient", "Ref") and found["ClientSecret"]
        assert found["AllowedOAuthScopes"] == [SCOPE]
        assert found["AllowedOAuthFlows"] == ["client_credentials"]
        assert (found["AccessTokenValidity"], found["TokenValidityUnits"]["AccessToken"]) == (
            24,
            "hours",
        )
        domain = client.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]["Domain"]
        assert domain == f"timeoff-bridge-{STACK_UUID}"


def test_routes(stack: Deployer) -> None:
    """Six, and the gateway may call the function of each."""
    client, api = stack.client("apigateway"), stack.attribute("Api", "Ref")
    resources = client.get_resources(restApiId=api, embed=["methods"], limit=100)["items"]
    uris = [
        method["methodIntegration"]["uri"]
        for resource in resources
        for method in resource.get("resourceMethods", {}).values()
    ]
    assert len(uris) == 6
    for uri in uris:
        arn = uri.split("/functions/")[1].removesuffix("/invocations")
        policy = stack.client("lambda").get_policy(FunctionName=arn)["Policy"]
        assert "apigateway.amazonaws.com" in policy
    if stack.resolver.parameters["CreateApiGatewayLogRole"] == "true":
        role = client.get_account().get("cloudwatchRoleArn", "")
        assert role == stack.attribute("ApiGatewayLogRole", "Arn")


def test_alarms_and_dashboard(stack: Deployer) -> None:
    """Every alarm tells the topic; who subscribed to it; the dashboard's name."""
    cloudwatch, topic = stack.client("cloudwatch"), stack.attribute("AlarmTopic", "Ref")
    alarms = cloudwatch.describe_alarms()["MetricAlarms"]
    resources = stack.resolver.resources().values()
    assert len(alarms) == sum(item["Type"] == "AWS::CloudWatch::Alarm" for item in resources)
    assert all(alarm["AlarmActions"] == [topic] for alarm in alarms)
    found = stack.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    email = stack.resolver.parameters["AlarmEmail"]
    assert [item["Endpoint"] for item in found] == ([email] if email else [])
    (dashboard,) = cloudwatch.list_dashboards()["DashboardEntries"]
    assert dashboard["DashboardName"] == STACK_NAME


QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {}}
TTL = "TimeToLiveSpecification"


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        pytest.param(put("Resources", "Queue", to=QUEUE), AssertionError, id="unknown type"),
        pytest.param(
            put(*of("AlarmTopic"), "TopicColour", to="red"), AssertionError, id="unknown property"
        ),
        pytest.param(
            put(*of("Table"), TTL, "Attribute", to="e"), ParamValidationError, id="wrong name"
        ),
        pytest.param(put(*of("UsagePlanKey"), "KeyId", to={"Ref": "Key"}), Dangling, id="dangling"),
        pytest.param(
            put(*of("AlarmTopic"), "DisplayName", to={"Ref": "ApiGatewayLogRole"}),
            Dangling,
            id="left out by a condition",
        ),
    ],
)
def test_deployer_refuses(change: Change, kind: type[Exception]) -> None:
    """What it does not know, and what refers to nothing."""
    changed: dict[str, Any] = sources()
    change(changed)
    values = parameters(changed["template.yaml"], {})
    with moto_server() as url, pytest.raises(kind):
        Deployer(expand(changed, {}), values, url).deploy()
