"""Tests of what the Presidency does with its schedules: add, change, stop."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Presidency, Role
from accounts.versions import StaleRow
from audit.models import Event
from reports.actions.schedules import (
    MOST_ACTIVE,
    add_schedule,
    edit_schedule,
    stop_schedule,
)
from reports.models import Schedule
from tests.factories import make_user

NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def now():
    return NOON


def refused(act, **arguments) -> ValidationError:
    with pytest.raises(ValidationError) as refusal:
        act(**arguments)
    return refusal.value


def test_a_schedule_is_due_at_its_next_time(add, daily_terms):
    schedule = add(daily_terms)
    assert schedule.next_at == datetime(2017, 3, 2, 6, tzinfo=UTC)
    event = Event.objects.get(verb="schedule.add")
    assert event.actor == schedule.created_by.email
    assert event.data == {
        "plan": "test-plan", "audience": "green", "language": "en", "layout": "full",
        "rhythm": "daily", "weekday": None, "month_day": None, "time": "06:00",
        "version": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"time": None}, {"time"}),
        ({"weekday": 1}, {"weekday"}),
        ({"rhythm": "weekly"}, {"weekday"}),
        ({"rhythm": "weekly", "weekday": 7}, {"weekday"}),
        ({"rhythm": "monthly", "month_day": 29}, {"month_day"}),
        ({"rhythm": "at_close"}, {"time"}),
        ({"rhythm": "hourly"}, {"rhythm"}),
        ({"audience": "red", "layout": "long"}, {"audience", "layout"}),
        ({"language": "xx"}, {"language"}),
    ],
)
def test_terms_that_do_not_fit_are_refused(add, daily_terms, changes, fields):
    refusal = refused(add, terms=replace(daily_terms, **changes))
    assert set(refusal.error_dict) == fields


def test_a_plan_that_is_not_adopted_yet_is_refused(add, daily_terms):
    daily_terms.plan.adopted_on = NOON.date() + timedelta(days=1)
    assert set(refused(add, terms=daily_terms).error_dict) == {"plan"}


def test_the_same_schedule_is_added_once(add, daily_terms):
    schedule = add(daily_terms)
    assert refused(add, terms=daily_terms).code == "already_there"
    add(replace(daily_terms, time=time(7)))
    stop_schedule(schedule_id=schedule.pk, version=1, by=schedule.created_by, at=NOON)
    add(daily_terms)


def test_there_is_an_end_to_them(add, daily_terms):
    for minute in range(MOST_ACTIVE):
        add(replace(daily_terms, time=time(7, minute)))
    assert refused(add, terms=daily_terms).code == "too_many"


def test_only_the_present_presidency_has_schedules(
    add, daily_terms, officer_jp, head_jp, former_coordinator, administrator, observer
):
    schedule = add(daily_terms)
    for person in (officer_jp, head_jp, former_coordinator, administrator, observer):
        assert not Schedule.objects.visible_to(person, NOON).exists()
        with pytest.raises(PermissionDenied):
            add(daily_terms, by=person)
        given = {"schedule_id": schedule.pk, "version": 1, "by": person, "at": NOON}
        with pytest.raises(Schedule.DoesNotExist):
            edit_schedule(**given, terms=daily_terms)
        with pytest.raises(Schedule.DoesNotExist):
            stop_schedule(**given)


def test_a_schedule_is_changed_by_any_coordinator_of_the_chair(add, daily_terms, chair):
    schedule = add(daily_terms)
    other = make_user(Role.COORDINATOR, member=chair)
    weekly = replace(daily_terms, rhythm="weekly", weekday=0, time=time(7, 30))
    given = {"schedule_id": schedule.pk, "by": other, "at": NOON}
    changed = edit_schedule(**given, version=1, terms=weekly)
    assert changed.next_at == datetime(2017, 3, 6, 7, 30, tzinfo=UTC)
    assert (changed.version, changed.rhythm, changed.weekday) == (2, "weekly", 0)
    with pytest.raises(StaleRow) as stale:
        edit_schedule(**given, version=1, terms=daily_terms)
    assert stale.value.row.version == 2
    with pytest.raises(StaleRow):
        stop_schedule(**given, version=1)
    assert [event.verb for event in Event.objects.order_by("pk")] == [
        "schedule.add", "schedule.edit",
    ]  # fmt: skip


def test_a_draft_that_is_due_stays_due_when_only_its_content_changes(
    add, daily_terms, coordinator
):
    schedule, late = add(daily_terms), NOON + timedelta(days=3)
    compact = replace(daily_terms, layout="compact")
    given = {"schedule_id": schedule.pk, "by": coordinator, "at": late}
    changed = edit_schedule(**given, version=1, terms=compact)
    assert changed.next_at == schedule.next_at < late
    later = replace(compact, time=time(8))
    changed = edit_schedule(**given, version=2, terms=later)
    assert changed.next_at == datetime(2017, 3, 5, 8, tzinfo=UTC)


def test_a_stopped_schedule_stays_stopped(add, daily_terms, coordinator):
    schedule = add(daily_terms)
    given = {"schedule_id": schedule.pk, "by": coordinator, "at": NOON}
    stopped = stop_schedule(**given, version=1)
    assert (stopped.next_at, stopped.stopped_by) == (None, coordinator)
    assert refused(stop_schedule, **given, version=2).code == "illegal_transition"
    changed = refused(edit_schedule, **given, version=2, terms=daily_terms)
    assert changed.code == "illegal_transition"
    assert Event.objects.filter(verb="schedule.stop").count() == 1


def test_a_handover_passes_schedules_on(add, daily_terms, coordinator):
    schedule = add(daily_terms)
    until = Presidency.objects.get(member=coordinator.member).ends_at
    successor = make_user(Role.COORDINATOR, member="US")
    for at, reads in ((until - timedelta(seconds=1), coordinator), (until, successor)):
        for person in (coordinator, successor):
            visible = Schedule.objects.visible_to(person, at).exists()
            assert visible is (person == reads)
    with pytest.raises(Schedule.DoesNotExist):
        stop_schedule(schedule_id=schedule.pk, version=1, by=coordinator, at=until)
    stop_schedule(schedule_id=schedule.pk, version=1, by=successor, at=until)


def test_the_database_keeps_schedules(add, daily_terms):
    schedule = add(daily_terms)
    rows = Schedule.objects.filter(pk=schedule.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    for wrong in (
        {"weekday": 3},
        {"next_at": None},
        {"last_run_at": NOON},
        {"stopped_at": NOON},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_nothing_is_added_by_a_refused_act(add, daily_terms, officer_jp):
    with pytest.raises(PermissionDenied):
        add_schedule(terms=daily_terms, by=officer_jp, at=NOON)
    assert not Schedule.objects.exists()
    assert not Event.objects.exists()
