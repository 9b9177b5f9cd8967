"""Creates the resources of an expanded template through each service's own API, on moto.

moto's CloudFormation skips half of these types and still reports success. Here every type has a
creator below, every property is consumed by it, botocore checks the names that are sent, and a
type, a property or a reference that is not known fails. What CloudFormation itself does (its
ordering, its updates, its rollbacks) is not shown by this.
"""

import functools
import json
import operator
from collections.abc import Callable
from typing import Any

from botocore.model import Shape
from botocore.validate import validate_parameters

from checks.resolve import Resolver
from checks.servers import administrator
from checks.template import ACCOUNT, CODE_BUCKET, REGION
from deployment.stack import zipped


class Unknown(AssertionError):
    """A resource type or a property that the deployer does not know."""


class Properties(dict):
    """The resolved properties of one resource; each has to be taken by its creator."""

    def take(self, shape: Shape, renamed: dict[str, str]) -> dict:
        """Removes what an operation with this input knows, and gives it in its spelling."""
        members = {name: _member(shape, renamed.get(name, name)) for name in self}
        return {
            member: _fitted(shape.members[member], self.pop(name))
            for name, member in members.items()
            if member in shape.members
        }


Attributes = dict[str, str] | None


class Deployer:
    """One stack on one moto server. Once `deploy()` has run, `attribute` knows the attributes."""

    def __init__(self, expanded: dict, parameters: dict[str, str], endpoint: str) -> None:
        self.endpoint = endpoint
        self.resolver = Resolver(expanded, parameters, self.attribute)
        self.waiting: set[str] = set()
        self.attributes: dict[str, dict[str, str]] = {}

    @functools.cache  # noqa: B019, a client costs more than a call, and there are few deployers
    def client(self, service: str) -> Any:
        """A client of the service on the moto server, with an administrator's credentials."""
        return administrator(service, self.endpoint)

    def call(
        self, service: str, operation: str, properties: Properties, /, renamed: dict | None = None,
        **more: Any,
    ) -> dict:  # fmt: skip
        """Calls an operation with what it knows of the properties, and with more."""
        client = self.client(service)
        arguments = properties.take(_input(client, operation), renamed or {})
        return getattr(client, operation)(**arguments, **more)

    def patch(self, operation: str, changes: dict[str, Any], **of: str) -> None:
        """Changes what API Gateway has made already, by the paths of its parts."""
        texts = {
            path: value if isinstance(value, str) else json.dumps(value)
            for path, value in changes.items()
        }
        operations = [
            {"op": "replace", "path": path, "value": text} for path, text in texts.items()
        ]
        getattr(self.client("apigateway"), operation)(patchOperations=operations, **of)

    def attribute(self, logical_id: str, name: str) -> str:
        """An attribute of a resource, which is created at the latest when somebody asks."""
        self._create(logical_id)
        if name not in self.attributes[logical_id]:
            raise Unknown(f"the deployer knows no attribute {name} of {logical_id}")
        return self.attributes[logical_id][name]

    def deploy(self) -> None:
        """Creates every resource, what is referred to first."""
        s3, resources = self.client("s3"), self.resolver.resources()
        where = {"LocationConstraint": REGION}
        s3.create_bucket(Bucket=CODE_BUCKET, CreateBucketConfiguration=where)
        for name, resource in resources.items():
            if resource["Type"] == "AWS::Lambda::Function":
                s3.put_object(Bucket=CODE_BUCKET, Key=f"{name}.zip", Body=zipped(b""))
        for name in resources:
            self._create(name)

    def _create(self, logical_id: str) -> None:
        if logical_id in self.attributes:
            return
        assert logical_id not in self.waiting, f"{logical_id} refers to itself in a circle"
        self.waiting.add(logical_id)
        resource = self.resolver.expanded["Resources"][logical_id]
        kind, needed = resource["Type"], resource.get("DependsOn", [])
        for name in [needed] if isinstance(needed, str) else needed:
            known = name in self.resolver.expanded["Resources"]
            assert known, f"{logical_id} depends on {name}, which is not in the template"
            # As CloudFormation does: waiting for what a condition leaves out is no error.
            if self.resolver.exists(name):
                self._create(name)
        if kind not in _CREATORS:
            raise Unknown(f"{logical_id} is of type {kind}, which the deployer does not know")
        properties = Properties(self.resolver.value(resource.get("Properties", {})))
        attributes = _CREATORS[kind](self, logical_id, properties)
        if properties:
            raise Unknown(f"{logical_id} ({kind}) has unknown properties: {list(properties)}")
        self.attributes[logical_id] = attributes or {}


