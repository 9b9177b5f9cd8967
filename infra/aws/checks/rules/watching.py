"""Rules about alarms, dashboard and saved queries."""

import json
import re
from collections.abc import Iterator

from checks import described
from checks.model import Model
from checks.rules.registry import rule
from checks.template import AWS_DIR, FUNCTIONS

# The metrics of AWS services that alarms and dashboard may use, after their dimensions.
AWS_METRICS = {
    "AWS/ApiGateway": ({"ApiName", "Stage"}, "4XXError 5XXError Count Latency IntegrationLatency"),
    "AWS/Lambda": ({"FunctionName"}, "Errors Throttles Invocations Duration ConcurrentExecutions"),
    "AWS/DynamoDB": (
        {"TableName"},
        "ReadThrottleEvents WriteThrottleEvents ConsumedReadCapacityUnits "
        "ConsumedWriteCapacityUnits",
    ),
}


def metric_uses(model: Model) -> Iterator[tuple[str, str, str, dict]]:
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
            searches = "".join(cell.get("expression", "") for cell in row if isinstance(cell, dict))
            for schema, filters in re.findall(r"SEARCH\('\{([^}]*)\} ([^']*)'", searches):
                namespace, *names = schema.split(",")
                given = dict(re.findall(r'(\w+)="([^"]*)"', filters))
                metric = given.pop("MetricName", "")
                yield "Dashboard", namespace, metric, {name: given.get(name, "*") for name in names}


def _widgets(model: Model) -> list[dict]:
    return json.loads(model.one("AWS::CloudWatch::Dashboard")[1]["DashboardBody"])["widgets"]


@rule
def metrics(model: Model) -> Iterator[str]:
    """Alarms and dashboard use only metrics that are emitted.

    With the dimensions that they have.
    """
    filters = model.of_type("AWS::Logs::MetricFilter").values()
    filtered = [item for metrics in filters for item in metrics["MetricTransformations"]]
    emitted = described.metrics() | {item["MetricName"]: {frozenset()} for item in filtered}
    namespace_of_ours = model.parameters["MetricsNamespace"]
    _, api = model.one("AWS::ApiGateway::RestApi")
    for item in filtered:
        if item["MetricNamespace"] != namespace_of_ours:
            yield f"{item['MetricName']} is counted in {item['MetricNamespace']}"
    values = {
        "operation": set(FUNCTIONS.values()),
        "outcome": {"Complete", "Error", "InsufficientBalance"},
        "errorCode": {*described.described()["errorCodes"], "*"},
        "ApiName": {api["Name"]},
        "Stage": {"v1", *(f"<{name}>" for name in model.of_type("AWS::ApiGateway::Stage"))},
        "FunctionName": {f"<{name}>" for name in model.of_type("AWS::Lambda::Function")},
        "TableName": {
            model.parameters["ExistingTable"],
            *(f"<{name}>" for name in model.of_type("AWS::DynamoDB::Table")),
        },
    }
    for who, namespace, metric, dimensions in metric_uses(model):
        if namespace == namespace_of_ours:
            if metric not in emitted:
                yield f"{who} uses {metric}, which no function emits"
            elif frozenset(dimensions) not in emitted[metric]:
                has = [sorted(names) for names in emitted[metric]]
                yield f"{who} uses {metric} by {sorted(dimensions)}; it is emitted by {has}"
        elif namespace not in AWS_METRICS:
            yield f"{who} uses the namespace {namespace}"
        else:
            named, known = AWS_METRICS[namespace]
            if metric not in known.split() or dimensions.keys() != named:
                yield f"{who} uses {namespace} {metric} by {sorted(dimensions)}"
        for name, value in dimensions.items():
            if value not in values.get(name, set()):
                yield f"{who} uses {metric} with {name}={value}, which does not occur"


@rule
def metric_math(model: Model) -> Iterator[str]:
    """Metric math names only metrics that stand beside it, and uses every one of them."""
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


