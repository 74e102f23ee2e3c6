"""Tests of due dates' notices: the nearest threshold, once, to people who can act."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Role, User
from partners.calendar import remind_of_dates
from partners.models import Notice, NoticePreference
from partners.stages import first_notice_at, is_day_before, stage_at
from partners.tasks import remind_by_calendar
from progress.models import Assignment, Extension, State, Stocktake
from tests.factories import make_entry, make_user, member_commitment_of
from tests.partners.conftest import make_focal_point

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
DUE = datetime(2027, 3, 28, 12, tzinfo=UTC)  # clocks change in Europe on this day
UNTIL = DUE + 7 * DAY


def stage(at):
    found = stage_at(at, due_at=DUE, accepted_until=UNTIL)
    return (found.kind, found.name) if found else None


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (DUE - 21 * DAY - SECOND, None),
        (DUE - 21 * DAY, ("due", "due-21")),
        (DUE - 7 * DAY - SECOND, ("due", "due-21")),
        (DUE - 7 * DAY, ("due", "due-7")),
        (DUE - DAY, ("due", "due-1")),
        (DUE - SECOND, ("due", "due-1")),
        (DUE, ("due", "due-1")),
        (DUE + MICROSECOND, ("late", "late")),
        (UNTIL - DAY - SECOND, ("late", "late")),
        (UNTIL - DAY, ("last_day", "last-day-2027-04-04T12:00:00+00:00")),
        (UNTIL, ("last_day", "last-day-2027-04-04T12:00:00+00:00")),
        (UNTIL + SECOND, ("late", "late")),
    ],
)
def test_stages_are_counted_in_whole_days_before_the_instant(
    machine_in_tokyo, at, expected
):
    assert stage(at) == expected
    stocktake = Stocktake(due_at=DUE)
    assert stocktake.is_past_due(at) == (at > DUE)
    assert expected is None or (expected[0] != "due") == stocktake.is_past_due(at)


def test_without_grace_there_is_no_last_day_after_it():
    found = stage_at(DUE + MICROSECOND, due_at=DUE, accepted_until=DUE)
    assert found is not None
    assert found.kind == "late"


def test_the_day_before_ends_when_it_opens():
    assert not is_day_before(DUE - DAY - SECOND, DUE)
    assert is_day_before(DUE - DAY, DUE)
    assert not is_day_before(DUE, DUE)
    assert first_notice_at(DUE) == DUE - 21 * DAY


@pytest.fixture
def told(stocktake):
    """`told(at)` returns who got which notice, and of how many items."""

    def told(at):
        remind_of_dates(at)
        rows = Notice.objects.values_list("user__name", "kind", "missing_count")
        return sorted(rows)

    return told


@pytest.fixture
def only_japan(stocktake, officer_jp, officer_of_the_chair):
    """Other members have sent all updates; Japan lacks 1.1.1, 1.2.1, 1.2.2 and 2.1."""
    for code in ("1.1.1", "1.2.1", "1.2.2", "2.1"):
        for member in ("CA", "FR", "DE", "IT", "GB", "US", "EU"):
            make_entry(
                member_commitment_of(stocktake.plan, code, member),
                by=officer_jp,
                state=State.SUBMITTED,
                stocktake=stocktake,
            )


def of_jp(stocktake, code):
    return member_commitment_of(stocktake.plan, code, "JP")


def test_officers_are_told_how_much_is_missing(told, only_japan, stocktake, officer_fr):
    assert told(stocktake.due_at - 7 * DAY) == [("Officer JP", "due", 4)]


def test_what_is_brought_in_is_not_counted(told, only_japan, stocktake, officer_jp):
    make_entry(
        of_jp(stocktake, "1.1.1"), by=officer_jp, state=State.SUBMITTED,
        stocktake=stocktake,
    )  # fmt: skip
    assert told(stocktake.due_at - 7 * DAY) == [("Officer JP", "due", 3)]


def test_who_is_responsible_is_told_of_their_own(told, only_japan, stocktake):
    user = make_user(Role.CONTRIBUTOR, member="JP", name="Responsible JP")
    for code in ("1.1.1", "2.1"):
        Assignment.objects.create(
            user=user,
            member_commitment=of_jp(stocktake, code),
            kind=Assignment.Kind.RESPONSIBLE,
        )
    assert told(stocktake.due_at - DAY) == [
        ("Officer JP", "due", 2),
        ("Responsible JP", "due", 2),
    ]


def test_who_was_responsible_and_left_is_not(told, only_japan, stocktake):
    user = make_user(Role.OFFICER, member="FR", name="Left for France")
    Assignment.objects.create(
        user=user,
        member_commitment=of_jp(stocktake, "1.1.1"),
        kind=Assignment.Kind.RESPONSIBLE,
    )
    assert told(stocktake.due_at - DAY) == [("Officer JP", "due", 4)]


def test_what_waits_for_a_signature_is_asked_of_the_heads(
    told, only_japan, stocktake, officer_jp, head_jp
):
    make_entry(
        of_jp(stocktake, "1.1.1"), by=officer_jp, state=State.IN_CLEARANCE,
        stocktake=stocktake,
    )  # fmt: skip
    assert told(stocktake.due_at - DAY) == [
        ("Head JP", "due", 1),
        ("Officer JP", "due", 3),
    ]


def test_focal_point_and_deputy_are_told_of_all(told, only_japan, stocktake):
    make_focal_point("JP")
    assert told(stocktake.due_at - DAY) == [
        ("Deputy JP", "due", 4),
        ("Focal point JP", "due", 4),
        ("Officer JP", "due", 4),
    ]


def test_each_threshold_is_told_once_however_often_it_is_asked(
    told, only_japan, stocktake
):
    due_at = stocktake.due_at
    for at in (
        due_at - 21 * DAY,
        due_at - 20 * DAY,
        due_at - 7 * DAY,
        due_at - 6 * DAY,
    ):
        told(at)
    assert told(due_at - DAY) == [("Officer JP", "due", 4)] * 3
    assert told(due_at + SECOND)[-1] == ("Officer JP", "late", 4)


def test_whoever_was_away_is_told_of_the_nearest_alone(told, only_japan, stocktake):
    """Beat did not run from before the first threshold until after the last."""
    assert told(stocktake.due_at - DAY / 2) == [("Officer JP", "due", 4)]


def test_late_is_told_once_and_the_last_day_once_more(told, only_japan, stocktake):
    for days in (0.1, 1, 3):
        told(stocktake.due_at + days * DAY)
    assert told(stocktake.grace_ends_at - DAY / 2) == [
        ("Officer JP", "last_day", 4),
        ("Officer JP", "late", 4),
    ]
    assert len(told(stocktake.grace_ends_at + DAY)) == 2


def test_more_time_has_a_last_day_of_its_own(
    told, only_japan, stocktake, coordinator, officer_fr
):
    told(stocktake.grace_ends_at - DAY / 2)
    Extension.objects.create(
        stocktake=stocktake,
        member_id="JP",
        reason="A national holiday.",
        ends_at=stocktake.grace_ends_at + 5 * DAY,
        granted_at=stocktake.grace_ends_at - DAY,
        granted_by=coordinator,
    )
    assert told(stocktake.grace_ends_at + 4.5 * DAY) == [
        ("Officer JP", "last_day", 4),
        ("Officer JP", "last_day", 4),
    ]


def test_who_has_brought_in_everything_hears_nothing(told, only_japan, stocktake):
    Notice.objects.all().delete()
    for code in ("1.1.1", "1.2.1", "1.2.2", "2.1"):
        make_entry(
            of_jp(stocktake, code),
            by=User.objects.get(name="Officer JP"),
            state=State.PUBLISHED,
            stocktake=stocktake,
        )
    assert told(stocktake.due_at - DAY) == []


def test_a_closed_stocktake_asks_for_nothing(told, only_japan, stocktake, coordinator):
    Stocktake.objects.update(
        closed_at=stocktake.due_at - 2 * DAY,
        closed_by=coordinator,
        closing_sha256="0" * 64,
    )
    assert told(stocktake.due_at - DAY) == []


def test_a_muted_deadline_is_not_told(told, only_japan, stocktake, officer_jp):
    NoticePreference.objects.create(user=officer_jp, muted=["due"])
    assert told(stocktake.due_at - DAY) == []


@pytest.fixture
def planned(plan, members):
    opens_at = datetime.now(UTC) + 3 * DAY
    return Stocktake.objects.create(
        plan=plan,
        slug="next",
        title="Next stocktake",
        opens_at=opens_at,
        due_at=opens_at + 30 * DAY,
        grace_ends_at=opens_at + 37 * DAY,
    )


def test_the_day_before_it_opens_all_delegations_are_told(
    planned, officer_jp, head_fr, contributor_jp, coordinator, observer
):
    remind_of_dates(planned.opens_at - 2 * DAY)
    assert not Notice.objects.exists()
    for _time in range(2):
        remind_of_dates(planned.opens_at - DAY / 2)
    told = Notice.objects.values_list("user__name", "kind")
    assert set(told) == {("Officer JP", "opens"), ("Head FR", "opens")}


def test_from_the_hour_on_the_coordinator_is_told_to_open_it(
    planned, officer_jp, coordinator, former_coordinator
):
    for hours in (0, 1, 50):
        remind_of_dates(planned.opens_at + timedelta(hours=hours))
    told = list(Notice.objects.values_list("user__name", "kind"))
    assert told == [("Coordinator", "to_open")]


def test_a_stocktake_that_people_were_told_of_can_still_be_struck_out(
    planned, officer_jp
):
    remind_of_dates(planned.opens_at - DAY / 2)
    planned.delete()
    assert not Notice.objects.exists()


def test_the_task_takes_no_argument_and_may_come_twice(only_japan):
    remind_by_calendar()
    remind_by_calendar()
    assert Notice.objects.filter(kind="due").count() == 1
