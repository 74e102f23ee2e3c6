"""The text of one entry with its evidence, before it is a row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from dataclasses import field as dataclass_field
from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.day_sentences import today_in_utc
from accounts.languages import is_language_tag
from progress import limits
from progress.models import Entry, EntryEvidence, Evidence, Handling, Status

# The texts of an entry, with their limits.
TEXT_LIMITS = {
    "narrative": limits.NARRATIVE,
    "next_steps": limits.NEXT_STEPS,
    "obstacles": limits.OBSTACLES,
}

LANGUAGE_SENTENCE = gettext_lazy(
    "Choose a language from the list, or give a BCP 47 tag such as fr or pt-BR."
)


@dataclass(frozen=True)
class EvidenceItem:
    """A link (with the date it was accessed), a citation or a file.

    Items are equal if their fields are; `id` does not count. `id` is that of a row the
    delegation already has. A file always has one, since it is stored before the text
    that names it.
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
        links = entry.evidence_links.select_related("evidence").order_by("position")
        return cls.with_links(entry, links)

    @classmethod
    def with_links(cls, entry: Entry, links: Iterable[EntryEvidence]) -> "EntryText":
        """Return the text of a row with evidence already read (no query)."""
        items = tuple(EvidenceItem.of(link.evidence) for link in links)
        columns = {name: getattr(entry, name) for name in EDITED_FIELDS}
        return cls(**columns, evidence=items)

    def in_language(self, default: str) -> "EntryText":
        """Return the text in this language, unless it names its own."""
        return self if self.language else replace(self, language=default)


# The columns of an entry that its editor sets. Evidence has rows of its own.
EDITED_FIELDS = [field.name for field in fields(EntryText) if field.name != "evidence"]


def require_valid(text: EntryText, *, adopted_on: date, today: date) -> None:
    """Refuse a text that must not be stored, whether from a form or an API key.

    Raises ValidationError with every problem at once, as a dict: field → sentences.
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
            _("The date must be between the plan's adoption (%(first)s) and today.")
            % {"first": date_format(adopted_on, "DATE_FORMAT")}
            + f" {today_in_utc(today)}",
        )
    yield from _choice_problems(text)
    for field, limit in TEXT_LIMITS.items():
        value: str = getattr(text, field)
        if len(value) > limit:
            yield field, "max_length", limits.length_problem(len(value), limit)
        if "\x00" in value:
            yield field, "null_characters", _("Null characters are not allowed.")
    for sentence in _evidence_problems(text.evidence, today):
        yield "evidence", "invalid", sentence


def _choice_problems(text: EntryText) -> Iterator[tuple[str, str, str]]:
    if text.status and text.status not in Status.values:
        yield "status", "invalid_choice", _("Choose a status from the list.")
    if text.language and not is_language_tag(text.language):
        yield "language", "invalid", str(LANGUAGE_SENTENCE)
    if text.handling not in Handling.values:
        yield "handling", "invalid_choice", _("Choose a handling label from the list.")


def _evidence_problems(
    evidence: tuple[EvidenceItem, ...], today: date
) -> Iterator[str]:
    if len(evidence) > limits.EVIDENCE_ITEMS:
        yield _(
            "An entry can have at most %(limit)d items of evidence. Remove some items."
        ) % {"limit": limits.EVIDENCE_ITEMS}
    for number, item in enumerate(evidence, start=1):
        for sentence in item_problems(item, today):
            yield _("Evidence %(number)d: %(problem)s") % {
                "number": number,
                "problem": sentence,
            }


def item_problems(item: EvidenceItem, today: date) -> Iterator[str]:
    """Yield what is wrong with one item. Each sentence follows "Evidence 1: "."""
    texts = (item.title, item.url, item.citation)
    if not item.title.strip():
        yield _("give it a title.")
    if not item.file_name and bool(item.url) == bool(item.citation):
        yield _("give either a link or a citation.")
    if not item.url.isprintable():
        yield _("the link has an invisible character. Delete the link and type it.")
    elif item.url and not _is_web_address(item.url):
        yield _(
            "the link must be a complete web address, such as https://example.org/page."
        )
    if any("\x00" in text for text in texts):
        yield _("null characters are not allowed.")
    if item.accessed_on is not None and item.accessed_on > today:
        yield (
            _("the date of access cannot be in the future.") + f" {today_in_utc(today)}"
        )
    yield from _item_lengths(item)


def _item_lengths(item: EvidenceItem) -> Iterator[str]:
    title, link = len(item.title), len(item.url)
    citation = len(item.citation)
    if title > limits.EVIDENCE_TITLE:
        sentence = _("the title has %(length)s characters; the limit is %(limit)s.")
        yield sentence % limits.lengths(title, limits.EVIDENCE_TITLE)
    if link > limits.URL:
        sentence = _("the link has %(length)s characters; the limit is %(limit)s.")
        yield sentence % limits.lengths(link, limits.URL)
    if citation > limits.CITATION:
        sentence = _("the citation has %(length)s characters; the limit is %(limit)s.")
        yield sentence % limits.lengths(citation, limits.CITATION)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    # `urlsplit` accepts a scheme in capitals. What is stored must have lower case.
    return url.startswith(("http://", "https://")) and bool(parts.hostname)


def require_plain_text(text: str, *, field: str, limit: int = limits.COMMENT) -> str:
    """Return the text without blanks around it. Each line end is one character.

    Raises ValidationError: a dict of the field, with code `required`, `max_length` or
    `null_characters`.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        _refuse(field, _("Write a text first."), "required")
    if "\x00" in text:
        _refuse(field, _("Null characters are not allowed."), "null_characters")
    if len(text) > limit:
        _refuse(field, limits.length_problem(len(text), limit), "max_length")
    return text


def _refuse(field: str, sentence: str, code: str) -> None:
    raise ValidationError({field: [ValidationError(sentence, code=code)]})
