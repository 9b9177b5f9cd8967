"""One variant of the stack, expanded and resolved, as the rules look at it."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checks.resolve import Resolver, symbolic
from checks.template import VARIANTS, expand, operations, parameters, sources

# An action and the ARN that it may be done with.
Grant = tuple[str, str]


@dataclass(frozen=True)
class Model:
    """The template, and what one set of parameters makes of the sources.

    References resolve to `<LogicalId>`.
    """

    source: dict
    parameters: dict
    expanded: dict
    resources: dict
    outputs: dict

    def of_type(self, kind: str) -> dict[str, dict]:
        """The properties of the resources of one type, by logical id."""
        return {
            name: item["Properties"]
            for name, item in self.resources.items()
            if item["Type"] == kind
        }

    def one(self, kind: str) -> tuple[str, dict]:
        """The only resource of a type."""
        found = self.of_type(kind)
        assert len(found) == 1, f"expected one {kind}, found {sorted(found)}"
        return next(iter(found.items()))

    @property
    def body(self) -> dict:
        """The API's definition as API Gateway gets it."""
        return self.one("AWS::ApiGateway::RestApi")[1]["Body"]

    def with_parameter(self, name: str, value: str) -> "Model":
        """The same stack after a change of one parameter."""
        return _resolved(self.source, self.expanded, self.parameters | {name: value})

    def operations(self) -> Iterator[tuple[str, str, dict]]:
        """Every operation of the API."""
        return operations(self.body)


def build(sources: Mapping[str, Any], variant: str) -> Model:
    """The model of one variant of the given sources."""
    template = sources["template.yaml"]
    expanded = expand(sources, VARIANTS[variant])
    return _resolved(template, expanded, parameters(template, VARIANTS[variant]))


def _resolved(template: dict, expanded: dict, values: dict[str, str]) -> Model:
    resolver = Resolver(expanded, values, symbolic)
    resources = {
        name: resource | {"Properties": resolver.value(resource.get("Properties", {}))}
        for name, resource in resolver.resources().items()
    }
    outputs = {
        name: resolver.value(output["Value"])
        for name, output in expanded["Outputs"].items()
        if "Condition" not in output or resolver.condition(output["Condition"])
    }
    return Model(template, values, expanded, resources, outputs)


@functools.cache
def variant(name: str) -> Model:
    """The model of one variant of the sources as they stand."""
    return build(sources(), name)


def grants(role: dict) -> list[Grant]:
    """What a role's own policies allow, as pairs of action and resource."""
    pairs = []
    for policy in role.get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow" and "Condition" not in statement, statement
            actions, resources = statement["Action"], statement["Resource"]
            for action in [actions] if isinstance(actions, str) else actions:
                for resource in [resources] if isinstance(resources, str) else resources:
                    pairs.append((action, resource))
    return pairs
