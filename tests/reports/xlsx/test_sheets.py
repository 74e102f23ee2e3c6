"""The sheets of a workbook against the snapshot that they are made from."""

from datetime import date
from typing import Any

import pytest

from reports.renderers.bars import ORDER
from reports.renderers.evidence import printed_evidence
from reports.renderers.marks import marks_of
from reports.renderers.rows import placed
from reports.renderers.xlsx import render_xlsx
from tests.reports.sample_snapshot import (
    commitments_of,
    sample_snapshot,
    with_envelope,
    with_facts,
)
from tests.reports.xlsx.xlsx_reading import ReadBook

DIGEST = "5e" * 32
BALLS = {
    "not_started": "○",
    "limited": "◔",
    "substantial": "◕",
    "implemented": "●",
    "not_applicable": "–",
    "not_reported": "◌",
}
SHEETS = ["About", "Matrix", "Entries", "Evidence", "Figures", "Changes", "Gaps"]


@pytest.fixture(scope="module")
def snapshot():
    return sample_snapshot()


@pytest.fixture(scope="module")
def facts(snapshot):
    return snapshot["facts"]


@pytest.fixture(scope="module")
def headings(facts):
    return facts["labels"]["columns"]


@pytest.fixture(scope="module")
def book(snapshot):
    return ReadBook(render_xlsx(snapshot, DIGEST))


def test_the_sheets_are_named_and_in_order(book):
    assert book.names == SHEETS


def test_the_first_cells_say_what_a_sheet_holds_and_who_may_read_it(book):
    for name in SHEETS:
        [first, *_rest], [second, *_others] = book.rows(name)[:2]
        assert first.startswith(f"{name}. ")
        assert second.startswith(
            "TLP:GREEN · Draft 2, not circulated · Stocktake report · G7 Action Plan on"
            " Countering Terrorism, 2016 · Position as of: 20 May 2017 · "
        )
        assert "As known at: 20 May 2017, 12:00:05 UTC" in second
        assert second.endswith("English · Illustrative data")


def test_the_first_sheet_has_all_marks(book, snapshot):
    said = {tuple(row) for row in book.rows("About")}
    for mark in marks_of(snapshot, DIGEST):
        assert (mark.label, mark.value) in said


def test_the_first_sheet_says_what_each_sheet_holds(book, facts):
    said = dict(book.rows("About"))
    for name, tab in facts["labels"]["workbook"]["sheets"].items():
        if name != "about":
            assert f"{tab}. {said[tab]}" == book.rows(tab)[0][0]


def test_the_first_sheet_explains_every_mark(book, facts):
    said = dict(book.rows("About"))
    for part, ball in BALLS.items():
        assert said[ball] == facts["labels"]["parts"][part]
    for change, arrow in {"up": "↑", "down": "↓", "new": "+", "gone": "×"}.items():
        assert said[arrow] == facts["labels"]["changes"][change]
    assert said["▲"] == "At risk"


def test_the_first_sheet_has_the_summary_the_method_and_the_queries(
    book, facts, snapshot
):
    said = dict(book.rows("About"))
    for block in facts["summary"]:
        sentences = " ".join(one["text"] for one in block["sentences"])
        assert said[block["heading"]] == sentences
    for section in facts["method"]:
        assert said[section["heading"]] == "\n".join(section["paragraphs"])
    assert said["Query for these positions"] == snapshot["envelope"]["query"]


def test_the_matrix_has_every_position_in_words(book, facts, headings):
    labels, table = facts["labels"], book.table("Matrix")
    cells = {row[headings["commitment"]]: row for row in table}
    for one in placed(facts):
        part = one.entry["status"] if one.entry else "not_reported"
        [first, *others] = cells[one.commitment["code"]][one.member["name"]].split("\n")
        assert first == f"{BALLS[part]} {labels['parts'][part]}"
        assert ("No update" in others) == (one.position["figure"] == "no_update")
        assert ("▲ At risk" in others) == bool(one.entry and one.entry["is_at_risk"])
        moved = [line for line in others if line[:2] in {"↑ ", "↓ ", "↔ ", "+ ", "× "}]
        assert len(moved) == (one.position["change"] not in {"", "same"})


