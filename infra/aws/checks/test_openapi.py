"""openapi.yaml: valid, true to the code, and true of every answer that was recorded."""

import json
import os
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest
import yaml

from checks import oauth_document
from checks.answers import validate, validate_answer
from checks.described import described
from checks.rules.api import ENVELOPE
from checks.template import OAUTH_DOCUMENT, ROOT, PlainLoader, openapi, operations, sources

# Tests that run the real binaries leave their answers here, one JSON object a line:
# {"method": "POST", "path": "/balances", "status": 200, "body": {…}}, the path as called.
ANSWERS = Path(os.environ.get("RECORDED_ANSWERS", ROOT / "target/recorded-answers"))

API = openapi()


@pytest.mark.parametrize("name", ["openapi.yaml", OAUTH_DOCUMENT])
def test_is_valid(name: str) -> None:
    """OpenAPI 3.0, each document alone."""
    openapi_spec_validator.validate(sources()[name])


def test_oauth_document_is_made_of_the_other() -> None:
    """Byte for byte: run `python3 -m checks.oauth_document` after a change of openapi.yaml."""
    made = oauth_document.made_of(oauth_document.MADE_OF.read_text())
    assert oauth_document.MADE.read_text() == made


@pytest.mark.parametrize("lost", ["        - api_key: []\n", '        "403":\n'])
def test_what_is_worded_otherwise_is_noticed(lost: str) -> None:
    """An operation that would stay without the token, or without its answer."""
    text = oauth_document.MADE_OF.read_text()
    with pytest.raises(AssertionError, match="stands 5 times"):
        oauth_document.made_of(text.replace(lost, lost.replace("0", "O").replace("[]", "[ ]"), 1))


def test_short_forms_fail() -> None:
    """AWS::Include does not know them, so the loader must not either."""
    with pytest.raises(yaml.constructor.ConstructorError):
        yaml.load("a: !Sub b", PlainLoader)


@pytest.mark.parametrize(("path", "method", "operation"), list(operations(API)))
def test_examples_fit(path: str, method: str, operation: dict) -> None:
    """Those of bodies and those of answers; there is one of each."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content:
        assert content["examples"], "no example of a body"
        for name, example in content["examples"].items():
            validate(example["value"], content["schema"], name, API)
    answer = operation["responses"]["200"]["content"]["application/json"]
    assert answer["examples"], "no example of an answer"
    for example in answer["examples"].values():
        concrete = path.replace("{externalId}", "452")
        validate_answer(API, method, concrete, 200, example["value"])


ENVELOPES = {
    name: schema
    for name, schema in API["components"]["schemas"].items()
    if "statusCode" in schema.get("properties", {})
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_envelope_is_complete(name: str) -> None:
    """Every answer has the five fields and all its outputs, and lists the code's error codes."""
    schema = ENVELOPES[name]
    properties = schema["properties"]
    assert list(properties)[:5] == ENVELOPE
    assert schema["required"] == list(properties), "some fields may be missing"
    assert schema["additionalProperties"] is False
    if name != "GatewayAnswer":
        assert properties["errorCode"]["enum"] == ["", *described()["errorCodes"]]


BALANCES = API["paths"]["/balances"]["post"]["responses"]["200"]["content"]["application/json"]
BALANCE = BALANCES["examples"]["balances"]["value"]


@pytest.mark.parametrize(
    "change",
    [
        {"dates": None},
        {"errorCode": "OOPS"},
        {"dates": BALANCE["dates"][:1]},
        {"statusCode": 404},
        {"extra": 1},
        {"balanceMinutesPerDay": [1, 2]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_wrong_answer_is_noticed(change: dict[str, Any]) -> None:
    """A null, an unknown code, a short array, another status, another field, another type."""
    validate_answer(API, "POST", "/balances", 200, BALANCE)
    with pytest.raises(AssertionError):
        validate_answer(API, "POST", "/balances", 200, BALANCE | change)


def test_recorded_answers_fit() -> None:
    """Every answer that the end-to-end tests got."""
    lines = [line for file in ANSWERS.glob("*.jsonl") for line in file.read_text().splitlines()]
    answers = [json.loads(line) for line in lines if line.strip()]
    if not answers:
        pytest.skip(f"no answers in {ANSWERS}; `cargo test --package e2e` records them")
    wrong = []
    for answer in answers:
        try:
            validate_answer(API, answer["method"], answer["path"], answer["status"], answer["body"])
        except AssertionError as reason:
            wrong.append(str(reason))
    assert not wrong, "\n".join(list(dict.fromkeys(wrong))[:20])
