"""Tests of requests whose database is away, busy, or stops the work: 503 in words."""

import os
import threading

import psycopg
import pytest
from django.db import InternalError, OperationalError, connection, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import Client
from psycopg import errors

from audit.outages import forget_saved, is_outage, may_be_saved
from audit.record import record
from partners.actions.preferences import set_preference
from tests.databases import as_owner, lock_timeout
from tests.factories import PASSWORD

BUSY = "The database does not answer, or is busy."
NOTHING = "Nothing was saved."
SOMETHING = "Some of what you sent may already be saved."
SENT = {"version": "0", "mail": "at_once"}
PREFERENCES = "/notices/preferences/"


@pytest.fixture
def browser(officer_jp):
    """A signed-in browser that gets the answer to an error, not the error itself."""
    client = Client(raise_request_exception=False)
    client.force_login(officer_jp)
    return client


@pytest.fixture
def database_away(monkeypatch):
    """No query is answered, whatever asks it: also none of the error page."""

    def refuse(_wrapper):
        raise OperationalError("connection refused")

    monkeypatch.setattr(DatabaseWrapper, "cursor", refuse)


def said_to_be_away(answer):
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Request-ID"]
    return True


@pytest.mark.django_db
def test_a_page_says_in_words_that_the_database_is_away(browser, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(DatabaseWrapper, "cursor", refuse_with(OperationalError()))
        answer = browser.get("/tasks/")
    assert said_to_be_away(answer)
    assert BUSY in answer.text
    assert "reload this page" in answer.text
    assert NOTHING not in answer.text
    assert '<html lang="en-gb">' in answer.text
    # The person is still signed in.
    assert not answer.cookies
    assert browser.get("/people/me/").status_code == 200


def refuse_with(error):
    def refuse(_wrapper):
        raise error

    return refuse


@pytest.mark.django_db
@pytest.mark.usefixtures("database_away")
@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/matrix/", "/nowhere/"])
def test_a_person_who_is_not_signed_in_reads_the_same(path):
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32
    answer = client.get(path)
    assert said_to_be_away(answer)
    assert BUSY in answer.text


@pytest.mark.django_db
@pytest.mark.usefixtures("database_away")
def test_a_password_is_not_sent_back():
    client = Client(raise_request_exception=False)
    sent = {"login": "officer.jp@tests.example", "password": PASSWORD}
    answer = client.post("/accounts/login/", sent)
    assert said_to_be_away(answer)
    assert PASSWORD not in answer.text


@pytest.mark.django_db(transaction=True)
def test_what_waits_too_long_for_a_lock_saves_nothing_and_says_so(browser, officer_jp):
    with lock_timeout("200ms"), as_owner() as owner:
        owner.execute("LOCK TABLE partners_noticepreference")
        answer = browser.post(PREFERENCES, SENT)
    assert said_to_be_away(answer)
    assert NOTHING in answer.text
    assert SOMETHING not in answer.text
    # The same form is accepted afterwards: nothing of it was saved.
    assert browser.post(PREFERENCES, SENT).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_takes_too_long_is_answered_in_words(browser, monkeypatch):
    def sleep(**_arguments):
        connection.cursor().execute("SET LOCAL statement_timeout = 50")
        connection.cursor().execute("SELECT pg_sleep(5)")

    slow = transaction.atomic(sleep)
    monkeypatch.setattr("partners.views.notices.set_preference", slow)
    answer = browser.post(PREFERENCES, SENT)
    assert said_to_be_away(answer)
    assert NOTHING in answer.text


@pytest.mark.django_db(transaction=True)
def test_a_request_that_has_saved_something_before_says_so(
    browser, officer_jp, monkeypatch, now
):
    """As a batch does: each of its items is saved by itself."""

    def save_one_and_fail(**_arguments):
        record(verb="user.edit", target=officer_jp, by=officer_jp, at=now)
        raise OperationalError

    monkeypatch.setattr("partners.views.notices.set_preference", save_one_and_fail)
    answer = browser.post(PREFERENCES, SENT)
    assert said_to_be_away(answer)
    assert SOMETHING in answer.text
    assert NOTHING not in answer.text
    monkeypatch.undo()
    # The next request of this process begins without.
    with monkeypatch.context() as patch:
        patch.setattr(DatabaseWrapper, "cursor", refuse_with(OperationalError()))
        assert NOTHING in browser.post(PREFERENCES, SENT).text


@pytest.mark.django_db(transaction=True)
def test_a_connection_lost_during_a_commit_may_have_saved(browser, monkeypatch):
    def commit(_wrapper):
        raise OperationalError("server closed the connection unexpectedly")

    def lose(**arguments):
        with monkeypatch.context() as patch:
            patch.setattr(connection.connection, "commit", lambda: commit(None))
            set_preference(**arguments)

    monkeypatch.setattr("partners.views.notices.set_preference", lose)
    answer = browser.post(PREFERENCES, SENT)
    assert said_to_be_away(answer)
    assert SOMETHING in answer.text


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (None, True),
        (errors.AdminShutdown(), True),
        (errors.DiskFull(), False),
        (errors.QueryCanceled(), False),
    ],
)
def test_an_error_that_follows_one_of_a_commit_does_not_hide_it(cause, expected):
    def _commit():
        raise OperationalError from cause

    def ask_again():
        try:
            _commit()
        except OperationalError:
            raise OperationalError("the pool is empty")  # noqa: B904 - it is hidden

    forget_saved()
    with pytest.raises(OperationalError, match="empty") as raised:
        ask_again()
    assert may_be_saved(raised.value) is expected


