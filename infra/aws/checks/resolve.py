"""Resolves CloudFormation's intrinsic functions and conditions; what it does not know fails."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from checks.template import ACCOUNT, REGION, STACK_ID, STACK_NAME

PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackId": STACK_ID,
    "AWS::StackName": STACK_NAME,
    "AWS::URLSuffix": "amazonaws.com",
}
_NO_VALUE = object()
_SUB = re.compile(r"\$\{([^!}][^}]*)\}")


class Dangling(AssertionError):
    """A reference to something that the template does not hold, or that a condition leaves out."""


class Resolver:
    """Resolves the values of one expanded template with one set of parameters.

    `attribute(logical_id, name)` gives an attribute, and with the name `Ref` what `Ref` gives.
    """

    def __init__(
        self, expanded: dict, parameters: Mapping[str, str], attribute: Callable[[str, str], str]
    ) -> None:
        self.expanded = expanded
        self.parameters = parameters
        self.attribute = attribute

    def exists(self, logical_id: str) -> bool:
        """Whether the resource is there with these parameters."""
        resource = self.expanded["Resources"].get(logical_id)
        return resource is not None and (
            "Condition" not in resource or self.condition(resource["Condition"])
        )

    def resources(self) -> dict[str, dict]:
        """The resources that are there with these parameters, unresolved."""
        return {
            name: resource
            for name, resource in self.expanded["Resources"].items()
            if self.exists(name)
        }

    def condition(self, name: str) -> bool:
        """The value of a named condition."""
        if name not in self.expanded.get("Conditions", {}):
            raise Dangling(f"condition {name} is not defined")
        return self._truth(self.expanded["Conditions"][name])

    def value(self, node: Any) -> Any:
        """The node with every intrinsic function replaced, and without what has no value."""
        resolved = self._value(node)
        assert resolved is not _NO_VALUE, "AWS::NoValue stands where a value is needed"
        return resolved

    def _truth(self, node: dict) -> bool:
        ((name, argument),) = node.items()
        match name:
            case "Fn::Equals":
                left, right = (self.value(item) for item in argument)
                return left == right
            case "Fn::Not":
                return not self._truth(argument[0])
            case "Fn::And":
                return all(self._truth(item) for item in argument)
            case "Fn::Or":
                return any(self._truth(item) for item in argument)
            case "Condition":
                return self.condition(argument)
        raise AssertionError(f"{name} is no condition function")

    def _value(self, node: Any) -> Any:
        if isinstance(node, list):
            return [value for value in map(self._value, node) if value is not _NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._intrinsic(name, argument)
        resolved = {key: self._value(value) for key, value in node.items()}
        return {key: value for key, value in resolved.items() if value is not _NO_VALUE}

    def _intrinsic(self, name: str, argument: Any) -> Any:
        match name:
            case "Ref":
                return self._ref(argument)
            case "Fn::GetAtt":
                logical_id, attribute = (
                    argument if isinstance(argument, list) else argument.split(".", 1)
                )
                return self._attribute(logical_id, attribute)
            case "Fn::Sub":
                text, local = argument if isinstance(argument, list) else (argument, {})
                return _SUB.sub(lambda match: str(self._sub(match[1], local)), text).replace(
                    "${!", "${"
                )
            case "Fn::If":
                condition, yes, no = argument
                return self._value(yes if self.condition(condition) else no)
            case "Fn::Join":
                separator, items = argument
                return separator.join(str(item) for item in self.value(items))
            case "Fn::Split":
                separator, text = argument
                return self.value(text).split(separator)
            case "Fn::Select":
                index, items = argument
                return self.value(items)[int(index)]
        raise AssertionError(f"the checks do not know {name}")

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.parameters:
            if self.expanded["Parameters"][name]["Type"] == "CommaDelimitedList":
                return self.parameters[name].split(",")
            return self.parameters[name]
        return self._attribute(name, "Ref")

    def _sub(self, name: str, local: dict) -> Any:
        if name in local:
            return self.value(local[name])
        return self._attribute(*name.split(".", 1)) if "." in name else self._ref(name)

    def _attribute(self, logical_id: str, name: str) -> str:
        if not self.exists(logical_id):
            raise Dangling(
                f"{logical_id}.{name} is referred to and not there with these parameters"
            )
        return self.attribute(logical_id, name)


def symbolic(logical_id: str, name: str) -> str:
    """Stands for an attribute where no resource exists; distinct and readable."""
    return f"<{logical_id}>" if name == "Ref" else f"<{logical_id}.{name}>"
