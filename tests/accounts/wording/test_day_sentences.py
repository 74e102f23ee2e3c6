"""Tests of days, instants, lengths of time and lists in each language."""

from datetime import UTC, date, datetime

import pytest
from django.template import engines
from django.utils import translation

from accounts.day_sentences import (
    day_as,
    day_text,
    instant_text,
    length_of_time,
    printed_instant_text,
)
from accounts.wording.listed import listed, percent_text, sentence

DAY, FIRST = date(2026, 2, 20), date(2026, 5, 1)


@pytest.mark.parametrize(
    ("language", "usual", "long", "short", "with_weekday", "month", "first"),
    [
        ("en-gb", "20 Feb 2026", "20 February 2026", "20 Feb", "Fri 20 Feb 2026",
         "Feb 2026", "1 May 2026"),
        ("fr", "20 févr. 2026", "20 février 2026", "20 févr.",
         "vendredi 20 févr. 2026", "févr. 2026", "1er mai 2026"),
        ("de", "20. Feb. 2026", "20. Februar 2026", "20. Feb.",
         "Freitag, 20. Feb. 2026", "Feb. 2026", "1. Mai 2026"),
        ("it", "20 feb 2026", "20 febbraio 2026", "20 feb", "venerdì 20 feb 2026",
         "feb 2026", "1 maggio 2026"),
        ("ja", "2026年2月20日", "2026年2月20日", "2月20日",
         "2026年2月20日\uff08金\uff09", "2026年2月", "2026年5月1日"),
    ],
)  # fmt: skip
def test_a_day_is_written_as_its_language_writes_it(
    language, usual, long, short, with_weekday, month, first
):
    with translation.override(language):
        assert day_as(DAY) == day_as(DAY, "DATE_FORMAT") == usual
        assert day_as(DAY, "j F Y") == day_text(DAY) == long
        assert day_as(DAY, "j M") == short
        assert day_as(DAY, "D j M Y") == with_weekday
        assert day_as(DAY, "M Y") == month
        assert day_text(FIRST) == first


def test_a_format_for_machines_is_the_same_in_every_language():
    for language in ("en-gb", "fr", "it", "ja"):
        with translation.override(language):
            assert day_as(FIRST, "Y-m-d") == "2026-05-01"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en-gb", "20 Feb 2026, 14:05 UTC"),
        ("fr", "20 févr. 2026, 14:05 UTC"),
        ("ja", "2026年2月20日 14:05 UTC"),
    ],
)
def test_an_instant_has_its_time_after_the_day(language, text):
    at = datetime(2026, 2, 20, 14, 5, tzinfo=UTC)
    with translation.override(language):
        assert instant_text(at) == text
        assert ("14:05:00 UTC" in printed_instant_text(at)) is True


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en-gb", "2\xa0weeks, 2\xa0days"),
        ("fr", "2\xa0semaines, 2\xa0jours"),
        ("ja", "2週間2日"),
    ],
)
def test_a_length_of_time_has_no_comma_of_another_language(language, text):
    with translation.override(language):
        assert length_of_time(date(2026, 2, 4), DAY) == text


def test_the_filters_of_templates_use_the_same_words():
    template = engines["django"].from_string(
        '{{ day|date:"j M Y" }} {{ day|date:"c" }}{{ none|date }} {{ names|listed }}'
    )
    with translation.override("ja"):
        text = template.render({"day": DAY, "names": ["a", "", "b"], "none": None})
    assert text == "2026年2月20日 2026-02-20 a、b"


def test_a_list_and_a_sentence_end_as_their_language_ends_them():
    with translation.override("de"):
        assert (listed("ab"), listed("ab", "; "), sentence("a")) == (
            "a, b", "a; b", "a.",
        )  # fmt: skip
    with translation.override("ja"):
        assert (listed("ab"), listed("ab", "; "), sentence("a")) == (
            "a、b", "a\uff1bb", "a。",
        )  # fmt: skip


def test_a_percent_sign_has_the_space_of_its_language():
    texts = {"en-gb": "62%", "fr": "62\u202f%", "de": "62\xa0%", "ja": "62%"}
    for language, text in texts.items():
        with translation.override(language):
            assert percent_text(62) == text
