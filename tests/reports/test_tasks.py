"""Tests of a report's job: stored, claimed once, renewed, finished by its holder."""

import socket
import time
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from pypdf import PdfReader

from accounts.enqueue import enqueue_soon
from accounts.models import Presidency, Role
from audit.models import Event
from progress.models import Handling, State
from reports import runner
from reports.actions.requests import MOST_UNFINISHED, request_report
from reports.actions.steering import cancel_report, retry_report
from reports.actions.work import (
    LEASE,
    MOST_ATTEMPTS,
    CompiledFile,
    SnapshotHashes,
    claim_report,
    fail_report,
    finish_report,
    note_progress,
    renew_lease,
)
from reports.formats import FORMAT_RULES
from reports.models import Report
from reports.renderers.documents import RENDERERS, render_all
from reports.report_request import ReportRequest
from reports.runner import compile_if_waiting
from reports.tasks import sweep_reports
from tests.factories import make_entry, make_user, member_commitment_of

SECOND = timedelta(seconds=1)


pytestmark = pytest.mark.usefixtures("made_up_reports")


@pytest.fixture
def entry(plan, stocktake, officer_jp, coordinator):
    return make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        stocktake=stocktake,
        published_by=coordinator,
        narrative="Japan joined the **database**. 日本は参加した。",
        evidence=1,
    )


@pytest.fixture
def ask(plan, stocktake, coordinator, now):
    def ask(audience=Handling.GREEN, by=coordinator, **changes):
        wish = {
            "at": now.date(),
            "known_at": now.replace(microsecond=0),
            "stocktake": stocktake,
            **changes,
        }
        request = ReportRequest(plan=plan, audience=audience, **wish)
        return request_report(request=request, by=by, at=now)

    return ask


def claimed_by_a_worker(report, at):
    claimed = claim_report(report_id=report.pk, at=at)
    assert claimed is not None
    assert claimed.lease is not None
    return claimed


def finish(report, at):
    return finish_report(
        report=report,
        snapshot={"schema": 1},
        hashes=SnapshotHashes("0" * 64, "1" * 64),
        files=[CompiledFile("pdf", b"%PDF")],
        replaced=[],
        at=at,
    )


def test_a_report_is_compiled_from_what_is_published(entry, ask, monkeypatch):
    monkeypatch.setattr(runner, "render_all", render_all)
    report = ask()
    assert compile_if_waiting(report.pk)
    report.refresh_from_db()
    files = {file.format: file for file in report.files.all()}
    assert (report.state, report.percent, report.problem) == ("done", 100, "")
    assert set(files) == set(RENDERERS) == set(FORMAT_RULES)
    for file in files.values():
        assert file.sha256 == sha256(bytes(file.content)).hexdigest()
    assert files["json"].sha256 == report.snapshot_sha256
    pages = PdfReader(BytesIO(files["pdf"].content)).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert "Japan joined the database" in text
    assert report.snapshot_sha256 in text.replace("\n", "")
    assert Event.objects.filter(verb="report.finish").count() == 1


def test_a_message_that_comes_twice_changes_nothing(entry, ask):
    report = ask()
    assert compile_if_waiting(report.pk)
    done = Report.objects.values().get()
    assert not compile_if_waiting(report.pk)
    assert Report.objects.values().get() == done
    assert report.files.count() == len(RENDERERS)


def test_a_report_of_now_takes_the_next_second_and_starts_when_it_has_passed(
    signed_in, coordinator, plan, monkeypatch
):
    announced: list[str] = []
    monkeypatch.setattr("reports.tasks.compile_report.delay", announced.append)
    at = datetime.now(UTC) + timedelta(hours=1)
    with time_machine.travel(at, tick=False):
        wish = {
            "plan": plan.slug,
            "audience": "green",
            "layout": "full",
            "language": "en",
        }
        assert (
            signed_in(coordinator).post("/reports/new/stocktake/", wish).status_code
            == 302
        )
    report = Report.objects.get()
    second = report.known_at
    assert second.microsecond == 0
    assert timedelta() <= second - at < SECOND
    before = second - timedelta(microseconds=1)
    assert claim_report(report_id=report.pk, at=before) is None
    Report.objects.update(requested_at=at - timedelta(minutes=1))
    for swept_at, expected in ((before, []), (second, [str(report.pk)])):
        with time_machine.travel(swept_at, tick=False):
            sweep_reports()
        assert announced == expected
    assert claim_report(report_id=report.pk, at=second) is not None


