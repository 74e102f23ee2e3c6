"""Tests of schedules that run: what is compiled, when, and what is not."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine

from accounts.models import Presidency, Role
from audit.models import Event
from progress.models import State
from reports import schedule_runner
from reports.actions.requests import request_report
from reports.actions.schedules import (
    ask_for_scheduled_draft,
    edit_schedule,
    stop_schedule,
)
from reports.models import Report
from reports.report_request import ReportRequest
from reports.runner import compile_if_waiting
from reports.schedules.due import due_of
from reports.schedules.record import rhythm_text
from tests.factories import (
    make_entry,
    make_stocktake,
    make_user,
    member_commitment_of,
    set_lead_and_target,
)
from tests.reports.schedules.conftest import DAY, asked_at, run_at

pytestmark = pytest.mark.usefixtures("time_travel")


@pytest.fixture
def publish(plan, stocktake, officer_jp, coordinator):
    """Publish Japan's entry on a commitment, so that drafts have something new."""

    def publish(code="1.2.2"):
        return make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            state=State.PUBLISHED,
            stocktake=stocktake,
            published_by=coordinator,
        )

    return publish


def test_a_draft_comes_at_the_set_time(daily, stocktake, now):
    due_at = daily.next_at
    assert run_at(due_at - timedelta(microseconds=1)) == []
    (draft,) = run_at(due_at)
    assert (draft.requested_by, draft.schedule, draft.is_of_presidency) == (
        None, daily, True,
    )  # fmt: skip
    assert (draft.scheduled_for, draft.at, draft.known_at) == (
        due_at, due_at.date(), due_at,
    )  # fmt: skip
    assert (draft.stocktake, draft.audience, draft.kind) == (
        stocktake, "green", "stocktake",
    )  # fmt: skip
    daily.refresh_from_db()
    assert daily.next_at == due_at + DAY
    assert (daily.last_outcome, daily.last_draft) == ("compiled", draft)
    event = Event.objects.get(verb="report.request")
    assert (event.actor, event.actor_id) == ("system", None)
    assert event.data == {"is_of_presidency": True}


def test_a_run_that_comes_twice_asks_once(daily):
    assert len(run_at(daily.next_at)) == 1
    assert run_at(daily.next_at) == []
    assert Report.objects.count() == 1


def test_beat_down_for_a_week_compiles_once(daily):
    (draft,) = run_at(daily.next_at + 7 * DAY + timedelta(hours=1))
    assert draft.scheduled_for == daily.next_at + 7 * DAY
    assert draft.at == draft.scheduled_for.date()
    daily.refresh_from_db()
    assert daily.next_at == draft.scheduled_for + DAY
    assert Report.objects.count() == 1


def test_nothing_changed_compiles_no_other_draft(daily, publish):
    """Its day is another one each time, and that is no change."""
    publish()
    (first,) = run_at(daily.next_at)
    assert run_at(daily.next_at + DAY) == []
    daily.refresh_from_db()
    assert (daily.last_outcome, daily.last_draft) == ("unchanged", first)
    assert daily.next_at - first.scheduled_for == 2 * DAY
    publish("1.2.1")
    (second,) = run_at(daily.next_at)
    assert second.facts_sha256 != first.facts_sha256
    assert Report.objects.count() == 2


def test_a_target_date_that_has_passed_is_a_change(daily, plan, publish):
    publish()
    target = daily.next_at.date()
    set_lead_and_target(member_commitment_of(plan, "1.2.2", "JP"), target_on=target)
    assert len(run_at(daily.next_at)) == 1  # on that day it is not overdue
    assert len(run_at(daily.next_at + DAY)) == 1


def test_a_draft_that_a_coordinator_compiled_counts_too(
    daily, plan, stocktake, coordinator
):
    at = daily.next_at - timedelta(hours=1)
    request = ReportRequest(
        plan, "green", at=at.date(), known_at=at, stocktake=stocktake
    )
    with time_machine.travel(at + timedelta(seconds=1)):
        own = request_report(request=request, by=coordinator, at=at)
        assert compile_if_waiting(own.pk)
    assert run_at(daily.next_at) == []
    daily.refresh_from_db()
    assert (daily.last_outcome, daily.last_draft) == ("unchanged", own)


def test_a_schedule_compiles_the_stocktake_that_closes(
    add, daily_terms, plan, stocktake, coordinator, second_reviewer, now
):
    def close(row, at: datetime):
        type(row).objects.filter(pk=row.pk).update(
            closed_at=at, closed_by=coordinator, closing_sha256="0" * 64
        )

    close(stocktake, now - timedelta(hours=1))  # before there was a schedule
    add(replace(daily_terms, rhythm="at_close", time=None))
    assert run_at(now + DAY) == []
    second = make_stocktake(
        plan, by=coordinator, second_reviewer=second_reviewer, slug="second"
    )
    assert run_at(now + DAY) == []
    close(second, now + 2 * DAY)
    assert run_at(now + 2 * DAY - timedelta(seconds=1)) == []
    (draft,) = run_at(now + 9 * DAY)
    assert (draft.stocktake, draft.scheduled_for) == (second, now + 2 * DAY)
    assert run_at(now + 10 * DAY) == []


