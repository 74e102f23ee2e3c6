"""Tests of what a document contains, for every kind and layout."""

import pytest

from reports.kinds import KIND_RULES, KINDS, LAYOUTS, Kind, Layout
from reports.labels import labels
from reports.renderers.docx import render_docx
from tests.reports.docx.conftest import rendered, snapshot_of
from tests.reports.docx.docx_reading import (
    anchors,
    bookmarks,
    elements,
    headings,
    opened,
    paragraphs_in,
    style_of,
    table_after,
    text_of,
    value,
)
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import (
    commitments_of,
    counted,
    sample_snapshot,
    short_snapshot,
    with_facts,
    without_entries,
)

LABELS = labels(reads_all=False)
REPORTS = [
    (kind, layout)
    for kind in KINDS
    for layout in LAYOUTS
    if layout in KIND_RULES[kind].layouts
]
NAMES = {
    "summary": "summary",
    "matrix": "matrix",
    "mix": "mix",
    "changes": "changes_heading",
    "commitments": "commitments",
    "gaps": "gaps",
    "instruments": "instruments_index",
    "entries": "entries_index",
    "acronyms": "acronyms",
    "method": "annex",
}


@pytest.mark.parametrize(("kind", "layout"), REPORTS)
def test_the_sections_are_those_of_the_kind_in_order(kind: Kind, layout: Layout):
    facts = snapshot_of(kind, layout)["facts"]
    wanted = [LABELS[NAMES[name]] for name in facts["sections"]]  # type: ignore[literal-required]
    if kind == "gaps":
        wanted = []
    elif "changes" in facts["sections"]:
        wanted.insert(1 + wanted.index(LABELS["changes_heading"]), LABELS["risks"])
    assert headings(opened(rendered(kind, layout)), 1) == wanted


@pytest.mark.parametrize(("kind", "layout"), REPORTS)
def test_every_link_inside_leads_somewhere(kind: Kind, layout: Layout):
    document = opened(rendered(kind, layout))
    found = bookmarks(document)
    assert len(found) == len({*found})
    assert {*anchors(document)} <= {*found}
    assert all(len(name) <= 40 and name.isidentifier() for name in found)


@pytest.mark.parametrize(("kind", "layout"), REPORTS)
def test_the_contents_list_the_headings(kind: Kind, layout: Layout):
    document = opened(rendered(kind, layout))
    entries = [
        (value(link, "anchor"), text_of(link))
        for paragraph in elements(document, "p")
        if style_of(paragraph).startswith("TOC")
        for link in paragraph.iter("{*}hyperlink")
    ]
    is_long = kind == "stocktake" and layout == "compact"
    levels = (1,) if is_long else (1, 2, 3, 4)
    wanted = headings(document, *levels) if kind != "gaps" else []
    assert [text for _, text in entries] == wanted
    marks = {
        value(mark, "name"): text_of(mark.getparent())
        for mark in elements(document, "bookmarkStart")
    }
    assert all(marks[anchor] == text for anchor, text in entries)


def test_the_contents_are_a_field_that_word_updates(sample):
    (begin,) = (
        it for it in elements(sample, "fldChar") if value(it, "dirty") == "true"
    )
    code = "".join(elements(sample, "instrText")[0].itertext())
    assert value(begin, "fldCharType") == "begin"
    assert code.split()[:2] == ["TOC", "\\o"]
    kinds = [value(mark, "fldCharType") for mark in elements(sample, "fldChar")]
    assert kinds == ["begin", "separate", "end"]


def test_commitments_and_members_have_headings_in_the_order_of_the_plan(sample):
    snapshot = snapshot_of()
    names = {row["code"]: row["name"] for row in snapshot["facts"]["members"]}
    wanted = []
    for row in commitments_of(snapshot):
        wanted.append(f"{row['code']} {row['short_title']}")
        wanted += [names[it["member"]] for it in row["positions"] if it["entry"]]
    assert headings(sample, 4, 5) == wanted
    assert paragraphs_in(sample, "Official Wording") == [
        row["text"] for row in commitments_of(snapshot)
    ]


