"""Rules that no tool has. Each takes a model and yields a sentence for everything that breaks it.

faults.py holds, for each rule, changes to the sources that it has to notice.
"""

import json
import re
from collections.abc import Callable, Iterator

from . import rust
from .model import Model
from .template import ACCOUNT, AWS_DIR, FUNCTIONS, REGION, ROOT

RULES: dict[str, tuple[str, Callable[[Model], Iterator[str]]]] = {}

ROUTES = {
    ("/agents", "get"): "GetAgents",
    ("/agents/{externalId}", "get"): "GetAgents",
    ("/timeoff-types", "get"): "GetTimeoffTypes",
    ("/balances", "post"): "GetBalance",
    ("/timeoff-requests", "post"): "InsertTimeoff",
    ("/timeoff-requests", "put"): "UpdateTimeoff",
}

# The metrics of AWS services that alarms and dashboard may use, with their dimensions.
AWS_METRICS = {
    "AWS/ApiGateway": ({"ApiName", "Stage"}, {"4XXError", "5XXError", "Count", "Latency", "IntegrationLatency"}),
    "AWS/Lambda": ({"FunctionName"}, {"Errors", "Throttles", "Invocations", "Duration", "ConcurrentExecutions"}),
    "AWS/DynamoDB": (
        {"TableName"},
        {"ReadThrottleEvents", "WriteThrottleEvents", "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"},
    ),
}

# What an access log may hold: neither path nor query (an e-mail address can stand there), no header, no body, no key.
LOGGABLE = {
    "requestId", "extendedRequestId", "requestTime", "requestTimeEpoch", "httpMethod", "resourcePath", "status",
    "responseLength", "responseLatency", "integration.status", "integration.latency", "integration.requestId",
    "error.responseType", "identity.apiKeyId", "identity.sourceIp", "xrayTraceId", "stage",
}  # fmt: skip

ENVELOPE = ["statusCode", "status", "errorMsg", "errorCode", "correlationId"]


def rule(sentence: str):
    """Registers the decorated function as a rule that is stated by the sentence."""

    def register(function):
        RULES[function.__name__] = (sentence, function)
        return function

    return register


@rule("the API has exactly the documented routes, each served by its function")
def routes(model: Model):
    found = {}
    for path, method, operation in model.operations():
        uri = operation.get("x-amazon-apigateway-integration", {}).get("uri", "")
        match = re.search(r"functions/<(\w+)\.Arn>/invocations$", uri)
        found[path, method] = match[1] if match else uri
    for route in ROUTES.keys() | found.keys():
        if found.get(route) != ROUTES.get(route):
            yield f"{route} is served by {found.get(route)}, not by {ROUTES.get(route)}"


@rule("every operation needs the key, has a known validator and calls its function by a proxied POST")
def operations(model: Model):
    schemes = model.body.get("components", {}).get("securitySchemes", {})
    validators = model.body.get("x-amazon-apigateway-request-validators", {})
    names = [operation.get("operationId") for _, _, operation in model.operations()]
    for path, method, operation in model.operations():
        where = f"{method} {path}"
        keyed = [requirement for requirement in operation.get("security", []) if "api_key" in requirement]
        if not keyed or len(keyed) != len(operation["security"]):
            yield f"{where} can be called without the API key"
        for scheme in {name for requirement in operation.get("security", []) for name in requirement}:
            if scheme not in schemes:
                yield f"{where} names the security scheme {scheme}, which is not defined"
        if operation.get("x-amazon-apigateway-request-validator") not in validators:
            yield f"{where} names no known request validator"
        integration = operation.get("x-amazon-apigateway-integration", {})
        if (integration.get("type"), integration.get("httpMethod")) != ("aws_proxy", "POST"):
            yield f"{where} is not integrated by an aws_proxy POST"
        if not 28_500 < integration.get("timeoutInMillis", 29_000) <= 29_000:
            yield f"{where} is cut off before the function's own budget ends"
        if names.count(operation.get("operationId")) != 1:
            yield f"{where} has no operationId of its own"
    for name, scheme in schemes.items():
        if name == "api_key" and scheme != {"type": "apiKey", "name": "x-api-key", "in": "header"}:
            yield "the API key is not read from the header x-api-key"


