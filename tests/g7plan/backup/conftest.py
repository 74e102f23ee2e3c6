"""What tests of backups share: a backup of this test's database, and its loss."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import TransactionTestCase

from tests.databases import as_owner, empty_database


def told_by(command: str, *arguments: object, **options: object) -> str:
    """What a command says, on both outputs."""
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out, stderr=out, **options)
    return out.getvalue()


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[], Path]:
    """Makes a backup of the database as it is now."""

    def save() -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.backup"
        told_by("backup", path)
        return path

    return save


def destroy() -> None:
    """Leave nothing of this test in the database but the tables."""
    empty_database(TransactionTestCase())
    with as_owner() as connection:
        connection.execute(
            "SELECT setval(format('public.%I', sequencename)::regclass, 1, false)"
            " FROM pg_sequences WHERE schemaname = 'public'"
        )


def last_numbers() -> dict[str, int | None]:
    """The last number that each sequence gave."""
    with as_owner() as connection:
        rows = connection.execute("SELECT sequencename, last_value FROM pg_sequences")
        return dict(rows.fetchall())
