"""Tests of the clearance dossier: what it says, who gets it, and what keeps it."""

import json
import logging
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.models import Role
from audit.models import Event
from g7plan.queues import REPORTS
from progress.models import State
from reports.dossier_runner import DossierMessage, make_dossier
from reports.dossiers.document import dossier_document
from reports.dossiers.handover import LIFETIME, PATIENCE, hand_over, take
from reports.dossiers.seal import KeyPair, NotOpenedError, open_sealed, seal
from reports.permissions import can_request_dossier
from tests.factories import make_entry, make_user, member_commitment_of
from tests.jobs.test_broker_away import closed_port
from tests.reports.pdf.pdf_reading import read, whole_text
from tests.tables import changed_tables, hashes_of_tables

PAGE, ASK, FILE = (
    "/reports/dossier/",
    "/reports/dossier/request/",
    "/reports/dossier/file/",
)
CANARY = "zanzibarquokka"
pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]


@pytest.fixture(autouse=True)
def queue() -> Iterator[redis.Redis]:
    """The broker and cache of the tests, emptied: nothing of another test is in it."""
    server = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    server.flushdb()
    yield server
    server.flushdb()


@pytest.fixture
def in_clearance(plan, officer_jp, coordinator):
    """A text in clearance that follows a published one, and a first one."""
    before = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp,
        state=State.PUBLISHED, published_by=coordinator,
        narrative="The police have access. The old system stays.",
    )  # fmt: skip
    first = make_entry(
        member_commitment_of(plan, "1.1.1", "JP"), by=officer_jp,
        state=State.IN_CLEARANCE, narrative="A first text, نص بالعربية.",
    )  # fmt: skip
    after = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp,
        state=State.IN_CLEARANCE,
        narrative=f"The police have access. A new system runs: {CANARY}.",
    )  # fmt: skip
    return before, after, first


def messages_in(queue: Any) -> list[list[str]]:
    """Return the arguments of each message that waits in the queue."""
    waiting = [json.loads(body) for body in queue.lrange(REPORTS, 0, -1)]
    return [json.loads(b64decode(message["body"]))[0] for message in waiting]


def work_off(queue: Any) -> list[bool]:
    """Do what a worker would do with each message, and take it out of the queue."""
    found = messages_in(queue)
    queue.delete(REPORTS)
    return [make_dossier(message_of(arguments)) for arguments in found]


def message_of(arguments: list[str]) -> DossierMessage:
    name, user, member, public_key, asked_at = arguments
    asked = datetime.fromisoformat(asked_at)
    return DossierMessage(UUID(name), UUID(user), member, public_key, asked)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


# ---- From the request to the download ------------------------------------------------


def test_a_dossier_is_requested_made_and_downloaded_once(
    signed_in, officer_jp, in_clearance, queue
) -> None:
    browser: Client = signed_in(officer_jp)
    assert "2 texts are in clearance." in text_of(browser.get(PAGE))
    assert browser.post(ASK)["Location"] == PAGE
    waiting = text_of(browser.get(PAGE))
    assert "The dossier is being made" in waiting
    assert "Refresh the progress" in waiting  # where there is no JavaScript
    assert work_off(queue) == [True]
    assert "Download the dossier" in text_of(browser.get(PAGE))

    file = browser.post(FILE)
    assert file["Content-Type"] == "application/pdf"
    assert "no-store" in file["Cache-Control"]
    printed = whole_text(read(file.content))
    assert printed.count("TLP:AMBER") >= 2  # in header and footer
    for words in (
        "Clearance dossier: Japan", "Last published", "In clearance", CANARY,
        "The old system stays.", "Nothing was published before.", "1.1.1", "1.2.2",
    ):  # fmt: skip
        assert words in printed, words

    again = text_of(browser.post(FILE, follow=True))
    assert "This dossier has expired or was downloaded. Request it again." in again
    assert "Download the dossier" not in again


def test_the_differences_are_marked_on_both_sides(
    in_clearance, officer_jp, members, now
) -> None:
    document = dossier_document(members["JP"], officer_jp, now)
    first, second = document["commitments"]
    assert (first["code"], second["code"]) == ("1.1.1", "1.2.2")
    (position,) = second["positions"]
    (narrative,) = position["fields"]
    marked = {
        side: "".join(
            "\n".join(piece["lines"]) for piece in narrative[side] if piece["is_marked"]
        )
        for side in ("before", "after")
    }
    assert "old" in marked["before"]
    assert CANARY in marked["after"]
    assert "police" not in marked["before"] + marked["after"]
    assert first["positions"][0]["is_first"]


