"""Tests that no filter of the matrix shows what its reader may not see."""

import pytest

from progress.models import Handling, State
from tests.factories import make_entry, member_commitment_of
from tests.progress.reading import cells_of, html_of, steady

MATRIX = "/matrix/"
FILTERS = [
    "late=yes", "silent=yes", "at_risk=yes", "status=limited", "status=no_update",
    "status=not_reported", "change=new", "age=3-months", "age=before-summit",
    "state=draft", "state=submitted", "state=returned", "late=yes&state=submitted",
]  # fmt: skip


@pytest.mark.parametrize("fields", [
    {"handling": Handling.AMBER, "status": "limited", "is_at_risk": True},
    {"state": State.DRAFT}, {"state": State.SUBMITTED}, {"state": State.RETURNED},
])  # fmt: skip
def test_no_filter_tells_of_what_the_reader_may_not_see(
    signed_in, officer_fr, observer, reported, fields, stocktake
):
    """Neither its cells, nor its counts, nor that it has none, nor its file."""
    readers = [signed_in(reader) for reader in (officer_fr, observer)]

    def pages() -> list[str]:
        return [
            steady(html_of(reader.get(f"{MATRIX}?{query}")))
            for query in FILTERS
            for reader in readers
        ]

    before = pages()
    reported(**fields)
    assert pages() == before


def test_before_submission_the_presidency_finds_no_state(
    signed_in, coordinator, officer_jp, plan, reported
):
    browser = signed_in(coordinator)
    make_entry(member_commitment_of(plan, "2.1", "JP"), by=officer_jp)
    assert cells_of(browser.get(f"{MATRIX}?state=draft")) == {}
    reported(state=State.SUBMITTED)
    found = cells_of(browser.get(f"{MATRIX}?state=submitted"))
    shown = [name for name, words in found.items() if "set aside" not in words]
    assert shown == ["Japan, 1.2.2"]
