"""One variant of the stack, expanded and resolved, as the rules look at it."""

import functools
from dataclasses import dataclass

from .resolve import Resolver, symbolic
from .template import VARIANTS, expand, openapi, parameters, source


@dataclass(frozen=True)
class Model:
    """The two sources, and what one set of parameters makes of them. References resolve to `<LogicalId>`."""

    source: dict
    api: dict
    variant: str
    parameters: dict
    expanded: dict
    resources: dict
    outputs: dict

    def of_type(self, kind: str) -> dict[str, dict]:
        """The properties of the resources of one type, by logical id."""
        return {name: item["Properties"] for name, item in self.resources.items() if item["Type"] == kind}

    def one(self, kind: str) -> tuple[str, dict]:
        """The only resource of a type."""
        found = self.of_type(kind)
        assert len(found) == 1, f"expected one {kind}, found {sorted(found)}"
        return next(iter(found.items()))

    @property
    def body(self) -> dict:
        """The API's definition as API Gateway gets it."""
        return self.one("AWS::ApiGateway::RestApi")[1]["Body"]

    def operations(self):
        """Every operation of the API as (path, method, operation)."""
        for path, item in self.body["paths"].items():
            for method, operation in item.items():
                if method in (
                    "get",
                    "put",
                    "post",
                    "delete",
                    "patch",
                    "head",
                    "options",
                    "x-amazon-apigateway-any-method",
                ):
                    yield path, method, operation


def build(template: dict, api: dict, variant: str) -> Model:
    """The model of one variant of the given sources."""
    expanded = expand(template, api, VARIANTS[variant])
    values = parameters(template, VARIANTS[variant])
    resolver = Resolver(expanded, values, symbolic)
    resources = {
        name: {**resource, "Properties": resolver.value(resource.get("Properties", {}))}
        for name, resource in resolver.resources().items()
    }
    outputs = {name: resolver.value(output["Value"]) for name, output in expanded.get("Outputs", {}).items()}
    return Model(template, api, variant, values, expanded, resources, outputs)


@functools.cache
def variants() -> tuple[Model, ...]:
    """The models of every variant of the sources as they stand."""
    return tuple(build(source(), openapi(), variant) for variant in VARIANTS)
