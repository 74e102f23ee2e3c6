"""The processes of the product as docker-compose.yml runs them, and a mail server."""

import socketserver
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from benchmarks.databases import ROOT, Cluster
from benchmarks.servers import HOST, WebServer, web_server

_CELERY = (sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "--app", "g7plan")
_ENDS_WITHIN = 60.0  # seconds
# Each part, the queue that it takes, and how it runs its tasks.
WORKERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "worker": ("celery", ("--concurrency", "1")),
    "reports": ("reports", ("--concurrency", "2")),
    "webhooks": ("webhooks", ("--concurrency", "2")),
    "mailer": ("mail", ("--concurrency", "1")),
    "signer": ("signing", ("--pool", "solo")),
}


@dataclass
class Parts:
    server: WebServer
    mails: "MailServer"
    # Names and process ids.
    pids: dict[str, int] = field(default_factory=dict)


class TakesMail(socketserver.StreamRequestHandler):
    """Takes every mail, and keeps none."""

    timeout = 60

    def handle(self) -> None:
        self._say("220 ready")
        is_mail = False
        for line in self.rfile:
            if is_mail:
                is_mail = line != b".\r\n"
                if not is_mail:
                    self.server.mails += 1  # type: ignore[attr-defined]
                    self._say("250 taken")
                continue
            word = line.strip().upper()[:4]
            is_mail = word == b"DATA"
            self._say("354 go on" if is_mail else "250 fine")
            if word == b"QUIT":
                return

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    mails = 0

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.server_address[1]}"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with MailServer((HOST, 0), TakesMail) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()


@contextmanager
def running_parts(
    cluster: Cluster, database: str, mails: MailServer, logs: Path
) -> Iterator[Parts]:
    """Run the web server, the workers and beat. Their lines go to files in `logs`."""
    logs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        pids = {}
        for name, (queue, options) in WORKERS.items():
            command = (
                *("worker", "--queues", queue, *options, "--hostname", f"{name}@load"),
                *("--loglevel", "WARNING", "--without-mingle", "--without-gossip"),
            )
            role = "signer" if name == "signer" else "worker"
            environment = cluster.environment(database, role=role)
            log = logs / f"{name}.log"
            pids[name] = stack.enter_context(_running(command, environment, log))
        beat = ("beat", "--schedule", str(logs / "beat"), "--pidfile=")
        environment = cluster.environment(database, role="worker")
        pids["beat"] = stack.enter_context(
            _running(beat, environment, logs / "beat.log")
        )
        with (logs / "web.log").open("wb") as lines:
            server = stack.enter_context(web_server(cluster, database, log=lines))
            pids["web"] = server.pid
            yield Parts(server, mails, pids)


@contextmanager
def _running(
    command: tuple[str, ...], environment: Mapping[str, str], log: Path
) -> Iterator[int]:
    with (
        log.open("wb") as lines,
        subprocess.Popen(
            [*_CELERY, *command],
            cwd=ROOT,
            env=environment,
            stdout=lines,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(_ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(_ENDS_WITHIN)
