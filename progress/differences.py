"""What changed between two texts, word by word. Plain Python."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# A run of letters is one word; Japanese and Chinese are not spaced, so each of their
# characters is one; blanks and signs stand for themselves.
TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\w+|\s+|.")


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is the same in both, added, or removed."""

    kind: Literal["same", "added", "removed"]
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The way from one text to the other; joined without `removed` it is `after`."""
    return list(_pieces(_tokens(before), _tokens(after)))


def _tokens(text: str) -> list[str]:
    # Browsers send CRLF; a text that went through a form is not a changed text.
    return TOKEN.findall(text.replace("\r\n", "\n"))


def _pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(before[start:end]))
            continue
        if start < end:
            yield Piece("removed", "".join(before[start:end]))
        if new_start < new_end:
            yield Piece("added", "".join(after[new_start:new_end]))
