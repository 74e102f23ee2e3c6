"""Tests of making text printable, and of where it was changed."""

from typing import Any

import pytest

from reports.renderers.printable import (
    BREAK,
    MARK,
    make_printable,
    narrowed,
    strictly,
)

LACKING = {"🦄", "警"}


def uncovered(texts: set[str]) -> set[str]:
    """As if the fonts lacked these characters, and every text that holds them."""
    return {text for text in texts if not LACKING.isdisjoint(text)}


def document(narrative: str, wording: str = "Wording") -> dict[str, Any]:
    position = {"member": "JP", "figure": "current", "text": narrative}
    commitment = {"code": "1.1", "text": wording, "positions": [position]}
    return {"title": "Title", "actions": [commitment], "count": 3, "none": None}


def printed(narrative: str) -> str:
    changed = make_printable(document(narrative), uncovered).document
    return str(changed["actions"][0]["positions"][0]["text"])


def test_a_document_that_can_be_printed_stays_as_it_is():
    before = document("Plain é ß €")
    after = make_printable(before, uncovered)
    assert after.document == before
    assert after.replaced == []


def test_what_is_lacking_is_marked_and_told_with_its_place():
    after = make_printable(document("A 🦄 and 警🦄", "Of 警"), uncovered)
    assert after.document["actions"][0]["text"] == f"Of {MARK}"
    assert [tuple(row) for row in after.replaced] == [
        ("1.1", "", ["警"]),
        ("1.1", "JP", ["🦄", "警"]),
    ]


def test_what_stands_outside_of_the_commitments_has_no_place():
    after = make_printable({**document("x"), "title": "A 🦄"}, uncovered)
    assert [tuple(row) for row in after.replaced] == [("", "", ["🦄"])]


def test_controls_and_lone_surrogates_are_never_printed():
    assert printed("a\x07b\x00c\ud800d") == f"a{MARK}b{MARK}c{MARK}d"


@pytest.mark.parametrize("character", "\u202a\u202b\u202c\u202d\u202e")
def test_what_turns_letters_around_is_never_printed(character):
    assert printed(f"a{character}b") == f"a{MARK}b"
    assert printed("a\u200fb\u2066c\u2069") == "a\u200fb\u2066c\u2069"


def test_words_of_a_narrow_column_may_break_after_fewer_letters():
    assert narrowed("Visa 1234567", 6) == f"Visa 123{BREAK}456{BREAK}7"
    assert narrowed("ab", 1) == f"a{BREAK}b"
    assert narrowed("مكافحة 国際刑事", 3) == "مكافحة 国際刑事"


def test_white_space_is_kept_a_tab_is_a_space_and_a_byte_order_mark_is_dropped():
    assert printed("\ufeffa\tb\nc") == "a b\nc"


def test_what_a_reader_takes_for_one_character_is_marked_once():
    assert printed("x 🦄\u200d🦄🏽 y") == f"x {MARK} y"
    assert printed("警\u0301") == MARK


@pytest.mark.parametrize(
    "extending",
    [
        "\u0903",  # a vowel sign with a width
        "\u20dd",  # an enclosing circle
        "\U0001f3fb",  # the first and the last skin tone
        "\U0001f3ff",
        "\U000e0020",  # the first and the last tag
        "\U000e007f",
    ],
)
def test_what_extends_a_character_is_marked_with_it(extending):
    assert printed(f"警{extending}") == MARK


def test_only_what_is_lacking_is_marked():
    assert printed("e\u0301 🦄") == f"e\u0301 {MARK}"
    assert printed("م 🦄") == f"م {MARK}"
    assert printed("a\u0301 b\u0302 🦄X 警X") == f"a\u0301 b\u0302 {MARK}X {MARK}X"


def test_a_sequence_that_is_lacking_is_found_through_a_byte_order_mark():
    def lacks_one_sequence(texts: set[str]) -> set[str]:
        return {text for text in texts if "x\u0301" in text}

    after = make_printable({"text": "x\ufeff\u0301 y\u0301"}, lacks_one_sequence)
    assert after.document == {"text": f"{MARK} y\u0301"}


