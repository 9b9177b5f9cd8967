"""infra/aws/deploy, run as a person runs it, in a pretended account."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import boto3
import pytest
from botocore.exceptions import WaiterError

from checks import model
from checks.account import SECRET, TOOLS, Account, pretended_account
from checks.runtime_api import SCHEDULED_EVENT
from checks.template import AWS_DIR, FUNCTIONS, REGION
from deployment.cli import parser
from deployment.stack import Stack

VERSION = "v1.2.3-4-gabcdef0"


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """Nothing is deployed yet."""
    with pretended_account(tmp_path, monkeypatch) as account:
        yield account


@pytest.fixture
def deployed(account: Account) -> Account:
    """Somebody has deployed already."""
    account.run("stack", "--put-secret", stdin=json.dumps(SECRET))
    account.gateway.refreshes.clear()
    return account


def test_the_shim_starts_the_package() -> None:
    """It names the commands."""
    done = subprocess.run([AWS_DIR / "deploy", "--help"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in ("stack", "settings", "secret", "code", "check"))


def test_first_deployment(account: Account) -> None:
    """Builds, creates, puts the secret, prints the URLs, tries them, refreshes; prints no key."""
    text = account.run("stack", "--put-secret", stdin=json.dumps(SECRET)).stdout
    assert [call[0] for call in account.sam_calls] == ["build", "deploy"]
    expected = {"Architecture": "x86_64", "CreateApiGatewayLogRole": "true", "Version": VERSION}
    assert account.deployed == [expected]
    assert json.loads(account.secret_value()) == SECRET
    assert text.count("http://127.0.0.1") >= 10
    assert f"get-api-key --api-key {account.key['id']}" in text
    assert account.gateway.key not in text and SECRET["apiKey"] not in text
    requests = account.gateway.requests
    assert len({(verb, path) for verb, path, key, *_ in requests if key is None}) == 5
    assert not [path for _, path, key, *_ in requests if key and "timeoff-requests" in path]
    ((path, kind, event),) = account.gateway.refreshes
    assert (path.split("/")[3], kind) == ("timeoff-bridge-get-agents", "Event")
    same = ("source", "detail-type")
    assert [event[name] for name in same] == [SCHEDULED_EVENT[name] for name in same]


def test_second_deployment_changes_what_it_is_told(deployed: Account) -> None:
    """Other parameters and the secret stay, quotation marks and all arrive."""
    agents = '{"departmentName":["A=B, C"]}'
    deployed.run("stack", "ReadOnly=true", f"AgentFilter={agents}")
    given = deployed.deployed[-1]
    assert (given["ReadOnly"], given["AgentFilter"]) == ("true", agents)
    assert given.keys() - {"ReadOnly", "AgentFilter"} == deployed.deployed[0].keys()
    assert json.loads(deployed.secret_value()) == SECRET
    deployed.run("stack", "--architecture", "arm64")
    deployed.run("stack")
    assert deployed.deployed[-1]["Architecture"] == "arm64"
    assert deployed.parameters()["ReadOnly"] == "true"


def test_version_without_git_is_unknown(account: Account) -> None:
    """The stack says so, rather than naming another commit."""
    account.install(*(tool for tool in TOOLS if tool != "git"))
    account.run("stack")
    assert account.deployed[-1]["Version"] == "unknown"


def test_log_role_of_the_account_is_kept(account: Account) -> None:
    """A stack that did not make it does not replace it."""
    path = {"op": "replace", "path": "/cloudwatchRoleArn", "value": "arn:aws:iam::1:role/r"}
    account.client("apigateway").update_account(patchOperations=[path])
    account.run("stack")
    assert account.deployed[-1]["CreateApiGatewayLogRole"] == "false"


@pytest.mark.parametrize(
    "arguments",
    [
        ["stack", "Version=v9"],
        ["stack", "Architecture=arm64"],
        ["stack", "ReadOnly"],
        ["settings"],
        ["settings", "ReadOnly"],
        ["settings", "ReadOnly=true", "--put-secret"],
        ["settings", "ReadOnly=true", "--architecture", "arm64"],
        ["check", "ReadOnly=true"],
        ["secret", "ReadOnly=true"],
        ["code", "ReadOnly=true"],
        [],
    ],
    ids=" ".join,
)
def test_wrong_command_line_is_refused(arguments: list[str]) -> None:
    """What a command cannot do, its parser does not take."""
    with pytest.raises(SystemExit) as refused:
        parser().parse_args(arguments)
    assert refused.value.code == 2


def test_unknown_parameter_costs_no_build(account: Account) -> None:
    """SAM would leave it out without a word. The sentence names those that are there."""
    text = account.run("stack", "Colour=red", code=1).stderr
    assert not account.sam_calls
    assert all(name in text for name in model.variant("defaults").source["Parameters"])


def test_missing_tools_are_named_at_once(account: Account) -> None:
    """All of them, and nothing is done."""
    account.install()
    text = account.run("stack", code=1).stderr
    assert not account.sam_calls
    assert all(name in text for name in ("aws-sam-cli", "rustup.rs", "install cargo-lambda"))


def test_missing_region_is_named(account: Account) -> None:
    """With the option that gives it."""
    account.patch.delenv("AWS_DEFAULT_REGION")
    assert "--region" in account.run("check", code=1).stderr


@pytest.mark.parametrize("profile", [[], ["--profile", "nobody"]], ids=["none", "unknown"])
def test_missing_credentials_are_named(account: Account, profile: list[str]) -> None:
    """With the option that gives them."""
    account.patch.delenv("AWS_ACCESS_KEY_ID")
    account.patch.delenv("AWS_SECRET_ACCESS_KEY")
    account.patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert "profile" in account.run("check", *profile, code=1).stderr


def test_program_for_another_processor_is_not_deployed(account: Account) -> None:
    """cargo-lambda builds for the machine it runs on."""
    account.builds_for = "arm64"
    assert "another processor" in account.run("stack", code=1).stderr
    assert not account.deployed


@pytest.mark.parametrize(
    "command", [["check"], ["code"], ["secret"], ["settings", "ReadOnly=true"]]
)
def test_without_a_stack_there_is_a_sentence(account: Account, command: list[str]) -> None:
    """It says which command makes one."""
    assert "deploy stack" in account.run(*command, stdin=json.dumps(SECRET), code=1).stderr
    assert not account.sam_calls


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("ROLLBACK_COMPLETE", "delete-stack"),
        ("ROLLBACK_FAILED", "delete-stack"),
        ("CREATE_FAILED", "delete-stack"),
        ("UPDATE_IN_PROGRESS", "right now"),
        ("UPDATE_ROLLBACK_FAILED", "rollback"),
    ],
)
def test_stack_that_cannot_be_updated(account: Account, status: str, word: str) -> None:
    """Costs no build, and the sentence says what to do."""
    account.patch.setattr(Stack, "describe", lambda _stack: {"StackStatus": status})
    assert word in account.run("stack", code=1).stderr
    assert not account.sam_calls


@pytest.mark.parametrize(
    ("status", "new"), [("REVIEW_IN_PROGRESS", True), ("UPDATE_ROLLBACK_COMPLETE", False)]
)
def test_stack_that_can_be_updated(account: Account, status: str, new: bool) -> None:
    """A review that was never executed counts as no stack."""
    account.patch.setattr(Stack, "describe", lambda _stack: {"StackStatus": status})
    assert Stack(boto3.Session(region_name=REGION), "timeoff-bridge").is_new() == new


def test_settings_change_nothing_else(deployed: Account) -> None:
    """No build, no template, all other values kept; then everything is tried."""
    deployed.install()
    before, agents = deployed.parameters(), '{"departmentName":["A, B"]}'
    done = deployed.run("settings", "ReadOnly=true", f"AgentFilter={agents}")
    assert deployed.parameters() == before | {"ReadOnly": "true", "AgentFilter": agents}
    assert not deployed.sam_calls and len(deployed.deployed) == 1
    assert "time-off types are read" in done.stdout


def test_settings_name_what_the_stack_lacks(deployed: Account) -> None:
    """The stack's template may be another version's."""
    text = deployed.run("settings", "Colour=red", code=1).stderr
    assert "no parameter Colour" in text and "ReadOnly" in text


def test_settings_say_why_cloudformation_refused(deployed: Account) -> None:
    """The reason stands in the stack's events."""
    event = {
        "LogicalResourceId": "Apiv1Stage",
        "ResourceStatus": "UPDATE_FAILED",
        "ResourceStatusReason": "the reason",
    }
    refusing = Mock(wraps=deployed.cloudformation)
    refusing.get_waiter.side_effect = WaiterError("stack_update_complete", "refused", {})
    refusing.describe_stack_events = Mock(return_value={"StackEvents": [event]})
    deployed.patch.setattr(boto3.Session, "client", lambda _session, _service: refusing)
    assert "Apiv1Stage: the reason" in deployed.run("settings", "ReadOnly=true", code=1).stderr


