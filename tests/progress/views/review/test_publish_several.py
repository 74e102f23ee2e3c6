"""Tests of publishing several entries: every text is shown before, and named after."""

import re

import pytest

from progress.models import Entry, State
from tests.progress.editing import page
from tests.progress.reading import words_of

URL = "/entries/bulk/publish/"
CODES = ("1.1.1", "1.2.1", "2.1")


@pytest.fixture
def three(entry_of):
    entry_of(
        "JP",
        "1.1.1",
        State.PUBLISHED,
        narrative="Two agencies share lists of names with border police.",
    )
    return [
        entry_of(
            "JP",
            code,
            narrative="Three agencies share lists of names with border police.",
        )
        for code in CODES
    ]


def chosen(entries):
    return [f"{entry.pk}.{entry.version}" for entry in entries]


def published() -> int:
    return Entry.objects.filter(state=State.PUBLISHED).count()


def test_each_text_is_shown_with_its_differences_status_and_readers(browser, three):
    shown = page(browser.post(URL, {"item": chosen(three)}))
    assert shown.count('<article class="decision"') == 3
    assert "<del>" in shown
    assert shown.count("Three") >= 3
    assert shown.count("All delegations, observers, assessors") == 3
    assert re.findall(r'name="item" value="(\S+)" checked', shown) == chosen(three)
    assert published() == 1


def test_only_what_stays_ticked_is_published_and_said_in_words(browser, three):
    sent = {"item": chosen(three[:2]), "confirmed": "1"}
    said = words_of(browser.post(URL, sent))
    assert "2 entries published." in said
    assert said.count("All delegations, observers, assessors") == 2
    assert said.count("TLP:GREEN") == 2
    assert " 2.1 " not in said
    assert published() == 3


def test_long_texts_go_on_pages_of_their_own(browser, three, monkeypatch):
    monkeypatch.setattr("progress.views.clearance.texts.MOST_CHARACTERS", 10)
    shown = page(browser.post(URL, {"item": chosen(three)}))
    assert shown.count('<article class="decision"') == 1
    assert "2 more entries follow on the next page." in shown
    later = re.findall(r'name="later" value="(\S+)"', shown)
    assert later == chosen(three[1:])
    sent = {"item": chosen(three[:1]), "confirmed": "1", "later": later}
    said = page(browser.post(URL, sent))
    assert "Read the next 2 entries" in said
    assert re.findall(r'name="item" value="(\S+)"', said) == later


def test_what_is_gone_or_hidden_is_counted_and_not_named(browser, three, entry_of):
    hidden = entry_of("FR", "2.1", State.DRAFT, narrative="Secret draft.")
    shown = page(browser.post(URL, {"item": chosen([*three, hidden])}))
    assert "1 chosen entry is left out" in shown
    assert "Secret draft." not in shown
    assert "France" not in shown
    none = page(browser.post(URL, {"item": chosen([hidden])}))
    assert "You can publish none of these entries" in none


def test_what_changed_in_the_meantime_is_shown_and_not_published(browser, three):
    shown = page(browser.post(URL, {"item": chosen(three)}))
    sealed = re.findall(r'name="shown" value="(\S+)"', shown)
    assert len(sealed) == 3
    Entry.objects.filter(pk=three[0].pk).update(
        version=3,
        narrative="Three agencies share lists of names with border police daily.",
    )
    sent = {"item": chosen(three), "confirmed": "1", "shown": sealed}
    said = page(browser.post(URL, sent))
    assert "2 entries published. 1 could not be done: see below." in said
    assert "What changed in 1.1.1 after you opened the page" in said
    assert "<ins>" in said
    assert published() == 3


def test_a_second_press_publishes_nothing_twice(browser, three):
    sent = {"item": chosen(three), "confirmed": "1"}
    browser.post(URL, sent)
    assert "3 entries published." in words_of(browser.post(URL, sent))
    assert published() == 4


def test_many_texts_take_few_queries(browser, entry_of, django_assert_max_num_queries):
    entries = [
        entry_of(member, code, narrative="Text.")
        for member in ("JP", "FR", "US")
        for code in CODES
    ]
    with django_assert_max_num_queries(12):
        browser.post(URL, {"item": chosen(entries)})
