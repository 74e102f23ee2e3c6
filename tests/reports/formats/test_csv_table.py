"""Tests of both CSV files of a report, read back by Python's own reader."""

import csv
import io
import json
import re
from typing import Literal

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from progress.sheets.csv_text import unguarded
from reports.format_labels.columns import column_labels
from reports.labels import labels
from reports.languages import LANGUAGES
from reports.renderers.csv_table import COLUMNS, render_csv, render_people_csv
from reports.renderers.rows import placed
from reports.snapshot_schema import FilePart
from tests.progress.sheets.nasty_texts import NASTY
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import (
    EVIDENCE,
    sample_snapshot,
    short_snapshot,
    with_facts,
    with_narratives,
)
from tests.source_files import ROOT

TEXTS: tuple[Literal["narrative", "next_steps", "obstacles"], ...] = (
    "narrative",
    "next_steps",
    "obstacles",
)


@pytest.fixture(scope="module")
def snapshot():
    return sample_snapshot()


@pytest.fixture(scope="module")
def short():
    return short_snapshot()


def read_rows(content, encoding="utf-8"):
    reader = csv.DictReader(io.StringIO(content.decode(encoding), newline=""))
    return list(reader)


def for_machines(snapshot):
    return read_rows(render_csv(snapshot, SHA256))


def for_people(snapshot):
    """Return the rows by the names for machines, without their guards."""
    rows = read_rows(render_people_csv(snapshot, SHA256), "utf-8-sig")
    return [
        dict(zip(COLUMNS, map(unguarded, row.values()), strict=True)) for row in rows
    ]


def test_every_position_has_a_row_in_print_order(snapshot):
    expected = [
        (row.commitment["code"], row.member["code"], row.key or "")
        for row in placed(snapshot["facts"])
    ]
    assert len(expected) == 28 * 8
    for rows in (for_machines(snapshot), for_people(snapshot)):
        found = [(row["commitment"], row["member"], row["entry"]) for row in rows]
        assert found == expected


def test_every_column_is_documented_in_its_order(snapshot):
    text = (ROOT / "docs/formats.md").read_text("utf-8")
    columns = text.partition("### Columns")[2].partition("\n#")[0]
    documented = re.findall(r"^\| `(\w+)` \|", columns, re.MULTILINE)
    assert documented == list(COLUMNS)
    assert list(for_machines(snapshot)[0]) == documented


def test_words_are_verbatim_for_machines(snapshot):
    for row, cells in zip(
        placed(snapshot["facts"]), for_machines(snapshot), strict=True
    ):
        for name in TEXTS:
            assert cells[name] == (row.entry[name] if row.entry else "")
        assert cells["commitment_text"] == row.commitment["text"]
        assert cells["status"] == (row.entry["status"] if row.entry else "")
        assert cells["as_of"] == (row.entry["as_of"]["iso"] if row.entry else "")
        assert cells["figure"] == row.position["figure"]


def test_words_for_people_differ_by_their_guard_only(snapshot):
    for row, cells in zip(placed(snapshot["facts"]), for_people(snapshot), strict=True):
        for name in TEXTS:
            assert cells[name] == (row.entry[name] if row.entry else "")


def test_values_for_people_are_those_that_the_report_prints(snapshot):
    printed = snapshot["facts"]["labels"]
    for row, cells in zip(placed(snapshot["facts"]), for_people(snapshot), strict=True):
        assert cells["is_joint"] == ("yes" if row.commitment["is_joint"] else "no")
        if row.entry is None:
            assert cells["status"] == cells["as_of"] == cells["at_risk"] == ""
            assert cells["figure"] == "No released entry"
        else:
            assert cells["status"] == printed["parts"][row.entry["status"]]
            assert cells["as_of"] == "30 April 2017"
            assert cells["handling"] in {"TLP:CLEAR", "TLP:GREEN"}


def test_every_row_begins_with_what_the_file_is(snapshot):
    for cells in for_machines(snapshot):
        assert [*cells.values()][:12] == [
            snapshot["envelope"]["id"],
            "0123456789ABCDEF",
            "ise-shima-2016-ct",
            "stocktake",
            "",
            "green",
            "none",
            "2",
            "en",
            "2017-05-20",
            "2017-05-20T12:00:05Z",
            SHA256,
        ]
    [cells, *_others] = for_people(snapshot)
    assert cells["audience"] == "TLP:GREEN"
    assert cells["circulation"] == "Draft 2, not circulated"
    assert cells["code"] == "0123-4567-89AB-CDEF"
    assert cells["kind"] == "Stocktake report"
    assert cells["language"] == "English"
    assert cells["known_at"] == "20 May 2017, 12:00:05 UTC"


