"""For each rule, changes to the sources that it has to notice: a rule that lets one of them pass proves nothing."""

from collections.abc import Callable

from . import model
from .rules import RULES
from .template import openapi, source

Change = Callable[[dict, dict], None]
FAULTS: list[tuple[str, str, str, Change]] = []


def fault(rule: str, sentence: str, variant: str = "defaults"):
    """Registers a change of (template, api) that the rule has to notice in the variant."""
    assert rule in RULES, rule

    def register(change: Change) -> Change:
        FAULTS.append((rule, sentence, variant, change))
        return change

    return register


def findings(rule: str, variant: str, change: Change) -> list[str]:
    """What the rule says about the sources with the change made. A change that cannot be expanded counts as noticed."""
    template, api = source(), openapi()
    change(template, api)
    try:
        changed = model.build(template, api, variant)
    except AssertionError as refused:
        return [str(refused)]
    return list(RULES[rule][1](changed))


def _properties(template: dict, name: str) -> dict:
    return template["Resources"][name]["Properties"]


def _replace(node: dict, key: str, old: str, new: str) -> None:
    """Replaces text inside a value that may be wrapped in Fn::Sub; the old text has to be there."""
    holder, at = (node[key], "Fn::Sub") if isinstance(node[key], dict) else (node, key)
    if isinstance(holder[at], list):
        holder, at = holder[at], 0
    assert old in holder[at], f"{old!r} is not in {holder[at]!r}: the fault needs a new place"
    holder[at] = holder[at].replace(old, new)


def _post(api: dict) -> dict:
    return api["paths"]["/balances"]["post"]


@fault("routes", "a route is served by another function")
def _(template, api):
    _replace(_post(api)["x-amazon-apigateway-integration"], "uri", "GetBalance", "GetAgents")


@fault("routes", "a route is missing")
def _(template, api):
    del api["paths"]["/agents/{externalId}"]


@fault("operations", "an operation needs no key")
def _(template, api):
    _post(api)["security"] = []


@fault("operations", "an operation can be called with either of two schemes")
def _(template, api):
    _post(api)["security"] = [{"api_key": []}, {}]


@fault("operations", "a security scheme is misspelt")
def _(template, api):
    _post(api)["security"] = [{"api_key": [], "apikey": []}]


@fault("operations", "a validator is misspelt")
def _(template, api):
    _post(api)["x-amazon-apigateway-request-validator"] = "parameter-only"


@fault("operations", "an integration uses the route's own verb")
def _(template, api):
    api["paths"]["/agents"]["get"]["x-amazon-apigateway-integration"]["httpMethod"] = "GET"


@fault("operations", "an integration is not proxied")
def _(template, api):
    _post(api)["x-amazon-apigateway-integration"]["type"] = "aws"


@fault("operations", "an integration is cut off early")
def _(template, api):
    _post(api)["x-amazon-apigateway-integration"]["timeoutInMillis"] = 5000


@fault("validators", "bodies are validated")
def _(template, api):
    api["x-amazon-apigateway-request-validators"]["parameters-only"]["validateRequestBody"] = True


@fault("validators", "the e-mail query is required")
def _(template, api):
    api["paths"]["/agents"]["get"]["parameters"][0]["required"] = True


@fault("invoke_permissions", "a permission is missing")
def _(template, api):
    del template["Resources"]["GetBalanceInvoke"]


@fault("invoke_permissions", "a permission is for another verb")
def _(template, api):
    _replace(_properties(template, "InsertTimeoffInvoke"), "SourceArn", "POST", "PUT")


@fault("invoke_permissions", "a permission is for every route")
def _(template, api):
    _replace(_properties(template, "InsertTimeoffInvoke"), "SourceArn", "POST/timeoff-requests", "*/*")


@fault("invoke_permissions", "a permission is for another stage")
def _(template, api):
    _replace(_properties(template, "InsertTimeoffInvoke"), "SourceArn", "/v1/", "/prod/")


@fault("gateway_responses", "a gateway response is no JSON")
def _(template, api):
    api["x-amazon-apigateway-gateway-responses"]["THROTTLED"]["responseTemplates"]["application/json"] = "{'a': 1}"


