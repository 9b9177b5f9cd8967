"""Enforces roles before moto: the role that signed a request has the right, or not.

moto's own enforcement checks DynamoDB and Secrets Manager against the resource `*`, which denies
every policy that names a resource. Here a request is taken apart as IAM does it: a transaction into
its parts, tables and secrets into ARNs.
"""

import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug import Request, Response

from checks.model import Grant

_TRANSACTION_PARTS = {
    "ConditionCheck": "dynamodb:ConditionCheckItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "Get": "dynamodb:GetItem",
}


@dataclass
class Enforcement:
    """How names become ARNs, the roles' grants by access key id, and every decision made."""

    arns: dict[str, str]
    grants: dict[str, set[Grant]] = field(default_factory=dict)
    decisions: list[tuple[str, Grant, bool]] = field(default_factory=list)

    def decide(self, access_key: str, target: str, body: dict) -> Grant | None:
        """Decides on each right that the request needs. Returns the first that is denied."""
        denied = None
        for grant in self.needed(target, body):
            allowed = grant in self.grants.get(access_key, set())
            self.decisions.append((access_key, grant, allowed))
            if not allowed and denied is None:
                denied = grant
        return denied

    def needed(self, target: str, body: dict) -> list[Grant]:
        """The rights that a request needs, as pairs of action and ARN."""
        service, _, operation = target.partition(".")
        if service == "secretsmanager":
            return [(f"secretsmanager:{operation}", self._arn(body.get("SecretId", "")))]
        assert service == "DynamoDB_20120810", target
        if operation in ("TransactWriteItems", "TransactGetItems"):
            return [
                (_TRANSACTION_PARTS[part], self._arn(content["TableName"]))
                for item in body["TransactItems"]
                for part, content in item.items()
            ]
        if operation in ("BatchGetItem", "BatchWriteItem"):
            return [(f"dynamodb:{operation}", self._arn(table)) for table in body["RequestItems"]]
        if operation in ("ListTables", "DescribeLimits", "DescribeEndpoints"):
            return [(f"dynamodb:{operation}", "*")]
        index = f"/index/{body['IndexName']}" if "IndexName" in body else ""
        return [(f"dynamodb:{operation}", self._arn(body["TableName"]) + index)]

    def _arn(self, name: str) -> str:
        return self.arns.get(name, name if name.startswith("arn:") else f"unknown name {name}")


def enforced(application: WSGIApplication, enforcement: Enforcement) -> WSGIApplication:
    """The application, which gets a request only if the role that signed it has the right."""

    def decide_first(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()
        signed = re.search(r"Credential=([^/]+)/", request.headers.get("authorization", ""))
        denied = enforcement.decide(
            signed[1] if signed else "",
            request.headers.get("x-amz-target", ""),
            json.loads(body or b"{}"),
        )
        if not denied:
            # The application reads the body once more.
            return application(environ | {"wsgi.input": io.BytesIO(body)}, start)
        message = f"the role is not authorized to perform: {denied[0]} on resource: {denied[1]}"
        error = {"__type": "com.amazon.coral.service#AccessDeniedException", "Message": message}
        answer = Response(json.dumps(error), 400, content_type="application/x-amz-json-1.0")
        return answer(environ, start)

    return decide_first
