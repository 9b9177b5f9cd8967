"""Runs each function's real binary with its own role's credentials, so that a missing right fails and an unneeded one is found."""

import contextlib
import json
import os
import re
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import model, rust
from .aws_server import moto_server
from .contract import validate_answer
from .deployer import Deployer
from .enforcement import Enforcement, Grant, enforcing_proxy
from .rules import grants
from .runner import Skip, check
from .runtime_api import SCHEDULED_EVENT, RunningFunction, http_event
from .template import FUNCTIONS, REGION, ROOT, STACK_NAME, openapi

BINARIES = Path(os.environ.get("FUNCTION_BINARIES", ROOT / "target/release-fast"))
# The simulator needs no particular build, so whichever there is will do.
SIMULATOR = next(
    (
        path
        for path in (
            BINARIES / "local-stack",
            ROOT / "target/release-fast/local-stack",
            ROOT / "target/debug/local-stack",
        )
        if path.is_file()
    ),
    None,
)

# Long enough for every answer here, short enough not to wait long for a lease that could not be given back.
BUDGET_MS = "5000"

Invoke = Callable[..., dict]


class _Failed(Exception):
    """Ends a scenario at its first failed answer."""


def require_binaries() -> None:
    """Skips the check unless every binary that it runs is there."""
    missing = [name for name in FUNCTIONS.values() if not (BINARIES / name).is_file()] + (
        [] if SIMULATOR else ["local-stack"]
    )
    if missing:
        packages = " ".join(f"-p {name}" for name in [*FUNCTIONS.values(), "local-stack"])
        raise Skip(
            f"{os.path.relpath(BINARIES, ROOT)} lacks {', '.join(missing)}: cargo build --profile release-fast {packages}"
        )