def test_the_fonts_are_not_asked_for_ascii():
    asked = []

    def asking(texts: set[str]) -> set[str]:
        asked.append(texts)
        return set()

    make_printable({"text": "Zoë a~"}, asking)
    assert asked[0] == {"ë"}


def test_an_address_to_follow_is_not_changed():
    evidence = {"href": "https://example.org/🦄", "url": "https://example.org/🦄"}
    after = make_printable({"evidence": evidence}, uncovered).document["evidence"]
    assert after == {
        "href": "https://example.org/🦄",
        "url": f"https://example.org/{MARK}",
    }


def test_a_text_that_fails_as_a_whole_loses_only_what_is_intricate():
    def fails_together(texts: set[str]) -> set[str]:
        return {text for text in texts if "م" in text and "x" in text}

    after = make_printable(document("م x é"), fails_together).document
    assert after["actions"][0]["positions"][0]["text"] == f"{MARK} x é"


def test_strictly_nothing_intricate_is_printed():
    after = make_printable(document("م x é"), strictly(uncovered)).document
    assert after["actions"][0]["positions"][0]["text"] == f"{MARK} x é"


def test_a_long_word_may_break_but_not_inside_of_a_character():
    broken = printed("a" * 95)
    assert broken.replace(BREAK, "") == "a" * 95
    assert max(map(len, broken.split(BREAK))) == 10
    accented = printed(("a" * 9 + "e\u0301") * 10)
    assert f"{BREAK}\u0301" not in accented


def with_breaks(*parts: str) -> str:
    return BREAK.join(parts)


def test_a_long_word_may_break_after_every_ten_characters():
    assert printed("a" * 40) == "a" * 40
    tens = ["a" * 10] * 4
    assert printed("a" * 41) == with_breaks(*tens, "a")
    assert printed(f"b {'a' * 41} c") == f"b {with_breaks(*tens, 'a')} c"
    assert printed("ab/" * 14) == with_breaks(
        "ab/ab/ab/a", "b/ab/ab/ab", "/ab/ab/ab/", "ab/ab/ab/a", "b/"
    )


def test_a_long_word_never_breaks_before_or_after_a_joiner():
    ten, nine = "a" * 10, "a" * 9
    accent, joiner = "\u0301", "\u200d"
    assert printed(f"{ten}{accent}{nine}{ten * 3}") == with_breaks(
        f"{ten}{accent}{nine}", ten, ten, ten
    )
    assert printed(f"{ten}{joiner}{nine}{ten * 3}") == with_breaks(
        f"{ten}{joiner}{nine}", ten, ten, ten
    )
    assert printed(f"{nine}{joiner}{ten}{ten * 3}") == with_breaks(
        f"{nine}{joiner}{ten}", ten, ten, ten
    )


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_parts_of_an_address_break_where_they_are_long(scheme):
    stops = f"{scheme}://example.org/"
    assert printed(f"{stops}{'a' * 40}/{'b' * 41}") == (
        f"{stops}{'a' * 40}/{with_breaks(*['b' * 10] * 4, 'b')}"
    )


def test_words_of_usual_length_and_japanese_are_left_alone():
    assert printed("Fluggastdatenverarbeitung") == "Fluggastdatenverarbeitung"
    assert printed("あ" * 200) == "あ" * 200


def test_an_address_breaks_only_where_it_has_no_stops():
    usual = "https://www.example.org/reports/2017/counter-terrorism/annex-4.html?page=1"
    assert printed(usual) == usual
    assert BREAK in printed(f"https://example.org/{'a' * 100}")


def test_hashes_outside_of_entries_are_never_broken():
    after = make_printable({"sha256": "0123456789abcdef" * 4}, uncovered)
    assert after.document["sha256"] == "0123456789abcdef" * 4
