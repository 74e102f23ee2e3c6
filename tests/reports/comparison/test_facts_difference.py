"""Tests of what one report says differently from another, and of its sentences."""

from copy import deepcopy

import pytest

from reports.comparison.sentences import sentences_of
from reports.facts_difference import difference_of
from tests.reports.sample_parts import moment
from tests.reports.sample_snapshot import entry, entry_id, sample_snapshot

# The first commitment with an entry of Canada, and one of Canada without any.
FIRST = "1.1.1 Short title of 1.1.1 (Canada)"


@pytest.fixture(scope="module")
def before():
    return sample_snapshot()["facts"]


@pytest.fixture
def after(before):
    return deepcopy(before)


def row_of(facts, *, has_entry=True):
    """Return a position, its commitment's code and its member."""
    for action in facts["actions"]:
        for area in action["sub_areas"]:
            for commitment in area["commitments"]:
                for row in commitment["positions"]:
                    if bool(row["entry"]) is has_entry:
                        return row
    raise AssertionError


def other_entry(facts, **changes):
    key = entry_id(999)
    marks = {"shows_again": False, "is_correction": False, **changes}
    facts["entries"][key] = {**entry(1), **marks}
    return key


def said(before, after):
    return [*sentences_of(difference_of(before, after))]


def test_equal_facts_have_no_difference_and_no_sentence(before, after):
    assert difference_of(before, after).is_empty
    assert said(before, after) == []


@pytest.mark.parametrize(
    ("marks", "change", "words"),
    [
        ({}, "newer", f"1 newer entry: {FIRST}."),
        ({"is_correction": True}, "corrected", f"1 corrected entry: {FIRST}."),
        (
            {"shows_again": True},
            "shows_again",
            f"1 earlier entry that shows again: {FIRST}.",
        ),
    ],
)
def test_another_entry_is_newer_a_correction_or_shows_again(
    before, after, marks, change, words
):
    row = row_of(after)
    status = after["entries"][row["entry"]]["status"]
    row["entry"] = other_entry(after, status=status, **marks)
    difference = difference_of(before, after)
    assert [found.change for found in difference.entries] == [change]
    assert [*sentences_of(difference)] == [words]


def test_a_new_entry_and_one_that_is_gone_have_no_other_status(before, after):
    row = row_of(after, has_entry=False)
    row["entry"] = other_entry(after)
    assert [found.change for found in difference_of(before, after).entries] == ["new"]
    assert [found.change for found in difference_of(after, before).entries] == ["gone"]
    assert not difference_of(before, after).moved
    assert said(after, before)[0].startswith("1 position without a released entry any")


def test_a_withdrawal_is_named_only_if_the_audience_may_read_it(before, after):
    row = row_of(after)
    row["entry"], row["is_withdrawn"] = None, True
    assert said(before, after) == [f"1 withdrawn entry: {FIRST}."]
    row["is_withdrawn"] = False
    assert said(before, after) == [
        f"1 position without a released entry any more: {FIRST}."
    ]


def test_another_status_is_said_with_both_statuses(before, after):
    row = row_of(after)
    old = after["entries"][row["entry"]]["status"]
    new = "implemented" if old != "implemented" else "limited"
    row["entry"] = other_entry(after, status=new)
    assert difference_of(before, after).moved
    assert said(before, after)[1].startswith(f"1 other status: {FIRST}, ")
    assert "→" in said(before, after)[1]


def test_an_erased_text_is_the_same_entry_with_other_text(before, after):
    after["entries"][row_of(after)["entry"]]["narrative"] = "[Erased by law]"
    assert said(before, after) == [f"1 entry with other text: {FIRST}."]


def test_a_lead_a_target_date_and_a_mark_are_said(before, after):
    row = row_of(after)
    row["lead_authority"] = "Ministry of Justice"
    row["target_on"] = moment("2018-01-31", "31 January 2018")
    row["is_overdue"] = False
    after["entries"][row["entry"]]["is_late"] ^= True
    assert said(before, after) == [
        f"1 other lead authority: {FIRST}.",
        f"1 other target date: {FIRST}, 31 December 2016 → 31 January 2018.",
        f"1 position with other marks or evidence: {FIRST}.",
    ]


def test_titles_the_day_and_other_parts_are_said(before, after):
    after["actions"][0]["sub_areas"][0]["commitments"][0]["short_title"] = "Borders"
    after["at"] = moment("2017-05-21", "21 May 2017")
    after["acronyms"] = []
    assert said(before, after) == [
        "It is as of 21 May 2017. Before, it was as of 20 May 2017.",
        "1 other title: 1.1.1 “Borders”.",
        "These parts differ: acronyms.",
    ]


def test_a_commitment_that_only_one_report_has_is_named(before, after):
    after["actions"][0]["sub_areas"][0]["commitments"].pop(0)
    assert said(before, after) == ["1 commitment fewer: 1.1.1 Short title of 1.1.1."]
    assert said(after, before) == ["1 commitment more: 1.1.1 Short title of 1.1.1."]


def test_of_many_places_five_are_named_and_the_others_counted(before, after):
    for part in after["entries"].values():
        part["narrative"] = "Other."
    (sentence,) = said(before, after)
    assert sentence.startswith(f"{len(after['entries'])} entries with other text: ")
    assert sentence.endswith(f"; {len(after['entries']) - 5} more.")
    assert sentence.count("(") == 5


def test_facts_of_another_form_differ_in_words_too(before, after):
    after["of_a_later_version"] = True
    assert said(before, after) == [
        "These parts differ: form of the data, since an update of the system."
    ]
