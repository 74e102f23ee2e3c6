"""Tests of the sections of a report: figures, marks, lists, and each kind's pages."""

import re
from copy import deepcopy

import pytest
from pypdf import PdfReader

from progress.positions.figures import STATUSES
from reports.kinds import KIND_RULES, KINDS, LAYOUTS
from reports.renderers.fonts import PACKAGED
from reports.renderers.pdf import render_pdf
from tests.reports.conftest import render
from tests.reports.pdf.pdf_reading import (
    alternative_texts,
    bookmarks,
    page_texts,
    read,
    whole_text,
)
from tests.reports.sample_parts import SHA256, moment
from tests.reports.sample_snapshot import (
    EVIDENCE,
    positions_in,
    printed_entries,
    sample_snapshot,
    with_actions,
    with_changes_in,
    with_envelope,
    with_facts,
    without_entries,
)


def test_text_chart_and_table_of_the_summary_agree(snapshot, reader, text):
    figures = snapshot["facts"]["figures"]
    for block in snapshot["facts"]["summary"]:
        for sentence in block["sentences"]:
            assert sentence["text"] in text
    overall = figures["overall"]
    newest = overall["parts"]["substantial"]
    older = overall["in_all"]["substantial"] - newest
    said = f"Substantial progress {newest}, Substantial progress (older) {older}"
    assert said in chart_text(reader)
    for row in (*figures["actions"], *figures["members"], overall):
        counts = [row["in_all"][name] for name in reversed(STATUSES[:4])]
        counts += [row["in_all"]["not_applicable"], row["parts"]["not_reported"]]
        counts += [row["parts"]["no_update"], row["cells"]]
        counts += [row["at_risk_in_all"], row["overdue"]]
        assert " ".join(map(str, counts)) in text


def chart_text(reader: PdfReader) -> str:
    start = "Last known status of all member commitments"
    return next(text for text in alternative_texts(reader) if text.startswith(start))


def test_each_number_of_the_summary_is_a_link_to_its_table(snapshot, reader):
    notes = [
        note.get_object() for page in reader.pages[2:4] for note in page["/Annots"]
    ]
    linked = [note for note in notes if "/URI" not in note.get("/A", {})]
    numbers = [
        number
        for block in snapshot["facts"]["summary"]
        for sentence in block["sentences"]
        if sentence["table"]
        for number in sentence["numbers"]
    ]
    assert len(linked) >= len(numbers) > 20


def test_every_cell_of_the_matrix_says_in_words_what_it_shows(snapshot, reader):
    """Heard alone, it must say of which commitment and member."""
    said = [
        text
        for text in alternative_texts(reader)
        if re.match(r"\d[\d.]+, [\w ]+: ", text)
    ]
    assert len(said) == 2 * 224  # and each again in the strip of its commitment
    assert "1.1.1, Canada: Not started, At risk" in said
    assert "1.1.1, France: Limited progress, Moved down" in said
    assert any(cell.endswith("No released entry, No longer released") for cell in said)
    assert any(", No update" in cell for cell in said)


def test_the_matrix_has_totals_of_rows_and_columns(snapshot, text):
    figures = snapshot["facts"]["figures"]
    members = figures["members"]
    for name, count in (
        ("Entries", lambda row: row["cells"] - row["parts"]["not_reported"]),
        ("Implemented", lambda row: row["in_all"]["implemented"]),
        ("At risk", lambda row: row["at_risk_in_all"]),
    ):
        counts = [*map(count, members), count(figures["overall"])]
        assert " ".join([name, *map(str, counts)]) in text
    first = figures["commitments"][0]
    counts = [first["cells"] - first["parts"]["not_reported"]]
    counts += [first["in_all"]["implemented"], first["at_risk_in_all"]]
    assert " ".join([first["name"].partition(" ")[2], *map(str, counts)]) in text


def test_members_without_an_entry_share_one_line(text):
    start = text.index("Emphasize the necessity for all States to fully implement")
    assert "No released entry: Italy (No longer released)." in text[start:]


def test_a_commitment_that_nobody_has_reported_on_takes_one_line(short):
    content = render(without_entries(short)).content
    text = whole_text(read(content))
    assert "1.1.1 Short title of 1.1.1 No member has a released entry." in text


def test_only_a_handling_label_that_differs_from_the_audience_is_shown(short):
    green = read(render(short).content)
    marked = whole_text(green).count("TLP:CLEAR")
    told = [row for row in printed_entries(short) if row["handling"] == "clear"]
    assert marked == len(told) > 0
    assert whole_text(green).count("TLP:GREEN") == 2 * len(green.pages) + 1


def test_a_dead_link_is_marked_in_its_note(short):
    for entry in printed_entries(short):
        entry["evidence"] = [EVIDENCE[0]]
    dead = {"number": 1, "since": moment("2017-05-01", "1 May")}
    links = {key: [dead] for key in short["facts"]["entries"]}
    text = whole_text(read(render(with_envelope(short, dead_links=links)).content))
    assert (
        "[1] National report 2017 (accessed on 2 May 2017) link dead since 1 May"
        in text
    )