def test_the_event_says_who_when_and_how_many_and_no_word(
    signed_in, officer_jp, in_clearance, queue
) -> None:
    signed_in(officer_jp).post(ASK)
    work_off(queue)
    event = Event.objects.get(verb="dossier.make")
    assert (event.actor_id, event.member, event.data) == (
        officer_jp.pk, "JP", {"entries": 2},
    )  # fmt: skip


# ---- Nothing keeps a word ------------------------------------------------------------


def everything_in(queue: Any) -> bytes:
    """Return all that the server holds, of every type."""
    readers: dict[bytes, Any] = {
        b"string": queue.get,
        b"list": lambda key: b" ".join(queue.lrange(key, 0, -1)),
        b"set": lambda key: b" ".join(queue.smembers(key)),
        b"zset": lambda key: b" ".join(queue.zrange(key, 0, -1)),
        b"hash": lambda key: b" ".join(queue.hgetall(key).values()),
    }
    keys = list(queue.scan_iter("*"))
    return b" ".join([*keys, *(readers[queue.type(key)](key) or b"" for key in keys)])


def test_no_database_queue_cache_or_log_holds_a_word_or_the_key(
    signed_in, officer_jp, in_clearance, queue, caplog
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = signed_in(officer_jp)
    browser.get(PAGE)
    before = hashes_of_tables()
    browser.post(ASK)
    held = [everything_in(queue)]
    arguments = messages_in(queue)
    session = browser.session["dossier"]
    work_off(queue)
    held.append(everything_in(queue))
    changed = changed_tables(before, hashes_of_tables())
    content = browser.post(FILE).content
    held.append(everything_in(queue))

    # The words are in the PDF, which is compressed, and in the entries: nowhere else.
    assert changed == {"django_session", "audit_event"}
    private = session["private_key"]
    secrets = [CANARY, private, "old system", content[-40:].hex()]
    for secret in secrets:
        for server in held:
            assert secret.encode() not in server
        assert secret not in caplog.text
        assert secret not in str(arguments)
    assert content[:200] not in b" ".join(held)
    with connection.cursor() as cursor:
        for table in changed:
            cursor.execute(f'SELECT x::text FROM "{table}" AS x')
            rows = str(cursor.fetchall())
            assert CANARY not in rows
            assert private not in rows or table == "django_session"
    for row in Session.objects.all():
        assert CANARY not in str(row.get_decoded())


def test_the_cache_keeps_it_for_five_minutes_at_most_and_not_after_the_download(
    signed_in, officer_jp, in_clearance, queue
) -> None:
    browser = signed_in(officer_jp)
    browser.post(ASK)
    work_off(queue)
    (key,) = queue.scan_iter(f"*dossier:{browser.session['dossier']['id']}")
    assert 0 < queue.ttl(key) <= LIFETIME.total_seconds()
    assert b"sender" in queue.get(key)
    browser.post(FILE)
    assert json.loads(queue.get(key)) == {"state": "taken"}
    assert "dossier" not in browser.session


def test_what_one_key_sealed_no_other_key_name_or_change_opens() -> None:
    key, other = KeyPair.new(), KeyPair.new()
    sealed = seal(b"words", public_key=key.public, name="a")
    assert open_sealed(sealed, private_key=key.private, name="a") == b"words"
    changed = type(sealed)(**{**sealed.as_json(), "nonce": "00" * 12})
    for wrong in (
        lambda: open_sealed(sealed, private_key=other.private, name="a"),
        lambda: open_sealed(sealed, private_key=key.private, name="b"),
        lambda: open_sealed(changed, private_key=key.private, name="a"),
    ):
        with pytest.raises(NotOpenedError):
            wrong()
    assert sealed != seal(b"words", public_key=key.public, name="a")


# ---- Who gets it ---------------------------------------------------------------------


def test_another_session_or_person_finds_no_dossier(
    signed_in, officer_jp, head_jp, officer_fr, in_clearance, queue
) -> None:
    signed_in(officer_jp).post(ASK)
    work_off(queue)
    for other in (officer_jp, head_jp, officer_fr):  # each in a session of their own
        browser = signed_in(other)
        assert "Download the dossier" not in text_of(browser.get(PAGE))
        assert browser.post(FILE).status_code == 302


def test_an_officer_sees_only_the_texts_of_their_own_delegation(
    signed_in, officer_fr, in_clearance, queue
) -> None:
    page = text_of(signed_in(officer_fr).get(PAGE))
    assert "No text of your delegation is in clearance" in page
    refused = signed_in(officer_fr).post(ASK, follow=True)
    assert "No text of your delegation is in clearance." in text_of(refused)
    assert messages_in(queue) == []


@pytest.mark.parametrize(
    "change",
    [{"roles": ["contributor"]}, {"member_id": "FR"}, {"is_active": False}],
    ids=["another role", "another delegation", "deactivated"],
)
def test_rights_lost_between_request_and_rendering_make_no_dossier(
    signed_in, officer_jp, in_clearance, queue, change
) -> None:
    browser = signed_in(officer_jp)
    browser.post(ASK)
    for name, value in change.items():
        setattr(officer_jp, name, value)
    officer_jp.save()
    assert work_off(queue) == [False]
    assert not Event.objects.filter(verb="dossier.make").exists()


def test_rights_lost_before_the_download_are_asked_again(
    signed_in, officer_jp, in_clearance, queue
) -> None:
    browser = signed_in(officer_jp)
    browser.post(ASK)
    work_off(queue)
    officer_jp.roles = [Role.CONTRIBUTOR]
    officer_jp.save()
    assert browser.post(FILE).status_code == 404
    officer_jp.roles, officer_jp.member_id = [Role.OFFICER], "FR"
    officer_jp.save()
    assert browser.post(FILE).status_code == 302  # no dossier of the new delegation


# ---- What can go wrong ---------------------------------------------------------------


def test_a_request_that_waits_too_long_says_so_and_then_expires(
    signed_in, officer_jp, in_clearance, queue
) -> None:
    browser = signed_in(officer_jp)
    browser.post(ASK)
    now = datetime.fromisoformat(browser.session["dossier"]["asked_at"])
    with time_machine.travel(now + PATIENCE + timedelta(seconds=2), tick=False):
        slow = text_of(browser.get(PAGE))
    assert "This takes longer than usual. The queue may be away." in slow
    assert "Request the dossier again" in slow
    with time_machine.travel(now + LIFETIME + timedelta(seconds=2), tick=False):
        gone = text_of(browser.get(PAGE))
        assert work_off(queue) == [False]  # the message came too late
    assert "This dossier is gone" in gone
    assert "Request the dossier again" in gone


def test_without_the_broker_the_page_answers_and_says_so_later(
    signed_in, officer_jp, in_clearance, settings
) -> None:
    browser = signed_in(officer_jp)
    with closed_port() as port:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{port}/0"
        assert browser.post(ASK).status_code == 302
    assert "The dossier is being made" in text_of(browser.get(PAGE))


def test_of_two_requests_the_later_one_counts(
    signed_in, officer_jp, in_clearance, queue
) -> None:
    browser = signed_in(officer_jp)
    browser.post(ASK)
    first = browser.session["dossier"]
    browser.post(ASK)
    assert browser.session["dossier"]["id"] != first["id"]
    assert work_off(queue) == [True, True]
    assert browser.post(FILE).content.startswith(b"%PDF-")


def test_a_message_that_comes_again_brings_nothing_back(
    signed_in, officer_jp, in_clearance, queue
) -> None:
    browser = signed_in(officer_jp)
    browser.post(ASK)
    (arguments,) = messages_in(queue)
    message = message_of(arguments)
    assert make_dossier(message)
    assert not make_dossier(message)
    browser.post(FILE)
    assert not make_dossier(message)
    assert Event.objects.filter(verb="dossier.make").count() == 1


def test_of_two_presses_at_once_only_one_takes_it(db) -> None:
    sealed, name = seal(b"words", public_key=KeyPair.new().public, name="a"), uuid4()
    assert hand_over(name, sealed)
    cache.add(f"dossier:{name}:taken", True, 60)  # as by the other press
    assert take(name) is None


def test_a_dossier_that_cannot_be_typeset_says_so_and_logs_no_word(
    signed_in, officer_jp, in_clearance, queue, monkeypatch, caplog
) -> None:
    def fail(*_args: object, **_named: object) -> bytes:
        raise ValueError(CANARY)

    monkeypatch.setattr("reports.dossier_runner.render_dossier", fail)
    browser = signed_in(officer_jp)
    browser.post(ASK)
    with suppress(ValueError):
        assert work_off(queue) == [False]
    page = text_of(browser.get(PAGE))
    assert "The dossier was not made" in page
    assert "Request the dossier again" in page
    assert CANARY not in caplog.text


def test_a_person_without_a_delegation_has_no_page(signed_in, observer, db) -> None:
    assert signed_in(observer).get(PAGE).status_code == 404
    key_user = make_user(Role.OFFICER, member="JP", is_service=True)
    key_user.scopes = frozenset()
    assert not can_request_dossier(key_user, "JP")
