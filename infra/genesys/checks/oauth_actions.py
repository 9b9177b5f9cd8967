"""The data actions for OAuth are those for the key with one header more.

Run as a program it writes them; the checks compare, byte for byte.
"""

import json
from pathlib import Path

BUNDLE = Path(__file__).resolve().parents[1]
HEADER = ("Authorization", "${authResponse.token_type} ${authResponse.access_token}")


def with_token(text):
    """The file of a data action, with the header among the others in their order."""
    action = json.loads(text)
    request = action["config"]["request"]
    request["headers"] = dict(
        sorted([*request["headers"].items(), HEADER], key=lambda header: header[0].lower())
    )
    return json.dumps(action, indent=2, ensure_ascii=False) + "\n"


def expected():
    """Every file of data-actions-oauth that is made from one of data-actions."""
    return {
        path.name: with_token(path.read_text())
        for path in sorted((BUNDLE / "data-actions").glob("*.custom.json"))
    }


if __name__ == "__main__":
    for name, text in expected().items():
        (BUNDLE / "data-actions-oauth" / name).write_text(text)
