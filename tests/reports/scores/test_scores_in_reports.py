"""Tests of the chapter on scores: its audience, its numbers, and every format of it."""

import csv
from copy import deepcopy
from itertools import product
from typing import Any

import pytest

from progress.ledger.chain import hash_of
from progress.models import AssessmentTable, State
from reports.public_reading.finals import tables_behind
from reports.renderers.documents import render_all
from tests.factories import make_body, make_entry, member_commitment_of
from tests.leaks.file_texts import all_text
from tests.progress.assessments.scoring import (
    make_table,
    release,
    released_table,
    revision,
    score,
    table_in_feedback,
)
from tests.reports.docx.docx_reading import opened
from tests.reports.scores.conftest import checked, next_second

pytestmark = pytest.mark.django_db(transaction=True)

MEMBERS = ("CA", "FR", "DE", "IT", "JP", "GB", "US", "EU")
CODES = ("1.1.1", "1.2.1", "1.2.2", "2.1")
# Averages of 1/8 and -5/8 are rounded half away from zero; some cells do not count.
ROWS = {
    "1.1.1": ["1", "1", "1", "1", "0", "-1", "-1", "-1"],
    "1.2.1": ["-1", "-1", "-1", "-1", "-1", "0", "0", "0"],
    "1.2.2": ["1", "not_applicable", "", "1", "-1", "1", "1", "0"],
    "2.1": ["", "", "not_applicable", "", "", "", "", ""],
}
SCORES = {
    (code, member): value
    for code, values in ROWS.items()
    for member, value in zip(MEMBERS, values, strict=True)
    if value
}


@pytest.fixture
def reported(plan, stocktake, officer_jp):
    """Japan says of itself that 1.2.2 is implemented."""
    return make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, stocktake=stocktake,
        state=State.PUBLISHED, status="implemented", handling="green",
    )  # fmt: skip


@pytest.fixture
def body(assessor):
    return assessor.body


def texts_of_files(files):
    """Return what can be read in each file of a report, by its format."""
    return {name: all_text(content) for name, content in files.items()}


# ---- Numbers


def test_every_figure_is_to_the_digit(compiled, reported, body, stocktake):
    released_table(body, stocktake, SCORES)
    (table,) = compiled().tables
    rows = {row["code"]: row for row in table["commitments"]}
    assert list(rows) == [*CODES]
    shown = ("exact", "average", "percentage", "rank")
    found = {code: [row[name] for name in shown] for code, row in rows.items()}
    assert found == {
        "1.1.1": ["1/8", "0.13", "56%", "2"],
        "1.2.1": ["-5/8", "−0.63", "19%", "3"],
        "1.2.2": ["1/2", "0.50", "75%", "1"],
        "2.1": ["", "–", "–", "–"],
    }
    assert rows["1.2.2"]["scored"] == 6
    means = {mean["mean"]: (mean["exact"], mean["of"]) for mean in table["means"]}
    assert means["cells"] == ("-1/22", 22)
    assert means["commitments"] == ("0/1", 3)
    assert means["members"][1] == 8


def test_differences_from_self_reports_are_listed(compiled, reported, body, stocktake):
    released_table(body, stocktake, {("1.2.2", "JP"): "-1", ("1.2.2", "FR"): "1"})
    (table,) = compiled().tables
    shown = ("member", "kind", "degree")
    assert [[one[name] for name in shown] for one in table["differences"]] == [
        ["FR", "score_says_more", "slight"],
        ["JP", "report_says_more", "strong"],
    ]


def test_the_script_works_out_every_figure_again(
    compiled, reported, body, stocktake, tmp_path
):
    released_table(body, stocktake, SCORES)
    report = compiled()
    assert checked(report.snapshot, tmp_path / "report.json")[0] == 0