@fault("gateway_responses", "a gateway response lacks a field")
def _(template, api):
    _replace(
        api["x-amazon-apigateway-gateway-responses"]["THROTTLED"]["responseTemplates"],
        "application/json",
        '"errorCode":"GATEWAY",',
        "",
    )


@fault("gateway_responses", "a time-out is no 408")
def _(template, api):
    _replace(
        api["x-amazon-apigateway-gateway-responses"]["INTEGRATION_TIMEOUT"]["responseTemplates"],
        "application/json",
        "408",
        "500",
    )


@fault("gateway_responses", "an unlisted 4XX has no answer")
def _(template, api):
    del api["x-amazon-apigateway-gateway-responses"]["DEFAULT_4XX"]


@fault("resource_policy", "the CIDRs are not heeded", "only CIDRs")
def _(template, api):
    del api["x-amazon-apigateway-policy"]["Statement"][1]


@fault("resource_policy", "the condition is the wrong way round", "only CIDRs")
def _(template, api):
    _, yes, no = api["x-amazon-apigateway-policy"]["Statement"][1]["Fn::If"]
    api["x-amazon-apigateway-policy"]["Statement"][1]["Fn::If"][1:] = [no, yes]


@fault("resource_policy", "without CIDRs everybody is shut out")
def _(template, api):
    template["Conditions"]["HasAllowedCidrs"] = {"Fn::Equals": ["a", "a"]}


@fault("redeploys", "parameters alone do not redeploy")
def _(template, api):
    del _properties(template, "Api")["AlwaysDeploy"]


@fault("redeploys", "the stage is called otherwise")
def _(template, api):
    _properties(template, "Api")["StageName"] = "prod"


@fault("usage_plan", "the usage plan names the stage as text and does not wait for it")
def _(template, api):
    _properties(template, "UsagePlan")["ApiStages"][0]["Stage"] = "v1"


@fault("usage_plan", "the key is in no plan")
def _(template, api):
    _properties(template, "UsagePlanKey")["KeyId"] = {"Ref": "UsagePlan"}


@fault("usage_plan", "the key's value stands in the template")
def _(template, api):
    _properties(template, "ApiKey")["Value"] = "a-key-of-twenty-characters"


@fault("access_logs", "the format is no JSON")
def _(template, api):
    _replace(_properties(template, "Api")["AccessLogSetting"], "Format", '"status"', "status")


@fault("access_logs", "the path is logged")
def _(template, api):
    _replace(_properties(template, "Api")["AccessLogSetting"], "Format", "$context.resourcePath", "$context.path")


@fault("access_logs", "the API key is logged")
def _(template, api):
    _replace(_properties(template, "Api")["AccessLogSetting"], "Format", "identity.apiKeyId", "identity.apiKey")


@fault("access_logs", "execution logs are on")
def _(template, api):
    _properties(template, "Api")["MethodSettings"][0]["LoggingLevel"] = "INFO"


@fault("functions", "a function is ended before its budget")
def _(template, api):
    template["Globals"]["Function"]["Timeout"] = 20


@fault("functions", "tracing is off")
def _(template, api):
    template["Globals"]["Function"]["Tracing"] = "PassThrough"


@fault("functions", "the architecture is fixed", "everything set")
def _(template, api):
    template["Globals"]["Function"]["Architectures"] = ["x86_64"]


@fault("functions", "concurrency is always reserved")
def _(template, api):
    template["Globals"]["Function"]["ReservedConcurrentExecutions"] = 5


@fault("functions", "logs are kept for ever")
def _(template, api):
    del _properties(template, "GetBalanceLogs")["RetentionInDays"]


@fault("functions", "a function logs into another's group")
def _(template, api):
    _properties(template, "GetBalance")["LoggingConfig"]["LogGroup"] = {"Ref": "GetAgentsLogs"}


def _statement(template: dict, name: str, index: int) -> dict:
    return _properties(template, name)["Policies"][0]["Statement"][index]


@fault("roles", "a role may do everything with the table")
def _(template, api):
    _statement(template, "InsertTimeoff", 1)["Action"] = "dynamodb:*"


@fault("roles", "a role may use every table")
def _(template, api):
    _statement(template, "InsertTimeoff", 1)["Resource"] = "*"


@fault("roles", "a role may read every secret")
def _(template, api):
    _statement(template, "GetBalance", 0)["Resource"] = "*"


