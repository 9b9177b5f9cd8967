"""SAM's own command line, run in infra/aws with what samconfig.toml does not know."""

import argparse
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from deployment import Stop

AWS_DIR = Path(__file__).resolve().parent.parent
BUILT = AWS_DIR / ".aws-sam/build"

# The number of each architecture in a program's ELF header.
MACHINES = {"x86_64": 62, "arm64": 183}


def check_tools() -> None:
    """Stops unless every tool is there, naming all that are missing at once."""
    missing = [
        f"{tool}: {source}"
        for tool, source in (
            ("sam", "pip install aws-sam-cli"),
            ("cargo", "https://rustup.rs"),
            ("cargo-lambda", "pip install cargo-lambda"),
        )
        if not shutil.which(tool)
    ]
    ziglang = [sys.executable, "-m", "ziglang", "version"]
    if not shutil.which("zig") and subprocess.run(ziglang, capture_output=True).returncode:
        missing.append("zig: pip install ziglang (0.16 does not work)")
    if missing:
        raise Stop("These tools are missing:\n  " + "\n  ".join(missing))


def check_parameters(values: dict[str, str]) -> None:
    """Stops at a parameter that template.yaml lacks; SAM would leave it out without a word."""
    text = (AWS_DIR / "template.yaml").read_text()
    section = re.search(r"^Parameters:\n(.*?)^\S", text, re.M | re.S)
    known = re.findall(r"^  (\w+):$", section[1], re.M) if section else []
    for name in values.keys() - set(known):
        raise Stop(f"template.yaml has no parameter {name}; it has {', '.join(known)}.")


def build(architecture: str) -> None:
    """Builds the functions into .aws-sam/build."""
    _sam("build", "--parameter-overrides", f"Architecture={architecture}")
    for name, program in programs().items():
        # cargo-lambda builds for this machine's processor unless SAM asks for arm64.
        if int.from_bytes(program[18:20], "little") != MACHINES[architecture]:
            raise Stop(
                f"{name} was built for another processor than {architecture}. "
                "Name the one of this machine with --architecture, or build on another machine."
            )


def programs() -> dict[str, bytes]:
    """What was built, by the function's logical id."""
    return {path.parent.name: path.read_bytes() for path in BUILT.glob("*/bootstrap")}


def deploy(name: str, options: argparse.Namespace, values: dict[str, str]) -> None:
    """Creates or updates the stack; parameters that are not named keep their values."""
    file = write_parameters(values, AWS_DIR / ".aws-sam")
    where = ["--region", options.region]
    who = ["--profile", options.profile] if options.profile else []
    _sam("deploy", "--stack-name", name, *where, *who, "--parameter-overrides", f"file://{file}")


def write_parameters(values: dict[str, str], folder: Path) -> Path:
    """In a file, because SAM's command line takes quotation marks and blanks apart."""
    file = folder / "parameters.yaml"
    # SAM takes backslashes before quotation marks away; JSON can write the marks without.
    escaped = {name: value.replace('\\"', "\\u0022") for name, value in values.items()}
    file.write_text(json.dumps(escaped))
    return file


def version() -> str:
    """What is deployed, as git names this checkout: one knows later what to go back to."""
    if not shutil.which("git"):
        return "unknown"
    command = ["git", "describe", "--always", "--dirty", "--tags"]
    return subprocess.run(command, cwd=AWS_DIR, capture_output=True, text=True).stdout.strip()


def _sam(*arguments: str) -> None:
    print("+ sam", *arguments, flush=True)
    if subprocess.run(["sam", *arguments], cwd=AWS_DIR).returncode:
        raise Stop(f"sam {arguments[0]} failed, see above.")
