"""The list of rules. A rule takes a model and yields a sentence for everything that breaks it."""

from collections.abc import Callable, Iterator

from checks.model import Model

Rule = Callable[[Model], Iterator[str]]
RULES: dict[str, Rule] = {}


def rule(function: Rule) -> Rule:
    """Registers the decorated function; its docstring says what it holds."""
    RULES[function.__name__] = function
    return function