def test_a_worker_that_comes_before_that_second_waits_for_it(ask, now, monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr("reports.runner.time.sleep", waited.append)
    report = ask()
    for ahead, is_compiled in ((timedelta(hours=1), False), (-SECOND, True)):
        Report.objects.update(known_at=(now + ahead).replace(microsecond=0))
        assert compile_if_waiting(report.pk) is is_compiled
    assert waited == [1, 0]


@pytest.mark.parametrize(
    ("audience", "is_in"), [("clear", False), ("green", False), ("amber", True)]
)
def test_a_report_holds_nothing_above_its_audience(
    plan, officer_jp, coordinator, ask, audience, is_in
):
    make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        published_by=coordinator,
        handling=Handling.AMBER,
        narrative="Canary.",
    )
    report = ask(audience)
    compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert ("Canary" in str(report.snapshot)) is is_in
    assert report.state == "done"


def test_drafts_are_in_no_report(plan, officer_jp, ask):
    for code, state in zip(
        ("1.1.1", "1.2.1", "1.2.2", "2.1"),
        (State.DRAFT, State.IN_CLEARANCE, State.SUBMITTED, State.RETURNED),
        strict=True,
    ):
        make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            state=state,
            narrative="Canary.",
        )
    report = ask("amber")
    compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert "Canary" not in str(report.snapshot)
    assert report.snapshot["facts"]["figures"]["overall"]["parts"]["not_reported"] == 32


def test_figures_add_up_to_all_cells(entry, ask):
    report = ask()
    compile_if_waiting(report.pk)
    report.refresh_from_db()
    figures = report.snapshot["facts"]["figures"]
    rows = [*figures["actions"], figures["overall"]]
    assert [row["cells"] for row in rows] == [24, 8, 32]
    assert all(sum(row["parts"].values()) == row["cells"] for row in rows)
    assert figures["overall"]["parts"]["substantial"] == 1


def test_an_entry_of_another_stocktake_is_no_update(
    plan, entry, officer_jp, coordinator, ask
):
    make_entry(
        member_commitment_of(plan, "1.2.2", "FR"),
        by=officer_jp,
        state=State.PUBLISHED,
        published_by=coordinator,
    )
    counts = []
    for report in (ask(), ask(stocktake=None)):
        compile_if_waiting(report.pk)
        report.refresh_from_db()
        parts = report.snapshot["facts"]["figures"]["overall"]["parts"]
        counts.append((parts["substantial"], parts["no_update"]))
    assert counts == [(1, 1), (2, 0)]


def test_only_one_of_two_workers_claims_a_job(ask, now):
    report = ask()
    assert claim_report(report_id=report.pk, at=now) is not None
    assert claim_report(report_id=report.pk, at=now) is None


def test_what_a_lost_worker_left_is_taken_up_when_its_lease_ran_out(ask, now):
    report = ask()
    lost = claimed_by_a_worker(report, now)
    assert (
        claim_report(report_id=report.pk, at=now + LEASE - timedelta(seconds=1)) is None
    )
    taken = claimed_by_a_worker(report, now + LEASE)
    assert taken.attempts == 2

    # The first worker was only slow: what it writes now is ignored.
    assert not renew_lease(report_id=report.pk, lease=lost.lease, at=now)
    assert not note_progress(report=lost, percent=90, step=Report.Step.FILING, at=now)
    assert not finish(lost, now)
    assert not fail_report(report=lost, problem="Late.", at=now)
    assert finish(taken, now)
    assert Report.objects.get().files.count() == 1
    assert Event.objects.filter(verb="report.finish").count() == 1


def test_a_renewed_lease_is_not_taken(ask, now):
    report = claimed_by_a_worker(ask(), now)
    later = now + LEASE - timedelta(seconds=1)
    assert renew_lease(report_id=report.pk, lease=report.lease, at=later)
    assert claim_report(report_id=report.pk, at=now + LEASE) is None


def test_a_report_that_takes_its_workers_down_fails_in_the_end(ask, now):
    report = ask()
    for number in range(MOST_ATTEMPTS):
        assert claim_report(report_id=report.pk, at=now + number * LEASE)
    compile_if_waiting(report.pk)  # the last lease is still running
    assert Report.objects.get().state == "running"
    Report.objects.update(lease_ends_at=now - LEASE)
    assert compile_if_waiting(report.pk)
    failed = Report.objects.get()
    assert failed.state == "failed"
    assert "stopped 3 times while compiling this report" in failed.problem


