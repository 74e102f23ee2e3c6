"""Tests of the calendar of deadlines: whose they are, and what it never holds."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from progress.models import Extension, Stocktake
from tests.factories import make_plan, make_stocktake
from tests.partners.feeds.test_icalendar import unfolded
from tests.reports.circulation.circulated_reports import (
    circulate,
    make_draft,
    make_final,
)


def events_in(text):
    """By the start of their ids, the properties of each event."""
    found: dict[str, dict[str, str]] = {}
    event: dict[str, str] = {}
    for line in unfolded(text.encode()):
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            event = {}
        elif line == "END:VEVENT":
            found[event["UID"].partition("-")[0]] = event
        else:
            event[name.partition(";")[0]] = value
    return found


@pytest.fixture
def calendar(address_of, fetch, officer_jp, stocktake):
    path = address_of(officer_jp, "deadlines")
    return lambda: fetch(path)


def test_it_has_the_deadlines_of_the_plan(calendar, stocktake, settings):
    settings.SITE_URL = "https://g7plan.example"
    stocktake.refresh_from_db()
    events = events_in(calendar())
    assert set(events) == {"due", "grace"}
    due = events["due"]
    assert due["DTSTART"] == f"{stocktake.due_at:%Y%m%dT%H%M%SZ}"
    assert due["DTSTAMP"] == f"{stocktake.opened_at:%Y%m%dT%H%M%SZ}"
    assert due["UID"] == f"due-{stocktake.pk}@g7plan"
    assert due["SUMMARY"] == "test-plan first: entries are due"
    page = "https://g7plan.example/plans/test-plan/stocktakes/first/"
    assert due["URL"] == page
    assert events["grace"]["DTSTART"] == f"{stocktake.grace_ends_at:%Y%m%dT%H%M%SZ}"


def test_it_is_in_the_language_of_its_person(address_of, officer_jp, stocktake):
    User.objects.filter(pk=officer_jp.pk).update(language="fr")
    path = address_of(officer_jp, "deadlines")
    answer = Client().get(path, headers={"accept-language": "ja"})
    assert answer.headers["Content-Language"] == "fr"
    assert "SUMMARY;LANGUAGE=fr:" in answer.text
    assert "test-plan first : date limite des entrées" in answer.text.replace(
        "\u202f", " "
    )
    assert "entries are due" not in answer.text


def test_a_moved_deadline_keeps_its_id(calendar, stocktake):
    before = events_in(calendar())["due"]
    moved = stocktake.due_at + timedelta(days=1)
    Stocktake.objects.filter(pk=stocktake.pk).update(due_at=moved)
    after = events_in(calendar())["due"]
    assert after["UID"] == before["UID"]
    assert after["DTSTART"] > before["DTSTART"]


def test_no_words_of_the_presidency_are_in_it(calendar, stocktake):
    Stocktake.objects.filter(pk=stocktake.pk).update(title="Words of the Presidency")
    assert "Words" not in calendar()


def test_only_an_extension_for_all_is_in_it(calendar, stocktake, coordinator, now):
    def extend(member, days):
        Extension.objects.create(
            stocktake=stocktake,
            member_id=member,
            reason="Because.",
            ends_at=stocktake.grace_ends_at + timedelta(days=days),
            granted_at=now,
            granted_by=coordinator,
        )

    before = calendar()
    extend("JP", 9)
    extend("FR", 8)
    assert calendar() == before
    extend(None, 2)
    events = events_in(calendar())
    until = stocktake.grace_ends_at + timedelta(days=2)
    assert events["extension"]["DTSTART"] == f"{until:%Y%m%dT%H%M%SZ}"
    assert events["extension"]["DTSTAMP"] == f"{now:%Y%m%dT%H%M%SZ}"


def test_another_plan_has_its_own_calendar(
    calendar, stocktake, coordinator, second_reviewer
):
    before = calendar()
    other = make_plan("another")
    make_stocktake(other, by=coordinator, second_reviewer=second_reviewer, slug="x")
    assert calendar() == before


def test_it_takes_four_queries(
    address_of, stocktake, officer_jp, fetch, django_assert_num_queries
):
    path = address_of(officer_jp, "deadlines")
    fetch(path)
    with django_assert_num_queries(4):
        fetch(path)


@pytest.fixture
def round_of(plan, coordinator, now):
    draft = make_draft(plan, coordinator, number=3)
    return circulate(draft, by=coordinator, ends_at=now + timedelta(days=2))


def test_the_end_of_a_silence_is_in_it_and_nothing_of_the_draft(calendar, round_of):
    event = events_in(calendar())["silence"]
    assert event["UID"] == f"silence-{round_of.pk}@g7plan"
    assert event["DTSTART"] == f"{round_of.procedure.ends_at:%Y%m%dT%H%M%SZ}"
    assert event["SUMMARY"] == "test-plan: the time to object to a draft report ends"
    assert event["URL"].endswith(f"/reports/{round_of.draft_id}/")


def test_a_stopped_silence_is_not_in_it(calendar, round_of, coordinator, now):
    procedure = round_of.procedure
    procedure.stopped_at, procedure.stopped_by = now, coordinator
    procedure.save()
    assert "silence" not in events_in(calendar())


@pytest.mark.parametrize("name", ["observer", "assessor"])
def test_who_is_of_no_delegation_has_no_silence(
    request, address_of, fetch, round_of, plan, coordinator, name
):
    path = address_of(request.getfixturevalue(name), "deadlines")
    before = fetch(path)
    assert "silence" not in events_in(before)
    make_final(make_draft(plan, coordinator, number=4))
    assert fetch(path) == before


def test_who_left_the_delegation_has_it_no_more(
    address_of, fetch, round_of, officer_jp
):
    path = address_of(officer_jp, "deadlines")
    assert "silence" in events_in(fetch(path))
    User.objects.filter(pk=officer_jp.pk).update(member=None, roles=["observer"])
    assert "silence" not in events_in(fetch(path))
