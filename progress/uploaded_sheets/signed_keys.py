"""A signed key in each row of a sheet: which row it is, and what was written into it.

A key is signed, so no one can invent one or change it. It has a short mark of each cell
as it was written. So a cell that a person changed is known from one that they left
alone, also after a colleague has changed what is saved.
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from django.core.signing import BadSignature, Signer

BETWEEN: Final = "|"
# Three bytes, as text. A changed cell has the same mark once in 16 million times.
BYTES_OF_MARK: Final = 3
LENGTH_OF_MARK: Final = 4


def mark_of(cell: str) -> str:
    """Return the mark of a text. Line ends and blanks at its ends do not count."""
    text = "\n".join(cell.strip().splitlines())
    digest = blake2b(text.encode(errors="surrogatepass"), digest_size=BYTES_OF_MARK)
    return urlsafe_b64encode(digest.digest()).decode()


def signed_key(parts: Sequence[str], marks: Sequence[str], signer: Signer) -> str:
    """Return a key as its cell holds it."""
    return signer.sign(BETWEEN.join([*parts, "".join(marks)]))


def unsigned_key(
    cell: str, signer: Signer, *, mark_count: int
) -> tuple[list[str], list[str]] | None:
    """Return the parts and the marks of a key, or None if it is not one of ours.

    A key with another number of marks was written before a column was added.
    """
    try:
        *parts, joined = signer.unsign(cell.strip()).split(BETWEEN)
    except BadSignature:
        return None
    starts = range(0, len(joined), LENGTH_OF_MARK)
    marks = [joined[start : start + LENGTH_OF_MARK] for start in starts]
    return (parts, marks) if len(marks) == mark_count else None
