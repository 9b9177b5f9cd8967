"""The BambooHR secret, from a terminal or from standard input, never from a command line."""

import getpass
import json
import re
import sys

from deployment import Stop

# The functions recognise it, too, and answer CONFIGURATION.
PLACEHOLDER = "REPLACE-ME"


def read_secret() -> str:
    """The secret as JSON text."""
    fields = _ask() if sys.stdin.isatty() else _parse(sys.stdin.read())
    if not isinstance(fields, dict) or fields.keys() != {"companyDomain", "apiKey"}:
        raise Stop("The secret must be a JSON object with exactly companyDomain and apiKey.")
    fields = {name: str(value).strip() for name, value in fields.items()}
    label = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    if not re.fullmatch(label, fields["companyDomain"]):
        raise Stop("companyDomain must be a single label such as acme, not a host name or a URL.")
    if not fields["apiKey"] or PLACEHOLDER in fields["apiKey"]:
        raise Stop("apiKey is empty or still the placeholder.")
    return json.dumps(fields)


def _ask() -> dict[str, str]:
    print("The company domain is what stands before .bamboohr.com.")
    domain = input("BambooHR company domain: ")
    return {"companyDomain": domain, "apiKey": getpass.getpass("BambooHR API key: ")}


def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        example = '{"companyDomain": "acme", "apiKey": "…"}'
        raise Stop(f"Standard input holds no JSON. Send {example}.") from None
