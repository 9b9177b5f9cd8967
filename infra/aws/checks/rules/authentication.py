"""Rules about what a call needs: the key, or a token beside it."""

import re
from collections.abc import Iterator

from checks.model import Model
from checks.rules.registry import rule
from checks.template import STACK_UUID

SCOPE = "timeoff-bridge/sync"
API_KEY = {"type": "apiKey", "name": "x-api-key", "in": "header"}
# Nothing more: what an `identityValidationExpression` is held against is `aud`, and an access token
# has none.
TOKEN = {
    "type": "apiKey",
    "name": "Authorization",
    "in": "header",
    "x-amazon-apigateway-authtype": "cognito_user_pools",
    "x-amazon-apigateway-authorizer": {
        "type": "cognito_user_pools",
        "providerARNs": ["<OAuthUserPool.Arn>"],
    },
}
# What is there for OAuth alone.
OF_OAUTH = re.compile(r"OAuth\w+|UnauthenticatedCalls(Alarm)?")


def needs_token(model: Model) -> bool:
    """Whether a call needs a token beside the key."""
    return model.parameters["AuthMode"] == "ApiKeyAndOAuth"


@rule
def security(model: Model) -> Iterator[str]:
    """Every operation asks for exactly what AuthMode says, by schemes that API Gateway heeds."""
    schemes, needed = {"api_key": API_KEY}, {"api_key": []}
    if needs_token(model):
        schemes, needed = schemes | {"oauth": TOKEN}, needed | {"oauth": [SCOPE]}
    found = model.body.get("components", {}).get("securitySchemes", {})
    for name in found.keys() | schemes.keys():
        if found.get(name) != schemes.get(name):
            yield f"the security scheme {name} is {found.get(name)}"
    for path, method, operation in model.operations():
        if operation.get("security") != [needed]:
            yield f"{method} {path} asks for {operation.get('security')}, not for {needed}"


@rule
def oauth(model: Model) -> Iterator[str]:
    """The pool has no users, and its one client gets itself tokens of a day for the one scope."""
    found = {name: item for name, item in model.resources.items() if "Cognito" in item["Type"]}
    if model.parameters["AuthMode"] == "ApiKey":
        if found or any(name.startswith("OAuth") for name in model.outputs):
            yield f"{sorted(found)} and their outputs are there without a use"
        return
    _, pool = model.one("AWS::Cognito::UserPool")
    if pool.get("AdminCreateUserConfig") != {"AllowAdminCreateUserOnly": True}:
        yield "anybody can sign up"
    _, domain = model.one("AWS::Cognito::UserPoolDomain")
    prefix = domain["Domain"]
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", prefix) or STACK_UUID not in prefix:
        yield f"the domain's prefix {prefix} is not allowed, or not unique"
    server_id, server = model.one("AWS::Cognito::UserPoolResourceServer")
    scopes = [f"{server['Identifier']}/{scope['ScopeName']}" for scope in server["Scopes"]]
    if scopes != [SCOPE]:
        yield f"the scopes are {scopes}"
    client_id, client = model.one("AWS::Cognito::UserPoolClient")
    expected = {
        "GenerateSecret": True,
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": [SCOPE],
        "AccessTokenValidity": 24,
        "TokenValidityUnits": {"AccessToken": "hours"},
    }
    for name, value in expected.items():
        if client.get(name) != value:
            yield f"the client's {name} is {client.get(name)}"
    if model.resources[client_id].get("DependsOn") != server_id:
        yield "the client does not wait for its scope"
    for item in found.values():
        if item["Properties"].get("UserPoolId", "<OAuthUserPool>") != "<OAuthUserPool>":
            yield f"{item['Type']} belongs to {item['Properties']['UserPoolId']}"
    handed_out = {name: model.outputs.get(name) for name in ("OAuthClientId", "OAuthUserPoolId")}
    if handed_out != {"OAuthClientId": f"<{client_id}>", "OAuthUserPoolId": "<OAuthUserPool>"}:
        yield f"the outputs name {handed_out}"


@rule
def switching(model: Model) -> Iterator[str]:
    """Another AuthMode changes what a call needs, and no URL, no key, no table, nothing else."""
    here = _without_oauth(model)
    for mode in model.source["Parameters"]["AuthMode"]["AllowedValues"]:
        there = _without_oauth(model.with_parameter("AuthMode", mode))
        for name in here.keys() | there.keys():
            if here.get(name) != there.get(name):
                yield f"{name} is another with {mode}"


def _without_oauth(model: Model) -> dict:
    """Resources, outputs and routes, without what OAuth adds."""
    parts = model.resources | model.outputs
    api, _ = model.one("AWS::ApiGateway::RestApi")
    properties = {name: value for name, value in parts[api]["Properties"].items() if name != "Body"}
    parts[api] = parts[api] | {"Properties": properties}
    routes = {f"{method} {path}" for path, method, _ in model.operations()}
    return {"routes": routes} | {
        name: part for name, part in parts.items() if not OF_OAUTH.fullmatch(name)
    }
