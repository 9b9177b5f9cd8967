"""What the documents of infra/ name is there: files, sections, saved queries, options of the deploy script, error codes."""

import itertools
import re
import shlex
import subprocess
import sys
from pathlib import Path

import botocore.session
from botocore import xform_name

from . import model, rust
from .runner import check
from .template import AWS_DIR, ROOT

RUNBOOK = AWS_DIR / "RUNBOOK.md"
_AWS = botocore.session.get_session()
GENESYS = ROOT / "infra/genesys/README.md"
DOCUMENTS = [ROOT / "README.md", AWS_DIR / "README.md", RUNBOOK, GENESYS, ROOT / "infra/admin/README.md"]


def _sections(text: str) -> set[str]:
    """The anchors of a document, as GitHub makes them of its headings."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    headings = re.findall(r"^#+ (.+)$", prose, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _broken_links(path: Path, text: str) -> list[str]:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists():
            broken.append(f"{path.relative_to(ROOT)} links to {target}, which is not there")
        elif anchor and anchor not in _sections(text if file == path else file.read_text()):
            broken.append(f"{path.relative_to(ROOT)} links to {target}, and there is no such section")
    return broken


@check("documents", "every link leads to a file and a section that are there")
def _links():
    broken = [finding for path in DOCUMENTS for finding in _broken_links(path, path.read_text())]
    assert not broken, "\n".join(broken)
    for target in ("nowhere.md", "#no-such-section", "../genesys/README.md#no-such-section"):
        assert _broken_links(RUNBOOK, f"# A heading\n[text]({target})"), f"a link to {target} went unnoticed"


@check("documents", "every command line of the deploy script has options that it knows, and parameters of the template")
def _options():
    script = [sys.executable, AWS_DIR / "deploy", "--help"]
    known = set(re.findall(r"--[a-z-]+", subprocess.run(script, capture_output=True, text=True, check=True).stdout))
    parameters = model.variants()[0].source["Parameters"]
    found = 0
    for path in DOCUMENTS:
        for line in re.findall(r"infra/aws/deploy( [^`\n]*)", path.read_text()):
            found += 1
            options = set(re.findall(r"(?<!\S)--[a-z-]+", line.partition(" # ")[0]))
            assert options <= known, f"{path.name}: the script has no {sorted(options - known)}:{line}"
            for name in re.findall(r"--parameter (\w+)=", line):
                assert name in parameters, f"{path.name}: there is no parameter {name}:{line}"
    assert found > 5, "the scan found hardly a command line of the deploy script"


def _unknown_to_aws(line: str) -> str:
    """What AWS' own models do not know of one command line of its CLI; empty when they know all of it."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = list(itertools.takewhile(lambda word: not set(word) <= set("();<>|&"), lexer))
    service, operation = words[1:3]
    if service in ("configure", "s3"):  # the CLI's own commands
        return ""
    if service not in _AWS.get_available_services():
        return f"no service {service}"
    model = _AWS.get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    if operation == "wait":
        path = f"{service}/{model.api_version}/waiters-2"
        waiters = _AWS.get_component("data_loader").load_data(path)["waiters"]
        operation = {xform_name(name, "-"): item["operation"] for name, item in waiters.items()}.get(words[3])
        operations = {operation: operation}
    if operation not in operations:
        return f"{service} has no operation {operation}"
    members = model.operation_model(operations[operation]).input_shape.members
    known = {f"--{xform_name(name, '-')}" for name in members} | {"--query", "--output"}
    switches = {f"--no-{xform_name(name, '-')}" for name, shape in members.items() if shape.type_name == "boolean"}
    given = {word for word in words if word.startswith("--")}
    return ", ".join(sorted(given - known - switches))


@check("documents", "every command line of the AWS CLI names operations and options that AWS has")
def _aws_commands():
    found = 0
    for path in DOCUMENTS:
        for line in re.findall(r"(?:^ *|`|\$\()(aws [a-z0-9-]+ [a-z0-9-]+[^`\n]*)", path.read_text(), re.M):
            found += 1
            unknown = _unknown_to_aws(line)
            assert not unknown, f"{path.relative_to(ROOT)}: {unknown} in {line}"
    assert found > 10, "the scan found hardly a command line of the AWS CLI"
    for wrong in (
        "aws dynamodb update-tables --table-name t",
        "aws dynamodb get-item --table t",
        "aws dynamo get-item",
    ):
        assert _unknown_to_aws(wrong), f"{wrong} went unnoticed"


@check("documents", "the runbook and the Genesys guide name every error code, and no other")
def _codes():
    for path, heading, foreign in (
        (RUNBOOK, "**What the error codes ask for**", set()),
        # What the data actions and the workflows themselves answer.
        (GENESYS, "## When it does not work", {"BAD_REQUEST", "TIMEOUT", "LIST_INCOMPLETE", "WORKFLOW_STOPPED"}),
    ):
        table = path.read_text().split(heading)[1].split("\n#")[0]
        rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
        named = {code for row in rows for code in re.findall(r"`([A-Z_]+)`", row)}
        expected = set(rust.error_codes()) | foreign
        assert named == expected, f"{path.name}: {sorted(named ^ expected)}"


@check("documents", "the saved queries that the runbook names are in the template")
def _queries():
    found = model.variants()[0].of_type("AWS::Logs::QueryDefinition").values()
    saved = {query["Name"].partition("/")[2] for query in found}
    text = " ".join(RUNBOOK.read_text().split())
    named = set(re.findall(r"(?<!\*)\*([a-zA-Z][^*]+)\*(?!\*)", text))
    assert named == saved, f"{sorted(named ^ saved)}"