def test_the_matrix_has_the_wording_of_each_commitment(book, snapshot, headings):
    wordings = [row[headings["commitment_text"]] for row in book.table("Matrix")]
    texts = [row["text"] for row in commitments_of(snapshot)]
    assert wordings[: len(texts)] == texts


def test_the_totals_of_the_matrix_are_those_of_the_figures(book, facts):
    *table, entries, implemented, at_risk = book.rows("Matrix")[2:]
    members, overall = facts["figures"]["members"], facts["figures"]["overall"]
    last = 2 + len(members)
    assert implemented[2:last] == [row["in_all"]["implemented"] for row in members]
    assert at_risk[2:last] == [row["at_risk_in_all"] for row in members]
    assert entries[2:last] == [
        row["cells"] - row["parts"]["not_reported"] for row in members
    ]
    assert implemented[last + 1] == overall["in_all"]["implemented"]
    assert at_risk[last + 2] == overall["at_risk_in_all"]
    for row, figures in zip(table[1:], facts["figures"]["commitments"], strict=True):
        assert row[last + 1] == figures["in_all"]["implemented"]
        assert row[last + 2] == figures["at_risk_in_all"]


def day(moment):
    return date.fromisoformat(moment["iso"]) if moment else ""


def test_the_entries_have_a_row_for_every_position_with_whole_texts(
    book, facts, headings
):
    table = book.table("Entries")
    for one, row in zip(placed(facts), table, strict=True):
        found = {
            name: row[heading] for name, heading in headings.items() if heading in row
        }
        assert found["commitment"] == one.commitment["code"]
        assert found["member_name"] == one.member["name"]
        assert found["target_on"] == day(one.position["target_on"])
        assert found["lead_authority"] == one.position["lead_authority"]
        entry: Any = one.entry
        if entry is None:
            assert found["narrative"] == found["as_of"] == found["entry"] == ""
            continue
        for name in ("narrative", "next_steps", "obstacles", "content_sha256"):
            assert found[name] == entry[name]
        for name in ("as_of", "published_at", "unchanged_since", "confirmed_at"):
            assert found[name] == day(entry[name])
        assert found["evidence_count"] == len(entry["evidence"])
        assert found["handling"] == f"TLP:{entry['handling'].upper()}"
        assert bool(found["late"]) == entry["is_late"]
        assert bool(found["correction"]) == entry["is_correction"]
        assert bool(found["shows_again"]) == entry["shows_again"]
        assert bool(found["is_overdue"]) == one.position["is_overdue"]
        assert bool(found["at_risk"]) == entry["is_at_risk"]
        assert found["entry"] == one.key


def test_the_evidence_has_a_row_for_every_note(book, snapshot, headings):
    facts, envelope = snapshot["facts"], snapshot["envelope"]
    words = facts["labels"]["workbook"]
    notes = [
        (one, number, note)
        for one in placed(facts)
        if one.entry
        for number, note in enumerate(printed_evidence(envelope, one.key, one.entry), 1)
    ]
    for (one, number, note), row in zip(notes, book.table("Evidence"), strict=True):
        assert row[headings["entry"]] == one.key
        assert row[words["note"]] == number
        assert row[words["evidence_kind"]].lower() == note["kind"]
        assert row[words["evidence_title"]] == note["title"]
        assert row[words["link"]] == note["url"]
        assert row[words["accessed_on"]] == day(note["accessed_on"])
        assert row[words["dead_since"]] == day(note["dead_since"])
        assert row[words["citation"]] == note["citation"]


def test_the_entries_name_their_notes_by_the_same_numbers(book, headings, facts):
    words = facts["labels"]["workbook"]
    named: dict[str, list[str]] = {}
    for row in book.table("Evidence"):
        note = f"[{row[words['note']]:.0f}] {row[words['evidence_title']]}"
        named.setdefault(row[headings["entry"]], []).append(note)
    for row in book.table("Entries"):
        notes = named.get(row[headings["entry"]], [])
        assert row[headings["evidence"]] == "\n".join(notes)


def test_the_changes_are_those_of_the_lists(book, facts, headings):
    lists, names = (
        facts["lists"],
        {one["code"]: one["name"] for one in facts["members"]},
    )
    listed = [
        (cell["commitment"], names[cell["member"]])
        for kind in ("moved_up", "moved_down", "other", "new", "gone")
        for cell in lists[kind]
    ]
    table = book.table("Changes")
    found = [
        (row[headings["commitment"]], row[headings["member_name"]]) for row in table
    ]
    assert found == listed
    marks = [row[headings["change"]][0] for row in table]
    assert "".join(dict.fromkeys(marks)) == "↑↓↔+×"


