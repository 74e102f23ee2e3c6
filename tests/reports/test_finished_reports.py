"""Tests of what a finished report holds: fixed, signed, and found when changed."""

import json
from copy import deepcopy
from hashlib import sha256
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from audit.owner import OWNER
from progress.ledger.chain import hash_of
from progress.ledger.keys import is_signed
from progress.models import Handling, LedgerRecord, State
from reports.actions.requests import request_report
from reports.actions.signing import sign_report
from reports.erasure import ErasedEntry, erase_from_reports
from reports.models import Report, ReportFile, ReportManifest
from reports.renderers.documents import RENDERERS
from reports.report_request import ReportRequest
from reports.runner import compile_if_waiting
from reports.tasks import sign_reports
from tests.databases import as_owner
from tests.factories import make_entry, member_commitment_of
from tests.finished_reports import make_finished_report
from tests.progress.tampering import as_superuser

pytestmark = pytest.mark.django_db(
    transaction=True, databases=["default", "owner", "signer"]
)


@pytest.fixture
def entry(plan, stocktake, officer_jp, coordinator):
    return make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        stocktake=stocktake,
        published_by=coordinator,
    )


@pytest.fixture
def report(entry, plan, stocktake, coordinator, now, made_up_reports):
    whole = now.replace(microsecond=0)
    request = ReportRequest(plan, Handling.GREEN, now.date(), whole, stocktake)
    report = request_report(request=request, by=coordinator, at=now)
    assert compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert report.state == Report.State.DONE
    return report


CONTENT = {
    "code": "'0123456789ABCDEF'",
    "draft_number": "2",
    "final_of_id": "id",
    "schedule_id": "id",
    "scheduled_for": "now()",
    "plan_id": "plan_id + 1",
    "stocktake_id": "NULL",
    "kind": "'member'",
    "layout": "'compact'",
    "member_id": "'JP'",
    "action_id": "1",
    "sub_area_id": "1",
    "instrument_id": "1",
    "since_stocktake_id": "stocktake_id",
    "since_report_id": "id",
    "since_at": "at",
    "since_known_at": "known_at",
    "is_of_presidency": "false",
    "at": "at - 1",
    "known_at": "known_at - interval '1 second'",
    "audience": "'clear'",
    "language": "'fr'",
    "requested_at": "requested_at - interval '1 day'",
    "requested_by_id": "gen_random_uuid()",
    "state": "'failed'",
    "finished_at": "finished_at - interval '1 day'",
    "snapshot": "jsonb_set(snapshot, '{facts,at,iso}', '\"2020-01-01\"')",
    "snapshot_sha256": "repeat('0', 64)",
    "facts_sha256": "repeat('0', 64)",
    "replaced": "'[1]'",
    "erased_at": "now()",
}
FREE = {
    "circulation": "'circulated'",
    "percent": "99",
    "step": "'filing'",
    "problem": "'None.'",
    "attempts": "2",
}


def run(connect, statement):
    with connect() as cursor:
        cursor.execute(statement)


def as_application():
    return connection.cursor()


def test_every_field_of_a_report_is_content_or_of_its_job():
    columns = {field.column for field in Report._meta.get_fields() if field.concrete}
    jobs = {"id", "lease", "lease_ends_at"}
    assert columns == CONTENT.keys() | FREE.keys() | jobs


@pytest.mark.long
@pytest.mark.parametrize("connect", [as_application, as_owner])
def test_no_content_of_a_finished_report_is_changed(report, connect):
    before = Report.objects.values().get()
    for column, value in CONTENT.items():
        with pytest.raises(Exception, match="is finished, and its content stays"):
            run(connect, f"UPDATE reports_report SET {column} = {value}")
    for statement in ("DELETE FROM reports_report", "TRUNCATE reports_report CASCADE"):
        with pytest.raises(Exception, match=r"stays|append-only|permission denied"):
            run(connect, statement)
    assert Report.objects.values().get() == before


def test_the_fields_of_its_job_and_circulation_are_free(report):
    for column, value in FREE.items():
        run(as_application, f"UPDATE reports_report SET {column} = {value}")
    report.refresh_from_db()
    assert (report.circulation, report.percent) == ("circulated", 99)


def test_a_report_is_finished_only_by_being_compiled(plan, coordinator, now):
    request = ReportRequest(plan, "green", now.date(), now.replace(microsecond=0))
    request_report(request=request, by=coordinator, at=now)
    with pytest.raises(DatabaseError, match="was not being compiled"):
        Report.objects.update(state="done", snapshot={}, finished_at=now)