@rule
def alarms(model: Model) -> Iterator[str]:
    """Every alarm tells the topic and names its section of the runbook.

    The runbook has no other.
    """
    topic, _ = model.one("AWS::SNS::Topic")
    runbook = (AWS_DIR / "RUNBOOK.md").read_text()
    sections = {heading.lower() for heading in re.findall(r"^## (\w+Alarm)$", runbook, re.M)}
    every = {
        name.lower()
        for name, item in model.expanded["Resources"].items()
        if item["Type"] == "AWS::CloudWatch::Alarm"
    }
    for name, alarm in model.of_type("AWS::CloudWatch::Alarm").items():
        if alarm.get("AlarmActions") != [f"<{topic}>"] or alarm.get("OKActions") != [f"<{topic}>"]:
            yield f"{name} tells nobody, or not when it is over"
        match = re.search(r"infra/aws/RUNBOOK\.md#(\S+)$", alarm.get("AlarmDescription", ""))
        if not match or match[1] not in sections:
            yield f"{name} names no section of RUNBOOK.md"
        elif match[1] != name.lower():
            yield f"{name} names the section {match[1]}"
        if "TreatMissingData" not in alarm:
            yield f"{name} does not say what missing data mean"
        period = alarm.get("Period") or max(
            m["MetricStat"]["Period"] for m in alarm["Metrics"] if "MetricStat" in m
        )
        periods = alarm["EvaluationPeriods"]
        if name == "StaleAgentListAlarm":
            periods = model.source["Parameters"]["StaleAgentListHours"]["MaxValue"]
        # PutMetricAlarm: seven days, and one day where a period is shorter than an hour.
        longest = 7 * 86_400 if int(period) >= 3600 else 86_400
        if int(period) * int(periods) > longest:
            yield f"{name} looks back further than CloudWatch's {longest // 86_400} days"
    if sections - every:
        yield f"RUNBOOK.md has sections of no alarm: {sorted(sections - every)}"


# What an operator has to know, by namespace; None is the functions' own.
WATCHED = {
    None: (
        "Failures OutcomeUnknown Unauthorized AgentSyncAge ShrinkGuard Duration IndexPending "
        "DuplicateRefused DuplicateCancelled ForeignMarker UnsettledAge"
    ),
    "AWS/ApiGateway": "4XXError 5XXError",
    "AWS/Lambda": "Throttles Errors",
}


@rule
def alarm_coverage(model: Model) -> Iterator[str]:
    """There is an alarm for everything that an operator has to know."""
    alarms = [use for use in metric_uses(model) if use[0] != "Dashboard"]
    used = {(namespace, metric) for _, namespace, metric, _ in alarms}
    refusals = "UnauthenticatedCalls" if model.parameters["AuthMode"] == "ApiKeyAndOAuth" else ""
    for namespace, metrics_of_it in [*WATCHED.items(), (None, refusals)]:
        for metric in metrics_of_it.split():
            if (namespace or model.parameters["MetricsNamespace"], metric) not in used:
                yield f"no alarm looks at {metric}"
    failing = {named["operation"] for _, _, metric, named in alarms if metric == "Failures"}
    if failing != set(FUNCTIONS.values()):
        yield f"failures are looked at for {sorted(failing)} only"
    # Each run of a schedule says how old something is, so silence means that there was none.
    for name, _, metric, _ in alarms:
        missing = model.resources[name]["Properties"]["TreatMissingData"]
        if metric in ("AgentSyncAge", "UnsettledAge") and missing != "breaching":
            yield f"{name} does not notice a schedule that does not run"


@rule
def dashboard(model: Model) -> Iterator[str]:
    """Each row of the dashboard is about one operation, each has one; nothing overlaps."""
    rows: dict[int, set[str]] = {}
    cells = set()
    for widget in _widgets(model):
        for x in range(widget["x"], widget["x"] + widget["width"]):
            for y in range(widget["y"], widget["y"] + widget["height"]):
                if (x, y) in cells or x >= 24:
                    yield f"a widget overlaps another or leaves the grid at {x}, {y}"
                cells.add((x, y))
        text = json.dumps(widget, separators=(",", ":"))
        named = re.findall(r'"operation","([a-z-]+)"|operation=\\"([a-z-]+)\\"', text)
        rows.setdefault(widget["y"], set()).update("".join(pair) for pair in named)
    of_operations = {tuple(sorted(row)) for row in rows.values() if row}
    if of_operations != {(name,) for name in FUNCTIONS.values()}:
        yield f"the rows are about {sorted(of_operations)}"


@rule
def queries(model: Model) -> Iterator[str]:
    """Saved queries ask all five log groups for fields that the functions write."""
    groups = {f"<{name}Logs>" for name in FUNCTIONS}
    fields = set(described.described()["logFields"])
    events = set(described.described()["logEvents"])
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
            r'"[^"]*"|@\w+|\b(fields|filter|sort|limit|stats|by|as|and|or|asc|desc)\b|'
            r"\b(count|pct|latest|sum|max|min|avg)\b|\b\d+",
            " ",
            text,
        )
        for field in set(re.findall(r"[a-z][a-z0-9_]*", bare)) - aliases:
            if field not in fields:
                yield f"{name} asks for {field}, which no log line has"