def test_what_is_stopped_is_not_called(deployed: Account) -> None:
    """ReservedConcurrency=0 is the lever that stops everything."""
    assert "every function is stopped" in deployed.run("settings", "ReservedConcurrency=0").stdout
    assert not deployed.gateway.requests
    deployed.run("settings", "ReservedConcurrency=")
    assert deployed.gateway.requests


def test_secret_needs_no_tools(deployed: Account) -> None:
    """And deploys nothing."""
    deployed.install()
    other = SECRET | {"apiKey": "another"}
    deployed.run("secret", stdin=json.dumps(other))
    assert json.loads(deployed.secret_value()) == other
    assert len(deployed.deployed) == 1 and len(deployed.gateway.refreshes) == 1


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "acme",
        "[]",
        '{"companyDomain":"acme"}',
        '{"companyDomain":"acme.bamboohr.com","apiKey":"k"}',
        '{"companyDomain":"acme","apiKey":"REPLACE-ME"}',
        '{"companyDomain":"acme","apiKey":""}',
    ],
)
def test_nonsense_is_no_secret(deployed: Account, nonsense: str) -> None:
    """What is there stays."""
    deployed.run("secret", stdin=nonsense, code=1)
    assert json.loads(deployed.secret_value()) == SECRET


def test_code_leaves_everything_else(deployed: Account) -> None:
    """The functions' code is another; nothing else of them is."""
    deployed.patch.delenv("AWS_ENDPOINT_URL_LAMBDA")
    client, iam = deployed.client("lambda"), deployed.client("iam")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    for name in FUNCTIONS:
        client.create_function(
            FunctionName=name, Runtime="provided.al2023", Handler="bootstrap", Role=role,
            Code={"ZipFile": b"old"}, Environment={"Variables": {"READ_ONLY": "true"}},
        )  # fmt: skip
    before = {name: client.get_function_configuration(FunctionName=name) for name in FUNCTIONS}
    deployed.patch.setattr("deployment.cli.try_out", lambda *_arguments: None)
    deployed.patch.setattr(Stack, "physical", lambda _stack, logical_id: logical_id)
    deployed.run("code")
    for name in FUNCTIONS:
        after = client.get_function_configuration(FunctionName=name)
        changed = {key for key in after if after[key] != before[name].get(key)}
        own = {"CodeSha256", "CodeSize"}
        assert own <= changed <= own | {"ResponseMetadata", "LastModified", "RevisionId"}


