"""Tests with people who act on one draft at once: each act has one outcome."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import Role
from progress.models import Handling, Objection
from reports.actions.circulation import (
    circulate_report,
    object_to_report,
    stop_circulation,
)
from reports.actions.finals import approve_final
from reports.actions.requests import request_report
from reports.models import Circulation, FinalApproval, Report
from reports.report_request import ReportRequest
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

DAYS = timedelta(days=3)


def at_once(*acts: Callable[[], object]) -> Counter[str]:
    """Start all acts together. Return how often each outcome came."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            barrier.wait(timeout=20)
            act()
        except ValidationError as error:
            return str(error.error_list[0].code)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))


def fresh(person):
    """Return the person as another request has them."""
    return type(person).objects.get(pk=person.pk)


@pytest.fixture
def acts_of():
    """`acts_of(action, draft, *people)`: the same act for each of these people."""

    def acts_of(action, draft, *people, **given):
        at = datetime.now(UTC)
        return [
            partial(action, report_id=draft.pk, by=fresh(one), at=at, **given)
            for one in people
        ]

    return acts_of


@pytest.mark.long
def test_two_heads_who_object_at_once_both_count(sent, head_jp, head_fr, acts_of):
    acts = acts_of(object_to_report, sent, head_jp, head_fr, reason="No.")
    assert at_once(*acts) == {"done": 2}
    assert Objection.objects.count() == 2


@pytest.mark.long
def test_two_heads_of_one_member_object_once(sent, head_jp, acts_of):
    other = make_user(Role.HEAD, member="JP")
    acts = acts_of(object_to_report, sent, head_jp, other, reason="No.")
    assert at_once(*acts) == {"done": 1, "objected": 1}
    assert Objection.objects.count() == 1


def test_an_objection_and_a_stop_at_once_are_in_one_order(
    sent, head_jp, coordinator, acts_of
):
    objects = acts_of(object_to_report, sent, head_jp, reason="No.")
    told = at_once(*objects, *acts_of(stop_circulation, sent, coordinator))
    # In both orders the stop is done. An objection after it is refused.
    assert told in ({"done": 2}, {"done": 1, "stopped": 1})
    assert Objection.objects.count() == told["done"] - 1
    sent.refresh_from_db()
    assert (sent.circulation == "objected") is (told["done"] == 2)


@pytest.mark.long
def test_two_coordinators_who_circulate_at_once_ask_once(
    draft, coordinator, colleague, acts_of
):
    ends_at = datetime.now(UTC) + DAYS
    acts = acts_of(circulate_report, draft, coordinator, colleague, ends_at=ends_at)
    assert at_once(*acts) == {"done": 1, "running": 1}
    assert Circulation.objects.count() == 1


def test_two_approvals_at_once_make_one_final(agreed, coordinator, colleague, acts_of):
    assert at_once(*acts_of(approve_final, agreed, coordinator, colleague)) == {
        "done": 2
    }
    assert FinalApproval.objects.count() == 2
    assert Report.objects.filter(final_of=agreed).count() == 1


@pytest.mark.long
def test_three_approvals_at_once_make_one_final(
    agreed, coordinator, colleague, chair, acts_of
):
    third = make_user(Role.COORDINATOR, member=chair)
    people = (coordinator, colleague, third)
    told = at_once(*acts_of(approve_final, agreed, *people))
    assert told == {"done": 2, "final": 1}
    assert Report.objects.filter(final_of=agreed).count() == 1


@pytest.mark.long
def test_one_person_who_approves_twice_at_once_approves_once(
    agreed, coordinator, acts_of
):
    acts = acts_of(approve_final, agreed, coordinator, coordinator)
    assert at_once(*acts) == {"done": 1, "same_person": 1}
    assert not Report.objects.filter(final_of=agreed).exists()


def asks(plan, *people):
    """Return the same request of each of these people."""
    at = datetime.now(UTC)
    wanted = ReportRequest(plan, Handling.GREEN, at.date(), at.replace(microsecond=0))
    return [
        partial(request_report, request=wanted, by=fresh(one), at=at) for one in people
    ]


def test_a_button_pressed_twice_asks_for_one_report(plan, coordinator):
    assert at_once(*asks(plan, coordinator, coordinator)) == {"done": 2}
    assert Report.objects.count() == 1


@pytest.mark.long
def test_drafts_asked_for_at_once_have_numbers_of_their_own(
    plan, coordinator, colleague
):
    assert at_once(*asks(plan, coordinator, colleague)) == {"done": 2}
    numbers = Report.objects.values_list("draft_number", flat=True)
    assert {*numbers} == {1, 2}
