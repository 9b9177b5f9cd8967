"""openapi.yaml: valid, true to the code, and true of every answer that was recorded."""

import json
import os
from pathlib import Path

import jsonschema
from openapi_spec_validator import validate

from . import rust
from .rules import ENVELOPE
from .runner import Skip, check
from .template import ROOT, openapi

# Tests that run the real binaries leave their answers here, one JSON object a line:
# {"method": "POST", "path": "/balances", "status": 200, "body": {…}}, path as in openapi.yaml or as called.
ANSWERS = Path(os.environ.get("RECORDED_ANSWERS", ROOT / "target/recorded-answers"))

_HAND_OFF = "#/components/schemas/"


def json_schema(node, schemas: dict):
    """An OpenAPI 3.0 schema as JSON Schema: references resolved, `nullable` spelt out."""
    if isinstance(node, list):
        return [json_schema(item, schemas) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return json_schema(schemas[node["$ref"].removeprefix(_HAND_OFF)], schemas)
    schema = {key: json_schema(value, schemas) for key, value in node.items() if key not in ("nullable", "example")}
    return {"anyOf": [schema, {"type": "null"}]} if node.get("nullable") else schema


def _validate(value, node: dict, schemas: dict, what: str) -> None:
    validator = jsonschema.Draft7Validator(json_schema(node, schemas))
    errors = [
        f"{what}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for error in validator.iter_errors(value)
    ]
    assert not errors, "\n".join(errors)


def _operations(api: dict):
    for path, item in api["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def validate_answer(api: dict, method: str, path: str, status: int, body) -> None:
    """Fails unless the document allows this answer. `path` is concrete and without the stage."""
    path = path.split("?")[0]
    template = "/agents/{externalId}" if path.startswith("/agents/") else path
    responses = api["paths"][template][method.lower()]["responses"]
    assert str(status) in responses, f"{method} {path} answered {status}, which openapi.yaml does not list"
    schema = responses[str(status)]["content"]["application/json"]["schema"]
    _validate(body, schema, api["components"]["schemas"], f"{method} {path} {status}")
    # What a schema cannot say: arrays of one answer are aligned.
    if template == "/agents" and "agentCount" in body:
        pairs = [(f"emails{n or ''}", f"externalIds{n or ''}") for n in range(25)]
        assert all(len(body[left]) == len(body[right]) for left, right in pairs), "a bucket's arrays differ in length"
        total = sum(len(body[left]) for left, _ in pairs)
        assert total == body["agentCount"], f"agentCount is {body['agentCount']}, and there are {total} agents"
    groups = {
        "/timeoff-types": ("ids", "names", "id2s"),
        "/balances": ("balanceMinutesPerDay", "timeOffTypeIds", "dates", "timeOffTypeId2s"),
    }
    lengths = {len(body[name]) for name in groups.get(template, ()) if name in body}
    assert len(lengths) <= 1, f"{method} {path}: the arrays differ in length"


@check("openapi", "openapi.yaml is valid OpenAPI 3.0")
def _valid():
    validate(openapi())


@check("openapi", "openapi.yaml needs no short forms, which AWS::Include does not know")
def _plain():
    import yaml

    from .template import _PlainLoader

    try:
        yaml.load("a: !Sub b", _PlainLoader)  # noqa: S506, a SafeLoader
    except yaml.constructor.ConstructorError:
        return
    raise AssertionError("the loader of openapi.yaml takes !Sub, so a use of it would go unnoticed")


@check("openapi", "every example fits its schema")
def _examples():
    api = openapi()
    schemas = api["components"]["schemas"]
    for path, method, operation in _operations(api):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content:
            assert content["examples"], f"{method} {path} has no example of a body"
            for name, example in content["examples"].items():
                _validate(example["value"], content["schema"], schemas, f"{method} {path} {name}")
        answer = operation["responses"]["200"]["content"]["application/json"]
        assert answer["examples"], f"{method} {path} has no example of an answer"
        for example in answer["examples"].values():
            validate_answer(api, method, path.replace("{externalId}", "452"), 200, example["value"])


@check("openapi", "every answer has the five fields and all its outputs, and lists the error codes of the code")
def _answers():
    api = openapi()
    codes = ["", *rust.error_codes()]
    for name, schema in api["components"]["schemas"].items():
        if "statusCode" not in schema.get("properties", {}):
            continue
        properties = schema["properties"]
        assert list(properties)[:5] == ENVELOPE, f"{name} does not begin with the five fields"
        assert schema["required"] == list(properties), f"{name}: some fields may be missing"
        assert schema["additionalProperties"] is False, f"{name} allows other fields"
        if name != "GatewayAnswer":
            assert properties["errorCode"]["enum"] == codes, f"{name}: the error codes are not those of shared/contract"


@check("openapi", "the validation of answers notices a missing output, a null, an unknown code and a short array")
def _bites():
    api = openapi()
    good = api["paths"]["/balances"]["post"]["responses"]["200"]["content"]["application/json"]["examples"]["balances"][
        "value"
    ]
    validate_answer(api, "POST", "/balances", 200, good)
    for change in (
        {"dates": None},
        {"errorCode": "OOPS"},
        {"dates": good["dates"][:1]},
        {"statusCode": 404},
        {"extra": 1},
        {"balanceMinutesPerDay": [1, 2]},
    ):
        try:
            validate_answer(api, "POST", "/balances", 200, {**good, **change})
        except AssertionError:
            continue
        raise AssertionError(f"{change} went unnoticed")


@check("openapi", "every recorded answer of the end-to-end tests fits openapi.yaml")
def _recorded():
    files = sorted(ANSWERS.glob("*.jsonl"))
    answers = [json.loads(line) for file in files for line in file.read_text().splitlines() if line.strip()]
    if not answers:
        raise Skip(
            f"no answers in {os.path.relpath(ANSWERS, ROOT)}; `cargo test --package e2e` records them"
        )
    api, wrong = openapi(), []
    for answer in answers:
        try:
            validate_answer(api, answer["method"], answer["path"], answer["status"], answer["body"])
        except AssertionError as reason:
            wrong.append(str(reason))
    assert not wrong, "\n".join(list(dict.fromkeys(wrong))[:20])
    print(f"       {len(answers)} answers")
