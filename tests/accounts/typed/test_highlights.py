"""Tests of highlights: what a search finds is marked, in whole characters."""

import pytest
from hypothesis import given, settings

from accounts.typed.highlights import (
    CONTEXT,
    MOST_LENGTH,
    _places,
    hits_in,
    marked,
    passages,
)
from accounts.typed.words import finds, plain_spelling, words_of
from tests.accounts.typed.searched_texts import SEARCHES, TEXTS


def shown(text, search):
    """Return the text with what is marked between angle quotes."""
    return "".join(
        f"‹{piece.text}›" if piece.is_hit else piece.text
        for piece in marked(text, words_of(search))
    )


@pytest.mark.parametrize(
    ("text", "search", "expected"),
    [
        ("The INTERPOL databases", "interp", "The ‹INTERPOL› databases"),
        ("Coopération e\u0301tat, ÉTAT", "etat", "Coopération ‹e\u0301tat›, ‹ÉTAT›"),
        ("Die Straße, die Strassen", "strass", "Die ‹Straße›, die ‹Strassen›"),
        ("Łódź, Søren, œuvre, ærlig", "lodz soren oeuvre aer",
         "‹Łódź›, ‹Søren›, ‹œuvre›, ‹ærlig›"),
        ("(ﬁnance)", "finance", "(‹ﬁnance›)"),
        ("税関職員が、職員に", "職員", "税関‹職員›が、‹職員›に"),
        ("ﾊﾟｽﾎﾟｰﾄの", "パスポート", "‹ﾊﾟｽﾎﾟｰﾄ›の"),
        ("パスポート", "ハス", "パスポート"),
        ("か\u3099くせい", "が", "‹か\u3099›くせい"),
        ("مكافحة الإِرهَـاب اليوم", "الارهاب", "مكافحة ‹الإِرهَـاب› اليوم"),
        ("각 나라", "각", "‹각› 나라"),
        ("👨‍👩‍👧 border👮check", "check", "👨‍👩‍👧 border👮‹check›"),
        ("<script>alert(1)</script>", "script", "<‹script›>alert(1)</‹script›>"),
        ("**bold** and [label](https://x.example)", "bold", "**‹bold›** and [label](https://x.example)"),
        ("co-operation", "operation", "co-‹operation›"),
        ("½ cup", "2", "½ cup".replace("½", "‹½›")),
        ("so\u00adft", "soft", "‹so\u00adft›"),
        ("nothing here", "else", "nothing here"),
        ("nothing here", "!?", "nothing here"),
        ("", "a", ""),
    ],
)  # fmt: skip
def test_what_is_found_is_marked_as_it_is_written(text, search, expected):
    assert shown(text, search) == expected


@settings(deadline=None)
@given(TEXTS)
def test_each_plain_character_has_its_place_in_the_text(text):
    """So a mark is never shifted, whatever is longer or shorter in plain spelling."""
    for chunk in text.split():
        places = _places(chunk)
        assert len(places) == len(plain_spelling(chunk))
        assert all(0 <= start < end <= len(chunk) for start, end in places)
        starts = [start for start, _end in places]
        assert starts == sorted(starts)


@settings(deadline=None)
@given(TEXTS, SEARCHES)
def test_something_is_marked_if_the_search_finds_the_text(text, search):
    sought = words_of(search)
    pieces = marked(text, sought)
    assert "".join(piece.text for piece in pieces) == text
    if finds(sought, words_of(text)):
        hits = hits_in(text, sought)
        found = words_of(" ".join(text[hit.start : hit.end] for hit in hits))
        assert finds(sought, found)


@settings(deadline=None)
@given(TEXTS, SEARCHES)
def test_passages_are_parts_of_the_text_in_its_order(text, search):
    text = " and on ".join([text] * 3)
    place = 0
    for passage in passages(text, words_of(search), most=3):
        words = "".join(piece.text for piece in passage.pieces)
        place = text.index(words, place)
        assert passage.has_before == bool(text[:place].strip())
        place += len(words)
        assert passage.has_after == bool(text[place:].strip())
        assert any(piece.is_hit for piece in passage.pieces)


def words_in(passage):
    return "".join(piece.text for piece in passage.pieces)


def test_a_passage_is_cut_between_words():
    text = "lorem ipsum " * 40 + "INTERPOL " + "dolor sit " * 40
    [passage] = passages(text, words_of("interpol"), most=3)
    assert words_in(passage).startswith(("lorem", "ipsum"))
    assert words_in(passage).endswith(("dolor", "sit"))
    assert len(words_in(passage)) <= 2 * CONTEXT + len("INTERPOL")


def test_each_word_of_the_search_gets_its_passage_first():
    apart = "lorem ipsum " * 40
    text = f"border {apart} border {apart} border {apart} visa"
    found = passages(text, words_of("border visa"), most=2)
    assert [words_in(passage).count("border") for passage in found] == [1, 0]
    assert "visa" in words_in(found[1])


def test_a_passage_without_blanks_is_cut_between_characters():
    text = "ば" * 200 + "税関" + "か\u3099" * 200
    [passage] = passages(text, words_of("税関"), most=1)
    assert words_in(passage).endswith("か\u3099")
    [passage] = passages("👨‍👩‍👧" * 80 + " visa", words_of("visa"), most=1)
    assert "visa" in words_in(passage)


def test_a_very_long_word_is_not_shown_whole():
    [passage] = passages("x" * 5000, words_of("x"), most=1)
    assert len(words_in(passage)) <= MOST_LENGTH
    assert [piece.is_hit for piece in passage.pieces] == [True]
