"""The entries that searches look through."""

from datetime import date, timedelta

import pytest

from progress.actions.search import put_search_rows
from progress.models import State
from tests.factories import (
    add_evidence,
    make_entry,
    member_commitment_of,
    publish,
)
from tests.g7plan.search.corpus import (
    CORPUS,
)


@pytest.fixture
def corpus(plan, stocktake, officer_jp, officer_fr, coordinator):
    writers = {"JP": officer_jp, "FR": officer_fr, "DE": officer_fr}
    made = {}
    for days, (name, given_row) in enumerate(CORPUS.items()):
        code, member, state, handling, text, cited = given_row
        is_published = state == State.PUBLISHED
        entry = make_entry(
            member_commitment_of(plan, code, member), by=writers[member],
            state=State.SUBMITTED if is_published else state, handling=handling,
            narrative=text, next_steps="", obstacles="", stocktake=stocktake,
            as_of=date(2017, 1, 1) + timedelta(days=days),
        )  # fmt: skip
        if cited:
            add_evidence(entry, by=writers[member], title=cited)
            put_search_rows([entry])
        if is_published:
            assert entry.submitted_at
            publish(entry, by=coordinator, at=entry.submitted_at)
        made[name] = entry
    return made