@pytest.mark.long
def test_the_annex_lists_each_entry_with_the_hash_of_its_content(snapshot, text):
    printed = text.replace("\u200b", "")  # PDFium's mark of where a line may break
    for entry in printed_entries(snapshot):
        assert entry["content_sha256"] in printed


def test_a_stocktake_without_entries_takes_six_pages_at_most(snapshot):
    reader = read(render(without_entries(snapshot)).content)
    assert len(reader.pages) <= 6
    assert whole_text(reader).count("No member has a released entry.") >= 28
    labels = snapshot["facts"]["labels"]
    titles = {title for _depth, title in bookmarks(reader)}
    assert labels["commitments"] in titles
    assert not {labels["matrix"], labels["mix"]} & titles


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_kind_and_layout_makes_a_report(kind, layout):
    if layout not in KIND_RULES[kind].layouts:
        return
    snapshot = sample_snapshot(PACKAGED, kind, layout)
    reader = read(render_pdf(snapshot, SHA256, font_dirs=PACKAGED).content)
    assert kind != "gaps" or len(reader.pages) == 1
    assert layout == "full" or len(reader.pages) <= 20


@pytest.mark.long
def test_a_report_that_compares_nothing_says_so(snapshot):
    actions = deepcopy(snapshot["facts"]["actions"])
    for row in (row for action in actions for row in positions_in(action)):
        row["before"], row["change"], row["is_withdrawn"] = "", "", False
    facts = with_facts(with_actions(snapshot, actions), compared=None)
    text = whole_text(read(render(facts).content))
    assert "There is no earlier date to compare with." in text
    assert "Moved up" not in text


def report_of_changes(snapshot, changed_actions):
    """Return a report in which only the first so many actions have changes."""
    return read(render(with_changes_in(snapshot, changed_actions)).content)


def titles_of_changes(snapshot, changed_actions):
    reader = report_of_changes(snapshot, changed_actions)
    return [title for _depth, title in bookmarks(reader)]


@pytest.mark.long
def test_a_report_of_changes_has_no_heading_of_an_action_without_changes(snapshot):
    titles = titles_of_changes(snapshot, changed_actions=1)
    assert any(title.startswith("Action 1") for title in titles)
    assert not any(title.startswith(("Action 2", "Action 3")) for title in titles)


@pytest.mark.long
def test_a_report_without_changes_has_no_chapter_of_commitments(snapshot):
    chapter = snapshot["facts"]["labels"]["commitments"]
    assert chapter in titles_of_changes(snapshot, changed_actions=3)
    reader = report_of_changes(snapshot, changed_actions=0)
    assert chapter not in [title for _depth, title in bookmarks(reader)]
    # So it is short: its summary follows the contents on the same page.
    assert (
        snapshot["facts"]["labels"]["summary"]
        in page_texts(reader)[1].partition(snapshot["facts"]["labels"]["annex"])[2]
    )


@pytest.mark.long
def test_an_empty_list_comes_before_a_long_one(snapshot):
    """After it, its one line could be alone on a page."""
    lists = {**snapshot["facts"]["lists"], "overdue": []}
    labels = snapshot["facts"]["labels"]
    text = whole_text(read(render(with_facts(snapshot, lists=lists)).content))
    empty = f"{labels['overdue_caption']} {labels['none_listed']}"
    assert 0 < text.index(empty) < text.index(f"{labels['risk_caption']} Code")


def test_tables_with_the_same_query_share_a_row_of_the_annex(short):
    asked = [("Matrix", "GET now"), ("Changes then", "GET then"), ("Gaps", "GET now")]
    queries = [
        {"table": "table-mix", "name": name, "query": query} for name, query in asked
    ]
    text = whole_text(read(render(with_envelope(short, queries=queries)).content))
    assert "Matrix, Gaps GET now Changes then GET then" in text


def test_the_header_of_a_brief_names_its_summit_and_its_code(short):
    area = "Implementation of relevant resolutions of the Security Council, at length"
    scope = {**short["facts"]["scope"], "sub_area": "1.1", "title": f"1.1 {area}"}
    brief = with_facts(short, title="Brief", scope=scope)
    second = page_texts(read(render(brief).content))[1]
    assert "Ise-Shima 2016 · Brief · 1.1" in second


def test_the_title_page_says_who_issues_a_draft_and_shows_three_figures(
    snapshot, pages
):
    overall = snapshot["facts"]["figures"]["overall"]
    for words in (
        "Presidency: Italy DRAFT",
        f"{overall['in_all']['implemented']} Implemented, of 224 member commitments",
        f"{overall['at_risk_in_all']} Marked as at risk",
        f"{overall['overdue']} Target date passed",
    ):
        assert words in pages[0]


def test_a_final_report_is_no_draft(short):
    text = whole_text(read(render(with_envelope(short, circulation="final")).content))
    assert "DRAFT" not in text
