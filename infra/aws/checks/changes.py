"""Changes of the sources, named by their place.

The first key of the path is the file's name, or one by which the file is known.
"""

from collections.abc import Callable
from typing import Any

Key = str | int
Change = Callable[[dict[str, Any]], None]

_FILES = {
    "template.yaml": ("Resources", "Parameters", "Conditions", "Globals", "Outputs"),
    "dashboard.yaml": ("Fn::Sub",),
}


def _node(sources: dict[str, Any], path: tuple[Key, ...]) -> Any:
    file = next((file for file, keys in _FILES.items() if path[0] in keys), "openapi.yaml")
    file, path = (path[0], path[1:]) if path[0] in sources else (file, path)
    node = sources[file]
    for key in path:
        node = node[key]
    return node


def put(*path: Key, to: Any) -> Change:
    """Puts a value, there before or not."""

    def change(sources: dict[str, Any]) -> None:
        _node(sources, path[:-1])[path[-1]] = to

    return change


def both(one: Change, other: Change) -> Change:
    """One change, then another."""

    def change(sources: dict[str, Any]) -> None:
        one(sources)
        other(sources)

    return change


def delete(*path: Key) -> Change:
    """Takes something out."""

    def change(sources: dict[str, Any]) -> None:
        del _node(sources, path[:-1])[path[-1]]

    return change


def append(*path: Key, item: Any) -> Change:
    """Adds to the end of a list."""
    return lambda sources: _node(sources, path).append(item)


def rename(*path: Key, to: Key) -> Change:
    """Gives an entry another name."""

    def change(sources: dict[str, Any]) -> None:
        node = _node(sources, path[:-1])
        node[to] = node.pop(path[-1])

    return change


def swap(*path: Key, keys: tuple[Key, Key]) -> Change:
    """Swaps two entries."""

    def change(sources: dict[str, Any]) -> None:
        node, (one, other) = _node(sources, path), keys
        node[one], node[other] = node[other], node[one]

    return change


def replace(*path: Key, old: str, new: str) -> Change:
    """Replaces text, which may stand inside an Fn::Sub; the old text has to be there."""

    def change(sources: dict[str, Any]) -> None:
        node, key = _node(sources, path[:-1]), path[-1]
        if isinstance(node[key], dict):
            node, key = node[key], "Fn::Sub"
        assert old in node[key], f"{old!r} is not there: the fault needs a new place"
        node[key] = node[key].replace(old, new)

    return change
