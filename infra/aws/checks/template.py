"""Reads the three sources and expands them the way SAM and CloudFormation would."""

import copy
import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

AWS_DIR = Path(__file__).resolve().parent.parent
ROOT = AWS_DIR.parent.parent
REGION = "eu-central-1"
ACCOUNT = "123456789012"
STACK_NAME = "timeoff-bridge"
STACK_UUID = "51af3dc0-da77-11e4-872e-1234567db123"
STACK_ID = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK_NAME}/{STACK_UUID}"
CODE_BUCKET = "code-bucket"
OAUTH_DOCUMENT = "openapi-oauth.yaml"

FUNCTIONS = {
    "GetAgents": "get-agents",
    "GetTimeoffTypes": "get-timeoff-types",
    "GetBalance": "get-balance",
    "InsertTimeoff": "insert-timeoff",
    "UpdateTimeoff": "update-timeoff",
}

_METHODS = "get put post delete patch head options x-amazon-apigateway-any-method".split()

# Each conditional part of the template is there in at least one of these and absent in another.
VARIANTS: dict[str, dict[str, str]] = {
    "defaults": {},
    "everything set": {
        "AllowedCidrs": "203.0.113.0/24,198.51.100.7/32",
        "AlarmEmail": "operator@example.com",
        "Architecture": "arm64",
        "ReservedConcurrency": "5",
        "RefreshSchedule": "rate(6 hours)",
        "SettleSchedule": "rate(1 hour)",
        "StaleAgentListHours": "168",
        "ApiKeys": "second-and-first",
        "AuthMode": "ApiKeyAndOAuth",
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
    "another table and two keys": {
        "ExistingTable": "restored-table",
        "ApiKeys": "first-and-second",
    },
    "only the second key": {"ApiKeys": "second"},
    "OAuth is ready": {"AuthMode": "ApiKeyOAuthReady"},
    "only OAuth": {"AuthMode": "ApiKeyAndOAuth"},
}


class PlainLoader(yaml.SafeLoader):
    """YAML without short forms: AWS::Include does not know them, so they have to fail here too.

    A class of its own because the SAM translator teaches PyYAML's loaders the short forms for the
    whole process.
    """


PlainLoader.yaml_constructors = SafeConstructor.yaml_constructors
PlainLoader.yaml_multi_constructors = {}


@functools.cache
def _read() -> dict[str, Any]:
    from samtranslator.yaml_helper import yaml_parse

    included = ("openapi.yaml", OAUTH_DOCUMENT, "dashboard.yaml")
    return {"template.yaml": yaml_parse((AWS_DIR / "template.yaml").read_text())} | {
        name: yaml.load((AWS_DIR / name).read_text(), PlainLoader) for name in included
    }


def sources() -> dict[str, Any]:
    """The files by name, short forms made long; a copy, to be changed at will."""
    return copy.deepcopy(_read())


def openapi() -> dict:
    """openapi.yaml as written; not to be changed."""
    return _read()["openapi.yaml"]


def operations(api: dict) -> Iterator[tuple[str, str, dict]]:
    """Every operation of an OpenAPI document as (path, method, operation)."""
    for path, item in api["paths"].items():
        for method, operation in item.items():
            if method in _METHODS:
                yield path, method, operation


def parameters(template: dict, overrides: Mapping[str, str]) -> dict[str, str]:
    """The parameters' values: the defaults and what a variant sets."""
    unknown = overrides.keys() - template["Parameters"].keys()
    assert not unknown, f"no such parameter: {sorted(unknown)}"
    values = {}
    for name, definition in template["Parameters"].items():
        value = overrides.get(name, definition.get("Default"))
        assert value is not None, f"parameter {name} has no default: a first deployment would ask"
        values[name] = str(value)
    return values


def expand(sources: Mapping[str, Any], overrides: Mapping[str, str]) -> dict:
    """The plain CloudFormation template that the SAM transform makes of the sources.

    AWS::Include comes after it, and not before as on AWS: to SAM the two documents are values like
    any other, and it copies what it is given many times.
    """
    from samtranslator.translator.transform import transform

    # The template names managed policies only by what SAM adds itself.
    no_policies = SimpleNamespace(load=dict)
    template = copy.deepcopy(sources["template.yaml"])
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            # The translator refuses a local path; `sam deploy` has replaced it by then.
            resource["Properties"]["CodeUri"] = {"Bucket": CODE_BUCKET, "Key": f"{name}.zip"}
    expanded = transform(template, parameters(template, overrides), no_policies)
    return _included(expanded, sources)


def _included(node: Any, sources: Mapping[str, Any]) -> Any:
    """The node with every AWS::Include replaced by the file that it names."""
    if isinstance(node, list):
        return [_included(item, sources) for item in node]
    if not isinstance(node, dict):
        return node
    if node.keys() == {"Fn::Transform"}:
        include = node["Fn::Transform"]
        assert include["Name"] == "AWS::Include", include
        return copy.deepcopy(sources[include["Parameters"]["Location"]])
    return {key: _included(value, sources) for key, value in node.items()}
