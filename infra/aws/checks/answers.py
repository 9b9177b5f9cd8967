"""Holds a body against the schema that openapi.yaml gives it."""

from collections.abc import Iterator
from typing import Any

import jsonschema

_COMPONENT = "#/components/schemas/"
# Arrays of one answer that belong together, which a schema cannot say.
_ALIGNED = {
    "/timeoff-types": ("ids", "names", "id2s"),
    "/balances": ("balanceMinutesPerDay", "timeOffTypeIds", "dates", "timeOffTypeId2s"),
}


def json_schema(node: Any, schemas: dict) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema: references resolved, `nullable` spelt out."""
    if isinstance(node, list):
        return [json_schema(item, schemas) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return json_schema(schemas[node["$ref"].removeprefix(_COMPONENT)], schemas)
    schema = {
        key: json_schema(value, schemas)
        for key, value in node.items()
        if key not in ("nullable", "example")
    }
    return {"anyOf": [schema, {"type": "null"}]} if node.get("nullable") else schema


def validate(value: Any, node: dict, schemas: dict, what: str) -> None:
    """Fails unless the value fits the schema."""
    validator = jsonschema.Draft7Validator(json_schema(node, schemas))
    errors = [
        f"{what}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for error in validator.iter_errors(value)
    ]
    assert not errors, "\n".join(errors)


def operations(api: dict) -> Iterator[tuple[str, str, dict]]:
    """Every operation as (path, method, operation)."""
    for path, item in api["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def validate_answer(api: dict, method: str, path: str, status: int, body: Any) -> None:
    """Fails unless openapi.yaml allows this answer. `path` is as called, without the stage."""
    path = path.split("?")[0]
    template = "/agents/{externalId}" if path.startswith("/agents/") else path
    responses = api["paths"][template][method.lower()]["responses"]
    assert str(status) in responses, f"{method} {path} answered {status}, which is not listed"
    schema = responses[str(status)]["content"]["application/json"]["schema"]
    validate(body, schema, api["components"]["schemas"], f"{method} {path} {status}")
    if template == "/agents" and "agentCount" in body:
        pairs = [(body[f"emails{n or ''}"], body[f"externalIds{n or ''}"]) for n in range(25)]
        assert all(len(left) == len(right) for left, right in pairs), "a bucket is not aligned"
        total = sum(len(left) for left, _ in pairs)
        assert total == body["agentCount"], f"agentCount is {body['agentCount']} for {total}"
    lengths = {len(body[name]) for name in _ALIGNED.get(template, ()) if name in body}
    assert len(lengths) <= 1, f"{method} {path}: the arrays differ in length"
