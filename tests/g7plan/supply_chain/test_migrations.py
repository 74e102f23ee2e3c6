"""Tests of new migrations: the code before them keeps working, and no one waits long.

Migrations up to those of `CHECKED_SINCE` ran before anyone could notice: they are not
looked at again.
"""

import pytest
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

from tests.source_files import ROOT

# The last migration of each app that is older than this test.
CHECKED_SINCE = {
    "accounts": "0013_tour",
    "audit": "0008_lists_of_events",
    "commitments": "0015_edited_rows",
    "partners": "0008_circulation",
    "progress": "0042_reports_seen",
    "reports": "0013_schedule_runs",
}
# Findings that are right for these tables. Each has its reason.
ACCEPTED = {
    ("partners", "0011_scores"): "the type of a delivery only becomes longer",
    ("progress", "0045_assessments"): "the tables of these indexes are new and empty",
    ("progress", "0043_files_in_storage"): "no row is in a new, partial unique index",
    ("reports", "0014_files_in_storage"): "no row is in a new, partial unique index",
}


def new_migrations():
    for app, last in CHECKED_SINCE.items():
        folder = ROOT / app / "migrations"
        assert (folder / f"{last}.py").exists()
        for path in sorted(folder.glob("0*.py")):
            if path.stem > last:
                yield app, path.stem


class Findings(MigrationLinter):
    """The linter, which keeps what it would print."""

    def __init__(self):
        super().__init__(
            no_cache=True,
            no_output=True,
            analyser_string="postgresql",
            all_warnings_as_errors=True,
        )
        self.found = {}

    def print_errors(self, errors):
        self.found[self.current] = [error.message for error in errors]

    def look_at(self, migration):
        self.current = (migration.app_label, migration.name)
        self.lint_migration(migration)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_no_new_migration_is_unsafe():
    linter = Findings()
    for key in new_migrations():
        linter.look_at(linter.migration_loader.get_migration(*key))
    found = {key: said for key, said in linter.found.items() if key not in ACCEPTED}
    assert found == {}


def test_an_accepted_finding_is_of_a_migration_that_is_there():
    assert set(ACCEPTED) <= set(new_migrations())


def test_migrations_have_one_end_each():
    loader = MigrationLoader(connection=None)
    assert loader.detect_conflicts() == {}


@pytest.mark.parametrize("app", CHECKED_SINCE)
def test_numbers_of_migrations_are_used_once(app):
    names = [path.name for path in (ROOT / app / "migrations").glob("0*.py")]
    numbers = [name.partition("_")[0] for name in names]
    assert len(numbers) == len(set(numbers))