@pytest.mark.django_db
@pytest.mark.usefixtures("database_away")
@pytest.mark.parametrize("path", ["/api/v1/entries/", "/api/v1/plans/"])
def test_the_api_answers_in_its_own_shape(path):
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32
    answer = client.get(path)
    assert said_to_be_away(answer)
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["type"].endswith("#problem-unavailable")
    assert (body["status"], body["instance"]) == (503, path)


@pytest.mark.django_db
def test_an_error_inside_the_api_is_answered_the_same(browser, monkeypatch):
    def fail(*_arguments, **_more):
        raise OperationalError

    monkeypatch.setattr("api.resources.entries.EntryViewSet.get_queryset", fail)
    answer = browser.get("/api/v1/entries/")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert answer.json()["type"].endswith("#problem-unavailable")


@pytest.mark.django_db
def test_another_error_is_still_an_error_of_ours(browser, monkeypatch):
    def fail(**_arguments):
        raise RuntimeError

    monkeypatch.setattr("partners.views.notices.set_preference", fail)
    answer = browser.post(PREFERENCES, SENT)
    assert answer.status_code == 500
    assert "Retry-After" not in answer
    assert "Sorry, there is a problem with the service" in answer.text


@pytest.mark.parametrize(
    ("error", "cause", "expected"),
    [
        (OperationalError, errors.LockNotAvailable, True),
        (OperationalError, errors.QueryCanceled, True),
        (OperationalError, errors.AdminShutdown, True),
        (OperationalError, errors.DeadlockDetected, True),
        (InternalError, errors.IdleInTransactionSessionTimeout, True),
        (InternalError, errors.InFailedSqlTransaction, False),
        (RuntimeError, errors.AdminShutdown, False),
    ],
)
def test_what_counts_as_an_outage(error, cause, expected):
    raised = error()
    raised.__cause__ = cause()
    assert is_outage(raised) is expected


@pytest.mark.django_db(transaction=True)
def test_connections_that_were_lost_in_the_pool_cost_no_request(browser):
    """A restarted database has closed them. Each would otherwise cost an error."""
    warm_up(connections=4)
    own = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        ended = admin.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = 'g7plan_app'",
            [own],
        ).fetchall()
    assert ended[0][0] >= 4
    answers = [browser.post(PREFERENCES, {**SENT, "version": "0"})]
    answers += [browser.get("/people/me/") for _time in range(8)]
    assert [answer.status_code for answer in answers] == [302] + [200] * 8


def warm_up(*, connections):
    """Let so many threads use a connection at once, and give all back to the pool."""
    barrier = threading.Barrier(connections)

    def use():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            barrier.wait()
        connection.close()

    threads = [threading.Thread(target=use) for _number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.close()
