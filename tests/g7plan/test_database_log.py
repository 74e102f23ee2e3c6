"""Tests of PostgreSQL's log: a refused statement leaves no row or statement in it."""

import os
from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from tests.factories import make_entry, member_commitment_of
from tests.source_files import ROOT

CANARY = "goshawk-5520"


@pytest.mark.django_db(transaction=True)
def test_a_refused_row_is_not_quoted(plan, officer_jp):
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, narrative=CANARY
    )
    log = Path(os.environ["VAR_DIR"]) / "postgresql.log"
    start = log.stat().st_size
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE progress_entry SET state = 'published' WHERE id = %s", [entry.pk]
        )
    with log.open("rb") as file:
        file.seek(start)
        said = file.read().decode()
    assert "violates check constraint" in said
    assert CANARY not in said
    assert "UPDATE progress_entry" not in said


@pytest.mark.parametrize(
    "option", ["log_error_verbosity=terse", "log_min_error_statement=panic"]
)
def test_the_container_is_told_the_same(option):
    assert option in (ROOT / "docker-compose.yml").read_text("utf-8")
