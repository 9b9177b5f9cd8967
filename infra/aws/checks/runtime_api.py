"""Runs a function's real binary behind a small Lambda Runtime API."""

import http.server
import json
import queue
import subprocess
import threading
import time
import uuid
from pathlib import Path

ANSWER_SECONDS = 60
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:f"


class _Api(http.server.BaseHTTPRequestHandler):
    server: "_Server"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Hands out the next event; waits for one as Lambda does."""
        assert self.path.endswith("/runtime/invocation/next"), self.path
        event = self.server.events.get()
        if event is None:
            self.close_connection = True
            return
        body = json.dumps(event["payload"]).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("lambda-runtime-aws-request-id", event["id"])
        self.send_header(
            "lambda-runtime-deadline-ms", str(int((time.time() + event["seconds"]) * 1000))
        )
        self.send_header(
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-central-1:123456789012:function:f",
        )
        self.send_header("lambda-runtime-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Takes an answer, or the report of a failure, which a function never makes."""
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            body = self._chunks()
        self.server.answers.put((self.path.rsplit("/", 1)[1], body))
        self.send_response(202)
        self.send_header("content-length", "0")
        self.end_headers()

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *_arguments: object) -> None:
        """Keeps the checks' output readable."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Api)
        self.events: queue.Queue = queue.Queue()
        self.answers: queue.Queue = queue.Queue()

    def handle_error(self, *_arguments: object) -> None:
        """A function that is ended leaves its connection behind; that is no error."""


class RunningFunction:
    """One process of a function, a context manager; `output` holds its log lines afterwards."""

    def __init__(self, binary: Path, environment: dict[str, str]) -> None:
        self.server = _Server()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.process = subprocess.Popen(
            [binary],
            env={
                "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.server.server_port}",
                "AWS_LAMBDA_FUNCTION_NAME": binary.name,
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output: list[str] = []
        self.reader = threading.Thread(
            target=lambda: self.output.extend(self.process.stdout), daemon=True
        )
        self.reader.start()

    def invoke(self, payload: dict, seconds: float = 30) -> dict:
        """Sends one event and returns the answer."""
        self.server.events.put({"id": str(uuid.uuid4()), "payload": payload, "seconds": seconds})
        end = time.monotonic() + ANSWER_SECONDS
        while True:
            try:
                kind, body = self.server.answers.get(timeout=0.2)
                break
            except queue.Empty:
                ended = self.process.poll()
                assert ended is None, (
                    f"the function ended with {ended}:\n{''.join(self.output[-20:])}"
                )
                assert time.monotonic() < end, (
                    f"no answer within {ANSWER_SECONDS} s:\n{''.join(self.output[-20:])}"
                )
        assert kind == "response", f"the function reported a failure of its own: {body!r}"
        return json.loads(body)

    def __enter__(self) -> "RunningFunction":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)
        self.reader.join(timeout=10)
        self.process.stdout.close()
        self.server.events.put(None)
        self.server.shutdown()
        self.server.server_close()


def http_event(method: str, path: str, body: dict | None = None, query: dict | None = None) -> dict:
    """An event as API Gateway's REST API sends it (payload version 1)."""
    resource = "/agents/{externalId}" if path.startswith("/agents/") else path
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": {"content-type": "application/json"},
        "queryStringParameters": query,
        "pathParameters": {"externalId": path.rsplit("/", 1)[1]} if resource != path else None,
        "stageVariables": None,
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "resourcePath": resource,
            "httpMethod": method,
            "path": f"/v1{path}",
            "stage": "v1",
            "protocol": "HTTP/1.1",
            "identity": {"apiKeyId": "key-id", "sourceIp": "203.0.113.7"},
        },
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


SCHEDULED_EVENT = {
    "version": "0",
    "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "123456789012",
    "time": "2026-11-02T04:00:00Z",
    "region": "eu-central-1",
    "resources": ["arn:aws:events:eu-central-1:123456789012:rule/refresh"],
    "detail": {},
}
