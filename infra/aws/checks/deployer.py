"""Creates the resources of an expanded template through each service's own API, on moto.

moto's CloudFormation skips half of these types and still reports success. Here every type has a
creator below, every property is consumed by it, botocore checks the names that are sent, and a
type, a property or a reference that is not known fails. What CloudFormation itself does (its
ordering, its updates, its rollbacks) is not shown by this.
"""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import boto3
from botocore.validate import validate_parameters

from checks.resolve import Resolver, references
from checks.template import ACCOUNT, CODE_BUCKET, REGION


class Unknown(AssertionError):
    """A resource type or a property that the deployer does not know."""


class Properties(dict):
    """The resolved properties of one resource; each has to be taken by its creator."""

    def take(self, *names: str) -> dict:
        """Removes the named properties and returns those that are there, under their own names."""
        return {name: self.pop(name) for name in names if name in self}


Attributes = dict[str, str] | None


class Deployer:
    """One stack on one moto server. Once `deploy()` has run, `attribute` knows the attributes."""

    def __init__(self, expanded: dict, parameters: dict[str, str], endpoint: str) -> None:
        self.endpoint = endpoint
        self.attributes: dict[tuple[str, str], str] = {}
        self.resolver = Resolver(expanded, parameters, self.attribute)
        self.properties: dict[str, dict] = {}

    def client(self, service: str) -> Any:
        """A client of the service on the moto server, with an administrator's credentials."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="administrator",
            aws_secret_access_key="administrator",
        )

    def attribute(self, logical_id: str, name: str) -> str:
        """An attribute of a resource that was created."""
        if (logical_id, name) not in self.attributes:
            raise Unknown(f"the deployer knows no attribute {name} of {logical_id}")
        return self.attributes[logical_id, name]

    def deploy(self) -> None:
        """Creates every resource, what is referred to first."""
        self._upload_code()
        for logical_id in self._order():
            resource = self.resolver.resources()[logical_id]
            kind = resource["Type"]
            creator = _CREATORS.get(kind)
            if creator is None:
                raise Unknown(f"{logical_id} is of type {kind}, which the deployer does not know")
            properties = Properties(self.resolver.value(resource.get("Properties", {})))
            self.properties[logical_id] = json.loads(json.dumps(properties))
            attributes = creator(self, logical_id, properties)
            if properties:
                raise Unknown(
                    f"{logical_id} ({kind}) has properties that are not known: {list(properties)}"
                )
            for name, value in (attributes or {}).items():
                self.attributes[logical_id, name] = value

    def _order(self) -> list[str]:
        resources = self.resolver.resources()
        waiting = {}
        for name, resource in resources.items():
            depends_on = resource.get("DependsOn", [])
            depends_on = {depends_on} if isinstance(depends_on, str) else set(depends_on)
            unknown = depends_on - self.resolver.expanded["Resources"].keys()
            assert not unknown, f"{name} depends on {unknown}, which is not in the template"
            # As CloudFormation does: waiting for what a condition leaves out is no error.
            waiting[name] = (references(resource.get("Properties", {})) & resources.keys()) | (
                depends_on & resources.keys()
            )
        order = []
        while waiting:
            ready = sorted(name for name, needs in waiting.items() if not needs - set(order))
            assert ready, f"these resources refer to each other in a circle: {sorted(waiting)}"
            order += ready
            for name in ready:
                del waiting[name]
        return order

    def _upload_code(self) -> None:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("bootstrap", "")
        s3 = self.client("s3")
        s3.create_bucket(
            Bucket=CODE_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        for name, resource in self.resolver.resources().items():
            if resource["Type"] == "AWS::Lambda::Function":
                s3.put_object(Bucket=CODE_BUCKET, Key=f"{name}.zip", Body=archive.getvalue())


def _number(value: Any) -> int | float:
    """A number that CloudFormation hands over as text; anything else as it is."""
    try:
        return int(value)
    except ValueError:
        return float(value)


def _table(stack: Deployer, name: str, properties: Properties) -> Attributes:
    client = stack.client("dynamodb")
    ttl = properties.pop("TimeToLiveSpecification")
    recovery = properties.pop("PointInTimeRecoverySpecification")
    arguments = properties.take(
        "BillingMode", "AttributeDefinitions", "KeySchema", "DeletionProtectionEnabled"
    )
    table = client.create_table(TableName=f"{name}-table", **arguments)["TableDescription"]
    client.update_time_to_live(TableName=table["TableName"], TimeToLiveSpecification=ttl)
    client.update_continuous_backups(
        TableName=table["TableName"], PointInTimeRecoverySpecification=recovery
    )
    return {"Ref": table["TableName"], "Arn": table["TableArn"]}


def _secret(stack: Deployer, name: str, properties: Properties) -> Attributes:
    secret = stack.client("secretsmanager").create_secret(
        Name=f"{name}-secret", **properties.take("Description", "SecretString")
    )
    return {"Ref": secret["ARN"], "Id": secret["ARN"]}


def _role(stack: Deployer, name: str, properties: Properties) -> Attributes:
    client = stack.client("iam")
    managed = properties.pop("ManagedPolicyArns", [])
    policies = properties.pop("Policies", [])
    tags = properties.take("Tags")
    role = client.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps(properties.pop("AssumeRolePolicyDocument")),
        **tags,
    )["Role"]
    for policy in policies:
        assert policy.keys() == {"PolicyName", "PolicyDocument"}, policy.keys()
        client.put_role_policy(
            RoleName=name,
            PolicyName=policy["PolicyName"],
            PolicyDocument=json.dumps(policy["PolicyDocument"]),
        )
    # moto ships no AWS managed policies here; their names are asserted on the resolved template.
    for arn in managed:
        assert arn.startswith("arn:aws:iam::aws:policy/"), arn
    return {"Ref": name, "Arn": role["Arn"], "RoleId": role["RoleId"]}


def _log_group(stack: Deployer, name: str, properties: Properties) -> Attributes:
    client = stack.client("logs")
    group = properties.pop("LogGroupName")
    tags = {tag["Key"]: tag["Value"] for tag in properties.pop("Tags", [])}
    client.create_log_group(logGroupName=group, **({"tags": tags} if tags else {}))
    client.put_retention_policy(
        logGroupName=group, retentionInDays=int(properties.pop("RetentionInDays"))
    )
    return {"Ref": group, "Arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:*"}


def _query(stack: Deployer, name: str, properties: Properties) -> Attributes:
    client = stack.client("logs")
    definition = {
        "name": properties.pop("Name"),
        "queryString": properties.pop("QueryString"),
        "logGroupNames": properties.pop("LogGroupNames"),
    }
    # moto keeps no query definitions. So the names are checked against botocore's model, and the
    # log groups by asking for them; the query's own language is checked by nobody (see gaps.py).
    shape = client.meta.service_model.operation_model("PutQueryDefinition").input_shape
    validate_parameters(definition, shape)
    for group in definition["logGroupNames"]:
        client.list_tags_log_group(logGroupName=group)
    return {"Ref": f"{name}-query"}


def _function(stack: Deployer, _name: str, properties: Properties) -> Attributes:
    client = stack.client("lambda")
    reserved = properties.pop("ReservedConcurrentExecutions", None)
    tags = {tag["Key"]: tag["Value"] for tag in properties.pop("Tags", [])}
    arguments = properties.take(
        "Code", "Description", "FunctionName", "Handler", "Role", "Runtime", "Environment",
        "TracingConfig", "Architectures", "LoggingConfig",
    )  # fmt: skip
    # botocore insists on text here; CloudFormation makes text of numbers itself.
    variables = {
        key: str(value) for key, value in arguments.pop("Environment")["Variables"].items()
    }
    function = client.create_function(
        MemorySize=_number(properties.pop("MemorySize")),
        Timeout=_number(properties.pop("Timeout")),
        Environment={"Variables": variables},
        Tags=tags,
        **arguments,
    )
    if reserved is not None:
        client.put_function_concurrency(
            FunctionName=arguments["FunctionName"], ReservedConcurrentExecutions=_number(reserved)
        )
    return {"Ref": arguments["FunctionName"], "Arn": function["FunctionArn"]}


def _invoke_config(stack: Deployer, _name: str, properties: Properties) -> Attributes:
    stack.client("lambda").put_function_event_invoke_config(
        **properties.take("FunctionName", "Qualifier", "MaximumRetryAttempts", "DestinationConfig")
    )


def _permission(stack: Deployer, name: str, properties: Properties) -> Attributes:
    stack.client("lambda").add_permission(
        StatementId=name, **properties.take("Action", "FunctionName", "Principal", "SourceArn")
    )


def _metric_filter(stack: Deployer, name: str, properties: Properties) -> Attributes:
    transformations = [
        {key[0].lower() + key[1:]: value for key, value in item.items()}
        for item in properties.pop("MetricTransformations")
    ]
    stack.client("logs").put_metric_filter(
        filterName=name,
        logGroupName=properties.pop("LogGroupName"),
        filterPattern=properties.pop("FilterPattern"),
        metricTransformations=transformations,
    )


def _user_pool(stack: Deployer, _name: str, properties: Properties) -> Attributes:
    name, rest = properties.pop("UserPoolName"), properties.take("AdminCreateUserConfig")
    pool = stack.client("cognito-idp").create_user_pool(PoolName=name, **rest)["UserPool"]
    return {"Ref": pool["Id"], "Arn": pool["Arn"]}


def _user_pool_domain(stack: Deployer, _name: str, properties: Properties) -> Attributes:
    domain = properties["Domain"]
    client = stack.client("cognito-idp")
    client.create_user_pool_domain(**properties.take("Domain", "UserPoolId"))
    return {"Ref": domain}


def _resource_server(stack: Deployer, _name: str, properties: Properties) -> Attributes:
    identifier = properties["Identifier"]
    arguments = properties.take("Identifier", "Name", "UserPoolId", "Scopes")
    stack.client("cognito-idp").create_resource_server(**arguments)
    return {"Ref": identifier}


def _user_pool_client(stack: Deployer, _name: str, properties: Properties) -> Attributes:
    arguments = properties.take(
        "ClientName", "UserPoolId", "GenerateSecret", "AllowedOAuthFlowsUserPoolClient",
        "AllowedOAuthFlows", "AllowedOAuthScopes", "AccessTokenValidity", "TokenValidityUnits",
    )  # fmt: skip
    client = stack.client("cognito-idp").create_user_pool_client(**arguments)["UserPoolClient"]
    return {"Ref": client["ClientId"]}


def _rule(stack: Deployer, name: str, properties: Properties) -> Attributes:
    client = stack.client("events")
    targets = properties.pop("Targets")
    rule = client.put_rule(
        Name=name, **properties.take("Description", "ScheduleExpression", "State")
    )
    client.put_targets(Rule=name, Targets=targets)
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
    client = stack.client("apigateway")
    api, stage = properties.pop("RestApiId"), properties.pop("StageName")
    client.create_stage(
        restApiId=api,
        stageName=stage,
        deploymentId=properties.pop("DeploymentId"),
        tracingEnabled=properties.pop("TracingEnabled"),
    )
    log = properties.pop("AccessLogSetting")
    patches = [
        ("/accessLogSettings/destinationArn", log["DestinationArn"]),
        ("/accessLogSettings/format", log["Format"]),
    ]
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
        patches += [(f"{prefix}/{names[key]}", value) for key, value in setting.items()]
    client.update_stage(
        restApiId=api,
        stageName=stage,
        patchOperations=[
            {
                "op": "replace",
                "path": path,
                "value": str(value).lower() if isinstance(value, bool) else str(value),
            }
            for path, value in patches
        ],
    )
    return {"Ref": stage}


def _api_key(stack: Deployer, name: str, properties: Properties) -> Attributes:
    key = stack.client("apigateway").create_api_key(
        name=name, description=properties.pop("Description"), enabled=properties.pop("Enabled")
    )
    return {"Ref": key["id"], "APIKeyId": key["id"]}


def _usage_plan(stack: Deployer, _name: str, properties: Properties) -> Attributes:
    client = stack.client("apigateway")
    throttle, quota = properties.pop("Throttle"), properties.pop("Quota")
    stages = [
        {"apiId": item["ApiId"], "stage": item["Stage"]} for item in properties.pop("ApiStages")
    ]
    for item in stages:
        # API Gateway refuses a plan for a stage that is not there; moto takes it.
        client.get_stage(restApiId=item["apiId"], stageName=item["stage"])
    plan = client.create_usage_plan(
        name=properties.pop("UsagePlanName"),
        description=properties.pop("Description"),
        apiStages=stages,
        throttle={
            "rateLimit": float(throttle["RateLimit"]),
            "burstLimit": int(throttle["BurstLimit"]),
        },
        quota={"limit": int(quota["Limit"]), "period": quota["Period"]},
    )
    return {"Ref": plan["id"], "Id": plan["id"]}


def _usage_plan_key(stack: Deployer, _name: str, properties: Properties) -> Attributes:
    stack.client("apigateway").create_usage_plan_key(
        usagePlanId=properties.pop("UsagePlanId"),
        keyId=properties.pop("KeyId"),
        keyType=properties.pop("KeyType"),
    )


def _api_account(stack: Deployer, name: str, properties: Properties) -> Attributes:
    stack.client("apigateway").update_account(
        patchOperations=[
            {
                "op": "replace",
                "path": "/cloudwatchRoleArn",
                "value": properties.pop("CloudWatchRoleArn"),
            }
        ]
    )
    return {"Ref": f"{name}-account"}


def _topic(stack: Deployer, name: str, properties: Properties) -> Attributes:
    client = stack.client("sns")
    topic = client.create_topic(
        Name=name, Attributes={"DisplayName": properties.pop("DisplayName")}
    )["TopicArn"]
    for subscription in properties.pop("Subscription", []):
        client.subscribe(
            TopicArn=topic, Protocol=subscription["Protocol"], Endpoint=subscription["Endpoint"]
        )
    return {"Ref": topic, "TopicArn": topic}


def _alarm(stack: Deployer, _name: str, properties: Properties) -> Attributes:
    arguments = properties.take(
        "AlarmName", "AlarmDescription", "AlarmActions", "OKActions", "ComparisonOperator",
        "TreatMissingData", "Namespace", "MetricName", "Dimensions", "Statistic",
        "ExtendedStatistic", "Period", "Metrics",
    )  # fmt: skip
    arguments |= {
        name: _number(value)
        for name, value in properties.take("EvaluationPeriods", "DatapointsToAlarm").items()
    }
    stack.client("cloudwatch").put_metric_alarm(
        Threshold=float(properties.pop("Threshold")), **arguments
    )
    return {"Ref": arguments["AlarmName"]}


def _dashboard(stack: Deployer, _name: str, properties: Properties) -> Attributes:
    name = properties["DashboardName"]
    stack.client("cloudwatch").put_dashboard(**properties.take("DashboardName", "DashboardBody"))
    return {"Ref": name}


_CREATORS: dict[str, Callable[[Deployer, str, Properties], Attributes]] = {
    "AWS::ApiGateway::Account": _api_account,
    "AWS::ApiGateway::ApiKey": _api_key,
    "AWS::ApiGateway::Deployment": _deployment,
    "AWS::ApiGateway::RestApi": _rest_api,
    "AWS::ApiGateway::Stage": _stage,
    "AWS::ApiGateway::UsagePlan": _usage_plan,
    "AWS::ApiGateway::UsagePlanKey": _usage_plan_key,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::Dashboard": _dashboard,
    "AWS::Cognito::UserPool": _user_pool,
    "AWS::Cognito::UserPoolClient": _user_pool_client,
    "AWS::Cognito::UserPoolDomain": _user_pool_domain,
    "AWS::Cognito::UserPoolResourceServer": _resource_server,
    "AWS::DynamoDB::Table": _table,
    "AWS::Events::Rule": _rule,
    "AWS::IAM::Role": _role,
    "AWS::Lambda::EventInvokeConfig": _invoke_config,
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Permission": _permission,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::Logs::MetricFilter": _metric_filter,
    "AWS::Logs::QueryDefinition": _query,
    "AWS::SNS::Topic": _topic,
    "AWS::SecretsManager::Secret": _secret,
}