def test_a_failed_report_says_why_and_is_retried(ask, now, coordinator, monkeypatch):
    report = ask()
    with monkeypatch.context() as patched:
        patched.setattr("reports.runner.render_all", lambda *_a, **_k: 1 / 0)
        compile_if_waiting(report.pk)
    failed = Report.objects.get()
    assert (failed.state, failed.files.count()) == ("failed", 0)
    assert "failed at this step: Collecting the entries." in failed.problem

    retry_report(report_id=report.pk, by=coordinator, at=now)
    compile_if_waiting(report.pk)
    assert Report.objects.get().state == "done"


def test_a_cancelled_report_stays_cancelled(ask, now, coordinator):
    claimed = claimed_by_a_worker(ask(), now)
    cancel_report(report_id=claimed.pk, by=coordinator, at=now)
    assert not finish(claimed, now)
    assert not compile_if_waiting(claimed.pk)
    assert Report.objects.get().state == "cancelled"
    with pytest.raises(ValidationError):
        cancel_report(report_id=claimed.pk, by=coordinator, at=now)


def test_rights_are_those_of_the_moment_the_job_runs(ask, now):
    report = ask("amber")
    Presidency.objects.at(now).update(ends_at=now - timedelta(seconds=1))
    compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert (report.state, report.files.count()) == ("failed", 0)
    assert "may no longer" in report.problem


@pytest.mark.parametrize("audience", ["clear", "green", "amber", "red", ""])
@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR])
def test_a_delegation_compiles_no_stocktake_report(ask, role, audience):
    user = make_user(role, member="JP")
    with pytest.raises(PermissionDenied):
        ask(audience, by=user)
    assert not Report.objects.exists()


def test_an_observer_compiles_what_it_may_read(ask, observer, former_coordinator):
    assert ask("green", by=observer).requested_by == observer
    with pytest.raises(PermissionDenied):
        ask("amber", by=observer)
    with pytest.raises(PermissionDenied):
        ask("green", by=former_coordinator)


def test_a_request_nobody_can_fulfil_is_refused(ask, now):
    whole = now.replace(microsecond=0)
    for changes in (
        {"known_at": whole + timedelta(hours=1)},
        {"known_at": whole + timedelta(seconds=2)},
        {"known_at": whole - timedelta(microseconds=1)},
        {"known_at": whole - timedelta(days=300)},  # before the stocktake opened
        {"at": now.date() + timedelta(days=1)},
        {"at": date(2016, 5, 26)},
    ):
        with pytest.raises(ValidationError):
            ask(**changes)
    assert not Report.objects.exists()


def test_nobody_fills_the_queue_alone(ask, now, observer, coordinator):
    days = [now.date() - timedelta(days=back) for back in range(MOST_UNFINISHED + 2)]
    *asked, following, last = days
    cancelled, *_others = [ask(by=observer, at=day) for day in asked]
    with pytest.raises(ValidationError, match="Wait until one is done"):
        ask(by=observer, at=following)
    cancel_report(report_id=cancelled.pk, by=observer, at=now)
    ask(by=observer, at=last)
    with pytest.raises(ValidationError, match="Wait until one is done"):
        retry_report(report_id=cancelled.pk, by=observer, at=now)
    assert ask(by=coordinator).state == "queued"


def test_reports_are_seen_by_the_presidency_and_by_who_asked(
    ask, observer, coordinator, former_coordinator, officer_jp, administrator, now
):
    green = ask("green", by=observer)
    amber = ask("amber")
    assert set(Report.objects.visible_to(coordinator, now)) == {amber}
    assert set(Report.objects.visible_to(observer, now)) == {green}
    for other in (former_coordinator, officer_jp, administrator):
        assert not Report.objects.visible_to(other, now).exists()


def test_a_former_presidency_keeps_no_amber_report(ask, now, coordinator):
    amber = ask("amber")
    next_year = now + timedelta(days=365)
    assert amber in Report.objects.visible_to(coordinator, now)
    assert amber not in Report.objects.visible_to(coordinator, next_year)


@pytest.mark.enable_socket
def test_a_silent_broker_costs_the_button_less_than_a_second(settings):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        started = time.monotonic()
        enqueue_soon("reports.tasks.compile_report", uuid4())
        assert time.monotonic() - started < 1.5


def test_the_sweep_finds_what_no_message_announced(ask, now, monkeypatch):
    report = ask()
    Report.objects.update(requested_at=now - timedelta(minutes=1))
    announced: list[str] = []
    monkeypatch.setattr("reports.tasks.compile_report.delay", announced.append)
    sweep_reports()
    assert announced == [str(report.pk)]


def test_instants_are_utc_in_the_snapshot(ask):
    report = ask(known_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC), stocktake=None)
    compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert report.snapshot["envelope"]["known_at"] == {
        "iso": "2026-01-02T03:04:00Z",
        "text": "2 January 2026, 03:04:00 UTC",
    }
