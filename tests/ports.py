"""Ports for the servers of tests, of which no two workers get the same."""

import os
import random
import socket

# Below the ports that Linux gives to outgoing connections, which could take a port
# between the moment when it is found free and the start of its server.
FIRST, LAST = 20_000, 32_000
WORKERS = 16
_given: set[int] = set()


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free and was not returned before."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ours = range(FIRST + worker % WORKERS, LAST, WORKERS)
    untried = [port for port in ours if port not in _given]
    for port in random.sample(untried, len(untried)):
        _given.add(port)
        if _is_free(port):
            return port
    raise OSError("No port is free for a test.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