FAULTS = {
    "a score": ("commitments", 0, "cells", "FR", "-1"),
    "an exact average": ("commitments", 0, "exact", "1/9"),
    "a printed average": ("commitments", 1, "average", "−0.62"),
    "a percentage": ("of_members", 0, "percentage", "1%"),
    "a rank": ("areas", 0, "rank", "7"),
    "a number of cells": ("of_members", 2, "scored", 9),
    "a mean": ("means", 1, "exact", "1/3"),
    "of how many": ("means", 2, "of", 7),
    "a difference": ("differences", 0, "degree", "strong"),
    "its label": ("handling", "amber"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_script_finds_what_is_not_true(
    fault, compiled, reported, body, stocktake, tmp_path
):
    report = stored(compiled, body, stocktake)
    snapshot = deepcopy(report)
    *path, last, value = FAULTS[fault]
    part = snapshot["facts"]["scores"]["tables"][0]
    for name in path:
        part = part[name]
    assert part[last] != value
    part[last] = value
    snapshot["envelope"]["facts_sha256"] = hash_of(snapshot["facts"])
    code, said = checked(snapshot, tmp_path / "report.json")
    assert code == 1
    assert "cores of University Observatory" in said


_stored: dict[str, dict[str, Any]] = {}


def stored(compiled, body, stocktake):
    """Return one snapshot for all faults."""
    if "it" not in _stored:
        released_table(body, stocktake, SCORES)
        _stored["it"] = compiled().snapshot
    return _stored["it"]


# ---- Who reads what, and when


@pytest.mark.parametrize(
    ("audience", "handling", "is_there"),
    [("green", "green", True), ("clear", "green", False), ("clear", "clear", True),
     ("amber", "green", True)],
)  # fmt: skip
def test_a_report_has_what_its_audience_may_read(
    compiled, body, stocktake, audience, handling, is_there
):
    released_table(body, stocktake, handling=handling)
    assert bool(compiled(audience).tables) == is_there


def test_two_bodies_stand_side_by_side_at_two_instants(compiled, body, stocktake):
    first = released_table(body, stocktake, {("1.1.1", "FR"): "1"}, phase="final")
    released_table(make_body("policy-institute"), stocktake)
    before = next_second()
    release(revision(first, {("1.1.1", "FR"): "-1"}))
    then, later = compiled(known_at=before), compiled()
    assert [table["phase"] for table in then.tables] == ["interim", "final"]
    ids = [
        {table["code"]: table["id"] for table in each.tables} for each in (then, later)
    ]
    assert ids[0][body.slug] == str(first.pk) != ids[1][body.slug]
    cells = [
        {table["code"]: table["commitments"][0]["cells"]["FR"] for table in each.tables}
        for each in (then, later)
    ]
    assert [found[body.slug] for found in cells] == ["1", "-1"]
    assert cells[0]["policy-institute"] == cells[1]["policy-institute"] == "1"


def test_a_table_superseded_by_one_that_is_not_for_the_audience_is_gone(
    compiled, body, stocktake
):
    first = released_table(body, stocktake, handling="clear")
    release(revision(first), handling="green")
    assert not compiled("clear").tables


def test_nothing_tells_of_a_table_that_is_not_released(compiled, body, stocktake):
    before = compiled()
    draft = make_table(make_body("policy-institute"), stocktake)
    score(draft, SCORES, rationale="A canary")
    table_in_feedback(body, stocktake, SCORES)
    after = compiled()
    assert "scores" not in after.facts
    assert hash_of(before.facts) == hash_of(after.facts)
    for text in texts_of_files(after.files).values():
        assert "Policy Institute" not in text
        assert "Scores by assessing bodies" not in text


def test_a_brief_and_a_list_of_gaps_have_no_scores(compiled, body, stocktake, plan):
    released_table(body, stocktake)
    action = plan.actions.get(number=1)
    assert not compiled(kind="brief", action=action).tables
    assert not compiled("amber", kind="gaps").tables


def test_the_report_of_a_member_has_the_whole_table_and_its_own_differences(
    compiled, reported, body, stocktake, officer_jp
):
    released_table(body, stocktake, SCORES)
    report = compiled(kind="member", member=officer_jp.member)
    (table,) = report.tables
    assert [member["code"] for member in table["members"]] == [*MEMBERS]
    assert {one["member"] for one in table["differences"]} == {"JP"}


# ---- Facts and formats


def test_no_figure_of_self_reports_changes(compiled, reported, body, stocktake):
    before = compiled().facts
    released_table(body, stocktake, SCORES)
    after = compiled().facts
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed == {"scores", "method"}
    assert after["method"][:-1] == before["method"]


def test_no_words_of_a_score_or_a_guideline_are_in_a_report(compiled, body, stocktake):
    """So a legal erasure of them changes no report."""
    table = make_table(body, stocktake)
    score(table, SCORES, rationale="Mr Canary did nothing.")
    release(table)
    text = str(compiled().snapshot)
    assert "Canary" not in text
    assert "Full compliance with" not in text
    assert "example.org/report" not in text


def test_every_format_has_the_chapter(compiled, reported, body, stocktake):
    released_table(body, stocktake, SCORES)
    report = compiled()
    texts = texts_of_files(report.files)
    words = ("Scores by assessing bodies", "University Observatory", "−0.63", "19%")
    for name, word in product(("pdf", "xlsx", "docx", "html"), words):
        assert word in texts[name], (name, word)
    rows = [*csv.DictReader(report.files["csv"].decode("utf-8-sig").splitlines())]
    found = {(row["commitment"], row["member"]): row["score:university-observatory"]
             for row in rows}  # fmt: skip
    assert {place: value for place, value in found.items() if value} == SCORES
    people = texts["csv-people"]
    assert "Score: University Observatory" in people
    assert "+1" in people


def test_averages_at_the_foot_of_a_table_are_bold_in_word(compiled, body, stocktake):
    released_table(body, stocktake, SCORES)
    document = opened(compiled().files["docx"])
    columns = 1 + len(MEMBERS) + 3
    table = next(one for one in document.tables if len(one.columns) == columns)
    is_bold = [
        all(run.style.name == "Strong" for run in row.cells[0].paragraphs[0].runs)
        for row in table.rows[1:]
    ]
    assert is_bold == [False] * len(CODES) + [True] * 3


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_same_bytes_come_twice_with_hostile_names(
    compiled, body, stocktake, language
):
    body.name = "=1+1 <b>#panic(“x”)</b> 観測所 \u202e"
    body.save(update_fields=["name"])
    released_table(body, stocktake, SCORES)
    report = compiled(language=language)
    digest = hash_of(report.snapshot)
    again = {one.format: one.content for one in render_all(report.snapshot, digest)}
    assert again == report.files
    assert "=1+1 &lt;b&gt;" in texts_of_files(report.files)["docx"]
    if language == "ja":
        assert report.facts["scores"]["labels"]["heading"]


def test_a_public_report_names_the_tables_that_it_rests_on(compiled, body, stocktake):
    table = released_table(body, stocktake, handling="clear")
    assert tables_behind(compiled("clear").report) == {table.pk}
    assert AssessmentTable.objects.count() == 1
