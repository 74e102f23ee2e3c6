"""Tests of the sentences of a summary: each is true, and none is a parade of zeros."""

import pytest

from reports.snapshot.sentences import joined
from tests.reports.sample_snapshot import (
    counted,
    positions_in,
    sample_snapshot,
    without_entries,
)

NOT_BELOW_AMBER = ("not reported", "missing", "owes", "published")


def said(facts):
    return [one["text"] for block in facts["summary"] for one in block["sentences"]]


def test_an_empty_stocktake_is_one_sentence():
    assert said(without_entries(sample_snapshot())["facts"]) == [
        "No member has a released entry."
    ]


def test_the_words_of_absence_are_those_of_the_audience():
    facts = sample_snapshot()["facts"]
    below = " ".join(said(facts)).lower()
    assert "no released entry" in below
    assert not [words for words in NOT_BELOW_AMBER if words in below]
    amber = counted(facts["actions"], facts["entries"], reads_all=True)
    assert "no published entry" in " ".join(said(amber)).lower()
    assert "released" not in " ".join(said(amber)).lower()


def test_a_member_without_any_entry_is_named():
    facts = sample_snapshot()["facts"]
    for action in facts["actions"]:
        for row in positions_in(action):
            if row["member"] in {"CA", "FR", "EU"}:
                row["figure"], row["entry"] = "not_reported", None
    shown = {
        row["entry"] for action in facts["actions"] for row in positions_in(action)
    }
    entries = {key: part for key, part in facts["entries"].items() if key in shown}
    sentences = said(counted(facts["actions"], entries))
    assert "No released entry at all: Canada, France and European Union." in sentences


def test_the_summary_names_the_day_of_its_positions():
    """A report may look back: its day is not today."""
    first = sample_snapshot()["facts"]["summary"][0]
    assert first["heading"] == "The position on 20 May 2017"


def test_no_sentence_but_of_statuses_has_a_zero():
    facts = sample_snapshot()["facts"]
    for block in facts["summary"]:
        for sentence in block["sentences"]:
            assert all(sentence["numbers"].values()), sentence["name"]
            values = {**sentence["numbers"], **sentence["names"]}
            assert sentence["text"] == sentence["template"].format_map(values)


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["Canada"], "Canada"),
        (["Canada", "Japan"], "Canada and Japan"),
        (["Canada", "France", "Japan"], "Canada, France and Japan"),
    ],
)
def test_names_are_joined_as_in_a_sentence(names, text):
    assert joined(names) == text