@pytest.mark.parametrize("connect", [as_application, as_owner])
def test_no_file_is_changed_removed_or_added_later(report, connect):
    for statement in (
        "UPDATE reports_reportfile SET content = 'x'",
        "UPDATE reports_reportfile SET sha256 = repeat('0', 64)",
        "DELETE FROM reports_reportfile",
        "TRUNCATE reports_reportfile",
        "INSERT INTO reports_reportfile (report_id, format, content, size, sha256)"
        " SELECT id, 'docx', 'x', 1, encode(sha256('x'), 'hex') FROM reports_report",
    ):
        with pytest.raises(
            Exception, match=r"append-only|permission denied|takes no file"
        ):
            run(connect, statement)
    assert ReportFile.objects.count() == len(RENDERERS)


@pytest.mark.parametrize(
    "change", [{"sha256": "0" * 64}, {"size": 5}, {"content": b"%PDX"}]
)
def test_a_file_is_stored_with_its_true_hash_and_size(plan, coordinator, now, change):
    fields = {
        "plan": plan, "at": now.date(), "known_at": now, "audience": "green",
        "requested_at": now, "requested_by": coordinator,
    }  # fmt: skip
    make_finished_report(**fields)
    files = ReportFile.objects.values("format", "content", "size", "sha256")
    true = files.get(format="pdf")
    running = Report.objects.create(
        state="running", lease=report_id(), lease_ends_at=now, **fields
    )
    with pytest.raises(DatabaseError, match="has another hash or size"):
        ReportFile.objects.create(report=running, **{**true, **change})


def report_id():
    return Report.objects.values_list("pk", flat=True).get()


# ---- The manifest --------------------------------------------------------------------


def verified():
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    return out.getvalue()


def found(*words):
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_ledger", stdout=out)
    lines = out.getvalue().splitlines()
    assert any(all(word in line for word in words) for line in lines), lines


def test_a_finished_report_is_signed_with_all_that_is_stored_of_it(report):
    sign_reports()
    manifest = ReportManifest.objects.get()
    assert json.loads(manifest.text) == {
        "format": "g7plan-report/1",
        "report": str(report.pk),
        "plan": "test-plan",
        "stocktake": "first",
        "kind": "stocktake",
        "at": report.at.isoformat(),
        "known_at": f"{report.known_at:%Y-%m-%dT%H:%M:%SZ}",
        "audience": "green",
        "language": "en",
        "ledger_head": report.snapshot["envelope"]["ledger_head"],
        "code": report.code,
        "circulation": "none",
        "draft_number": 1,
        "snapshot_sha256": report.snapshot_sha256,
        "facts_sha256": report.facts_sha256,
        "files": [
            {"format": name, "size": 10, "sha256": sha256(b"a document").hexdigest()}
            for name in sorted(RENDERERS)
        ],
    }
    assert is_signed(
        manifest.text.encode(),
        key_sha256=manifest.key_sha256,
        signature=manifest.signature,
    )
    said = verified()
    files = f"{len(RENDERERS)} files"
    assert f"1 finished report with {files}; signed manifests: 1; without: 0" in said


def test_its_envelope_has_the_address_that_checks_it(report, client, settings):
    envelope = report.snapshot["envelope"]
    assert envelope["code"] == report.code
    site, path, code = envelope["verify_url"].partition("/verify/#")
    assert (site, path, code) == (settings.SITE_URL, "/verify/#", report.code)
    page = client.post("/verify/", {"code": code})
    assert page.status_code == 200


OTHER_MARKS = {
    "code": "0" * 16,
    "circulation": "final",
    "draft_number": 7,
    "final_of": "another",
}


def test_another_mark_than_that_of_its_row_is_a_finding(report):
    for name, value in OTHER_MARKS.items():
        snapshot = deepcopy(report.snapshot)
        snapshot["envelope"][name] = value
        with as_superuser() as admin:
            admin.execute(
                "UPDATE reports_report SET snapshot = %s, snapshot_sha256 = %s",
                [json.dumps(snapshot), hash_of(snapshot)],
            )
        found("its row names another report than its snapshot")


def test_signing_twice_adds_one_manifest(report, now):
    sign_reports()
    sign_reports()
    assert sign_report(report_id=report.pk, at=now) is None
    assert ReportManifest.objects.count() == 1


def test_the_page_says_whether_it_is_signed(report, signed_in, coordinator):
    page, url = (
        signed_in(coordinator),
        reverse("reports:report-detail", args=[report.pk]),
    )
    assert "Not signed yet." in page.get(url).content.decode()
    sign_reports()
    text = page.get(url).content.decode()
    manifest = ReportManifest.objects.get()
    assert "Not signed yet." not in text
    assert manifest.signature in text
    assert report.facts_sha256 in text


