"""The text of one entry with its evidence, before it is a row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from dataclasses import field as dataclass_field
from datetime import date
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.day_sentences import day_as, today_in_utc
from accounts.languages import is_language_tag
from accounts.typed.text import (
    clean_line,
    clean_link,
    clean_text,
    cleaned_or_problem,
    fault_in_address,
    lengths,
)
from progress import limits
from progress.models import (
    Entry,
    EntryEvidence,
    Evidence,
    FileHold,
    Handling,
    Status,
)

# The texts of an entry, with their limits.
TEXT_LIMITS = {
    "narrative": limits.NARRATIVE,
    "next_steps": limits.NEXT_STEPS,
    "obstacles": limits.OBSTACLES,
}

LANGUAGE_SENTENCE = gettext_lazy(
    "Choose a language from the list, or give a BCP 47 tag such as fr or pt-BR."
)


class DaySpan(NamedTuple):
    """The days that an entry may name: from the plan's adoption to today."""

    first: date
    last: date


@dataclass(frozen=True)
class EvidenceItem:
    """A link (with the date it was accessed), a citation or a file.

    Items are equal if their fields are; `id` and `hold` do not count. `id` is that of a
    row the delegation already has. A file always has one, since it is stored before the
    text that names it. `hold` says whether it is held back now.
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
    hold: FileHold = dataclass_field(default=FileHold.NONE, compare=False)

    @classmethod
    def of(cls, evidence: Evidence) -> "EvidenceItem":
        """Return the item of a row. A list joins `scan`: see `Evidence.hold`."""
        columns = {name: getattr(evidence, name) for name in ITEM_FIELDS}
        return cls(**columns, hold=evidence.hold)

    @property
    def kind(self) -> Evidence.Kind:
        if self.file_name:
            return Evidence.Kind.FILE
        return Evidence.Kind.LINK if self.url else Evidence.Kind.CITATION


# The columns of a row of evidence.
ITEM_FIELDS = [field.name for field in fields(EvidenceItem) if field.name != "hold"]


@dataclass(frozen=True)
class EntryText:
    """The fields of an editor. `status` is empty until one is chosen."""

    as_of: date
    status: str = ""
    is_at_risk: bool = False
    # A BCP 47 tag. Where it is empty, the entry keeps the language that it has.
    language: str = ""
    narrative: str = ""
    next_steps: str = ""
    obstacles: str = ""
    handling: str = Handling.GREEN
    evidence: tuple[EvidenceItem, ...] = ()

    @classmethod
    def of(cls, entry: Entry) -> "EntryText":
        """Return the text of a row with its evidence (one query)."""
        links = entry.evidence_links.select_related("evidence__scan")
        return cls.with_links(entry, links.order_by("position"))

    @classmethod
    def with_links(cls, entry: Entry, links: Iterable[EntryEvidence]) -> "EntryText":
        """Return the text of a row with evidence already read (no query)."""
        items = tuple(EvidenceItem.of(link.evidence) for link in links)
        columns = {name: getattr(entry, name) for name in EDITED_FIELDS}
        return cls(**columns, evidence=items)

    def in_language(self, default: str) -> "EntryText":
        """Return the text in this language, unless it names its own."""
        return self if self.language else replace(self, language=default)


def read_links(entries: Iterable[Entry]) -> None:
    """Read the evidence of many entries, in order, for `with_links`. One query."""
    links = EntryEvidence.objects.select_related("evidence__scan").order_by("position")
    in_order = Prefetch("evidence_links", queryset=links)
    prefetch_related_objects(list(entries), in_order)


# The columns of an entry that its editor sets. Evidence has rows of its own.
EDITED_FIELDS = [field.name for field in fields(EntryText) if field.name != "evidence"]


def require_valid(text: EntryText, *, adopted_on: date, today: date) -> EntryText:
    """Return the text as it is stored, whether it comes from a form or an API key.

    Raises ValidationError with every problem at once, as a dict: field → sentences.
    """
    days = DaySpan(adopted_on, today)
    problems: dict[str, list[ValidationError]] = {}
    cleaned: dict[str, Any] = {}
    for field, limit in TEXT_LIMITS.items():
        typed = getattr(text, field)
        cleaned[field], sentence = cleaned_or_problem(clean_text, typed, limit=limit)
        if sentence:
            problems[field] = [ValidationError(sentence, code="text")]
    items = tuple(map(_cleaned_item, text.evidence))
    text = replace(text, **cleaned, evidence=items)
    for field, code, sentence in _problems(text, days):
        problems.setdefault(field, []).append(ValidationError(sentence, code=code))
    if problems:
        raise ValidationError(problems)
    return text


def _problems(text: EntryText, days: DaySpan) -> Iterator[tuple[str, str, str]]:
    if not days.first <= text.as_of <= days.last:
        yield (
            "as_of",
            "out_of_range",
            _("The date must be between the plan's adoption (%(first)s) and today.")
            % {"first": day_as(days.first)}
            + f" {today_in_utc(days.last)}",
        )
    yield from _choice_problems(text)
    for sentence in _evidence_problems(text.evidence, days):
        yield "evidence", "invalid", sentence


# The classes make a new list each time they are asked.
_STATUSES: Final = frozenset(Status.values)
_HANDLINGS: Final = frozenset(Handling.values)


def _choice_problems(text: EntryText) -> Iterator[tuple[str, str, str]]:
    if text.status and text.status not in _STATUSES:
        yield "status", "invalid_choice", _("Choose a status from the list.")
    if text.language and not is_language_tag(text.language):
        yield "language", "invalid", str(LANGUAGE_SENTENCE)
    if text.handling not in _HANDLINGS:
        yield "handling", "invalid_choice", _("Choose a handling label from the list.")


def _cleaned_item(item: EvidenceItem) -> EvidenceItem:
    """Return the item with its texts as they are stored. What is refused is kept."""
    if item.file_name:  # its texts were cleaned when it was added
        return item
    ways = {"title": clean_line, "url": clean_link, "citation": clean_line}
    texts: dict[str, Any] = {
        name: cleaned_or_problem(clean, getattr(item, name))[0]
        for name, clean in ways.items()
    }
    return replace(item, **texts)


def _evidence_problems(
    evidence: tuple[EvidenceItem, ...], days: DaySpan
) -> Iterator[str]:
    if len(evidence) > limits.EVIDENCE_ITEMS:
        yield _(
            "An entry can have at most %(limit)d items of evidence. Remove some items."
        ) % {"limit": limits.EVIDENCE_ITEMS}
    for number, item in enumerate(evidence, start=1):
        for sentence in item_problems(item, days):
            yield _("Evidence %(number)d: %(problem)s") % {
                "number": number,
                "problem": sentence,
            }


def item_problems(item: EvidenceItem, days: DaySpan) -> Iterator[str]:
    """Yield what is wrong with one cleaned item. Each follows "Evidence 1: "."""
    if not item.title:
        yield _("give it a title.")
    if not item.file_name and bool(item.url) == bool(item.citation):
        yield _("give either a link or a citation.")
    yield from _link_problems(item.url)
    for text in (item.title, item.citation):
        _text, sentence = cleaned_or_problem(clean_line, text)
        if sentence:
            yield f"{sentence[0].lower()}{sentence[1:]}"
    yield from _day_problems(item, days)
    yield from _item_lengths(item)


def _link_problems(url: str) -> Iterator[str]:
    if fault := fault_in_address(url):
        yield _("the link has %(fault)s. Delete it.") % {"fault": fault}
    elif url and not _is_web_address(url):
        yield _(
            "the link must be a complete web address, such as https://example.org/page."
        )


def _day_problems(item: EvidenceItem, days: DaySpan) -> Iterator[str]:
    if item.accessed_on is None or days.first <= item.accessed_on <= days.last:
        return
    if item.accessed_on > days.last:
        sentence = _("the date of access cannot be in the future.")
        yield f"{sentence} {today_in_utc(days.last)}"
        return
    yield _("the date of access cannot be before the plan's adoption (%(first)s).") % {
        "first": day_as(days.first)
    }


def _item_lengths(item: EvidenceItem) -> Iterator[str]:
    title, link = len(item.title), len(item.url)
    citation = len(item.citation)
    if title > limits.EVIDENCE_TITLE:
        sentence = _("the title has %(length)s characters; the limit is %(limit)s.")
        yield sentence % lengths(title, limits.EVIDENCE_TITLE)
    if link > limits.URL:
        sentence = _("the link has %(length)s characters; the limit is %(limit)s.")
        yield sentence % lengths(link, limits.URL)
    if citation > limits.CITATION:
        sentence = _("the citation has %(length)s characters; the limit is %(limit)s.")
        yield sentence % lengths(citation, limits.CITATION)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    # `urlsplit` accepts a scheme in capitals. What is stored must have lower case.
    return url.startswith(("http://", "https://")) and bool(parts.hostname)


def require_plain_text(
    text: str, *, field: str, limit: int = limits.COMMENT, is_required: bool = True
) -> str:
    """Return the text as it is stored.

    A required text must have a character that can be seen.

    Raises ValidationError: a dict of the field.
    """
    try:
        text = clean_text(text, limit=limit)
    except ValidationError as error:
        raise ValidationError({field: error.error_list}) from error
    if is_required and not text:
        missing = ValidationError(_("Write a text first."), code="required")
        raise ValidationError({field: [missing]})
    return text
