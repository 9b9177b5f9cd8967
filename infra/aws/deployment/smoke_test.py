"""Tries every URL of a deployed stack. Nothing is written to BambooHR."""

import base64
import json
import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

from deployment import Stop
from deployment.stack import ROUTES, Stack

Answer = tuple[int, dict]
# A good answer: its HTTP status, a field of it, and what that may hold.
Good = tuple[int, str, tuple[str, ...]]

KEYLESS: Good = (403, "errorCode", ("GATEWAY",))
TOKENLESS: Good = (401, "errorCode", ("GATEWAY",))
GIVEN: Good = (200, "token_type", ("Bearer",))
COMPLETE: Good = (200, "status", ("Complete",))
REFUSED: Good = (200, "errorCode", ("INVALID_INPUT", "READ_ONLY"))


def smoke_test(stack: Stack, new_secret: bool = False, probe_writes: bool = False) -> bool:
    """Whether everything answers; False when the secret is not filled in or nothing was tried."""
    print("\nSmoke test:")
    parameters, outputs = stack.parameters(), stack.outputs()
    if parameters.get("ReservedConcurrency") == "0":
        print("  left out: ReservedConcurrency is 0, so every function is stopped")
        return False
    apigateway = stack.client("apigateway")
    key = apigateway.get_api_key(apiKey=outputs["ApiKeyId"], includeValue=True)["value"]
    needs_token = parameters.get("AuthMode") == "ApiKeyAndOAuth"
    test = SmokeTest(outputs, {"x-api-key": key}, needs_token, new_secret)
    if "OAuthTokenUrl" in outputs:
        test.get_token(*stack.oauth_client())
    test.run(probe_writes)
    if test.shut_out:
        print("  The gateway refuses the key, the token or this address; the rest was left out.")
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


def call(verb: str, url: str, headers: dict[str, str], body: bytes | None = None) -> Answer:
    """Calls the API and returns the HTTP status and the JSON body, whatever the status is."""
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


JSON = {"content-type": "application/json"}


@dataclass
class SmokeTest:
    """The calls and what came of them."""

    outputs: dict[str, str]
    # What every call needs.
    credential: dict[str, str]
    needs_token: bool
    new_secret: bool
    failed: int = 0
    unset_secret: bool = False
    shut_out: bool = False
    # A new key, stage or domain takes some seconds to be known. Few calls, far apart: ten refused
    # ones raise an alarm.
    patience: float = field(
        default_factory=lambda: float(os.environ.get("SMOKE_TEST_PATIENCE_SECONDS", "60"))
    )

    def get_token(self, client: str, secret: str) -> None:
        """Gets a token as Genesys does; every call has it, whether it is asked for or not."""
        basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
        form = "application/x-www-form-urlencoded"
        headers = {"authorization": f"Basic {basic}", "content-type": form}
        body, url = b"grant_type=client_credentials", self.outputs["OAuthTokenUrl"]
        answer = self.expect("a token is given", GIVEN, "POST", url, headers, body)
        if answer:
            self.credential |= {"authorization": f"Bearer {answer.get('access_token')}"}

    def run(self, probe_writes: bool) -> None:
        """All calls, in an order that needs no earlier one to have succeeded."""
        key = {"x-api-key": self.credential["x-api-key"]}
        what, less, refused = (
            ("token", key, TOKENLESS) if self.needs_token else ("key", {}, KEYLESS)
        )
        for output, verb, _workflow in ROUTES:
            url = self.outputs[output]
            self.send(f"{verb} {url} without a {what} is refused", refused, verb, url, less)
        types, agents, balances, insert, update = (self.outputs[name] for name in _TRIED)
        self.send("time-off types are read from BambooHR", COMPLETE, "GET", types)
        unknown = agents + "?email=nobody%40example.com"
        self.send("an unknown agent is looked up", COMPLETE, "GET", unknown)
        self.send("a question for no balance is refused", REFUSED, "POST", balances)
        if probe_writes:
            self.send("an empty insert is refused", REFUSED, "POST", insert)
            self.send("an empty update is refused", REFUSED, "PUT", update)

    def send(
        self, what: str, good: Good, verb: str, url: str, credential: dict | None = None
    ) -> None:
        """Sends an empty body to a route."""
        headers = JSON | (self.credential if credential is None else credential)
        self.expect(what, good, verb, url, headers, None if verb == "GET" else b"{}")

    def expect(
        self, what: str, good: Good, verb: str, url: str, headers: dict, content: bytes | None
    ) -> dict | None:
        """Calls until the answer is good or final; calls nothing once the key was refused.

        Returns the answer if it is good.
        """
        if self.shut_out:
            return None
        wanted, name, values = good
        for share in (1 / 12, 1 / 4, 2 / 3, None):
            status, body = call(verb, url, headers, content)
            if status == wanted and body.get(name) in values:
                print(f"  ok   {what}")
                return body
            unset = status == 200 and body.get("errorCode") == "CONFIGURATION"
            # A function's answer is final, unless it was given before the new secret was known.
            if share is None or (status == 200 and not (unset and self.new_secret)):
                break
            time.sleep(self.patience * share)
        if unset and not self.new_secret:
            self.unset_secret = True
            print(f"  wait {what}: {body.get('errorMsg')}")
            return None
        self.failed += 1
        self.shut_out = status in (401, 403)
        reason = " ".join(str(body.get(name, "")) for name in ("errorCode", "errorMsg", "error"))
        print(f"  FAIL {what}: HTTP {status} {reason} ({body.get('correlationId')})")
        return None


_TRIED = ("TimeoffTypesUrl", "AgentsUrl", "BalancesUrl", "InsertTimeoffUrl", "UpdateTimeoffUrl")
