"""Tests of private addresses: made once, kept as a hash, and dead at once."""

import logging
import re
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from audit.models import Event
from g7plan.logs import without_queries
from g7plan.wsgi import Entrance, logged_path
from partners.actions.feeds import MOST_FEEDS, revoke_feed
from partners.models import PrivateFeed

LIST, NEW = "/feeds/", "/feeds/new/"
KINDS = ["changes", "deadlines"]
SENT = {"kind": "deadlines", "plan": "test-plan", "instrument": "", "member": ""}


@pytest.fixture
def browser(signed_in, officer_jp, plan):
    return signed_in(officer_jp)


def address_in(page):
    [address] = re.findall(r"https?://[^<\s]+/feeds/[\w-]{43}/[\w.]+", page)
    return address


# ---- A person makes and revokes one


def test_an_address_is_shown_once_and_stored_as_a_hash(browser, officer_jp):
    made = browser.post(NEW, SENT)
    assert made.status_code == 200
    token = address_in(made.text).split("/")[-2]
    feed = PrivateFeed.objects.get()
    assert feed.digest == sha256(token.encode()).hexdigest()
    assert (feed.user, feed.kind, feed.last_used_on) == (officer_jp, "deadlines", None)
    assert made.headers["Cache-Control"] == "no-store"
    assert made.headers["Referrer-Policy"] == "no-referrer"
    listed = browser.get(LIST).text
    assert token not in listed
    assert "Not used yet" in listed
    event = Event.objects.get(verb="private_feed.make")
    assert token not in str(event.data)
    with connection.cursor() as cursor:
        cursor.execute("SELECT f::text FROM partners_privatefeed f")
        assert token not in cursor.fetchone()[0]


def test_a_feed_can_be_about_one_instrument_and_member(browser):
    sent = {**SENT, "kind": "changes", "instrument": "interpol", "member": "FR"}
    made = browser.post(NEW, sent)
    assert address_in(made.text).endswith("/changes.atom")
    feed = PrivateFeed.objects.get()
    assert feed.instrument is not None
    assert (feed.instrument.slug, feed.member_id) == ("interpol", "FR")
    assert "INTERPOL<br>France" in browser.get(LIST).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "poems"}, "Select a valid choice"),
        ({"plan": "nowhere"}, "Select a valid choice"),
        ({"plan": "\x00"}, "Null characters are not allowed"),
        ({"instrument": "interpol"}, "Deadlines are the same for every"),
        ({"member": "JP"}, "Deadlines are the same for every"),
    ],
)
def test_what_does_not_fit_is_refused_and_keeps_what_was_chosen(browser, changes, said):
    answer = browser.post(NEW, {**SENT, **changes})
    assert answer.status_code == 422
    assert said in answer.text
    assert not PrivateFeed.objects.exists()


def test_a_person_has_so_many_at_most(browser, officer_jp, address_of):
    for _number in range(MOST_FEEDS):
        address_of(officer_jp, "deadlines")
    answer = browser.post(NEW, SENT)
    assert answer.status_code == 422
    assert f"You have {MOST_FEEDS} private addresses already." in answer.text


def test_a_revoked_address_is_dead_at_once(browser, officer_jp, address_of):
    path = address_of(officer_jp, "deadlines")
    feed = PrivateFeed.objects.get()
    asked = browser.get(f"/feeds/{feed.pk}/revoke/")
    assert "Revoke this private address?" in asked.text
    assert Client().get(path).status_code == 200
    answer = browser.post(f"/feeds/{feed.pk}/revoke/", follow=True)
    assert "The address is revoked. It no longer works." in answer.text
    assert "No private addresses" in answer.text
    assert Client().get(path).status_code == 404
    feed.refresh_from_db()
    revoked_at = feed.revoked_at
    assert revoked_at is not None
    revoke_feed(feed_id=feed.pk, by=officer_jp, at=revoked_at + timedelta(days=1))
    feed.refresh_from_db()
    assert feed.revoked_at == revoked_at
    assert Event.objects.filter(verb="private_feed.revoke").count() == 1


def test_the_addresses_of_others_are_not_there(
    signed_in, officer_jp, head_jp, address_of
):
    address_of(officer_jp, "deadlines")
    other, feed = signed_in(head_jp), PrivateFeed.objects.get()
    assert "No private addresses" in other.get(LIST).text
    for method in ("get", "post"):
        assert getattr(other, method)(f"/feeds/{feed.pk}/revoke/").status_code == 404
    with pytest.raises(PrivateFeed.DoesNotExist):
        revoke_feed(feed_id=feed.pk, by=head_jp, at=feed.created_at)


