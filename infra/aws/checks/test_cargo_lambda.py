"""cargo-lambda on a developer's machine: `watch` and `invoke`, a real binary, the local stack."""

import contextlib
import json
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from checks.answers import validate_answer
from checks.roles import BINARIES, local_stack, require_binaries
from checks.rules.api import ROUTES
from checks.runtime_api import http_event
from checks.template import FUNCTIONS, ROOT, openapi

TOOL = Path(sys.executable).parent / "cargo-lambda"
NAME = "get-timeoff-types"
SERVICES = {
    "BambooHR": "BAMBOOHR_BASE_URL",
    "DynamoDB": "AWS_ENDPOINT_URL_DYNAMODB",
    "Secrets Manager": "AWS_ENDPOINT_URL_SECRETS_MANAGER",
}


def test_routes_are_those_of_the_api() -> None:
    """A route of the root Cargo.toml without a method serves all of them, as POST /balances."""
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text())
    router = manifest["workspace"]["metadata"]["lambda"]["watch"]["router"]
    found = {
        (path.removeprefix("/v1"), item if isinstance(item, str) else item["function"])
        for path, target in router.items()
        for item in (target if isinstance(target, list) else [target])
    }
    assert found == {(path, FUNCTIONS[function]) for (path, _), function in ROUTES.items()}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextlib.contextmanager
def _process(command: list, environment: dict[str, str] | None = None) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, stdout=quiet, stderr=quiet, env=environment, cwd=ROOT
    ) as process:
        try:
            yield
        finally:
            process.terminate()


def _settings(port: int) -> dict[str, str]:
    """infra/local/lambda.env, and what Lambda itself would set."""
    lines = (ROOT / "infra/local/lambda.env").read_text().splitlines()
    settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return settings | {
        "AWS_LAMBDA_RUNTIME_API": f"http://127.0.0.1:{port}/.rt/{NAME}",
        "AWS_LAMBDA_FUNCTION_NAME": NAME,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
    }


def test_watch_and_invoke_get_answers(tmp_path: Path) -> None:
    """From a real binary, on the settings of infra/local/lambda.env."""
    require_binaries()
    port = _free_port()
    address = ["--invoke-address", "127.0.0.1", "--invoke-port", str(port)]
    event = tmp_path / "event.json"
    event.write_text(json.dumps(http_event("GET", "/timeoff-types")))
    invoke = [TOOL, "lambda", "invoke", *address, NAME, "--data-file", event]
    with (
        local_stack(SERVICES) as urls,
        _process([TOOL, "lambda", "watch", "--only-lambda-apis", *address]),
    ):
        _wait_until_listening(port)
        with _process([BINARIES / NAME], _settings(port) | urls):
            url = f"http://127.0.0.1:{port}/v1/timeoff-types"
            with urllib.request.urlopen(url, timeout=15) as response:
                watched = json.loads(response.read())
            done = subprocess.run(invoke, capture_output=True, text=True, cwd=ROOT)
            assert done.returncode == 0, done.stderr
            invoked = json.loads(json.loads(done.stdout)["body"])
    for answer in (watched, invoked):
        assert answer["status"] == "Complete", answer
        validate_answer(openapi(), "GET", "/timeoff-types", 200, answer)


def _wait_until_listening(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("cargo-lambda did not start")