def _input(client: Any, operation: str) -> Shape:
    name = client.meta.method_to_api_mapping[operation]
    return client.meta.service_model.operation_model(name).input_shape


def _member(shape: Shape, name: str) -> str:
    """The name as the operation spells it: some services begin with small letters."""
    small = name[0].lower() + name[1:]
    return small if name not in shape.members and small in shape.members else name


def _fitted(shape: Shape, value: Any) -> Any:
    """The value in an operation's spelling and types, as CloudFormation hands it over.

    What the operation does not know stays, and botocore refuses it.
    """
    match shape.type_name:
        case "structure" if isinstance(value, dict):
            members = {key: _member(shape, key) for key in value}
            return {
                member: _fitted(shape.members[member], value[key])
                if member in shape.members
                else value[key]
                for key, member in members.items()
            }
        case "list" if isinstance(value, list):
            return [_fitted(shape.member, item) for item in value]
        case "map" if isinstance(value, dict):
            return {key: _fitted(shape.value, item) for key, item in value.items()}
        case "string":
            is_document = isinstance(value, dict | list)
            return json.dumps(value) if is_document else str(value)
        case "integer" | "long":
            return int(value)
        case "float" | "double":
            return float(value)
    return value


def _table(stack: Deployer, name: str, properties: Properties) -> Attributes:
    table = {"TableName": f"{name}-table"}
    later = Properties(
        (key, properties.pop(key))
        for key in ("TimeToLiveSpecification", "PointInTimeRecoverySpecification")
    )
    made = stack.call("dynamodb", "create_table", properties, **table)["TableDescription"]
    stack.call("dynamodb", "update_time_to_live", later, **table)
    stack.call("dynamodb", "update_continuous_backups", later, **table)
    return {"Ref": made["TableName"], "Arn": made["TableArn"]}


def _role(stack: Deployer, name: str, properties: Properties) -> Attributes:
    managed, policies = properties.pop("ManagedPolicyArns", []), properties.pop("Policies", [])
    role = stack.call("iam", "create_role", properties, RoleName=name)["Role"]
    for policy in policies:
        rest = Properties(policy)
        stack.call("iam", "put_role_policy", rest, RoleName=name)
        assert not rest, f"{name} has a policy with {list(rest)}"
    # moto ships no AWS managed policies here; their names are asserted on the resolved template.
    for arn in managed:
        assert arn.startswith("arn:aws:iam::aws:policy/"), arn
    return {"Ref": name, "Arn": role["Arn"], "RoleId": role["RoleId"]}


def _tags(properties: Properties) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in properties.pop("Tags", [])}


def _log_group(stack: Deployer, _name: str, properties: Properties) -> Attributes:
    group, tags = properties["LogGroupName"], _tags(properties)
    stack.call("logs", "create_log_group", properties, **({"tags": tags} if tags else {}))
    stack.call("logs", "put_retention_policy", properties, logGroupName=group)
    return {"Ref": group, "Arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:*"}


def _query(stack: Deployer, name: str, properties: Properties) -> Attributes:
    # moto keeps no query definitions. So the names are checked against botocore's model, and the
    # log groups by asking for them; the query's own language is checked by nobody (see gaps.py).
    client = stack.client("logs")
    shape = _input(client, "put_query_definition")
    definition = properties.take(shape, {})
    validate_parameters(definition, shape)
    for group in definition["logGroupNames"]:
        client.list_tags_log_group(logGroupName=group)
    return {"Ref": f"{name}-query"}


