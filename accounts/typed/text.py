"""The way in for every text a person types: a form, the API, a command, a sheet.

The table below says which characters are changed and which are refused. Everything
else is kept as typed: joiners of emoji and of Persian and Indic scripts, variation
selectors, marks of direction (LRM, RLM, ALM), isolates that are closed in their line.
There is no normal form, neither NFC nor NFKC, except in telephone numbers. Texts that
were stored earlier are not changed.

Blanks at both ends of a text are removed, but not before the first of several lines. A
text with no character that can be seen is empty. Doing it twice is the same as doing it
once, so a form and an action may both.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.errors import MessageError

from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

# ---- The table -----------------------------------------------------------------------

# Line ends of other systems, and those that Word and web pages put into a paragraph.
LINE_ENDS = ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")
# Word's bullets, which exist in its own fonts only.
WORD_BULLETS = ("\uf0b7", "\uf0a7")
CHANGED = {**dict.fromkeys(LINE_ENDS, "\n"), **dict.fromkeys(WORD_BULLETS, "•")}

# First and last character of each range that is refused, wherever it is.
REFUSED = (
    ("\x00", "\x08"),  # controls; tab and line feed are kept, U+000B to U+000D changed
    ("\x0e", "\x1f"),
    ("\x7f", "\x9f"),
    ("\u202a", "\u202e"),  # they let a text read in another order than it is stored
    ("\ud800", "\udfff"),  # halves of a pair, which cannot be stored
    ("\ufdd0", "\ufdef"),  # noncharacters, which XML and fonts do not have
    *((chr(last - 1), chr(last)) for last in range(0xFFFF, 0x110000, 0x10000)),
    ("\U000e0000", "\U000e007f"),  # tags: a hidden text, except in the flags below
)  # fmt: skip
# The three flags that Unicode writes with tags: England, Scotland and Wales.
FLAGS = tuple(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(tag)) for tag in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
)
# In Persian and Indic words they are part of the spelling.
JOINERS = "\u200c\u200d"
ISOLATE_STARTS, ISOLATE_END = "\u2066\u2067\u2068", "\u2069"

# Characters that a reader cannot see: Unicode's "default ignorable" ones, and a few
# more. At the ends of an address they are removed.
UNSEEN = (
    ("\u00ad", "\u00ad"), ("\u034f", "\u034f"), ("\u061c", "\u061c"),
    ("\u115f", "\u1160"), ("\u17b4", "\u17b5"), ("\u180b", "\u180f"),
    ("\u200b", "\u200f"), ("\u202a", "\u202e"), ("\u2060", "\u206f"),
    ("\u2800", "\u2800"), ("\u3164", "\u3164"), ("\ufe00", "\ufe0f"),
    ("\ufeff", "\ufeff"), ("\uffa0", "\uffa0"), ("\ufff0", "\ufffb"),
    ("\U0001bca0", "\U0001bca3"), ("\U0001d173", "\U0001d17a"),
    ("\U000e0000", "\U000e0fff"),
)  # fmt: skip
BLANKS = " \t\n\r\x0b\x0c\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"

# Names where Unicode has none, or one in capitals only.
NAMES = {
    "\x00": gettext_lazy("null character"),
    "\x08": gettext_lazy("backspace"),
    "\x1b": gettext_lazy("escape character"),
    "\x7f": gettext_lazy("delete character"),
    "\t": gettext_lazy("tab"),
    "\n": gettext_lazy("line end"),
    "\u061c": gettext_lazy("Arabic letter mark"),
}
NAMES_OF_CATEGORIES = {
    "Cc": gettext_lazy("control character"),
    "Cs": gettext_lazy("half of a character"),
    "Cn": gettext_lazy("noncharacter"),
}

# ---- What is made of it --------------------------------------------------------------


def _ranges(ranges: tuple[tuple[str, str], ...]) -> str:
    return "".join(f"{first}-{last}" for first, last in ranges)


_CHANGED = re.compile("|".join(map(re.escape, CHANGED)))
_REFUSED = re.compile(f"{'|'.join(FLAGS)}|[{_ranges(REFUSED)}]")
_NOT_SEEN = f"{BLANKS}{_ranges(UNSEEN)}"
_ISOLATES = re.compile(f"[{ISOLATE_STARTS}{ISOLATE_END}]")
_SEEN = re.compile(f"[^{_NOT_SEEN}\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ENDS = re.compile(f"^[{_NOT_SEEN}]+|[{_NOT_SEEN}]+$")
# A plain blank inside a link is left to the browser.
_NOT_IN_AN_ADDRESS = re.compile(f"[{_NOT_SEEN.replace(' ', '', 1)}{_ranges(REFUSED)}]")
_EMPTY_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")
# How much of the text before a character is quoted, to find it by.
QUOTED = 20

EMAIL_LENGTH = 254
# Python's parser of addresses raises the last two for some that it cannot read.
UNWRITABLE = (ValueError, MessageError, IndexError, AttributeError)


@dataclass(frozen=True)
class CharacterFault:
    """A character that is refused, and where it is."""

    character: str
    before: str
    is_unpaired: bool = False

    @property
    def code_point(self) -> str:
        return f"U+{ord(self.character):04X}"

    def __str__(self) -> str:
        """Return it as part of a sentence: a soft hyphen (U+00AD) after “report”."""
        name = name_of(self.character)
        if (get_language() or "").startswith("en"):
            name = f"{'an' if name[0].lower() in 'aeio' else 'a'} {name}"
        about = {
            "name": name,
            "code": self.code_point,
            "before": self.before,
        }
        if not self.before:
            return _("%(name)s (%(code)s) at the start") % about
        return _("%(name)s (%(code)s) after “%(before)s”") % about


def name_of(character: str) -> str:
    """Return the Unicode name in small letters: zero width space."""
    category = unicodedata.category(character)
    known = NAMES.get(character) or NAMES_OF_CATEGORIES.get(category)
    return str(known or unicodedata.name(character, _("invisible character")).lower())


def is_seen(text: str) -> bool:
    """Return whether the text has a character that can be seen."""
    return _SEEN.search(text) is not None


def without_unseen(text: str) -> str:
    """Return the text without marks that cannot be seen, for comparing."""
    return re.sub(f"[{_ranges(UNSEEN)}]", "", text)


def find_fault(text: str) -> CharacterFault | None:
    """Return the first character that a text may not have."""
    for found in _REFUSED.finditer(text):
        if found[0] not in FLAGS:
            return _fault_at(text, found.start())
    return next(_unpaired(text), None)


def sentence_about(fault: CharacterFault) -> str:
    """Return why a text is refused, and what to do."""
    if fault.is_unpaired:
        sentence = _(
            "There is %(fault)s without its other half in the same line. Delete it."
        )
    else:
        sentence = _("There is %(fault)s. Delete it.")
    return sentence % {"fault": fault}


def clean_text(typed: str, *, limit: int | None = None) -> str:
    """Return a text of several lines, as it is stored.

    Raises ValidationError with code `character` or `max_length`.
    """
    text = _CHANGED.sub(lambda found: CHANGED[found[0]], typed)
    fault = find_fault(text)
    if fault is not None:
        raise ValidationError(sentence_about(fault), code="character")
    text = _without_ends(text)
    return _short_enough(text, limit) if is_seen(text) else ""


def _without_ends(text: str) -> str:
    """Return the text without blanks and empty lines at its ends.

    Blanks before the first of several lines stay. A table can begin with an empty cell,
    and a list is nested by them.
    """
    stripped = text.strip()
    return _EMPTY_LINES.sub("", text.rstrip()) if "\n" in stripped else stripped


def clean_line(typed: str, *, limit: int | None = None) -> str:
    """Return a text of one line, as `clean_text` does. Raises for a line end in it."""
    line = clean_text(typed, limit=limit)
    if "\n" in line:
        fault = _fault_at(line, line.index("\n"))
        sentence = _("Write this on one line. There is %(fault)s.") % {"fault": fault}
        raise ValidationError(sentence, code="line_end")
    return line


def clean_name(typed: str, *, limit: int | None = None) -> str:
    """Return the name of a person, an authority, a key or a file, as it is stored.

    Between two words there is one blank, whatever blanks or line ends were typed.
    """
    return _short_enough(" ".join(clean_text(typed).split()), limit)


def clean_link(typed: str, *, limit: int | None = None) -> str:
    """Return a link without the marks and blanks at its ends that cannot be seen.

    Raises ValidationError, also for such a mark inside it.
    """
    link = _ENDS.sub("", typed)
    fault = fault_in_address(link)
    if fault is not None:
        about = {"fault": fault, "code": _percent_encoded(fault.character)}
        sentence = _("The link has %(fault)s. Delete it.")
        if about["code"]:
            sentence = _(
                "The link has %(fault)s. Delete it. If it belongs there, write"
                " %(code)s instead."
            )
        raise ValidationError(sentence % about, code="character")
    return _short_enough(link, limit)


def clean_number(typed: str, *, limit: int | None = None) -> str:
    """Return a telephone number, cleaned at its ends as a link is.

    Digits and signs as wide as Japanese letters become plain ones: phones dial those.
    """
    number = unicodedata.normalize("NFKC", _ENDS.sub("", typed))
    return clean_line(number, limit=limit)


def clean_mail_address(typed: str, *, limit: int | None = None) -> str:
    """Return a mail address in lower case, cleaned at its ends as a link is.

    Raises ValidationError for what is no address, or cannot be put into a mail.
    """
    address = _ENDS.sub("", typed)
    fault = fault_in_address(address)
    if fault is not None:
        sentence = _("The address has %(fault)s. Delete it.") % {"fault": fault}
        raise ValidationError(sentence, code="character")
    if _short_enough(address, limit):
        _require_writable(address)
    return _short_enough(address.lower(), limit)


def cleaned_or_problem(
    clean: Callable[..., str], typed: str, *, limit: int | None = None
) -> tuple[str, str]:
    """Return the cleaned text, or the text as typed with why it is refused.

    For checks that collect the problems of several fields.
    """
    try:
        return clean(typed, limit=limit), ""
    except ValidationError as error:
        return typed, " ".join(error.messages)


def fault_in_address(address: str) -> CharacterFault | None:
    """Return the first mark or blank inside an address that cannot be seen."""
    found = _NOT_IN_AN_ADDRESS.search(address)
    return _fault_at(address, found.start()) if found else None


def unstorable(text: str) -> CharacterFault | None:
    """Return the first character that PostgreSQL refuses: a NUL, half of a pair."""
    found = re.search("[\x00\ud800-\udfff]", text)
    return CharacterFault(found[0], before="") if found else None


def require_storable(text: str) -> None:
    """Refuse only what cannot be stored, for a text that is never shown.

    Raises ValidationError with code `character`.
    """
    fault = unstorable(text)
    if fault is not None:
        raise ValidationError(sentence_about(fault), code="character")


def length_problem(length: int, limit: int) -> str:
    """Return the sentence about a text that is longer than its limit."""
    sentence = _("This text has %(length)s characters; the limit is %(limit)s.")
    return sentence % lengths(length, limit)


def lengths(length: int, limit: int) -> dict[str, str]:
    """Return both numbers as the reader's language writes them: 10,050."""
    return {
        "length": number_format(length, force_grouping=True),
        "limit": number_format(limit, force_grouping=True),
    }


