"""A pretended AWS account for the deployment: moto, a stand-in for SAM, and the deployed API."""

import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError
from werkzeug import Request, Response

from checks.servers import administrator, environment, moto_server, serving
from checks.template import AWS_DIR, FUNCTIONS, sources
from deployment import sam
from deployment.cli import run

SECRET = {"companyDomain": "acme", "apiKey": "key-of-the-pretended-company"}
TOOLS = ("sam", "cargo", "cargo-lambda", "zig", "git")


def program(architecture: str = "x86_64") -> bytes:
    """The least that is a program: the header that names its processor."""
    machine = sam.MACHINES[architecture].to_bytes(2, "little")
    return b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00" + machine + b"\x01" + bytes(43)


class Gateway:
    """Answers as the deployed API would, and as Lambda does when the deployment asks for it."""

    url: str

    def __init__(self) -> None:
        self.key = ""
        self.auth_mode, self.oauth_client, self.token = "ApiKey", ("", ""), "a-token"
        self.configured, self.closed, self.state = True, False, "Active"
        self.broken: set[str] = set()
        # Verb, path, key, token, body.
        self.requests: list[tuple[str, str, str | None, str | None, bytes]] = []
        self.refreshes: list[tuple[str, str | None, dict]] = []

    @Request.application
    def api(self, request: Request) -> Response:
        """Answers what was called, by its path."""
        places = {"/functions/": self._lambda, "/oauth2/token": self._token}
        place = next((place for part, place in places.items() if part in request.path), self._api)
        status, answer = place(request)
        return Response(json.dumps(answer), status)

    def _api(self, request: Request) -> tuple[int, dict]:
        """What the API answers; whether the token fits is judged before the key is."""
        key, token = request.headers.get("x-api-key"), request.headers.get("authorization")
        self.requests.append((request.method, request.path, key, token, request.get_data()))
        if self.auth_mode == "ApiKeyAndOAuth" and token != f"Bearer {self.token}":
            return 401, {"status": "Error", "errorCode": "GATEWAY"}
        if key != self.key or self.closed:
            return 403, {"status": "Error", "errorCode": "GATEWAY"}
        if not self.configured:
            return 200, {"status": "Error", "errorCode": "CONFIGURATION"}
        if request.path in self.broken:
            return 200, {"status": "Error", "errorCode": "INTERNAL", "errorMsg": "It broke."}
        if request.method != "GET":
            return 200, {"status": "Error", "errorCode": "INVALID_INPUT"}
        return 200, {"status": "Complete", "errorCode": ""}

    def _token(self, request: Request) -> tuple[int, dict]:
        """What Cognito answers to a client."""
        if request.content_type != "application/x-www-form-urlencoded":
            return 405, {}
        given = request.authorization
        client = (given.username, given.password) if given and given.type == "basic" else None
        if client != self.oauth_client or self.auth_mode == "ApiKey":
            return 400, {"error": "invalid_client"}
        return 200, {"access_token": self.token, "expires_in": 86400, "token_type": "Bearer"}

    def _lambda(self, request: Request) -> tuple[int, dict]:
        if request.method == "GET":
            return 200, {"State": self.state, "LastUpdateStatus": "Successful"}
        kind = request.headers.get("x-amz-invocation-type")
        self.refreshes.append((request.path, kind, json.loads(request.get_data())))
        return 202, {}


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
        own = {
            "PATH": str(folder / "bin"),
            "HOME": str(folder),
            "AWS_ENDPOINT_URL_LAMBDA": gateway.url,
            "SMOKE_TEST_PATIENCE_SECONDS": "0",
        }
        for name, value in (environment(url) | own).items():
            patch.setenv(name, value)
        patch.setattr(sam, "AWS_DIR", folder)
        patch.setattr(sam, "BUILT", folder / ".aws-sam/build")
        patch.setattr(sam, "_sam", self._sam)
        self.install(*TOOLS)

    def client(self, service: str) -> Any:
        """A client of moto."""
        return administrator(service, self.url)

    def install(self, *tools: str) -> None:
        """Puts exactly these tools on the PATH."""
        bin_folder = self.folder / "bin"
        bin_folder.mkdir(exist_ok=True)
        for tool in TOOLS:
            (bin_folder / tool).unlink(missing_ok=True)
        for tool in tools:
            (bin_folder / tool).write_text("#!/bin/sh\necho v1.2.3-4-gabcdef0\n")
            (bin_folder / tool).chmod(0o755)

    def run(self, *arguments: str, stdin: str = "", code: int = 0) -> CompletedProcess[str]:
        """Runs the deployment as a person runs it who sends `stdin`; fails at another exit code."""
        self.sam_calls.clear()
        self.gateway.requests.clear()
        self.patch.setattr("sys.stdin", io.StringIO(stdin))
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            ended = run(arguments)
        done = CompletedProcess(arguments, ended, out.getvalue(), err.getvalue())
        assert ended == code, done
        return done

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
        api = f"{self.gateway.url}/v1"
        outputs = {
            "AgentsUrl": f"{api}/agents",
            "TimeoffTypesUrl": f"{api}/timeoff-types",
            "BalancesUrl": f"{api}/balances",
            "InsertTimeoffUrl": f"{api}/timeoff-requests",
            "UpdateTimeoffUrl": f"{api}/timeoff-requests",
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
    with moto_server() as url, serving(gateway.api) as gateway.url:
        yield Account(url, gateway, folder, patch)
