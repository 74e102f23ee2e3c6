"""Tests of official texts: a search finds what the definition finds, as it is now."""

from datetime import date

import pytest
from django.utils.translation import override
from hypothesis import given, settings

from accounts.typed.words import finds, words_of
from commitments.models import Commitment, Instrument, Plan
from commitments.official_texts import (
    OfficialFilter,
    OfficialKind,
    OfficialText,
    OfficialTexts,
    official_texts,
)
from tests.accounts.typed.searched_texts import SEARCHES, TEXTS
from tests.factories import make_plan

EVERYTHING = OfficialFilter()


def headings(found):
    return [f"{text.kind} {text.code}" for text in found]


@settings(deadline=None)
@given(SEARCHES, TEXTS, TEXTS)
def test_a_search_finds_what_the_definition_finds(search, title, wording):
    one = OfficialText(OfficialKind.COMMITMENT, title, "1.2.3", wordings=[wording])
    found = OfficialTexts([one]).find(search, EVERYTHING)
    expected = finds(words_of(search), words_of("1.2.3", title, wording))
    assert bool(found) == expected


@settings(deadline=None)
@given(SEARCHES, TEXTS)
def test_a_suggestion_is_a_heading_that_the_definition_finds(search, title):
    one = OfficialText(OfficialKind.ACTION, title, "3", wordings=["INTERPOL"])
    found = OfficialTexts([one]).suggest(search, most=8)
    assert bool(found) == finds(words_of(search), words_of("3", title))


def test_everything_official_can_be_found(plan):
    texts = official_texts()
    kinds = {text.kind for text in texts.texts}
    assert kinds == set(OfficialKind)
    for text in texts.texts:
        assert text in texts.find(text.title, EVERYTHING)
        for wording in text.wordings:
            assert text in texts.find(wording[:60], EVERYTHING) or not words_of(wording)


def test_a_name_is_found_in_the_language_of_the_page_and_in_english(plan):
    for language, title in (("en-gb", "Japan"), ("fr", "Japon"), ("ja", "日本")):
        with override(language):
            texts = official_texts()
            for typed in ("Japan", title):
                [member] = texts.suggest(typed, most=8)
                assert (member.title, member.code) == (title, "JP")


def test_a_code_comes_before_what_only_has_its_digits(plan):
    texts = official_texts()
    assert headings(texts.find("1.2.2", EVERYTHING))[0] == "commitment 1.2.2"
    assert headings(texts.find("1.2", EVERYTHING))[:3] == [
        "sub_area 1.2", "commitment 1.2.1", "commitment 1.2.2"
    ]  # fmt: skip
    assert headings(texts.suggest("1.2.", most=1)) == ["sub_area 1.2"]


def test_a_heading_comes_before_a_wording():
    texts = OfficialTexts(
        [
            OfficialText(
                OfficialKind.COMMITMENT, "Aviation", "1.1", wordings=["Visas"]
            ),
            OfficialText(OfficialKind.COMMITMENT, "Free visas", "1.2"),
            OfficialText(OfficialKind.COMMITMENT, "Visas", "1.3"),
        ]
    )
    assert [text.code for text in texts.find("visa", EVERYTHING)] == [
        "1.3",
        "1.2",
        "1.1",
    ]


def test_filters_keep_what_is_of_a_plan_an_action_or_an_instrument(plan):
    texts = official_texts()
    concerned = Commitment.objects.concerning("interpol").values_list("code", flat=True)
    for words in ("a", "e", "i", "u", "1", "2"):
        for only, kept in {
            OfficialFilter(plan="another"): lambda text: "another" in text.plans,
            OfficialFilter(plan=plan.slug): lambda text: plan.slug in text.plans,
            OfficialFilter(action="2"): lambda text: text.action == "2",
            OfficialFilter(instrument="interpol"): lambda text: (
                "interpol" in text.concerns
            ),
        }.items():
            every = texts.find(words, EVERYTHING)
            assert texts.find(words, only) == [text for text in every if kept(text)]
    found = {
        text.code
        for text in texts.by_kind[OfficialKind.COMMITMENT]
        if "interpol" in text.concerns
    }
    assert found == set(concerned)


def test_what_a_process_keeps_is_what_is_stored(plan, django_assert_num_queries):
    official_texts()
    with django_assert_num_queries(1):
        kept = official_texts()
    assert not kept.find("kestrel", EVERYTHING)
    Commitment.objects.filter(code="1.2.2").update(short_title="Kestrel")
    assert headings(official_texts().find("kestrel", EVERYTHING)) == [
        "commitment 1.2.2"
    ]
    Commitment.objects.filter(code="1.2.2").update(short_title="Osprey")
    assert not official_texts().find("kestrel", EVERYTHING)
    made = Instrument.objects.create(slug="kestrel", name="Kestrel", kind="body")
    assert headings(official_texts().find("kestrel", EVERYTHING)) == [
        "instrument kestrel"
    ]
    made.delete()
    assert not official_texts().find("kestrel", EVERYTHING)


def test_the_newest_plan_comes_first(plan):
    make_plan("newer")
    Plan.objects.filter(slug="newer").update(adopted_on=date(2020, 1, 1))
    first = official_texts().by_kind[OfficialKind.COMMITMENT][0]
    assert first.plan == "newer"


@pytest.mark.parametrize("typed", ["", "!?", "…", "%"])
def test_a_search_without_letters_and_digits_finds_nothing(plan, typed):
    assert official_texts().find(typed, EVERYTHING) == []
    assert official_texts().suggest(typed, most=8) == []
