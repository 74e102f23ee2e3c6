"""What someone holds of a report: the code that it shows, or the hash of a file."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from reports.codes import read_code
from reports.models import ReportFile

# No code is longer, however it is typed. What is longer is not even looked at.
MOST_TYPED = 100  # characters
# Hyphens and dashes of all kinds, and what a copy from a document brings along.
_BETWEEN = re.compile("[\\s\u00ad\u200b\u2010-\u2015\u2212\ufe63-]+")
_SHA256 = re.compile("[0-9a-f]{64}")
# No report has it: what is no code or hash takes the same query as an unknown one.
_NONE = "none"


class HeldAs(StrEnum):
    CODE = "code"
    FILE = "file"
    SHA256 = "sha256"


@dataclass(frozen=True)
class Held:
    """A code, or a SHA-256 in hexadecimal, in the form in which it is stored."""

    kind: HeldAs
    value: str

    @property
    def is_code(self) -> bool:
        return self.kind == HeldAs.CODE

    def matches(self) -> Q:
        """Return the condition for the reports that have it."""
        if self.is_code:
            return Q(code=self.value)
        files = ReportFile.objects.filter(sha256=self.value)
        return Q(pk__in=files.values("report"))


def held_code(typed: str) -> Held:
    """Return a code as typed, also in full-width letters as in Japanese text."""
    code = ""
    if len(typed) <= MOST_TYPED:
        folded = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed))
        code = read_code(folded) if folded.isascii() else ""
    return Held(HeldAs.CODE, code or _NONE)


def held_hash(typed: str, kind: HeldAs = HeldAs.SHA256) -> Held:
    """Return a SHA-256 as typed, or as `sha256sum` prints it before a file name."""
    first, *_name = typed.strip().lower().split(maxsplit=1) or [""]
    return Held(kind, first if _SHA256.fullmatch(first) else _NONE)
