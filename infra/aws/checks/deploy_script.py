"""The deploy script, run as a person runs it, against stand-ins for aws, cargo, zig and git, and a pretended API Gateway."""

import contextlib
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

from . import model
from .aws_server import moto_server
from .deployer import Deployer
from .runner import check
from .runtime_api import SCHEDULED_EVENT
from .template import AWS_DIR, FUNCTIONS, REGION, ROOT

KEY = "key-of-the-pretended-gateway"
SECRET = {"companyDomain": "acme", "apiKey": "key-of-the-pretended-company"}
STUB = AWS_DIR / "checks/stubs/tool.py"


class _Gateway(http.server.BaseHTTPRequestHandler):
    """Answers as the deployed API would; `server.faults` and `server.configured` steer it."""

    def _answer(self):
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        self.server.requests.append((self.command, self.path, self.headers.get("x-api-key"), body))
        if self.headers.get("x-api-key") != KEY or self.server.closed:
            return self._send(403, status="Error", errorCode="GATEWAY")
        if not self.server.configured:
            return self._send(200, status="Error", errorCode="CONFIGURATION", errorMsg="The secret is a placeholder.")
        if self.path in self.server.broken:
            return self._send(200, status="Error", errorCode="INTERNAL", errorMsg="It broke.")
        if self.command in ("POST", "PUT"):
            return self._send(200, status="Error", errorCode="INVALID_INPUT", errorMsg="agentId is missing.")
        return self._send(200, status="Complete", errorCode="")

    do_GET = do_POST = do_PUT = _answer  # noqa: N815, the names that http.server asks for

    def _send(self, http_status, **fields):
        text = json.dumps({"errorMsg": "", "correlationId": "c-1", **fields}).encode()
        self.send_response(http_status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_arguments):
        """Keeps the checks' output readable."""


