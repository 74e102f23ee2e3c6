"""`manage.py prepare`: everything the first page needs, in one process."""

import hashlib
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
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

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

    def handle(self, *args: Any, static: bool, demo: bool, **options: Any) -> None:
        if demo and settings.PRODUCTION:
            raise CommandError(
                "--demo loads illustrative data, which only a trial has. Leave it out"
                " in production."
            )
        migrate()
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


def migrate() -> None:
    """Migrate as the owner, if there is a migration to apply: checking is quicker."""
    if "owner" not in connections:
        raise CommandError(
            "DATABASE_OWNER_URL is not set. Only the owner of the database can migrate."
        )
    executor = MigrationExecutor(connections["owner"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", database="owner", interactive=False, verbosity=0)


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
