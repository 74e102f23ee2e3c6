"""Names of our own reference data, shown in the reader's language.

A name is stored in English. Its translation is in the catalogues, in the context of its
kind: “member”, “summit”, “place” or “short title”. A name that was changed
since, and that no catalogue has, is shown as it is stored.
"""

import unicodedata
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from accounts.typed.text import without_unseen

if TYPE_CHECKING:
    _TextColumn = models.CharField[str, str]
else:
    _TextColumn = models.CharField


# Letters that Unicode does not decompose, as people write them without their mark.
UNMARKED = str.maketrans(
    {
        "æ": "ae", "ǽ": "ae", "œ": "oe", "þ": "th", "ð": "d", "đ": "d", "ɖ": "d",
        "ł": "l", "ƚ": "l", "ø": "o", "ı": "i", "ɨ": "i", "ħ": "h", "ŧ": "t", "ŋ": "n",
        "ə": "e", "ɛ": "e", "ɔ": "o", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ƶ": "z",
        "ĸ": "k", "ʉ": "u", "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "‐": "-", "‑": "-",
        "–": "-", "・": " ", "·": " ", "゠": "-",
    }
)  # fmt: skip


class OurName(str):
    """A name as it is stored, which a page shows in its own language.

    For everything else it is the stored text: it compares, hashes and is written as
    that. So the record, the API and what a form sends back never depend on a language.
    Code that puts a name into a sentence or a file asks `in_language`.
    """

    context: str
    __slots__ = ("context",)

    @classmethod
    def of(cls, stored: str, context: str) -> Self:
        name = cls(stored)
        name.context = context
        return name

    def __html__(self) -> SafeString:
        return conditional_escape(in_language(self))


def in_language(name: str) -> str:
    """Return a name in the active language. A text without a translation stays."""
    if isinstance(name, OurName):
        return pgettext(name.context, str(name))
    return name


def fold(text: str) -> str:
    """Return text without accents and case, and with full-width letters as plain ones.

    Only marks of European scripts are removed: in Japanese, が is not か. So are marks
    that cannot be seen.
    """
    decomposed = unicodedata.normalize("NFKD", without_unseen(text))
    plain = "".join(mark for mark in decomposed if not "\u0300" <= mark <= "\u036f")
    return unicodedata.normalize("NFC", plain).casefold().translate(UNMARKED)


def name_order(name: str) -> tuple[str, str]:
    """Return the key by which names are sorted, in the active language.

    Đ is with D, Ł with L: the languages of the site sort letters with marks among those
    without. The embedded database has no such order, and a library with Unicode's whole
    table of weights would change nothing for these languages. Of names that fold alike,
    code points decide. They also sort Japanese: kana first, then kanji.
    """
    shown = in_language(name)
    return fold(shown), shown


class _NameAttribute(DeferredAttribute):
    """Makes each name of a row an `OurName`, wherever the row comes from."""

    def __set__(self, row: models.Model, value: str | None) -> None:
        field: Any = self.field
        row.__dict__[field.attname] = field.from_db_value(value)


class NameColumn(_TextColumn):
    """The column of a name. The catalogues have its translations in this context."""

    descriptor_class = _NameAttribute

    def __init__(self, *args: Any, context: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.context = context

    def deconstruct(self) -> Any:
        """Return a plain column: a migration knows nothing of languages."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options

    def clone(self) -> Self:
        """Return a copy with the same context, which `deconstruct` leaves out."""
        copy = super().clone()
        copy.context = self.context
        return copy

    def from_db_value(self, value: str | None, *_of_query: Any) -> str | None:
        """Return the name with its context, also in rows of `values`."""
        return OurName.of(value, self.context) if isinstance(value, str) else value
