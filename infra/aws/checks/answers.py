"""Holds a body against the schema that openapi.yaml gives it."""

from typing import Any

from openapi_schema_validator import OAS30Validator

# Arrays of one answer that belong together, which a schema cannot say.
_ALIGNED = {
    "/timeoff-types": ("ids", "names", "id2s"),
    "/balances": ("balanceMinutesPerDay", "timeOffTypeIds", "dates", "timeOffTypeId2s"),
}


def validate(value: Any, schema: dict, what: str, api: dict) -> None:
    """Fails unless the value fits the schema, which is one of this API."""
    # What a schema refers to is looked for in the document that it stands in.
    validator = OAS30Validator(schema | {"components": api["components"]})
    errors = [
        f"{what}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for error in validator.iter_errors(value)
    ]
    assert not errors, "\n".join(errors)


def validate_answer(api: dict, method: str, path: str, status: int, body: Any) -> None:
    """Fails unless openapi.yaml allows this answer. `path` is as called, without the stage."""
    path = path.split("?")[0]
    template = "/agents/{externalId}" if path.startswith("/agents/") else path
    responses = api["paths"][template][method.lower()]["responses"]
    assert str(status) in responses, f"{method} {path} answered {status}, which is not listed"
    schema = responses[str(status)]["content"]["application/json"]["schema"]
    validate(body, schema, f"{method} {path} {status}", api)
    if template == "/agents" and "agentCount" in body:
        pairs = [(body[f"emails{n or ''}"], body[f"externalIds{n or ''}"]) for n in range(25)]
        assert all(len(left) == len(right) for left, right in pairs), "a bucket is not aligned"
        total = sum(len(left) for left, _ in pairs)
        assert total == body["agentCount"], f"agentCount is {body['agentCount']} for {total}"
    lengths = {len(body[name]) for name in _ALIGNED.get(template, ()) if name in body}
    assert len(lengths) <= 1, f"{method} {path}: the arrays differ in length"
