"""Tests of the administrators' page of all jobs, which opens none of them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.actions.mail_jobs import LEASE, claim_mail, mark_lost_mails
from accounts.models import NewDeviceMail, Role
from audit.actions import note_run
from audit.models import Event, PeriodicRun
from g7plan.beat import SCHEDULE
from g7plan.jobs import KINDS, RETRIES, SOURCES
from g7plan.periodic_tasks import PURPOSES
from partners.models import Digest
from progress.models import Handling, LinkCheck
from reports.models import Report
from tests.factories import add_evidence, make_entry, make_user, member_commitment_of

JOBS = "/jobs/"
CANARY = "zyzzogeton"


@pytest.fixture
def browser(signed_in, administrator):
    return signed_in(administrator)


@pytest.fixture
def report(plan, coordinator, now):
    def make(state=Report.State.QUEUED, **fields):
        is_over = state in {Report.State.DONE, Report.State.FAILED}
        values = {
            "plan": plan, "at": now.date(), "known_at": now, "audience": Handling.AMBER,
            "requested_at": now - timedelta(minutes=3), "requested_by": coordinator,
            "snapshot": {"word": CANARY} if state == Report.State.DONE else None,
            "finished_at": now if is_over else None,
        }  # fmt: skip
        return Report.objects.create(state=state, **{**values, **fields})

    return make


@pytest.fixture
def mail(officer_jp, now):
    def make(state=NewDeviceMail.State.WAITING, **fields):
        is_over = state not in {"waiting", "sending"}
        values = {
            "user": officer_jp, "signed_in_at": now, "due_at": now,
            "finished_at": now if is_over else None,
            "lease_ends_at": now if state == "sending" else None,
        }  # fmt: skip
        return NewDeviceMail.objects.create(state=state, **{**values, **fields})

    return make


@pytest.fixture
def digest(officer_jp, now):
    def make(state=Digest.State.WAITING, period="2016-05-27", **fields):
        is_over = state not in {"waiting", "sending"}
        values = {
            "user": officer_jp, "created_at": now, "due_at": now,
            "finished_at": now if is_over else None,
        }  # fmt: skip
        return Digest.objects.create(state=state, period=period, **{**values, **fields})

    return make


@pytest.fixture
def link_check(plan, officer_jp, now):
    """A check of a link whose address an administrator may not know."""
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, narrative=CANARY
    )
    evidence = add_evidence(
        entry, by=officer_jp, url=f"https://{CANARY}.example/", title=CANARY
    )
    return LinkCheck.objects.create(
        evidence=evidence, due_at=now, problem=f"{CANARY}.example does not answer"
    )


def rows(page):
    """The text of each row of the table of jobs."""
    jobs = page.text.partition('aria-labelledby="clock"')[0]
    table = jobs.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row).split())
        for row in table.split("</tr>")
        if "<tr>" in row
    ]


def rows_in(browser, **query):
    return rows(browser.get(JOBS, query))


# ---- What is shown


def test_jobs_of_every_app_are_shown_together(
    browser, report, mail, digest, link_check
):
    report(), mail(), digest()
    found = rows_in(browser, ordering="kind")
    assert [row.split(" ", 1)[0] for row in found] == [
        "Mail:",
        "Link",
        "Mail:",
        "Report",
    ]
    assert any("Coordinator Waiting" in row for row in found)
    assert any("Officer JP Waiting" in row for row in found)


def test_a_failed_job_says_why(browser, report, mail):
    report(
        Report.State.FAILED, problem="The report failed at this step: Saving the files."
    )
    mail("unknown", problem="It is not known whether it went.", attempts=2)
    unknown, failed = sorted(rows_in(browser, ordering="state"), reverse=True)
    assert "The report failed at this step: Saving the files." in unknown + failed
    assert "It is not known whether it went." in unknown + failed
    assert (unknown + failed).count("Try again") == 2


def test_a_running_job_says_until_when_a_worker_has_it(browser, report, now):
    report(
        Report.State.RUNNING,
        lease=uuid4(),
        lease_ends_at=now.replace(hour=23, minute=59),
        attempts=2,
    )
    [row] = rows_in(browser, state="running")
    assert re.search(r" 2 A worker holds it until .* 23:59 UTC", row)
    assert "Try again" not in row


def test_a_job_that_waits_after_a_failure_says_so(browser, mail, now):
    mail(due_at=now + timedelta(hours=1), problem="It is tried again by itself.")
    [row] = rows_in(browser)
    assert "It is tried again by itself. Not before" in row


def test_what_went_well_is_shown_for_a_day(browser, report, mail, now):
    long_ago = now - timedelta(days=1, minutes=1)
    report(Report.State.DONE), mail("sent")
    report(Report.State.DONE, finished_at=long_ago), mail("sent", finished_at=long_ago)
    report(Report.State.FAILED, finished_at=long_ago)
    assert len(rows_in(browser, state="done")) == 2
    assert len(rows_in(browser, state="failed")) == 1


def test_a_link_that_is_due_next_week_is_no_job(browser, link_check, now):
    LinkCheck.objects.update(due_at=now + timedelta(days=7))
    assert rows_in(browser, state="all") == []
    LinkCheck.objects.update(checked_at=now)
    assert len(rows_in(browser, state="done")) == 1


def test_no_job_says_what_is_in_it(browser, report, link_check):
    done = report(Report.State.DONE)
    for state in ("", "all", "waiting", "done", "failed"):
        page = browser.get(JOBS, {"state": state}).text
        assert CANARY not in page
        assert "amber" not in page.lower().partition("colophon")[0]
        assert reverse("reports:report-detail", args=[done.pk]) not in page
    assert browser.get(f"/reports/{done.pk}/").status_code == 404


def test_each_state_is_counted(browser, report, mail):
    report(), mail(), mail("failed"), mail("sent")
    tabs = browser.get(JOBS).text.partition('class="tabs"')[2].partition("</nav>")[0]
    words = " ".join(re.sub(r"<[^>]+>", " ", tabs).split())
    assert words.endswith(
        "Not done 3 Waiting 2 Running Failed 1 Unknown Done in the last day 1 All 4"
    )


def test_what_is_done_is_out_of_the_way(browser, report, mail):
    report(), mail("sent"), mail("failed")
    assert len(rows_in(browser)) == 2
    assert len(rows_in(browser, state="all")) == 3


@pytest.mark.parametrize(
    "query",
    [
        {"state": "<script>"}, {"state": "x" * 5000}, {"ordering": "password"},
        {"ordering": "-"}, {"page": "x"}, {"page": "999"}, {"state": "日本"},
        {"ordering": "job_since; DROP"}, {"page": "-1"},
    ],
)  # fmt: skip
def test_an_odd_address_shows_the_usual_page(browser, report, query):
    report()
    page = browser.get(JOBS, query)
    assert (page.status_code, len(rows(page))) == (200, 1)
    assert "<script>" not in page.text.replace("<script src", "")


@pytest.mark.parametrize("ordering", ["kind", "whose", "state", "since", "attempts"])
def test_each_column_sorts_both_ways(browser, report, mail, ordering):
    report(attempts=1), mail("failed", attempts=3)
    upwards = rows_in(browser, ordering=ordering)
    assert rows_in(browser, ordering=f"-{ordering}") == upwards[::-1]
    assert len(set(upwards)) == 2


def test_many_jobs_come_in_pages(browser, mail, django_assert_max_num_queries):
    for _number in range(60):
        mail()
    with django_assert_max_num_queries(12):
        page = browser.get(JOBS)
    assert len(rows(page)) == 50
    assert "Page 1 of 2" in page.text
    assert len(rows_in(browser, page=2)) == 10


def test_without_jobs_the_page_says_so(browser):
    assert "No jobs here" in browser.get(JOBS).text


@pytest.mark.parametrize("who", ["officer_jp", "coordinator", "observer", "assessor"])
def test_nobody_else_knows_of_the_page(request, signed_in, who):
    other = signed_in(request.getfixturevalue(who))
    assert other.get(JOBS).status_code == 404
    assert JOBS not in other.get("/people/me/").text


def test_administrators_are_led_there(browser):
    assert f'href="{JOBS}"' in browser.get("/people/me/").text


# ---- Trying again


def again(browser, kind, pk):
    return browser.post(f"{JOBS}{kind}/{pk}/retry/", follow=True)


def test_a_failed_report_is_tried_again(browser, report):
    failed = report(Report.State.FAILED, problem="Why", attempts=3)
    assert "The job is back in the queue." in again(browser, "report", failed.pk).text
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.problem) == ("queued", 0, "")
    assert Event.objects.filter(verb="report.requeue").count() == 1


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_a_mail_is_tried_again(browser, mail, digest, state):
    for kind, job in (("new-device-mail", mail(state)), ("digest", digest(state))):
        assert "back in the queue" in again(browser, kind, job.pk).text
        job.refresh_from_db()
        assert job.state == "waiting"


@pytest.mark.parametrize("state", ["queued", "done", "cancelled"])
def test_what_did_not_fail_is_not_tried_again(browser, report, now, state):
    job = report(
        state,
        finished_at=None if state == "queued" else now,
        snapshot={} if state == "done" else None,
    )
    answer = again(browser, "report", job.pk)
    assert "This is not possible now. The state of this report is" in answer.text
    job.refresh_from_db()
    assert job.state == state


def test_twice_is_once(browser, report):
    failed = report(Report.State.FAILED)
    again(browser, "report", failed.pk)
    answer = again(browser, "report", failed.pk)
    assert "This is not possible now. The state of this report is" in answer.text
    assert Event.objects.filter(verb="report.requeue").count() == 1


@pytest.mark.parametrize("kind", ["report", "digest", "new-device-mail", "link-check"])
def test_what_is_not_there_is_not_found(browser, kind):
    assert browser.post(f"{JOBS}{kind}/{uuid4()}/retry/").status_code == 404
    assert browser.get(f"{JOBS}{kind}/{uuid4()}/retry/").status_code in {404, 405}


def test_with_the_broker_away_the_job_is_back_all_the_same(browser, report, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    failed = report(Report.State.FAILED)
    assert "back in the queue" in again(browser, "report", failed.pk).text


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_nobody_else_tries_it_again(signed_in, report, mail, digest, now, role):
    other = signed_in(make_user(role, member="IT"))
    jobs = {
        "report": report(Report.State.FAILED),
        "new-device-mail": mail("failed"),
        "digest": digest("failed"),
    }
    for kind, job in jobs.items():
        assert other.post(f"{JOBS}{kind}/{job.pk}/retry/").status_code == 404
        with pytest.raises(PermissionDenied):
            RETRIES[kind].act(job.pk, make_user(role, member="IT"), now)
        job.refresh_from_db()
        assert job.state == "failed"


def test_a_mail_whose_worker_was_lost_shows_up(browser, mail, now):
    job = mail()
    claim_mail(NewDeviceMail, mail_id=job.pk, at=now)
    mark_lost_mails(NewDeviceMail, at=now + LEASE)
    [row] = rows_in(browser, state="unknown")
    assert "may send it twice" in row


def test_every_kind_has_words():
    assert set(SOURCES) == set(KINDS)
    assert set(RETRIES) <= set(KINDS)


# ---- Scheduled tasks


def test_a_silent_clock_is_told_of(browser):
    assert "Scheduled tasks are not running" in browser.get(JOBS).text


def test_a_clock_that_runs_says_when_each_task_was_done(browser, now):
    for entry in SCHEDULE.values():
        note_run(task=entry["task"], at=now)
    page = browser.get(JOBS).text
    assert "Scheduled tasks are not running" not in page
    assert "overdue" not in page.lower()
    assert page.count(">On time<") == len(SCHEDULE)
    assert "15 seconds" in page
    assert "1 day" in page


def test_a_task_that_stands_still_is_named(browser, now):
    for entry in SCHEDULE.values():
        note_run(task=entry["task"], at=now)
    note_run(task="reports.tasks.sweep_reports", at=now - timedelta(minutes=3))
    page = browser.get(JOBS).text
    assert "Some scheduled tasks are overdue" in page
    assert page.count(">Overdue<") == 1


def test_a_run_is_noted_in_one_row(db, now):
    for minutes in range(3):
        note_run(task="some.task", at=now + timedelta(minutes=minutes))
    assert PeriodicRun.objects.get().done_at == now + timedelta(minutes=2)


def test_every_task_of_the_clock_has_words():
    assert {entry["task"] for entry in SCHEDULE.values()} == set(PURPOSES)
