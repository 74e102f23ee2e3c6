"""Tests of what two reports say differently of scores."""

from copy import deepcopy

import pytest

from reports.comparison.rows import difference_tables
from reports.comparison.sentences import sentences_of
from reports.facts_difference import difference_of
from reports.scores.labels import score_labels
from tests.reports.sample_snapshot import sample_snapshot

OBSERVATORY = "University Observatory"
MEMBERS = [{"code": "FR", "name": "France"}, {"code": "JP", "name": "Japan"}]


def table_of(number=1, name=OBSERVATORY, **cells):
    """Return the part of a table that has one commitment."""
    row = {"code": "1.1.1", "name": "Foreign fighters", "cells": cells, "rank": "1"}
    return {
        "id": f"table {number}",
        "code": name.lower().replace(" ", "-"),
        "name": name,
        "about": f"Final scores, number {number}.",
        "members": MEMBERS,
        "commitments": [row],
    }


def with_tables(facts, *tables):
    method = [*facts["method"], {"heading": "Scores by assessing bodies"}]
    scores = {"labels": score_labels(), "tables": [*tables]}
    return {**deepcopy(facts), "scores": scores, "method": method}


@pytest.fixture(scope="module")
def facts():
    return sample_snapshot()["facts"]


def said(before, after):
    return [*sentences_of(difference_of(before, after))]


def test_equal_scores_have_no_difference(facts):
    both = [with_tables(facts, table_of(FR="1")) for _side in range(2)]
    assert said(*both) == []


def test_a_first_table_is_named_and_explains_the_method(facts):
    scored = with_tables(facts, table_of(FR="1"))
    assert said(facts, scored) == [f"1 score table more: {OBSERVATORY}."]
    assert said(scored, facts) == [f"1 score table fewer: {OBSERVATORY}."]


def test_another_difference_of_the_method_is_still_named(facts):
    scored = with_tables(facts, table_of(FR="1"))
    scored["method"][0] = {"heading": "Other"}
    assert said(facts, scored)[1:] == ["These parts differ: method."]


def test_a_second_body_is_named_alone(facts):
    first, second = table_of(FR="1"), table_of(2, "Policy Institute", FR="-1")
    before, after = with_tables(facts, first), with_tables(facts, second, first)
    assert said(before, after) == ["1 score table more: Policy Institute."]


def test_a_revision_names_each_changed_score(facts):
    before = with_tables(facts, table_of(FR="1", JP="0"))
    after = with_tables(facts, table_of(2, FR="-1"))
    place = f"{OBSERVATORY}, 1.1.1 Foreign fighters"
    assert said(before, after) == [
        f"1 other score table: {OBSERVATORY}.",
        f"2 other scores: {place} (France), +1 → −1; {place} (Japan), 0 → Not scored.",
    ]


def test_scores_of_two_bodies_are_never_compared(facts):
    before = with_tables(facts, table_of(FR="1"))
    after = with_tables(facts, table_of(2, "Policy Institute", FR="-1"))
    assert not difference_of(before, after).scores.scores
    assert len(difference_of(before, after).scores.tables) == 2


def test_other_words_of_the_chapter_are_a_part_that_differs(facts):
    before = with_tables(facts, table_of(FR="1"))
    after = deepcopy(before)
    after["scores"]["tables"][0]["name"] = "Observatory"
    assert said(before, after) == ["These parts differ: scores by assessing bodies."]


def test_the_page_has_a_table_of_tables_and_one_of_scores(facts):
    before = with_tables(facts, table_of(FR="1"))
    after = with_tables(facts, table_of(2, FR="-1"))
    tables, scores = difference_tables(difference_of(before, after), reads_all=False)
    assert [tables.heading, scores.heading] == ["Score tables", "Scores"]
    assert (tables.rows[0].title, tables.rows[0].after) == (
        OBSERVATORY,
        "Final scores, number 2.",
    )
    assert scores.change_heading == "Assessing body"
    (row,) = scores.rows
    found = row.code, row.member, row.before, row.after, row.change
    assert found == ("1.1.1", "FR", "+1", "−1", OBSERVATORY)
