"""Rules about the API."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from checks.model import Model
from checks.rules.registry import rule

ROUTES = {
    ("/agents", "get"): "GetAgents",
    ("/agents/{externalId}", "get"): "GetAgents",
    ("/timeoff-types", "get"): "GetTimeoffTypes",
    ("/balances", "post"): "GetBalance",
    ("/timeoff-requests", "post"): "InsertTimeoff",
    ("/timeoff-requests", "put"): "UpdateTimeoff",
}

# What an access log may hold: neither path nor query (an e-mail address can stand there), no
# header, no body, no key.
LOGGABLE = set(
    """
    requestId extendedRequestId requestTime requestTimeEpoch httpMethod resourcePath status
    responseLength responseLatency integration.status integration.latency
    integration.requestId error.responseType identity.apiKeyId identity.sourceIp xrayTraceId
    stage
    """.split()
)

# What API Gateway answers itself, each with a sentence of its own.
OWN_ANSWERS = """
    BAD_REQUEST_BODY BAD_REQUEST_PARAMETERS UNAUTHORIZED ACCESS_DENIED INVALID_API_KEY
    RESOURCE_NOT_FOUND MISSING_AUTHENTICATION_TOKEN REQUEST_TOO_LARGE THROTTLED
    QUOTA_EXCEEDED API_CONFIGURATION_ERROR INTEGRATION_FAILURE INTEGRATION_TIMEOUT
    DEFAULT_4XX DEFAULT_5XX
