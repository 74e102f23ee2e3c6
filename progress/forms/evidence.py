"""The rows of evidence in an editor: links, citations and files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.dates import Today
from accounts.typed.fields import LineField, LinkField
from progress import limits
from progress.entries.text import DaySpan, EntryText, EvidenceItem, item_problems
from progress.forms.fields import day_input
from progress.querysets.evidence import EvidenceQuerySet

# Rows beyond this are not read, however many a browser sends.
MOST_ROWS_READ = 5 * limits.EVIDENCE_ITEMS
# The delegation's own items that the form names, by their ids.
Known = Mapping[UUID, EvidenceItem]


class EvidenceForm(forms.Form):
    """One row of evidence. An empty row is left out.

    A row with the `id` of one of the delegation's items stays that item while its
    fields are the same. A file cannot be edited, only removed.
    """

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    title = LineField(label=gettext_lazy("Title"), required=False)
    url = LinkField(
        label=gettext_lazy("Link"),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        required=False,
    )
    citation = LineField(
        label=gettext_lazy("Or a citation, if there is no link"),
        required=False,
    )
    accessed_on = forms.DateField(
        label=gettext_lazy("Accessed on"),
        widget=day_input(),
        required=False,
    )
    remove = forms.BooleanField(label=gettext_lazy("Remove this row"), required=False)

    @classmethod
    def rows_in(cls, sent: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return the prefix and the title of each row that was sent."""
        numbers = range(1, count_sent(sent) + 1)
        title = _("Evidence %(number)d")
        return [(f"evidence-{each}", title % {"number": each}) for each in numbers]

    TEXT_INPUTS: Final = ("title", "url", "citation")

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        number: int,
        today: Today,
        known: Known,
        adopted_on: date = date.min,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix=f"evidence-{number}", initial=initial)
        self.number = number
        self.today = today
        self.adopted_on = adopted_on
        given = data.get(self.add_prefix("id")) if data else (initial or {}).get("id")
        known_id = _as_id(given)
        self.known = known.get(known_id) if known_id else None

    @property
    def file(self) -> EvidenceItem | None:
        """The item of this row, if it is a file."""
        is_file = self.known is not None and self.known.file_name
        return self.known if is_file else None

    def clean_url(self) -> str:
        """Write the scheme in lower case: some keyboards begin with `Https://`."""
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
            yield _("it is not among your delegation's evidence. Remove the row.")
            return
        days = DaySpan(self.adopted_on, self.today.utc)
        yield from item_problems(self.item(), days)

    @property
    def has_something(self) -> bool:
        """Whether the row shows something that could be removed, checked or not."""
        names = (*self.TEXT_INPUTS, "accessed_on")
        return self.file is not None or any(self[name].value() for name in names)

    @property
    def is_empty(self) -> bool:
        """Whether the row is blank, or ticked to be removed. Check the row first."""
        if self.cleaned_data.get("remove"):
            return True
        names = (*self.TEXT_INPUTS, "accessed_on")
        is_blank = not any(self.cleaned_data.get(name) for name in names)
        return is_blank and self.file is None and not self._is_unknown

    @property
    def _is_unknown(self) -> bool:
        return bool(self.cleaned_data.get("id")) and self.known is None

    def item(self) -> EvidenceItem:
        """Return the item of this row.

        A new link without a date counts as accessed today: the person who adds it has
        just opened it.
        """
        if self.file is not None:
            return self.file
        typed = {name: self.cleaned_data[name] for name in self.TEXT_INPUTS}
        accessed_on = self.cleaned_data["accessed_on"]
        if accessed_on is None and typed["url"] and not self._is_as_known(typed):
            accessed_on = self.today.offered
        return EvidenceItem(
            **typed, accessed_on=accessed_on, id=self.known.id if self.known else None
        )

    def _is_as_known(self, typed: Mapping[str, str]) -> bool:
        """Return whether a stored item without a date is unchanged.

        It gets no date: opening the editor does not mean that its link was opened.
        """
        known = self.known
        return (
            known is not None
            and known.accessed_on is None
            and all(getattr(known, name) == typed[name] for name in self.TEXT_INPUTS)
        )


