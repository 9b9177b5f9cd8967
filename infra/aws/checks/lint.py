"""cfn-lint on the source and, with no exception, on the expanded template."""

import copy
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from . import model
from .runner import check
from .template import AWS_DIR, REGION, VARIANTS, expand, openapi, source

# W8001: HasAllowedCidrs is used in openapi.yaml only, which the linter does not include.
_NOISE_ON_THE_SOURCE = ["W8001"]


def _lint(path: Path, ignored: list[str]) -> list[dict]:
    # --ignore-checks takes a list, so it must not stand right before the file.
    ignore = ["--ignore-checks", *ignored] if ignored else []
    command = [
        Path(sys.executable).parent / "cfn-lint",
        "--format",
        "json",
        "--regions",
        REGION,
        *ignore,
        "--template",
        path,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.stderr.strip(), done.stderr
    return json.loads(done.stdout or "[]")


def _sentences(found: list[dict]) -> str:
    return "\n".join(f"{item['Rule']['Id']} {item['Message']} at {item['Location']['Path']}" for item in found)


def _lint_expanded(expanded: dict) -> list[dict]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "expanded.json"
        path.write_text(json.dumps(expanded))
        return _lint(path, [])


@check("lint", "cfn-lint finds nothing in template.yaml")
def _source():
    found = _lint(AWS_DIR / "template.yaml", _NOISE_ON_THE_SOURCE)
    assert not found, _sentences(found)


@check("lint", "cfn-lint finds nothing at all in the expanded template")
def _expanded():
    # The expanded template holds every condition, so one variant is enough unless SAM itself branched on a parameter.
    for variant in ("defaults", "everything set"):
        expanded = next(item.expanded for item in model.variants() if item.variant == variant)
        found = _lint_expanded(expanded)
        assert not found, f"{variant}:\n{_sentences(found)}"


@check("lint", "cfn-lint notices a seeded fault in the expanded template")
def _bites():
    template = copy.deepcopy(source())
    template["Resources"]["InsertTimeoff"]["Properties"]["Policies"][0]["Statement"][0]["Effect"] = "Permit"
    assert _lint_expanded(expand(template, openapi(), VARIANTS["defaults"])), "the misspelt Effect went unnoticed"