""".split()

ENVELOPE = ["statusCode", "status", "errorMsg", "errorCode", "correlationId"]


@rule
def routes(model: Model) -> Iterator[str]:
    """The API has exactly the documented routes, each served by its function."""
    found = {}
    for path, method, operation in model.operations():
        uri = operation.get("x-amazon-apigateway-integration", {}).get("uri", "")
        match = re.search(r"functions/<(\w+)\.Arn>/invocations$", uri)
        found[path, method] = match[1] if match else uri
    for route in ROUTES.keys() | found.keys():
        if found.get(route) != ROUTES.get(route):
            yield f"{route} is served by {found.get(route)}, not by {ROUTES.get(route)}"


@rule
def operations(model: Model) -> Iterator[str]:
    """Every operation calls its function by a proxied POST."""
    validators = model.body.get("x-amazon-apigateway-request-validators", {})
    names = [operation.get("operationId") for _, _, operation in model.operations()]
    for path, method, operation in model.operations():
        where = f"{method} {path}"
        if operation.get("x-amazon-apigateway-request-validator") not in validators:
            yield f"{where} names no known request validator"
        integration = operation.get("x-amazon-apigateway-integration", {})
        if (integration.get("type"), integration.get("httpMethod")) != ("aws_proxy", "POST"):
            yield f"{where} is not integrated by an aws_proxy POST"
        if not 28_500 < integration.get("timeoutInMillis", 29_000) <= 29_000:
            yield f"{where} is cut off before the function's own budget ends"
        if names.count(operation.get("operationId")) != 1:
            yield f"{where} has no operationId of its own"


@rule
def validators(model: Model) -> Iterator[str]:
    """Validators refuse nothing that a function could answer itself."""
    for name, validator in model.body.get("x-amazon-apigateway-request-validators", {}).items():
        if validator.get("validateRequestBody") is not False:
            yield f"{name} validates bodies, which the functions answer themselves"
    for path, method, operation in model.operations():
        for parameter in operation.get("parameters", []):
            if parameter.get("required") and parameter.get("in") != "path":
                yield f"{method} {path} requires {parameter['name']}, which the function does"


@rule
def invoke_permissions(model: Model) -> Iterator[str]:
    """API Gateway may call each function by exactly its routes, and nobody else may."""
    stage = next(iter(model.of_type("AWS::ApiGateway::Stage").values()))["StageName"]
    allowed = set()
    for name, permission in model.of_type("AWS::Lambda::Permission").items():
        function = re.fullmatch(r"<(\w+)(?:\.Arn)?>", permission["FunctionName"])[1]
        if permission["Principal"] == "events.amazonaws.com":
            if not re.fullmatch(r"<\w+\.Arn>", permission.get("SourceArn", "")):
                yield f"{name} lets every EventBridge rule call {function}"
            continue
        if permission["Principal"] != "apigateway.amazonaws.com":
            yield f"{name} lets {permission['Principal']} call {function}"
        match = re.fullmatch(
            r"arn:aws:execute-api:[^:]+:\d+:<Api>/([^/]+)/([A-Z]+)(/.*)",
            permission.get("SourceArn", ""),
        )
        if not match or match[1] != stage:
            yield f"{name} is not limited to stage {stage} of this API"
        else:
            allowed.add((function, f"{match[2]} {match[3]}"))
    # API Gateway puts a star for a variable part of the path.
    needed = {
        (function, method.upper() + " " + re.sub(r"\{\w+\}", "*", path))
        for (path, method), function in ROUTES.items()
    }
    for function, call in needed:
        if not any(fnmatchcase(call, pattern) for owner, pattern in allowed if owner == function):
            yield f"API Gateway may not call {function} for {call}"
    for function, pattern in allowed:
        if not any(fnmatchcase(call, pattern) for owner, call in needed if owner == function):
            yield f"API Gateway may call {function} for {pattern}, no route of it"


@rule
def gateway_responses(model: Model) -> Iterator[str]:
    """What API Gateway answers itself carries the five fields of the envelope."""
    responses = model.body.get("x-amazon-apigateway-gateway-responses", {})
    for needed in OWN_ANSWERS:
        if needed not in responses:
            yield f"{needed} has no answer of its own"
    missing = {400, 401, 403, 404, 413, 429, 500, 504} - {
        response.get("statusCode") for response in responses.values()
    }
    if missing:
        yield f"no gateway response has the HTTP status {sorted(missing)}"
    # After another status Genesys Cloud may not get itself a new token.
    for name in ("UNAUTHORIZED", "EXPIRED_TOKEN"):
        if responses.get(name, {}).get("statusCode") != 401:
            yield f"{name} is not HTTP 401"
    for name, response in responses.items():
        if name.startswith("DEFAULT") == ("statusCode" in response):
            yield f"{name}: exactly the specific answers name their HTTP status"
        template = response.get("responseTemplates", {}).get("application/json", "")
        try:
            answer = json.loads(template)
        except ValueError:
            yield f"{name} is no JSON"
            continue
        if list(answer) != ENVELOPE:
            yield f"{name} holds {list(answer)}"
            continue
        expected = {
            "statusCode": 408 if name == "INTEGRATION_TIMEOUT" else 500,
            "status": "Error",
            "errorCode": "GATEWAY",
            "correlationId": "$context.requestId",
        }
        if not expected.items() <= answer.items():
            yield f"{name} says {answer}"
        if not answer["errorMsg"].endswith(".") or "$" in answer["errorMsg"]:
            yield f"{name}: errorMsg is no plain sentence"


@rule
def resource_policy(model: Model) -> Iterator[str]:
    """The resource policy lets in everybody, or exactly the CIDRs that were given."""
    policy = model.body.get("x-amazon-apigateway-policy", {})
    statements = policy.get("Statement", [])
    denied = [statement for statement in statements if statement["Effect"] == "Deny"]
    cidrs = [cidr for cidr in model.parameters["AllowedCidrs"].split(",") if cidr]
    expected = [{"NotIpAddress": {"aws:SourceIp": cidrs}}] if cidrs else []
    if [statement.get("Condition") for statement in denied] != expected:
        yield f"with AllowedCidrs {cidrs} the policy denies {denied}"
    if not any(
        statement["Effect"] == "Allow" and statement["Principal"] == "*" for statement in statements
    ):
        yield "the policy lets nobody in"
    for statement in statements:
        if (statement["Action"], statement["Resource"]) != ("execute-api:Invoke", "execute-api:/*"):
            yield f"the policy is about something else: {statement}"


@rule
def redeploys(model: Model) -> Iterator[str]:
    """A change of parameters alone reaches stage v1."""
    api = model.source["Resources"]["Api"]["Properties"]
    if api.get("AlwaysDeploy") is not True:
        yield "without AlwaysDeploy the stage keeps its old definition"
    _, stage = model.one("AWS::ApiGateway::Stage")
    deployment, _ = model.one("AWS::ApiGateway::Deployment")
    if (stage["StageName"], stage["DeploymentId"]) != ("v1", f"<{deployment}>"):
        yield f"the stage is {stage['StageName']} with {stage['DeploymentId']}"


@rule
def usage_plan(model: Model) -> Iterator[str]:
    """Keys, plan and stage belong together, and the last key of ApiKeys is handed out."""
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
        link = {"KeyId": f"<{key_id}>", "KeyType": "API_KEY", "UsagePlanId": f"<{plan_id}>"}
        if link not in links:
            yield f"{key_id} and the plan are not linked: {links}"
        if not key.get("Enabled") or "Value" in key:
            yield f"{key_id} is disabled, or its value stands in the template"
    if len(links) != len(keys):
        yield f"{len(links)} keys are in the plan, and {len(keys)} are there"
    if model.outputs["ApiKeyId"] != f"<{wanted[-1]}>":
        yield f"{model.outputs['ApiKeyId']} is handed out, not {wanted[-1]}"
    limits = plan.get("Throttle", {}) | plan.get("Quota", {})
    names = {"RateLimit": "ThrottleRate", "BurstLimit": "ThrottleBurst", "Limit": "DailyQuota"}
    if limits != {key: model.parameters[name] for key, name in names.items()} | {"Period": "DAY"}:
        yield f"the plan's limits are {limits}"


@rule
def access_logs(model: Model) -> Iterator[str]:
    """Access logs are JSON and hold no personal data; execution logs are off."""
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
    if log.get("DestinationArn") not in [
        f"<{name}.Arn>" for name in model.of_type("AWS::Logs::LogGroup")
    ]:
        yield f"the access log goes to {log.get('DestinationArn')}"
    for name, item in model.of_type("AWS::Logs::MetricFilter").items():
        field = re.fullmatch(r'\{ \$\.(\w+) = "\w+" \}', item["FilterPattern"])
        if not field or field[1] not in fields:
            yield f"{name} looks for {item['FilterPattern']}, which no access log has"
        if log.get("DestinationArn") != item["LogGroupName"].replace(">", ".Arn>"):
            yield f"{name} looks into {item['LogGroupName']}, which is no access log"
    for setting in stage.get("MethodSettings", [{}]):
        if setting.get("LoggingLevel") != "OFF" or setting.get("DataTraceEnabled") is not False:
            yield "execution logs are on: they hold headers and bodies"
    if stage.get("TracingEnabled") is not True:
        yield "the stage is not traced"
