"""Tests of publications forged with the application's password, in SQL.

Each is refused, and the refusal says why; or `verify_ledger` names the row. The first
test shows that the parts of a forgery are no bad rows: together they are accepted.
"""

import os
import re
from contextlib import closing
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command

from progress.actions.ledger import seal_ledger
from progress.models import Entry, LedgerRecord, State
from tests.factories import make_entry, member_commitment_of
from tests.progress.ledger.forged_publications import FORGERIES, whole
from tests.progress.ledger.forging import BEGIN, Scene, record
from tests.tables import changed_tables, hashes_of_tables

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "signer"])


@pytest.fixture
def scene(plan, stocktake, officer_jp, head_jp, officer_fr, coordinator, request):
    """A database that is no demonstration, with one real publication."""

    def entry(code: str, state: State) -> Entry:
        mine = member_commitment_of(plan, code, "JP")
        return make_entry(mine, by=officer_jp, state=state, stocktake=stocktake)

    rows = {
        "waiting": entry("1.1.1", State.SUBMITTED),
        "draft": entry("1.2.1", State.DRAFT),
        "published": entry("1.2.2", State.PUBLISHED),
        "head": head_jp,
        "officer": officer_jp,
        "coordinator": coordinator,
        "stranger": officer_fr,
    }
    request.getfixturevalue("all_rules")
    return Scene(**{name: f"'{row.pk}'" for name, row in rows.items()})


def run(forgery: list[str], role: str = "DATABASE_URL") -> None:
    """Run one transaction as the application's role, up to its commit."""
    with closing(psycopg.connect(os.environ[role])) as session:
        for statement in [BEGIN, *forgery]:
            session.execute(statement)
        session.commit()


def test_all_parts_together_are_accepted_but_their_content_is_not_what_is_hashed(scene):
    run(whole(scene))
    assert Entry.objects.filter(state=State.PUBLISHED).count() == 2
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_ledger", stdout=out)
    named = [line for line in out.getvalue().splitlines() if "Record 2 " in line]
    assert scene.waiting.strip("'") in named[0]
    assert "its entry has been changed since it was published" in named[0]


@pytest.mark.long
def test_each_forgery_is_refused_and_its_refusal_says_why(scene):
    """Nothing is left of any of them, so that all can use one database."""
    seal_ledger(LedgerRecord.objects.get().recorded_at)
    before = hashes_of_tables()
    found = {name: refusal(forge(scene)) for name, (_, forge) in FORGERIES.items()}
    assert not {
        name: said
        for name, said in found.items()
        if not re.search(FORGERIES[name][0], said)
    }
    assert not changed_tables(before, hashes_of_tables())


def refusal(forgery: list[str]) -> str:
    """Return what the database says, or nothing if it accepts the forgery."""
    try:
        run(forgery)
    except psycopg.DatabaseError as error:
        return str(error)
    return ""


def test_a_forgery_from_an_old_snapshot_is_refused(scene):
    """There a seal that another transaction has raised does not show."""
    old = ["ROLLBACK", "BEGIN ISOLATION LEVEL REPEATABLE READ", BEGIN, record()]
    assert "does not see what others commit" in refusal(old)
