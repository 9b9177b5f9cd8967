"""SAM's own validation of the source, cfn-lint on what SAM makes of it, ruff on the Python."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cfnlint.api import ManualArgs, lint

from checks import model
from checks.changes import put
from checks.faults import statement
from checks.template import AWS_DIR, REGION, sources

TOOLS = Path(sys.executable).parent


def _findings(expanded: dict) -> list[str]:
    matches = lint(json.dumps(expanded), config=ManualArgs(regions=[REGION]))
    return [f"{match.rule.id} {match.message} at {match.path}" for match in matches]


def test_sam_validates_the_template() -> None:
    """`sam validate --lint`, as a person runs it."""
    command = [TOOLS / "sam", "validate", "--lint", "--region", REGION]
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0"}
    done = subprocess.run(command, cwd=AWS_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# The expanded template holds every condition, so one variant is enough unless SAM itself branched.
@pytest.mark.parametrize("variant", ["defaults", "everything set"])
def test_expanded_template_is_clean(variant: str) -> None:
    """With no exception."""
    assert _findings(model.variant(variant).expanded) == []


def test_a_misspelt_effect_is_noticed() -> None:
    """The linter sees into policies only once SAM has expanded them."""
    changed = sources()
    put(*statement("InsertTimeoff", 0), "Effect", to="Permit")(changed)
    assert _findings(model.build(changed, "defaults").expanded)


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_python_is_ruff_clean(command: list[str]) -> None:
    """Deployment and checks alike, by pyproject.toml."""
    done = subprocess.run([TOOLS / "ruff", *command], cwd=AWS_DIR, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