def test_check_changes_nothing(deployed: Account) -> None:
    """It needs no tools, prints the version and tries every URL."""
    deployed.install()
    text = deployed.run("check", "--probe-writes").stdout
    assert text.count("  ok ") == 10 and VERSION in text
    writes = [item for item in deployed.gateway.requests if item[2] and "requests" in item[1]]
    assert [(verb, body) for verb, *_, body in writes] == [("POST", b"{}"), ("PUT", b"{}")]
    assert not deployed.gateway.refreshes and len(deployed.deployed) == 1


@pytest.mark.parametrize("mode", ["ApiKeyOAuthReady", "ApiKeyAndOAuth"])
def test_oauth_is_tried(deployed: Account, mode: str) -> None:
    """The client's token goes with every call, asked for or not; no secret is printed."""
    text = deployed.run("stack", f"AuthMode={mode}").stdout
    assert "ok   a token is given" in text and "FAIL" not in text
    assert f"--client-id {deployed.oauth_client['ClientId']}" in text
    assert deployed.oauth_client["ClientSecret"] not in text
    requests = deployed.gateway.requests
    both = [path for _, path, key, token, _ in requests if key and token == "Bearer a-token"]
    assert len(both) == 3
    lacking = {(key is None, token is None) for _, _, key, token, _ in requests[:5]}
    assert lacking == {(mode == "ApiKeyOAuthReady", True)}


def test_wrong_oauth_client_is_no_success(deployed: Account) -> None:
    """In the middle mode, before a call needs the token."""
    deployed.gateway.oauth_client = ("another", "client")
    done = deployed.run("stack", "AuthMode=ApiKeyOAuthReady", code=1)
    assert "FAIL a token is given: HTTP 400" in done.stdout


@pytest.mark.parametrize("mode", ["ApiKey", "ApiKeyAndOAuth"])
def test_refused_credential_costs_few_calls(account: Account, mode: str) -> None:
    """Fewer than raise the alarm, and yet a key that is not known yet is waited for."""
    account.run("stack", f"AuthMode={mode}")
    alarm = model.variant("defaults").resources["GatewayClientErrorsAlarm"]["Properties"]
    account.gateway.closed = True
    assert "AllowedCidrs" in account.run("check", "--probe-writes", code=1).stdout
    requests = account.gateway.requests
    assert len(requests) < alarm["Threshold"]
    needed = [token if mode == "ApiKeyAndOAuth" else key for _, _, key, token, _ in requests]
    assert sum(item is not None for item in needed) > 1


def test_secret_that_is_not_filled_in_is_no_failure(account: Account) -> None:
    """It is named, and the first refresh waits for it."""
    account.gateway.configured = False
    assert "deploy secret" in account.run("stack").stdout
    assert not account.gateway.refreshes


def test_broken_answer_fails(deployed: Account) -> None:
    """With what the function said, and without a refresh."""
    deployed.gateway.broken = {"/v1/timeoff-types"}
    assert "INTERNAL It broke." in deployed.run("stack", code=1).stdout
    assert not deployed.gateway.refreshes


def test_function_that_is_not_ready_fails(deployed: Account) -> None:
    """The writing ones are not called, so their state is asked for."""
    deployed.gateway.state = "Failed"
    assert "FAIL insert-timeoff" in deployed.run("check", code=1).stdout
