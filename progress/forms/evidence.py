"""The rows of evidence in an editor: links, citations, files, and what is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from progress import limits
from progress.entries.text import EntryText, EvidenceItem, item_problems
from progress.forms.fields import day_input

# A browser cannot be told to send fewer; more is not read.
MOST_ROWS_READ = 5 * limits.EVIDENCE_ITEMS
# The delegation's own rows that are spoken of, by their ids.
Known = Mapping[UUID, EvidenceItem]


class EvidenceForm(forms.Form):
    """One row of evidence; an empty one is no evidence.

    A row that names one of the delegation's own by `id` stays that one while it says
    the same; a file says what its bytes say, and can only be taken off.
    """

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=gettext_lazy("Title"), required=False)
    url = forms.CharField(
        label=gettext_lazy("Link"),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        required=False,
    )
    citation = forms.CharField(
        label=gettext_lazy("Or a citation, where there is no link"),
        required=False,
    )
    accessed_on = forms.DateField(
        label=gettext_lazy("Link read on"),
        widget=day_input(),
        required=False,
    )
    remove = forms.BooleanField(label=gettext_lazy("Remove this row"), required=False)

    WORDS: Final = ("title", "url", "citation")

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        number: int,
        today: date,
        known: Known,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix=f"evidence-{number}", initial=initial)
        self.number = number
        self.today = today
        given = data.get(self.add_prefix("id")) if data else (initial or {}).get("id")
        known_id = _as_id(given)
        self.known = known.get(known_id) if known_id else None

    @property
    def file(self) -> EvidenceItem | None:
        """The file of this row, if it is one."""
        is_file = self.known is not None and self.known.file_name
        return self.known if is_file else None

    def clean_url(self) -> str:
        """Some keyboards begin an address with a capital: HTTPS is https."""
        scheme, mark, rest = str(self.cleaned_data["url"]).partition("://")
        return f"{scheme.lower()}{mark}{rest}" if mark else scheme

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.is_empty:
            for sentence in self._problems():
                about = {"number": self.number, "problem": sentence}
                self.add_error(None, _("Evidence %(number)d: %(problem)s") % about)
        return cleaned

    def _problems(self) -> Iterator[str]:
        if self.cleaned_data.get("id") and self.known is None:
            yield _("it is not among your delegation's evidence.")
            return
        yield from item_problems(self.item(), self.today)

    @property
    def is_empty(self) -> bool:
        """Of a row that was checked: is it blank, or ticked to be removed?"""
        if self.cleaned_data.get("remove"):
            return True
        names = (*self.WORDS, "accessed_on")
        is_blank = not any(self.cleaned_data.get(name) for name in names)
        return is_blank and self.file is None and not self._is_unknown

    @property
    def _is_unknown(self) -> bool:
        return bool(self.cleaned_data.get("id")) and self.known is None

    def item(self) -> EvidenceItem:
        """A link without a date was read today: whoever adds it has just looked."""
        if self.file is not None:
            return self.file
        words = {name: self.cleaned_data[name] for name in self.WORDS}
        read = self.cleaned_data["accessed_on"]
        if read is None and words["url"] and not self._is_as_known(words):
            read = self.today
        return EvidenceItem(
            **words, accessed_on=read, id=self.known.id if self.known else None
        )

    def _is_as_known(self, words: Mapping[str, str]) -> bool:
        """Nobody looked at a link again only because its entry was opened."""
        known = self.known
        return (
            known is not None
            and known.accessed_on is None
            and all(getattr(known, name) == words[name] for name in self.WORDS)
        )


class EvidenceRows:
    """The rows of evidence in an editor, the last one blank for more.

    Rows are counted from what was sent, so that a browser without JavaScript can add
    and empty them. `problems` are sentences about what came with them: files, choices.
    """

    def __init__(
        self, rows: list[EvidenceForm], problems: tuple[str, ...] = ()
    ) -> None:
        self.rows = rows
        self.problems = problems

    def __iter__(self) -> Iterator[EvidenceForm]:
        return iter(self.rows)

    @classmethod
    def showing(cls, text: EntryText, *, today: date) -> EvidenceRows:
        values = [values_of(item) for item in text.evidence]
        known = {item.id: item for item in text.evidence if item.id is not None}
        return cls(_unchecked(values, today=today, known=known, blank=1))

    @classmethod
    def sent(
        cls,
        data: Mapping[str, Any],
        *,
        today: date,
        known: Known,
        problems: tuple[str, ...] = (),
    ) -> EvidenceRows:
        rows = [
            EvidenceForm(data, number=number, today=today, known=known)
            for number in range(1, count_sent(data) + 1)
        ]
        return cls(rows, problems)

    @classmethod
    def keeping(
        cls,
        data: Mapping[str, Any],
        *,
        today: date,
        known: Known,
        problems: tuple[str, ...] = (),
        blank: int = 0,
    ) -> EvidenceRows:
        """As typed, without the rows ticked to be removed, and with blank ones more."""
        values = [
            {
                name: data.get(f"evidence-{number}-{name}")
                for name in EvidenceForm.base_fields
            }
            for number in range(1, count_sent(data) + 1)
            if not data.get(f"evidence-{number}-remove")
        ]
        return cls(_unchecked(values, today=today, known=known, blank=blank), problems)

    @property
    def has_room(self) -> bool:
        return len(self.rows) < limits.EVIDENCE_ITEMS

    @property
    def ids(self) -> set[UUID]:
        """Of the delegation's own that stand in a row."""
        return {row.known.id for row in self if row.known and row.known.id}

    def is_valid(self) -> bool:
        return not self.problems and all(
            row.is_valid() or row.data.get(row.add_prefix("remove")) for row in self
        )

    def items(self) -> tuple[EvidenceItem, ...]:
        return tuple(row.item() for row in self if not row.is_empty)


def values_of(item: EvidenceItem) -> dict[str, Any]:
    """What the fields of a row hold for an item."""
    return {
        "id": item.id,
        "title": item.title,
        "url": item.url,
        "citation": item.citation,
        "accessed_on": item.accessed_on,
    }


def named_ids(data: Mapping[str, Any]) -> set[UUID]:
    """The ids that rows were sent with; what is none is the row's own problem."""
    given = (
        data.get(f"evidence-{number}-id") for number in range(1, count_sent(data) + 1)
    )
    return {found for one in given if (found := _as_id(one)) is not None}


def add_rows(data: MutableMapping[str, Any], items: list[EvidenceItem]) -> None:
    """Let what was sent hold rows for these items too: after the others, each once."""
    number, named = count_sent(data), named_ids(data)
    for item in items:
        if item.id in named:
            continue
        number += 1
        for name, value in values_of(item).items():
            data[f"evidence-{number}-{name}"] = "" if value is None else str(value)


def count_sent(data: Mapping[str, Any]) -> int:
    count = 0
    while count < MOST_ROWS_READ and (
        f"evidence-{count + 1}-title" in data or f"evidence-{count + 1}-id" in data
    ):
        count += 1
    return count


def _as_id(given: object) -> UUID | None:
    try:
        return UUID(str(given))
    except ValueError:
        return None


def _unchecked(
    values: list[dict[str, Any]], *, today: date, known: Known, blank: int
) -> list[EvidenceForm]:
    room = max(limits.EVIDENCE_ITEMS - len(values), 0)
    rows = [*values, *[{} for _row in range(min(blank, room))]]
    return [
        EvidenceForm(initial=row, number=number, today=today, known=known)
        for number, row in enumerate(rows, start=1)
    ]
