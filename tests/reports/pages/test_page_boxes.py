"""Tests of how pages are set: no lone line, torn block, or nearly empty page."""

import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest

from reports.kinds import KIND_RULES, Kind, Layout
from reports.renderers import pdf
from reports.renderers.fonts import PACKAGED
from reports.snapshot_schema import MemberRow, Snapshot
from tests.reports.pages.page_faults import faults_of, pages_of
from tests.reports.sample_parts import MEMBERS, SHA256
from tests.reports.sample_snapshot import (
    sample_snapshot,
    with_actions,
    with_facts,
    with_narratives,
)

pytestmark = pytest.mark.long

SENTENCE = "The authorities exchange information daily; a joint exercise took place. "
ROWS = "".join(f"| {1990 + year} | Training number {year} |\n" for year in range(40))
ARABIC = "تقوم الحكومة بتنفيذ قرارات مجلس الأمن المتعلقة بمكافحة الإرهاب. "
JAPANESE = "日本は、紛失旅券データベースへの照会をすべての空港で開始した。"
DEEP = "".join("  " * depth + f"- Level {depth}\n" for depth in range(12))
NASTY = (
    (SENTENCE * 150)[:10_000],
    f"| Year | Event |\n|---|---|\n{ROWS}",
    JAPANESE * 60,
    f"{ARABIC * 40}\n\n- {ARABIC}\n- {ARABIC}",
    DEEP * 2,
    "".join(f"- point {number}\n" for number in range(90)),
    "\n\n".join(f"Paragraph {number}." for number in range(60)),
    "".join(f"{number}. {SENTENCE}\n" for number in range(1, 40)),
    f"{'W' * 95} https://www.example.org/{'x' * 200}",
    "Short.",
    "שלום עולם\n\n- אחת\n- שתיים",
    SENTENCE * 9,
    SENTENCE * 3,
)


def nasty(snapshot: Snapshot) -> Snapshot:
    return with_narratives(snapshot, lambda number: NASTY[number % len(NASTY)])


def of_one_member(snapshot: Snapshot) -> Snapshot:
    """The same about Japan alone."""
    members: list[MemberRow] = [one for one in MEMBERS if one["code"] == "JP"]
    actions = deepcopy(snapshot["facts"]["actions"])
    for action in actions:
        for area in action["sub_areas"]:
            for row in area["commitments"]:
                row["positions"] = [
                    one for one in row["positions"] if one["member"] == "JP"
                ]
    return with_actions(with_facts(snapshot, members=members), actions)


def of_one_sub_area(snapshot: Snapshot) -> Snapshot:
    first = snapshot["facts"]["actions"][0]
    return with_actions(snapshot, [{**first, "sub_areas": first["sub_areas"][1:2]}])


SCOPES: dict[Kind, Callable[[Snapshot], Snapshot]] = {
    "member": of_one_member,
    "brief": of_one_sub_area,
}
CASES = [
    (kind, layout) for kind, rules in KIND_RULES.items() for layout in rules.layouts
]


def faults_in(snapshot: Snapshot) -> list[str]:
    rendered = pdf.render_pdf(snapshot, SHA256, font_dirs=PACKAGED)
    return faults_of(rendered.content, snapshot)


@pytest.mark.parametrize(("kind", "layout"), CASES)
def test_every_page_of_every_kind_is_well_set(kind: Kind, layout: Layout):
    snapshot = sample_snapshot(PACKAGED, kind, layout)
    assert not faults_in(SCOPES.get(kind, lambda same: same)(snapshot))


@pytest.mark.parametrize(("kind", "layout"), CASES)
def test_pages_with_nasty_texts_are_well_set(kind: Kind, layout: Layout):
    snapshot = sample_snapshot(PACKAGED, kind, layout)
    assert not faults_in(nasty(SCOPES.get(kind, lambda same: same)(snapshot)))


# ---- The check itself: it must find planted faults -----------------------------------

# What is changed in which template, and what must then be found.
PLANTED: dict[str, tuple[str, str, str, str]] = {
    "the header has two lines": (
        "page.typ",
        "#let header = margin-line(\n  running,",
        "#let header = margin-line(\n  [A title \\ in two lines],",
        "the header has two lines",
    ),
    "a page with one commitment only": (
        "commitments.typ",
        "  wording(commitment, level)\n  let show-entry",
        "  pagebreak()\n  wording(commitment, level)\n  pagebreak()\n  let show-entry",
        "% full",
    ),
    "a heading that has lost its text": (
        "flow.typ",
        "sticky: sticky.at(number),",
        "sticky: false,",
        "ends with the heading",
    ),
    "a lone line": (
        "flow.typ",
        "  for (number, it) in units.enumerate() {\n",
        "  for (number, it) in units.enumerate() {\n"
        "    if number > 0 and number == units.len() - 1 { colbreak() }\n",
        "lone line",
    ),
    "a torn side column": (
        "entry.typ",
        "block(breakable: false, rail(position, level))",
        "rail(position, level) + v(60mm) + [Torn] + v(60mm) + [words]",
        "torn side column",
    ),
}


@pytest.fixture
def with_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the templates, which the renderer uses instead."""
    folder = tmp_path / "templates"
    shutil.copytree(pdf.TEMPLATES, folder)
    monkeypatch.setattr(pdf, "TEMPLATES", folder)
    return folder


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(name: str, with_templates: Path):
    template, right, wrong, found = PLANTED[name]
    path = with_templates / template
    source = path.read_text("utf-8")
    assert source.count(right) == 1
    path.write_text(source.replace(right, wrong), "utf-8")
    faults = faults_in(nasty(sample_snapshot(PACKAGED)))
    assert [fault for fault in faults if found in fault]


def test_the_pages_are_read_with_their_boxes():
    snapshot = sample_snapshot(PACKAGED, "gaps")
    (page,) = pages_of(pdf.render_pdf(snapshot, SHA256, font_dirs=PACKAGED).content)
    assert any("TLP:GREEN" in line.text for line in page.header)
    assert any("1 / 1" in line.text for line in page.footer)
    # Beside the title is the verification code.
    assert "Stocktake report" in [line.text for line in page.body[:4]]