@rule("validators refuse nothing that a function could answer itself")
def validators(model: Model):
    for name, validator in model.body.get("x-amazon-apigateway-request-validators", {}).items():
        if validator.get("validateRequestBody") is not False:
            yield f"{name} validates bodies, which the functions answer with INVALID_INPUT in the envelope"
    for path, method, operation in model.operations():
        for parameter in operation.get("parameters", []):
            if parameter.get("required") and parameter.get("in") != "path":
                yield f"{method} {path} requires {parameter['name']}, whose absence the function answers itself"


@rule("API Gateway may call each function by exactly its routes, and nobody else may")
def invoke_permissions(model: Model):
    stage = next(iter(model.of_type("AWS::ApiGateway::Stage").values()))["StageName"]
    patterns = {}
    for name, permission in model.of_type("AWS::Lambda::Permission").items():
        function = re.fullmatch(r"<(\w+)(?:\.Arn)?>", permission["FunctionName"])[1]
        if permission["Principal"] == "events.amazonaws.com":
            if not re.fullmatch(r"<\w+\.Arn>", permission.get("SourceArn", "")):
                yield f"{name} lets every EventBridge rule call {function}"
            continue
        if permission["Principal"] != "apigateway.amazonaws.com":
            yield f"{name} lets {permission['Principal']} call {function}"
        match = re.fullmatch(
            r"arn:aws:execute-api:[^:]+:\d+:<Api>/([^/]+)/([A-Z]+)(/.*)", permission.get("SourceArn", "")
        )
        if not match or match[1] != stage:
            yield f"{name} is not limited to stage {stage} of this API"
        else:
            patterns.setdefault(function, []).append((match[2], match[3]))
    for (path, method), function in ROUTES.items():
        # API Gateway puts a star for a variable part of the path.
        concrete = re.sub(r"\{\w+\}", "*", path)
        if not any(
            verb == method.upper() and _matches(pattern, concrete) for verb, pattern in patterns.get(function, [])
        ):
            yield f"API Gateway may not call {function} for {method} {path}"
    for function, allowed in patterns.items():
        for verb, pattern in allowed:
            own = [path for (path, method), owner in ROUTES.items() if owner == function and method.upper() == verb]
            if not any(_matches(pattern, re.sub(r"\{\w+\}", "*", path)) for path in own):
                yield f"API Gateway may call {function} for {verb} {pattern}, which is no route of it"


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text) is not None


@rule("what API Gateway answers itself carries the five fields of the envelope")
def gateway_responses(model: Model):
    responses = model.body.get("x-amazon-apigateway-gateway-responses", {})
    for needed in (
        "BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS", "UNAUTHORIZED", "ACCESS_DENIED", "INVALID_API_KEY", "RESOURCE_NOT_FOUND",
        "MISSING_AUTHENTICATION_TOKEN", "REQUEST_TOO_LARGE", "THROTTLED", "QUOTA_EXCEEDED", "API_CONFIGURATION_ERROR",
        "INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT", "DEFAULT_4XX", "DEFAULT_5XX",
    ):  # fmt: skip
        if needed not in responses:
            yield f"{needed} has no answer of its own"
    missing = {400, 401, 403, 404, 413, 429, 500, 504} - {response.get("statusCode") for response in responses.values()}
    if missing:
        yield f"no gateway response has the HTTP status {sorted(missing)}"
    for name, response in responses.items():
        if name.startswith("DEFAULT") == ("statusCode" in response):
            yield f"{name}: exactly the specific answers name their HTTP status, so that others keep theirs"
        template = response.get("responseTemplates", {}).get("application/json", "")
        try:
            answer = json.loads(template)
        except ValueError:
            yield f"{name} is no JSON"
            continue
        if list(answer) != ENVELOPE:
            yield f"{name} holds {list(answer)}"
            continue
        expected = 408 if name == "INTEGRATION_TIMEOUT" else 500
        if answer["statusCode"] != expected or answer["status"] != "Error" or answer["errorCode"] != "GATEWAY":
            yield f"{name} says {answer}"
        if answer["correlationId"] != "$context.requestId":
            yield f"{name} does not give the request id"
        if not answer["errorMsg"].endswith(".") or "$" in answer["errorMsg"]:
            yield f"{name}: errorMsg is no plain sentence"