def test_sentences_of_the_summary_are_those_of_the_snapshot(sample):
    told = paragraphs_in(sample, "Normal")
    for block in snapshot_of()["facts"]["summary"]:
        assert " ".join(it["text"] for it in block["sentences"]) in told
    bold = [text_of(it) for it in elements(sample, "hyperlink")]
    assert str(snapshot_of()["facts"]["figures"]["overall"]["cells"]) in bold


@pytest.mark.parametrize("name", ["actions", "sub_areas", "members"])
def test_tables_have_the_figures(sample, name):
    captions = {
        "actions": "status_mix",
        "sub_areas": "by_sub_area",
        "members": "by_member",
    }
    header, *rows = table_after(sample, LABELS[captions[name]])  # type: ignore[literal-required]
    figures = snapshot_of()["facts"]["figures"][name]  # type: ignore[literal-required]
    parts = LABELS["parts"]
    for row, cells in zip(figures, rows, strict=False):
        told = dict(zip(header, cells, strict=True))
        assert told[""] == row["name"]
        for status, count in row["in_all"].items():
            assert told[parts[status]] == str(count)
        assert told[parts["not_reported"]] == str(row["parts"]["not_reported"])
        assert told[LABELS["at_risk"]] == str(row["at_risk_in_all"])
        assert told[LABELS["overdue_short"]] == str(row["overdue"])
        assert told[LABELS["cells"]] == str(row["cells"])


def test_each_cell_of_the_matrix_has_its_status_in_words(sample):
    short = LABELS["document"]["short_statuses"]
    snapshot = snapshot_of()
    entries = snapshot["facts"]["entries"]
    header, *table = table_after(sample, LABELS["matrix_caption"])
    codes = [row["code"] for row in snapshot["facts"]["members"]]
    assert header[1 : 1 + len(codes)] == codes
    rows = {row[0].split()[0]: row for row in table}
    for commitment in commitments_of(snapshot):
        for cell, position in zip(
            rows[commitment["code"]][1:], commitment["positions"], strict=False
        ):
            key = position["entry"]
            status = short[entries[key]["status"]] if key else "No released entry"
            assert status in cell
            is_older = position["figure"] == "no_update"
            assert ("(older)" in cell) is is_older


def test_a_mark_never_stands_without_words(sample):
    """Its words are in the same paragraph, or below it in the same cell."""
    marks = {"Mark", "OlderMark", "RiskMark"}
    marked = [it for it in elements(sample, "rStyle") if value(it) in marks]
    assert len(marked) > 1_000
    for style in marked:
        paragraph = next(style.iterancestors("{*}p"))
        cell = next(style.iterancestors("{*}tc"), paragraph)
        assert any(letter.isalpha() for letter in text_of(cell))


def test_a_report_without_entries_is_short():
    document = opened(
        render_docx(without_entries(sample_snapshot()), SHA256, font_dirs=())
    )
    assert headings(document, 5) == []
    assert paragraphs_in(document, "Note").count(LABELS["nobody"]) == 28
    assert len(elements(document, "drawing")) == 1  # the QR code


def test_one_member_has_its_positions_instead_of_a_matrix():
    snapshot = short_snapshot()
    facts = snapshot["facts"]
    for row in commitments_of(snapshot):
        row["positions"] = row["positions"][:1]
    members = facts["members"][:1]
    one = with_facts(
        snapshot,
        kind="member",
        sections=[*KIND_RULES["member"].sections],
        members=members,
        **counted(facts["actions"], facts["entries"], members),
    )
    document = opened(render_docx(one, SHA256, font_dirs=()))
    header, *rows = table_after(document, LABELS["positions_caption"])
    assert header[:3] == ["Code", "Commitment", "Status"]
    assert [row[0] for row in rows] == [row["code"] for row in commitments_of(one)]
    assert "Short title" in rows[0][1]
