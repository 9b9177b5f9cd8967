"""Creates every variant on moto through each service's own API, and reads back what moto keeps."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ParamValidationError

from checks import model
from checks.changes import Change, put
from checks.deployer import Deployer
from checks.resolve import Dangling
from checks.rules.authentication import SCOPE
from checks.servers import moto_server
from checks.template import STACK_UUID, VARIANTS, expand, parameters, sources


@pytest.fixture(scope="module", params=VARIANTS)
def stack(request: pytest.FixtureRequest) -> Iterator[Deployer]:
    """The stack of one variant."""
    item = model.variant(request.param)
    with moto_server() as url:
        deployer = Deployer(copy.deepcopy(item.expanded), item.parameters, url)
        deployer.deploy()
        yield deployer


def test_gateway_understood_the_document(stack: Deployer) -> None:
    """Six routes, and the gateway may call the function of each; the account's log role."""
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
    stage = client.get_stage(restApiId=api, stageName="v1")
    settings = stage["methodSettings"]["*/*"]
    assert (settings["loggingLevel"], settings["dataTraceEnabled"]) == ("OFF", False)
    assert settings["throttlingRateLimit"] == float(stack.resolver.parameters["ThrottleRate"])
    if stack.resolver.parameters["CreateApiGatewayLogRole"] == "true":
        role = client.get_account().get("cloudwatchRoleArn", "")
        assert role == stack.attribute("ApiGatewayLogRole", "Arn")


def test_what_is_there_was_created(stack: Deployer) -> None:
    """Of each kind, as often as the variant has it. What each is like, the rules say."""
    kinds = [resource["Type"] for resource in stack.resolver.resources().values()]
    for kind, service, operation, field in (
        ("AWS::ApiGateway::ApiKey", "apigateway", "get_api_keys", "items"),
        ("AWS::CloudWatch::Alarm", "cloudwatch", "describe_alarms", "MetricAlarms"),
        ("AWS::DynamoDB::Table", "dynamodb", "list_tables", "TableNames"),
        ("AWS::Events::Rule", "events", "list_rules", "Rules"),
        ("AWS::IAM::Role", "iam", "list_roles", "Roles"),
        ("AWS::Lambda::Function", "lambda", "list_functions", "Functions"),
        ("AWS::Logs::LogGroup", "logs", "describe_log_groups", "logGroups"),
        ("AWS::Logs::MetricFilter", "logs", "describe_metric_filters", "metricFilters"),
        ("AWS::SecretsManager::Secret", "secretsmanager", "list_secrets", "SecretList"),
    ):
        found = getattr(stack.client(service), operation)()[field]
        assert len(found) == kinds.count(kind), kind
    topic = stack.attribute("AlarmTopic", "Ref")
    found = stack.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    email = stack.resolver.parameters["AlarmEmail"]
    assert [item["Endpoint"] for item in found] == ([email] if email else [])


def test_oauth_client(stack: Deployer) -> None:
    """What an operator reads, by the outputs; in the mode without OAuth there is no pool."""
    client = stack.client("cognito-idp")
    pools = client.list_user_pools(MaxResults=2)["UserPools"]
    assert bool(pools) == (stack.resolver.parameters["AuthMode"] != "ApiKey")
    if pools:
        pool = stack.attribute("OAuthUserPool", "Ref")
        domain = client.describe_user_pool(UserPoolId=pool)["UserPool"]["Domain"]
        assert domain == f"timeoff-bridge-{STACK_UUID}"
        found = client.describe_user_pool_client(
            UserPoolId=pool, ClientId=stack.attribute("OAuthClient", "Ref")
        )["UserPoolClient"]
        assert found["ClientSecret"] and found["AllowedOAuthScopes"] == [SCOPE]


QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {}}
TTL = "TimeToLiveSpecification"


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        pytest.param(put("Resources", "Queue", to=QUEUE), AssertionError, id="unknown type"),
        pytest.param(
            put("AlarmTopic", "TopicColour", to="red"), AssertionError, id="unknown property"
        ),
        pytest.param(put("Table", TTL, "Attribute", to="e"), ParamValidationError, id="wrong name"),
        pytest.param(
            put("AlarmTopic", "DisplayName", to={"Ref": "AlarmTopic"}), AssertionError, id="circle"
        ),
        pytest.param(put("UsagePlanKey", "KeyId", to={"Ref": "Key"}), Dangling, id="dangling"),
        pytest.param(
            put("AlarmTopic", "DisplayName", to={"Ref": "ApiGatewayLogRole"}),
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