@rule("the resource policy lets in everybody, or exactly the CIDRs that were given")
def resource_policy(model: Model):
    policy = model.body.get("x-amazon-apigateway-policy", {})
    statements = policy.get("Statement", [])
    denied = [statement for statement in statements if statement["Effect"] == "Deny"]
    cidrs = [cidr for cidr in model.parameters["AllowedCidrs"].split(",") if cidr]
    expected = [{"NotIpAddress": {"aws:SourceIp": cidrs}}] if cidrs else []
    if [statement.get("Condition") for statement in denied] != expected:
        yield f"with AllowedCidrs {cidrs} the policy denies {denied}"
    if not any(statement["Effect"] == "Allow" and statement["Principal"] == "*" for statement in statements):
        yield "the policy lets nobody in"
    for statement in statements:
        if (statement["Action"], statement["Resource"]) != ("execute-api:Invoke", "execute-api:/*"):
            yield f"the policy is about something else: {statement}"


@rule("a change of parameters alone reaches stage v1")
def redeploys(model: Model):
    api = model.source["Resources"]["Api"]["Properties"]
    if api.get("AlwaysDeploy") is not True:
        yield "without AlwaysDeploy the deployment keeps its logical id, and the stage its old definition"
    _, stage = model.one("AWS::ApiGateway::Stage")
    deployment, _ = model.one("AWS::ApiGateway::Deployment")
    if (stage["StageName"], stage["DeploymentId"]) != ("v1", f"<{deployment}>"):
        yield f"the stage is {stage['StageName']} with {stage['DeploymentId']}"


@rule(
    "keys, usage plan and stage belong together: the keys that ApiKeys names are valid, and its last one is handed out"
)
def usage_plan(model: Model):
    stage, _ = model.one("AWS::ApiGateway::Stage")
    plan_id, plan = model.one("AWS::ApiGateway::UsagePlan")
    if plan["ApiStages"] != [{"ApiId": "<Api>", "Stage": f"<{stage}>"}]:
        yield f"the usage plan is for {plan['ApiStages']}, and does not wait for the stage"
    names = {"first": "ApiKey", "second": "SecondApiKey"}
    wanted = [names[name] for name in model.parameters["ApiKeys"].split("-and-")]
    keys = model.of_type("AWS::ApiGateway::ApiKey")
    if keys.keys() != set(wanted):
        yield f"the keys are {sorted(keys)}, and ApiKeys is {model.parameters['ApiKeys']}"
    links = list(model.of_type("AWS::ApiGateway::UsagePlanKey").values())
    for key_id, key in keys.items():
        if {"KeyId": f"<{key_id}>", "KeyType": "API_KEY", "UsagePlanId": f"<{plan_id}>"} not in links:
            yield f"{key_id} and the plan are not linked: {links}"
        if not key.get("Enabled") or "Value" in key:
            yield f"{key_id} is disabled, or its value stands in the template"
    if len(links) != len(keys):
        yield f"{len(links)} keys are in the plan, and {len(keys)} are there"
    if model.outputs["ApiKeyId"] != f"<{wanted[-1]}>":
        yield f"{model.outputs['ApiKeyId']} is handed out, not {wanted[-1]}"
    if not {"RateLimit", "BurstLimit"} <= plan.get("Throttle", {}).keys() or "Limit" not in plan.get("Quota", {}):
        yield "the plan lacks throttle or quota"


