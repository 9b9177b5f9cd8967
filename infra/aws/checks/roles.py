"""The deployed stack with each function's own credentials, and runs of the real binaries in it."""

import contextlib
import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from checks import model, scenarios
from checks.answers import validate_answer
from checks.deployer import Deployer
from checks.described import described
from checks.enforcement import Enforcement, enforced
from checks.model import Grant, grants
from checks.runtime_api import SCHEDULED_EVENT, RunningFunction, http_event, running_function
from checks.servers import moto, moto_server, serving
from checks.template import FUNCTIONS, REGION, ROOT, STACK_NAME, openapi

BINARIES = Path(os.environ.get("FUNCTION_BINARIES", ROOT / "target/release-fast"))
# The simulator needs no particular build, so whichever there is will do.
_BUILDS = (BINARIES, ROOT / "target/release-fast", ROOT / "target/debug")
LOCAL_STACK = next((path for build in _BUILDS if (path := build / "local-stack").is_file()), None)

# Long enough for every answer here, short enough not to wait long for a lease that is not released.
BUDGET_MS = "5000"


def require_binaries() -> None:
    """Skips the check unless every binary that it runs is there."""
    missing = [name for name in FUNCTIONS.values() if not (BINARIES / name).is_file()]
    missing += [] if LOCAL_STACK else ["local-stack"]
    if missing:
        packages = " ".join(f"-p {name}" for name in [*FUNCTIONS.values(), "local-stack"])
        pytest.skip(
            f"{BINARIES} lacks {', '.join(missing)}: cargo build --profile release-fast {packages}"
        )


@contextlib.contextmanager
def local_stack(names: dict[str, str]) -> Iterator[dict[str, str]]:
    """The local stack on free ports; gives the URL of each part, under the names given for them."""
    parts = ("gateway", "simulator", "dynamodb", "secrets-manager", "genesys")
    ports = [item for part in parts for item in (f"--{part}-port", "0")]
    assert LOCAL_STACK
    with subprocess.Popen(
        [LOCAL_STACK, *ports], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        found: dict[str, str] = {}
        try:
            for line in process.stdout or ():
                if match := re.match(rf"({'|'.join(names)})\s+(http://\S+)", line):
                    found[names[match[1]]] = match[2]
                if len(found) == len(names):
                    break
            assert len(found) == len(names), "the local stack did not say where its parts are"
            yield found
        finally:
            process.terminate()


@dataclass
class Stack:
    """The deployed stack with credentials for each role, behind the enforcement."""

    deployer: Deployer
    enforcement: Enforcement
    endpoint: str
    credentials: dict[str, dict]
    grants: dict[str, set[Grant]]

    def environment(self, function: str, simulator: str) -> dict[str, str]:
        """A function's deployed environment, with BambooHR and AWS on this machine."""
        configuration = self.deployer.client("lambda").get_function_configuration(
            FunctionName=f"{STACK_NAME}-{FUNCTIONS[function]}"
        )
        credentials = self.credentials[function]
        return configuration["Environment"]["Variables"] | {
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
def deployed_stack() -> Iterator[Stack]:
    """The stack on moto, its secret filled in, each role assumed."""
    item = model.variant("defaults")
    with moto_server() as url:
        deployer = Deployer(item.expanded, item.parameters, url)
        deployer.deploy()
        secret = deployer.attribute("Secret", "Ref")
        company = {"companyDomain": "acme", "apiKey": described()["simulatorKey"]}
        deployer.client("secretsmanager").put_secret_value(
            SecretId=secret, SecretString=json.dumps(company)
        )
        table = deployer.attribute("Table", "Ref")
        enforcement = Enforcement({table: deployer.attribute("Table", "Arn")})
        iam, sts = deployer.client("iam"), deployer.client("sts")
        credentials, allowed = {}, {}
        for function in FUNCTIONS:
            role, arn = f"{function}Role", deployer.attribute(f"{function}Role", "Arn")
            answer = sts.assume_role(RoleArn=arn, RoleSessionName=function)
            credentials[function] = answer["Credentials"]
            names = iam.list_role_policies(RoleName=role)["PolicyNames"]
            policies = [iam.get_role_policy(RoleName=role, PolicyName=name) for name in names]
            allowed[function] = set(grants({"Policies": policies}))
            enforcement.grants[credentials[function]["AccessKeyId"]] = allowed[function]
        with serving(enforced(moto(), enforcement)) as endpoint:
            yield Stack(deployer, enforcement, endpoint, credentials, allowed)


@dataclass
class Result:
    """What a run of one function showed."""

    answers: list[dict]
    expected: list[str]
    used: set[Grant]
    denied: set[Grant]
    lines: list[dict]

    @property
    def failed(self) -> list[str]:
        """The answers that were no success."""
        failures = [
            answer
            for answer in self.answers
            if answer["status"] == "Error" and answer["correlationId"] not in self.expected
        ]
        return [f"{answer['errorCode']} {answer['errorMsg']}" for answer in failures]

    @property
    def complaints(self) -> list[str]:
        """Warnings and errors in the log, but for the summaries of calls that were to fail."""
        bad = ("WARN", "ERROR")
        return [
            line.get("message", "")
            for line in self.lines
            if line.get("level") in bad
            and not (
                line.get("event") == "call.done" and line.get("correlation_id") in self.expected
            )
        ]


class _Failed(Exception):
    """Ends a scenario at its first failed answer."""


class _Caller:
    """Calls one running function; what it answers is held against openapi.yaml."""

    def __init__(self, function: RunningFunction) -> None:
        self.function = function
        self.answers: list[dict] = []
        # The correlation ids of the calls that were to fail, and did.
        self.expected: list[str] = []

    def __call__(
        self,
        method: str,
        path: str,
        body: dict | None = None,
        query: dict | None = None,
        fails: str = "",
    ) -> dict:
        if method == scenarios.SCHEDULED:
            answer = self.function.invoke(SCHEDULED_EVENT, seconds=300)
        else:
            response = self.function.invoke(http_event(method, path, body, query))
            answer = json.loads(response["body"])
            validate_answer(openapi(), method, path, response["statusCode"], answer)
        self.answers.append(answer)
        if fails and answer["errorCode"] == fails:
            self.expected.append(answer["correlationId"])
        elif answer["status"] == "Error":
            raise _Failed(answer["errorCode"])
        return answer


def run(stack: Stack, function: str, without: Grant | None = None) -> Result:
    """Runs a function's whole scenario with its role's rights, less one."""
    stack.empty_table()
    key = stack.credentials[function]["AccessKeyId"]
    stack.enforcement.grants[key] = stack.grants[function] - {without}
    stack.enforcement.decisions.clear()
    with local_stack({"BambooHR": "simulator"}) as urls, contextlib.ExitStack() as running:

        def start(name: str) -> _Caller:
            environment = stack.environment(name, urls["simulator"])
            started = running_function(BINARIES / FUNCTIONS[name], environment)
            return _Caller(running.enter_context(started))

        caller = start(function)
        # Without a right a scenario need not get to its end: the answer says it all.
        with contextlib.suppress(_Failed):
            scenarios.SCENARIOS[function](caller, urls["simulator"], start)
    lines = [json.loads(line) for line in caller.function.output if line.strip()]
    decisions = stack.enforcement.decisions
    mine = [(grant, allowed) for who, grant, allowed in decisions if who == key]
    stack.enforcement.grants[key] = stack.grants[function]
    used = {grant for grant, allowed in mine if allowed}
    denied = {grant for grant, allowed in mine if not allowed}
    return Result(caller.answers, caller.expected, used, denied, lines)
