"""cargo-lambda on a developer's machine: its stand-in for Lambda, a real binary, and the local stack behind them."""

import contextlib
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request

from . import roles
from .contract import validate_answer
from .rules import ROUTES
from .runner import check
from .runtime_api import http_event
from .template import FUNCTIONS, ROOT, openapi

TOOL = pathlib.Path(sys.executable).parent / "cargo-lambda"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def _process(command, **options):
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, text=True, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=10)


def _local_environment(lines) -> dict[str, str]:
    """infra/local/lambda.env, with the ports that this local stack has chosen."""
    entries = (ROOT / "infra/local/lambda.env").read_text().splitlines()
    settings = dict(line.split("=", 1) for line in entries if line and not line.startswith("#"))
    names = {
        "BambooHR": "BAMBOOHR_BASE_URL",
        "DynamoDB": "AWS_ENDPOINT_URL_DYNAMODB",
        "Secrets Manager": "AWS_ENDPOINT_URL_SECRETS_MANAGER",
    }
    found = set()
    for line in lines:
        match = re.match(r"(BambooHR|DynamoDB|Secrets Manager)\s+(http://\S+)", line)
        if match:
            settings[names[match[1]]] = match[2]
            found.add(match[1])
        if found == names.keys():
            return settings
    raise AssertionError("the local stack did not say where its parts are")


@check("cargo-lambda", "the routes of `cargo lambda watch` are those of openapi.yaml")
def _routes():
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text())
    router = manifest["workspace"]["metadata"]["lambda"]["watch"]["router"]
    found = set()
    for path, target in router.items():
        for item in target if isinstance(target, list) else [{"method": "GET", "function": target}]:
            found.add((path.removeprefix("/v1"), item["method"].lower(), item["function"]))
    # A route without a method serves all of them, POST /balances among them.
    anything = {(path, function) for path, method, function in found}
    expected = {(path, FUNCTIONS[function]) for (path, _), function in ROUTES.items()}
    assert anything == expected, f"{sorted(anything ^ expected)}"


@check("cargo-lambda", "`watch` and `invoke` get answers from a real binary on the settings of infra/local/lambda.env")
def _answers():
    roles.require_binaries()
    ports = [
        item for port in ("gateway", "simulator", "dynamodb", "secrets-manager") for item in (f"--{port}-port", "0")
    ]
    port, name = _free_port(), "get-timeoff-types"
    watch = [TOOL, "lambda", "watch", "--only-lambda-apis", "--invoke-address", "127.0.0.1", "--invoke-port", str(port)]
    with (
        _process([roles.SIMULATOR, *ports], stdout=subprocess.PIPE) as stack,
        _process(watch, cwd=ROOT, stdout=subprocess.DEVNULL),
        tempfile.NamedTemporaryFile("w", suffix=".json") as event,
    ):
        settings = {**_local_environment(stack.stdout), "AWS_LAMBDA_RUNTIME_API": f"http://127.0.0.1:{port}/.rt/{name}"}
        settings |= {"AWS_LAMBDA_FUNCTION_NAME": name, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256"}
        settings |= {"AWS_LAMBDA_FUNCTION_VERSION": "1"}
        _wait_until_listening(port)
        with _process([roles.BINARIES / name], env=settings, stdout=subprocess.DEVNULL):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/timeoff-types", timeout=15) as response:
                    watched = json.loads(response.read())
            except urllib.error.HTTPError as error:
                raise AssertionError(f"watch answered HTTP {error.code}: {error.read()[:200]!r}") from None
            except TimeoutError:
                raise AssertionError("watch did not answer") from None
            event.write(json.dumps(http_event("GET", "/timeoff-types")))
            event.flush()
            command = [TOOL, "lambda", "invoke", "--invoke-address", "127.0.0.1", "--invoke-port", str(port), name]
            done = subprocess.run(
                [*command, "--data-file", event.name], capture_output=True, text=True, check=False, cwd=ROOT
            )
            assert done.returncode == 0, done.stderr
            invoked = json.loads(json.loads(done.stdout)["body"])
    for answer in (watched, invoked):
        assert answer["status"] == "Complete", answer
        validate_answer(openapi(), "GET", "/timeoff-types", 200, answer)


def _wait_until_listening(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("cargo-lambda did not start")