@pytest.mark.parametrize("name", ["member", "action", "sub_area", "instrument"])
def test_a_scope_is_named(snapshot, name):
    scope = {**snapshot["facts"]["scope"], name: "X1", "title": "The scope"}
    scoped = with_facts(snapshot, scope=scope)
    assert {row["scope"] for row in for_machines(scoped)} == {f"{name}:X1"}
    assert {row["scope"] for row in for_people(scoped)} == {"The scope"}


def test_evidence_is_json_for_machines_and_lines_for_people(snapshot):
    full = [
        (row, cells, shown)
        for row, cells, shown in zip(
            placed(snapshot["facts"]),
            for_machines(snapshot),
            for_people(snapshot),
            strict=True,
        )
        if row.entry and len(row.entry["evidence"]) == len(EVIDENCE)
    ]
    assert full
    for _row, cells, shown in full:
        items = json.loads(cells["evidence"])
        assert cells["evidence_count"] == str(len(items)) == "2"
        assert items[0] == {
            **EVIDENCE[0],
            "accessed_on": "2017-05-02",
            "dead_since": "2017-05-09",
        }
        assert shown["evidence"].splitlines() == [
            "National report 2017, https://www.example.org/reports/2017/"
            "counter-terrorism.html, accessed on 2 May 2017,"
            " link dead since 9 May 2017",
            "Annual report to Parliament, Cm 9420, chapter 4",
        ]


def test_a_file_of_evidence_has_its_hash(short):
    changed = with_narratives(short, str)
    entry, *others = changed["facts"]["entries"].values()
    for other in others:
        other["evidence"] = []
    file: FilePart = {"name": "annex.pdf", "size": "1.2 MB", "sha256": SHA256}
    entry["evidence"] = [{**EVIDENCE[1], "kind": "file", "citation": "", "file": file}]
    [line] = {row["evidence"] for row in for_people(changed) if row["evidence"]}
    assert line == f"Annual report to Parliament, annex.pdf, 1.2 MB, SHA-256 {SHA256}"
    [cell] = {row["evidence"] for row in for_machines(changed) if row["evidence"]}
    assert json.loads(cell)[0]["file"] == file


def test_instruments_are_json_for_machines_and_lines_for_people(snapshot):
    for row, cells, shown in zip(
        placed(snapshot["facts"]),
        for_machines(snapshot),
        for_people(snapshot),
        strict=True,
    ):
        named = row.commitment["instruments"]
        assert (json.loads(cells["instruments"] or "[]")) == named
        assert shown["instruments"].split("\n") == (named or [""])


def test_a_withdrawal_is_named_for_people_only_where_it_may_be_read(snapshot):
    found = [
        (row.position, shown["change"])
        for row, shown in zip(
            placed(snapshot["facts"]), for_people(snapshot), strict=True
        )
        if row.position["change"] == "gone"
    ]
    assert {position["is_withdrawn"] for position, _shown in found} == {True, False}
    for position, shown in found:
        withdrawn = position["is_withdrawn"]
        assert shown == ("Withdrawn" if withdrawn else "No longer released")


@pytest.mark.parametrize("text", NASTY, ids=repr)
def test_every_text_reads_back_equal(short, text):
    snapshot = with_narratives(short, lambda _number: text)
    for rows in (for_machines(snapshot), for_people(snapshot)):
        assert {row["narrative"] for row in rows} == {text}


@pytest.mark.long
@settings(max_examples=30)
@given(text=st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_reads_back_equal(short, text):
    snapshot = with_narratives(short, lambda _number: text)
    for rows in (for_machines(snapshot), for_people(snapshot)):
        assert {row["narrative"] for row in rows} == {text}


def test_nothing_for_people_begins_like_a_formula():
    snapshot = with_narratives(short_snapshot(), lambda number: NASTY[number])
    for row in read_rows(render_people_csv(snapshot, SHA256), "utf-8-sig"):
        assert not [cell for cell in row.values() if cell.startswith(tuple("=+-@\t\r"))]


def test_headings_and_values_for_people_are_in_the_language_of_the_report(snapshot):
    with override("fr"):
        french = with_facts(snapshot, labels=labels(reads_all=False))
        headings = [*column_labels().values()]
    [cells, *_others] = read_rows(render_people_csv(french, SHA256), "utf-8-sig")
    assert list(cells) == headings
    assert cells["Engagement commun"] == "non"
    assert cells["État d’avancement"] in french["facts"]["labels"]["parts"].values()
    assert for_machines(french) == for_machines(snapshot)


def test_every_heading_is_of_one_column_in_each_language():
    for language in LANGUAGES:
        with override(language):
            headings = [str(one).casefold() for one in column_labels().values()]
        # A spreadsheet program takes no heading twice, in any letter case.
        assert len(set(headings)) == len(headings) == len(COLUMNS)


def test_a_report_without_positions_has_its_headings(short):
    empty = with_facts(short, actions=[])
    assert render_csv(empty, SHA256).decode() == ",".join(COLUMNS) + "\r\n"