@contextlib.contextmanager
def _simulator() -> Iterator[str]:
    """A BambooHR simulator in a process of its own; the rest of the local stack that comes with it is not used."""
    ports = [
        item for port in ("gateway", "simulator", "dynamodb", "secrets-manager") for item in (f"--{port}-port", "0")
    ]
    process = subprocess.Popen([SIMULATOR, *ports], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        for line in process.stdout:
            match = re.match(r"BambooHR\s+(http://\S+)", line)
            if match:
                yield match[1]
                return
        raise AssertionError("the local stack did not say where its simulator is")
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()


def _control(simulator: str, method: str, path: str, body=None) -> None:
    request = urllib.request.Request(
        f"{simulator}/control{path}",
        method=method,
        headers={"content-type": "application/json"},
        data=None if body is None else json.dumps(body).encode(),
    )
    urllib.request.urlopen(request, timeout=10).close()


def _insert(**changes) -> dict:
    return {
        "agentId": "452", "dates": ["2026-12-01", "2026-12-02"], "payableMinutes": [480, 480], "timeOffStatus": "APPROVED",
        "timeOffTypeId": "83", "notes": "Family visit", **changes,
    }  # fmt: skip


def _types(call: Invoke, _simulator: str) -> None:
    call("GET", "/timeoff-types")


def _balances(call: Invoke, _simulator: str) -> None:
    call(
        "POST",
        "/balances",
        {"agentId": "452", "inputDates": "2026-12-01,2026-12-02", "inputTimeOffTypeIds": "83,85,90"},
    )


def _inserts(call: Invoke, simulator: str) -> None:
    first = call("POST", "/timeoff-requests", _insert())
    again = call("POST", "/timeoff-requests", _insert())
    assert first["timeOffRequestId"] == again["timeOffRequestId"], "the same request got two ids"
    call("POST", "/timeoff-requests", _insert(dates=["2026-12-08"], payableMinutes=[60], timeOffStatus="PENDING"))
    # Cancelled by hand in BambooHR, then inserted anew.
    _control(simulator, "PUT", f"/requests/{first['timeOffRequestId']}/status", {"status": "canceled"})
    call("POST", "/timeoff-requests", _insert())


def _updates(call: Invoke, simulator: str) -> None:
    del simulator
    request = _insert(inputTimeOffRequestId="")
    # Without an id and without such a request: the key is marked closed.
    call("PUT", "/timeoff-requests", {**request, "timeOffStatus": "CANCELED"})


def _changes(call: Invoke, insert: Invoke) -> None:
    """Updates of a request that insert wrote before."""
    made = insert("POST", "/timeoff-requests", _insert())["timeOffRequestId"]
    longer = _insert(
        dates=["2026-12-01", "2026-12-02", "2026-12-03"], payableMinutes=[480, 480, 480], inputTimeOffRequestId=made
    )
    changed = call("PUT", "/timeoff-requests", longer)["timeOffRequestId"]
    call("PUT", "/timeoff-requests", longer)
    call("PUT", "/timeoff-requests", {**longer, "timeOffStatus": "CANCELED"})
    call(
        "PUT",
        "/timeoff-requests",
        {"agentId": "452", "inputTimeOffRequestId": changed, "timeOffStatus": "CANCELED", "timeOffTypeId": "83"},
    )


def _agents(call: Invoke, simulator: str) -> None:
    listed = call("GET", "/agents")
    assert listed["agentCount"] > 10, listed["agentCount"]
    call("GET", "/agents/452")
    call("GET", "/agents", query={"email": listed["emails"][0]})
    call("GET", "/agents/999999")
    call("GET", "/agents", query={"email": "nobody@example.com"})
    call("GET", "/agents")
    # Somebody leaves, somebody's address changes: the refresh and the next list write the difference.
    _control(simulator, "DELETE", f"/employees/{listed['externalIds'][1]}")
    call("scheduled", "")
    _control(simulator, "PUT", f"/employees/{listed['externalIds'][2]}", {"workEmail": "changed@example.com"})
    call("GET", "/agents")


@dataclass
class Stack:
    """The deployed stack with credentials for each role, behind the enforcing proxy."""

    deployer: Deployer
    enforcement: Enforcement
    endpoint: str
    credentials: dict[str, dict]
    grants: dict[str, set[Grant]]

    def environment(self, function: str, simulator: str) -> dict[str, str]:
        """The environment of a function: the deployed one, with BambooHR and AWS on this machine."""
        configuration = self.deployer.client("lambda").get_function_configuration(
            FunctionName=f"{STACK_NAME}-{FUNCTIONS[function]}"
        )
        credentials = self.credentials[function]
        return {
            **configuration["Environment"]["Variables"],
            "BAMBOOHR_BASE_URL": simulator,
            "API_BUDGET_MS": BUDGET_MS,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
            "AWS_SESSION_TOKEN": credentials["SessionToken"],
        }

    def empty_table(self) -> None:
        """Removes what an earlier run wrote."""
        client, table = self.deployer.client("dynamodb"), self.deployer.attribute("Table", "Ref")
        for item in client.scan(TableName=table)["Items"]:
            client.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})


@contextlib.contextmanager
def _stack() -> Iterator[Stack]:
    item = next(found for found in model.variants() if found.variant == "defaults")
    with moto_server() as url:
        deployer = Deployer(item.expanded, item.parameters, url)
        deployer.deploy()
        secret = deployer.attribute("Secret", "Ref")
        company = json.dumps({"companyDomain": "acme", "apiKey": rust.simulator_key()})
        deployer.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=company)
        enforcement = Enforcement(
            {deployer.attribute("Table", "Ref"): deployer.attribute("Table", "Arn")}, {secret: secret}
        )
        credentials, allowed = {}, {}
        for function in FUNCTIONS:
            arn = deployer.attribute(f"{function}Role", "Arn")
            answer = deployer.client("sts").assume_role(RoleArn=arn, RoleSessionName=function)
            credentials[function] = answer["Credentials"]
            policies = deployer.client("iam").list_role_policies(RoleName=f"{function}Role")["PolicyNames"]
            documents = [
                deployer.client("iam").get_role_policy(RoleName=f"{function}Role", PolicyName=name) for name in policies
            ]
            allowed[function] = set(grants({"Policies": documents}))
            enforcement.grants[credentials[function]["AccessKeyId"]] = allowed[function]
        with enforcing_proxy(url, enforcement) as endpoint:
            yield Stack(deployer, enforcement, endpoint, credentials, allowed)


