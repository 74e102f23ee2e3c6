"""Tests of extensions and releases: what the Presidency grants, and to whom."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Presidency, Role
from accounts.versions import StaleRow
from audit.models import Event
from progress.actions.clearance import submit_entry
from progress.actions.review import publish_entry
from progress.actions.stocktakes import (
    close_stocktake,
    replace_second_reviewer,
)
from progress.models import Entry, Extension, Release, State
from progress.stocktakes.deadlines import accepts_until, is_accepted_at
from tests.factories import (
    CHAIR,
    NEXT_CHAIR,
    make_entry,
    make_stocktake,
    make_user,
    member_commitment_of,
)
from tests.progress.stocktaking import (
    DAY,
    SECOND,
    code_of,
    extend,
    more_time,
    refused_field,
    release,
)

# Extensions


def test_an_extension_accepts_that_member_until_its_end_and_marks_it_late(
    plan, stocktake, coordinator, officer_jp, now
):
    end = stocktake.grace_ends_at + 5 * DAY
    extend(stocktake, more_time("JP", ends_at=end), coordinator, now)
    assert accepts_until(stocktake, "JP") == end
    assert accepts_until(stocktake, "FR") == stocktake.grace_ends_at
    assert not is_accepted_at(stocktake, "FR", end)
    japan = officer_jp.member
    japan.skips_clearance = True
    japan.save()
    draft = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, stocktake=stocktake
    )
    about = {"entry_id": draft.pk, "version": 1, "by": officer_jp}
    with pytest.raises(ValidationError, match="deadline"):
        submit_entry(**about, at=end + SECOND)
    late = submit_entry(**about, at=end)
    assert (late.state, late.is_late) == (State.SUBMITTED, True)
    event = Event.objects.get(verb="stocktake.extend")
    assert event.member == "JP"
    assert "holiday" not in str(event.data)


def test_an_extension_for_all_holds_beside_a_members_own(stocktake, coordinator, now):
    grace = stocktake.grace_ends_at
    extend(stocktake, more_time("JP", ends_at=grace + 9 * DAY), coordinator, now)
    extend(stocktake, more_time(ends_at=grace + 5 * DAY), coordinator, now)
    assert accepts_until(stocktake, "JP") == grace + 9 * DAY
    assert accepts_until(stocktake, "FR") == grace + 5 * DAY
    assert accepts_until(stocktake, None) == grace + 5 * DAY


def test_after_grace_time_can_still_be_given(stocktake, coordinator):
    later = stocktake.grace_ends_at + DAY
    extend(stocktake, more_time("JP", ends_at=later + DAY), coordinator, later)
    assert is_accepted_at(stocktake, "JP", later + DAY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": -1}, "ends_at"),
        ({"ends_at": 0}, "ends_at"),
        ({"ends_at": 400}, "ends_at"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 2001}, "reason"),
        ({"reason": "a\x00"}, "reason"),
    ],
)
def test_an_extension_has_a_reason_and_ends_later_than_now_and_than_before(
    stocktake, coordinator, now, changes, field
):
    days = changes.get("ends_at", 5)
    extension = more_time(
        "JP",
        ends_at=stocktake.grace_ends_at + days * DAY,
        reason=changes.get("reason", "Because."),
    )
    with pytest.raises(ValidationError) as refusal:
        extend(stocktake, extension, coordinator, now)
    assert refused_field(refusal) == {field}
    assert not Extension.objects.exists()


def test_time_that_ended_before_now_is_not_given(stocktake, coordinator):
    later = stocktake.grace_ends_at + 3 * DAY
    extension = more_time("JP", ends_at=later - DAY)
    with pytest.raises(ValidationError) as refusal:
        extend(stocktake, extension, coordinator, later)
    assert refused_field(refusal) == {"ends_at"}


def test_only_the_presidency_extends_and_only_what_is_open(
    stocktake, coordinator, everybody_else, now
):
    end = stocktake.grace_ends_at + DAY
    for person in everybody_else:
        with pytest.raises(PermissionDenied):
            extend(stocktake, more_time("JP", ends_at=end), person, now)
    close_stocktake(stocktake_id=stocktake.pk, version=1, by=coordinator, at=now)
    with pytest.raises(ValidationError) as refusal:
        extend(stocktake, more_time("JP", ends_at=end), coordinator, now)
    assert code_of(refusal) == "illegal_transition"


def test_an_extension_past_the_handover_asks_for_a_second_reviewer_who_can(
    plan, coordinator, now
):
    handover = Presidency.objects.get(member=NEXT_CHAIR).starts_at
    next_chair = make_user(Role.OFFICER, member=NEXT_CHAIR)
    stocktake = make_stocktake(
        plan,
        by=coordinator,
        second_reviewer=next_chair,
        due_at=handover - 9 * DAY,
        grace_ends_at=handover - DAY,
    )
    within = more_time(ends_at=handover - SECOND)
    extend(stocktake, within, coordinator, now)
    across = more_time(ends_at=handover)
    with pytest.raises(ValidationError) as refusal:
        extend(stocktake, across, coordinator, now)
    assert code_of(refusal) == "second_reviewer"
    stocktake.refresh_from_db()
    replace_second_reviewer(
        stocktake_id=stocktake.pk,
        version=stocktake.version,
        second_reviewer=make_user(Role.OFFICER, member="DE"),
        by=coordinator,
        at=now,
    )
    assert extend(stocktake, across, coordinator, now).ends_at == handover


def test_a_correction_has_no_deadline_wherever_its_lateness_is_asked(
    plan, stocktake, officer_jp
):
    late = stocktake.due_at + DAY
    mine = member_commitment_of(plan, "1.2.2", "JP")
    update = make_entry(
        mine,
        by=officer_jp,
        state=State.PUBLISHED,
        stocktake=stocktake,
        submitted_at=late,
    )
    correction = make_entry(
        mine,
        by=officer_jp,
        state=State.SUBMITTED,
        stocktake=stocktake,
        kind=Entry.Kind.CORRECTION,
        supersedes=update,
        reason="A slip.",
        submitted_at=late,
    )
    assert (update.is_late, correction.is_late) == (True, False)
    assert not correction.is_late_at(late + DAY)


# Releasing


def test_a_released_entry_waits_on_outside_its_stocktake(
    stocktake, waiting, coordinator, now
):
    released = release(waiting, coordinator, now)
    assert (released.state, released.stocktake) == (State.SUBMITTED, None)
    assert released.version == 2
    kept = Release.objects.get()
    assert (kept.stocktake, kept.reason) == (stocktake, "Under discussion.")
    event = Event.objects.get(verb="entry.release")
    assert event.data == {"version": 2, "stocktake": str(stocktake.pk)}
    close_stocktake(stocktake_id=stocktake.pk, version=1, by=coordinator, at=now)
    published = publish_entry(
        entry_id=waiting.pk, version=2, by=coordinator, at=now + DAY
    )
    assert (published.state, published.is_late) == (State.PUBLISHED, False)


def test_the_chairs_own_entry_is_not_released(plan, stocktake, coordinator, now):
    own = make_entry(
        member_commitment_of(plan, "1.2.2", CHAIR),
        by=coordinator,
        state=State.SUBMITTED,
        stocktake=stocktake,
    )
    with pytest.raises(ValidationError) as refusal:
        release(own, coordinator, now)
    assert code_of(refusal) == "chair_alone"


def test_only_the_presidency_releases(
    waiting, officer_jp, head_jp, second_reviewer, now
):
    for person in (officer_jp, head_jp):
        with pytest.raises(PermissionDenied):
            release(waiting, person, now)
    with pytest.raises(Entry.DoesNotExist):
        release(waiting, second_reviewer, now)


def test_a_release_names_the_version_and_a_reason(waiting, coordinator, now):
    with pytest.raises(StaleRow):
        release(waiting, coordinator, now, version=7)
    with pytest.raises(ValidationError) as refusal:
        release(waiting, coordinator, now, reason=" ")
    assert refused_field(refusal) == {"reason"}


def test_what_is_released_or_amends_is_not_released(
    plan, stocktake, waiting, officer_jp, coordinator, now
):
    release(waiting, coordinator, now)
    with pytest.raises(ValidationError) as refusal:
        release(waiting, coordinator, now, version=2)
    assert code_of(refusal) == "illegal_transition"
    mine = member_commitment_of(plan, "2.1", "JP")
    published = make_entry(
        mine, by=officer_jp, state=State.PUBLISHED, stocktake=stocktake
    )
    correction = make_entry(
        mine,
        by=officer_jp,
        state=State.SUBMITTED,
        stocktake=stocktake,
        kind=Entry.Kind.CORRECTION,
        supersedes=published,
        reason="A slip.",
    )
    with pytest.raises(ValidationError) as refusal:
        release(correction, coordinator, now)
    assert code_of(refusal) == "illegal_transition"