def test_only_the_present_presidency_reads_the_drafts(daily, coordinator, officer_jp):
    assert len(run_at(daily.next_at)) == 1
    until = Presidency.objects.get(member=coordinator.member).ends_at
    successor = make_user(Role.COORDINATOR, member="US")
    for at, reader in ((daily.next_at, coordinator), (until, successor)):
        for person in (coordinator, successor, officer_jp):
            visible = Report.objects.visible_to(person, at)
            assert visible.exists() is (person == reader)


def test_a_handover_changes_nothing_for_a_schedule(daily):
    """The schedule of the Presidency before compiles for the one after."""
    until = Presidency.objects.get(member="IT").ends_at
    (draft,) = run_at(until + DAY)
    assert draft.state == "done"


def test_without_a_presidency_a_draft_waits(daily):
    Presidency.objects.filter(member="US").delete()
    until = Presidency.objects.get(member="IT").ends_at
    assert run_at(until + DAY) == []
    Presidency.objects.create(
        member_id="FR", starts_at=until + 2 * DAY, ends_at=until + 30 * DAY
    )
    assert len(run_at(until + 2 * DAY)) == 1


def test_a_draft_in_the_queue_fails_in_words_if_nobody_has_the_chair(daily):
    (draft,) = asked_at(daily.next_at)
    Presidency.objects.filter(member="IT").update(ends_at=daily.next_at)
    Presidency.objects.filter(member="US").delete()
    with time_machine.travel(daily.next_at + timedelta(minutes=1)):
        assert compile_if_waiting(draft.pk)
    draft.refresh_from_db()
    assert draft.problem.startswith("No member holds the Presidency now.")


def test_the_next_draft_waits_for_the_one_before(daily):
    (draft,) = asked_at(daily.next_at)
    assert run_at(daily.next_at + DAY) == []
    daily.refresh_from_db()
    assert daily.next_at - draft.scheduled_for == DAY  # still due
    with time_machine.travel(daily.next_at, tick=False):
        assert compile_if_waiting(draft.pk)
    assert run_at(daily.next_at) == []
    daily.refresh_from_db()
    assert daily.last_outcome == "unchanged"


def test_a_draft_that_failed_is_no_draft_to_compare_with(daily, monkeypatch):
    monkeypatch.setattr("reports.runner.build_snapshot", lambda *_a, **_o: 1 / 0)
    (draft,) = asked_at(daily.next_at)
    with time_machine.travel(daily.next_at + timedelta(seconds=1)):
        assert compile_if_waiting(draft.pk)
    monkeypatch.undo()
    assert Report.objects.get().state == "failed"
    daily.refresh_from_db()
    assert len(asked_at(daily.next_at)) == 1


def test_drafts_that_cannot_be_compared_are_compiled(daily, monkeypatch):
    (first,) = run_at(daily.next_at)

    def broken(*_arguments, **_options):
        raise RuntimeError("no catalogue")

    monkeypatch.setattr(schedule_runner, "build_facts", broken)
    (second,) = run_at(daily.next_at + DAY)
    assert first.facts_sha256 != second.facts_sha256  # the day


@pytest.mark.parametrize("act", ["edit", "stop"])
def test_a_change_by_a_person_goes_before_a_run(daily, daily_terms, coordinator, act):
    at = daily.next_at
    due = due_of(daily, at)
    assert due is not None
    given = {"schedule_id": daily.pk, "version": 1, "by": coordinator, "at": at}
    if act == "edit":
        edit_schedule(**given, terms=replace(daily_terms, audience="clear"))
    else:
        stop_schedule(**given)
    assert ask_for_scheduled_draft(due=due, at=at) is None
    assert not Report.objects.exists()


def test_a_stopped_schedule_compiles_nothing(daily, coordinator, now):
    stop_schedule(schedule_id=daily.pk, version=1, by=coordinator, at=now)
    assert run_at(daily.next_at + DAY) == []


def test_the_rhythm_is_said_in_words(add, daily_terms, now):
    weekly = replace(daily_terms, rhythm="weekly", weekday=0)
    monthly = replace(daily_terms, rhythm="monthly", month_day=15)
    at_close = replace(daily_terms, rhythm="at_close", time=None)
    assert [
        rhythm_text(add(terms)) for terms in (daily_terms, weekly, monthly, at_close)
    ] == [
        "Every day at 06:00 UTC",
        "Every Monday at 06:00 UTC",
        "On day 15 of each month at 06:00 UTC",
        "When a stocktake closes",
    ]


def test_a_schedule_that_breaks_does_not_stop_the_others(
    daily, add, daily_terms, monkeypatch
):
    add(replace(daily_terms, audience="clear"))

    def breaking(schedule, at):
        if schedule == daily:
            raise RuntimeError
        return due_of(schedule, at)

    monkeypatch.setattr(schedule_runner, "due_of", breaking)
    (draft,) = asked_at(daily.next_at)
    assert draft.audience == "clear"
    monkeypatch.undo()
    (late,) = asked_at(daily.next_at)
    assert late.schedule == daily
