"""Each function's real binary runs with its own role: no right is missing, none is unneeded."""

from collections.abc import Iterator

import pytest

from checks import described
from checks.enforcement import Enforcement
from checks.roles import Stack, deployed_stack, require_binaries, run
from checks.template import FUNCTIONS


@pytest.fixture
def stack() -> Iterator[Stack]:
    """A deployed stack of one's own."""
    require_binaries()
    with deployed_stack() as stack:
        yield stack


@pytest.mark.parametrize("function", FUNCTIONS)
def test_role_fits(stack: Stack, function: str) -> None:
    """Each right is used, and each that is taken away is missed."""
    result = run(stack, function)
    assert not result.denied
    assert not result.failed
    check_metrics(result.lines, len(result.answers))
    unneeded = stack.grants[function] - result.used
    assert not unneeded, "the role allows what the code never asks for"
    for grant in sorted(stack.grants[function]):
        less = run(stack, function, without=grant)
        assert grant in less.denied, f"without {grant[0]} nothing was denied"
        assert less.failed or less.complaints, f"nobody missed {grant[0]}"


def check_metrics(lines: list[dict], answers: int) -> None:
    """One line of metrics for each answer, in CloudWatch's embedded format, all described."""
    emitted = described.metrics()
    found = [line for line in lines if "_aws" in line]
    assert len(found) == answers, f"{answers} answers, {len(found)} lines of metrics"
    for line in found:
        assert isinstance(line["_aws"]["Timestamp"], int)
        for directive in line["_aws"]["CloudWatchMetrics"]:
            for names in directive["Dimensions"]:
                assert len(names) <= 30 and all(isinstance(line.get(name), str) for name in names)
            dimensions = {frozenset(names) for names in directive["Dimensions"]}
            for name in (metric["Name"] for metric in directive["Metrics"]):
                assert isinstance(line.get(name), int | float), f"{name} has no value"
                assert dimensions == emitted.get(name), name


def test_missing_and_unneeded_rights_are_found(stack: Stack) -> None:
    """The run itself bites."""
    scan = ("dynamodb:Scan", stack.deployer.attribute("Table", "Arn"))
    given = stack.grants["GetTimeoffTypes"]
    stack.grants["GetTimeoffTypes"] = given | {scan}
    result = run(stack, "GetTimeoffTypes")
    assert stack.grants["GetTimeoffTypes"] - result.used == {scan}
    stack.grants["GetTimeoffTypes"] = set()
    result = run(stack, "GetTimeoffTypes")
    assert result.denied == given and result.failed


TABLE, SECRET = "arn:aws:dynamodb:r:1:table/t", "arn:aws:secretsmanager:r:1:secret:s-abc"
PUT = {"Put": {"TableName": "t"}}
DYNAMODB = "DynamoDB_20120810."


@pytest.mark.parametrize(
    ("target", "body", "denied"),
    [
        (DYNAMODB + "PutItem", {"TableName": "t"}, None),
        (DYNAMODB + "PutItem", {"TableName": TABLE}, None),
        (DYNAMODB + "PutItem", {"TableName": "u"}, "dynamodb:PutItem"),
        (DYNAMODB + "GetItem", {"TableName": "t"}, "dynamodb:GetItem"),
        (DYNAMODB + "PutItem", {"TableName": "t", "IndexName": "i"}, "dynamodb:PutItem"),
        (DYNAMODB + "TransactWriteItems", {"TransactItems": [PUT]}, None),
        (
            DYNAMODB + "TransactWriteItems",
            {"TransactItems": [PUT, {"ConditionCheck": {"TableName": "t"}}]},
            "dynamodb:ConditionCheckItem",
        ),
        (
            DYNAMODB + "TransactWriteItems",
            {"TransactItems": [PUT, {"Delete": {"TableName": "t"}}]},
            "dynamodb:DeleteItem",
        ),
        (DYNAMODB + "BatchGetItem", {"RequestItems": {"t": {}}}, "dynamodb:BatchGetItem"),
        ("secretsmanager.GetSecretValue", {"SecretId": "s"}, None),
        ("secretsmanager.GetSecretValue", {"SecretId": "o"}, "secretsmanager:GetSecretValue"),
    ],
)
def test_enforcement(target: str, body: dict, denied: str | None) -> None:
    """Denies another table, an index, another secret, and each part of a transaction by itself."""
    rights = {("dynamodb:PutItem", TABLE), ("secretsmanager:GetSecretValue", SECRET)}
    enforcement = Enforcement({"t": TABLE, "s": SECRET}, {"key": rights})
    found = enforcement.decide("key", target, body)
    assert (found and found[0]) == denied
    assert enforcement.decide("nobody", target, body), "an unknown key was let in"