@rule("access logs are JSON and hold no personal data; execution logs are off")
def access_logs(model: Model):
    _, stage = model.one("AWS::ApiGateway::Stage")
    log = stage.get("AccessLogSetting", {})
    try:
        fields = json.loads(log.get("Format", ""))
    except ValueError:
        yield "the access log's format is no JSON"
        return
    for value in fields.values():
        if not value.startswith("$context.") or value.removeprefix("$context.") not in LOGGABLE:
            yield f"the access log holds {value}"
    if "$context.requestId" not in fields.values():
        yield "the access log lacks the correlation id"
    if log.get("DestinationArn") not in [f"<{name}.Arn>" for name in model.of_type("AWS::Logs::LogGroup")]:
        yield f"the access log goes to {log.get('DestinationArn')}"
    for setting in stage.get("MethodSettings", [{}]):
        if setting.get("LoggingLevel") != "OFF" or setting.get("DataTraceEnabled") is not False:
            yield "execution logs are on: they hold headers and bodies"
    if stage.get("TracingEnabled") is not True:
        yield "the stage is not traced"


@rule("each function runs as it should: runtime, time, tracing, its own log group with retention")
def functions(model: Model):
    found = model.of_type("AWS::Lambda::Function")
    groups = model.of_type("AWS::Logs::LogGroup")
    if found.keys() != FUNCTIONS.keys():
        yield f"the functions are {sorted(found)}"
    budget = max(int(model.parameters["ApiBudgetMs"]), model.source["Parameters"]["ApiBudgetMs"]["MaxValue"])
    for name, function in found.items():
        if not function["FunctionName"].endswith("-" + FUNCTIONS.get(name, name)):
            yield f"{name} is called {function['FunctionName']}"
        if (function["Runtime"], function["Handler"]) != ("provided.al2023", "bootstrap"):
            yield f"{name} runs on {function['Runtime']}"
        if function["Timeout"] * 1000 < budget + 500:
            yield f"{name} is ended after {function['Timeout']} s, before its own budget is used up"
        if function.get("TracingConfig") != {"Mode": "Active"}:
            yield f"{name} is not traced"
        if function["Architectures"] != [model.parameters["Architecture"]]:
            yield f"{name} runs on {function['Architectures']}"
        if function.get("ReservedConcurrentExecutions", "") != model.parameters["ReservedConcurrency"]:
            yield f"{name} reserves {function.get('ReservedConcurrentExecutions')} executions"
        group = groups.get(function.get("LoggingConfig", {}).get("LogGroup", "<>")[1:-1], {})
        if group.get("LogGroupName") != f"/aws/lambda/{function['FunctionName']}":
            yield f"{name} has no log group of its own"
        if "LogFormat" in function.get("LoggingConfig", {}):
            yield f"{name}: Lambda's own JSON format filters by level, and would drop metrics with the log lines"
    for name, group in groups.items():
        if not group.get("RetentionInDays"):
            yield f"{name} keeps logs for ever"


@rule("each function has a role of its own that names actions and exactly its table and secret")
def roles(model: Model):
    functions = model.of_type("AWS::Lambda::Function")
    existing = model.parameters["ExistingTable"]
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{existing}" if existing else "<Table.Arn>"
    used = [function["Role"] for function in functions.values()]
    for name, function in functions.items():
        role = model.of_type("AWS::IAM::Role").get(re.sub(r"<(\w+)\.Arn>", r"\1", function["Role"]))
        if role is None or used.count(function["Role"]) != 1:
            yield f"{name} has no role of its own"
            continue
        allowed_by_aws = {"service-role/AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess"}
        managed = {arn.removeprefix("arn:aws:iam::aws:policy/") for arn in role.get("ManagedPolicyArns", [])}
        if managed != allowed_by_aws:
            yield f"{name} has the managed policies {sorted(managed)}"
        for action, resource in grants(role):
            if "*" in action or "*" in resource:
                yield f"{name} may do {action} on {resource}"
            expected = {"secretsmanager": "<Secret>", "dynamodb": table}.get(action.split(":")[0])
            if resource != expected:
                yield f"{name} may do {action} on {resource}"


def grants(role: dict) -> list[tuple[str, str]]:
    """What a resolved role's own policies allow, as pairs of action and resource."""
    pairs = []
    for policy in role.get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow" and "Condition" not in statement, statement
            actions, resources = statement["Action"], statement["Resource"]
            for action in [actions] if isinstance(actions, str) else actions:
                for resource in [resources] if isinstance(resources, str) else resources:
                    pairs.append((action, resource))
    return pairs


