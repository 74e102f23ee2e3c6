"""Tests of moving files, sweeping orphans, and erasure in object storage."""

from datetime import timedelta
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit import object_storage
from audit.models import SystemPause
from audit.object_storage import FilesAwayError
from audit.owner import OWNER
from audit.stored_files import checked_bytes, delete_after_commit, keep_bytes
from progress.models import EvidenceFile
from reports.actions import stored_files
from reports.actions.stored_files import (
    MOST_ORPHANS,
    missing_objects,
    move_all_files,
    sweep_objects,
)
from reports.models import ReportFile
from tests.factories import add_file, make_entry, member_commitment_of
from tests.progress.tampering import as_superuser
from tests.reports.verify.held_reports import make_report

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
LATER = timedelta(days=2)


@pytest.fixture
def kept(plan, officer_jp, coordinator, now):
    """Two files of evidence and one of a report, in the database."""
    entry = make_entry(member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp)
    for number, name in enumerate(("one.txt", "two.txt")):
        add_file(entry, by=officer_jp, position=number, file_name=name)
    make_report(plan, coordinator, now)
    return texts()


def rows():
    yield from ((f, f.evidence) for f in EvidenceFile.objects.order_by("pk"))
    yield from ((f, f) for f in ReportFile.objects.order_by("pk"))


def texts():
    return [
        checked_bytes(file, size=about.size, sha256=about.sha256)
        for file, about in rows()
    ]


def move(to):
    out = StringIO()
    call_command("move_files", to, stdout=out, stderr=out)
    return out.getvalue()


def test_files_move_to_the_storage_and_back_unchanged(storage, kept):
    assert "3 files were moved. All are in the storage." in move("storage")
    assert all(bytes(file.content) == b"" for file, _about in rows())
    assert storage.names() == {file.object_key for file, _about in rows()}
    assert texts() == kept
    # A second time there is nothing to do.
    assert "0 files were moved" in move("storage")
    assert "3 files were moved. All are in the database." in move("database")
    assert all(file.object_key == "" for file, _about in rows())
    assert storage.versions() == 0
    assert texts() == kept


def test_it_goes_on_where_it_was_stopped(storage, kept):
    next(iter(move_all_files(to_storage=True)))
    assert len(storage.names()) == 1
    assert texts() == kept
    assert "2 files were moved" in move("storage")
    assert texts() == kept


def test_it_stops_where_the_storage_is_away_and_loses_nothing(
    storage, kept, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(object_storage.ObjectStorage, "read", refuse)
        with pytest.raises(CommandError, match="0 files were moved, then: away"):
            move("storage")
    assert texts() == kept
    assert len(storage.names()) == 1  # the one that was written is an orphan
    assert sweep_objects(at=timezone.now() + LATER) == 1


def refuse(*_args, **_options):
    raise FilesAwayError("away")


def test_a_damaged_file_is_named_and_stays(storage, kept):
    damaged = EvidenceFile.objects.order_by("pk")[0]
    with as_superuser() as admin:
        admin.execute(
            "UPDATE progress_evidencefile SET content = 'other' WHERE evidence_id = %s",
            [damaged.pk],
        )
    with pytest.raises(CommandError, match=r"2 files were moved\. 1 were not"):
        move("storage")
    damaged.refresh_from_db()
    assert bytes(damaged.content) == b"other"


def test_only_the_owner_moves_files_and_only_with_a_bucket(kept, settings):
    with pytest.raises(CommandError, match="FILES_S3_BUCKET is not set"):
        move("storage")


def test_objects_of_failed_transactions_are_swept_and_no_others(storage, kept):
    move("storage")
    named = storage.names()
    orphan = keep_bytes(b"of a transaction that failed").object_key
    storage.client.put_object(Bucket="files", Key="g7plan/readme.txt", Body=b"not ours")
    storage.client.put_object(Bucket="files", Key="other/" + "0" * 32, Body=b"others")
    assert sweep_objects(at=timezone.now()) == 0  # it may still be committed
    assert orphan in storage.names()
    assert sweep_objects(at=timezone.now() + LATER) == 1
    assert storage.names() == named | {"readme.txt", "other/" + "0" * 32}
    assert texts() == kept


def test_too_many_orphans_are_left_alone(storage, kept, monkeypatch):
    """The process may look at an old backup, to which all newer files are orphans."""
    assert MOST_ORPHANS > 1
    monkeypatch.setattr(stored_files, "MOST_ORPHANS", 1)
    for _number in range(2):
        keep_bytes(b"x")
    assert sweep_objects(at=timezone.now() + LATER) == 0
    assert len(storage.names()) == 2


def test_while_the_system_is_paused_nothing_is_swept(storage, kept):
    orphan = keep_bytes(b"added after the backup").object_key
    now = timezone.now()
    pause = SystemPause.objects.using(OWNER).create(started_at=now, backup_at=now)
    assert sweep_objects(at=now + LATER) == 0
    assert orphan in storage.names()
    pause.delete(using=OWNER)
    assert sweep_objects(at=now + LATER) == 1


def test_without_a_bucket_there_is_nothing_to_sweep(kept):
    assert sweep_objects(at=timezone.now() + LATER) == 0


def test_what_is_missing_is_named(storage, kept):
    move("storage")
    assert list(missing_objects()) == []
    file = ReportFile.objects.get()
    storage.lose(file.object_key)
    assert list(missing_objects()) == [f"report file {file.pk}"]


def test_deletion_takes_every_version(storage):
    name = keep_bytes(b"first").object_key
    storage.write(name, b"second")
    storage.lose(name)  # a delete marker: the bytes are still there
    assert storage.versions() == 3
    delete_after_commit([name, ""], using=OWNER)
    assert storage.versions() == 0


def test_a_deletion_that_fails_is_made_up_for_by_the_sweep(storage, monkeypatch):
    name = keep_bytes(b"erased").object_key
    with monkeypatch.context() as patch:
        patch.setattr(object_storage.ObjectStorage, "drop", refuse)
        delete_after_commit([name], using=OWNER)
    assert storage.names() == {name}
    assert sweep_objects(at=timezone.now() + LATER) == 1
    assert storage.versions() == 0


def test_the_hash_stays_after_a_move(storage, kept):
    move("storage")
    hashes = [about.sha256 for _file, about in rows()]
    assert hashes == [sha256(text).hexdigest() for text in kept]
