"""Starts real Celery workers, signers and beats quickly: run by `processes.py`.

It loads the product once. Each line of its input is a command line of Celery. It forks
a process that leads a group of its own and runs it, and answers with its number. No
connection is open before a fork.
"""

import json
import os
import signal
import sys

import django

django.setup()

from ipaddress import ip_address  # noqa: E402 - Django must be ready
from ssl import create_default_context  # noqa: E402

from g7plan.celery import app  # noqa: E402
from partners.webhooks import posting  # noqa: E402
from progress.evidence.web_connection import Network  # noqa: E402


def network() -> Network:
    """Reach the receiver of these drills. Webhooks go to public addresses only."""
    port = int(os.environ["RECEIVER_PORT"])
    return Network(
        resolve=lambda *_: [ip_address("127.0.0.1")],
        is_allowed=lambda _: True,
        tls=lambda: create_default_context(cafile=os.environ["RECEIVER_CERTIFICATE"]),
        ports=(("https", port),),
    )


def run(arguments: list[str]) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(os.environ["LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    app.start(arguments)
    os._exit(0)


def main() -> None:
    app.loader.import_default_modules()
    setattr(posting, "Network", network)  # noqa: B010 - `send_due` calls it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that none stays as a zombie
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            run(json.loads(line))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
