"""A pretended AWS account for the deployment: moto, a stand-in for SAM, and the deployed API."""

import base64
import contextlib
import http.server
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError

from checks.aws_server import moto_server
from checks.template import AWS_DIR, FUNCTIONS, REGION, sources
from deployment import sam
from deployment.cli import run

SECRET = {"companyDomain": "acme", "apiKey": "key-of-the-pretended-company"}
TOOLS = ("sam", "cargo", "cargo-lambda", "zig", "git")


def program(architecture: str = "x86_64") -> bytes:
    """The least that is a program: the header that names its processor."""
    machine = sam.MACHINES[architecture].to_bytes(2, "little")
    return b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00" + machine + b"\x01" + bytes(43)


class Gateway(http.server.ThreadingHTTPServer):
    """Answers as the deployed API would, and as Lambda does when the deployment asks for it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.key = ""
        self.auth_mode, self.oauth_client, self.token = "ApiKey", ("", ""), "a-token"
        self.configured, self.closed, self.state = True, False, "Active"
        self.broken: set[str] = set()
        # Verb, path, key, token, body.
        self.requests: list[tuple[str, str, str | None, str | None, bytes]] = []
        self.refreshes: list[tuple[str, str | None, dict]] = []

    def answer(self, verb: str, path: str, key: str | None, token: str | None) -> tuple[int, dict]:
        """What the API answers; whether the token fits is judged before the key is."""
        if self.auth_mode == "ApiKeyAndOAuth" and token != f"Bearer {self.token}":
            return 401, {"status": "Error", "errorCode": "GATEWAY"}
        if key != self.key or self.closed:
            return 403, {"status": "Error", "errorCode": "GATEWAY"}
        if not self.configured:
            return 200, {"status": "Error", "errorCode": "CONFIGURATION"}
        if path in self.broken:
            return 200, {"status": "Error", "errorCode": "INTERNAL", "errorMsg": "It broke."}
        if verb != "GET":
            return 200, {"status": "Error", "errorCode": "INVALID_INPUT"}
        return 200, {"status": "Complete", "errorCode": ""}

    def give_token(self, authorization: str | None, form: str | None) -> tuple[int, dict]:
        """What Cognito answers to a client."""
        basic = base64.b64encode(":".join(self.oauth_client).encode()).decode()
        if form != "application/x-www-form-urlencoded":
            return 405, {}
        if authorization != f"Basic {basic}" or self.auth_mode == "ApiKey":
            return 400, {"error": "invalid_client"}
        return 200, {"access_token": self.token, "expires_in": 86400, "token_type": "Bearer"}


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Gateway

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        places = {"/functions/": self._lambda, "/oauth2/token": self._token}
        place = next((place for part, place in places.items() if part in self.path), self._api)
        status, answer = place(body)
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = _any  # noqa: N815, as http.server asks

    def _api(self, body: bytes) -> tuple[int, dict]:
        key, token = self.headers.get("x-api-key"), self.headers.get("authorization")
        self.server.requests.append((self.command, self.path, key, token, body))
        return self.server.answer(self.command, self.path, key, token)

    def _token(self, _body: bytes) -> tuple[int, dict]:
        return self.server.give_token(
            self.headers.get("authorization"), self.headers.get("content-type")
        )

    def _lambda(self, body: bytes) -> tuple[int, dict]:
        if self.command == "GET":
            return 200, {"State": self.server.state, "LastUpdateStatus": "Successful"}
        kind = self.headers.get("x-amz-invocation-type")
        self.server.refreshes.append((self.path, kind, json.loads(body)))
        return 202, {}

    def log_message(self, *_arguments: object) -> None:
        """Keeps the checks' output readable."""