@fault("roles", "two functions share a role")
def _(template, api):
    _properties(template, "GetBalance")["Role"] = {"Fn::GetAtt": ["InsertTimeoffRole", "Arn"]}


@fault("roles", "a role has a managed policy of AWS")
def _(template, api):
    _properties(template, "GetBalance")["Policies"].append("arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess")


@fault("usage_plan", "the second key is in no plan", "another table and two keys")
def _(template, api):
    del template["Resources"]["SecondUsagePlanKey"]


@fault("usage_plan", "the first key stays valid when it is left out", "only the second key")
def _(template, api):
    del template["Resources"]["ApiKey"]["Condition"]


@fault("usage_plan", "the old key is handed out while both are valid", "another table and two keys")
def _(template, api):
    template["Conditions"]["FirstApiKeyIsNewest"] = template["Conditions"]["HasFirstApiKey"]


@fault("roles", "a role may use the stack's own table in place of the one that is in use", "another table and two keys")
def _(template, api):
    _statement(template, "InsertTimeoff", 1)["Resource"] = {"Fn::GetAtt": ["Table", "Arn"]}


@fault("state", "the functions use the stack's own table in place of another", "another table and two keys")
def _(template, api):
    template["Globals"]["Function"]["Environment"]["Variables"]["TABLE_NAME"] = {"Ref": "Table"}


@fault("state", "the dashboard shows the stack's own table in place of another", "another table and two keys")
def _(template, api):
    _properties(template, "Dashboard")["DashboardBody"]["Fn::Sub"][1]["TableInUse"] = {"Ref": "Table"}


@fault("state", "a failed creation leaves its secret behind")
def _(template, api):
    template["Resources"]["Secret"]["DeletionPolicy"] = "Retain"


@fault("state", "the table goes with the stack")
def _(template, api):
    del template["Resources"]["Table"]["DeletionPolicy"]


@fault("state", "the secret is replaced without being kept")
def _(template, api):
    template["Resources"]["Secret"]["UpdateReplacePolicy"] = "Delete"


@fault("state", "items expire by another attribute")
def _(template, api):
    _properties(template, "Table")["TimeToLiveSpecification"]["AttributeName"] = "ttl"


@fault("state", "the table cannot be restored")
def _(template, api):
    del _properties(template, "Table")["PointInTimeRecoverySpecification"]


@fault("placeholder", "the placeholder is worded otherwise")
def _(template, api):
    _replace(_properties(template, "Secret"), "SecretString", "REPLACE-ME", "CHANGE-ME")


@fault("schedule", "one hour is in the plural")
def _(template, api):
    template["Parameters"]["RefreshSchedule"]["Default"] = "rate(1 hours)"


@fault("schedule", "the parameter takes anything")
def _(template, api):
    template["Parameters"]["RefreshSchedule"]["AllowedPattern"] = ".*"


@fault("schedule", "the schedule sends its own input")
def _(template, api):
    _properties(template, "GetAgents")["Events"]["Refresh"]["Properties"]["Input"] = "{}"


@fault("metrics", "an alarm looks at a metric that nobody emits")
def _(template, api):
    _properties(template, "InsertFailuresAlarm")["MetricName"] = "Failure"


@fault("metrics", "a dimension is spelt otherwise")
def _(template, api):
    _properties(template, "InsertFailuresAlarm")["Dimensions"][0]["Name"] = "Operation"


@fault("metrics", "an operation is spelt otherwise")
def _(template, api):
    _properties(template, "InsertFailuresAlarm")["Dimensions"][0]["Value"] = "insert-time-off"


@fault("metrics", "an alarm lacks a dimension of the gateway's metric")
def _(template, api):
    del _properties(template, "GatewayServerErrorsAlarm")["Dimensions"][1]


@fault("metrics", "the namespace is fixed", "everything set")
def _(template, api):
    _properties(template, "InsertFailuresAlarm")["Namespace"] = "TimeoffBridge"


@fault("metrics", "the dashboard shows a metric that nobody emits")
def _(template, api):
    _replace(_properties(template, "Dashboard"), "DashboardBody", '"DuplicateRefused"', '"DuplicatesRefused"')


@fault("metrics", "the dashboard searches by a dimension that failures do not have")
def _(template, api):
    _replace(_properties(template, "Dashboard"), "DashboardBody", "errorCode,operation}", "error_code,operation}")


