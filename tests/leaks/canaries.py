"""Words that occur nowhere else: an answer with one of them has leaked its secret."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from html import unescape
from io import BytesIO
from uuid import NAMESPACE_URL, UUID, uuid5
from zipfile import ZipFile

from django.http import HttpResponseBase
from pypdf import PdfReader

TOKEN = re.compile(r"zq[0-9a-f]{10}", re.IGNORECASE)
# The same secret in Japanese: a rare character, and four that follow from the name.
KANJI = re.compile("鵺[一-鿿]{4}")
ESCAPED = re.compile(r"\\u([0-9a-f]{4})", re.IGNORECASE)

_told: dict[str, str] = {}


def canary(secret: str, field: str = "") -> str:
    """A word for one field of one secret."""
    digest = sha256(f"{secret} {field}".encode()).hexdigest()
    word = f"zq{digest[:10]}"
    _told[word] = _told[japanese(word)] = f"{secret} {field}".strip()
    return word


def japanese(word: str) -> str:
    digest = sha256(word.encode()).hexdigest()
    places = (int(digest[i : i + 3], 16) for i in range(0, 12, 3))
    return "鵺" + "".join(chr(0x4E00 + place) for place in places)


def words(secret: str, field: str) -> str:
    """Text for a field, with the canary plain, in Japanese, and inside markup."""
    word = canary(secret, field)
    return f"{word} {japanese(word)} <b>{word}</b> **{word}** & more"


def id_of(name: str) -> UUID:
    """The same id in every world: an address can be asked for before it exists."""
    return uuid5(NAMESPACE_URL, name)


def told_by(text: str) -> set[str]:
    """Return the secrets of which a text contains a word, with or without escapes."""
    plain = unescape(ESCAPED.sub(lambda hit: chr(int(hit[1], 16)), text))
    found = {*map(str.lower, TOKEN.findall(plain)), *KANJI.findall(plain)}
    return {_told.get(word, word) for word in found}


@contextmanager
def told_here_alone() -> Iterator[None]:
    """Forget afterwards which canaries were made here."""
    before = dict(_told)
    yield
    _told.clear()
    _told.update(before)


def made_by(plant: Callable[[], None]) -> set[str]:
    """Plant, and return what was made by it alone, by its secret and field.

    In another world the same entry may have canaries that it does not have in this one.
    """
    before = dict(_told)
    _told.clear()
    try:
        plant()
        return set(_told.values())
    finally:
        _told.update(before)


def text_of(answer: HttpResponseBase) -> str:
    """All that an answer says: its status line, headers, cookies and body."""
    headers = [f"{name}: {value}" for name, value in answer.items()]
    cookies = [morsel.OutputString() for morsel in answer.cookies.values()]
    return "\n".join([str(answer.status_code), *headers, *cookies, body_of(answer)])


def body_of(answer: HttpResponseBase) -> str:
    content: bytes = answer.getvalue()
    if content.startswith(b"%PDF-"):
        pages = PdfReader(BytesIO(content)).pages
        return "\n".join(page.extract_text() for page in pages)
    if content.startswith(b"PK"):  # a workbook or a document: all its parts
        with ZipFile(BytesIO(content)) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
        content = b"\n".join(parts)
    return content.decode("utf-8", "replace")