def _short_enough(text: str, limit: int | None) -> str:
    if limit is not None and len(text) > limit:
        raise ValidationError(length_problem(len(text), limit), code="max_length")
    return text


def _fault_at(text: str, index: int, *, is_unpaired: bool = False) -> CharacterFault:
    before = re.split("[ /]+", _NOT_IN_AN_ADDRESS.sub(" ", text[:index]).strip(" /"))
    last_word = before[-1][-QUOTED:]
    return CharacterFault(text[index], last_word, is_unpaired=is_unpaired)


def _unpaired(text: str) -> Iterator[CharacterFault]:
    """Yield isolates that are not closed in their line, and ends that open none.

    Unicode ends every isolate with its paragraph, and each line here is one.
    """
    start = 0
    for line in text.split("\n"):
        opened: list[int] = []
        for found in _ISOLATES.finditer(line):
            index = start + found.start()
            if found[0] in ISOLATE_STARTS:
                opened.append(index)
            elif opened:
                opened.pop()
            else:
                yield _fault_at(text, index, is_unpaired=True)
                return
        if opened:
            yield _fault_at(text, opened[0], is_unpaired=True)
        start += len(line) + 1


def _percent_encoded(character: str) -> str:
    """Return how a web address writes a joiner, and nothing for other characters."""
    if character not in JOINERS:
        return ""
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _require_writable(address: str) -> None:
    """Refuse an address that no mail can be written to."""
    local, _at, _domain = address.rpartition("@")
    if not local.isascii():
        raise ValidationError(
            _(
                "No mail can be sent to this address: the part before the @ may have"
                " only letters without accents, digits and signs."
            ),
            code="unwritable",
        )
    validate_email(address)
    try:
        sanitize_address(address, "utf-8")
    except UNWRITABLE as error:
        raise ValidationError(
            _("No mail can be sent to this address. Check it."), code="unwritable"
        ) from error
