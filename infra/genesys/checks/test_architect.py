"""The workflows for Architect, before its own core: imported, every expression parsed and typed."""

import base64
import copy
import json
import os
import re
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from architect import ROOT, judge

FILES = Path(os.environ.get("WORKFLOWS", ROOT / "target/genesys-workflows/written/out"))

NAMES = (
    "HRIS-Get-Agents",
    "HRIS-Get-Balance",
    "HRIS-Get-Timeoff-Types",
    "HRIS-Insert-TimeOff",
    "HRIS-Update-TimeOff",
)

# What it says of every workflow, since it has no type for them; gaps.py names it.
ABOUT_THE_TYPE = re.compile(
    r"^flow: The flow type of 'surveyinvite' is not available\.$"
    r"|: The '(Call Data Action|Disconnect)' action is not available in a 'Survey Invite Flow'$"
    r"|: 'flow' scoped variables cannot used as inputs in flows of type 'Survey Invite Flow'\.$"
)
# What it does not keep, because it has no use for it.
NOT_KEPT = re.compile(r"^/errorHandling/queue$|/processingPrompt$|/exitReason$")


def read(name):
    path = FILES / f"{name}.i3WorkFlow"
    if not path.exists():
        pytest.fail(
            f"{path} is not there: cargo test --workspace --test admin genesys_workflows writes it"
        )
    return unquote(base64.b64decode(path.read_text(), validate=True).decode("ascii"))


def part(value, name, key):
    """The first object of that name that has that key.

    An action has trackingId, a variable initialValue, a binding value.
    """
    if isinstance(value, dict):
        if value.get("name") == name and key in value:
            return value
        value = list(value.values())
    inner = value if isinstance(value, list) else []
    return next((found for found in (part(one, name, key) for one in inner) if found), None)


def expression(text, where="Close the dates"):
    def fault(workflow):
        part(workflow, where, "trackingId")["variables"][0]["expression"].update(
            text=text, config={}, metaData={}
        )

    return fault


def bound(name, field, value):
    def fault(workflow):
        part(workflow, name, "value")["value"][field] = value

    return fault


def newer(workflow):
    workflow["flowMetaData"]["flowDocumentVersion"] = "99.0"


def renamed_variable(workflow):
    part(workflow, "State.dates", "initialValue")["name"] = "State.days"


def retyped_variable(workflow):
    variable = part(workflow, "State.dates", "initialValue")
    variable["__type"] = "IntegerVariable"
    variable["initialValue"].update(
        type="int", text="0", config={"lit": {"pos": 1, "text": "0", "type": "int"}}
    )


def unknown_input(workflow):
    part(workflow, "timeOffTypeId2", "value")["name"] = "timeOffTypeId3"


def endless_loop_body(workflow):
    loop, end = (
        part(workflow, name, "trackingId") for name in ("Each of the dates", "End the workflow")
    )
    loop["path"]["nextActionId"] = end["id"]


def condition_that_is_a_text(workflow):
    part(workflow, "No dates?", "trackingId")["expression"].update(
        text="Flow.agentId", config={}, metaData={}
    )


def tree_of_another_text(workflow):
    close = part(workflow, "Close the dates", "trackingId")["variables"]
    close[0]["expression"]["config"] = copy.deepcopy(close[1]["expression"]["config"])


FAULTS = {
    "a text and a list added": expression("State.dates + Flow.dates"),
    "a function that is not there": expression("Lower2(State.dates)"),
    "a text without an end": expression('State.dates + "]'),
    "a parenthesis without an end": expression("ToString(State.copied"),
    "a variable that is not there": expression("State.nothing"),
    "a number where a text belongs": expression("Count(Flow.dates)"),
    "no text at all": expression(""),
    "a condition that is a text": condition_that_is_a_text,
    "a variable under another name": renamed_variable,
    "a variable of another type": retyped_variable,
    "an output bound to a list": bound("timeOffRequestId", "text", "Flow.dates"),
    "an output bound to nothing that is there": bound("timeOffRequestId", "text", "Flow.id"),
    "an input that the data action has not": unknown_input,
    "a newer form of file": newer,
    "a loop that ends the workflow": endless_loop_body,
    "a tree that is not that of the text": tree_of_another_text,
}


@pytest.fixture(scope="module")
def workflows():
    return {name: json.loads(read(name)) for name in NAMES}


@pytest.fixture(scope="module")
def verdicts(workflows):
    """One run of the core for all: the workflows as they are, then one with each fault."""
    cases = dict(workflows)
    for title, fault in FAULTS.items():
        cases[title] = copy.deepcopy(workflows["HRIS-Insert-TimeOff"])
        fault(cases[title])
    return dict(zip(cases, judge(list(cases.values())), strict=True))


def complaints(verdict):
    """What is wrong with a workflow: refused, an error, an expression lost or read as another."""
    if "refused" in verdict:
        return [verdict["refused"]]
    found = [error for error in verdict["errors"] if not ABOUT_THE_TYPE.search(error)]
    found += [warning for warning in verdict["warnings"] if "is not used" not in warning]
    for path, given in verdict["given"].items():
        parsed = verdict["expressions"].get(path)
        if NOT_KEPT.search(path):
            continue
        if parsed is None:
            found.append(f"{path} is lost")
        elif any(parsed.get(key) != given.get(key) for key in ("text", "type", "config")):
            found.append(f"{path} is not what the core makes of it")
        elif given["config"].get("ref", given)["text"] != given["text"]:
            found.append(f"{path} is another variable than its tree names")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_the_form_of_an_export(name):
    text = read(name)
    written = (FILES / f"{name}.i3WorkFlow").read_text()
    assert base64.b64encode(quote(text, safe="-_.!~*'()").encode()).decode() == written
    assert json.loads(text)["type"] == "workflow"


@pytest.mark.parametrize("name", NAMES)
def test_the_core_takes_a_workflow_whole(name, verdicts):
    assert complaints(verdicts[name]) == []


def test_the_core_parses_every_expression(workflows, verdicts):
    modes = [
        part
        for name in NAMES
        for part in verdicts[name]["given"].values()
        if part["uiMetaData"]["mode"] == 0
    ]
    assert len(modes) > 100
    print(f"{len(modes)} expressions parsed and typed")


@pytest.mark.parametrize("title", FAULTS)
def test_the_core_notices(title, verdicts):
    assert complaints(verdicts[title])
