"""moto's server in this process, on a free port of the loopback interface."""

import contextlib
import logging
import os
from collections.abc import Iterator

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")
# Creating a function must not need Docker: nothing is run in moto.
os.environ["MOTO_DOCKER_NETWORK_MODE"] = "none"
# One line per request otherwise.
logging.getLogger("werkzeug").setLevel(logging.CRITICAL)


@contextlib.contextmanager
def moto_server() -> Iterator[str]:
    """Starts an empty moto server and gives its URL; every server in turn starts from nothing."""
    from moto.moto_api._internal.models import moto_api_backend
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        # moto keeps its state in the process, not in the server.
        moto_api_backend.reset()
        yield f"http://{host}:{port}"
    finally:
        server.stop()