def test_the_gaps_are_those_of_the_lists(book, facts):
    for row, gaps in zip(book.rows("Gaps")[3:], facts["lists"]["gaps"], strict=False):
        for number, name in enumerate(("none", "no_update", "repeated", "late")):
            count, codes = row[1 + 2 * number : 3 + 2 * number]
            assert count == len(gaps[name])
            assert codes == ", ".join(gaps[name])


def figures_below(book, caption):
    """Return the rows of the table below this caption, by name."""
    rows = book.rows("Figures")
    # A caption is alone in its row.
    start = next(
        number
        for number, row in enumerate(rows, 2)
        if row[0] == caption and not any(row[1:])
    )
    found = {}
    for row in rows[start:]:
        if not row[0]:
            break
        found[row[0]] = [int(one) for one in row[1:] if one != ""]
    return found


def test_the_figures_have_every_number_of_the_last_known_statuses(book, facts):
    figures, labels = facts["figures"], facts["labels"]
    for caption, rows in {
        labels["status_mix"]: [*figures["actions"], figures["overall"]],
        labels["by_member"]: [*figures["members"], figures["overall"]],
        labels["by_sub_area"]: figures["sub_areas"],
        labels["workbook"]["by_commitment"]: figures["commitments"],
    }.items():
        assert figures_below(book, caption) == {
            row["name"]: [
                *(row["in_all"][status] for status in ORDER),
                row["parts"]["not_reported"],
                row["parts"]["no_update"],
                row["cells"],
                row["at_risk_in_all"],
                row["overdue"],
            ]
            for row in rows
        }


def all_rows(facts):
    figures = facts["figures"]
    return [
        figures["overall"],
        *figures["actions"],
        *figures["sub_areas"],
        *figures["members"],
        *figures["commitments"],
    ]


def test_the_figures_have_every_number_of_the_stocktake_and_of_the_changes(book, facts):
    rows = all_rows(facts)
    assert figures_below(book, "In this stocktake") == {
        row["name"]: [
            *(row["parts"][status] for status in ORDER),
            row["parts"]["no_update"],
            row["parts"]["not_reported"],
            row["cells"],
            row["at_risk"],
        ]
        for row in rows
    }
    since = facts["compared"]["title"]
    kinds = ("up", "down", "other", "new", "gone", "same")
    assert figures_below(book, f"Changes since {since}") == {
        row["name"]: [
            *(row["changes"][kind] for kind in kinds),
            row["parts"]["no_update"],
            row["parts"]["not_reported"],
            row["cells"],
        ]
        for row in rows
    }


def test_the_figures_have_the_statuses_then_and_now(book, facts):
    overall = facts["figures"]["overall"]
    names = (*ORDER, "not_reported")
    then, now = figures_below(book, "Statuses then and now").values()
    assert then[:-1] == [overall["before"][name] for name in names]
    assert now[:-2] == [overall["in_all"][name] for name in ORDER]
    assert then[-1] == now[-1] == overall["cells"]
    caption = f"Then: {facts['compared']['title']}"
    assert figures_below(book, caption) == {
        row["name"]: [*(row["before"][name] for name in names), row["cells"]]
        for row in all_rows(facts)
    }


def test_a_report_without_stocktake_or_comparison_says_nothing_about_them(snapshot):
    facts = snapshot["facts"]
    without = with_facts(snapshot, compared=None, stocktake=None)
    book = ReadBook(render_xlsx(without, DIGEST))
    assert "Changes" not in book.names
    headings = facts["labels"]["columns"]
    [head] = [book.rows("Entries")[2]]
    for name in ("figure", "change", "status_before"):
        assert headings[name] not in head
    assert not any("then and now" in row[0] for row in book.rows("Figures"))


def test_a_final_report_says_so_on_each_sheet(snapshot):
    final = with_envelope(snapshot, circulation="final", is_illustrative=False)
    book = ReadBook(render_xlsx(final, DIGEST))
    for name in book.names:
        assert " · Final · " in book.rows(name)[1][0]
        assert "Illustrative" not in book.rows(name)[1][0]