def _function(stack: Deployer, _name: str, properties: Properties) -> Attributes:
    reserved, tags = properties.pop("ReservedConcurrentExecutions", None), _tags(properties)
    made = stack.call("lambda", "create_function", properties, Tags=tags)
    name = made["FunctionName"]
    if reserved is not None:
        concurrency = Properties(ReservedConcurrentExecutions=reserved)
        stack.call("lambda", "put_function_concurrency", concurrency, FunctionName=name)
    return {"Ref": name, "Arn": made["FunctionArn"]}


def _rule(stack: Deployer, name: str, properties: Properties) -> Attributes:
    targets = properties.pop("Targets")
    rule = stack.call("events", "put_rule", properties, Name=name)
    stack.client("events").put_targets(Rule=name, Targets=targets)
    return {"Ref": name, "Arn": rule["RuleArn"]}


def _rest_api(stack: Deployer, _name: str, properties: Properties) -> Attributes:
    client = stack.client("apigateway")
    body = properties.pop("Body")
    parameters = properties.pop("Parameters", {})
    endpoint = properties.pop("EndpointConfiguration")
    assert endpoint == {"Types": ["REGIONAL"]} and parameters == {
        "endpointConfigurationTypes": "REGIONAL"
    }, endpoint
    api = client.create_rest_api(
        name=properties.pop("Name"),
        description=properties.pop("Description"),
        endpointConfiguration={"types": endpoint["Types"]},
        policy=json.dumps(body["x-amazon-apigateway-policy"]),
    )
    client.put_rest_api(restApiId=api["id"], mode="overwrite", body=json.dumps(body).encode())
    return {"Ref": api["id"], "RootResourceId": api.get("rootResourceId", "")}


def _deployment(stack: Deployer, name: str, properties: Properties) -> Attributes:
    properties.pop("StageName", None)
    deployment = stack.client("apigateway").create_deployment(
        restApiId=properties.pop("RestApiId"), description=properties.pop("Description", name)
    )
    return {"Ref": deployment["id"]}


def _stage(stack: Deployer, _name: str, properties: Properties) -> Attributes:
    api, stage = properties.pop("RestApiId"), properties.pop("StageName")
    stack.client("apigateway").create_stage(
        restApiId=api,
        stageName=stage,
        deploymentId=properties.pop("DeploymentId"),
        tracingEnabled=properties.pop("TracingEnabled"),
    )
    log = properties.pop("AccessLogSetting")
    changes = {
        "/accessLogSettings/destinationArn": log["DestinationArn"],
        "/accessLogSettings/format": log["Format"],
    }
    names = {
        "LoggingLevel": "logging/loglevel",
        "DataTraceEnabled": "logging/dataTrace",
        "MetricsEnabled": "metrics/enabled",
        "ThrottlingRateLimit": "throttling/rateLimit",
        "ThrottlingBurstLimit": "throttling/burstLimit",
    }
    for setting in properties.pop("MethodSettings"):
        # API Gateway writes the slash of a resource as ~1 in a patch's path.
        resource = setting.pop("ResourcePath").lstrip("/").replace("/", "~1")
        prefix = f"/{resource}/{setting.pop('HttpMethod')}"
        changes |= {f"{prefix}/{names[key]}": value for key, value in setting.items()}
    stack.patch("update_stage", changes, restApiId=api, stageName=stage)
    return {"Ref": stage}


def _usage_plan(stack: Deployer, _name: str, properties: Properties) -> Attributes:
    for item in properties["ApiStages"]:
        # API Gateway refuses a plan for a stage that is not there; moto takes it.
        stack.client("apigateway").get_stage(restApiId=item["ApiId"], stageName=item["Stage"])
    renamed = {"UsagePlanName": "name"}
    plan = stack.call("apigateway", "create_usage_plan", properties, renamed=renamed)
    return {"Ref": plan["id"], "Id": plan["id"]}