@contextlib.contextmanager
def gateway():
    """A pretended API Gateway on a free port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Gateway)
    server.requests, server.configured, server.broken, server.closed = [], True, set(), False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class Checkout:
    """A copy of what the script needs, with stand-ins for the tools, in a folder of its own."""

    def __init__(self, folder: pathlib.Path, server):
        self.folder = folder
        shutil.copytree(AWS_DIR, folder / "infra/aws", ignore=shutil.ignore_patterns("checks", "__pycache__"))
        base = f"http://127.0.0.1:{server.server_port}/v1"
        paths = {
            "Agents": "agents",
            "TimeoffTypes": "timeoff-types",
            "Balances": "balances",
            "InsertTimeoff": "timeoff-requests",
            "UpdateTimeoff": "timeoff-requests",
        }
        outputs = {f"{name}Url": f"{base}/{path}" for name, path in paths.items()}
        outputs |= {
            "ApiKeyId": "key-id",
            "SecretArn": "arn:secret",
            "DashboardUrl": "https://dashboard",
            "AlarmTopicArn": "arn:topic",
            "TableName": "table",
            "Version": "v1.2.2",
        }
        self.state = {
            "account": "123456789012", "region": REGION, "stack": None, "bucket": False, "log_role": False, "api_key": KEY,
            "secret": None, "outputs": outputs,
        }  # fmt: skip
        (folder / "bin").mkdir()
        self.install("aws", "cargo", "zig", "git")

    def install(self, *tools: str) -> None:
        """Puts exactly these stand-ins on the PATH."""
        shutil.rmtree(self.folder / "bin")
        (self.folder / "bin").mkdir()
        for tool in tools:
            path = self.folder / "bin" / tool
            path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{STUB}" {tool} "$@"\n')
            path.chmod(0o755)

    def run(self, *arguments: str, stdin: str = "") -> tuple[int, str, list[list[str]]]:
        """Runs the script. Returns its exit code, everything it printed, and the calls of the tools."""
        (self.folder / "state.json").write_text(json.dumps(self.state))
        (self.folder / "calls.jsonl").write_text("")
        done = subprocess.run(
            [sys.executable, self.folder / "infra/aws/deploy", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": str(self.folder / "bin"), "STUB_FOLDER": str(self.folder), "SMOKE_TEST_PATIENCE_SECONDS": "0"},
        )
        self.state = json.loads((self.folder / "state.json").read_text())
        calls = [json.loads(line) for line in (self.folder / "calls.jsonl").read_text().splitlines()]
        return done.returncode, done.stdout + done.stderr, calls


@contextlib.contextmanager
def checkout():
    """A checkout and its gateway."""
    with tempfile.TemporaryDirectory() as folder, gateway() as server:
        yield Checkout(pathlib.Path(folder), server), server


def _has(calls: list[list[str]], *words: str) -> list[list[str]]:
    return [call for call in calls if call[: len(words)] == list(words)]


def _overrides(calls: list[list[str]]) -> dict[str, str]:
    (deploy,) = _has(calls, "aws", "cloudformation", "deploy")
    values = deploy[deploy.index("--parameter-overrides") + 1 :]
    return dict(
        value.split("=", 1) for value in values[: next((i for i, v in enumerate(values) if v.startswith("--")), None)]
    )


def _see(condition, text: str) -> None:
    assert condition, text


@check("deploy script", "a first deployment builds, creates, puts the secret, prints the URLs and tries them")
def _first():
    with checkout() as (copy, server):
        code, text, calls = copy.run("--put-secret", stdin=json.dumps(SECRET))
        _see(code == 0, text)
        (build,) = _has(calls, "cargo", "lambda", "build")
        for name in FUNCTIONS.values():
            _see(name in build, f"{name} is not built: {build}")
        _see({"--release", "zip", "--x86-64"} <= set(build), str(build))
        _see(
            _has(calls, "aws", "s3api", "create-bucket") and _has(calls, "aws", "s3api", "put-public-access-block"),
            "no closed bucket",
        )
        expected = {"Architecture": "x86_64", "CreateApiGatewayLogRole": "true", "Version": "v1.2.3-4-gabcdef0"}
        _see(_overrides(calls) == expected, str(_overrides(calls)))
        _see(json.loads(copy.state["secret"]) == SECRET, "the secret did not arrive")
        _see(text.count("http://127.0.0.1") >= 10 and "get-api-key --api-key key-id" in text, text)
        _see(
            not re.search(f"{KEY}|{SECRET['apiKey']}", text + json.dumps(calls)),
            "a key was printed, or stood on a command line",
        )
        keyless = [(verb, path) for verb, path, key, _ in server.requests if key is None]
        _see(len(set(keyless)) == 5, f"not every URL was tried without a key: {keyless}")
        writes = [(verb, path) for verb, path, key, _ in server.requests if key and path.endswith("timeoff-requests")]
        _see(not writes, f"writing functions were called: {writes}")


@check("deploy script", "a second run changes what it must and nothing else")
def _second():
    with checkout() as (copy, server):
        copy.run("--put-secret", stdin=json.dumps(SECRET))
        copy.state["secret"] = "kept"
        code, text, calls = copy.run(
            "--parameter", "ReadOnly=true", "--parameter", 'AgentFilter={"departmentName":["A=B"]}'
        )
        _see(code == 0, text)
        expected = {
            "Architecture": "x86_64",
            "CreateApiGatewayLogRole": "true",
            "Version": "v1.2.3-4-gabcdef0",
            "ReadOnly": "true",
            "AgentFilter": '{"departmentName":["A=B"]}',
        }
        _see(_overrides(calls) == expected, str(_overrides(calls)))
        _see(not _has(calls, "aws", "s3api", "create-bucket"), "the bucket was made twice")
        _see(copy.state["secret"] == "kept", "the secret was written again")
        code, text, calls = copy.run("--architecture", "arm64")
        _see(code == 0 and "--arm64" in _has(calls, "cargo", "lambda", "build")[0], text)
        code, text, calls = copy.run()
        _see(_overrides(calls)["Architecture"] == "arm64", "the stack's architecture was not kept")


@check("deploy script", "the stack remembers which commit was deployed, and that zips were not built from it")
def _version():
    with checkout() as (copy, server):
        copy.run()
        code, text, calls = copy.run("--no-build")
        _see(code == 0 and _overrides(calls)["Version"] == "v1.2.3-4-gabcdef0-not-built", text)
        copy.install("aws", "cargo", "zig")
        code, text, calls = copy.run()
        _see(code == 0 and _overrides(calls)["Version"] == "unknown", text)
        code, text, calls = copy.run("--parameter", "Version=v9")
        _see(code == 2 and not calls, text)


@check("deploy script", "an account that has an API Gateway log role keeps it")
def _log_role():
    with checkout() as (copy, server):
        copy.state["log_role"] = True
        code, text, calls = copy.run()
        _see(code == 0 and _overrides(calls)["CreateApiGatewayLogRole"] == "false", text)


@check("deploy script", "--code-only pushes code with --merge-env and leaves the stack alone")
def _code_only():
    with checkout() as (copy, server):
        code, text, calls = copy.run("--code-only")
        _see(code != 0 and "no stack" in text, text)
        copy.run()
        code, text, calls = copy.run("--code-only")
        _see(code == 0, text)
        pushed = _has(calls, "cargo", "lambda", "deploy")
        _see([call[-1] for call in pushed] == [f"timeoff-bridge-{name}" for name in FUNCTIONS.values()], str(pushed))
        _see(all("--merge-env" in call and call[call.index("--region") + 1] == REGION for call in pushed), str(pushed))
        _see(
            not _has(calls, "aws", "cloudformation", "deploy") and not _has(calls, "aws", "cloudformation", "package"),
            str(calls),
        )


@check("deploy script", "--secret-only puts the secret, needs neither cargo nor a build, and refuses nonsense")
def _secret_only():
    with checkout() as (copy, server):
        copy.run()
        copy.install("aws")
        code, text, calls = copy.run("--secret-only", stdin=json.dumps(SECRET))
        _see(code == 0 and json.loads(copy.state["secret"]) == SECRET, text)
        _see(not _has(calls, "aws", "cloudformation", "deploy"), str(calls))
        copy.state["secret"] = "kept"
        for nonsense in (
            "",
            "acme",
            "[]",
            '{"companyDomain":"acme"}',
            '{"companyDomain":"acme.bamboohr.com","apiKey":"k"}',
            '{"companyDomain":"acme","apiKey":"REPLACE-ME"}',
            '{"companyDomain":"acme","apiKey":""}',
        ):
            code, text, _ = copy.run("--secret-only", stdin=nonsense)
            _see(code != 0 and copy.state["secret"] == "kept", f"{nonsense!r} was taken: {text}")


@check(
    "deploy script", "--settings-only sets parameters on what is deployed: no build, no upload, all other values kept"
)
def _settings_only():
    with checkout() as (copy, server):
        code, text, _ = copy.run("--settings-only", "--parameter", "ReadOnly=true")
        _see(code != 0 and "no stack" in text, text)
        copy.run("--parameter", "ReadOnly=false", "--parameter", "AgentFilter=")
        shutil.rmtree(copy.folder / "target")
        copy.install("aws")
        before = dict(_parameters(copy))
        code, text, calls = copy.run(
            "--settings-only", "--parameter", "ReadOnly=true", "--parameter", 'AgentFilter={"departmentName":["A=B"]}'
        )
        _see(code == 0, text)
        _see(_parameters(copy) == before | {"ReadOnly": "true", "AgentFilter": '{"departmentName":["A=B"]}'}, text)
        _see({call[0] for call in calls} == {"aws"} and _has(calls, "aws", "cloudformation", "wait"), str(calls))
        touched = [call for call in calls if {"deploy", "package", "s3api"} & set(call)]
        _see(not touched and not copy.state["secret"], f"more than settings was touched: {touched}")
        _see("Smoke test" in text and "time-off types are read" in text, text)


def _parameters(copy: Checkout) -> dict[str, str]:
    return {item["ParameterKey"]: item["ParameterValue"] for item in copy.state["stack"]["Parameters"]}


@check("deploy script", "--settings-only refuses what it cannot do, and says why CloudFormation refused")
def _settings_only_refuses():
    with checkout() as (copy, server):
        copy.run("--parameter", "ReadOnly=false")
        for wrong in (
            [],
            ["--parameter", "ReadOnly"],
            ["--parameter", "ReadOnly=true", "--put-secret"],
            ["--parameter", "ReadOnly=true", "--architecture", "arm64"],
            ["--parameter", "ReadOnly=true", "--code-only"],
        ):
            code, text, calls = copy.run("--settings-only", *wrong, stdin=json.dumps(SECRET))
            _see(code == 2 and not calls, f"{wrong}: {text}")
        code, text, calls = copy.run("--settings-only", "--parameter", "EmailField=homeEmail")
        _see(code != 0 and "no parameter EmailField" in text and "ReadOnly" in text, text)
        _see(not _has(calls, "aws", "cloudformation", "update-stack"), str(calls))
        copy.state["deploy_fails"] = True
        code, text, _ = copy.run("--settings-only", "--parameter", "ReadOnly=true")
        _see(code != 0 and "not now" in text and _parameters(copy)["ReadOnly"] == "false", text)


@check("deploy script", "what is stopped by ReservedConcurrency=0 is not called by the smoke test")
def _stopped():
    with checkout() as (copy, server):
        copy.run("--parameter", "ReservedConcurrency=")
        server.requests.clear()
        code, text, _ = copy.run("--settings-only", "--parameter", "ReservedConcurrency=0")
        _see(code == 0 and "every function is stopped" in text and not server.requests, text)
        code, text, _ = copy.run("--settings-only", "--parameter", "ReservedConcurrency=")
        _see(code == 0 and server.requests, text)


@check("deploy script", "--check-only changes nothing and tries the API out")
def _check_only():
    with checkout() as (copy, server):
        copy.run()
        copy.install("aws")
        server.requests.clear()
        before = json.dumps(copy.state)
        code, text, calls = copy.run("--check-only", "--probe-writes")
        _see(code == 0 and text.count("  ok ") == 10 and server.requests and "v1.2.2" in text, text)
        _see(not [call for call in calls if {"update-stack", "deploy", "package", "invoke"} & set(call)], str(calls))
        _see(json.dumps(copy.state) == before, "something was changed")


@check("deploy script", "a key or an address that the gateway refuses costs fewer calls than raise its alarm")
def _refused():
    alarm = model.variants()[0].resources["GatewayClientErrorsAlarm"]["Properties"]
    with checkout() as (copy, server):
        server.closed = True
        code, text, _ = copy.run("--probe-writes")
        _see(code != 0 and "AllowedCidrs" in text, text)
        _see(len(server.requests) < alarm["Threshold"], f"{len(server.requests)} calls were refused")
        _see(
            sum(key is not None for _, _, key, _ in server.requests) > 1,
            "a key that is not known yet is not waited for",
        )


@check("deploy script", "a deployment that answers starts the first refresh, and one without a secret does not")
def _refresh():
    with checkout() as (copy, server):
        server.configured = False
        code, text, calls = copy.run()
        _see(code == 0 and not copy.state.get("refreshes"), text)
        server.configured = True
        code, text, calls = copy.run("--secret-only", stdin=json.dumps(SECRET))
        (invoke,) = _has(calls, "aws", "lambda", "invoke")
        _see(code == 0 and "timeoff-bridge-get-agents" in invoke and "Event" in invoke, text)
        _see([event["source"] for event in copy.state["refreshes"]] == ["aws.events"], str(copy.state["refreshes"]))
        server.broken = {"/v1/timeoff-types"}
        copy.run()
        _see(len(copy.state["refreshes"]) == 1, "a stack that does not work was told to refresh")


@check("deploy script", "missing tools are named all at once, and nothing is done")
def _tools():
    with checkout() as (copy, server):
        copy.install()
        code, text, calls = copy.run()
        _see(code != 0 and all(word in text for word in ("aws, the AWS CLI", "cargo, the Rust toolchain")), text)
        copy.install("aws", "cargo", "zig", "git")
        copy.state["cargo_lambda"] = False
        code, text, calls = copy.run()
        _see(code != 0 and "pip install cargo-lambda" in text, text)
        _see(not _has(calls, "aws"), str(calls))


@check("deploy script", "missing region, credentials, zips and unknown parameters each get a sentence")
def _sentences():
    with checkout() as (copy, server):
        copy.state["region"] = ""
        _see("--region" in copy.run()[1], "no word about the region")
        copy.state |= {"region": REGION, "account": ""}
        _see("aws configure" in copy.run()[1], "no word about credentials")
        copy.state["account"] = "123456789012"
        _see("holds no zip" in copy.run("--no-build")[1], "no word about zips")
        code, text, calls = copy.run("--parameter", "Colour=red")
        _see(code == 2 and "EmailField" in text and not calls, text)
        for name in model.variants()[0].source["Parameters"]:
            _see(name in text, f"the script does not know the parameter {name}")


@check("deploy script", "--dry-run prints what it would change, and changes nothing")
def _dry_run():
    with checkout() as (copy, server):
        code, text, calls = copy.run("--dry-run", "--put-secret", stdin=json.dumps(SECRET))
        _see(code == 0 and "+ aws cloudformation deploy" in text and SECRET["apiKey"] not in text, text)
        reading = {"get-caller-identity", "get", "describe-stacks", "head-bucket", "get-account", "--version"}
        changing = [call for call in calls if call[0] not in ("zig", "git") and not reading & set(call)]
        _see(not changing and not (copy.folder / "target/lambda").exists(), str(changing))
        _see(copy.state["stack"] is None and copy.state["secret"] is None, "something was changed")


@check("deploy script", "a first creation that failed is cleared away; a running change is waited for by the person")
def _broken_stacks():
    with checkout() as (copy, server):
        copy.state["stack"] = {"StackStatus": "ROLLBACK_COMPLETE"}
        copy.state["resources"] = [
            {"LogicalResourceId": "Secret", "PhysicalResourceId": "secret-1"},
            {"LogicalResourceId": "Table", "PhysicalResourceId": "table-1", "ResourceStatus": "DELETE_SKIPPED"},
        ]
        code, text, calls = copy.run()
        _see(code == 0 and _has(calls, "aws", "cloudformation", "delete-stack"), text)
        _see("dynamodb delete-table --table-name table-1" in text, f"no word about the table that stays: {text}")
        _see(not _has(calls, "aws", "dynamodb"), "a table was touched")
        for status in ("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED"):
            copy.state["stack"] = {"StackStatus": status}
            code, text, calls = copy.run()
            _see(
                code != 0
                and not _has(calls, "cargo", "lambda", "build")
                and not _has(calls, "aws", "cloudformation", "delete-stack"),
                text,
            )
        copy.state |= {"stack": None, "deploy_fails": True}
        code, text, _ = copy.run()
        _see(code != 0 and "Apiv1Stage: the reason" in text, text)


@check("deploy script", "the smoke test fails on a broken answer, and only reminds of a secret that is not filled in")
def _smoke():
    with checkout() as (copy, server):
        server.broken = {"/v1/timeoff-types"}
        code, text, _ = copy.run()
        _see(code != 0 and "INTERNAL It broke." in text, text)
        server.broken, server.configured = set(), False
        code, text, _ = copy.run()
        _see(code == 0 and "--secret-only" in text, text)
        server.configured, copy.state["function_state"] = True, "Failed"
        code, text, _ = copy.run()
        _see(code != 0 and "FAIL insert-timeoff" in text, text)
        copy.state["function_state"] = "Active"
        server.requests.clear()
        code, text, _ = copy.run("--probe-writes")
        writes = [
            (verb, body) for verb, path, key, body in server.requests if key and path.endswith("timeoff-requests")
        ]
        _see(code == 0 and writes == [("POST", b"{}"), ("PUT", b"{}")], f"{writes}\n{text}")
        code, text, _ = copy.run("--no-smoke-test")
        _see(code == 0 and "Smoke test" not in text, text)


def _tool(name: str) -> str:
    return str(pathlib.Path(sys.executable).parent / name)


def _real_tools(url: str) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "administrator",
        "AWS_SECRET_ACCESS_KEY": "administrator",
        "AWS_DEFAULT_REGION": REGION,
    }


@check("deploy script", "the real AWS CLI packages the template: zips and openapi.yaml are uploaded and referred to")
def _package():
    with tempfile.TemporaryDirectory() as name, moto_server() as url:
        folder = pathlib.Path(name)
        shutil.copytree(AWS_DIR, folder / "infra/aws", ignore=shutil.ignore_patterns("checks", "__pycache__"))
        for function in FUNCTIONS.values():
            path = folder / "target/lambda" / function / "bootstrap.zip"
            path.parent.mkdir(parents=True)
            shutil.copy(_empty_zip(folder), path)
        item = model.variants()[0]
        stack = Deployer(item.expanded, item.parameters, url)
        s3 = stack.client("s3")
        s3.create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": REGION})
        command = [
            _tool("aws"),
            "cloudformation",
            "package",
            "--template-file",
            folder / "infra/aws/template.yaml",
            "--s3-bucket",
            "artifacts",
            "--s3-prefix",
            "p",
            "--output-template-file",
            folder / "out.yaml",
        ]
        done = subprocess.run(command, env=_real_tools(url), capture_output=True, text=True, check=False)
        _see(done.returncode == 0, done.stdout + done.stderr)
        text = (folder / "out.yaml").read_text()
        _see(text.count("CodeUri: s3://artifacts/p/") == 5, text[:2000])
        location = re.search(r"Location: s3://artifacts/(\S+)", text)
        _see(location, "openapi.yaml is not referred to by its place in S3")
        uploaded = s3.get_object(Bucket="artifacts", Key=location[1])["Body"].read()
        _see(uploaded == (AWS_DIR / "openapi.yaml").read_bytes(), "another openapi.yaml was uploaded")


def _empty_zip(folder: pathlib.Path) -> pathlib.Path:
    import zipfile

    path = folder / "bootstrap.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("bootstrap", "")
    return path


@check("deploy script", "the real AWS CLI takes the secret from standard input")
def _put_secret():
    with moto_server() as url:
        item = model.variants()[0]
        stack = Deployer(item.expanded, item.parameters, url)
        client = stack.client("secretsmanager")
        arn = client.create_secret(Name="s", SecretString="placeholder")["ARN"]
        command = [
            _tool("aws"),
            "secretsmanager",
            "put-secret-value",
            "--secret-id",
            arn,
            "--secret-string",
            "file:///dev/stdin",
            "--output",
            "text",
            "--query",
            "Name",
        ]
        done = subprocess.run(
            command, env=_real_tools(url), input=json.dumps(SECRET), capture_output=True, text=True, check=False
        )
        _see(done.returncode == 0, done.stderr)
        _see(json.loads(client.get_secret_value(SecretId=arn)["SecretString"]) == SECRET, "another secret arrived")


class _Lambda(http.server.BaseHTTPRequestHandler):
    """Writes down an invocation and accepts it, as Lambda does with an event."""

    def do_POST(self):  # noqa: N802, the name that http.server asks for
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.requests.append((self.path, self.headers.get("x-amz-invocation-type"), body))
        self.send_response(202)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        """Keeps the checks' output readable."""