class Account:
    """What a test steers and looks at."""

    def __init__(self, url: str, gateway: Gateway, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.url, self.gateway, self.folder, self.patch = url, gateway, folder, patch
        self.sam_calls: list[tuple[str, ...]] = []
        self.deployed: list[dict[str, str]] = []
        self.builds_for: str | None = None
        self.cloudformation = self.client("cloudformation")
        self.secret = self.client("secretsmanager").create_secret(Name="s", SecretString="none")
        key = self.client("apigateway").create_api_key(name="key", enabled=True)
        self.key, gateway.key = key, key["value"]
        cognito = self.client("cognito-idp")
        self.pool = cognito.create_user_pool(PoolName="pool")["UserPool"]["Id"]
        self.oauth_client = cognito.create_user_pool_client(
            UserPoolId=self.pool, ClientName="client", GenerateSecret=True
        )["UserPoolClient"]
        gateway.oauth_client = self.oauth_client["ClientId"], self.oauth_client["ClientSecret"]
        (folder / "template.yaml").write_text((AWS_DIR / "template.yaml").read_text())
        for name, value in {
            "PATH": str(folder / "bin"),
            "HOME": str(folder),
            "AWS_ENDPOINT_URL": url,
            "AWS_ENDPOINT_URL_LAMBDA": gateway.url,
            "AWS_ACCESS_KEY_ID": "administrator",
            "AWS_SECRET_ACCESS_KEY": "administrator",
            "AWS_DEFAULT_REGION": REGION,
            "SMOKE_TEST_PATIENCE_SECONDS": "0",
        }.items():
            patch.setenv(name, value)
        patch.setattr(sam, "AWS_DIR", folder)
        patch.setattr(sam, "BUILT", folder / ".aws-sam/build")
        patch.setattr(sam, "_sam", self._sam)
        self.install(*TOOLS)

    def client(self, service: str) -> Any:
        """A client of moto."""
        keys = {"aws_access_key_id": "administrator", "aws_secret_access_key": "administrator"}
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, **keys)

    def install(self, *tools: str) -> None:
        """Puts exactly these tools on the PATH."""
        bin_folder = self.folder / "bin"
        bin_folder.mkdir(exist_ok=True)
        for tool in TOOLS:
            (bin_folder / tool).unlink(missing_ok=True)
        for tool in tools:
            (bin_folder / tool).write_text("#!/bin/sh\necho v1.2.3-4-gabcdef0\n")
            (bin_folder / tool).chmod(0o755)

    def run(self, *arguments: str, stdin: str = "") -> int:
        """Runs the deployment as a person runs it who sends `stdin`."""
        self.sam_calls.clear()
        self.gateway.requests.clear()
        self.patch.setattr("sys.stdin", io.StringIO(stdin))
        return run(arguments)

    def parameters(self) -> dict[str, str]:
        """The parameters of the deployed stack."""
        (stack,) = self.cloudformation.describe_stacks(StackName="timeoff-bridge")["Stacks"]
        return {item["ParameterKey"]: item["ParameterValue"] for item in stack["Parameters"]}

    def secret_value(self) -> str:
        """What the secret holds."""
        arn = self.secret["ARN"]
        return self.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]

    def _sam(self, *arguments: str) -> None:
        self.sam_calls.append(arguments)
        if arguments[0] == "build":
            architecture = self.builds_for or arguments[-1].removeprefix("Architecture=")
            for name in FUNCTIONS:
                (sam.BUILT / name).mkdir(parents=True, exist_ok=True)
                (sam.BUILT / name / "bootstrap").write_bytes(program(architecture))
        else:
            file = arguments[arguments.index("--parameter-overrides") + 1]
            self._deploy(yaml.safe_load(Path(file.removeprefix("file://")).read_text()))

    def _deploy(self, given: dict[str, str]) -> None:
        self.deployed.append(given)
        defined = sources()["template.yaml"]["Parameters"]
        outputs = {
            name: f"{self.gateway.url}/v1/{path}"
            for name, path in {
                "AgentsUrl": "agents",
                "TimeoffTypesUrl": "timeoff-types",
                "BalancesUrl": "balances",
                "InsertTimeoffUrl": "timeoff-requests",
                "UpdateTimeoffUrl": "timeoff-requests",
            }.items()
        } | {
            "ApiKeyId": self.key["id"],
            "SecretArn": self.secret["ARN"],
            "DashboardUrl": "https://dashboard",
            "AlarmTopicArn": "arn:topic",
            "Version": given["Version"],
        }
        self.gateway.auth_mode = given.get("AuthMode", "ApiKey")
        if self.gateway.auth_mode != "ApiKey":
            outputs |= {
                "OAuthTokenUrl": f"{self.gateway.url}/oauth2/token",
                "OAuthClientId": self.oauth_client["ClientId"],
                "OAuthUserPoolId": self.pool,
            }
        template = {
            "Parameters": {name: {"Type": "String"} for name in defined},
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {name: {"Value": value} for name, value in outputs.items()},
        }
        is_new = len(self.deployed) == 1
        # moto keeps the previous value only of what was given once.
        kept = {name: str(item["Default"]) for name, item in defined.items()}
        values = kept | ({} if is_new else self.parameters()) | given
        change = self.cloudformation.create_stack if is_new else self.cloudformation.update_stack
        try:
            change(
                StackName="timeoff-bridge",
                TemplateBody=json.dumps(template),
                Parameters=[
                    {"ParameterKey": name, "ParameterValue": value}
                    for name, value in values.items()
                ],
            )
        except ClientError as error:
            if "No updates" not in str(error):
                raise


@contextlib.contextmanager
def pretended_account(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Account]:
    """An account in which nothing is deployed yet."""
    gateway = Gateway()
    threading.Thread(target=gateway.serve_forever, daemon=True).start()
    try:
        with moto_server() as url:
            yield Account(url, gateway, folder, patch)
    finally:
        gateway.shutdown()
        gateway.server_close()
