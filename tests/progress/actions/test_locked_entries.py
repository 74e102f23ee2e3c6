"""Tests that an action locks the entry that `visible_to` shows, and the same row."""

import pytest
from django.db import transaction

from progress.actions.transition import visible_entry
from progress.models import Entry, State
from tests.factories import make_entry, member_commitment_of

READERS = [
    "officer_jp", "officer_fr", "coordinator", "former_coordinator",
    "second_reviewer", "observer", "administrator",
]  # fmt: skip


@pytest.fixture
def entries(plan, stocktake, officer_jp, officer_of_the_chair, now) -> list[Entry]:
    """Two members' entries, in each state that rule 4 tells apart."""
    states = [State.DRAFT, State.SUBMITTED, State.PUBLISHED]
    return [
        make_entry(
            member_commitment_of(plan, code, by.member_id),
            by=by,
            state=state,
            stocktake=stocktake if state == State.SUBMITTED else None,
            handling=handling,
            published_at=now if state == State.PUBLISHED else None,
        )
        for by in (officer_jp, officer_of_the_chair)
        for code, state in zip(("1.1.1", "1.2.2", "2.1"), states, strict=True)
        for handling in ("amber", "green")[: 1 + (state == State.PUBLISHED)]
    ]


def loaded(row) -> dict[str, object]:
    """Return everything that a row holds, and the rows it was read with."""
    return {
        name: loaded(value) if hasattr(value, "_meta") else value
        for name, value in {**vars(row), **row._state.fields_cache}.items()
        if name != "_state"
    }


@pytest.mark.parametrize("name", READERS)
def test_sql_that_is_made_once_finds_what_the_query_finds(name, entries, now, request):
    reader = request.getfixturevalue(name)
    visible = Entry.objects.visible_to(reader, now)
    with transaction.atomic():
        for entry in entries:
            found = visible_entry(entry_id=entry.pk, by=reader, at=now)
            assert len(found) == visible.filter(pk=entry.pk).count()
            for row in found:
                assert loaded(row) == loaded(visible.locked(entry.pk))
