"""The data actions for OAuth, against those that they are made from."""

import json

from oauth_actions import BUNDLE, expected

FOLDER = BUNDLE / "data-actions-oauth"
TOKEN = "HRIS-OAuth.customAuth.json"


def test_the_files_are_what_is_made_of_the_data_actions():
    found = {path.name: path.read_text() for path in FOLDER.iterdir() if path.name != TOKEN}
    assert found == expected(), "run infra/genesys/checks/oauth_actions.py"


def test_the_token_is_asked_for_as_cognito_takes_it():
    request = json.loads((FOLDER / TOKEN).read_text())["config"]["request"]
    # Without it Cognito answers 405.
    assert request["headers"]["Content-Type"] == "application/x-www-form-urlencoded"
    assert (
        request["headers"]["Authorization"]
        == 'Basic $encoding.base64("${credentials.clientId}:${credentials.clientSecret}")'
    )
    assert (request["requestType"], request["requestTemplate"]) == (
        "POST",
        "grant_type=client_credentials",
    )