@rule(
    "table and secret outlive the stack, the table can be restored, and everything works with the table that is in use"
)
def state(model: Model):
    # A secret that a failed creation leaves behind is paid for; a protected table cannot be deleted by the rollback.
    for kind, on_deletion in (
        ("AWS::DynamoDB::Table", "Retain"),
        ("AWS::SecretsManager::Secret", "RetainExceptOnCreate"),
    ):
        name, _ = model.one(kind)
        for policy, expected in (("DeletionPolicy", on_deletion), ("UpdateReplacePolicy", "Retain")):
            if model.resources[name].get(policy) != expected:
                yield f"{name} has no {policy} of {expected}"
    in_use = model.parameters["ExistingTable"] or "<Table>"
    for name, function in model.of_type("AWS::Lambda::Function").items():
        if function["Environment"]["Variables"]["TABLE_NAME"] != in_use:
            yield f"{name} does not use {in_use}"
    if model.outputs["TableName"] != in_use:
        yield f"the output names {model.outputs['TableName']}, not {in_use}"
    for who, namespace, metric, dimensions in _metric_uses(model):
        if namespace == "AWS/DynamoDB" and dimensions["TableName"] != in_use:
            yield f"{who} looks at {metric} of {dimensions['TableName']}, not of {in_use}"
    _, table = model.one("AWS::DynamoDB::Table")
    expected = {
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "TimeToLiveSpecification": {"AttributeName": "expiration", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "DeletionProtectionEnabled": True,
    }
    for key, value in expected.items():
        if table.get(key) != value:
            yield f"the table's {key} is {table.get(key)}"


@rule("the secret's placeholder is the one that the functions recognise")
def placeholder(model: Model):
    _, secret = model.one("AWS::SecretsManager::Secret")
    word = rust.secret_placeholder()
    if json.loads(secret["SecretString"]) != {"companyDomain": word, "apiKey": word}:
        yield f"the secret holds {secret['SecretString']}, and the functions look for {word}"


@rule("the refresh is scheduled by a rate that EventBridge takes")
def schedule(model: Model):
    _, event_rule = model.one("AWS::Events::Rule")
    expression = event_rule["ScheduleExpression"]
    if not _is_schedule(expression):
        yield f"{expression} is no schedule"
    if [target["Arn"] for target in event_rule["Targets"]] != ["<GetAgents.Arn>"]:
        yield "the schedule does not call GetAgents"
    for target in event_rule["Targets"]:
        if target.keys() - {"Arn", "Id"}:
            yield "the schedule does not send a plain event"
    pattern = model.source["Parameters"]["RefreshSchedule"]["AllowedPattern"]
    for text in (
        "rate(1 hour)",
        "rate(6 hours)",
        "rate(15 minutes)",
        "cron(0 4 * * ? *)",
        "rate(1 hours)",
        "rate(6 hour)",
        "rate(0 hours)",
        "hourly",
        "",
    ):
        if bool(re.fullmatch(pattern, text)) != _is_schedule(text):
            yield f"the parameter's pattern is wrong about {text!r}"


def _is_schedule(text: str) -> bool:
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)(s?)\)", text)
    if rate:
        return int(rate[1]) > 0 and (int(rate[1]) == 1) == (rate[3] == "")
    return re.fullmatch(r"cron\(\S+( \S+){5}\)", text) is not None


