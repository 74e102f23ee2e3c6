"""What a delegation says in one entry, before it is a row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from dataclasses import field as dataclass_field
from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from progress import limits
from progress.models import Entry, EntryEvidence, Evidence, Handling, Status

LIMITS = {
    "narrative": limits.NARRATIVE,
    "next_steps": limits.NEXT_STEPS,
    "obstacles": limits.OBSTACLES,
}


@dataclass(frozen=True)
class EvidenceItem:
    """A link (with the date it was read), a citation or a file.

    Items are equal by what they say. `id` is that of a row the delegation already has:
    a file always has one, since its bytes came before the text that names it.
    """

    title: str
    url: str = ""
    citation: str = ""
    accessed_on: date | None = None
    file_name: str = ""
    media_type: str = ""
    size: int | None = None
    sha256: str = ""
    id: UUID | None = dataclass_field(default=None, compare=False)

    @classmethod
    def of(cls, evidence: Evidence) -> "EvidenceItem":
        return cls(**{name: getattr(evidence, name) for name in ITEM_FIELDS})

    @property
    def kind(self) -> Evidence.Kind:
        if self.file_name:
            return Evidence.Kind.FILE
        return Evidence.Kind.LINK if self.url else Evidence.Kind.CITATION


ITEM_FIELDS = [field.name for field in fields(EvidenceItem)]


@dataclass(frozen=True)
class EntryText:
    """The fields an editor fills in. `status` is empty while nobody has decided."""

    as_of: date
    status: str = ""
    is_at_risk: bool = False
    narrative: str = ""
    next_steps: str = ""
    obstacles: str = ""
    handling: str = Handling.GREEN
    evidence: tuple[EvidenceItem, ...] = ()

    @classmethod
    def of(cls, entry: Entry) -> "EntryText":
        """The text of a row, its evidence included (one query)."""
        links = entry.evidence_links.select_related("evidence").order_by("position")
        return cls.with_links(entry, links)

    @classmethod
    def with_links(cls, entry: Entry, links: Iterable[EntryEvidence]) -> "EntryText":
        """The same from evidence already read, as `positions.with_evidence` does."""
        items = tuple(EvidenceItem.of(link.evidence) for link in links)
        words = {name: getattr(entry, name) for name in TEXT_FIELDS}
        return cls(**words, evidence=items)


# The fields that are columns of an entry; evidence is rows of its own.
TEXT_FIELDS = [field.name for field in fields(EntryText) if field.name != "evidence"]


def require_valid(text: EntryText, *, adopted_on: date, today: date) -> None:
    """Refuse what no form and no key may bring in, every fault at once.

    Raises ValidationError with a dict: field → sentences.
    """
    problems: dict[str, list[ValidationError]] = {}
    for field, code, sentence in _problems(text, adopted_on, today):
        problems.setdefault(field, []).append(ValidationError(sentence, code=code))
    if problems:
        raise ValidationError(problems)


def _problems(
    text: EntryText, adopted_on: date, today: date
) -> Iterator[tuple[str, str, str]]:
    if not adopted_on <= text.as_of <= today:
        yield (
            "as_of",
            "out_of_range",
            _("The date must lie between the plan's adoption (%(first)s) and today.")
            % {"first": adopted_on.isoformat()},
        )
    if text.status and text.status not in Status.values:
        yield "status", "invalid_choice", _("Choose one of the statuses offered.")
    if text.handling not in Handling.values:
        yield "handling", "invalid_choice", _("Choose one of the labels offered.")
    for field, limit in LIMITS.items():
        words: str = getattr(text, field)
        if len(words) > limit:
            yield (
                field,
                "max_length",
                _("This is %(length)d characters long; at most %(limit)d fit.")
                % {"length": len(words), "limit": limit},
            )
        if "\x00" in words:
            yield field, "null_characters", _("Null characters are not allowed.")
    for sentence in _evidence_problems(text.evidence, today):
        yield "evidence", "invalid", sentence


def _evidence_problems(
    evidence: tuple[EvidenceItem, ...], today: date
) -> Iterator[str]:
    if len(evidence) > limits.EVIDENCE_ITEMS:
        yield _("At most %(limit)d items of evidence fit.") % {
            "limit": limits.EVIDENCE_ITEMS
        }
    for number, item in enumerate(evidence, start=1):
        for sentence in item_problems(item, today):
            yield _("Evidence %(number)d: %(problem)s") % {
                "number": number,
                "problem": sentence,
            }


def item_problems(item: EvidenceItem, today: date) -> Iterator[str]:
    """What is wrong with one item, in sentences that go on after "Evidence 1: "."""
    words = (item.title, item.url, item.citation)
    if not item.title.strip():
        yield _("give it a title.")
    if not item.file_name and bool(item.url) == bool(item.citation):
        yield _("give either a link or a citation.")
    if item.url and not _is_web_address(item.url):
        yield _("the link must be a web address starting with https:// or http://.")
    if any("\x00" in word for word in words):
        yield _("null characters are not allowed.")
    if item.accessed_on is not None and item.accessed_on > today:
        yield _("the day it was read cannot lie in the future.")
    if (
        len(item.title) > limits.EVIDENCE_TITLE
        or len(item.url) > limits.URL
        or len(item.citation) > limits.CITATION
    ):
        yield _("it is too long.")


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    # What is parsed leniently is stored strictly: no other case, nothing invisible.
    is_plain = url.startswith(("http://", "https://")) and url.isprintable()
    return is_plain and bool(parts.hostname)


def require_plain_text(words: str, *, field: str, limit: int = limits.COMMENT) -> str:
    """The words without blanks around them. Line ends are one character each.

    Raises ValidationError: a dict of the field, with code `required`, `max_length` or
    `null_characters`.
    """
    words = words.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not words:
        _refuse(field, _("Write something first."), "required")
    if "\x00" in words:
        _refuse(field, _("Null characters are not allowed."), "null_characters")
    if len(words) > limit:
        sentence = _("This is %(length)d characters long; at most %(limit)d fit.")
        _refuse(field, sentence % {"length": len(words), "limit": limit}, "max_length")
    return words


def _refuse(field: str, sentence: str, code: str) -> None:
    raise ValidationError({field: [ValidationError(sentence, code=code)]})
