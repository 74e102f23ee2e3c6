"""Tests of the Presidency's reminder: once a day a member, to people who can act."""

import socket
import time
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.utils import timezone
from django.utils.formats import date_format

from accounts.dates import utc_day
from accounts.models import Presidency
from audit.models import Event
from partners.actions.reminders import remind_member
from partners.models import Notice, Reminder
from progress.models import State, Stocktake
from tests.factories import make_entry, member_commitment_of
from tests.partners.conftest import make_focal_point

HOME = "/"


@pytest.fixture
def remind(stocktake, members, coordinator):
    def remind(member="JP", by=coordinator, at=None):
        return remind_member(
            stocktake_id=stocktake.pk,
            member=members[member],
            by=by,
            at=at or timezone.now(),
        )

    return remind


def told():
    rows = Notice.objects.values_list("user__name", "kind", "missing_count")
    return sorted(rows)


def test_who_can_act_is_told_how_much_is_missing(
    remind, coordinator, officer_jp, head_jp, officer_fr
):
    make_focal_point("JP")
    reminder = remind()
    assert told() == [
        ("Deputy JP", "reminder", 4),
        ("Focal point JP", "reminder", 4),
        ("Officer JP", "reminder", 4),
    ]
    assert (reminder.member_id, reminder.reminded_by) == ("JP", coordinator)
    event = Event.objects.get(verb="stocktake.remind")
    assert (event.member, event.data) == ("JP", {})


def test_a_second_time_on_the_same_day_is_refused(remind, officer_jp):
    noon = datetime.now(UTC).replace(hour=12)
    remind(at=noon)
    with pytest.raises(ValidationError, match="Japan has already been reminded today"):
        remind(at=noon + timedelta(hours=5))
    assert len(told()) == 1
    remind(at=noon + timedelta(days=1))
    assert len(told()) == 2


def test_another_member_is_another_reminder(remind, officer_jp, officer_fr):
    remind("JP")
    remind("FR")
    assert {name for name, _kind, _count in told()} == {"Officer JP", "Officer FR"}


def test_whoever_has_brought_in_everything_is_not_reminded(
    remind, plan, stocktake, officer_jp
):
    for code in ("1.1.1", "1.2.1", "1.2.2", "2.1"):
        make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            state=State.SUBMITTED,
            stocktake=stocktake,
        )
    with pytest.raises(ValidationError, match="has no missing entries"):
        remind()
    assert not Reminder.objects.exists()


def test_only_of_an_open_stocktake(remind, coordinator, officer_jp):
    Stocktake.objects.update(
        closed_at=timezone.now(), closed_by=coordinator, closing_sha256="0" * 64
    )
    with pytest.raises(ValidationError, match="only while the stocktake is open"):
        remind()


@pytest.mark.parametrize(
    "who",
    [
        "officer_jp", "head_jp", "officer_fr", "former_coordinator",
        "second_reviewer", "officer_of_the_chair", "observer", "administrator",
    ],
)  # fmt: skip
def test_nobody_but_the_presidency_reminds(request, remind, who):
    with pytest.raises(PermissionDenied):
        remind(by=request.getfixturevalue(who))
    assert (told(), Reminder.objects.count()) == ([], 0)


def test_nor_the_presidency_once_the_chair_has_passed(remind, coordinator, now):
    Presidency.objects.at(now).update(ends_at=now - timedelta(seconds=1))
    with pytest.raises(PermissionDenied):
        remind(by=type(coordinator).objects.get(pk=coordinator.pk))


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_reminder(remind, officer_jp):
    start, answers = Barrier(2), []

    def press() -> None:
        start.wait(10)
        try:
            answers.append(remind().member_id)
        except ValidationError as refusal:
            answers.append(refusal.code)
        connections.close_all()

    threads = [Thread(target=press) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["JP", "reminded"]
    assert len(told()) == 1


# ---- The button ----------------------------------------------------------------------
def test_the_presidency_finds_the_button_at_home(
    signed_in, coordinator, stocktake, officer_jp
):
    browser = signed_in(coordinator)
    address = f"/notices/stocktakes/{stocktake.pk}/remind/JP/"
    assert f'action="{address}"' in browser.get(HOME).text
    answer = browser.post(address, follow=True)
    assert "Japan has been reminded." in answer.text
    assert f'action="{address}"' not in answer.text
    assert len(told()) == 1
    # It learns that a reminder was sent, but not to which people.
    assert officer_jp.name not in answer.text


def test_an_old_page_s_button_says_why_not(signed_in, coordinator, stocktake, remind):
    remind()
    address = f"/notices/stocktakes/{stocktake.pk}/remind/JP/"
    answer = signed_in(coordinator).post(address, follow=True)
    day = date_format(utc_day(datetime.now(UTC)), "DATE_FORMAT")
    assert f"Japan has already been reminded today, {day} in UTC." in answer.text


@pytest.mark.parametrize("who", ["officer_jp", "second_reviewer", "observer"])
def test_nobody_else_finds_it(request, signed_in, stocktake, who):
    person = request.getfixturevalue(who)
    assert "/remind/" not in signed_in(person).get(HOME).text


@pytest.mark.parametrize("member", ["XX", "jp", "%F0%9F%98%80", "J"])
def test_a_member_that_is_none_is_not_found(signed_in, coordinator, stocktake, member):
    address = f"/notices/stocktakes/{stocktake.pk}/remind/{member}/"
    assert signed_in(coordinator).post(address).status_code == 404


@pytest.mark.enable_socket
def test_the_button_works_with_the_broker_down(
    signed_in, coordinator, stocktake, officer_jp, settings
):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        address = f"/notices/stocktakes/{stocktake.pk}/remind/JP/"
        started = time.monotonic()
        assert signed_in(coordinator).post(address).status_code == 302
        assert time.monotonic() - started < 5  # a silent broker costs a minute
    assert len(told()) == 1
