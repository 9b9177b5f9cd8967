"""Rules about functions, their roles, their state and their schedules."""

import json
import re
from collections.abc import Iterator

from checks import described
from checks.model import Model, grants
from checks.rules.registry import rule
from checks.rules.watching import metric_uses
from checks.template import ACCOUNT, FUNCTIONS, REGION


@rule
def functions(model: Model) -> Iterator[str]:
    """Each function runs as it should: runtime, time, tracing, its own log group with retention."""
    found = model.of_type("AWS::Lambda::Function")
    groups = model.of_type("AWS::Logs::LogGroup")
    if found.keys() != FUNCTIONS.keys():
        yield f"the functions are {sorted(found)}"
    budget = max(
        int(model.parameters["ApiBudgetMs"]), model.source["Parameters"]["ApiBudgetMs"]["MaxValue"]
    )
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
        if (
            function.get("ReservedConcurrentExecutions", "")
            != model.parameters["ReservedConcurrency"]
        ):
            yield f"{name} reserves {function.get('ReservedConcurrentExecutions')} executions"
        memory = "AgentsMemorySize" if name == "GetAgents" else "MemorySize"
        if str(function["MemorySize"]) != model.parameters[memory]:
            yield f"{name} has {function['MemorySize']} MB"
        group = groups.get(function.get("LoggingConfig", {}).get("LogGroup", "<>")[1:-1], {})
        if group.get("LogGroupName") != f"/aws/lambda/{function['FunctionName']}":
            yield f"{name} has no log group of its own"
        if "LogFormat" in function.get("LoggingConfig", {}):
            yield f"{name}: Lambda's own JSON format filters by level and would drop metrics"
    for name, group in groups.items():
        if group.get("RetentionInDays") != model.parameters["LogRetentionDays"]:
            yield f"{name} keeps logs for {group.get('RetentionInDays')} days"


@rule
def roles(model: Model) -> Iterator[str]:
    """Each function has a role of its own that names actions and exactly its table and secret."""
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
        managed = {
            arn.removeprefix("arn:aws:iam::aws:policy/")
            for arn in role.get("ManagedPolicyArns", [])
        }
        if managed != allowed_by_aws:
            yield f"{name} has the managed policies {sorted(managed)}"
        for action, resource in grants(role):
            if "*" in action or "*" in resource:
                yield f"{name} may do {action} on {resource}"
            expected = {"secretsmanager": "<Secret>", "dynamodb": table}.get(action.split(":")[0])
            if resource != expected:
                yield f"{name} may do {action} on {resource}"


@rule
def state(model: Model) -> Iterator[str]:
    """Table and secret outlive the stack; everything works with the table that is in use."""
    # A secret that a failed creation leaves behind is paid for; a protected table cannot be
    # deleted by the rollback.
    for kind, on_deletion in (
        ("AWS::DynamoDB::Table", "Retain"),
        ("AWS::SecretsManager::Secret", "RetainExceptOnCreate"),
    ):
        name, _ = model.one(kind)
        for policy, expected in (
            ("DeletionPolicy", on_deletion),
            ("UpdateReplacePolicy", "Retain"),
        ):
            if model.resources[name].get(policy) != expected:
                yield f"{name} has no {policy} of {expected}"
    in_use = model.parameters["ExistingTable"] or "<Table>"
    for name, function in model.of_type("AWS::Lambda::Function").items():
        variables = function["Environment"]["Variables"]
        if (variables["TABLE_NAME"], variables["BAMBOOHR_SECRET_ID"]) != (in_use, "<Secret>"):
            yield f"{name} does not use {in_use} or the secret"
    if model.outputs["TableName"] != in_use:
        yield f"the output names {model.outputs['TableName']}, not {in_use}"
    for who, namespace, metric, dimensions in metric_uses(model):
        if namespace == "AWS/DynamoDB" and dimensions["TableName"] != in_use:
            yield f"{who} looks at {metric} of {dimensions['TableName']}, not of {in_use}"
    _, table = model.one("AWS::DynamoDB::Table")
    expected = {
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "TimeToLiveSpecification": {"AttributeName": "expiration", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "DeletionProtectionEnabled": True,
    }
    for key, value in expected.items():
        if table.get(key) != value:
            yield f"the table's {key} is {table.get(key)}"


@rule
def placeholder(model: Model) -> Iterator[str]:
    """The secret's placeholder is the one that the functions recognise."""
    _, secret = model.one("AWS::SecretsManager::Secret")
    word = described.described()["secretPlaceholder"]
    if json.loads(secret["SecretString"]) != {"companyDomain": word, "apiKey": word}:
        yield f"the secret holds {secret['SecretString']}, and the functions look for {word}"


# Which function runs by which parameter.
SCHEDULES = {"RefreshSchedule": "GetAgents", "SettleSchedule": "UpdateTimeoff"}
# What a parameter of a schedule is tried with.
_TRIED = (
    "rate(1 hour)", "rate(6 hours)", "rate(15 minutes)", "cron(0 4 * * ? *)", "rate(1 hours)",
    "rate(6 hour)", "rate(0 hours)", "hourly", "",
)  # fmt: skip


@rule
def schedule(model: Model) -> Iterator[str]:
    """Refresh and settling run by rates that EventBridge takes, each in its function."""
    found, targets = set(), []
    for event_rule in model.of_type("AWS::Events::Rule").values():
        targets += event_rule["Targets"]
        expression = event_rule["ScheduleExpression"]
        found |= {(expression, target["Arn"]) for target in event_rule["Targets"]}
    wanted = {(model.parameters[name], f"<{SCHEDULES[name]}.Arn>") for name in SCHEDULES}
    if found != wanted:
        yield f"{sorted(found)} is scheduled, not {sorted(wanted)}"
    for target in targets:
        if target.keys() - {"Arn", "Id"}:
            yield "the schedule does not send a plain event"
    repeated = model.of_type("AWS::Lambda::EventInvokeConfig").values()
    if [item["MaximumRetryAttempts"] for item in repeated] != [0] * len(SCHEDULES):
        yield "a run that failed is repeated, beside the next one"
    for name in SCHEDULES:
        if not _is_schedule(model.parameters[name]):
            yield f"{model.parameters[name]} is no schedule"
        pattern = model.source["Parameters"][name]["AllowedPattern"]
        for text in _TRIED:
            if bool(re.fullmatch(pattern, text)) != _is_schedule(text):
                yield f"the pattern of {name} is wrong about {text!r}"


def _is_schedule(text: str) -> bool:
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)(s?)\)", text)
    if rate:
        return int(rate[1]) > 0 and (int(rate[1]) == 1) == (rate[3] == "")
    return re.fullmatch(r"cron\(\S+( \S+){5}\)", text) is not None