@pytest.mark.parametrize("connect", [as_application, as_owner])
def test_no_manifest_is_added_or_changed_by_another_role(report, connect):
    statements = [
        "UPDATE reports_reportmanifest SET text = '{}'",
        "DELETE FROM reports_reportmanifest",
        "TRUNCATE reports_reportmanifest",
    ]
    if connect is as_application:
        statements.append(
            "INSERT INTO reports_reportmanifest SELECT id, '{}', now(), '', ''"
            " FROM reports_report"
        )
    else:
        sign_reports()
    for statement in statements:
        with pytest.raises(Exception, match=r"append-only|permission denied"):
            run(connect, statement)


@pytest.mark.long
@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("reports_report", "snapshot = jsonb_set(snapshot, '{facts,title}', '\"x\"')",
         "its snapshot has been changed"),
        ("reports_report", "facts_sha256 = repeat('0', 64)",
         "its facts or their hash have been changed"),
        ("reports_report", "audience = 'clear'", "its row names another report"),
        ("reports_reportfile", "content = 'x'", "its file in the format pdf has been"),
    ],
)  # fmt: skip
def test_what_was_changed_before_is_not_signed(report, now, table, change, words):
    with as_superuser() as admin:
        admin.execute(f"UPDATE {table} SET {change}")
    with pytest.raises(ValidationError, match=words):
        sign_report(report_id=report.pk, at=now)
    sign_reports()  # goes on with the other reports
    assert not ReportManifest.objects.exists()
    found(f"Report {report.pk}: ", words)


FORGED = (
    ("UPDATE reports_reportfile SET content = 'x', size = 1,"
     " sha256 = encode(sha256('x'), 'hex')", "it differs from its signed manifest"),
    ("UPDATE reports_report SET requested_at = requested_at, layout = 'compact'",
     "it differs from its signed manifest"),
    ("UPDATE reports_reportmanifest SET text = replace(text, 'green', 'amber')",
     "the signature of its manifest is not valid"),
    ("UPDATE reports_reportmanifest SET signature = repeat('0', 128)",
     "the signature of its manifest is not valid"),
    ("UPDATE reports_report SET snapshot_sha256 = repeat('0', 64)",
     "its snapshot has been changed"),
    ("DELETE FROM reports_reportfile", "it has no file"),
    ("DELETE FROM audit_event WHERE verb = 'report.finish'",
     "no event records that it was compiled with this snapshot"),
)  # fmt: skip


@pytest.mark.parametrize(("statement", "words"), FORGED)
def test_what_was_changed_after_signing_is_found(report, statement, words):
    sign_reports()
    with as_superuser() as admin:
        admin.execute(statement)
    found(f"Report {report.pk}: ", words)


@pytest.mark.long
def test_a_report_or_a_manifest_that_was_removed_is_found(report, now):
    sign_reports()
    with as_superuser() as admin:
        admin.execute("DELETE FROM reports_reportmanifest")
    assert "signed manifests: 0; without: 1" in verified()  # it may only be late
    with as_superuser() as admin:
        admin.execute(
            "UPDATE reports_report SET finished_at = finished_at - interval '2 days'"
        )
    found(f"Report {report.pk}: ", "its manifest was never signed, or was removed")
    with as_superuser() as admin:
        admin.execute("DELETE FROM reports_reportfile")
        admin.execute("DELETE FROM reports_report")
    found(f"Report {report.pk} was compiled, but it is gone.")


@pytest.mark.long
def test_a_legal_erasure_is_no_finding(report, entry, now):
    sign_reports()
    with transaction.atomic(using=OWNER):
        with transaction.get_connection(OWNER).cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        erase_from_reports(ErasedEntry.of(entry), mark="[erased]", at=now)
    assert "erased by law: 1" in verified()


def test_a_snapshot_from_before_there_were_facts_is_verified_and_signed(report, now):
    """It keeps its shape, and is checked by its stored hash."""
    envelope, facts = report.snapshot["envelope"], report.snapshot["facts"]
    head = LedgerRecord.objects.get().sha256
    old = {**facts, "schema": 3, "report": {**facts, **envelope, "ledger_head": head}}
    with as_superuser() as admin:
        admin.execute(
            "UPDATE reports_report SET snapshot = %s, facts_sha256 = '',"
            " snapshot_sha256 = %s",
            [json.dumps(old), hash_of(old)],
        )
        admin.execute(
            "UPDATE audit_event SET data = %s WHERE verb = 'report.finish'",
            [json.dumps({"snapshot_sha256": hash_of(old)})],
        )
    sign_reports()
    assert "facts_sha256" not in json.loads(ReportManifest.objects.get().text)
    assert "signed manifests: 1; without: 0" in verified()
