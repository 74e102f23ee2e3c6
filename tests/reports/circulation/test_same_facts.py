"""Tests of the numbers of drafts, and of who gets a report again that is there."""

from datetime import timedelta

import pytest

from accounts.models import Role
from progress.models import Handling, State
from reports.actions.requests import request_report
from reports.models import Report
from reports.report_request import ReportRequest
from tests.factories import make_entry, make_user, member_commitment_of
from tests.reports.circulation.circulations import make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(plan, coordinator, now):
    """`ask(…)`: what a person gets who asks for a report of the whole plan."""

    def ask(by=coordinator, seconds=0, **changes):
        known_at = now.replace(microsecond=0) - timedelta(seconds=seconds)
        values = {"at": known_at.date(), "known_at": known_at, "audience": "green"}
        request = ReportRequest(plan, **values | changes)
        return request_report(request=request, by=by, at=now)

    return ask


@pytest.fixture
def finished(plan, now):
    """`finished(by)`: a report of today that this person has."""

    def finished(by, **fields):
        clocks = {"at": now.date(), "known_at": now.replace(microsecond=0)}
        return make_draft(plan, by=by, **clocks | fields)

    return finished


def test_drafts_of_a_line_are_numbered_in_their_order(ask, coordinator, now):
    days = [{"at": now.date() - timedelta(days=back)} for back in range(3)]
    assert [ask(**day).draft_number for day in days] == [1, 2, 3]
    # Another line begins at one.
    assert ask(language="fr").draft_number == 1
    assert ask(audience=Handling.CLEAR).draft_number == 1


def test_what_a_reader_keeps_has_no_number(ask, observer):
    assert ask(by=observer).draft_number is None


def test_the_same_request_gives_the_report_that_is_waiting(ask):
    waiting = ask()
    assert ask() == waiting
    assert ask(seconds=1) != waiting


def test_the_same_facts_give_the_report_that_is_there(finished, ask, coordinator):
    done = finished(coordinator)
    assert ask(seconds=2) == done
    assert Report.objects.count() == 1


def test_equal_facts_have_an_equal_hash_at_different_seconds(
    finished, coordinator, now
):
    earlier = now.replace(microsecond=0) - timedelta(seconds=1)
    first, second = finished(coordinator), finished(coordinator, known_at=earlier)
    assert first.facts_sha256 == second.facts_sha256


def test_other_facts_give_another_report(
    finished, ask, coordinator, plan, officer_jp, now
):
    done = finished(coordinator)
    make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        published_by=coordinator,
    )
    following = ask()
    assert following != done
    assert following.draft_number == 2


@pytest.mark.parametrize("who", ["observer", "colleague"])
def test_what_another_person_has_makes_no_difference(
    finished, ask, coordinator, observer, chair, who
):
    others = {
        "observer": (observer, False),
        "colleague": (make_user(Role.COORDINATOR, member=chair), True),
    }
    by, is_of_presidency = others[who]
    finished(coordinator)
    asked = ask(by=by)
    assert asked.state == Report.State.QUEUED
    assert asked.is_of_presidency is is_of_presidency


@pytest.mark.parametrize(
    "fields", [{"erased_at": "2026-01-01T00:00:00Z"}, {"is_of_presidency": False}]
)
def test_what_was_erased_or_kept_before_the_presidency_is_not_the_same(
    finished, ask, coordinator, fields
):
    assert ask() != finished(coordinator, **fields)


@pytest.mark.long
def test_the_page_says_that_the_report_is_there(signed_in, coordinator, finished):
    done = finished(coordinator)
    fields = {"plan": "test-plan", "audience": "green", "layout": "full"}
    page = signed_in(coordinator)
    answer = page.post("/reports/new/stocktake/", fields | {"language": "en"})
    assert answer.url.endswith(f"/{done.pk}/")
    assert "You have this report already." in page.get(answer.url).content.decode()
