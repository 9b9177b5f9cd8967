"""What the Rust code says about itself; a Rust test writes it, so that nothing here reads Rust."""

import functools
import json
import os
from pathlib import Path

from checks.template import ROOT

FILE = Path(os.environ.get("DESCRIBED", ROOT / "target/described.json"))


@functools.cache
def described() -> dict:
    """The whole description."""
    assert FILE.is_file(), f"{FILE} is missing: run `cargo test -p e2e described` first"
    return json.loads(FILE.read_text())


def metrics() -> dict[str, set[frozenset[str]]]:
    """Every metric that the functions emit, with the sets of dimensions it is emitted by."""
    return {
        metric["name"]: {frozenset(names) for names in metric["dimensions"]}
        for metric in described()["metrics"]
    }


def settings() -> dict[str, dict]:
    """Every environment variable that a function reads, with its default and range."""
    return {setting["name"]: setting for setting in described()["settings"]}
