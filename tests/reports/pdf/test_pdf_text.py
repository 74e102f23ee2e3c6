"""Tests of the text that is read in a PDF: it is the text that was typed."""

import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.renderers.fonts import FONT_DIRS, PACKAGED
from reports.renderers.pdf import RenderedPdf, render_pdf
from reports.renderers.printable import MARK
from reports.snapshot_schema import EvidenceKind, EvidenceRow
from tests.progress.entries.typed_texts import (
    LEFT_TO_RIGHT,
    RIGHT_TO_LEFT,
    Typed,
    texts,
)
from tests.reports.pdf.pdf_reading import links, raw_page_texts, read, tags
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import (
    commitments_of,
    printed_entries,
    short_snapshot,
    with_narratives,
)

MEMBERS = 8
BEGIN, END = "Beginn", "Schluss"
MARGINS = re.compile(
    r"…1\.1\.1[A-Z][A-Za-z]+?,continued|Ise-Shima2016·StocktakereportILLUSTRATIVEDATA"
    rf"TLP:GREEN|Draft2·SnapshotSHA-256{SHA256[:16]}\d+/\d+TLP:GREEN"
)


def render(narratives: list[str], font_dirs: tuple[Path, ...] = ()) -> RenderedPdf:
    """A report in which each member wrote the next of these texts."""
    snapshot = with_narratives(
        short_snapshot(font_dirs),
        lambda number: f"{BEGIN}\n\n{narratives[number % len(narratives)]}\n\n{END}",
    )
    return render_pdf(snapshot, SHA256, font_dirs=font_dirs)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def narratives_in(pages: list[str]) -> list[str]:
    text = MARGINS.sub("", squeezed("".join(pages)))
    return re.findall(f"{BEGIN}(.*?){END}", text)


def narratives_by_pdfium(rendered: RenderedPdf) -> list[str]:
    return narratives_in(raw_page_texts(read(rendered.content)))


def text_by_pypdf(content: bytes) -> str:
    return "".join(page.extract_text() for page in read(content).pages)


def text_by_poppler(rendered: RenderedPdf, *options: str) -> str:
    """The text without the marks of direction that poppler adds."""
    command = ["pdftotext", *options, "-", "-"]
    content = rendered.content
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    return re.sub("[\u202a-\u202e]", "", done.stdout.decode())


def as_printed(typed: Typed) -> str:
    """The words of a text, with a bullet before each point without a number."""
    parts = []
    for kind, _depth, words in typed.read:
        has_number = re.match(r"\d+[.)] ", words)
        parts.append("•" * (kind == "li" and not has_number) + words)
    return squeezed("".join(parts))


CASES = {
    "dates": (
        "26. Mai 2016 Beschluss.\n9. September 2016 Umsetzung.",
        "26.Mai2016Beschluss.9.September2016Umsetzung.",
    ),
    "numbers of a communiqué": ("5. Visa\n7. Borders", "5.Visa7.Borders"),
    "years": ("2016. Plan\n2019. Review", "2016.Plan2019.Review"),
    "years in brackets": ("1986) Plan\n1990) Review", "1986)Plan1990)Review"),
    "points of Word": ("•\tBorders\n\uf0b7\tLists", "•Borders•Lists"),
    "a spreadsheet": ("A\tB\n1\t2\n3\t4", "AB1234"),
    "pipes": ("| A | B |\n|---|---|\n| 1 | 2 |", "AB12"),
    "a tab": ("\tParagraph", "Paragraph"),
    "soft breaks of Word": ("vertical\x0btab, form\x0cfeed", "verticaltab,formfeed"),
    "an override": ("RTL\u202eoverride", f"RTL{MARK}override"),
    "deep points": (
        "\n".join("\t" * depth + f"- x{depth}" for depth in range(12)),
        "".join(f"•x{depth}" for depth in range(12)),
    ),
    "a long word": (f"See {'W' * 95}.", f"See{'W' * 95}."),
    "an address": (
        f"See https://www.example.org/{'a' * 80}/x?b=1.",
        f"Seehttps://www.example.org/{'a' * 80}/x?b=1.",
    ),
    "a long word in a cell": (f"A\tB\n{'W' * 95}\tx", f"AB{'W' * 95}x"),
    "signs": ("5 * 3 ** 2, snake_case, # > `x`", "5*3**2,snake_case,#>`x`"),
}


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    """What PDFium reads of each case."""
    found: dict[str, str] = {}
    names = list(CASES)
    for start in range(0, len(names), MEMBERS):
        some = names[start : start + MEMBERS]
        texts_read = narratives_by_pdfium(render([CASES[name][0] for name in some]))
        found |= dict(zip(some, texts_read, strict=False))
    return found


@pytest.mark.parametrize("name", CASES)
def test_what_is_typed_is_printed(name, printed):
    assert printed[name] == CASES[name][1]


def test_no_character_is_added_where_a_line_may_break():
    rendered = render([f"{'W' * 95}\n\nA\tB\n{'W' * 95}\tx"])
    text = text_by_pypdf(rendered.content)
    assert not {"\u200b", "\xad", "\ufffc"} & set(text)


