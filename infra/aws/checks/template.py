"""Reads template.yaml and openapi.yaml and expands them the way CloudFormation would."""

import copy
import os
import pathlib

import yaml

AWS_DIR = pathlib.Path(__file__).resolve().parent.parent
ROOT = AWS_DIR.parent.parent
REGION = "eu-central-1"
ACCOUNT = "123456789012"
STACK_NAME = "timeoff-bridge"
CODE_BUCKET = "code-bucket"

FUNCTIONS = {
    "GetAgents": "get-agents",
    "GetTimeoffTypes": "get-timeoff-types",
    "GetBalance": "get-balance",
    "InsertTimeoff": "insert-timeoff",
    "UpdateTimeoff": "update-timeoff",
}

# Each conditional part of the template is there in at least one of these and absent in another.
VARIANTS: dict[str, dict[str, str]] = {
    "defaults": {},
    "everything set": {
        "AllowedCidrs": "203.0.113.0/24,198.51.100.7/32",
        "AlarmEmail": "operator@example.com",
        "Architecture": "arm64",
        "ReservedConcurrency": "5",
        "RefreshSchedule": "rate(6 hours)",
        "StaleAgentListHours": "168",
        "ApiKeys": "second-and-first",
        "CreateApiGatewayLogRole": "true",
        "BambooHrBaseUrl": "https://proxy.example.com",
        "AgentFilter": '{"departmentName":["Support"]}',
        "MinutesPerDay": "480",
        "ZeroPayable": "duration",
        "ReadOnly": "true",
        "LogLevel": "DEBUG",
        "MetricsNamespace": "TimeoffBridge/Test",
        "BalanceThresholdMinutes": "-480",
    },
    "only CIDRs": {"AllowedCidrs": "203.0.113.0/24"},
    "only reserved concurrency": {"ReservedConcurrency": "1"},
    "only the log role": {"CreateApiGatewayLogRole": "true"},
    "another table and two keys": {"ExistingTable": "restored-table", "ApiKeys": "first-and-second"},
    "only the second key": {"ApiKeys": "second"},
}


class _TemplateLoader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms (`!Ref`, `!Sub` …)."""


def _short_form(loader, suffix, node):
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if name == "Fn::GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {name: value}


_TemplateLoader.add_multi_constructor("!", _short_form)


class _PlainLoader(yaml.SafeLoader):
    """YAML without short forms: AWS::Include does not know them, so a `!Sub` in openapi.yaml has to fail here too.

    A class of its own because the SAM translator teaches PyYAML's loaders the short forms for the whole process.
    """


_PlainLoader.yaml_constructors = {
    tag: constructor
    for tag, constructor in yaml.SafeLoader.yaml_constructors.items()
    if tag is None or not tag.startswith("!")
}
_PlainLoader.yaml_multi_constructors = {}


def source() -> dict:
    """template.yaml as written, short forms made long."""
    return yaml.load((AWS_DIR / "template.yaml").read_text(), _TemplateLoader)  # noqa: S506, a SafeLoader


def openapi() -> dict:
    """openapi.yaml as written."""
    return yaml.load((AWS_DIR / "openapi.yaml").read_text(), _PlainLoader)  # noqa: S506, a SafeLoader


def parameters(template: dict, overrides: dict[str, str]) -> dict[str, str]:
    """The parameters' values: the defaults and what a variant sets."""
    unknown = overrides.keys() - template["Parameters"].keys()
    assert not unknown, f"no such parameter: {sorted(unknown)}"
    values = {}
    for name, definition in template["Parameters"].items():
        value = overrides.get(name, definition.get("Default"))
        assert value is not None, f"parameter {name} has no default, so a first deployment would have to ask for it"
        values[name] = str(value)
    return values


def expand(template: dict, api: dict, overrides: dict[str, str]) -> dict:
    """The plain CloudFormation template that the SAM transform makes of the two files."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    from samtranslator.translator.transform import transform

    class NoManagedPolicies:
        """The template names managed policies only by what SAM adds itself."""

        def load(self):
            return {}

    template = copy.deepcopy(template)
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            # The translator refuses a local path; `aws cloudformation package` has replaced it by then.
            resource["Properties"]["CodeUri"] = {"Bucket": CODE_BUCKET, "Key": f"{name}.zip"}
        if resource["Type"] == "AWS::Serverless::Api":
            include = resource["Properties"]["DefinitionBody"]["Fn::Transform"]
            assert include == {"Name": "AWS::Include", "Parameters": {"Location": "openapi.yaml"}}, include
            resource["Properties"]["DefinitionBody"] = copy.deepcopy(api)
    return transform(template, parameters(template, overrides), NoManagedPolicies())
