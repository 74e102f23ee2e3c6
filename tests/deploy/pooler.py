"""A real PgBouncer, Debian's, in front of the suite's PostgreSQL, with our own file."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from g7plan.databases import database_of
from g7plan.trial.embedded.home import find_home
from tests.ports import free_port
from tests.source_files import ROOT

PROGRAM = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
FILE = ROOT / "docker/pgbouncer/pgbouncer.ini"
# The address of a web process in our file: its sessions have the limits of its kind.
WITH_LIMITS = "g7plan_web"
# Fewer than the connections of a test, so that it must share them.
SESSIONS = 4


@dataclass(frozen=True)
class Pooler:
    """Where it listens, and as whom it is asked."""

    port: int
    user: str
    password: str

    def url(self, database: str) -> str:
        return (
            f"postgresql://{self.user}:{self.password}@127.0.0.1:{self.port}/{database}"
        )


@contextmanager
def running_pooler(database: str, *, wait: int = 60) -> Iterator[Pooler]:
    """Run it in front of one database.

    The database's own name leads through it without limits, as for a test that reaches
    the database itself. `wait` is how many seconds a transaction waits for a session.
    """
    server = urlsplit(os.environ["DATABASE_URL"])
    pooler = Pooler(free_port(), server.username or "", server.password or "")
    account = find_home(Path(os.environ["VAR_DIR"])).account
    folder = Path(tempfile.mkdtemp(prefix="g7plan-pooler-"))
    (folder / "userlist.txt").write_text(f'"{pooler.user}" "{pooler.password}"\n')
    (folder / "pgbouncer.ini").write_text(
        _configured(folder, unquote(server.hostname or ""), database, pooler.port, wait)
    )
    for path in (folder, *folder.iterdir()):
        os.chown(path, account.uid, account.gid)
    process = subprocess.Popen(
        [PROGRAM, "--quiet", str(folder / "pgbouncer.ini")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        **account.switch(),
    )
    try:
        _wait_for(process, pooler.port)
        yield pooler
    finally:
        process.terminate()
        process.communicate(timeout=10)
        shutil.rmtree(folder)


def _configured(folder: Path, sockets: str, database: str, port: int, wait: int) -> str:
    """Return our file, with the addresses of this machine and fewer sessions."""
    text = FILE.read_text("utf-8")
    text = text.replace("host=database port=5432", f"host={sockets}")
    text = text.replace("dbname=g7plan ", f"dbname={database} ")
    text = text.replace("/etc/pgbouncer", str(folder))
    text = re.sub(r"(listen_addr =) \S+", r"\1 127.0.0.1", text)
    text = text.replace("6432", str(port))
    text = re.sub(r"(default_pool_size =) \d+", rf"\1 {SESSIONS}", text)
    text = re.sub(r"(query_wait_timeout =) \d+", rf"\1 {wait}", text)
    without = f"{database} = host={sockets} dbname={database}\n"
    return text.replace("[databases]\n", f"[databases]\n{without}")


def _wait_for(process: subprocess.Popen[str], port: int) -> None:
    for _try in range(200):
        assert process.poll() is None, process.communicate()[1]
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("PgBouncer does not listen")


@contextmanager
def connected_through(url: str, *, timeout: int = 60) -> Iterator[None]:
    """The application's connections go to this address, as a web process's do.

    `timeout` is how many seconds a thread waits for one of them.
    """
    ours = connections["default"]
    assert isinstance(ours, DatabaseWrapper)
    before = dict(ours.settings_dict)
    made = database_of(url, process="web", pool_size=20, through_pooler=True)
    made["OPTIONS"]["pool"]["timeout"] = timeout
    try:
        _use(ours, made)
        yield
    finally:
        _use(ours, before)


def _use(ours: DatabaseWrapper, settings: dict[str, Any]) -> None:
    ours.close()
    ours.close_pool()
    ours.settings_dict.update(settings)
