"""`manage.py prepare`: everything the first page needs, in one process."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import (
    BaseCommand,
    CommandError,
    CommandParser,
    call_command,
)
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor
from psycopg.errors import LockNotAvailable, QueryCanceled

from audit.owner import OWNER
from g7plan.management.owner import require_owner

# How long a migration waits for a table that others use. Who comes after it waits too.
LOCK_TIMEOUT = "5s"
# How long one of its statements may work, unless `--statement-timeout` says otherwise.
STATEMENT_TIMEOUT = "15min"
# Seconds before each further attempt, if a table was in use.
PAUSES = (2, 5, 10)

PLAN = "ise-shima-2016-ct"


class Command(BaseCommand):
    help = "Migrate as the owner and load the plan. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--static", action="store_true", help="collect static files"
        )
        parser.add_argument(
            "--demo",
            action="store_true",
            help="load illustrative data (in a trial only)",
        )
        parser.add_argument(
            "--statement-timeout",
            default=STATEMENT_TIMEOUT,
            help="how long a statement of a migration may work (default: %(default)s)",
        )

    def handle(
        self,
        *args: Any,
        static: bool,
        demo: bool,
        statement_timeout: str,
        **options: Any,
    ) -> None:
        if demo and settings.PRODUCTION:
            raise CommandError(
                "--demo loads illustrative data, which only a trial has. Leave it out"
                " in production."
            )
        migrate(statement_timeout=statement_timeout)
        self._call("index_entries", missing=True)
        texts = settings.BASE_DIR / "fixtures"
        self._call("load_reference_data")
        self._call(
            "load_plan", texts / f"{PLAN}-action-plan.txt", meta=texts / f"{PLAN}.toml"
        )
        if static:
            collect_static()
        if demo:
            self._call("load_demo_data")  # last: it prints the accounts to sign in with

    def _call(self, name: str, *args: Path, **options: Any) -> None:
        call_command(name, *args, stdout=self.stdout, **options)


def migrate(*, statement_timeout: str = STATEMENT_TIMEOUT) -> None:
    """Migrate as the owner, if there is a migration to apply: checking is quicker.

    Raises CommandError if a table stays in use, or a statement works for too long. The
    migrations before it are applied. Nothing is left of this one, if it is atomic.
    """
    require_owner("migrate")
    executor = MigrationExecutor(connections[OWNER])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    with time_limits(statement_timeout):
        for pause in (*PAUSES, None):
            try:
                call_command("migrate", database=OWNER, interactive=False, verbosity=0)
            except OperationalError as error:
                require_lock_problem(error, is_last=pause is None)
                time.sleep(pause or 0)
            else:
                return


@contextmanager
def time_limits(statement_timeout: str) -> Iterator[None]:
    """Limit how long the owner's connection waits and works, during the block."""
    owner = connections[OWNER]
    limits = {"lock_timeout": LOCK_TIMEOUT, "statement_timeout": statement_timeout}
    with owner.cursor() as cursor:
        for name, limit in limits.items():
            cursor.execute("SELECT set_config(%s, %s, false)", [name, limit])
    try:
        yield
    finally:
        with owner.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
            cursor.execute("RESET statement_timeout")


def require_lock_problem(error: OperationalError, *, is_last: bool) -> None:
    """Return if it is worth to try again. Otherwise raise, for people to read."""
    if isinstance(error.__cause__, QueryCanceled):
        raise CommandError(
            "A statement of a migration worked for too long and was stopped. Nothing of"
            " that migration is left. Give it more time: --statement-timeout 2h."
        ) from error
    if not isinstance(error.__cause__, LockNotAvailable):
        raise error
    if is_last:
        raise CommandError(
            f"A table that a migration changes was in use for more than {LOCK_TIMEOUT},"
            " several times. Nothing of that migration is left. Try again when there is"
            " less work, or stop the worker first."
        ) from error


def collect_static() -> None:
    """Collect static files if one has changed: compressing them takes seconds."""
    stamp = settings.VAR_DIR / "static.stamp"
    state = static_state()
    if stamp.exists() and stamp.read_text(encoding="ascii") == state:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state, encoding="ascii")


def static_state() -> str:
    """Return a hash of the folder, name, size and time of every static file."""
    digest = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            path = Path(storage.path(name))
            stat = path.stat()
            digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
