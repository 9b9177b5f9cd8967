"""Changes of the sources, named by their place.

The first key of the path is the file's name, or one by which the file is known. The name of a
parameter is its place, too, and that of a resource is the place of its properties.
"""

import functools
import operator
from collections.abc import Callable
from typing import Any

Key = str | int
Change = Callable[[dict[str, Any]], None]

_FILES = {
    "template.yaml": ("Resources", "Parameters", "Conditions", "Globals", "Outputs"),
    "dashboard.yaml": ("Fn::Sub",),
}


def _node(sources: dict[str, Any], path: tuple[Key, ...]) -> Any:
    template = sources["template.yaml"]
    if path[0] in template["Resources"]:
        path = "Resources", path[0], "Properties", *path[1:]
    elif path[0] in template["Parameters"]:
        path = "Parameters", *path
    file = next((file for file, keys in _FILES.items() if path[0] in keys), "openapi.yaml")
    file, path = (path[0], path[1:]) if path[0] in sources else (file, path)
    return functools.reduce(operator.getitem, path, sources[file])


def _by_place(apply: Callable[..., None]) -> Callable[..., Change]:
    """Makes what changes an entry of a node a function of the entry's path."""

    @functools.wraps(apply)
    def placed(*path: Key, **how: Any) -> Change:
        return lambda sources: apply(_node(sources, path[:-1]), path[-1], **how)

    return placed


def both(one: Change, other: Change) -> Change:
    """One change, then another."""

    def change(sources: dict[str, Any]) -> None:
        one(sources)
        other(sources)

    return change


@_by_place
def put(node: Any, key: Key, to: Any) -> None:
    """Puts a value, there before or not."""
    node[key] = to


@_by_place
def delete(node: Any, key: Key) -> None:
    """Takes something out."""
    del node[key]


@_by_place
def append(node: Any, key: Key, item: Any) -> None:
    """Adds to the end of a list."""
    node[key].append(item)


@_by_place
def rename(node: Any, key: Key, to: Key) -> None:
    """Gives an entry another name."""
    node[to] = node.pop(key)


@_by_place
def swap(node: Any, key: Key, keys: tuple[Key, Key]) -> None:
    """Swaps two entries."""
    entries, (one, other) = node[key], keys
    entries[one], entries[other] = entries[other], entries[one]


@_by_place
def replace(node: Any, key: Key, old: str, new: str) -> None:
    """Replaces text, which may stand inside an Fn::Sub; the old text has to be there."""
    if isinstance(node[key], dict):
        node, key = node[key], "Fn::Sub"
    assert old in node[key], f"{old!r} is not there: the fault needs a new place"
    node[key] = node[key].replace(old, new)
