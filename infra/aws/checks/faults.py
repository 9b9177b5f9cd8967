"""For each rule, changes of the sources that it has to notice."""

from dataclasses import dataclass
from typing import Any

from checks.changes import Change, Key, append, both, delete, put, rename, replace, swap
from checks.rules.authentication import SCOPE
from checks.template import OAUTH_DOCUMENT, sources


@dataclass(frozen=True)
class Fault:
    """A change that the rule has to notice in the variant."""

    rule: str
    sentence: str
    change: Change
    variant: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.sentence}"

    def sources(self) -> dict[str, Any]:
        """The sources with the fault in them."""
        changed = sources()
        self.change(changed)
        return changed


def statement(function: str, number: int) -> tuple[Key, ...]:
    """The place of a statement of a function's policy."""
    return function, "Policies", 0, "Statement", number


def answer(name: str) -> tuple[Key, ...]:
    """The place of what the gateway answers itself."""
    return RESPONSES, name, "responseTemplates", "application/json"


POST = ("paths", "/balances", "post")
INTEGRATION = "x-amazon-apigateway-integration"
RESPONSES = "x-amazon-apigateway-gateway-responses"
POLICY = "x-amazon-apigateway-policy"
SCHEMES = ("components", "securitySchemes")
AUTHORIZER = (OAUTH_DOCUMENT, *SCHEMES, "oauth", "x-amazon-apigateway-authorizer")
SIGN_UP = ("AdminCreateUserConfig", "AllowAdminCreateUserOnly")
VARIABLES = ("Globals", "Function", "Environment", "Variables")

