"""Rules about the functions' settings."""

import re
from collections.abc import Iterator

from checks import described
from checks.model import Model
from checks.rules.registry import rule
from checks.template import ROOT


@rule
def environment(model: Model) -> Iterator[str]:
    """Every setting that the code reads is in the template, and the other way round."""
    read = set(described.settings())
    # Lambda sets these itself, or the AWS SDK's users do for tests; a template must not.
    of_lambda = {name for name in read if name.startswith("AWS_")}
    for name, function in model.source["Globals"]["Function"]["Environment"].items():
        assert name == "Variables", name
        declared = set(function)
        for variable in sorted(read - of_lambda - declared):
            yield f"the code reads {variable}, and the template does not set it"
        for variable in sorted(declared - read):
            yield f"the template sets {variable}, and no code reads it"
    for name, function in model.of_type("AWS::Lambda::Function").items():
        for variable, value in function["Environment"]["Variables"].items():
            if str(value) == "":
                yield f"{name} gets an empty {variable}"


@rule
def settings(model: Model) -> Iterator[str]:
    """Parameters of settings have the name, the default and the range of the variable."""
    variables = model.source["Globals"]["Function"]["Environment"]["Variables"]
    described_settings = described.settings()
    for variable, value in variables.items():
        if variable in ("BAMBOOHR_SECRET_ID", "TABLE_NAME"):
            continue
        parameter = value.get("Ref") or value["Fn::If"][1]["Ref"]
        definition = model.source["Parameters"].get(parameter, {})
        if variable.replace("_", "").lower() != parameter.lower() and (variable, parameter) != (
            "RUST_LOG",
            "LogLevel",
        ):
            yield f"{variable} is set by {parameter}"
        if not definition.get("Description", "").startswith(variable):
            yield f"the description of {parameter} does not begin with {variable}"
        if definition.get("Type") == "Number":
            low, high = described_settings[variable]["range"] or (0, 0)
            if "MinValue" not in definition or "MaxValue" not in definition:
                yield f"{parameter} has no range, and {variable} has one"
            elif definition["MinValue"] < low or definition["MaxValue"] > high:
                yield f"{parameter} allows more than {low} to {high}, which {variable} may be"
        default = described_settings[variable]["default"]
        # Log levels are the same in capitals.
        if default is not None and str(definition.get("Default")).lower() != default.lower():
            yield f"{parameter} is {definition.get('Default')} by default, and {variable} {default}"
        conditional = "Fn::If" in value
        if conditional != (definition.get("Default") == ""):
            yield f"{parameter}: exactly an empty default leaves {variable} unset"


@rule
def readme(model: Model) -> Iterator[str]:
    """The README lists the variables that the code reads, with the template's defaults."""
    table = (ROOT / "README.md").read_text().split("## Configuration")[1].split("\n## ")[0]
    rows = {}
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        for variable in re.findall(r"`([A-Z][A-Z0-9_]+)`", cells[0]) if cells else []:
            rows[variable] = cells[1]
    read = set(described.settings())
    # Lambda sets these for every function; nobody configures them.
    of_lambda = set(
        """
        AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
        AWS_LAMBDA_RUNTIME_API
        """.split()
    )
    elsewhere = set(re.findall(r"`(AWS_[A-Z_]+)`", table))
    for variable in sorted(read - of_lambda - rows.keys() - elsewhere):
        yield f"the code reads {variable}, and README.md does not mention it"
    for variable in sorted(rows.keys() - read):
        yield f"README.md mentions {variable}, and no code reads it"
    variables = model.source["Globals"]["Function"]["Environment"]["Variables"]
    for variable, default in rows.items():
        parameter = variables.get(variable, {}).get("Ref")
        if parameter in model.source["Parameters"]:
            of_template = model.source["Parameters"][parameter]["Default"]
            if default != f"`{of_template}`":
                yield f"{variable} is {default} in README.md and {of_template} in the template"
