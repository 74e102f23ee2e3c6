"""Tests of what is new since a person marked it as read."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from progress.models import Entry, Handling, ReadingMark, State, Status
from progress.positions.news import _news_count
from tests.factories import make_entry, member_commitment_of
from tests.leaks.cast import READERS
from tests.progress.reading import html_of, words_of
from tests.reports.circulation.circulated_reports import (
    circulate,
    make_draft,
    make_final,
)

URL, READ, UNDO = "/new/", "/new/read/", "/new/undo/"
CURSOR = re.compile(r'name="cursor" value="([^"]+)"')
COUNT = re.compile(
    r'href="/new/"[^>]*>New(?: <span class="navigation-count">([^<]+)<)?'
)


@pytest.fixture
def published(plan, officer_jp, stocktake, now):
    def make(status=Status.LIMITED, code="1.2.2", member="JP", at=now, **fields):
        owed = member_commitment_of(plan, code, member)
        return make_entry(
            owed, by=officer_jp, state=State.PUBLISHED, status=status,
            as_of=at.date(), published_at=at, submitted_at=at, written_at=at, **fields,
        )  # fmt: skip

    return make


def cursor_of(answer) -> str:
    [cursor] = CURSOR.findall(html_of(answer))
    return str(cursor)


def count_in(answer) -> str:
    [count] = COUNT.findall(html_of(answer))
    return str(count)


def test_the_first_visit_starts_with_the_opening_of_the_last_stocktake(
    signed_in, observer, published, stocktake, now
):
    published(Status.NOT_STARTED, "2.1", at=now - timedelta(60))
    published(Status.SUBSTANTIAL, at=now - timedelta(1), narrative="Fresh words.")
    page = signed_in(observer).get(URL)
    assert f"starts with the opening of {stocktake.title}" in words_of(page)
    assert "Fresh words." in words_of(page)
    assert "2.1" not in words_of(page)
    assert count_in(page) == ""


def test_reading_moves_nothing_and_the_button_does(signed_in, observer, published, now):
    published(at=now - timedelta(1), narrative="Read already.")
    browser = signed_in(observer)
    cursor = cursor_of(browser.get(URL))
    browser.get(URL)
    assert not ReadingMark.objects.exists()
    assert browser.get(READ).status_code == 405
    after = browser.post(READ, {"cursor": cursor}, follow=True)
    assert "What you saw is marked as read." in words_of(after)
    assert "Nothing is new to you" in words_of(after)
    assert not CURSOR.findall(html_of(after))
    assert count_in(browser.get("/matrix/")) == ""


def test_what_came_after_the_page_stays_new(signed_in, observer, published, now):
    published(at=now - timedelta(1), narrative="Read already.")
    browser = signed_in(observer)
    cursor = cursor_of(browser.get(URL))
    # Its own instant is earlier: it became visible later, and that counts.
    published(Status.SUBSTANTIAL, "2.1", at=now - timedelta(2), narrative="Between.")
    after = browser.post(READ, {"cursor": cursor}, follow=True)
    assert "Between." in words_of(after)
    assert "Read already." not in words_of(after)
    assert count_in(after) == "1"


def test_the_mark_can_be_undone_once(signed_in, observer, published, now):
    published(at=now - timedelta(1), narrative="The first.")
    browser = signed_in(observer)
    browser.post(READ, {"cursor": cursor_of(browser.get(URL))})
    published(Status.SUBSTANTIAL, narrative="The second.")
    page = browser.get(URL)
    browser.post(READ, {"cursor": cursor_of(page)})
    undone = browser.post(UNDO, follow=True)
    assert "The second." in words_of(undone)
    assert "The first." not in words_of(undone)
    assert "Undo" not in words_of(undone)
    browser.post(UNDO)
    assert ReadingMark.objects.count() == 1


def test_undoing_the_first_mark_returns_to_the_first_visit(
    signed_in, observer, published, now
):
    published(at=now - timedelta(1), narrative="The first.")
    browser = signed_in(observer)
    browser.post(READ, {"cursor": cursor_of(browser.get(URL))})
    assert "The first." in words_of(browser.post(UNDO, follow=True))
    assert not ReadingMark.objects.exists()


def test_an_older_page_never_moves_the_mark_back(signed_in, observer, published, now):
    published(at=now - timedelta(1))
    browser = signed_in(observer)
    old = cursor_of(browser.get(URL))
    published(Status.SUBSTANTIAL)
    browser.post(READ, {"cursor": cursor_of(browser.get(URL))})
    browser.post(READ, {"cursor": old})
    assert "Nothing is new to you" in words_of(browser.get(URL))


def test_the_cursor_of_another_person_marks_nothing(
    signed_in, observer, assessor, published
):
    published()
    theirs = cursor_of(signed_in(assessor).get(URL))
    for cursor in (theirs, "", "x", f"{theirs}x"):
        answer = signed_in(observer).post(READ, {"cursor": cursor}, follow=True)
        assert "Nothing was marked as read" in words_of(answer)
    assert not ReadingMark.objects.exists()


def test_rights_that_changed_since_the_page_mark_nothing(
    signed_in, officer_fr, published
):
    published()
    browser = signed_in(officer_fr)
    cursor = cursor_of(browser.get(URL))
    type(officer_fr).objects.filter(pk=officer_fr.pk).update(member="DE")
    answer = browser.post(READ, {"cursor": cursor}, follow=True)
    assert "Nothing was marked as read" in words_of(answer)


@pytest.mark.parametrize(
    ("kind", "handling"),
    [
        (Entry.Kind.WITHDRAWAL, Handling.GREEN),
        (Entry.Kind.WITHDRAWAL, Handling.AMBER),
        (Entry.Kind.CORRECTION, Handling.AMBER),
    ],
)
def test_a_withdrawal_and_a_hidden_correction_look_alike(
    signed_in, observer, officer_jp, published, now, kind, handling
):
    first = published(at=now - timedelta(1))
    browser = signed_in(observer)
    browser.post(READ, {"cursor": cursor_of(browser.get(URL))})
    published(
        Status.IMPLEMENTED, kind=kind, supersedes=first, handling=handling,
        reason="A reason of its own.", narrative="Not for everybody.",
    )  # fmt: skip
    shown = words_of(browser.get(URL))
    gone = "withdrawn, or replaced by one that is not released to you"
    assert "No longer released" in shown
    assert gone in shown
    assert count_in(browser.get(URL)) == "1"
    for words in ("Implemented", "A reason", "Not for"):
        assert words not in html_of(browser.get(URL))
    assert gone not in words_of(signed_in(officer_jp).get(URL))


def test_what_is_hidden_is_not_counted(signed_in, observer, officer_jp, published, now):
    published(at=now - timedelta(1))
    browser, ours = signed_in(observer), signed_in(officer_jp)
    for one in (browser, ours):
        one.post(READ, {"cursor": cursor_of(one.get(URL))})
    published(Status.IMPLEMENTED, "2.1", handling=Handling.AMBER)
    assert count_in(browser.get("/matrix/")) == ""
    assert "Nothing is new to you" in words_of(browser.get(URL))
    assert count_in(ours.get("/matrix/")) == "1"


def test_each_status_stands_beside_the_one_before_it(
    signed_in, observer, published, now
):
    published(Status.LIMITED, at=now - timedelta(30))
    hidden = published(Status.NOT_STARTED, at=now - timedelta(3))
    published(Status.NOT_STARTED, at=now - timedelta(2), kind=Entry.Kind.WITHDRAWAL,
              supersedes=hidden, reason="Wrong.")  # fmt: skip
    published(Status.SUBSTANTIAL, at=now - timedelta(1))
    shown = words_of(signed_in(observer).get(URL))
    assert "↑ Moved up Before: Limited progress → Now: Substantial" in shown
    assert "↓ Moved down Before: Limited progress → Now: Not started" in shown


def test_a_mark_costs_a_query_only_while_something_follows_it(
    signed_in, observer, published, now
):
    published(at=now - timedelta(1))
    browser = signed_in(observer)

    def queries(path: str = "/matrix/") -> int:
        browser.get(path)
        with CaptureQueriesContext(connection) as captured:
            browser.get(path)
        return len(captured)

    before = queries()
    browser.post(READ, {"cursor": cursor_of(browser.get(URL))})
    assert queries() == before
    published(Status.SUBSTANTIAL)
    assert queries() == before + 1
    assert queries(URL) <= 12


def test_the_count_is_asked_as_if_it_were_made_for_this_reader(chair, stocktake, now):
    """Its SQL is made once for each kind of reader, and each gets their own values."""
    people = [one.user for one in READERS if not (one.is_key or one.is_anonymous)]
    made = set()
    for number, person in enumerate(people, 1):
        for reviewed in ((), (uuid4(),), (uuid4(), uuid4())):
            values = {"reader": person, "at": now, "reviewed": reviewed,
                      "number": number, "erasure": number % 3}  # fmt: skip
            found = _news_count(**values)
            assert found == _news_count.build(**values)
            made.add(found[0])
    assert len(made) > 6


def test_an_administrator_has_no_such_list(signed_in, administrator, published):
    published()
    browser = signed_in(administrator)
    assert "Your role cannot read entries" in words_of(browser.get(URL))
    assert browser.post(READ, {"cursor": "x"}).status_code == 403


# Reports

SEEN = re.compile(r'name="seen_until" value="([^"]+)"')


def mark(browser, page):
    """Press the button of a page that was opened before."""
    [seen] = SEEN.findall(html_of(page))
    sent = {"seen_until": seen}
    return browser.post(READ, sent, follow=True)


def test_a_circulated_draft_is_new_to_delegations_alone(
    signed_in, head_jp, observer, plan, coordinator, stocktake, now
):
    draft = make_draft(plan, coordinator, number=3)
    circulate(draft, by=coordinator, ends_at=now + timedelta(days=4))
    assert "draft 3 · circulated on" in words_of(signed_in(head_jp).get(URL))
    page = signed_in(observer).get(URL)
    assert "draft 3" not in words_of(page)
    assert "Nothing is new to you" in words_of(page)
    assert not SEEN.findall(html_of(page))


def test_a_final_report_is_new_to_every_reader_until_it_is_marked(
    signed_in, observer, plan, coordinator, stocktake
):
    browser = signed_in(observer)
    first = make_final(make_draft(plan, coordinator))
    page = browser.get(URL)
    assert f"/reports/{first.pk}/" in html_of(page)
    # It came after the page was opened, so the button of that page leaves it new.
    second = make_final(make_draft(plan, coordinator, number=2, layout="compact"))
    after = mark(browser, page)
    assert "What you saw is marked as read." in words_of(after)
    assert f"/reports/{first.pk}/" not in html_of(after)
    assert f"/reports/{second.pk}/" in html_of(after)
    assert "Nothing is new to you" in words_of(mark(browser, after))
    # An older page moves nothing back, and undoing does.
    assert "Nothing is new to you" in words_of(mark(browser, page))
    assert f"/reports/{second.pk}/" in html_of(browser.post(UNDO, follow=True))


@pytest.mark.parametrize("seen", ["", "yesterday", "2026-11-29T12:00:00"])
def test_a_page_that_names_no_instant_marks_nothing(signed_in, observer, seen):
    after = signed_in(observer).post(READ, {"seen_until": seen}, follow=True)
    assert "Nothing was marked as read" in words_of(after)
    assert not ReadingMark.objects.exists()


def test_an_instant_in_the_future_is_now(signed_in, observer, stocktake, now):
    sent = {"seen_until": "2999-01-01T00:00:00+00:00"}
    signed_in(observer).post(READ, sent)
    seen = ReadingMark.objects.get().seen_until
    assert seen is not None
    assert seen < now + timedelta(minutes=10)
