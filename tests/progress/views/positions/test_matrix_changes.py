"""Tests of the matrix: changes since the last close, and the totals of rows."""

from datetime import timedelta

import pytest

from progress.models import Handling, State, Status
from tests.factories import make_entry, make_stocktake
from tests.progress.reading import cells_of, words_of


@pytest.fixture
def closed(plan, coordinator, second_reviewer, now):
    """A stocktake that closed 40 days ago, before the present one opened."""
    return make_stocktake(
        plan,
        slug="closed",
        by=coordinator,
        second_reviewer=second_reviewer,
        opens_at=now - timedelta(days=90),
        opened_at=now - timedelta(days=90),
        due_at=now - timedelta(days=60),
        grace_ends_at=now - timedelta(days=50),
        closed_at=now - timedelta(days=40),
        closed_by=coordinator,
    )


@pytest.mark.parametrize(
    "line",
    [
        (Handling.GREEN, Status.LIMITED, "Moved up"),
        (Handling.GREEN, Status.IMPLEMENTED, "Moved down"),
        (Handling.GREEN, Status.SUBSTANTIAL, ""),
        # The reader may not see the entry of then, which would be no news otherwise.
        (Handling.AMBER, Status.LIMITED, "New"),
    ],
)
def test_a_cell_compares_with_the_last_close_for_the_reader_of_now(
    signed_in, observer, jp_122, officer_jp, closed, stocktake, now, line
):
    handling, before, label = line
    then = now - timedelta(days=45)
    common = {"by": officer_jp, "state": State.PUBLISHED}
    make_entry(
        jp_122,
        **common,
        handling=handling,
        status=before,
        as_of=then.date(),
        published_at=then,
        submitted_at=then,
        written_at=then,
    )
    make_entry(jp_122, **common, stocktake=stocktake, status=Status.SUBSTANTIAL)
    answer = signed_in(observer).get("/matrix/")
    cell = cells_of(answer)["Japan, 1.2.2"]
    found = [name for name in ("Moved up", "Moved down", "New") if name in cell]
    assert found == ([label] if label else [])
    assert "0 of 8 implemented" in words_of(
        signed_in(observer).get("/matrix/?view=detailed")
    )
    assert f"at the close of {closed.title}" in words_of(answer)
