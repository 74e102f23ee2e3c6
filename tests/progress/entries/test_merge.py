"""Tests of merging two texts of one entry."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.entries.diff import merged
from progress.entries.merge import fingerprints_of, merge
from progress.entries.text import EntryText, EvidenceItem

A = EvidenceItem("A", url="https://example.org/a")
B = EvidenceItem("B", citation="No. 2")
C = EvidenceItem("C", citation="No. 3")
BASE = EntryText(
    as_of=date(2016, 7, 1),
    status="limited",
    narrative="One.\n\nTwo.\n\nThree.",
    next_steps="Then.",
    evidence=(A, B),
)
BEGAN_AS = fingerprints_of(BASE)


def test_what_only_one_of_the_two_changed_is_that_ones():
    mine = replace(BASE, narrative="Mine.", status="substantial")
    theirs = replace(BASE, next_steps="Theirs.", is_at_risk=True)
    found = merge(BEGAN_AS, mine, theirs)
    assert found.text == replace(
        BASE,
        narrative="Mine.",
        status="substantial",
        next_steps="Theirs.",
        is_at_risk=True,
    )
    assert found.both == ()
    assert set(found.mine) == {"narrative", "status"}
    assert set(found.theirs) == {"next_steps", "is_at_risk"}


def test_the_same_change_twice_is_no_conflict():
    same = replace(BASE, narrative="The same.")
    found = merge(BEGAN_AS, same, replace(same, narrative="The same.\r\n"))
    assert (found.both, found.mine, found.theirs) == ((), (), ())


def test_where_both_changed_a_text_both_stand_in_it():
    mine = replace(BASE, narrative="One.\n\nMy two.\n\nThree.")
    theirs = replace(BASE, narrative="One.\n\nTheir two.\n\nThree.\n\nFour.")
    found = merge(BEGAN_AS, mine, theirs)
    (both,) = found.both
    assert both.is_text
    assert found.text.narrative == "One.\n\nTheir two.\n\nMy two.\n\nThree.\n\nFour."
    assert "".join(piece.text for piece in both.only_theirs) == theirs.narrative
    assert "".join(piece.text for piece in both.only_mine) == mine.narrative


def test_of_two_labels_the_narrower_is_proposed():
    amber = replace(BASE, handling="amber")
    clear = replace(BASE, handling="clear")
    for mine, theirs in ((amber, clear), (clear, amber)):
        found = merge(BEGAN_AS, mine, theirs)
        assert found.text.handling == "amber"
        assert [one.field for one in found.both] == ["handling"]


def test_of_two_statuses_or_days_mine_is_proposed_and_both_are_shown():
    mine = replace(BASE, status="implemented", as_of=date(2016, 8, 1))
    theirs = replace(BASE, status="substantial", as_of=date(2016, 9, 1))
    found = merge(BEGAN_AS, mine, theirs)
    assert found.text.status == "implemented"
    assert found.text.as_of == date(2016, 8, 1)
    assert {(one.field, one.theirs) for one in found.both} == {
        ("status", "substantial"),
        ("as_of", date(2016, 9, 1)),
    }


@pytest.mark.parametrize(
    ("mine", "theirs", "together"),
    [
        ((A, B, C), (A, B), (A, B, C)),
        ((A, B), (A, B, C), (A, B, C)),
        ((A,), (A, B), (A,)),
        ((A, B), (B,), (B,)),
        ((A, C), (B,), (C,)),
        ((), (A, B, C), (C,)),
        ((A, B, C), (A, B, C), (A, B, C)),
    ],
)
def test_items_added_by_either_stand_and_items_taken_away_by_either_do_not(
    mine, theirs, together
):
    found = merge(
        BEGAN_AS, replace(BASE, evidence=mine), replace(BASE, evidence=theirs)
    )
    assert found.text.evidence == together
    assert found.is_evidence_of_both == (set(mine) != set(theirs))


@pytest.mark.parametrize("began", ["", ";", "narrative", "narrative=0;=;;", "<b>"])
def test_without_fingerprints_nothing_is_taken_for_unchanged(began):
    mine = replace(BASE, narrative="Mine.", evidence=(C,))
    found = merge(began, mine, BASE)
    assert [one.field for one in found.both] == ["narrative"]
    assert "Mine." in found.text.narrative
    assert "Two." in found.text.narrative
    assert found.text.evidence == (A, B, C)


def test_fingerprints_say_nothing_of_the_words():
    assert "One" not in BEGAN_AS
    assert len(BEGAN_AS) < 300


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_line_of_either_is_left_out(theirs, mine):
    lines = merged(theirs, mine).split("\n")
    for text in (theirs, mine):
        assert {line for line in text.split("\n") if line} <= set(lines)
    assert merged(mine, mine) == mine.strip("\n")


def test_texts_that_take_too_long_to_compare_stand_one_after_the_other():
    theirs, mine = "a\n" * 5_000, "a\n" * 4_999 + "b"
    assert merged(theirs, mine).count("a") == 9_999