def _metric_uses(model: Model) -> Iterator[tuple[str, str, str, dict]]:
    """Every metric that alarms and dashboard name, as (who, namespace, metric, dimensions)."""
    for name, alarm in model.of_type("AWS::CloudWatch::Alarm").items():
        metrics = (
            [alarm]
            if "MetricName" in alarm
            else [m["MetricStat"]["Metric"] for m in alarm["Metrics"] if "MetricStat" in m]
        )
        for metric in metrics:
            dimensions = {item["Name"]: item["Value"] for item in metric.get("Dimensions", [])}
            yield name, metric["Namespace"], metric["MetricName"], dimensions
    for widget in _widgets(model):
        for row in widget["properties"].get("metrics", []):
            texts = [cell for cell in row if isinstance(cell, str)]
            if texts:
                namespace, metric, *rest = texts
                yield "Dashboard", namespace, metric, dict(zip(rest[::2], rest[1::2], strict=True))
            for cell in row:
                for schema, filters in re.findall(
                    r"SEARCH\('\{([^}]*)\} ([^']*)'", str(cell.get("expression", "")) if isinstance(cell, dict) else ""
                ):
                    namespace, *names = schema.split(",")
                    given = dict(re.findall(r'(\w+)="([^"]*)"', filters))
                    metric = given.pop("MetricName", "")
                    yield "Dashboard", namespace, metric, {name: given.get(name, "*") for name in names}


def _widgets(model: Model) -> list[dict]:
    return json.loads(model.one("AWS::CloudWatch::Dashboard")[1]["DashboardBody"])["widgets"]


@rule("alarms and dashboard use only metrics that are emitted, with the dimensions that they have")
def metrics(model: Model):
    emitted = rust.metrics()
    namespace_of_ours = model.parameters["MetricsNamespace"]
    _, api = model.one("AWS::ApiGateway::RestApi")
    outcomes, codes = {"Complete", "Error", "InsufficientBalance"}, set(rust.error_codes())
    values = {
        "operation": set(FUNCTIONS.values()),
        "outcome": outcomes,
        "errorCode": codes | {"*"},
        "ApiName": {api["Name"]},
        "Stage": {"v1", *(f"<{name}>" for name in model.of_type("AWS::ApiGateway::Stage"))},
        "FunctionName": {f"<{name}>" for name in model.of_type("AWS::Lambda::Function")},
        "TableName": {
            model.parameters["ExistingTable"],
            *(f"<{name}>" for name in model.of_type("AWS::DynamoDB::Table")),
        },
    }
    for who, namespace, metric, dimensions in _metric_uses(model):
        if namespace == namespace_of_ours:
            if metric not in emitted:
                yield f"{who} uses {metric}, which no function emits"
            elif frozenset(dimensions) not in emitted[metric]:
                yield f"{who} uses {metric} by {sorted(dimensions)}, and it is emitted by {[sorted(d) for d in emitted[metric]]}"
        elif namespace not in AWS_METRICS:
            yield f"{who} uses the namespace {namespace}"
        elif metric not in AWS_METRICS[namespace][1] or dimensions.keys() != AWS_METRICS[namespace][0]:
            yield f"{who} uses {namespace} {metric} by {sorted(dimensions)}"
        for name, value in dimensions.items():
            if value not in values.get(name, set()):
                yield f"{who} uses {metric} with {name}={value}, which does not occur"


@rule("metric math names only metrics that stand beside it, and uses every one of them")
def metric_math(model: Model):
    for name, alarm in model.of_type("AWS::CloudWatch::Alarm").items():
        if "Metrics" not in alarm:
            continue
        ids = [item["Id"] for item in alarm["Metrics"]]
        returned = [item for item in alarm["Metrics"] if item.get("ReturnData", True)]
        expressions = [item["Expression"] for item in alarm["Metrics"] if "Expression" in item]
        named = set(re.findall(r"\b[a-z]\w*", " ".join(expressions)))
        if len(ids) != len(set(ids)) or not all(re.fullmatch(r"[a-z]\w*", item) for item in ids):
            yield f"{name} has ids {ids}"
        if named - set(ids):
            yield f"{name} computes with {sorted(named - set(ids))}, which it does not have"
        unused = {item["Id"] for item in alarm["Metrics"] if "MetricStat" in item} - named
        if unused:
            yield f"{name} does not use {sorted(unused)}"
        if len(returned) != 1:
            yield f"{name} returns {len(returned)} series; an alarm needs one"


