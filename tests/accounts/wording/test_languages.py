"""Tests of language tags."""

import pytest

from accounts.languages import (
    NAMES,
    is_language_tag,
    is_same_language,
    language_choices,
    language_name,
    language_of,
)


@pytest.mark.parametrize(
    "tag", ["fr", "pt-BR", "zh-Hant", "zh-Hant-TW", "es-419", "de-1996", "fil", *NAMES]
)
def test_a_well_formed_tag(tag):
    assert is_language_tag(tag)


@pytest.mark.parametrize(
    "tag",
    [
        "", "f", "French", "FR", "fr_FR", "fr-", "fr fr", "fr\n", "x-private",
        'fr" onclick="', "a" * 40, "de" + "-abcdefgh" * 5,
    ],
)  # fmt: skip
def test_anything_else_is_none(tag):
    assert not is_language_tag(tag)


def test_languages_have_their_own_names_and_a_stored_one_is_offered_too():
    assert dict(language_choices())["ja"] == "日本語"
    assert language_choices("pt-BR")[-1] == ("pt-BR", "pt-BR")
    assert language_choices("fr") == language_choices("not a tag") == language_choices()
    assert language_name("fr") == "Français"


def test_a_page_in_british_english_needs_no_mark_on_english():
    assert is_same_language("en", "en-gb")
    assert is_same_language("en-GB", "en-gb")
    assert not is_same_language("en-US", "en-gb")
    assert not is_same_language("fr", "en-gb")
    assert language_of("pt-BR") == "pt"
