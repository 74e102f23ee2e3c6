"""Tests of planning and opening a stocktake, which only the Presidency may do."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Presidency, Role
from accounts.versions import StaleRow
from audit.models import Event
from progress.actions.extensions import extend_stocktake
from progress.actions.review import publish_entry
from progress.actions.stocktakes import (
    cancel_stocktake,
    close_stocktake,
    edit_stocktake,
    open_stocktake,
    plan_stocktake,
    replace_second_reviewer,
)
from progress.models import Entry, State, Stocktake
from tests.factories import (
    CHAIR,
    NEXT_CHAIR,
    make_entry,
    make_plan,
    make_stocktake,
    make_user,
    member_commitment_of,
)
from tests.progress.stocktaking import (
    DAY,
    SECOND,
    code_of,
    edited,
    more_time,
    refused_field,
    unsaved,
)

# Planning


def test_the_presidency_plans_a_stocktake_of_any_plan(plan, coordinator, now):
    for one in (plan, make_plan("second-plan")):
        stocktake = plan_stocktake(stocktake=unsaved(one, now), by=coordinator, at=now)
        assert (stocktake.slug, stocktake.version) == ("spring-stocktake", 1)
        assert stocktake.state is Stocktake.State.PLANNED
        event = Event.objects.get(target_id=stocktake.pk)
        assert (event.verb, event.actor_id) == ("stocktake.plan", coordinator.pk)
        assert "title" not in event.data


def test_nobody_else_plans_one(plan, everybody_else, now):
    for person in everybody_else:
        with pytest.raises(PermissionDenied):
            plan_stocktake(stocktake=unsaved(plan, now), by=person, at=now)
    assert not Stocktake.objects.exists()


def test_a_title_in_japanese_asks_for_a_name_of_its_address(plan, coordinator, now):
    title = "春の棚卸し"
    with pytest.raises(ValidationError) as refusal:
        plan_stocktake(
            stocktake=unsaved(plan, now, title=title), by=coordinator, at=now
        )
    assert refused_field(refusal) == {"slug"}
    stocktake = plan_stocktake(
        stocktake=unsaved(plan, now, title=title, slug="haru"), by=coordinator, at=now
    )
    assert (stocktake.title, stocktake.slug) == (title, "haru")


@pytest.mark.parametrize("title", ["", "  ", "x" * 121, "a\x00b", "two\nlines"])
def test_a_title_is_one_line_of_words(plan, coordinator, now, title):
    with pytest.raises(ValidationError) as refusal:
        plan_stocktake(
            stocktake=unsaved(plan, now, title=title), by=coordinator, at=now
        )
    assert refused_field(refusal) == {"title"}


def test_a_name_is_used_once_in_a_plan(plan, planned, coordinator, now):
    later = {
        "opens_at": now + 40 * DAY,
        "due_at": now + 50 * DAY,
        "grace_ends_at": now + 50 * DAY,
    }
    with pytest.raises(ValidationError) as refusal:
        plan_stocktake(stocktake=unsaved(plan, now, **later), by=coordinator, at=now)
    assert refused_field(refusal) == {"slug"}


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("opens_at", -4000),
        ("opens_at", 5 * 366 + 1),
        ("due_at", 1),
        ("grace_ends_at", 19),
        ("grace_ends_at", 400),
    ],
)
def test_dates_are_in_order_and_within_reason(plan, coordinator, now, field, days):
    with pytest.raises(ValidationError) as refusal:
        plan_stocktake(
            stocktake=unsaved(plan, now, **{field: now + days * DAY}),
            by=coordinator,
            at=now,
        )
    assert field in refused_field(refusal)


def test_what_is_due_in_the_past_is_not_planned(plan, coordinator, now):
    past = {
        "opens_at": now - 9 * DAY,
        "due_at": now - DAY,
        "grace_ends_at": now + DAY,
    }
    with pytest.raises(ValidationError) as refusal:
        plan_stocktake(stocktake=unsaved(plan, now, **past), by=coordinator, at=now)
    assert refused_field(refusal) == {"due_at"}


def test_two_stocktakes_of_a_plan_do_not_overlap(plan, stocktake, coordinator, now):
    with pytest.raises(ValidationError, match="overlaps with “Stocktake first”"):
        plan_stocktake(stocktake=unsaved(plan, now), by=coordinator, at=now)
    extend_stocktake(
        stocktake_id=stocktake.pk,
        version=stocktake.version,
        extension=more_time("JP", ends_at=now + 60 * DAY),
        by=coordinator,
        at=now,
    )
    after_grace = {
        "opens_at": now + 40 * DAY,
        "due_at": now + 70 * DAY,
        "grace_ends_at": now + 70 * DAY,
    }
    with pytest.raises(ValidationError, match="overlaps"):
        plan_stocktake(
            stocktake=unsaved(plan, now, **after_grace), by=coordinator, at=now
        )
    other = make_plan("second-plan")
    plan_stocktake(stocktake=unsaved(other, now), by=coordinator, at=now)


# Editing and cancelling


def test_a_planned_stocktake_is_changed_by_whoever_saw_its_last_version(
    planned, coordinator, now
):
    terms = edited(planned, title="Summer", due_at=now + 21 * DAY)
    about = {"stocktake_id": planned.pk, "by": coordinator, "at": now}
    changed = edit_stocktake(version=1, terms=terms, **about)
    assert (changed.title, changed.due_at) == ("Summer", now + 21 * DAY)
    assert (changed.version, changed.slug) == (2, "spring-stocktake")
    with pytest.raises(StaleRow) as stale:
        edit_stocktake(version=1, terms=edited(planned, title="Mine"), **about)
    assert stale.value.row.title == "Summer"


def test_the_dates_of_an_open_stocktake_are_never_moved(stocktake, coordinator, now):
    about = {"stocktake_id": stocktake.pk, "by": coordinator, "at": now}
    with pytest.raises(ValidationError) as refusal:
        edit_stocktake(
            version=1, terms=edited(stocktake, due_at=now + 15 * DAY), **about
        )
    assert code_of(refusal) == "dates_are_set"
    renamed = edit_stocktake(version=1, terms=edited(stocktake, title="New"), **about)
    assert (renamed.title, renamed.due_at) == ("New", stocktake.due_at)


def test_a_closed_stocktake_is_not_changed(stocktake, coordinator, now):
    close_stocktake(stocktake_id=stocktake.pk, version=1, by=coordinator, at=now)
    with pytest.raises(ValidationError) as refusal:
        edit_stocktake(
            stocktake_id=stocktake.pk,
            version=2,
            terms=edited(stocktake, title="New"),
            by=coordinator,
            at=now,
        )
    assert code_of(refusal) == "illegal_transition"


def test_a_planned_stocktake_is_cancelled_and_its_event_stays(
    planned, coordinator, now
):
    pk = planned.pk
    cancel_stocktake(stocktake_id=pk, version=1, by=coordinator, at=now)
    assert not Stocktake.objects.filter(pk=pk).exists()
    assert Event.objects.filter(target_id=pk, verb="stocktake.cancel").exists()


def test_an_open_stocktake_is_not_cancelled(stocktake, coordinator, now):
    with pytest.raises(ValidationError) as refusal:
        cancel_stocktake(stocktake_id=stocktake.pk, version=1, by=coordinator, at=now)
    assert code_of(refusal) == "illegal_transition"


# Opening, and the second reviewer


def open_it(stocktake, reviewer, by, at):
    return open_stocktake(
        stocktake_id=stocktake.pk,
        version=stocktake.version,
        second_reviewer=reviewer,
        by=by,
        at=at,
    )


def test_it_opens_with_a_second_reviewer_of_another_member(
    planned, coordinator, second_reviewer, now
):
    opened = open_it(planned, second_reviewer, coordinator, now)
    assert opened.state is Stocktake.State.OPEN
    assert opened.second_reviewer == second_reviewer
    event = Event.objects.get(verb="stocktake.open")
    assert event.data["second_reviewer"] == str(second_reviewer.pk)


@pytest.mark.parametrize(
    ("role", "member", "fields"),
    [
        (Role.COORDINATOR, CHAIR, {}),
        (Role.CONTRIBUTOR, "JP", {}),
        (Role.OBSERVER, None, {}),
        (Role.OFFICER, "JP", {"is_active": False}),
        (Role.OFFICER, "JP", {"is_service": True}),
    ],
)
def test_nobody_of_the_chair_and_nobody_without_an_office_is_second_reviewer(
    planned, coordinator, now, role, member, fields
):
    person = make_user(role, member=member, **fields)
    with pytest.raises(ValidationError) as refusal:
        open_it(planned, person, coordinator, now)
    assert refused_field(refusal) == {"second_reviewer"}


def test_the_second_reviewers_member_holds_the_chair_at_no_time_until_grace_ends(
    plan, coordinator, now
):
    handover = Presidency.objects.get(member=NEXT_CHAIR).starts_at
    across = {
        "opens_at": handover - 30 * DAY,
        "due_at": handover - DAY,
        "grace_ends_at": handover,
    }
    planned = plan_stocktake(
        stocktake=unsaved(plan, now, **across), by=coordinator, at=now
    )
    next_chair = make_user(Role.OFFICER, member=NEXT_CHAIR)
    with pytest.raises(ValidationError) as refusal:
        open_it(planned, next_chair, coordinator, handover - 30 * DAY)
    assert refused_field(refusal) == {"second_reviewer"}
    terms = edited(planned, grace_ends_at=handover - SECOND)
    planned = edit_stocktake(
        stocktake_id=planned.pk, version=1, terms=terms, by=coordinator, at=now
    )
    assert open_it(planned, next_chair, coordinator, handover - 30 * DAY)


def test_what_is_overdue_does_not_open(planned, coordinator, second_reviewer):
    with pytest.raises(ValidationError) as refusal:
        open_it(planned, second_reviewer, coordinator, planned.due_at + SECOND)
    assert code_of(refusal) == "overdue"


def test_one_stocktake_of_a_plan_is_open(
    plan, planned, coordinator, second_reviewer, now
):
    make_stocktake(plan, by=coordinator, second_reviewer=second_reviewer)
    with pytest.raises(ValidationError) as refusal:
        open_it(planned, second_reviewer, coordinator, now)
    assert code_of(refusal) == "another_is_open"


def test_another_second_reviewer_takes_over_what_waits(
    plan, stocktake, coordinator, second_reviewer, now
):
    own = make_entry(
        member_commitment_of(plan, "1.2.2", CHAIR),
        by=coordinator,
        state=State.SUBMITTED,
        stocktake=stocktake,
    )
    other = make_user(Role.HEAD, member="DE")
    replace_second_reviewer(
        stocktake_id=stocktake.pk,
        version=1,
        second_reviewer=other,
        by=coordinator,
        at=now,
    )
    event = Event.objects.get(verb="stocktake.reviewer")
    assert event.data["before"] == str(second_reviewer.pk)
    with pytest.raises(Entry.DoesNotExist):
        publish_entry(entry_id=own.pk, version=1, by=second_reviewer, at=now)
    publish_entry(entry_id=own.pk, version=1, by=other, at=now)
    own.refresh_from_db()
    assert own.state == State.PUBLISHED


def test_after_the_close_another_second_reviewer_is_not_of_the_chair_of_now(
    stocktake, coordinator, now
):
    close_stocktake(stocktake_id=stocktake.pk, version=1, by=coordinator, at=now)
    handover = Presidency.objects.get(member=NEXT_CHAIR).starts_at
    presidency = make_user(Role.COORDINATOR, member=NEXT_CHAIR)
    about = {"stocktake_id": stocktake.pk, "version": 2, "by": presidency}
    for member in (CHAIR, NEXT_CHAIR):
        person = make_user(Role.OFFICER, member=member)
        with pytest.raises(ValidationError):
            replace_second_reviewer(second_reviewer=person, at=handover, **about)
    other = make_user(Role.OFFICER, member="DE")
    replaced = replace_second_reviewer(second_reviewer=other, at=handover, **about)
    assert replaced.second_reviewer == other


def test_a_planned_stocktake_has_no_second_reviewer_to_replace(
    planned, coordinator, second_reviewer, now
):
    with pytest.raises(ValidationError) as refusal:
        replace_second_reviewer(
            stocktake_id=planned.pk,
            version=1,
            second_reviewer=second_reviewer,
            by=coordinator,
            at=now,
        )
    assert code_of(refusal) == "illegal_transition"