@check("deploy script", "the real AWS CLI takes the refresh's event from standard input, and the functions know it")
def _invoke():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Lambda)
    server.requests = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with checkout() as (copy, _):
            copy.run("--put-secret", stdin=json.dumps(SECRET))
            (event,) = copy.state["refreshes"]
            _, _, calls = copy.run()
            (command,) = _has(calls, "aws", "lambda", "invoke")
        done = subprocess.run(
            [_tool("aws"), *command[1:]], env=_real_tools(f"http://127.0.0.1:{server.server_port}"),
            input=json.dumps(event), capture_output=True, text=True, check=False,
        )  # fmt: skip
        _see(done.returncode == 0, done.stderr)
        expected = ("/2015-03-31/functions/timeoff-bridge-get-agents/invocations", "Event", event)
        ((path, kind, body),) = server.requests
        _see((path, kind, json.loads(body)) == expected, str(server.requests))
    finally:
        server.shutdown()
        server.server_close()
    same = {key: SCHEDULED_EVENT[key] for key in ("source", "detail-type")}
    _see({key: event[key] for key in same} == same, f"{event} is not what the schedule sends")


@check("deploy script", "the real AWS CLI understands the command of --settings-only")
def _update_stack():
    with moto_server() as url, checkout() as (copy, _):
        copy.run("--parameter", "AgentFilter=")
        arguments = ["--parameter", "ReservedConcurrency=", "--parameter", 'AgentFilter={"departmentName":["A, B"]}']
        copy.state["stack"]["Parameters"].append({"ParameterKey": "ReservedConcurrency", "ParameterValue": "0"})
        _, text, calls = copy.run("--settings-only", *arguments)
        (command,) = _has(calls, "aws", "cloudformation", "update-stack")
        parameters = {name: {"Type": "String"} for name in _parameters(copy)}
        template = {"Parameters": parameters, "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
        create = [
            _tool("aws"), "cloudformation", "create-stack", "--stack-name", "timeoff-bridge", "--template-body",
            json.dumps(template), "--parameters",
            json.dumps([{"ParameterKey": name, "ParameterValue": "before"} for name in parameters]),
        ]  # fmt: skip
        for run in (create, [_tool("aws"), *command[1:]]):
            done = subprocess.run(run, env=_real_tools(url), capture_output=True, text=True, check=False)
            _see(done.returncode == 0, done.stderr)
        describe = [_tool("aws"), "cloudformation", "describe-stacks", "--stack-name", "timeoff-bridge"]
        done = subprocess.run(describe, env=_real_tools(url), capture_output=True, text=True, check=True)
        found = {
            item["ParameterKey"]: item["ParameterValue"] for item in json.loads(done.stdout)["Stacks"][0]["Parameters"]
        }
        expected = {name: "before" for name in parameters} | {
            "ReservedConcurrency": "",
            "AgentFilter": '{"departmentName":["A, B"]}',
        }
        _see(found == expected, f"{found}, expected {expected}")


@check("deploy script", "the real cargo-lambda pushes code and leaves everything else of a function as it was")
def _push():
    with tempfile.TemporaryDirectory() as name, moto_server() as url:
        item = next(found for found in model.variants() if found.variant == "defaults")
        stack = Deployer(item.expanded, item.parameters, url)
        stack.deploy()
        client, function = stack.client("lambda"), "timeoff-bridge-get-agents"
        before = client.get_function_configuration(FunctionName=function)
        binary = pathlib.Path(name) / "get-agents/bootstrap"
        binary.parent.mkdir()
        # cargo-lambda reads the architecture from the program's header: any x86-64 program will do, so a minimal header.
        header = (
            b"\x7fELF\x02\x01\x01"
            + bytes(9)
            + (2).to_bytes(2, "little")
            + (62).to_bytes(2, "little")
            + (1).to_bytes(4, "little")
            + bytes(40)
        )
        binary.write_bytes(header)
        command = [
            _tool("cargo-lambda"),
            "lambda",
            "deploy",
            "--merge-env",
            "--binary-name",
            "get-agents",
            "--lambda-dir",
            name,
            "--region",
            REGION,
            "--endpoint-url",
            url,
            function,
        ]
        done = subprocess.run(command, env=_real_tools(url), cwd=ROOT, capture_output=True, text=True, check=False)
        _see(done.returncode == 0, done.stdout + done.stderr)
        after = client.get_function_configuration(FunctionName=function)
        changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} - {
            "ResponseMetadata",
            "LastModified",
            "RevisionId",
        }
        _see(changed == {"CodeSha256", "CodeSize"}, f"changed: {changed}")
