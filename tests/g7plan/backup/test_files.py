"""Tests of the file: what is damaged, cut off or not ours is refused, in words."""

import json
import tarfile
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

import pyrage
import pytest
from django.core.management import CommandError, call_command

from g7plan.backup.archive import Backup, add_part, add_table_part, packed
from g7plan.backup.encryption import encrypted
from g7plan.backup.erasure_list import read_list
from g7plan.backup.heads import read_heads
from g7plan.backup.making import new_file
from g7plan.backup.manifest import FORMAT, BackupError, Manifest, TablePart
from progress.ledger.keys import sign_payload
from progress.ledger.signing import head_line

ROWS = b"1\tAn entry\n" * 200_000


def manifest(**other):
    given = {
        "format": FORMAT,
        "version": "0.1.0",
        "taken_at": datetime(2017, 5, 20, tzinfo=UTC),
        "migrations": ("audit.0001_models",),
        "ledger_head": "",
        "trail_head": "",
        "tables": (
            TablePart("a", ("id",), 200_000, len(ROWS), sha256(ROWS).hexdigest()),
            TablePart("b", ("id",), 0, 0, sha256().hexdigest()),
        ),
        "sequences": {"a_id_seq": 7},
        **other,
    }
    return Manifest(**given)


def made(path, *, rows=ROWS, recipients=(), parts=(), **other):
    with (
        path.open("wb") as file,
        encrypted(file, recipients) as plain,
        packed(plain) as archive,
    ):
        half = len(rows) // 2
        add_table_part(archive, "a", 1, rows[:half])
        add_table_part(archive, "a", 2, rows[half:])
        for name, content in parts:
            add_part(archive, name, content)
        if other.pop("is_whole", True):
            add_part(archive, "manifest.json", manifest(**other).written())
    return path


@pytest.fixture
def identity(tmp_path):
    """A file with a secret key of age, and the public key."""
    key = pyrage.x25519.Identity.generate()
    path = tmp_path / "identity"
    path.write_text(f"# created: 2017-05-20\n{key}\n", "utf-8")
    return path, str(key.to_public())


def test_a_whole_backup_is_read(tmp_path):
    path = made(tmp_path / "one")
    assert Backup.checked(path, None).manifest == manifest()


def test_only_its_key_opens_an_encrypted_backup(tmp_path, identity):
    key, recipient = identity
    path = made(tmp_path / "one", recipients=[recipient])
    assert b"manifest" not in path.read_bytes()
    assert Backup.checked(path, key).manifest == manifest()
    with pytest.raises(BackupError, match="--identity"):
        Backup.checked(path, None)
    other = tmp_path / "other"
    other.write_text(str(pyrage.x25519.Identity.generate()), "utf-8")
    with pytest.raises(BackupError, match="No matching keys"):
        Backup.checked(path, other)
    for content in ("", "no key", "AGE-SECRET-KEY-1NONE"):
        other.write_text(content, "utf-8")
        with pytest.raises(BackupError, match=r"secret key"):
            Backup.checked(path, other)


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_a_damaged_or_shortened_file_is_refused(tmp_path, identity, is_encrypted):
    key, recipient = identity
    path = made(tmp_path / "one", recipients=[recipient] if is_encrypted else [])
    content = path.read_bytes()
    middle = len(content) // 2
    for broken in (
        b"",
        content[: len(content) - 20],
        content[:middle],
        content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        b"anything" + content,
    ):
        path.write_bytes(broken)
        with pytest.raises(BackupError):
            Backup.checked(path, key)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"rows": ROWS[:-1]}, "not what the manifest says: a"),
        ({"is_whole": False}, "no manifest"),
        ({"format": "g7plan-backup/9"}, "of the form"),
        ({"parts": [("tables/c/000001", b"1")]}, "manifest says: c"),
        ({"parts": [("../etc/passwd", b"1")]}, "no part of a backup"),
        ({"parts": [("tables/000001", b"1")]}, "no part of a backup"),
        ({"parts": [("manifest.json", b"{")]}, "manifest cannot be read"),
        ({"parts": [("manifest.json", manifest().written())]}, "goes on"),
    ],
)
def test_a_backup_that_is_not_as_its_manifest_says_is_refused(tmp_path, wrong, told):
    with pytest.raises(BackupError, match=told):
        Backup.checked(made(tmp_path / "one", **wrong), None)


def test_a_link_in_the_archive_is_refused(tmp_path):
    path = tmp_path / "one"
    with path.open("wb") as file, packed(file) as archive:
        entry = tarfile.TarInfo("tables/a/000001")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(entry, BytesIO())
    with pytest.raises(BackupError, match="no part of a backup"):
        Backup.checked(path, None)


def test_nothing_is_left_of_a_backup_that_failed(tmp_path):
    path = tmp_path / "one"
    with pytest.raises(OverflowError), new_file(path) as file:
        file.write((300).to_bytes(1, "big"))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BackupError, match="cannot be written"), new_file(path / "none"):
        pass


def test_a_wrong_public_key_stops_the_backup(tmp_path, settings):
    settings.BACKUP_AGE_RECIPIENT = ["age1none"]
    with pytest.raises(BackupError, match="BACKUP_AGE_RECIPIENT"):
        made(tmp_path / "one", recipients=settings.BACKUP_AGE_RECIPIENT)


def test_the_list_of_erasures_names_its_first_bad_line(tmp_path):
    path = tmp_path / "erasures"
    good = {
        "format": "g7plan-erasure/1",
        "kind": "entry",
        "id": "55555555-5555-4555-8555-555555555555",
        "reason": "Order 12",
        "by": "A. Clerk",
        "at": "2017-05-20T12:00:00Z",
    }
    path.write_text(json.dumps(good) + "\n\n", "utf-8")
    assert [erasure.by for erasure in read_list(path)] == ["A. Clerk"]
    for bad in (
        "{",
        json.dumps({**good, "more": 1}),
        json.dumps({**good, "format": "x"}),
        json.dumps({**good, "kind": "plan"}),
    ):
        path.write_text(f"{json.dumps(good)}\n{bad}\n", "utf-8")
        with pytest.raises(BackupError, match="Line 2"):
            read_list(path)
    with pytest.raises(BackupError, match="cannot be read"):
        read_list(tmp_path / "none")


def test_only_signed_heads_are_taken(tmp_path):
    path, day = tmp_path / "checkpoints.json", datetime(2017, 5, 20, tzinfo=UTC).date()
    signed = sign_payload(head_line(day, "ab" * 32))
    head = {"day": "2017-05-20", "sha256": "ab" * 32, "trail_sha256": "",
            "key_sha256": signed.key_sha256, "signature": signed.signature}  # fmt: skip
    path.write_text(json.dumps({"public_keys": {}, "checkpoints": [head]}), "utf-8")
    assert [kept.sha256 for kept in read_heads(path)] == ["ab" * 32]
    forged = {**head, "sha256": "cd" * 32}
    path.write_text(json.dumps({"checkpoints": [head, forged]}), "utf-8")
    with pytest.raises(BackupError, match="without a good signature: 2017-05-20"):
        read_heads(path)


@pytest.mark.parametrize("command", ["restore", "restore_drill"])
def test_a_file_that_is_not_there_is_named(command, tmp_path):
    with pytest.raises(CommandError, match="cannot be read as a backup"):
        call_command(command, str(tmp_path / "none"))
