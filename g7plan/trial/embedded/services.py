"""Run PostgreSQL and Valkey for one folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from g7plan.services_file import read_services, write_services
from g7plan.trial.embedded import EmbeddedError
from g7plan.trial.embedded.home import find_home
from g7plan.trial.embedded.postgresql import PostgreSQL
from g7plan.trial.embedded.valkey import Valkey, kept_port

BOTH = frozenset({"postgresql", "valkey"})


@contextmanager
def running_services(
    var_dir: Path, *, wanted: frozenset[str] = BOTH, durable: bool = True
) -> Iterator[dict[str, str]]:
    """Run PostgreSQL and Valkey during the block, and give their addresses.

    `durable=False` is for data that is deleted afterwards.
    """
    with running_servers(var_dir, wanted=wanted, durable=durable):
        yield read_services(var_dir)


@contextmanager
def running_servers(
    var_dir: Path, *, wanted: frozenset[str] = BOTH, durable: bool = True
) -> Iterator[list[PostgreSQL | Valkey]]:
    """Run PostgreSQL and Valkey during the block, and give the two servers."""
    with only_one(var_dir), ExitStack() as stack:
        home = find_home(var_dir)
        before = read_services(var_dir)
        servers: list[PostgreSQL | Valkey] = []
        if "postgresql" in wanted:
            log = var_dir / "postgresql.log"
            servers.append(PostgreSQL(home, log, durable=durable))
        if "valkey" in wanted:
            log, port = var_dir / "valkey.log", kept_port(before.get("redis_url", ""))
            servers.append(Valkey(home, log, durable=durable, port=port))
        addresses: dict[str, str] = {}
        for server in servers:
            stack.callback(server.stop)
            addresses |= server.start()
        write_services(var_dir, addresses)
        yield servers


@contextmanager
def only_one(var_dir: Path) -> Iterator[None]:
    """Refuse a second start on the same folder. The lock ends with this process."""
    if not var_dir.exists():
        # Root's servers run as another account, which must pass through this folder.
        var_dir.mkdir(parents=True)
        var_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
    path = var_dir / "lock"
    path.touch(mode=0o600)
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EmbeddedError(
                f"g7plan is already running with the data in {var_dir}. Stop that trial"
                " first, or set VAR_DIR to another folder."
            ) from error
        yield
