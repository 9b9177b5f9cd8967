"""What the documents of infra/ name is there: files, sections, commands, queries, error codes."""

import itertools
import re
import shlex
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from checks import model
from checks.described import described
from checks.template import AWS_DIR, ROOT
from deployment.cli import parser

RUNBOOK = AWS_DIR / "RUNBOOK.md"
GENESYS = ROOT / "infra/genesys/README.md"
DOCUMENTS = [
    ROOT / "README.md",
    AWS_DIR / "README.md",
    RUNBOOK,
    GENESYS,
    ROOT / "infra/admin/README.md",
]
AWS = botocore.session.get_session()

on_every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.parent.name)


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
            broken.append(
                f"{path.relative_to(ROOT)} links to {target}, and there is no such section"
            )
    return broken


@on_every_document
def test_links_lead_somewhere(path: Path) -> None:
    """To a file and a section that are there."""
    assert _broken_links(path, path.read_text()) == []


@pytest.mark.parametrize("target", ["nowhere.md", "#no-section", "../genesys/README.md#no-section"])
def test_broken_link_is_noticed(target: str) -> None:
    """A file, a section here, a section elsewhere."""
    assert _broken_links(RUNBOOK, f"# A heading\n[text]({target})")


def _commands(pattern: str) -> list[tuple[str, str]]:
    return [
        (path.parent.name, line)
        for path in DOCUMENTS
        for line in re.findall(pattern, path.read_text(), re.M)
    ]


@pytest.mark.parametrize(("where", "line"), _commands(r"infra/aws/deploy (?=[a-z-])([^`\n]*)"))
def test_deploy_command(where: str, line: str) -> None:
    """The command line's own parser takes it, and the template has the parameters that it sets."""
    options = parser().parse_args(shlex.split(line, comments=True))
    known = model.variant("defaults").source["Parameters"]
    assert {name for name, _ in getattr(options, "parameter", ())} <= known.keys(), where


def test_deploy_commands_are_found() -> None:
    """The scan above bites."""
    assert len(_commands(r"infra/aws/deploy ([a-z][^`\n]*)")) > 15


def _unknown_to_aws(line: str) -> str:
    """What AWS' own models do not know of one command line of its CLI."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = list(itertools.takewhile(lambda word: not set(word) <= set("();<>|&"), lexer))
    service, operation = words[1:3]
    # The CLI's own commands.
    if service in ("configure", "s3") or (service, operation) == ("sso", "login"):
        return ""
    if service not in AWS.get_available_services():
        return f"no service {service}"
    model = AWS.get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    if operation == "wait":
        path = f"{service}/{model.api_version}/waiters-2"
        waiters = AWS.get_component("data_loader").load_data(path)["waiters"]
        operation = {
            xform_name(name, "-"): item["operation"] for name, item in waiters.items()
        }.get(words[3])
        operations = {operation: operation}
    if operation not in operations:
        return f"{service} has no operation {operation}"
    members = model.operation_model(operations[operation]).input_shape.members
    known = {f"--{xform_name(name, '-')}" for name in members} | {"--query", "--output"}
    switches = {
        f"--no-{xform_name(name, '-')}"
        for name, shape in members.items()
        if shape.type_name == "boolean"
    }
    given = {word for word in words if word.startswith("--")}
    return ", ".join(sorted(given - known - switches))


AWS_COMMAND = r"(?:^ *|`|\$\()(aws [a-z0-9-]+ [a-z0-9-]+[^`\n]*)"


@pytest.mark.parametrize(("where", "line"), _commands(AWS_COMMAND))
def test_aws_command(where: str, line: str) -> None:
    """Every command line of the AWS CLI names operations and options that AWS has."""
    assert not _unknown_to_aws(line), where


@pytest.mark.parametrize(
    "line",
    [
        "aws dynamodb update-tables --table-name t",
        "aws dynamodb get-item --table t",
        "aws dynamo get-item",
    ],
)
def test_wrong_aws_command_is_noticed(line: str) -> None:
    """Another operation, another option, another service."""
    assert _unknown_to_aws(line)


@pytest.mark.parametrize(
    ("path", "heading", "foreign"),
    [
        (RUNBOOK, "**What the error codes ask for**", set()),
        # What the data actions and the workflows themselves answer.
        (
            GENESYS,
            "## When it does not work",
            {"BAD_REQUEST", "TIMEOUT", "LIST_INCOMPLETE", "WORKFLOW_STOPPED"},
        ),
    ],
    ids=["runbook", "genesys"],
)
def test_error_codes_are_all_there(path: Path, heading: str, foreign: set[str]) -> None:
    """The runbook and the Genesys guide name every error code, and no other."""
    table = path.read_text().split(heading)[1].split("\n#")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {code for row in rows for code in re.findall(r"`([A-Z_]+)`", row)}
    assert named == set(described()["errorCodes"]) | foreign


def test_saved_queries_are_those_of_the_runbook() -> None:
    """What stands in italics there is a query's name."""
    found = model.variant("defaults").of_type("AWS::Logs::QueryDefinition").values()
    saved = {query["Name"].partition("/")[2] for query in found}
    text = " ".join(RUNBOOK.read_text().split())
    assert set(re.findall(r"(?<!\*)\*([a-zA-Z][^*]+)\*(?!\*)", text)) == saved
