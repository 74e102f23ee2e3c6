"""Tests of short titles: lists and headings have them, beside the official wording."""

import pytest

from commitments.models import Commitment
from progress.models import State
from tests.factories import make_entry, member_commitment_of
from tests.progress.reading import html_of, words_of

TITLE = "Databases & records"
WORDING = "Support INTERPOL's information sharing role."


@pytest.fixture
def titled(plan) -> Commitment:
    commitment = Commitment.objects.get(plan=plan, code="1.2.2")
    commitment.short_title = TITLE
    commitment.save(update_fields=["short_title"])
    return commitment


@pytest.mark.parametrize("path", ["/matrix/", "/tasks/"])
def test_lists_call_a_commitment_by_its_short_title(
    signed_in, officer_jp, titled, stocktake, path
):
    shown = words_of(signed_in(officer_jp).get(path))
    assert TITLE in shown
    assert WORDING not in shown


@pytest.mark.parametrize("path", ["", "JP/"])
def test_a_commitments_own_pages_have_both(signed_in, observer, titled, plan, path):
    answer = signed_in(observer).get(f"/plans/{plan.slug}/commitments/1.2.2/{path}")
    shown = words_of(answer)
    assert f"1.2.2 {TITLE}" in shown
    assert WORDING in shown
    title = html_of(answer).split("<title>")[1].split("</title>")[0]
    assert "1.2.2 Databases &amp; records" in title


def test_neighbours_are_called_by_their_short_titles(signed_in, observer, titled, plan):
    shown = words_of(signed_in(observer).get(f"/plans/{plan.slug}/commitments/1.2.1/"))
    assert f"1.2.2 {TITLE}" in shown


def test_the_way_to_an_entry_and_its_page_have_it(signed_in, officer_jp, titled, plan):
    mine = member_commitment_of(plan, "1.2.2", "JP")
    entry = make_entry(mine, by=officer_jp, state=State.DRAFT)
    for path in ("", "edit/"):
        shown = words_of(signed_in(officer_jp).get(f"/entries/{entry.pk}/{path}"))
        assert f"1.2.2 {TITLE}" in shown


def test_queues_have_it_beside_the_wording(
    signed_in, head_jp, officer_jp, coordinator, titled, plan, stocktake
):
    mine = member_commitment_of(plan, "1.2.2", "JP")
    make_entry(mine, by=officer_jp, state=State.IN_CLEARANCE, stocktake=stocktake)
    other = member_commitment_of(plan, "1.2.2", "FR")
    make_entry(other, by=officer_jp, state=State.SUBMITTED, stocktake=stocktake)
    for reader, path in ((head_jp, "/clearance/"), (coordinator, "/review/")):
        shown = words_of(signed_in(reader).get(path))
        assert f"1.2.2 {TITLE}" in shown
        assert WORDING in shown
