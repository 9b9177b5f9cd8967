"""Tries every URL of a deployed stack. Nothing is written to BambooHR."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field

from deployment import Stop
from deployment.stack import ROUTES, Stack

Answer = tuple[int, dict]
Good = Callable[[int, dict], bool]


def smoke_test(stack: Stack, new_secret: bool = False, probe_writes: bool = False) -> bool:
    """Whether everything answers; False when the secret is not filled in or nothing was tried."""
    print("\nSmoke test:")
    if stack.parameters().get("ReservedConcurrency") == "0":
        print("  left out: ReservedConcurrency is 0, so every function is stopped")
        return False
    outputs = stack.outputs()
    apigateway = stack.client("apigateway")
    key = apigateway.get_api_key(apiKey=outputs["ApiKeyId"], includeValue=True)["value"]
    test = SmokeTest(outputs, key, new_secret)
    test.run(probe_writes)
    if test.shut_out:
        print("  The gateway refuses the key or this address; the rest was left out.")
        print("  AllowedCidrs may leave you out.")
    for name in () if probe_writes else ("insert-timeoff", "update-timeoff"):
        function = f"{stack.name}-{name}"
        state = stack.client("lambda").get_function_configuration(FunctionName=function)
        ready = (state.get("State"), state.get("LastUpdateStatus")) == ("Active", "Successful")
        print(f"  {'ok  ' if ready else 'FAIL'} {name} is ready to run")
        test.failed += not ready
    if test.failed:
        raise Stop(f"{test.failed} of the calls failed. infra/aws/RUNBOOK.md says where to look.")
    if test.unset_secret:
        print("\nThe BambooHR secret is not filled in yet. Put it: infra/aws/deploy secret")
    return not test.unset_secret


def call(verb: str, url: str, key: str | None = None) -> Answer:
    """Calls the API and returns the HTTP status and the JSON body, whatever the status is."""
    headers = {"content-type": "application/json"} | ({"x-api-key": key} if key else {})
    body = None if verb == "GET" else b"{}"
    request = urllib.request.Request(url, method=verb, headers=headers, data=body)
    try:
        with urllib.request.urlopen(request, timeout=40) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    except OSError as error:
        return 0, {"errorMsg": str(error)}
    try:
        return status, json.loads(text)
    except ValueError:
        return status, {"errorMsg": "the answer is no JSON"}


def _keyless(status: int, body: dict) -> bool:
    return status == 403 and body.get("errorCode") == "GATEWAY"


def _complete(status: int, body: dict) -> bool:
    return status == 200 and body.get("status") == "Complete"


def _refused(status: int, body: dict) -> bool:
    return status == 200 and body.get("errorCode") in ("INVALID_INPUT", "READ_ONLY")


@dataclass
class SmokeTest:
    """The calls and what came of them."""

    outputs: dict[str, str]
    key: str
    new_secret: bool
    failed: int = 0
    unset_secret: bool = False
    shut_out: bool = False
    # A new key or stage takes some seconds to be known. Few calls, far apart: ten refused ones
    # raise an alarm.
    patience: float = field(
        default_factory=lambda: float(os.environ.get("SMOKE_TEST_PATIENCE_SECONDS", "60"))
    )

    def run(self, probe_writes: bool) -> None:
        """All calls, in an order that needs no earlier one to have succeeded."""
        for output, verb, _workflow in ROUTES:
            url = self.outputs[output]
            self.expect(f"{verb} {url} without a key is refused", _keyless, verb, url, None)
        types, agents, balances, insert, update = (self.outputs[name] for name in _TRIED)
        self.expect("time-off types are read from BambooHR", _complete, "GET", types, self.key)
        unknown = agents + "?email=nobody%40example.com"
        self.expect("an unknown agent is looked up", _complete, "GET", unknown, self.key)
        self.expect("a question for no balance is refused", _refused, "POST", balances, self.key)
        if probe_writes:
            self.expect("an empty insert is refused", _refused, "POST", insert, self.key)
            self.expect("an empty update is refused", _refused, "PUT", update, self.key)

    def expect(self, what: str, good: Good, verb: str, url: str, key: str | None) -> None:
        """Calls until the answer is good or final; calls nothing once the key was refused."""
        if self.shut_out:
            return
        for share in (1 / 12, 1 / 4, 2 / 3, None):
            status, body = call(verb, url, key)
            if good(status, body):
                print(f"  ok   {what}")
                return
            unset = status == 200 and body.get("errorCode") == "CONFIGURATION"
            # A function's answer is final, unless it was given before the new secret was known.
            if share is None or (status == 200 and not (unset and self.new_secret)):
                break
            time.sleep(self.patience * share)
        if unset and not self.new_secret:
            self.unset_secret = True
            print(f"  wait {what}: {body.get('errorMsg')}")
            return
        self.failed += 1
        self.shut_out = status == 403
        reason = " ".join(str(body.get(name, "")) for name in ("errorCode", "errorMsg"))
        print(f"  FAIL {what}: HTTP {status} {reason} ({body.get('correlationId')})")


_TRIED = ("TimeoffTypesUrl", "AgentsUrl", "BalancesUrl", "InsertTimeoffUrl", "UpdateTimeoffUrl")
