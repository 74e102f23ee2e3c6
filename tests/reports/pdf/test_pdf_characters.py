"""Tests of unusual characters and long texts: none stops a report, with any fonts."""

from pathlib import Path

import pytest

from reports.renderers.fonts import FONT_DIRS, PACKAGED
from reports.renderers.pdf import RenderedPdf, render_pdf
from reports.renderers.printable import MARK
from tests.progress.entries.hostile_texts import HOSTILE_TEXTS
from tests.reports.pdf.pdf_reading import (
    fold,
    page_texts,
    raw_page_texts,
    read,
    whole_text,
)
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import (
    sample_snapshot,
    short_snapshot,
    with_narratives,
)
from tests.samples import crossed

# Without any font but the typesetter's own, as on a bare machine and in CI's first
# step; and with all fonts that this machine has.
FONTS: dict[str, tuple[Path, ...]] = {"no fonts": (), "fonts at hand": FONT_DIRS}

HOSTILE = {
    "controls": "bell \x07, null \x00, escape \x1b, next line \x85",
    "emoji": "🦄 family 👩\u200d👩\u200d👧 flag 🇯🇵 tone 👍🏽 heart ❤️ England 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "arabic": "مكافحة الإرهاب (2017) ثم English",
    "hebrew": "שלום עולם",
    "japanese": "国際刑事警察機構への照会を開始した。",
    "other scripts": "Русский ελληνικά हिन्दी ไทย 한국어 ትግርኛ",
    "overrides": "\u202eright to left\u202c \u2066isolated\u2069 \u200fmark \ufeff",
    "combining": "Z\u0351\u036b\u0343a\u0301l\u0335go あ\u0301 x\u3099 \u0301",
    "private use": "\ue000 \U000f0000 \ufffe \U0010ffff",
    "lone surrogate": "a \ud800 b",
    "joins": "\u0642\u06e7\U000e007a \u067e\u08f4\U000e004b",
    "separators": "line\u2028paragraph\u2029tab\tfeed\x0cnbsp\xa0soft\xadhyphen",
}  # fmt: skip
HUGE = 10_000


def render_narratives(narrative: str, font_dirs: tuple[Path, ...] = ()) -> RenderedPdf:
    snapshot = with_narratives(short_snapshot(font_dirs), lambda _number: narrative)
    return render_pdf(snapshot, SHA256, font_dirs=font_dirs)


@pytest.mark.parametrize(("narrative", "font_dirs"), crossed(HOSTILE, FONTS))
def test_no_character_stops_a_report(narrative, font_dirs):
    rendered = render_narratives(f"Before. {narrative}\n\nAfter.", font_dirs)
    text = whole_text(read(rendered.content))
    # Beside words from right to left, PDFium reads the full stop before the word.
    assert text.count("Before") == 8
    assert text.replace("\xad", "").count("After") == 8


@pytest.mark.parametrize("font_dirs", FONTS.values(), ids=FONTS.keys())
def test_all_of_them_at_once_do_not_stop_a_report_either(font_dirs):
    assert render_narratives(" ".join(HOSTILE.values()), font_dirs).content


def test_what_no_font_covers_is_marked_and_listed_with_its_entry():
    def narrative(number: int) -> str:
        return "A 🦄, a flag 🇯🇵 and a bell \x07." if number == 4 else "Plain."

    snapshot = with_narratives(short_snapshot(), narrative)
    rendered = render_pdf(snapshot, SHA256, font_dirs=())
    assert [tuple(row) for row in rendered.replaced] == [
        ("1.1.1", "JP", ["🦄", "🇯🇵", "\x07"])
    ]
    text = whole_text(read(rendered.content))
    assert f"A {MARK}, a flag {MARK} and a bell {MARK}." in text
    annex = text[text.rindex("Characters that could not be printed") :]
    assert f"Each is printed as {MARK}." in annex
    assert "1.1.1 Japan U+1F984, U+1F1EF U+1F1F5, U+0007" in annex


def test_japanese_is_marked_where_no_font_has_it():
    rendered = render_narratives("警察への照会")
    assert {row.member for row in rendered.replaced} >= {"JP", "CA"}
    assert MARK * 2 in whole_text(read(rendered.content))


def test_japanese_is_printed_on_every_machine():
    rendered = render_narratives("警察への照会を開始した。", PACKAGED)
    assert not rendered.replaced
    assert "警察への照会を開始した。" in whole_text(read(rendered.content))


def test_a_report_with_nothing_replaced_says_so():
    rendered = render_narratives("Plain text with “quotes”, é, ß, ñ and €.")
    assert not rendered.replaced
    assert "All characters of all entries are printed." in whole_text(
        read(rendered.content)
    )


@pytest.mark.long
def test_a_word_without_end_stays_on_the_page():
    rendered = render_narratives("W" * HUGE)
    reader = read(rendered.content)
    lines = "\n".join(raw_page_texts(reader)).splitlines()
    assert max(line.count("W") for line in lines) < 90
    assert whole_text(reader).count("W") >= 8 * HUGE


@pytest.mark.long
def test_an_address_without_end_stays_on_the_page():
    rendered = render_narratives(f"https://example.org/{'a' * 1_900}")
    lines = "\n".join(raw_page_texts(read(rendered.content))).splitlines()
    assert max(line.count("a") for line in lines) < 120


def test_an_ordinary_address_can_be_copied_from_the_page():
    url = "https://www.example.org/reports/2017/counter-terrorism/annex-4.html?page=12"
    rendered = render_narratives(f"See {url} for more.")
    assert url in whole_text(read(rendered.content)).replace(" ", "").replace("See", "")


@pytest.fixture
def much_memory(monkeypatch):
    """More than a server gives: the text alone must not stop the typesetter."""
    monkeypatch.setattr("reports.renderers.typesetter.MOST_MEMORY", 6_000)


@pytest.mark.long
@pytest.mark.usefixtures("much_memory")
@pytest.mark.parametrize("narrative", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
def test_hostile_texts_do_not_stop_a_report(narrative):
    hostile = f"Before.\n\n{narrative}\n\nAfter."
    snapshot = with_narratives(
        short_snapshot(), lambda number: "Plain." if number else hostile
    )
    rendered = render_pdf(snapshot, SHA256, font_dirs=())
    assert whole_text(read(rendered.content)).count("After.") == 1


# Each of these can be set alone and fails beside the others.
@pytest.mark.parametrize(
    "narrative",
    [
        "*\u064f\u8de5\u0637\u06ab\u0609\u066e*",
        "*\x11\U0002a655\x0b\u064f\u8de5\u0637\u06ab\u0609\u066e*",
        "\u069b*\U0010bea8\u27cf\u065a\u2892*",
    ],
)
def test_what_fails_only_in_company_is_marked_with_all_of_its_kind(narrative):
    rendered = render_narratives(f"Before.\n\n{narrative}\n\nAfter.")
    assert whole_text(read(rendered.content)).count("After.") == 8
    assert rendered.replaced


def test_paragraphs_from_right_to_left_keep_their_words():
    rendered = render_narratives("العربية")
    assert not rendered.replaced


@pytest.mark.long
@pytest.mark.usefixtures("much_memory")
def test_a_report_of_224_entries_of_10_000_characters_compiles():
    sentence = "Implementation continues on schedule, as reported in {}. "
    snapshot = with_narratives(
        sample_snapshot(), lambda number: (sentence.format(number) * 200)[:HUGE]
    )
    reader = read(render_pdf(snapshot, SHA256, font_dirs=()).content)
    assert len(reader.pages) > 400
    assert "Annex: method" in fold(page_texts(reader)[-1])