@rule("every alarm tells the topic and names its section of the runbook; the runbook has no other")
def alarms(model: Model):
    topic, _ = model.one("AWS::SNS::Topic")
    runbook = (AWS_DIR / "RUNBOOK.md").read_text()
    sections = {_anchor(heading) for heading in re.findall(r"^## (\w+Alarm)$", runbook, re.M)}
    named = set()
    for name, alarm in model.of_type("AWS::CloudWatch::Alarm").items():
        if alarm.get("AlarmActions") != [f"<{topic}>"] or alarm.get("OKActions") != [f"<{topic}>"]:
            yield f"{name} tells nobody, or not when it is over"
        match = re.search(r"infra/aws/RUNBOOK\.md#(\S+)$", alarm.get("AlarmDescription", ""))
        if not match or match[1] not in sections:
            yield f"{name} names no section of RUNBOOK.md"
        elif match[1] != _anchor(name):
            yield f"{name} names the section {match[1]}"
        else:
            named.add(match[1])
        if "TreatMissingData" not in alarm:
            yield f"{name} does not say what missing data mean"
        period = alarm.get("Period") or max(m["MetricStat"]["Period"] for m in alarm["Metrics"] if "MetricStat" in m)
        periods = alarm["EvaluationPeriods"]
        if name == "StaleAgentListAlarm":
            periods = model.source["Parameters"]["StaleAgentListHours"]["MaxValue"]
        # PutMetricAlarm: seven days, and one day where a period is shorter than an hour.
        longest = 7 * 86_400 if int(period) >= 3600 else 86_400
        if int(period) * int(periods) > longest:
            yield f"{name} looks back further than {longest // 86_400} days, which CloudWatch refuses"
    if sections - named:
        yield f"RUNBOOK.md has sections of no alarm: {sorted(sections - named)}"


def _anchor(heading: str) -> str:
    return heading.lower()


@rule("there is an alarm for everything that an operator has to know")
def alarm_coverage(model: Model):
    used = {(namespace, metric) for who, namespace, metric, _ in _metric_uses(model) if who != "Dashboard"}
    ours = model.parameters["MetricsNamespace"]
    for metric in (
        "Failures",
        "OutcomeUnknown",
        "Unauthorized",
        "AgentSyncAge",
        "ShrinkGuard",
        "Duration",
        "IndexPending",
        "DuplicateRefused",
    ):
        if (ours, metric) not in used:
            yield f"no alarm looks at {metric}"
    for metric in (
        ("AWS/ApiGateway", "4XXError"),
        ("AWS/ApiGateway", "5XXError"),
        ("AWS/Lambda", "Throttles"),
        ("AWS/Lambda", "Errors"),
    ):
        if metric not in used:
            yield f"no alarm looks at {metric}"
    failing = {
        d["operation"] for who, _, metric, d in _metric_uses(model) if metric == "Failures" and who != "Dashboard"
    }
    if failing != set(FUNCTIONS.values()):
        yield f"failures are looked at for {sorted(failing)} only"


@rule("the dashboard has one row per operation and overlaps nowhere")
def dashboard(model: Model):
    rows: dict[int, set[str]] = {}
    cells = set()
    for widget in _widgets(model):
        for x in range(widget["x"], widget["x"] + widget["width"]):
            for y in range(widget["y"], widget["y"] + widget["height"]):
                if (x, y) in cells or x >= 24:
                    yield f"a widget overlaps another or leaves the grid at {x}, {y}"
                cells.add((x, y))
        named = set(
            re.findall(r'"operation","([a-z-]+)"|operation=\\"([a-z-]+)\\"', json.dumps(widget, separators=(",", ":")))
        )
        rows.setdefault(widget["y"], set()).update(filter(None, (name for pair in named for name in pair)))
    of_operations = sorted(tuple(row) for row in rows.values() if row)
    if of_operations != sorted((name,) for name in FUNCTIONS.values()):
        yield f"the rows are about {of_operations}"


