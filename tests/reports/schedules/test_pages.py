"""Tests of the pages of schedules."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Presidency, Role
from reports.forms.schedules import zone_sentences
from reports.models import Report, Schedule
from tests.factories import make_user
from tests.reports.schedules.conftest import DAY, asked_at, run_at

LIST = "/reports/schedules/"
SENT = {
    "plan": "test-plan", "audience": "green", "layout": "full", "language": "en",
    "rhythm": "weekly", "weekday": "0", "month_day": "1", "time": "06:00",
}  # fmt: skip


def test_a_coordinator_adds_changes_and_stops_a_schedule(signed_in, coordinator, plan):
    client = signed_in(coordinator)
    assert "No schedule" in client.get(LIST).text
    assert client.post(f"{LIST}new/", SENT).status_code == 302
    schedule = Schedule.objects.get()
    assert (schedule.weekday, schedule.month_day) == (0, None)
    page = client.get(LIST).text
    assert "Every Monday at 06:00 UTC" in page
    assert "Full, <span" in page
    assert "Not yet" in page

    url = f"{LIST}{schedule.pk}/"
    assert 'value="1"' in client.get(url).text  # its version
    at_close = SENT | {"rhythm": "at_close", "time": "", "version": "1"}
    assert client.post(url, at_close).status_code == 302
    schedule.refresh_from_db()
    assert (schedule.rhythm, schedule.time, schedule.next_at) == (
        "at_close",
        None,
        None,
    )
    assert "None is open now." in client.get(LIST).text

    assert "You cannot start it again" in client.get(f"{url}stop/").text
    assert client.post(f"{url}stop/", {"version": "2"}).status_code == 302
    page = client.get(LIST).text
    assert "1 stopped schedule" in page
    assert client.get(url).status_code == client.get(f"{url}stop/").status_code == 404


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"time": ""}, "Enter a time, for example 06:00."),
        ({"time": "25:00"}, "Enter a time from 00:00 to 23:59."),
        ({"weekday": "9"}, "Select a valid choice."),
        ({"plan": "nothing"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    signed_in, coordinator, plan, sent, sentence
):
    answer = signed_in(coordinator).post(f"{LIST}new/", SENT | sent)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_the_same_schedule_again_is_refused_in_words(
    signed_in, coordinator, add, daily_terms
):
    add(daily_terms)
    answer = signed_in(coordinator).post(f"{LIST}new/", SENT | {"rhythm": "daily"})
    assert answer.status_code == 422
    assert "for the same drafts at the same times already" in answer.text


def test_a_change_over_another_one_shows_both(signed_in, coordinator, add, daily_terms):
    schedule = add(daily_terms)
    client, url = signed_in(coordinator), f"{LIST}{schedule.pk}/"
    assert client.post(url, SENT | {"version": "1"}).status_code == 302
    sent = SENT | {"rhythm": "monthly", "month_day": "17", "version": "1"}
    answer = client.post(url, sent)
    assert answer.status_code == 409
    assert "Every Monday at 06:00 UTC" in answer.text  # as it is now
    assert '<option value="17" selected>' in answer.text  # what was typed
    again = client.post(url, sent | {"version": "2"})
    assert again.status_code == 302
    stop = client.post(f"{url}stop/", {"version": "2"})
    assert stop.status_code == 409
    assert "On day 17 of each month at 06:00 UTC" in stop.text
    assert Schedule.objects.get().stopped_at is None


def test_the_page_says_what_the_last_run_did(
    signed_in, coordinator, daily, time_travel
):
    """A draft, then none because nothing changed, then one that came late."""
    client = signed_in(coordinator)

    def page() -> str:
        return " ".join(client.get(LIST).text.split())

    due = daily.next_at
    (draft,) = run_at(due)
    assert f'<a href="/reports/{draft.pk}/">Draft 1</a>' in page()
    run_at(due + DAY)
    assert "Nothing had changed, so no draft was compiled." in page()
    assert "Draft 1 is up to date" in page()
    assert "This was due on" not in page()
    run_at(due + 2 * DAY + timedelta(hours=5))
    assert "It ran as soon as the system could." in page()
    assert "Due now" not in page()
    Schedule.objects.update(next_at=timezone.now() - timedelta(minutes=5))
    assert "Due now" in page()


def test_the_page_says_why_a_draft_failed(signed_in, coordinator, daily):
    (draft,) = asked_at(daily.next_at)
    Report.objects.filter(pk=draft.pk).update(
        state="failed", finished_at=daily.next_at, problem="Too long by half."
    )
    assert "Too long by half." in signed_in(coordinator).get(LIST).text


def test_what_a_schedule_asked_for_has_no_person(
    signed_in, coordinator, administrator, daily, time_travel
):
    """On its page, in the list, on the page of jobs and in the audit log."""
    (draft,) = asked_at(daily.next_at)
    client = signed_in(coordinator)
    for url in ("/reports/", f"/reports/{draft.pk}/"):
        page = client.get(url)
        assert page.status_code == 200
        assert "by a schedule of the Presidency" in page.text, url
        assert "None" not in page.text.replace("None yet", ""), url
    assert "The system" in client.get("/audit/").text
    assert "The Presidency" in signed_in(administrator).get("/jobs/").text


def test_after_a_handover_the_new_presidency_has_them(
    signed_in, coordinator, add, daily_terms
):
    schedule = add(daily_terms)
    successor = make_user(Role.COORDINATOR, member="US")
    until = Presidency.objects.get(member=coordinator.member).ends_at
    former, new = signed_in(coordinator), signed_in(successor)
    url = f"{LIST}{schedule.pk}/stop/"
    assert (former.get(url).status_code, new.get(url).status_code) == (200, 404)
    Presidency.objects.filter(member="US").update(starts_at=until)
    Presidency.objects.filter(member=coordinator.member).update(ends_at=timezone.now())
    Presidency.objects.filter(member="US").update(starts_at=timezone.now())
    assert (former.get(url).status_code, new.get(url).status_code) == (404, 200)
    assert (former.get(LIST).status_code, new.get(LIST).status_code) == (403, 200)
    assert new.post(url, {"version": "1"}).status_code == 302


@pytest.mark.parametrize(
    ("zone", "sentences"),
    [
        ("UTC", "It stays the same all year."),
        ("Asia/Tokyo", "06:00 in UTC is 15:00 in your time zone, Asia/Tokyo."),
        (
            "America/Vancouver",
            "06:00 in UTC is 22:00 the day before in America/Vancouver. When your"
            " clocks change, drafts come an hour earlier or later for you, because UTC"
            " does not change.",
        ),
    ],
)
def test_the_form_says_what_happens_with_a_time_in_utc(zone, sentences):
    with timezone.override(zone):
        assert zone_sentences(datetime(2017, 1, 15, 12, tzinfo=UTC)) == sentences


def test_times_that_a_rhythm_does_not_take_are_left_out(
    signed_in, coordinator, daily_terms
):
    daily = SENT | {"rhythm": "daily", "weekday": "nothing", "month_day": ""}
    assert signed_in(coordinator).post(f"{LIST}new/", daily).status_code == 302
    terms = replace(daily_terms)
    assert Schedule.objects.get().time == terms.time
