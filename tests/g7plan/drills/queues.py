"""The server of the queues of the drills: a Valkey of their own, and its messages."""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kombu import Connection
from redis import Redis

from g7plan.celery import app
from g7plan.queues import QUEUES
from g7plan.services_file import read_services
from g7plan.trial.embedded.home import remove_home
from g7plan.trial.embedded.services import running_servers
from g7plan.trial.embedded.valkey import Valkey

BOOKS = ("unacked", "unacked_index", "unacked_mutex")


@dataclass
class Queues:
    """A running Valkey that keeps what it has on disk, as in production."""

    url: str
    folder: Path
    server: Any

    def client(self) -> Redis:
        return Redis.from_url(self.url)

    def messages(self) -> int:
        with self.client() as client:
            return sum(int(client.llen(name)) for name in QUEUES)

    def empty(self) -> None:
        with self.client() as client:
            client.delete(*QUEUES, *BOOKS)

    def send(self, task: str, *arguments: str) -> None:
        """Send a task, as beat or a web process does."""
        with Connection(self.url) as connection:
            app.send_task(task, arguments, connection=connection, ignore_result=True)

    def is_idle(self) -> bool:
        """Return whether no message waits, and only a killed process has one.

        For a moment a message that a worker takes is in neither list: so it looks
        twice.
        """
        for _time in range(2):
            with self.client() as client:
                if self.messages() or client.hlen("unacked") > 1:
                    return False
            time.sleep(0.1)
        return True

    def kill(self) -> None:
        """End the server with SIGKILL."""
        pid = int((self.folder / "valkey" / "valkey.pid").read_text("ascii"))
        os.kill(pid, signal.SIGKILL)
        while self.server.ended() is None:
            time.sleep(0.01)

    def stop(self) -> None:
        self.server.stop()

    def start(self) -> None:
        self.server.start()


@contextmanager
def own_valkey(folder: Path | None = None) -> Iterator[Queues]:
    """Run a Valkey in a folder, or else in one that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="g7plan-drills-") as thrown_away:
        Path(thrown_away).chmod(0o711)
        var_dir = folder or Path(thrown_away) / "var"
        with running_servers(var_dir, wanted=frozenset({"valkey"})) as [server]:
            assert isinstance(server, Valkey)
            url = read_services(var_dir)["redis_url"]
            yield Queues(url, server._folder.parent, server)
        remove_home(var_dir)
