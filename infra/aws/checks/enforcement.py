"""A proxy before moto that enforces roles: the role that signed a request has the right, or not.

moto's own enforcement checks DynamoDB and Secrets Manager against the resource `*`, which denies
every policy that names a resource. Here a request is taken apart as IAM does it: a transaction into
its parts, tables and secrets into ARNs.
"""

import contextlib
import http.client
import http.server
import json
import re
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field

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
    """The roles' grants by access key id, how names become ARNs, and every decision made."""

    table_arns: dict[str, str]
    secret_arns: dict[str, str]
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
            return [(f"secretsmanager:{operation}", self._secret(body.get("SecretId", "")))]
        assert service == "DynamoDB_20120810", target
        if operation in ("TransactWriteItems", "TransactGetItems"):
            return [
                (_TRANSACTION_PARTS[part], self._table(content["TableName"]))
                for item in body["TransactItems"]
                for part, content in item.items()
            ]
        if operation in ("BatchGetItem", "BatchWriteItem"):
            return [(f"dynamodb:{operation}", self._table(table)) for table in body["RequestItems"]]
        if operation in ("ListTables", "DescribeLimits", "DescribeEndpoints"):
            return [(f"dynamodb:{operation}", "*")]
        arn = self._table(body["TableName"])
        return [
            (
                f"dynamodb:{operation}",
                f"{arn}/index/{body['IndexName']}" if "IndexName" in body else arn,
            )
        ]

    def _table(self, name: str) -> str:
        return self.table_arns.get(
            name, name if name.startswith("arn:") else f"unknown table {name}"
        )

    def _secret(self, name: str) -> str:
        return self.secret_arns.get(
            name, name if name.startswith("arn:") else f"unknown secret {name}"
        )


class _Proxy(http.server.BaseHTTPRequestHandler):
    server: "_Server"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Decides and passes on."""
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        signed = re.search(r"Credential=([^/]+)/", self.headers.get("authorization", ""))
        target = self.headers.get("x-amz-target", "")
        denied = self.server.enforcement.decide(
            signed[1] if signed else "", target, json.loads(body or b"{}")
        )
        if denied:
            message = f"the role is not authorized to perform: {denied[0]} on resource: {denied[1]}"
            error = {"__type": "com.amazon.coral.service#AccessDeniedException", "Message": message}
            self._send(
                400, {"content-type": "application/x-amz-json-1.0"}, json.dumps(error).encode()
            )
            return
        connection = http.client.HTTPConnection(self.server.upstream, timeout=30)
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in ("connection", "accept-encoding")
        }
        connection.request("POST", self.path, body=body, headers=headers)
        answer = connection.getresponse()
        passed = {
            name: value
            for name, value in answer.getheaders()
            if name.lower() in ("content-type", "x-amzn-requestid", "x-amz-crc32")
        }
        self._send(answer.status, passed, answer.read())
        connection.close()

    def _send(self, status: int, headers: dict, body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Keeps the checks' output readable."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    upstream = ""
    enforcement: Enforcement

    def handle_error(self, *_arguments: object) -> None:
        """A function that is ended leaves its connection behind; that is no error."""


@contextlib.contextmanager
def enforcing_proxy(upstream: str, enforcement: Enforcement) -> Iterator[str]:
    """Runs the proxy before the server at `upstream` and gives its URL."""
    server = _Server(("127.0.0.1", 0), _Proxy)
    server.upstream, server.enforcement = urllib.parse.urlsplit(upstream).netloc, enforcement
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
