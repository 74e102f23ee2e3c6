"""Tests of files in object storage: kept, read with their hash, away, erased."""

from hashlib import sha256
from uuid import uuid4

import pytest
from botocore.exceptions import EndpointConnectionError
from django.db import IntegrityError, transaction
from django.test import Client

from audit.object_storage import FileFaultError, FilesAwayError, ObjectStorage
from audit.stored_files import checked_bytes, keep_bytes
from g7plan.readiness import failing_of_database
from progress.actions.evidence import SentFile, add_evidence_file
from progress.models import EvidenceFile
from reports.actions.requests import request_report
from reports.actions.work import (
    CompiledFile,
    SnapshotHashes,
    claim_report,
    finish_report,
)
from reports.models import Report, ReportFile
from reports.report_request import ReportRequest
from reports.runner import compile_if_waiting
from tests.factories import member_commitment_of
from tests.g7plan.files.stand_in import KEYS
from tests.progress import files

pytestmark = pytest.mark.django_db
NAME = "0" * 32
AWAY = ObjectStorage(name="files", endpoint_url="http://127.0.0.1:1", **KEYS)


@pytest.fixture
def keep(plan, officer_jp, now):
    def keep(content=files.TEXT, name="note.txt"):
        return add_evidence_file(
            member_commitment=member_commitment_of(plan, "1.2.2", "JP"),
            file=SentFile(name, content),
            by=officer_jp,
            at=now,
        )

    return keep


def test_the_row_has_the_hash_and_the_storage_only_bytes(storage, keep):
    evidence = keep()
    row = EvidenceFile.objects.get(pk=evidence.pk)
    assert bytes(row.content) == b""
    [name] = storage.names()
    assert row.object_key == name
    assert evidence.sha256 == sha256(files.TEXT).hexdigest()
    head = storage.client.head_object(Bucket="files", Key=f"g7plan/{name}")
    assert head["Metadata"] == {}
    # The name tells nothing: neither the row's id, nor the member, nor the hash.
    for hidden in (evidence.pk.hex, "jp", evidence.sha256[:8], "note"):
        assert hidden not in name


def test_equal_files_of_two_members_are_two_objects(storage):
    """One object for both would tell one member what the other has."""
    kept = {keep_bytes(files.TEXT).object_key for _member in "ab"}
    assert len(kept) == len(storage.names()) == 2


def test_a_person_downloads_it_from_us_and_gets_no_address(storage, keep, officer_jp):
    evidence = keep()
    client = Client()
    client.force_login(officer_jp)
    answer = client.get(f"/evidence/{evidence.pk}/file/")
    assert answer.status_code == 200
    assert answer.content == files.TEXT
    assert "Location" not in answer.headers
    assert "X-Accel-Redirect" not in answer.headers


def test_another_delegation_cannot_download_it(storage, keep, officer_fr):
    client = Client()
    client.force_login(officer_fr)
    assert client.get(f"/evidence/{keep().pk}/file/").status_code == 404


@pytest.mark.parametrize("content", [b"other bytes", files.TEXT + b"x", b""])
def test_other_bytes_are_never_given_out(storage, keep, officer_jp, content):
    evidence = keep()
    storage.write(evidence.file.object_key, content)
    with pytest.raises(FileFaultError):
        checked_bytes(evidence.file, size=evidence.size, sha256=evidence.sha256)
    client = Client(raise_request_exception=False)
    client.force_login(officer_jp)
    answer = client.get(f"/evidence/{evidence.pk}/file/")
    assert answer.status_code == 500
    assert content == b"" or content not in answer.content


def test_bytes_in_the_database_are_checked_too(keep):
    evidence = keep()
    evidence.file.content = b"other bytes"
    with pytest.raises(FileFaultError):
        checked_bytes(evidence.file, size=evidence.size, sha256=evidence.sha256)


def test_a_missing_object_is_a_fault(storage, keep):
    evidence = keep()
    storage.lose(evidence.file.object_key)
    with pytest.raises(FileFaultError):
        checked_bytes(evidence.file, size=evidence.size, sha256=evidence.sha256)


def test_nothing_is_stored_while_the_storage_is_away(settings, plan, keep):
    settings.FILES_S3 = AWAY
    with pytest.raises(FilesAwayError), transaction.atomic():
        keep()
    assert not EvidenceFile.objects.exists()


def test_a_page_and_the_api_say_that_the_storage_is_away(
    storage, settings, keep, officer_jp
):
    evidence = keep()
    settings.FILES_S3 = AWAY
    client = Client(raise_request_exception=False)
    client.force_login(officer_jp)
    page = client.get(f"/evidence/{evidence.pk}/file/")
    assert page.status_code == 503
    assert "The storage of files does not answer." in page.text
    assert "database" not in page.text
    assert page["Retry-After"]
    answer = client.get(f"/api/v1/evidence/{evidence.pk}/file/")
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "storage of files" in answer.json()["detail"]
    # All other pages go on.
    assert client.get("/tasks/").status_code == 200
    assert not failing_of_database()


def test_a_refused_key_is_told_without_the_key(storage, monkeypatch):
    secret = "a-secret-that-is-never-told"
    refused = ObjectStorage(name="no-such-bucket", endpoint_url="", **KEYS)
    refused.secret_access_key = secret
    assert secret not in repr(refused)
    with pytest.raises(FilesAwayError) as told:
        refused.put(NAME, b"x")
    assert secret not in str(told.value)
    assert "NoSuchBucket" in str(told.value)


def test_a_file_has_one_place(keep):
    evidence = keep()
    with pytest.raises(IntegrityError, match="evidence_file_lies_in_one_place"):
        EvidenceFile.objects.create(pk=uuid4(), content=b"x", object_key=NAME)
    assert evidence.file.object_key == ""


# ---- Reports


@pytest.fixture
def make_report(plan, coordinator, now):
    def make():
        known_at = now.replace(microsecond=0)
        request = ReportRequest(plan, "green", at=now.date(), known_at=known_at)
        return request_report(request=request, by=coordinator, at=now)

    return make


def finish(report, now):
    return finish_report(
        report=report,
        snapshot={},
        hashes=SnapshotHashes("0" * 64, "0" * 64),
        files=[CompiledFile("pdf", b"%PDF", None)],
        replaced=[],
        at=now,
    )


def test_a_report_s_file_is_an_object_with_the_hash_in_its_row(
    storage, make_report, now
):
    report = claim_report(report_id=make_report().pk, at=now)
    assert finish(report, now)
    file = ReportFile.objects.get()
    assert bytes(file.content) == b""
    assert storage.names() == {file.object_key}
    assert checked_bytes(file, size=file.size, sha256=file.sha256) == b"%PDF"


def test_a_report_waits_while_the_storage_is_away(
    settings, make_report, made_up_reports, now
):
    settings.FILES_S3 = AWAY
    report = make_report()
    assert not compile_if_waiting(report.pk)
    report.refresh_from_db()
    # The lease ends, and a sweep takes it up again: nothing has failed for ever.
    assert report.state == Report.State.RUNNING
    assert report.problem == ""
    assert not ReportFile.objects.exists()


def test_an_error_of_the_client_is_one_of_ours():
    with pytest.raises(FilesAwayError) as told:
        AWAY.read(NAME, most=1)
    assert isinstance(told.value.__cause__, EndpointConnectionError)
