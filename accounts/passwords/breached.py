"""Find a password in a sorted file of breached ones, without loading the file.

The file is what `PwnedPasswordsDownloader` writes: a line for each password, with its
SHA-1 in hexadecimal and, after a colon, how often it was seen. Lines may be shortened
to a prefix of the SHA-1, all of one length. No password and no part of its hash leaves
this machine.
"""

import re
from hashlib import sha1
from pathlib import Path
from typing import BinaryIO

from accounts.passwords.normal_form import normal

# With 12 hexadecimal digits, a good password is hardly ever refused by chance.
SHORTEST_PREFIX = 12
_LINE = re.compile(rb"([0-9A-Fa-f]{%d,40})(?::\d+)?\r?\n?" % SHORTEST_PREFIX)
_LONGEST_LINE = 80


class UnusableListError(ValueError):
    """The file is no list of breached passwords. The text says what is wrong."""


def require_list(path: Path) -> None:
    """Raise UnusableListError unless the file can be read and its ends are in order."""
    try:
        with path.open("rb") as file:
            first = _hash_at(file, 0)
            last = _hash_at(file, max(file.seek(0, 2) - _LONGEST_LINE, 0))
    except OSError as error:
        raise UnusableListError(
            f"“{path}” cannot be read: {error.strerror}."
        ) from error
    if not first or first > (last or first):
        raise UnusableListError(f"“{path}” holds no sorted SHA-1 hashes.")


def is_breached(password: str, path: Path) -> bool:
    """Return whether the list has this password. Raises UnusableListError.

    It reads about forty lines, also of a list of a thousand million.
    """
    hashed = sha1(normal(password).encode(), usedforsecurity=False)
    wanted = hashed.hexdigest().upper().encode()
    try:
        with path.open("rb") as file:
            found = _hash_at(file, _place_of(wanted, file))
    except OSError as error:
        raise UnusableListError(
            f"“{path}” cannot be read: {error.strerror}."
        ) from error
    return bool(found) and wanted.startswith(found)


def _unreadable(path: Path, error: OSError) -> UnusableListError:
    return UnusableListError(f"“{path}” cannot be read: {error.strerror}.")


def _place_of(wanted: bytes, file: BinaryIO) -> int:
    """Return the place after which the first line has this hash, or a greater one."""
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        found = _hash_at(file, middle)
        if not found or found >= wanted[: len(found)]:
            high = middle
        else:
            low = middle + 1
    return low


def _hash_at(file: BinaryIO, place: int) -> bytes:
    """Return the hash of the first line that begins here or later, or b"" at the end.

    Raises UnusableListError for a line of another form.
    """
    file.seek(max(place - 1, 0))
    if place:
        file.readline(_LONGEST_LINE)
    line = file.readline(_LONGEST_LINE)
    match = _LINE.fullmatch(line)
    if line and match is None:
        raise UnusableListError("A line is no SHA-1 hash in hexadecimal.")
    return match[1].upper() if match else b""
