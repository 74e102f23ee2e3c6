"""Tests of the instant at which the chair passes, and of the microsecond before.

From that instant, the outgoing team is an ordinary delegation on every page. This also
holds for what it had asked for before. The incoming team has the chair.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Model

from accounts.models import Presidency, Role, Scope
from progress.actions.extensions import extend_stocktake, release_entry
from progress.actions.review import publish_entry, return_entry
from progress.actions.stocktakes import (
    close_stocktake,
    edit_stocktake,
    open_stocktake,
    plan_stocktake,
    replace_second_reviewer,
)
from progress.models import Entry, Extension, Handling, Round, State, Stocktake
from progress.stocktakes.terms import Terms
from reports.models import Report
from reports.runner import compile_if_waiting
from tests.api.conftest import client_with, results, store_key
from tests.factories import (
    CHAIR,
    NEXT_CHAIR,
    make_entry,
    make_plan,
    make_stocktake,
    make_user,
    member_commitment_of,
)
from tests.finished_reports import make_finished_report

MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)


@pytest.fixture
def handover(chair):
    """The first instant of the next Presidency."""
    return Presidency.objects.get(member=NEXT_CHAIR).starts_at


@pytest.fixture
def incoming(members):
    return make_user(Role.COORDINATOR, member=NEXT_CHAIR, name="Incoming")


@pytest.fixture
def running(plan, coordinator, second_reviewer, handover) -> Stocktake:
    """Open over the handover."""
    return make_stocktake(
        plan,
        by=coordinator,
        second_reviewer=second_reviewer,
        due_at=handover + 10 * DAY,
        grace_ends_at=handover + 20 * DAY,
    )


@pytest.fixture
def waiting(plan, running, officer_jp) -> Entry:
    return make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.SUBMITTED,
        stocktake=running,
    )


@pytest.fixture
def amber(plan, running, officer_jp, coordinator) -> Entry:
    return make_entry(
        member_commitment_of(plan, "2.1", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        stocktake=running,
        handling=Handling.AMBER,
        published_by=coordinator,
    )


@pytest.fixture
def report(plan, running, coordinator, now) -> Report:
    """Amber, compiled for the outgoing team."""
    return make_finished_report(
        plan=plan,
        at=now.date(),
        known_at=now,
        audience=Handling.AMBER,
        requested_at=now,
        requested_by=coordinator,
        is_of_presidency=True,
        finished_at=now,
    )


def statuses(person, urls, signed_in):
    browser = signed_in(person)
    return {url: browser.get(url).status_code for url in urls}


@pytest.mark.long
def test_pages_files_and_forms_of_the_chair_pass_at_that_instant(
    waiting, amber, report, running, coordinator, incoming, handover, signed_in,
    time_machine,
):  # fmt: skip
    base = f"/plans/{running.plan.slug}/stocktakes/{running.slug}/"
    hidden = [
        "/review/",
        f"/entries/{waiting.pk}/",
        f"/entries/{amber.pk}/",
        f"/entries/{waiting.pk}/release/",
        f"/reports/{report.pk}/",
        f"/reports/{report.pk}/files/pdf/",
    ]
    forbidden = ["/stocktakes/new/", f"{base}close/", f"{base}extend/", f"{base}edit/"]
    opened = dict.fromkeys([*hidden, *forbidden], 200)
    shut = {**dict.fromkeys(hidden, 404), **dict.fromkeys(forbidden, 403)}
    time_machine.move_to(handover - MOMENT, tick=False)
    assert statuses(coordinator, opened, signed_in) == opened
    assert statuses(incoming, opened, signed_in) == shut
    time_machine.move_to(handover, tick=False)
    assert statuses(coordinator, opened, signed_in) == shut
    assert statuses(incoming, opened, signed_in) == opened


def test_a_page_that_was_open_before_acts_no_longer(
    waiting, running, coordinator, handover, signed_in, time_machine
):
    base = f"/plans/{running.plan.slug}/stocktakes/{running.slug}/"
    time_machine.move_to(handover - MOMENT, tick=False)
    browser = signed_in(coordinator)
    assert browser.get(f"{base}close/").status_code == 200
    time_machine.move_to(handover, tick=False)
    sent = {"version": 1, "reason": "Because."}
    assert browser.post(f"{base}close/", sent).status_code == 403
    for verb in ("publish", "return", "release"):
        assert browser.post(f"/entries/{waiting.pk}/{verb}/", sent).status_code == 404
    waiting.refresh_from_db()
    assert (waiting.state, waiting.version) == (State.SUBMITTED, 1)


def test_lists_counts_and_rounds_follow_the_chair(
    plan, waiting, amber, report, running, coordinator, incoming, officer_jp,
    handover, signed_in, time_machine,
):  # fmt: skip
    before = handover - MOMENT
    returned = make_entry(
        member_commitment_of(plan, "1.1.1", "JP"),
        by=officer_jp,
        state=State.SUBMITTED,
        stocktake=running,
    )
    return_entry(
        entry_id=returned.pk, version=1, reason="Unclear.", by=coordinator, at=before
    )
    for holder, other, at in (
        (coordinator, incoming, before),
        (incoming, coordinator, handover),
    ):
        time_machine.move_to(at, tick=False)
        assert Round.objects.visible_to(holder, at).count() == 1
        assert not Round.objects.visible_to(other, at).exists()
        assert set(Report.objects.visible_to(holder, at)) == {report}
        assert not Report.objects.visible_to(other, at).exists()
        assert set(Entry.objects.visible_to(holder, at)) == {waiting, amber}
        assert not Entry.objects.visible_to(other, at).exists()
        page = signed_in(holder).get("/").content.decode()
        assert "For the Presidency" in page
        page = signed_in(other).get("/").content.decode()
        assert "For the Presidency" not in page
        row = f"/reports/{report.pk}/"
        assert row in signed_in(holder).get("/reports/").content.decode()
        assert row not in signed_in(other).get("/reports/").content.decode()


def test_the_presidencys_verbs_pass_at_that_instant(
    waiting, coordinator, incoming, handover
):
    before = handover - MOMENT
    about = {"entry_id": waiting.pk, "version": 1}
    for person, at in ((incoming, before), (coordinator, handover)):
        with pytest.raises(Entry.DoesNotExist):
            publish_entry(**about, by=person, at=at)
        with pytest.raises(Entry.DoesNotExist):
            return_entry(**about, reason="Why.", by=person, at=at)
        with pytest.raises(Entry.DoesNotExist):
            release_entry(**about, reason="Why.", by=person, at=at)
    assert publish_entry(**about, by=incoming, at=handover).published_by == incoming


@pytest.mark.parametrize("act", ["plan", "edit", "open", "extend", "reviewer", "close"])
def test_each_act_on_a_stocktake_passes_at_that_instant(
    act, running, coordinator, incoming, handover, members
):
    other_plan, third_plan = make_plan("second-plan"), make_plan("third-plan")
    dates = {
        "opens_at": handover + DAY,
        "due_at": handover + 5 * DAY,
        "grace_ends_at": handover + 6 * DAY,
    }
    third = make_user(Role.OFFICER, member="DE")
    planned = Stocktake.objects.create(
        plan=other_plan, slug="planned", title="Planned", **dates
    )
    about = {"stocktake_id": running.pk, "version": 1}
    acts = {
        "plan": lambda **who: plan_stocktake(
            stocktake=Stocktake(plan=third_plan, slug="x", title="X", **dates),
            **who,
        ),
        "edit": lambda **who: edit_stocktake(terms=Terms.of(running), **about, **who),
        "open": lambda **who: open_stocktake(
            stocktake_id=planned.pk, version=1, second_reviewer=third, **who
        ),
        "extend": lambda **who: extend_stocktake(
            extension=Extension(reason="Why.", ends_at=handover + 30 * DAY),
            **about,
            **who,
        ),
        "reviewer": lambda **who: replace_second_reviewer(
            second_reviewer=third, **about, **who
        ),
        "close": lambda **who: close_stocktake(**about, **who),
    }
    with pytest.raises(PermissionDenied):
        acts[act](by=coordinator, at=handover)
    done: Model = acts[act](by=incoming, at=handover)
    assert done.pk is not None


@pytest.mark.parametrize("act", ["edit", "extend", "reviewer", "close"])
def test_the_incoming_team_acts_no_microsecond_earlier(
    act, running, incoming, coordinator, handover
):
    third = make_user(Role.OFFICER, member="DE")
    about = {"stocktake_id": running.pk, "version": 1, "at": handover - MOMENT}
    more: dict[str, dict[str, Any]] = {
        "edit": {"terms": Terms.of(running)},
        "extend": {"extension": Extension(reason="Why.", ends_at=handover + 30 * DAY)},
        "reviewer": {"second_reviewer": third},
        "close": {},
    }
    deeds: dict[str, Callable[..., Model]] = {
        "edit": edit_stocktake,
        "extend": extend_stocktake,
        "reviewer": replace_second_reviewer,
        "close": close_stocktake,
    }
    with pytest.raises(PermissionDenied):
        deeds[act](by=incoming, **about, **more[act])
    assert deeds[act](by=coordinator, **about, **more[act]).pk is not None


def test_the_second_reviewer_reads_the_next_chairs_entries_instead(
    plan, running, second_reviewer, coordinator, handover
):
    own, next_own = (
        make_entry(
            member_commitment_of(plan, "1.2.2", member),
            by=coordinator,
            state=State.SUBMITTED,
            stocktake=running,
        )
        for member in (CHAIR, NEXT_CHAIR)
    )
    before = Entry.objects.visible_to(second_reviewer, handover - MOMENT)
    assert set(before) == {own}
    assert set(Entry.objects.visible_to(second_reviewer, handover)) == {next_own}


def test_a_job_that_was_queued_before_is_not_compiled_after(
    report, handover, time_machine
):
    queued = Report.objects.create(
        plan=report.plan,
        at=report.at,
        known_at=report.known_at,
        audience=report.audience,
        requested_at=report.requested_at,
        requested_by=report.requested_by,
        is_of_presidency=True,
    )
    time_machine.move_to(handover, tick=False)
    compile_if_waiting(queued.pk)
    queued.refresh_from_db()
    assert queued.state == Report.State.FAILED
    assert "may no longer compile" in queued.problem


def test_no_key_of_a_member_in_the_chair_ever_reads_for_the_presidency(
    waiting, amber, report, coordinator, handover, time_machine
):
    for at in (handover - MOMENT, handover):
        time_machine.move_to(at, tick=False)
        for member in (CHAIR, NEXT_CHAIR):
            key, token = store_key(
                Scope.READ_OWN, Scope.READ_GREEN, Scope.READ_REPORTS, member=member
            )
            client = client_with(token)
            assert results(client, "entries/") == []
            assert results(client, "reports/") == []
            # Also not a key that acts as a coordinator.
            key.user.roles = [Role.COORDINATOR]
            key.user.save()
            assert results(client, "entries/") == []
            assert results(client, "reports/") == []