@dataclass
class Result:
    """What a run of one function showed."""

    answers: list[dict]
    used: set[Grant]
    denied: set[Grant]
    lines: list[dict]

    @property
    def failed(self) -> list[str]:
        """The answers that were no success."""
        return [f"{answer['errorCode']} {answer['errorMsg']}" for answer in self.answers if answer["status"] == "Error"]

    @property
    def complaints(self) -> list[str]:
        """Warnings and errors in the log."""
        return [line.get("message", "") for line in self.lines if line.get("level") in ("WARN", "ERROR")]


def _run(stack: Stack, function: str, without: Grant | None = None) -> Result:
    """Runs a function's whole scenario with its role's rights, less one."""
    api, answers = openapi(), []
    stack.empty_table()
    key = stack.credentials[function]["AccessKeyId"]
    stack.enforcement.grants[key] = stack.grants[function] - {without}
    stack.enforcement.decisions.clear()
    with _simulator() as simulator, contextlib.ExitStack() as running:

        def start(name: str, keep: bool) -> Invoke:
            process = running.enter_context(
                RunningFunction(BINARIES / FUNCTIONS[name], stack.environment(name, simulator))
            )

            def call(method: str, path: str, body=None, query=None) -> dict:
                if method == "scheduled":
                    answer = process.invoke(SCHEDULED_EVENT, seconds=300)
                else:
                    response = process.invoke(http_event(method, path, body, query))
                    answer = json.loads(response["body"])
                    validate_answer(api, method, path, response["statusCode"], answer)
                if not keep:
                    assert answer["status"] != "Error", f"{name} failed: {answer}"
                    return answer
                answers.append(answer)
                if answer["status"] == "Error":
                    raise _Failed
                return answer

            call.process = process
            return call

        call = start(function, keep=True)
        try:
            if function == "UpdateTimeoff":
                _changes(call, start("InsertTimeoff", keep=False))
            SCENARIOS[function](call, simulator)
        except _Failed:
            # The answer says it all; without a right a scenario need not get to its end.
            pass
    lines = [json.loads(line) for line in call.process.output if line.strip()]
    mine = [(grant, allowed) for who, grant, allowed in stack.enforcement.decisions if who == key]
    stack.enforcement.grants[key] = stack.grants[function]
    return Result(
        answers, {grant for grant, allowed in mine if allowed}, {grant for grant, allowed in mine if not allowed}, lines
    )


SCENARIOS: dict[str, Callable[[Invoke, str], None]] = {
    "GetAgents": _agents,
    "GetTimeoffTypes": _types,
    "GetBalance": _balances,
    "InsertTimeoff": _inserts,
    "UpdateTimeoff": _updates,
}


def check_metrics(lines: list[dict], answers: int) -> None:
    """Fails unless there is one line of metrics for each answer, in CloudWatch's embedded format, with documented metrics only."""
    emitted = rust.metrics()
    found = [line for line in lines if "_aws" in line]
    assert len(found) == answers, f"{answers} answers, {len(found)} lines of metrics"
    for line in found:
        assert isinstance(line["_aws"]["Timestamp"], int), line["_aws"]
        for directive in line["_aws"]["CloudWatchMetrics"]:
            for dimensions in directive["Dimensions"]:
                assert len(dimensions) <= 30 and all(isinstance(line.get(name), str) for name in dimensions), (
                    dimensions,
                    line,
                )
            for metric in directive["Metrics"]:
                name = metric["Name"]
                assert isinstance(line.get(name), (int, float)), f"{name} has no value"
                assert {frozenset(d) for d in directive["Dimensions"]} == emitted.get(name), (
                    f"{name} by {directive['Dimensions']}"
                )