def test_who_reads_no_entries_makes_none(signed_in, administrator, plan):
    client = signed_in(administrator)
    assert client.get(LIST).status_code == client.post(NEW, SENT).status_code == 403
    assert not PrivateFeed.objects.exists()
    assert "/feeds/" not in client.get("/people/me/").text


# ---- A program fetches it


@pytest.mark.parametrize("kind", KINDS)
def test_no_cache_keeps_it_and_no_cookie_is_set(address_of, officer_jp, kind):
    answer = Client().get(address_of(officer_jp, kind))
    types = {"changes": "application/atom+xml", "deadlines": "text/calendar"}
    assert answer.headers["Content-Type"] == f"{types[kind]}; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_unchanged_is_not_sent_again(address_of, officer_jp, kind):
    path = address_of(officer_jp, kind)
    tag = Client().get(path).headers["ETag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        answer = Client().get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["ETag"] == tag
    other = Client().get(path, headers={"If-None-Match": '"x"'})
    assert other.status_code == 200
    # Another address with the same content has another tag.
    assert Client().get(address_of(officer_jp, kind)).headers["ETag"] != tag


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_dead_and_what_never_was_are_answered_alike(
    address_of, officer_jp, head_jp, kind
):
    revoked, dead = address_of(officer_jp, kind), address_of(head_jp, kind)
    feed = PrivateFeed.objects.get(user=officer_jp)
    revoke_feed(feed_id=feed.pk, by=officer_jp, at=feed.created_at)
    head_jp.is_active = False
    head_jp.save()
    ending = revoked.rpartition("/")[2]
    unknown = f"/feeds/{token_urlsafe(32)}/{ending}"
    answers, queries = [], []
    for path in (unknown, revoked, dead):
        with CaptureQueriesContext(connection) as captured:
            answer = Client().get(path)
        headers = dict(answer.headers)
        headers.pop("X-Request-ID")
        answers.append((answer.status_code, answer.content, headers))
        queries.append(len(captured))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 404
    assert queries == [1, 1, 1]


def test_an_address_serves_its_own_kind_alone(address_of, officer_jp):
    path = address_of(officer_jp, "deadlines")
    other = path.replace("deadlines.ics", "changes.atom")
    assert Client().get(other).status_code == 404
    assert Client().post(path).status_code == 405


def test_a_person_who_reads_entries_no_more_gets_an_empty_one(
    address_of, officer_jp, stocktake, fetch
):
    path = address_of(officer_jp, "deadlines")
    assert "BEGIN:VEVENT" in fetch(path)
    officer_jp.roles = [Role.ADMINISTRATOR]
    officer_jp.save()
    assert "BEGIN:VEVENT" not in fetch(path)


def test_the_day_of_the_last_fetch_is_kept_once(
    address_of, officer_jp, fetch, time_machine, django_assert_num_queries
):
    path = address_of(officer_jp, "deadlines")
    at = PrivateFeed.objects.get().created_at + timedelta(days=1)
    time_machine.move_to(at, tick=False)
    fetch(path)
    assert PrivateFeed.objects.get().last_used_on == at.date()
    with django_assert_num_queries(4):
        fetch(path)
    time_machine.move_to(at + timedelta(days=2), tick=False)
    fetch(path)
    assert PrivateFeed.objects.get().last_used_on == (at + timedelta(days=2)).date()


# ---- Logs


def test_the_token_is_in_no_log(address_of, officer_jp, caplog):
    alive = address_of(officer_jp, "deadlines")
    unknown = f"/feeds/{token_urlsafe(32)}/deadlines.ics"
    with caplog.at_level(logging.DEBUG):
        for path in (alive, unknown):
            Client().get(path)
            Client().post(path)
    for path in (alive, unknown):
        token = path.split("/")[2]
        assert logged_path(path) == f"/feeds/.../{path.split('/')[3]}"
        for line in caplog.records:
            assert without_queries(line)
            assert token not in f"{line.msg} {line.args}"
        for said in (f"GET {path}?x=1", {"event": "x", "path": path}):
            line = logging.LogRecord("x", 30, "x", 1, said, None, None)
            assert without_queries(line)
            assert token not in str(line.msg)


@pytest.mark.parametrize(
    ("path", "sees_cookie"),
    [
        ("/feeds/abc/deadlines.ics", False),
        ("/feeds/abc/changes.atom", False),
        ("/readyz", False),
        ("/feeds/", True),
        ("/feeds/new/", True),
        ("/", True),
    ],
)
def test_a_feed_is_served_without_cookies(path, sees_cookie):
    environ = {"PATH_INFO": path, "HTTP_COOKIE": "sessionid=x"}
    Entrance(lambda _environ, _start: [])(environ, print)
    assert ("HTTP_COOKIE" in environ) is sees_cookie
