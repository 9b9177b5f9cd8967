"""Runs a function's real binary behind a small Lambda Runtime API."""

import contextlib
import json
import queue
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from werkzeug import Request, Response

from checks.servers import serving

ANSWER_SECONDS = 60


class RunningFunction:
    """One process of a function; `output` holds its log lines once it has ended."""

    process: subprocess.Popen

    def __init__(self) -> None:
        self.events: queue.Queue = queue.Queue()
        self.answers: queue.Queue = queue.Queue()
        self.output: list[str] = []

    def invoke(self, payload: dict, seconds: float = 30) -> dict:
        """Sends one event and returns the answer."""
        self.events.put({"id": str(uuid.uuid4()), "payload": payload, "seconds": seconds})
        end = time.monotonic() + ANSWER_SECONDS
        while True:
            try:
                kind, body = self.answers.get(timeout=0.2)
                break
            except queue.Empty:
                ended, said = self.process.poll(), "".join(self.output[-20:])
                assert ended is None, f"the function ended with {ended}:\n{said}"
                assert time.monotonic() < end, f"no answer within {ANSWER_SECONDS} s:\n{said}"
        assert kind == "response", f"the function reported a failure of its own: {body!r}"
        return json.loads(body)

    @Request.application
    def api(self, request: Request) -> Response:
        """Hands out the next event, for which it waits as Lambda does, or takes an answer."""
        if request.method == "POST":
            # An answer, or the report of a failure, which a function never makes.
            self.answers.put((request.path.rsplit("/", 1)[1], request.get_data()))
            return Response(status=202)
        assert request.path.endswith("/runtime/invocation/next"), request.path
        event = self.events.get()
        if event is None:
            return Response(status=410)
        deadline = int((time.time() + event["seconds"]) * 1000)
        headers = {
            "lambda-runtime-aws-request-id": event["id"],
            "lambda-runtime-deadline-ms": str(deadline),
            "lambda-runtime-invoked-function-arn": (
                "arn:aws:lambda:eu-central-1:123456789012:function:f"
            ),
            "lambda-runtime-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793",
        }
        return Response(json.dumps(event["payload"]), 200, headers, content_type="application/json")


@contextlib.contextmanager
def running_function(binary: Path, environment: dict[str, str]) -> Iterator[RunningFunction]:
    """Runs a function until the block ends."""
    function = RunningFunction()
    with (
        serving(function.api) as url,
        subprocess.Popen(
            [binary],
            env={
                "AWS_LAMBDA_RUNTIME_API": url.removeprefix("http://"),
                "AWS_LAMBDA_FUNCTION_NAME": binary.name,
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as function.process,
    ):
        reader = threading.Thread(
            target=lambda: function.output.extend(function.process.stdout), daemon=True
        )
        reader.start()
        try:
            yield function
        finally:
            function.process.kill()
            reader.join(timeout=10)
            function.events.put(None)


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