def _add(function: str) -> None:
    @check(
        "roles",
        f"{FUNCTIONS[function]} runs with its role: no right is missing, none is unneeded, each removed one is missed",
    )
    def _check():
        require_binaries()
        with _stack() as stack:
            result = _run(stack, function)
            assert not result.denied, f"denied: {sorted(result.denied)}"
            assert not result.failed, "\n".join(result.failed)
            check_metrics(result.lines, len(result.answers))
            unneeded = stack.grants[function] - result.used
            assert not unneeded, f"the role allows what the code never asks for: {sorted(unneeded)}"
            for grant in sorted(stack.grants[function]):
                less = _run(stack, function, without=grant)
                assert grant in less.denied, f"without {grant[0]} nothing was denied"
                assert less.failed or less.complaints, (
                    f"without {grant[0]} every answer was a success and no line complained"
                )


for _function in FUNCTIONS:
    _add(_function)


@check("roles", "a right that is missing and a right that is unneeded are both found")
def _found():
    require_binaries()
    with _stack() as stack:
        table = stack.deployer.attribute("Table", "Arn")
        given = stack.grants["GetTimeoffTypes"]
        stack.grants["GetTimeoffTypes"] = given | {("dynamodb:Scan", table)}
        result = _run(stack, "GetTimeoffTypes")
        assert stack.grants["GetTimeoffTypes"] - result.used == {("dynamodb:Scan", table)}, result
        stack.grants["GetTimeoffTypes"] = set()
        result = _run(stack, "GetTimeoffTypes")
        assert result.denied == given and result.failed, result


@check(
    "roles", "the enforcement denies another table, an index, another secret and each part of a transaction by itself"
)
def _bites():
    table, secret = "arn:aws:dynamodb:r:1:table/t", "arn:aws:secretsmanager:r:1:secret:s-abc"
    rights = {("dynamodb:PutItem", table), ("secretsmanager:GetSecretValue", secret)}
    enforcement = Enforcement({"t": table}, {"s": secret, secret: secret}, {"key": rights})
    put = {"Put": {"TableName": "t"}}
    dynamodb = "DynamoDB_20120810."
    for target, body, expected in (
        (dynamodb + "PutItem", {"TableName": "t"}, None),
        (dynamodb + "PutItem", {"TableName": table}, None),
        (dynamodb + "PutItem", {"TableName": "u"}, "dynamodb:PutItem"),
        (dynamodb + "GetItem", {"TableName": "t"}, "dynamodb:GetItem"),
        (dynamodb + "PutItem", {"TableName": "t", "IndexName": "i"}, "dynamodb:PutItem"),
        (dynamodb + "TransactWriteItems", {"TransactItems": [put]}, None),
        (
            dynamodb + "TransactWriteItems",
            {"TransactItems": [put, {"ConditionCheck": {"TableName": "t"}}]},
            "dynamodb:ConditionCheckItem",
        ),
        (
            dynamodb + "TransactWriteItems",
            {"TransactItems": [put, {"Delete": {"TableName": "t"}}]},
            "dynamodb:DeleteItem",
        ),
        (dynamodb + "BatchGetItem", {"RequestItems": {"t": {}}}, "dynamodb:BatchGetItem"),
        ("secretsmanager.GetSecretValue", {"SecretId": "s"}, None),
        ("secretsmanager.GetSecretValue", {"SecretId": "other"}, "secretsmanager:GetSecretValue"),
    ):
        denied = enforcement.decide("key", target, body)
        assert (denied and denied[0]) == expected, f"{target} {body}: {denied}"
    assert enforcement.decide("nobody", dynamodb + "PutItem", {"TableName": "t"}), "an unknown key was let in"
