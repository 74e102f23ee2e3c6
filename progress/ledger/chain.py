"""The hashes of the ledger: what is hashed, and how records are chained.

Canonical JSON (RFC 8785), SHA-256 (FIPS 180-4), hashes in lower-case hexadecimal,
instants in UTC with six decimals and a Z. `docs/ledger.md` explains how to repeat it.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from types import NoneType
from typing import Any
from uuid import UUID

import orjson
import rfc8785

# The previous hash of the first record.
NOTHING = "0" * 64
# Values that every library writes alike. Whole numbers are, up to this one.
_SIMPLE = frozenset({str, bool, NoneType})
_MOST = 2**53 - 1


def canonical_bytes(value: object) -> bytes:
    """Return JSON data as canonical JSON (RFC 8785). Raises ValueError if it has none.

    Plain data is written by orjson, in a twentieth of the time. RFC 8785 orders keys
    by UTF-16, and writes fractions in a way of its own: those it writes itself.
    """
    return _written(value, rfc8785.dumps)


def canonical(value: object) -> str:
    """Return JSON data as canonical JSON text: as RFC 8785, unless it has fractions."""
    return _written(value, _dumps).decode()


def canonical_with(fields: Mapping[str, Any], content: bytes) -> bytes:
    """Return plain fields as canonical JSON, with a content that is canonical JSON."""
    return _quick({**fields, "content": orjson.Fragment(content)})


def is_canonical(text: str, value: object) -> bool:
    """Whether this JSON text is RFC 8785's form of the value that was read from it.

    A text without blanks shows its fractions, large numbers and letters beyond ASCII.
    Without those it is canonical if orjson writes the same.
    """
    written = text.encode()
    is_usual = text[:1] in {"{", "["} and text.isascii()
    if is_usual and not any(number.search(text) for number in _UNUSUAL_NUMBERS):
        return _quick(value) == written
    return canonical_bytes(value) == written


# A number is after a key, or in a list. What looks like one in a text does no harm.
# One pattern for each beginning is quick to find.
_UNUSUAL_NUMBERS = [
    re.compile(f"{before}-?(?:[0-9]{{16}}|[0-9]+[.eE])")
    for before in ('":', r"\[", ",")
]


def hash_of(value: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the value as canonical JSON."""
    return sha256(canonical_bytes(value)).hexdigest()


def is_canonical_of(text: str, value: object) -> bool:
    """Whether this text is `canonical` of the value, found without a check of it.

    Only that form is equal to it, so the quick form is equal only if it is that one.
    """
    return _quick(value) == text.encode() or canonical(value) == text


def _written(value: object, slow: Callable[[Any], bytes]) -> bytes:
    try:
        is_plain = _is_plain(value)
    except TypeError:  # a key that is no text
        is_plain = False
    return (_quick(value) if is_plain else b"") or slow(value)


def _quick(value: object) -> bytes:
    """Return the canonical form of plain data; nothing where orjson refuses it."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # half a character, or too deep
        return b""


def _dumps(value: object) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def _is_plain(value: object) -> bool:
    """Whether orjson writes this as RFC 8785 does: ASCII keys, and no fractions."""
    if isinstance(value, dict):
        if not "".join(value).isascii():
            return False
        parts = list(value.values())
    elif isinstance(value, list):
        parts = value
    else:
        is_whole = type(value) is int and -_MOST <= value <= _MOST
        return is_whole or type(value) in _SIMPLE
    others = set(map(type, parts)) - _SIMPLE
    return not others or all(_is_plain(one) for one in parts if type(one) in others)


def hash_of_text(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return sha256(text.encode()).hexdigest()


def instant(at: datetime) -> str:
    """Return an instant as the ledger writes it: `2017-05-20T12:00:00.000000Z`."""
    text = at.astimezone(UTC).isoformat(timespec="microseconds")
    return text.removesuffix("+00:00") + "Z"


def as_json(value: object) -> object:
    """Return the value of a column in JSON types, as the ledger writes it."""
    convert = _AS_JSON.get(type(value))
    return convert(value) if convert else value


_AS_JSON: dict[type, Callable[[Any], object]] = {
    datetime: instant,
    date: date.isoformat,
    UUID: str,
}


# These are made for each row of a ledger. A frozen one takes three times as long.
@dataclass
class Link:
    """One record of the chain, as plain data."""

    sequence: int
    kind: str
    recorded_at: datetime
    content_sha256: str
    previous_sha256: str

    @property
    def hashed(self) -> dict[str, Any]:
        """Return the fields as they are hashed and exported."""
        return {**vars(self), "recorded_at": instant(self.recorded_at)}

    @property
    def sha256(self) -> str:
        return sha256(_quick(self.hashed)).hexdigest()


@dataclass
class TrailLink:
    """One row of the trail's chain, as plain data."""

    sequence: int
    kind: str
    subject: str
    content_sha256: str
    previous_sha256: str

    @property
    def sha256(self) -> str:
        return sha256(_quick(vars(self))).hexdigest()