LONG_ADDRESS = f"https://www.example.org/{'x' * 80}/annex?page=12"
LONG_EVIDENCE: dict[EvidenceKind, dict[str, object]] = {
    "link": {"title": "T" * 95, "url": LONG_ADDRESS},
    "citation": {"title": "Report", "citation": "C" * 95},
    "file": {
        "title": "Protocol",
        "file": {"name": f"{'F' * 90}.pdf", "size": "1.2 MB", "sha256": SHA256},
    },
}


@pytest.mark.long
def test_no_long_word_beside_a_narrative_is_changed_either():
    """An address of evidence is often copied out of a report, and a hash searched."""
    snapshot = with_narratives(short_snapshot(), lambda _number: "Plain.")
    plain = {"title": "", "url": "", "accessed_on": None}
    plain |= {"citation": "", "file": None}
    evidence = [
        cast("EvidenceRow", {**plain, "kind": kind, **fields})
        for kind, fields in LONG_EVIDENCE.items()
    ]
    for row in commitments_of(snapshot)[0]["positions"]:
        assert row["entry"]
        snapshot["facts"]["entries"][row["entry"]]["evidence"] = evidence
        row["lead_authority"] = "L" * 95
    content = render_pdf(snapshot, SHA256, font_dirs=()).content
    text = text_by_pypdf(content)
    assert not {"\u200b", "\xad", "\ufffc"} & set(text)
    for word in ("T" * 95, LONG_ADDRESS, "C" * 95, f"{'F' * 90}.pdf", SHA256, "L" * 95):
        assert squeezed(text).count(word) >= MEMBERS, word


def test_lists_tables_and_links_are_tagged_as_such():
    rendered = render(["- a\n  26. b\n\nA\tB\n1\t2\n\n[link](https://example.org/c)"])
    root = read(rendered.content).root_object["/StructTreeRoot"]
    counts = Counter(str(tag.get("/S")) for tag in tags(root))
    assert counts["/Lbl"] >= 2 * MEMBERS
    assert counts["/TH"] >= 2 * MEMBERS
    assert "https://example.org/c" in links(read(rendered.content))


def bullets_of(rendered: RenderedPdf) -> list[float]:
    """The place of each bullet, in points from the left."""
    places: list[float] = []

    def note(text: str, cm: list[float], matrix: list[float], *_rest: object) -> None:
        if "•" in text:
            places.append(matrix[4] * cm[0] + cm[4])

    for page in read(rendered.content).pages:
        page.extract_text(visitor_text=note)
    return places


@pytest.mark.long
def test_bullets_are_on_the_side_where_reading_begins():
    left = bullets_of(render(["- Screening\n- Borders"]))
    right = bullets_of(render(["- مكافحة\n- تقرير"]))
    middle = 298  # half of the width of A4
    assert sum(place > middle for place in right) >= MEMBERS
    assert sum(place > middle for place in left) == 0


# ---- The kind: any text, as poppler reads it -----------------------------------------


@pytest.mark.long
@settings(max_examples=15, deadline=None)
@given(st.lists(texts(LEFT_TO_RIGHT), min_size=MEMBERS, max_size=MEMBERS))
def test_texts_from_left_to_right_are_read_in_order(typed: list[Typed]):
    rendered = render([one.text for one in typed])
    expected = [as_printed(one) for one in typed]
    assert narratives_in([text_by_poppler(rendered, "-raw")]) == expected
    assert narratives_by_pdfium(rendered) == expected


@pytest.mark.long
@settings(max_examples=15, deadline=None)
@given(st.lists(texts(RIGHT_TO_LEFT), min_size=MEMBERS, max_size=MEMBERS))
def test_texts_from_right_to_left_keep_every_letter(typed: list[Typed]):
    """Poppler writes the letters of a line in another order, so they are counted."""
    rendered = render([one.text for one in typed], FONT_DIRS)
    assert not rendered.replaced
    found = narratives_in([text_by_poppler(rendered, "-raw")])
    for text, one in zip(found, typed, strict=True):
        assert Counter(text) == Counter(as_printed(one))


@pytest.mark.long
def test_words_from_right_to_left_are_found_by_searching():
    rendered = render(["تقرير عن مكافحة\n\nשלום עולם"], FONT_DIRS)
    text = text_by_poppler(rendered)
    assert text.count("تقرير عن مكافحة") == text.count("שלום עולם") == MEMBERS


@pytest.mark.long
@pytest.mark.parametrize("mark", ["", "**"])
def test_narratives_are_hyphenated_in_their_own_language(mark):
    """The hyphen at the end of a line is a soft one: no character is added."""
    word = "Fluggastdatenverarbeitungsrichtlinie"
    snapshot = with_narratives(
        short_snapshot(PACKAGED), lambda _number: f"{mark}{' '.join([word] * 60)}{mark}"
    )
    for entry in printed_entries(snapshot):
        entry["language"] = "de"
    text = text_by_poppler(render_pdf(snapshot, SHA256, font_dirs=PACKAGED), "-raw")
    assert "\xad" in text
    assert re.sub(r"\xad?\s", "", text).count(word) > 58 * MEMBERS


@pytest.mark.long
def test_an_address_is_never_hyphenated():
    address = "https://example.org/international/counterterrorism/cooperation"
    text = squeezed(text_by_poppler(render([f"See {address} for it. " * 20]), "-raw"))
    assert text.count(address) >= 19 * MEMBERS
