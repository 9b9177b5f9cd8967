"""Servers in this process, each on a free port of the loopback interface."""

import contextlib
import logging
import os
import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.types import WSGIApplication

import boto3

# moto's server is made of it, and comes with it.
from werkzeug.serving import make_server

from checks.template import REGION

# Creating a function must not need Docker: nothing is run in moto.
os.environ["MOTO_DOCKER_NETWORK_MODE"] = "none"
# One line per request otherwise.
logging.getLogger("werkzeug").setLevel(logging.CRITICAL)


@contextlib.contextmanager
def serving(application: WSGIApplication) -> Iterator[str]:
    """Serves an application and gives its URL."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()


def moto() -> WSGIApplication:
    """Every service of moto; they keep their state in the process, whoever serves them."""
    from moto.server import DomainDispatcherApplication, create_backend_app

    return DomainDispatcherApplication(create_backend_app)


@contextlib.contextmanager
def moto_server() -> Iterator[str]:
    """Serves moto and gives its URL; every server in turn starts from nothing."""
    from moto.moto_api._internal.models import moto_api_backend

    with serving(moto()) as url:
        moto_api_backend.reset()
        yield url


def environment(url: str) -> dict[str, str]:
    """The variables that make AWS's tools an administrator of moto."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "administrator",
        "AWS_SECRET_ACCESS_KEY": "administrator",
        "AWS_DEFAULT_REGION": REGION,
    }


def administrator(service: str, url: str) -> Any:
    """A client of one of moto's services that may do everything."""
    keys = {"aws_access_key_id": "administrator", "aws_secret_access_key": "administrator"}
    return boto3.client(service, endpoint_url=url, region_name=REGION, **keys)
