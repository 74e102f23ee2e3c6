"""Tests of the definition of a search: which words a text has, and what finds it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.typed.words import WORD_LENGTH, Words, finds, plain_spelling, words_of
from tests.accounts.typed.searched_texts import PARTS, SEARCHES, TEXTS

FOUND = [
    ("interpol", "INTERPOL’s databases"),
    ("INTERPOL data", "Databases of Interpol"),
    ("ter", "terrorism"),
    ("etat geneve oeuvre", "L’œuvre de l’État à Genève"),
    ("L'ŒUVRE", "l’oeuvre"),
    ("finance", "\ufb01nanc\u00e9"),
    ("strasse", "Straße"),
    ("istanbul", "İSTANBUL"),
    ("ISI", "ısı"),
    ("\uff29\uff2e\uff34\uff25\uff32", "Interpol"),
    ("cooperation", "co\u00ado\u200bpe\u200dra\ufefftion"),
    ("2178 (2014)", "UNSCR 2178 (2014),"),
    ("100%", "100 per cent"),
    ("m2", "m²"),
    ("anti-terrorism", "terrorism, anti"),
    ("الارهاب", "مكافحة الإرهـــاب"),
    ("ارهاب", "إِرهَاب"),
    ("שלום", "שָׁלוֹם עולם"),
    ("정책", "국가 정책은"),
    ("税関", "財務省税関職員の訓練"),
    ("税", "関税"),
    ("パスポート", "\uff8a\uff9f\uff7d\uff8e\uff9f\uff70\uff84の発行"),
    ("INTERPOLデータ", "データベース(INTERPOL)"),
    ("\U00020bb7野家", "株式会社\U00020bb7野家"),
    ("x" * (WORD_LENGTH + 9), "x" * (WORD_LENGTH + 1)),
]
NOT_FOUND = [
    ("errorism", "terrorism"),
    ("interpol banana", "Interpol"),
    ("interpol", "inter pol"),
    ("関税", "税関"),
    ("税関員", "税関職員、税関、関員"),
    ("가", "각"),
    ("は", "ば"),
    ("", "anything"),
    ("%", "100%"),
    ("_ ' \\ & | ! :*", "_ ' \\ & | ! :*"),
    ("\u200b\u00ad", "\u200b\u00ad"),
    ("😀", "😀"),
]


@pytest.mark.parametrize(("sought", "text"), FOUND)
def test_a_search_finds_the_text(sought, text):
    assert finds(words_of(sought), words_of(text))


@pytest.mark.parametrize(("sought", "text"), NOT_FOUND)
def test_a_search_does_not_find_the_text(sought, text):
    assert not finds(words_of(sought), words_of(text))


def test_no_word_goes_from_one_text_to_the_next():
    words = words_of("last税", "first", "関 end")
    assert words == Words(frozenset({"last", "first", "end"}), frozenset("税関"))


@given(TEXTS)
def test_a_text_is_found_by_itself_and_by_each_start_of_its_words(text):
    found = words_of(text)
    assert finds(found, found) == bool(found)
    for word in found.words:
        assert finds(words_of(word), found)
        assert finds(Words(frozenset({word[:1]}), frozenset()), found)


@given(SEARCHES, TEXTS, TEXTS)
def test_a_longer_text_is_found_by_whatever_finds_a_part_of_it(sought, text, more):
    if finds(words_of(sought), words_of(text)):
        assert finds(words_of(sought), words_of(text, more))


@given(st.text())
def test_plain_spelling_has_letters_marks_digits_and_blanks_only(text):
    assert {unicodedata.category(sign)[0] for sign in plain_spelling(text)} <= set(
        "LMNZ"
    )
    assert set(plain_spelling(text).split()) == set(plain_spelling(text).split(" ")) - {
        ""
    }


@given(st.sampled_from(PARTS))
def test_both_normal_forms_of_a_text_have_the_same_words(text):
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC")]
    assert len({words_of(form) for form in forms}) == 1
    assert words_of(text.upper()) == words_of(text.lower()) == words_of(text)
