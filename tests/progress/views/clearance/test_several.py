"""Tests of clearing several entries from a page with their texts."""

import re

from accounts.models import Role
from progress.models import Entry, State
from progress.views.clearance import texts
from tests.factories import make_user
from tests.progress.clearing import CANARY, CODES, edit_and_send, words
from tests.progress.editing import page


def items_in(shown):
    return re.findall(r'form="clear-these" name="item" value="([^"]+)"', shown)


def test_all_are_cleared_from_a_page_with_their_texts(browser, three, own):
    shown = page(browser.post("/entries/bulk/clear/", {"which": "all"}))
    assert own.narrative not in shown
    assert shown.count("Border agencies exchange alerts every day.") == 3
    items = items_in(shown)
    assert items == [f"{entry.pk}.1" for entry in three.values()]
    sent = {"item": items, "confirmed": "1", "capital_reference": "T 12"}
    done = words(page(browser.post("/entries/bulk/clear/", sent)))
    assert "3 entries cleared and sent for review." in done
    own.refresh_from_db()
    assert own.state == State.IN_CLEARANCE


def test_own_words_that_are_chosen_are_left_out_and_it_says_who_can(
    browser, three, own
):
    make_user(Role.HEAD, member="JP", name="Ada of Japan")
    chosen = {"item": [f"{own.pk}.1", f"{three['1.2.2'].pk}.1"]}
    shown = page(browser.post("/entries/bulk/clear/", chosen))
    assert "2.1 is left out" in shown
    assert "Ada of Japan can clear it." in shown
    assert items_in(shown) == [f"{three['1.2.2'].pk}.1"]
    only = page(browser.post("/entries/bulk/clear/", {"item": [f"{own.pk}.1"]}))
    assert "You can clear none of these entries" in only
    assert 'name="confirmed"' not in only


def test_what_a_page_cannot_hold_is_not_cleared_from_it(browser, four, monkeypatch):
    monkeypatch.setattr(texts, "MOST_CHARACTERS", 90)  # two texts of 42 characters
    shown = page(browser.post("/entries/bulk/clear/", {"which": "all"}))
    assert "2 more entries follow on the next page." in shown
    items = items_in(shown)
    assert items == [f"{four[code].pk}.1" for code in CODES[:2]]
    later = re.findall(r'name="later" value="([^"]+)"', shown)
    sent = {"item": items, "later": later, "confirmed": "1"}
    done = page(browser.post("/entries/bulk/clear/", sent))
    assert "Read the next 2 entries" in done
    assert Entry.objects.filter(state=State.SUBMITTED).count() == 2
    rest = re.findall(r'name="item" value="([^"]+)"', done)
    following = page(browser.post("/entries/bulk/clear/", {"item": rest}))
    assert items_in(following) == [f"{four[code].pk}.1" for code in CODES[2:]]


def test_one_long_text_is_always_shown(browser, four, monkeypatch):
    monkeypatch.setattr(texts, "MOST_CHARACTERS", 10)
    shown = page(browser.post("/entries/bulk/clear/", {"which": "all"}))
    assert len(items_in(shown)) == 1


def test_a_text_that_changed_after_the_page_is_refused_with_the_difference(
    browser, four, officer_jp, now
):
    shown = page(browser.post("/entries/bulk/clear/", {"which": "all"}))
    edit_and_send(four["1.2.1"], "Nine agencies exchange alerts.", officer_jp, now)
    sealed = re.findall(r'name="shown" value="([^"]+)"', shown)
    sent = {"item": items_in(shown), "shown": sealed, "confirmed": "1"}
    done = page(browser.post("/entries/bulk/clear/", sent))
    assert "3 entries cleared and sent for review. 1 could not be done" in words(done)
    assert "What changed in 1.2.1 after you opened the page" in done
    part = done[done.index("What changed in 1.2.1") :]
    assert "Border" in part[part.index("<del>") : part.index("</del>")]
    assert "Nine" in part[part.index("<ins>") : part.index("</ins>")]
    four["1.2.1"].refresh_from_db()
    assert four["1.2.1"].state == State.IN_CLEARANCE


def test_an_item_with_a_newer_version_is_shown_as_it_is_now(
    browser, four, officer_jp, now
):
    newer = edit_and_send(four["1.2.1"], "Newer words.", officer_jp, now)
    chosen = {"item": [f"{newer.pk}.1"]}
    shown = page(browser.post("/entries/bulk/clear/", chosen))
    assert "Newer words." in shown
    assert items_in(shown) == [f"{newer.pk}.{newer.version}"]


def test_the_texts_of_others_are_not_shown(browser, entry_on, officer_fr, plan):
    theirs = entry_on("1.2.1", member="FR", by=officer_fr, narrative=CANARY)
    for which in ({"item": [f"{theirs.pk}.1"]}, {"which": "all"}):
        answer = browser.post("/entries/bulk/clear/", which, follow=True)
        assert CANARY not in page(answer)
        assert str(theirs.pk) not in page(answer)


def test_many_texts_take_few_queries(browser, four, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        browser.post("/entries/bulk/clear/", {"which": "all"})
