"""Tests of the handling mark of a file: the strictest of what is in it."""

import pytest

from progress.models import Entry, Handling, State
from tests.progress.sheets.downloading import (
    MATRIX,
    STOCKTAKE,
    about,
    lines_of,
    mark_of,
    rows,
)


@pytest.mark.parametrize("what", ["csv", "entries-csv"])
@pytest.mark.parametrize(
    ("who", "expected"),
    [("officer_fr", "TLP:GREEN"), ("coordinator", "TLP:AMBER"),
     ("officer_jp", "TLP:AMBER"), ("observer", "TLP:GREEN")],
)  # fmt: skip
def test_a_file_is_as_strict_as_what_its_reader_sees(
    request, signed_in, reported, who, expected, what
):
    reported(handling=Handling.AMBER, narrative="Only for some.")
    answer = signed_in(request.getfixturevalue(who)).get(f"{MATRIX}?format={what}")
    assert mark_of(answer) == expected
    assert ("Only for some." in str(lines_of(answer))) == (
        expected == "TLP:AMBER" and what == "entries-csv"
    )


def test_entries_that_anyone_may_read_make_a_clear_file(
    signed_in, coordinator, reported
):
    reported(handling=Handling.CLEAR)
    browser = signed_in(coordinator)
    assert mark_of(browser.get(f"{MATRIX}?format=entries-csv")) == "TLP:CLEAR"
    # An empty cell says that nothing is released to delegations.
    assert mark_of(browser.get(f"{MATRIX}?format=csv")) == "TLP:GREEN"
    only = f"{MATRIX}?status=substantial&member=JP&format=csv"
    assert mark_of(browser.get(only)) == "TLP:CLEAR"


def test_what_is_not_published_makes_an_amber_file(
    signed_in, officer_jp, officer_fr, reported
):
    reported(state=State.DRAFT, handling=Handling.CLEAR)
    assert mark_of(signed_in(officer_fr).get(f"{MATRIX}?format=csv")) == "TLP:GREEN"
    answer = signed_in(officer_jp).get(f"{MATRIX}?format=csv")
    assert mark_of(answer) == "TLP:AMBER"
    assert "Not reported, Draft" in str(lines_of(answer))


def test_only_an_amber_file_says_that_there_is_no_entry(
    signed_in, coordinator, reported
):
    reported()
    browser = signed_in(coordinator)
    green = browser.get(f"{MATRIX}?format=csv")
    assert mark_of(green) == "TLP:GREEN"
    assert "Not reported" not in str(lines_of(green))
    reported(handling=Handling.AMBER)
    amber = browser.get(f"{MATRIX}?format=csv")
    assert mark_of(amber) == "TLP:AMBER"
    assert "Not reported" in str(lines_of(amber))


def test_a_green_file_has_no_trace_of_an_amber_entry(
    signed_in, coordinator, reported, amend
):
    amber = reported(handling=Handling.AMBER, narrative="Only for some.")
    amend(amber, Entry.Kind.CORRECTION, narrative="For all delegations.")
    for what in ("csv", "entries-csv"):
        answer = signed_in(coordinator).get(f"{MATRIX}?format={what}")
        assert mark_of(answer) == "TLP:GREEN"
        for word in ("Correction", "Only for some.", "The year was wrong."):
            assert word not in str(lines_of(answer))


# ---- Coverage, review and clearance --------------------------------------------------


def test_the_coverage_of_the_presidency_is_amber(
    signed_in, coordinator, plan, waiting, reported
):
    answer = signed_in(coordinator).get(
        f"/plans/{plan.slug}/stocktakes/first/?format=csv"
    )
    assert mark_of(answer) == "TLP:AMBER"
    [japan] = [row for row in rows(lines_of(answer)) if row["Member code"] == "JP"]
    assert japan == {
        "Member code": "JP",
        "Member": "Japan",
        "Commitments": "4",
        "Not yet with the Presidency": "3",
        "With the Presidency": "1",
        "Published": "0",
        "Of these, late": "0",
    }


def test_other_readers_get_the_coverage_that_their_page_shows(
    signed_in, observer, plan, reported
):
    reported()
    reported(handling=Handling.AMBER)
    answer = signed_in(observer).get(f"{STOCKTAKE}?format=csv")
    assert mark_of(answer) == "TLP:GREEN"
    [japan] = [row for row in rows(lines_of(answer)) if row["Member code"] == "JP"]
    assert [*japan.values()] == ["JP", "Japan", "4", "1", "0"]
    assert about(lines_of(answer))["Stocktake"] == "Stocktake first"


def test_a_delegation_with_amber_entries_gets_an_amber_coverage(
    signed_in, officer_jp, plan, reported
):
    reported(handling=Handling.AMBER)
    answer = signed_in(officer_jp).get(
        f"/plans/{plan.slug}/stocktakes/first/?format=csv"
    )
    assert mark_of(answer) == "TLP:AMBER"


def test_the_review_queue_is_an_amber_file(signed_in, coordinator, officer_fr, waiting):
    answer = signed_in(coordinator).get("/review/?member=JP&page=2&format=csv")
    assert mark_of(answer) == "TLP:AMBER"
    lines = lines_of(answer)
    assert about(lines)["Query"] == "/review/?member=JP"
    [row] = rows(lines)
    assert (row["State"], row["Kind"]) == ("With the Presidency", "Update")
    assert row["Narrative"] == waiting.narrative
    assert signed_in(officer_fr).get("/review/?format=csv").status_code == 404


def test_a_head_downloads_what_is_in_clearance(
    signed_in, head_jp, officer_jp, reported
):
    entry = reported(state=State.IN_CLEARANCE)
    answer = signed_in(head_jp).get("/clearance/?format=csv")
    assert mark_of(answer) == "TLP:AMBER"
    [row] = rows(lines_of(answer))
    assert (row["State"], row["Entry"]) == ("In clearance", str(entry.pk))
    assert signed_in(officer_jp).get("/clearance/?format=csv").status_code == 404
