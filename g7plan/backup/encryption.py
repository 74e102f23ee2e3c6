"""Encrypt and decrypt a stream with age, so that no plain text is on the disk.

age writes to a file by itself, and we write to age. A pipe and a thread join the two.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import BinaryIO

import pyrage

from g7plan.backup.manifest import BackupError

AGE_HEADER = b"age-encryption.org/"
_IDENTITY = "AGE-SECRET-KEY-"


@contextmanager
def encrypted(file: BinaryIO, recipients: Sequence[str]) -> Iterator[BinaryIO]:
    """Give a stream to write to. What is written arrives in the file, encrypted.

    Without a recipient nothing is encrypted. Raises BackupError.
    """
    if not recipients:
        yield file
        return
    keys = [recipient_of(recipient) for recipient in recipients]
    reading, writing = os.pipe()

    def encrypt() -> None:
        with open(reading, "rb") as plain:  # noqa: PTH123 - a number, not a path
            pyrage.encrypt_io(plain, file, keys)

    with _beside(encrypt), open(writing, "wb") as stream:  # noqa: PTH123
        yield stream


@contextmanager
def decrypted(path: Path, identities: Path | None) -> Iterator[BinaryIO]:
    """Give the stream of a backup, decrypted if it is encrypted. Raises BackupError."""
    with path.open("rb") as file:
        is_encrypted = file.read(len(AGE_HEADER)) == AGE_HEADER
        file.seek(0)
        if not is_encrypted:
            yield file
            return
        keys = _identities(identities)
        reading, writing = os.pipe()

        def decrypt() -> None:
            with open(writing, "wb") as plain:  # noqa: PTH123
                pyrage.decrypt_io(file, plain, keys)

        with _beside(decrypt), open(reading, "rb") as stream:  # noqa: PTH123
            yield stream


@contextmanager
def _beside(work: Callable[[], None]) -> Iterator[None]:
    """Run the other end of a pipe in a thread, and wait for it.

    Raises BackupError with what went wrong there: it explains what is missing here. A
    fault that began here has broken the pipe, and is raised itself.
    """
    faults: list[Exception] = []

    def run() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - raised again by the other thread
            faults.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    except Exception:
        thread.join()
        if faults and "Broken pipe" not in str(faults[0]):
            raise BackupError(f"age: {faults[0]}.") from faults[0]
        raise
    thread.join()
    if faults:
        raise BackupError(f"age: {faults[0]}.") from faults[0]


def recipient_of(text: str) -> pyrage.x25519.Recipient:
    """Return the public key of age. Raises BackupError."""
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise BackupError(
            "BACKUP_AGE_RECIPIENT is not a public key of age. It begins with “age1”."
        ) from error


def _identities(path: Path | None) -> list[pyrage.x25519.Identity]:
    if path is None:
        raise BackupError(
            "This backup is encrypted. Name the file with the secret key of age:"
            " --identity FILE."
        )
    try:
        lines = path.read_text("utf-8").splitlines()
        found = [
            pyrage.x25519.Identity.from_str(line.strip())
            for line in lines
            if line.strip().upper().startswith(_IDENTITY)
        ]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise BackupError(f"The secret key in {path} cannot be read.") from error
    if not found:
        raise BackupError(f"There is no secret key of age in {path}.")
    return found
