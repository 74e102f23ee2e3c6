"""The databases that are measured: made once for a size, and used again.

They are in a PostgreSQL of their own, started from the wheel. A database is made again
when the seeder, a migration or the month changes.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.seeding.seed import fill_database
from benchmarks.seeding.sizes import Size
from g7plan.kept_secrets import kept_secret
from g7plan.trial.embedded.services import running_services
from progress.ledger.signing import public_key_of

ROOT = Path(__file__).resolve().parents[1]
SEEDING = ROOT / "benchmarks" / "seeding"
# As docker/roles.sql makes it, and never filled: every database begins as its copy.
EMPTY = "g7plan"
SEARCH_INDEX = "entry_search"


@dataclass(frozen=True)
class Cluster:
    """The running servers, and the folder that holds their data."""

    folder: Path
    addresses: Mapping[str, str]
    # Set beside those of every process, or instead of them.
    settings: Mapping[str, str] = field(default_factory=dict)

    def address(self, role: str, database: str) -> str:
        """Return the address of a database, for `app`, `owner`, `signer` or `admin`."""
        key = "database_url" if role == "app" else f"database_{role}_url"
        return f"{self.addresses[key].rpartition('/')[0]}/{database}"

    @property
    def postmaster(self) -> int:
        """Return the process from which all of the database descend."""
        path = self.folder / "postgres" / "postmaster.pid"
        return int(path.read_text().split("\n", 1)[0])

    @property
    def signing_key(self) -> str:
        return kept_secret(self.folder, "ledger_signing_key", secrets.token_hex(32))

    def environment(
        self, database: str, *, role: str = "web", root: Path = ROOT
    ) -> dict[str, str]:
        """Return the settings of a production process of a checkout on a database.

        Only a `command` gets the owner's address, and with the `signer` the key that
        signs; at an earlier commit the web server had them too.
        """
        settings = {
            "PRODUCTION": "1",
            "HTTPS": "0",
            "SECRET_KEY": sha256(database.encode()).hexdigest(),
            "LEDGER_PUBLIC_KEY": public_key_of(self.signing_key),
            "ALLOWED_HOSTS": "127.0.0.1",
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "DATABASE_URL": self.address("app", database),
            "REDIS_URL": self.addresses["redis_url"],
            "STATIC_ROOT": str(self.folder / "static" / root.name),
            "VAR_DIR": str(self.folder),
            "LOG_LEVEL": "WARNING",
            "PROCESS": role,
            # A sign-in is no part of what is measured.
            "SECOND_FACTOR_ROLES": "",
        }
        knows_all = role == "command" or not has_server_settings(root)
        if knows_all:
            settings["DATABASE_OWNER_URL"] = self.address("owner", database)
        if knows_all or role == "signer":
            settings["DATABASE_SIGNER_URL"] = self.address("signer", database)
            settings["LEDGER_SIGNING_KEY"] = self.signing_key
        kept = {"HOME", "PATH"} & set(os.environ)
        return {name: os.environ[name] for name in kept} | {**settings, **self.settings}

    def manage(self, database: str, *arguments: str, root: Path = ROOT) -> None:
        """Run a command of the product in a checkout."""
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=root,
            env=self.environment(database, role="command", root=root),
            check=True,
        )

    @contextmanager
    def admin(self, database: str = "postgres") -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.address("admin", database), autocommit=True) as admin:
            yield admin


@contextmanager
def running_cluster(folder: Path, *, durable: bool = True) -> Iterator[Cluster]:
    """Run PostgreSQL and Valkey on a folder; `durable=False` while a set is made."""
    with running_services(folder, durable=durable) as addresses:
        yield Cluster(folder, addresses)


def has_server_settings(root: Path) -> bool:
    """Whether a checkout configures gunicorn itself. Earlier, web servers signed."""
    return (root / "g7plan" / "web_server.py").exists()


def anchor() -> datetime:
    """Return the first day of this month, in UTC: the sets of a month are equal."""
    today = datetime.now(UTC)
    return datetime(today.year, today.month, 1)  # noqa: DTZ001 - in UTC, as all there


def name_of(size: Size, root: Path = ROOT) -> str:
    """Return the name of a database: it has the hash of what it is made from."""
    digest = sha256(str(anchor()).encode())
    for path in sorted([*SEEDING.glob("*.py"), *root.glob("*/migrations/*.py")]):
        digest.update(path.read_bytes())
    return f"bench_{size.name}_{digest.hexdigest()[:12]}"


def make_database(cluster: Cluster, size: Size, root: Path = ROOT) -> str:
    """Return the name of the database of a size, after making it if it is missing."""
    name = name_of(size, root)
    with cluster.admin() as admin:
        found = {row[0] for row in admin.execute("SELECT datname FROM pg_database")}
    if name not in found:
        _make(cluster, name, size, root)
    return name


def _make(cluster: Cluster, name: str, size: Size, root: Path) -> None:
    draft = f"{name}_draft"
    copy_database(cluster, EMPTY, draft)
    cluster.manage(draft, "prepare", root=root)
    with psycopg.connect(cluster.address("owner", draft)) as owner:
        fill_database(owner, size, anchor=anchor(), signing_key=cluster.signing_key)
    # Again: it stores what a search looks into. Earlier commits have no such command.
    with without_search_index(cluster, draft):
        cluster.manage(draft, "prepare", root=root)
    with cluster.admin(draft) as admin:
        admin.execute("VACUUM (FREEZE, ANALYZE)")
    with cluster.admin() as admin:
        statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        admin.execute(statement.format(sql.Identifier(draft), sql.Identifier(name)))


@contextmanager
def without_search_index(cluster: Cluster, database: str) -> Iterator[None]:
    """Build the index of the search once, after its rows: that is much faster."""
    with psycopg.connect(cluster.address("owner", database), autocommit=True) as owner:
        found = owner.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname = %s", [SEARCH_INDEX]
        ).fetchone()
        if found is None:
            yield
            return
        owner.execute(f"DROP INDEX {SEARCH_INDEX}".encode())
        yield
        owner.execute("SET maintenance_work_mem = '512MB'")
        owner.execute(found[0].encode())


def copy_database(cluster: Cluster, source: str, name: str) -> None:
    """Copy a database. Rights on a database are not copied with it."""
    names = [sql.Identifier(name), sql.Identifier(source)]
    with cluster.admin() as admin:
        for statement in (
            "DROP DATABASE IF EXISTS {} WITH (FORCE)",
            "CREATE DATABASE {} TEMPLATE {} OWNER g7plan_owner STRATEGY file_copy",
            "REVOKE ALL ON DATABASE {} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {} TO g7plan_app, g7plan_signer",
        ):
            admin.execute(sql.SQL(statement).format(*names))


def drop_database(cluster: Cluster, name: str) -> None:
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    with cluster.admin() as admin:
        admin.execute(statement.format(sql.Identifier(name)))