@rule("saved queries ask all five log groups for fields that the functions write")
def queries(model: Model):
    groups = {f"<{name}Logs>" for name in FUNCTIONS}
    fields, events = rust.log_fields(), rust.log_events()
    found = model.of_type("AWS::Logs::QueryDefinition")
    if len(found) < 4:
        yield "there are fewer than four saved queries"
    for name, query in found.items():
        if set(query["LogGroupNames"]) != groups:
            yield f"{name} does not ask every function's log"
        text = query["QueryString"]
        for event in re.findall(r'event = "([^"]+)"', text):
            if event not in events:
                yield f"{name} asks for the event {event}, which is not logged at the level INFO"
        aliases = set(re.findall(r" as (\w+)", text))
        bare = re.sub(
            r'"[^"]*"|@\w+|\b(fields|filter|sort|limit|stats|by|as|and|or|asc|desc|count|pct|latest|sum|max|min|avg)\b|\b\d+',
            " ",
            text,
        )
        for field in set(re.findall(r"[a-z][a-z0-9_]*", bare)) - aliases:
            if field not in fields:
                yield f"{name} asks for {field}, which no log line has"


@rule("every setting that the code reads is in the template, and the other way round")
def environment(model: Model):
    read = rust.environment_variables()
    # Lambda sets these itself, or the AWS SDK's users do for tests and proxies; a template must not.
    of_lambda = {name for name in read if name.startswith("AWS_")}
    for name, function in model.source["Globals"]["Function"]["Environment"].items():
        assert name == "Variables", name
        declared = set(function)
        for variable in sorted(read - of_lambda - declared):
            yield f"the code reads {variable}, and the template does not set it"
        for variable in sorted(declared - read):
            yield f"the template sets {variable}, and no code reads it"
    for name, function in model.of_type("AWS::Lambda::Function").items():
        for variable, value in function["Environment"]["Variables"].items():
            if str(value) == "":
                yield f"{name} gets an empty {variable}"


@rule("parameters of settings have the name, the default and the range of the variable")
def settings(model: Model):
    variables = model.source["Globals"]["Function"]["Environment"]["Variables"]
    ranges = rust.number_ranges()
    for variable, value in variables.items():
        if variable in ("BAMBOOHR_SECRET_ID", "TABLE_NAME"):
            continue
        parameter = value.get("Ref") or value["Fn::If"][1]["Ref"]
        definition = model.source["Parameters"].get(parameter, {})
        if variable.replace("_", "").lower() != parameter.lower() and (variable, parameter) != ("RUST_LOG", "LogLevel"):
            yield f"{variable} is set by {parameter}"
        if not definition.get("Description", "").startswith(variable):
            yield f"the description of {parameter} does not begin with {variable}"
        if definition.get("Type") == "Number":
            low, high = ranges[variable]
            if "MinValue" not in definition or "MaxValue" not in definition:
                yield f"{parameter} has no range, and {variable} has one"
            elif definition["MinValue"] < low or definition["MaxValue"] > high:
                yield f"{parameter} may be {definition['MinValue']} to {definition['MaxValue']}, {variable} only {low} to {high}"
        conditional = "Fn::If" in value
        if conditional != (definition.get("Default") == ""):
            yield f"{parameter}: exactly an empty default leaves {variable} unset"


@rule(
    "the README's table of settings has every variable that the code reads, with the template's defaults, and no other"
)
def readme(model: Model):
    table = (ROOT / "README.md").read_text().split("## Configuration")[1].split("\n## ")[0]
    rows = {}
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        for variable in re.findall(r"`([A-Z][A-Z0-9_]+)`", cells[0]) if cells else []:
            rows[variable] = cells[1]
    read = rust.environment_variables()
    # Lambda sets these for every function; nobody configures them.
    of_lambda = {
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API",
    }
    elsewhere = set(re.findall(r"`(AWS_[A-Z_]+)`", table))
    for variable in sorted(read - of_lambda - rows.keys() - elsewhere):
        yield f"the code reads {variable}, and README.md does not mention it"
    for variable in sorted(rows.keys() - read):
        yield f"README.md mentions {variable}, and no code reads it"
    variables = model.source["Globals"]["Function"]["Environment"]["Variables"]
    for variable, default in rows.items():
        parameter = variables.get(variable, {}).get("Ref")
        if (
            parameter in model.source["Parameters"]
            and default != f"`{model.source['Parameters'][parameter]['Default']}`"
        ):
            yield f"{variable} is {default} in README.md and {model.source['Parameters'][parameter]['Default']} in the template"
