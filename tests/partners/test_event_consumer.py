"""Tests of reading audit events: none is lost or read twice, none blocks the others."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from audit.record import record
from partners.actions.cursors import SETTLED_AFTER, move_cursor, open_cursor
from partners.event_consumer import NOTICES, VERBS, read_new_events
from partners.models import Cursor, Notice, ReadEvent
from partners.tasks import read_events

LATER = SETTLED_AFTER + timedelta(seconds=1)


def opened(stocktake, at):
    record(verb="stocktake.open", target=stocktake, by=None, at=at)
    return Event.objects.latest("pk")


@pytest.fixture
def now():
    return timezone.now()


def test_an_event_is_told_once_however_often_it_is_read(
    journey, officer_jp, head_jp, now
):
    journey.submit(officer_jp)
    read_events()
    read_events()
    assert Notice.objects.count() == 1
    # A person who is concerned only later gets no notice of earlier events.
    User.objects.filter(pk=officer_jp.pk).update(roles=["head"])
    read_new_events(now + timedelta(minutes=1))
    assert set(Notice.objects.values_list("user", flat=True)) == {head_jp.pk}


def test_even_without_its_mark_nobody_is_told_twice(journey, officer_jp, head_jp):
    journey.submit(officer_jp)
    read_events()
    ReadEvent.objects.all().delete()
    read_events()
    assert Notice.objects.count() == 1


def test_the_cursor_passes_only_what_is_old_enough(stocktake, officer_jp, now):
    first = opened(stocktake, now)
    read_new_events(now)
    assert Cursor.objects.get().position < first.pk
    second = opened(stocktake, now + LATER)
    read_new_events(now + LATER)
    assert Cursor.objects.get().position == first.pk
    assert list(ReadEvent.objects.values_list("event_id", flat=True)) == [second.pk]


def test_the_cursor_waits_for_what_nobody_has_dealt_with(stocktake, officer_jp, now):
    """Beat was down over the weekend: old events still cause notices."""
    cursor = open_cursor(name=NOTICES, at=now - timedelta(days=9))
    event = opened(stocktake, now - timedelta(days=5))
    move_cursor(cursor=cursor, verbs=VERBS, at=now)
    assert Cursor.objects.get().position < event.pk
    read_new_events(now)
    assert Notice.objects.filter(user=officer_jp).count() == 1
    assert Cursor.objects.get().position == event.pk
    assert not ReadEvent.objects.exists()


def test_history_before_the_first_start_is_told_to_nobody(stocktake, officer_jp, now):
    old = opened(stocktake, now - timedelta(days=3))
    opened(stocktake, now - timedelta(days=1))
    read_new_events(now)
    assert Notice.objects.filter(user=officer_jp).count() == 1
    assert Cursor.objects.get().position >= old.pk


def test_an_event_nobody_can_make_sense_of_stops_no_other(
    stocktake, officer_jp, now, caplog
):
    broken = Event.objects.create(
        at=now,
        actor="system",
        verb="stocktake.open",
        target_type="progress.Stocktake",
        target_id="not an id",
    )
    opened(stocktake, now)
    read_new_events(now)
    assert Notice.objects.filter(user=officer_jp).count() == 1
    assert "event not handled" in caplog.text
    # A recent event is tried again; an old one is skipped.
    assert not ReadEvent.objects.filter(event_id=broken.pk).exists()
    read_new_events(now + LATER)
    assert Cursor.objects.get().position >= broken.pk


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_after_a_later_one_is_told(
    stocktake, officer_jp, head_jp, now
):
    """Numbers are assigned before commits: here the lower one appears last."""
    early, seen = Barrier(2), Barrier(2)

    def slow() -> None:
        with transaction.atomic():
            opened(stocktake, now)
            early.wait(10)
            seen.wait(10)
        connections.close_all()

    thread = Thread(target=slow)
    thread.start()
    early.wait(10)
    opened(stocktake, now)
    read_new_events(now)
    assert Notice.objects.filter(user=officer_jp).count() == 1
    seen.wait(10)
    thread.join()
    read_new_events(now)
    assert Notice.objects.filter(user=officer_jp).count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_readers_at_once_tell_each_event_once(
    stocktake, officer_jp, head_jp, officer_fr, now
):
    for _number in range(10):
        opened(stocktake, now)
    start = Barrier(4)
    problems: list[Exception] = []

    def read() -> None:
        start.wait(10)
        try:
            read_new_events(now)
        except Exception as problem:  # noqa: BLE001 - shown by the test
            problems.append(problem)
        connections.close_all()

    threads = [Thread(target=read) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    told = Notice.objects.values_list("user__name", flat=True)
    assert {name: list(told).count(name) for name in set(told)} == {
        "Officer JP": 10,
        "Head JP": 10,
        "Officer FR": 10,
        "Second reviewer": 10,
    }


@pytest.mark.parametrize("age", [timedelta(0), LATER], ids=["young", "passed"])
def test_reading_nothing_writes_nothing(
    stocktake, now, age, django_assert_max_num_queries
):
    opened(stocktake, now - age)
    read_new_events(now)
    with (
        connection.execute_wrapper(refuse_writes),
        django_assert_max_num_queries(3),
    ):
        read_new_events(now)


def refuse_writes(execute, sql, params, many, context):
    assert sql.startswith("SELECT")
    assert "FOR UPDATE" not in sql
    return execute(sql, params, many, context)