class EvidenceSearchForm(forms.Form):
    """Looks for the delegation's own evidence. An invalid search finds nothing."""

    find = LineField(
        label=gettext_lazy("Search by title"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def narrow(self, items: EvidenceQuerySet) -> EvidenceQuerySet:
        if not self.is_valid():
            return items.none()
        title = self.cleaned_data["find"]
        return items.filter(title__icontains=title) if title else items


class FileTitleForm(forms.Form):
    """The title of one file that is sent with the editor's form."""

    prefix = "files"

    title = LineField(label=gettext_lazy("Title of the file"), required=False)


class EvidenceRows:
    """The rows of evidence in an editor.

    Rows are counted from what was sent, so that they can be added and emptied without
    JavaScript. `problems` are sentences about files that came with the rows.
    """

    def __init__(
        self, rows: list[EvidenceForm], problems: tuple[str, ...] = ()
    ) -> None:
        self.rows = rows
        self.problems = problems

    def __iter__(self) -> Iterator[EvidenceForm]:
        return iter(self.rows)

    @classmethod
    def showing(cls, text: EntryText, *, today: Today) -> EvidenceRows:
        """Return a row for each item of a text, and a blank one."""
        values = [values_of(item) for item in text.evidence]
        known = {item.id: item for item in text.evidence if item.id is not None}
        return cls(_unchecked(values, today=today, known=known, blank=1))

    @classmethod
    def sent(
        cls,
        data: Mapping[str, Any],
        *,
        today: Today,
        adopted_on: date,
        known: Known,
        problems: tuple[str, ...] = (),
    ) -> EvidenceRows:
        """Return the rows as sent, to be checked."""
        rows = [
            EvidenceForm(
                data, number=number, today=today, adopted_on=adopted_on, known=known
            )
            for number in range(1, count_sent(data) + 1)
        ]
        return cls(rows, problems)

    @classmethod
    def keeping(
        cls,
        data: Mapping[str, Any],
        *,
        today: Today,
        known: Known,
        problems: tuple[str, ...] = (),
        blank: int = 0,
    ) -> EvidenceRows:
        """Return the rows as typed, unchecked, with `blank` empty rows more.

        Rows ticked to be removed are left out.
        """
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
        """The ids of the delegation's items that have a row."""
        return {row.known.id for row in self if row.known and row.known.id}

    def is_valid(self) -> bool:
        return not self.problems and all(
            row.is_valid() or row.data.get(row.add_prefix("remove")) for row in self
        )

    def items(self) -> tuple[EvidenceItem, ...]:
        return tuple(row.item() for row in self if not row.is_empty)


def values_of(item: EvidenceItem) -> dict[str, Any]:
    """Return the values of a row's fields for an item."""
    return {
        "id": item.id,
        "title": item.title,
        "url": item.url,
        "citation": item.citation,
        "accessed_on": item.accessed_on,
    }


def named_ids(data: Mapping[str, Any]) -> set[UUID]:
    """Return the ids that rows were sent with. Invalid ids are left out."""
    given = (
        data.get(f"evidence-{number}-id") for number in range(1, count_sent(data) + 1)
    )
    return {pk for value in given if (pk := _as_id(value)) is not None}


def add_rows(data: MutableMapping[str, Any], items: list[EvidenceItem]) -> None:
    """Add a row for each of these items that has none, after the rows sent."""
    number, named = count_sent(data), named_ids(data)
    for item in items:
        if item.id in named:
            continue
        number += 1
        for name, value in values_of(item).items():
            data[f"evidence-{number}-{name}"] = "" if value is None else str(value)


def count_sent(data: Mapping[str, Any]) -> int:
    """Return how many rows were sent, numbered from 1 without a gap."""
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
    values: list[dict[str, Any]], *, today: Today, known: Known, blank: int
) -> list[EvidenceForm]:
    room = max(limits.EVIDENCE_ITEMS - len(values), 0)
    rows = [*values, *[{} for _row in range(min(blank, room))]]
    return [
        EvidenceForm(initial=row, number=number, today=today, known=known)
        for number, row in enumerate(rows, start=1)
    ]
