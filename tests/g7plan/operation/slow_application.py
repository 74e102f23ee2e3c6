"""A web application that begins an answer, and ends it when a file appears."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

RELEASE = Path(os.environ["RELEASE"])


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    environ["LOGGED_PATH"] = environ["PATH_INFO"]
    if environ["PATH_INFO"] == "/slow":
        RELEASE.with_suffix(".asked").touch()
        end = time.monotonic() + 60
        while not RELEASE.exists() and time.monotonic() < end:
            time.sleep(0.05)
    start("200 OK", [("X-Request-ID", "r1"), ("Content-Length", "5")])
    return [b"whole"]
