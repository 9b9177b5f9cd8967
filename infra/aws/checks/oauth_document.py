"""Makes openapi-oauth.yaml of openapi.yaml: the same API, which asks for a token beside the key.

OpenAPI knows no conditions: an Fn::If under `security` makes a document that API Gateway refuses.
So there are two, and a check compares the second with what this makes of the first. In infra/aws:

    python3 -m checks.oauth_document
"""

from pathlib import Path

AWS_DIR = Path(__file__).resolve().parent.parent
MADE_OF, MADE = AWS_DIR / "openapi.yaml", AWS_DIR / "openapi-oauth.yaml"

HEADING = "# Made of openapi.yaml by checks/oauth_document.py. Do not edit.\n"

# The scope stands on every operation: without one API Gateway takes the token for an ID token, and
# refuses an access token. Both schemes stand in one object: in two, either would do.
SECURITY = (
    "        - api_key: []\n",
    "        - api_key: []\n          oauth: [timeoff-bridge/sync]\n",
)

# No `identityValidationExpression`: it is held against `aud`, which an access token has not.
SCHEME = """\
    oauth:
      type: apiKey
      name: Authorization
      in: header
      x-amazon-apigateway-authtype: cognito_user_pools
      x-amazon-apigateway-authorizer:
        type: cognito_user_pools
        providerARNs:
          - Fn::GetAtt: [OAuthUserPool, Arn]
"""

ANSWER = """\
        "401":
          description: The token is missing, has expired, or is not of this API. Get another.
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/GatewayAnswer"
"""

# What stands once.
SENTENCES = {
    "The call is not authenticated. Send the API key in the header x-api-key.": (
        "The token is missing or wrong. Send one of the token endpoint in the header "
        "Authorization, after Bearer, beside the API key in x-api-key."
    ),
    "The authentication has expired. Authenticate again.": (
        "The token has expired. Get another one of the token endpoint."
    ),
    "  schemas:\n": SCHEME + "  schemas:\n",
}


def made_of(text: str) -> str:
    """The document with the token. Fails where the text is no longer what the changes expect."""
    operations = text.count("operationId:")
    changes = [(old, new, 1) for old, new in SENTENCES.items()]
    refusal = '        "403":\n'
    changes += [(*SECURITY, operations), (refusal, ANSWER + refusal, operations)]
    for old, new, times in changes:
        found = text.count(old)
        assert found == times, f"{old!r} stands {found} times in {MADE_OF.name}, not {times}"
        text = text.replace(old, new)
    return HEADING + text


if __name__ == "__main__":
    MADE.write_text(made_of(MADE_OF.read_text()))