# By rule, and by the variant in which they show where that is not the defaults.
_FAULTS: dict[str | tuple[str, str], dict[str, Change]] = {
    "routes": {
        "a route is served by another function": replace(
            *POST, INTEGRATION, "uri", old="GetBalance", new="GetAgents"
        ),
        "a route is missing": delete("paths", "/agents/{externalId}"),
    },
    "operations": {
        "a validator is misspelt": put(
            *POST, "x-amazon-apigateway-request-validator", to="parameter-only"
        ),
        "an integration uses the route's own verb": put(
            "paths", "/agents", "get", INTEGRATION, "httpMethod", to="GET"
        ),
        "an integration is not proxied": put(*POST, INTEGRATION, "type", to="aws"),
        "an integration is cut off early": put(*POST, INTEGRATION, "timeoutInMillis", to=5000),
    },
    "security": {
        "an operation needs no key": put(*POST, "security", to=[]),
        "an operation can be called with either of two schemes": put(
            *POST, "security", to=[{"api_key": []}, {}]
        ),
        "a security scheme is misspelt": put(*POST, "security", to=[{"api_key": [], "apikey": []}]),
        "the key is read from another header": put(*SCHEMES, "api_key", "name", to="api-key"),
    },
    ("security", "OAuth is ready"): {
        "a token is asked for before Genesys has one": put(
            "Conditions", "NeedsOAuth", to={"Condition": "HasOAuth"}
        )
    },
    ("security", "only OAuth"): {
        "an operation needs no token": delete(OAUTH_DOCUMENT, *POST, "security", 0, "oauth"),
        "without a scope API Gateway wants an ID token": put(
            OAUTH_DOCUMENT, *POST, "security", 0, "oauth", to=[]
        ),
        "key or token is enough": put(
            OAUTH_DOCUMENT, *POST, "security", to=[{"api_key": []}, {"oauth": [SCOPE]}]
        ),
        "the token's audience is looked at, and it has none": put(
            *AUTHORIZER, "identityValidationExpression", to="^timeoff-bridge$"
        ),
        "another pool's tokens are taken": put(
            *AUTHORIZER, "providerARNs", 0, to={"Fn::GetAtt": ["OAuthClient", "Arn"]}
        ),
    },
    "oauth": {
        "a user pool is there for nothing": delete("Resources", "OAuthUserPool", "Condition")
    },
    ("oauth", "OAuth is ready"): {
        "anybody can sign up": delete("OAuthUserPool", *SIGN_UP),
        "the domain's prefix is the stack's name": put(
            "OAuthDomain", "Domain", to={"Ref": "AWS::StackName"}
        ),
        "the scope is another": put("OAuthScopes", "Scopes", 0, "ScopeName", to="write"),
        "the client may not ask for the scope": put(
            "OAuthClient", "AllowedOAuthScopes", to=["timeoff-bridge/write"]
        ),
        "the client does not wait for its scope": delete("Resources", "OAuthClient", "DependsOn"),
        "a person logs in for the client": put("OAuthClient", "AllowedOAuthFlows", to=["code"]),
        "tokens live for an hour": delete("OAuthClient", "AccessTokenValidity"),
        "the client has no secret": delete("OAuthClient", "GenerateSecret"),
        "the output names another client": put(
            "Outputs", "OAuthClientId", "Value", to={"Ref": "OAuthScopes"}
        ),
    },
    "switching": {
        "the API is another with OAuth": put(
            "Api", "Name", to={"Fn::If": ["NeedsOAuth", "with-oauth", "without"]}
        ),
        "a route is missing with OAuth": delete(OAUTH_DOCUMENT, "paths", "/agents/{externalId}"),
        "the table is another with OAuth": put(
            *VARIABLES, "TABLE_NAME", to={"Fn::If": ["HasOAuth", "with-oauth", {"Ref": "Table"}]}
        ),
        "the key is another with OAuth": put(
            "Resources", "SecondApiKey", "Condition", to="HasOAuth"
        ),
        "the URLs are others with OAuth": put(
            "Outputs",
            "AgentsUrl",
            "Value",
            to={"Fn::If": ["HasOAuth", "https://with-oauth", "https://without"]},
        ),
    },
    "validators": {
        "bodies are validated": put(
            "x-amazon-apigateway-request-validators",
            "parameters-only",
            "validateRequestBody",
            to=True,
        ),
        "the e-mail query is required": put(
            "paths", "/agents", "get", "parameters", 0, "required", to=True
        ),
    },
    "invoke_permissions": {
        "a permission is missing": delete("Resources", "GetBalanceInvoke"),
        "a permission is for another verb": replace(
            "InsertTimeoffInvoke", "SourceArn", old="POST", new="PUT"
        ),
        "a permission is for every route": replace(
            "InsertTimeoffInvoke", "SourceArn", old="POST/timeoff-requests", new="*/*"
        ),
        "a permission is for another stage": replace(
            "InsertTimeoffInvoke", "SourceArn", old="/v1/", new="/prod/"
        ),
    },
    "gateway_responses": {
        "a gateway response is no JSON": put(*answer("THROTTLED"), to="{'a': 1}"),
        "a gateway response lacks a field": replace(
            *answer("THROTTLED"), old='"errorCode":"GATEWAY",', new=""
        ),
        "a time-out is no 408": replace(*answer("INTEGRATION_TIMEOUT"), old="408", new="500"),
        "an expired token is HTTP 403": put(RESPONSES, "EXPIRED_TOKEN", "statusCode", to=403),
        "an unlisted 4XX has no answer": delete(RESPONSES, "DEFAULT_4XX"),
    },
    ("gateway_responses", "only OAuth"): {
        "a missing token is HTTP 200": put(
            OAUTH_DOCUMENT, RESPONSES, "UNAUTHORIZED", "statusCode", to=200
        )
    },
    "resource_policy": {
        "without CIDRs everybody is shut out": put(
            "Conditions", "HasAllowedCidrs", to={"Fn::Equals": ["a", "a"]}
        )
    },
    ("resource_policy", "only CIDRs"): {
        "the CIDRs are not heeded": delete(POLICY, "Statement", 1),
        "the condition is the wrong way round": swap(POLICY, "Statement", 1, "Fn::If", keys=(1, 2)),
    },
    "redeploys": {
        "parameters alone do not redeploy": delete("Api", "AlwaysDeploy"),
        "the stage is called otherwise": put("Api", "StageName", to="prod"),
    },
    "usage_plan": {
        "the usage plan names the stage as text and does not wait for it": put(
            "UsagePlan", "ApiStages", 0, "Stage", to="v1"
        ),
        "the plan limits nothing": delete("UsagePlan", "Quota"),
        "the key is in no plan": put("UsagePlanKey", "KeyId", to={"Ref": "UsagePlan"}),
        "the key's value stands in the template": put(
            "ApiKey", "Value", to="a-key-of-twenty-characters"
        ),
    },
    ("usage_plan", "another table and two keys"): {
        "the second key is in no plan": delete("Resources", "SecondUsagePlanKey"),
        "the old key is handed out while both are valid": put(
            "Conditions", "FirstApiKeyIsNewest", to={"Condition": "HasFirstApiKey"}
        ),
    },
    ("usage_plan", "only the second key"): {
        "the first key stays valid when it is left out": delete("Resources", "ApiKey", "Condition")
    },
    "access_logs": {
        "the format is no JSON": replace(
            "Api", "AccessLogSetting", "Format", old='"status"', new="status"
        ),
        "the path is logged": replace(
            "Api", "AccessLogSetting", "Format", old="$context.resourcePath", new="$context.path"
        ),
        "the API key is logged": replace(
            "Api", "AccessLogSetting", "Format", old="identity.apiKeyId", new="identity.apiKey"
        ),
        "execution logs are on": put("Api", "MethodSettings", 0, "LoggingLevel", to="INFO"),
    },
    ("access_logs", "only OAuth"): {
        "refusals are looked for in a field that is not logged": replace(
            "UnauthenticatedCalls", "FilterPattern", old="$.status", new="$.code"
        ),
        "refusals are looked for in another log": put(
            "UnauthenticatedCalls", "LogGroupName", to={"Ref": "GetAgentsLogs"}
        ),
    },
    "functions": {
        "a function is ended before its budget": put("Globals", "Function", "Timeout", to=20),
        "tracing is off": put("Globals", "Function", "Tracing", to="PassThrough"),
        "concurrency is always reserved": put(
            "Globals", "Function", "ReservedConcurrentExecutions", to=5
        ),
        "a function has another's memory": delete("GetAgents", "MemorySize"),
        "logs are kept for ever": delete("GetBalanceLogs", "RetentionInDays"),
        "a function logs into another's group": put(
            "GetBalance", "LoggingConfig", "LogGroup", to={"Ref": "GetAgentsLogs"}
        ),
    },
    ("functions", "everything set"): {
        "the architecture is fixed": put("Globals", "Function", "Architectures", to=["x86_64"])
    },
    "roles": {
        "a role may do everything with the table": put(
            *statement("InsertTimeoff", 1), "Action", to="dynamodb:*"
        ),
        "a role may use every table": put(*statement("InsertTimeoff", 1), "Resource", to="*"),
        "a role may read every secret": put(*statement("GetBalance", 0), "Resource", to="*"),
        "two functions share a role": put(
            "GetBalance", "Role", to={"Fn::GetAtt": ["InsertTimeoffRole", "Arn"]}
        ),
        "a role has a managed policy of AWS": append(
            "GetBalance", "Policies", item="arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
        ),
    },
    ("roles", "another table and two keys"): {
        "a role may use the stack's own table in place of the one that is in use": put(
            *statement("InsertTimeoff", 1), "Resource", to={"Fn::GetAtt": ["Table", "Arn"]}
        )
    },
    "state": {
        "a failed creation leaves its secret behind": put(
            "Resources", "Secret", "DeletionPolicy", to="Retain"
        ),
        "the functions look for another secret": put(
            *VARIABLES, "BAMBOOHR_SECRET_ID", to="timeoff-bridge"
        ),
        "the table goes with the stack": delete("Resources", "Table", "DeletionPolicy"),
        "the secret is replaced without being kept": put(
            "Resources", "Secret", "UpdateReplacePolicy", to="Delete"
        ),
        "items expire by another attribute": put(
            "Table", "TimeToLiveSpecification", "AttributeName", to="ttl"
        ),
        "the table cannot be restored": delete("Table", "PointInTimeRecoverySpecification"),
    },
    ("state", "another table and two keys"): {
        "the functions use the stack's own table in place of another": put(
            *VARIABLES, "TABLE_NAME", to={"Ref": "Table"}
        ),
        "the dashboard shows the stack's own table in place of another": put(
            "Fn::Sub", 1, "TableInUse", to={"Ref": "Table"}
        ),
    },
    "placeholder": {
        "the placeholder is worded otherwise": replace(
            "Secret", "SecretString", old="REPLACE-ME", new="CHANGE-ME"
        )
    },
    "schedule": {
        "one hour is in the plural": put("RefreshSchedule", "Default", to="rate(1 hours)"),
        "the parameter takes anything": put("RefreshSchedule", "AllowedPattern", to=".*"),
        "a run that failed is repeated": delete("GetAgents", "EventInvokeConfig"),
        "nobody settles": delete("UpdateTimeoff", "Events"),
        "settling takes any schedule": put("SettleSchedule", "AllowedPattern", to=".*"),
        "settling runs as often as the refresh": put(
            "UpdateTimeoff",
            "Events",
            "Settle",
            "Properties",
            "Schedule",
            to={"Ref": "RefreshSchedule"},
        ),
        "the schedule sends its own input": put(
            "GetAgents", "Events", "Refresh", "Properties", "Input", to="{}"
        ),
    },
    "metrics": {
        "an alarm looks at a metric that nobody emits": put(
            "InsertFailuresAlarm", "MetricName", to="Failure"
        ),
        "a dimension is spelt otherwise": put(
            "InsertFailuresAlarm", "Dimensions", 0, "Name", to="Operation"
        ),
        "an operation is spelt otherwise": put(
            "InsertFailuresAlarm", "Dimensions", 0, "Value", to="insert-time-off"
        ),
        "an alarm lacks a dimension of the gateway's metric": delete(
            "GatewayServerErrorsAlarm", "Dimensions", 1
        ),
        "the dashboard shows a metric that nobody emits": replace(
            "Fn::Sub", 0, old='"DuplicateRefused"', new='"DuplicatesRefused"'
        ),
        "the dashboard searches by a dimension that failures do not have": replace(
            "Fn::Sub", 0, old="errorCode,operation}", new="error_code,operation}"
        ),
    },
    ("metrics", "only OAuth"): {
        "an alarm looks at a metric that no filter makes": put(
            "UnauthenticatedCallsAlarm", "MetricName", to="UnauthorizedCalls"
        ),
        "a filter counts elsewhere": put(
            "UnauthenticatedCalls", "MetricTransformations", 0, "MetricNamespace", to="A"
        ),
    },
    ("metrics", "everything set"): {
        "the namespace is fixed": put("InsertFailuresAlarm", "Namespace", to="TimeoffBridge")
    },
    "metric_math": {
        "an expression names an id that does not exist": replace(
            "ReadFailuresAlarm", "Metrics", 0, "Expression", old="getBalance", new="getBalances"
        ),
        "a metric is fetched and not used": replace(
            "ReadFailuresAlarm", "Metrics", 0, "Expression", old=", getBalance", new=""
        ),
        "an alarm returns two series": put(
            "ReadFailuresAlarm", "Metrics", 1, "ReturnData", to=True
        ),
    },
    "alarms": {
        "an alarm tells nobody": delete("InsertFailuresAlarm", "AlarmActions"),
        "an alarm names a section that is not there": replace(
            "InsertFailuresAlarm",
            "AlarmDescription",
            old="insertfailuresalarm",
            new="insertfailures",
        ),
        "an alarm has no section and a section no alarm": rename(
            "Resources", "InsertFailuresAlarm", to="NewAlarm"
        ),
        "an alarm can be made to look back further than seven days": put(
            "StaleAgentListHours", "MaxValue", to=169
        ),
        "an alarm of short periods looks back further than a day": both(
            put("IndexPendingAlarm", "Period", to=1800),
            put("IndexPendingAlarm", "EvaluationPeriods", to=49),
        ),
    },
    "alarm_coverage": {
        "nobody looks at unknown outcomes": delete("Resources", "OutcomeUnknownAlarm"),
        "nobody looks at cancelled duplicates": delete("Resources", "DuplicateCancelledAlarm"),
        "nobody looks at foreign markers": delete("Resources", "ForeignMarkerAlarm"),
        "nobody looks at open writes": delete("Resources", "UnsettledAgeAlarm"),
        "a settling that does not run is no alarm": put(
            "UnsettledAgeAlarm", "TreatMissingData", to="notBreaching"
        ),
        "nobody looks at failed updates": delete("Resources", "UpdateFailuresAlarm"),
    },
    ("alarm_coverage", "only OAuth"): {
        "nobody looks at refused tokens": delete("Resources", "UnauthenticatedCallsAlarm")
    },
    "dashboard": {
        "a row is about another operation": replace(
            "Fn::Sub", 0, old='"update-timeoff"', new='"insert-timeoff"'
        ),
        "two widgets overlap": replace("Fn::Sub", 0, old='"x": 6, "y": 2', new='"x": 5, "y": 2'),
    },
    "queries": {
        "a query asks for a field that is not logged": replace(
            "AgentFailuresQuery", "QueryString", old="error_code", new="errorCode"
        ),
        "a query asks for an event that is not logged": replace(
            "SlowUpstreamQuery", "QueryString", old="upstream.call", new="upstream.done"
        ),
        "the query for duplicates asks for a field by which no request is named": replace(
            "DuplicateQuery", "QueryString", old="by timeoff_request_id", new="by timeoff_id"
        ),
        "the query for duplicates asks for an event that is not logged": replace(
            "DuplicateQuery", "QueryString", old="duplicate.refused", new="duplicate.rejected"
        ),
        "the query for foreign markers asks for an event that is not logged": replace(
            "ForeignMarkerQuery", "QueryString", old="marker.foreign", new="foreign.marker"
        ),
        "a query leaves out a function's log": delete("CallQuery", "LogGroupNames", -1),
    },
    "environment": {
        "a setting is missing": delete(*VARIABLES, "EMAIL_FIELD"),
        "a setting is misspelt": rename(*VARIABLES, "EMAIL_FIELD", to="EMAILFIELD"),
        "an unset setting is passed on empty": put(
            *VARIABLES, "AGENT_FILTER", to={"Ref": "AgentFilter"}
        ),
    },
    "settings": {
        "two settings are swapped": swap(
            *VARIABLES, keys=("API_BUDGET_MS", "RESEND_AFTER_SECONDS")
        ),
        "a default is not the code's": put("ReadOnly", "Default", to="true"),
        "a parameter allows more than the code": put("MaxShrinkPercent", "MaxValue", to=1000),
    },
    "readme": {
        "a default differs from the documented one": put("ApiBudgetMs", "Default", to=20000)
    },
}


def _place(key: str | tuple[str, str]) -> tuple[str, str]:
    return (key, "defaults") if isinstance(key, str) else key


FAULTS = [
    Fault(rule, sentence, change, variant)
    for key, changes in _FAULTS.items()
    for rule, variant in [_place(key)]
    for sentence, change in changes.items()
]