def _api_account(stack: Deployer, name: str, properties: Properties) -> Attributes:
    stack.patch("update_account", {"/cloudwatchRoleArn": properties.pop("CloudWatchRoleArn")})
    return {"Ref": f"{name}-account"}


def _topic(stack: Deployer, name: str, properties: Properties) -> Attributes:
    attributes = {"DisplayName": properties.pop("DisplayName")}
    topic = stack.client("sns").create_topic(Name=name, Attributes=attributes)["TopicArn"]
    for subscription in properties.pop("Subscription", []):
        stack.call("sns", "subscribe", Properties(subscription), TopicArn=topic)
    return {"Ref": topic, "TopicArn": topic}


Creator = Callable[[Deployer, str, Properties], Attributes]


def _one_call(
    service: str, operation: str, ref: str = "", arn: str = "", *, named: str = "",
    renamed: dict[str, str] | None = None,
) -> Creator:  # fmt: skip
    """A resource that one call creates.

    What `Ref` and `Arn` give stands in the answer or among the properties, by that path; the
    argument `named` is the logical id.
    """

    def create(stack: Deployer, name: str, properties: Properties) -> Attributes:
        given = dict(properties)
        more = {named: name} if named else {}
        found = given | stack.call(service, operation, properties, renamed=renamed, **more)
        places = {"Ref": ref, "Arn": arn}
        return {
            attribute: functools.reduce(operator.getitem, path.split("."), found)
            for attribute, path in places.items()
            if path
        }

    return create


_CREATORS: dict[str, Creator] = {
    "AWS::ApiGateway::Account": _api_account,
    "AWS::ApiGateway::ApiKey": _one_call("apigateway", "create_api_key", "id", named="name"),
    "AWS::ApiGateway::Deployment": _deployment,
    "AWS::ApiGateway::RestApi": _rest_api,
    "AWS::ApiGateway::Stage": _stage,
    "AWS::ApiGateway::UsagePlan": _usage_plan,
    "AWS::ApiGateway::UsagePlanKey": _one_call("apigateway", "create_usage_plan_key"),
    "AWS::CloudWatch::Alarm": _one_call("cloudwatch", "put_metric_alarm", "AlarmName"),
    "AWS::CloudWatch::Dashboard": _one_call("cloudwatch", "put_dashboard", "DashboardName"),
    "AWS::Cognito::UserPool": _one_call(
        "cognito-idp", "create_user_pool", "UserPool.Id", "UserPool.Arn",
        renamed={"UserPoolName": "PoolName"},
    ),
    "AWS::Cognito::UserPoolClient": _one_call(
        "cognito-idp", "create_user_pool_client", "UserPoolClient.ClientId"
    ),
    "AWS::Cognito::UserPoolDomain": _one_call("cognito-idp", "create_user_pool_domain", "Domain"),
    "AWS::Cognito::UserPoolResourceServer": _one_call(
        "cognito-idp", "create_resource_server", "Identifier"
    ),
    "AWS::DynamoDB::Table": _table,
    "AWS::Events::Rule": _rule,
    "AWS::IAM::Role": _role,
    "AWS::Lambda::EventInvokeConfig": _one_call("lambda", "put_function_event_invoke_config"),
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Permission": _one_call("lambda", "add_permission", named="StatementId"),
    "AWS::Logs::LogGroup": _log_group,
    "AWS::Logs::MetricFilter": _one_call("logs", "put_metric_filter", named="filterName"),
    "AWS::Logs::QueryDefinition": _query,
    "AWS::SNS::Topic": _topic,
    "AWS::SecretsManager::Secret": _one_call(
        "secretsmanager", "create_secret", "ARN", named="Name"
    ),
}  # fmt: skip