@fault("metric_math", "an expression names an id that does not exist")
def _(template, api):
    _replace(_properties(template, "ReadFailuresAlarm")["Metrics"][0], "Expression", "getBalance", "getBalances")


@fault("metric_math", "a metric is fetched and not used")
def _(template, api):
    _replace(_properties(template, "ReadFailuresAlarm")["Metrics"][0], "Expression", ", getBalance", "")


@fault("metric_math", "an alarm returns two series")
def _(template, api):
    _properties(template, "ReadFailuresAlarm")["Metrics"][1]["ReturnData"] = True


@fault("alarms", "an alarm tells nobody")
def _(template, api):
    del _properties(template, "InsertFailuresAlarm")["AlarmActions"]


@fault("alarms", "an alarm names a section that is not there")
def _(template, api):
    _replace(_properties(template, "InsertFailuresAlarm"), "AlarmDescription", "insertfailuresalarm", "insertfailures")


@fault("alarms", "an alarm has no section and a section no alarm")
def _(template, api):
    template["Resources"]["NewAlarm"] = template["Resources"].pop("InsertFailuresAlarm")


@fault("alarms", "an alarm can be made to look back further than seven days")
def _(template, api):
    template["Parameters"]["StaleAgentListHours"]["MaxValue"] = 169


@fault("alarms", "an alarm of short periods looks back further than a day")
def _(template, api):
    _properties(template, "IndexPendingAlarm").update(Period=1800, EvaluationPeriods=49)


@fault("alarm_coverage", "nobody looks at unknown outcomes")
def _(template, api):
    del template["Resources"]["OutcomeUnknownAlarm"]


@fault("alarm_coverage", "nobody looks at failed updates")
def _(template, api):
    del template["Resources"]["UpdateFailuresAlarm"]


@fault("dashboard", "a row is about another operation")
def _(template, api):
    _replace(_properties(template, "Dashboard"), "DashboardBody", '"update-timeoff"', '"insert-timeoff"')


@fault("dashboard", "two widgets overlap")
def _(template, api):
    _replace(_properties(template, "Dashboard"), "DashboardBody", '"x":6,"y":2', '"x":5,"y":2')


@fault("queries", "a query asks for a field that is not logged")
def _(template, api):
    _replace(_properties(template, "AgentFailuresQuery"), "QueryString", "error_code", "errorCode")


@fault("queries", "a query asks for an event that is not logged")
def _(template, api):
    _replace(_properties(template, "SlowUpstreamQuery"), "QueryString", "upstream.call", "upstream.done")


@fault("queries", "the query for duplicates asks for a field by which no request is named")
def _(template, api):
    _replace(_properties(template, "DuplicateQuery"), "QueryString", "by timeoff_request_id", "by timeoff_id")


@fault("queries", "the query for duplicates asks for an event that is not logged")
def _(template, api):
    _replace(_properties(template, "DuplicateQuery"), "QueryString", "duplicate.refused", "duplicate.rejected")


@fault("queries", "a query leaves out a function's log")
def _(template, api):
    _properties(template, "CallQuery")["LogGroupNames"].pop()


@fault("environment", "a setting is missing")
def _(template, api):
    del template["Globals"]["Function"]["Environment"]["Variables"]["EMAIL_FIELD"]


@fault("environment", "a setting is misspelt")
def _(template, api):
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    variables["EMAILFIELD"] = variables.pop("EMAIL_FIELD")


@fault("environment", "an unset setting is passed on empty")
def _(template, api):
    template["Globals"]["Function"]["Environment"]["Variables"]["AGENT_FILTER"] = {"Ref": "AgentFilter"}


@fault("settings", "two settings are swapped")
def _(template, api):
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    variables["API_BUDGET_MS"], variables["RESEND_AFTER_SECONDS"] = (
        variables["RESEND_AFTER_SECONDS"],
        variables["API_BUDGET_MS"],
    )


@fault("settings", "a parameter allows more than the code")
def _(template, api):
    template["Parameters"]["MaxShrinkPercent"]["MaxValue"] = 1000


@fault("readme", "a default differs from the documented one")
def _(template, api):
    template["Parameters"]["ApiBudgetMs"]["Default"] = 20000
