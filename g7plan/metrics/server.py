"""Serve what the web processes count: a program of its own, without Django.

    python -P g7plan/metrics/server.py ADDRESS PORT

It reads the files in `PROMETHEUS_MULTIPROC_DIR`, and ends with the process that started
it.
"""

import os
import sys
import time

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector


def serve(address: str, port: int) -> None:
    parent = os.getppid()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    start_http_server(port, address, registry)
    while os.getppid() == parent:
        time.sleep(1)


if __name__ == "__main__":
    try:
        serve(sys.argv[1], int(sys.argv[2]))
    except OSError as error:
        sys.exit(f"Metrics are not served: METRICS_PORT {sys.argv[2]}: {error}")
    except KeyboardInterrupt:
        pass
