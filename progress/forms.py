"""What people type: checked and put into shape here, never saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from progress import limits
from progress.entry_text import TEXT_FIELDS, EntryText, EvidenceItem, item_problems
from progress.models import Handling, Status

# A browser cannot be told to send fewer; more is not read.
MOST_ROWS_READ = 5 * limits.EVIDENCE_ITEMS
# A version no row has: what comes without one is treated as out of date.
NO_VERSION = 0


class WordsField(forms.CharField):
    """A text of several lines. Browsers send CRLF, which would count as two."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        words = super().to_python(value) or ""
        return words.replace("\r\n", "\n").replace("\r", "\n")


def _day_input() -> forms.DateInput:
    # A date input takes ISO dates only, whatever the reader's language writes.
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class VersionForm(forms.Form):
    """The version of the entry that somebody looked at before they pressed a button."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=NO_VERSION
    )

    @property
    def named_version(self) -> int:
        return self.cleaned_data.get("version") or NO_VERSION

    def words(self) -> dict[str, Any]:
        """What the verb is told beside the version."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "version"
        }

    def is_about(self, error: ValidationError) -> bool:
        """Does the action refuse what was typed here, and nothing else?"""
        if not hasattr(error, "error_dict"):
            return False
        return error.error_dict.keys() <= self.fields.keys()

    def refuse(self, error: ValidationError) -> None:
        """Put each sentence of an action beside its field, the rest above them all."""
        for field, problems in _by_field(error).items():
            place = field if field in self.fields else None
            self.add_error(place, ValidationError(problems))


class ReasonForm(VersionForm):
    reason = WordsField(
        label=gettext_lazy("Reason"),
        max_length=limits.REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ClearanceForm(VersionForm):
    """What the signature rests on; both may be left out."""

    capital_reference = forms.CharField(
        label=gettext_lazy("The capital's reference"),
        help_text=gettext_lazy(
            "The file or cable that approved it, if there is one. Your delegation alone"
            " sees it; the Presidency sees that the head cleared the entry, and when."
        ),
        max_length=limits.CAPITAL_REFERENCE,
        required=False,
    )
    capital_dated_on = forms.DateField(
        label=gettext_lazy("Its date"), widget=_day_input(), required=False
    )


class EntryForm(VersionForm):
    """The fields of an entry, evidence apart. A draft may be incomplete."""

    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        choices=[("", gettext_lazy("Not decided yet")), *Status.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    as_of = forms.DateField(
        label=gettext_lazy("As of"),
        help_text=gettext_lazy(
            "The day on which this is true, not the day it is written."
        ),
        widget=_day_input(),
    )
    is_at_risk = forms.BooleanField(
        label=gettext_lazy("At risk"),
        help_text=gettext_lazy("The target will be missed unless something changes."),
        required=False,
    )
    narrative = WordsField(
        label=gettext_lazy("Narrative"),
        help_text=gettext_lazy(
            "What was done and what came of it. Markdown: **strong**, - lists, [links](https://…)."
        ),
        max_length=limits.NARRATIVE,
        required=False,
    )
    next_steps = WordsField(
        label=gettext_lazy("Next steps"), max_length=limits.NEXT_STEPS, required=False
    )
    obstacles = WordsField(
        label=gettext_lazy("Obstacles"), max_length=limits.OBSTACLES, required=False
    )
    handling = forms.ChoiceField(
        label=gettext_lazy("Handling"),
        help_text=gettext_lazy("TLP:RED material does not belong in this system."),
        choices=Handling.choices,
        widget=forms.RadioSelect,
    )

    @classmethod
    def showing(cls, text: EntryText, version: int) -> EntryForm:
        """Filled in with a text, and not yet asked whether it is right."""
        return cls(initial=_initial(text, version))

    @classmethod
    def holding(cls, text: EntryText, version: int) -> EntryForm:
        """The same as if it had been sent: it can say what is wrong with the text."""
        return cls(_initial(text, version))

    @classmethod
    def keeping(cls, data: Mapping[str, Any], version: int | None = None) -> EntryForm:
        """What was typed, as it was typed, right or wrong."""
        typed = {name: data.get(name) for name in cls.base_fields}
        return cls(initial=typed if version is None else {**typed, "version": version})

    def text(self, evidence: EvidenceRows) -> EntryText:
        words = {name: self.cleaned_data[name] for name in TEXT_FIELDS}
        return EntryText(**words, evidence=evidence.items())


def _initial(text: EntryText, version: int) -> dict[str, Any]:
    words = {name: getattr(text, name) for name in TEXT_FIELDS}
    return {**words, "version": version}


def _by_field(error: ValidationError) -> dict[str, list[ValidationError]]:
    if hasattr(error, "error_dict"):
        return error.error_dict
    return {NON_FIELD_ERRORS: error.error_list}


class EvidenceForm(forms.Form):
    """One row of evidence; an empty one is no evidence."""

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
        widget=_day_input(),
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
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix=f"evidence-{number}", initial=initial)
        self.number = number
        self.today = today

    def clean_url(self) -> str:
        """Some keyboards begin an address with a capital: HTTPS is https."""
        scheme, mark, rest = str(self.cleaned_data["url"]).partition("://")
        return f"{scheme.lower()}{mark}{rest}" if mark else scheme

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.is_empty:
            for sentence in item_problems(self.item(), self.today):
                about = {"number": self.number, "problem": sentence}
                self.add_error(None, _("Evidence %(number)d: %(problem)s") % about)
        return cleaned

    @property
    def is_empty(self) -> bool:
        """Of a row that was checked: is it blank, or ticked to be removed?"""
        names = (*self.WORDS, "accessed_on")
        return bool(self.cleaned_data.get("remove")) or not any(
            self.cleaned_data.get(name) for name in names
        )

    def item(self) -> EvidenceItem:
        """A link without a date was read today: whoever adds it has just looked."""
        words = {name: self.cleaned_data[name] for name in self.WORDS}
        read = self.cleaned_data["accessed_on"]
        if read is None and words["url"]:
            read = self.today
        return EvidenceItem(**words, accessed_on=read)


class EvidenceRows:
    """The rows of evidence in an editor, the last one blank for more.

    Rows are counted from what was sent, so that a browser without JavaScript can add
    and empty them.
    """

    def __init__(self, rows: list[EvidenceForm]) -> None:
        self.rows = rows

    def __iter__(self) -> Iterator[EvidenceForm]:
        return iter(self.rows)

    @classmethod
    def showing(cls, text: EntryText, *, today: date) -> EvidenceRows:
        values = [
            {
                "title": item.title,
                "url": item.url,
                "citation": item.citation,
                "accessed_on": item.accessed_on,
            }
            for item in text.evidence
        ]
        return cls(_unchecked(values, today=today, blank=1))

    @classmethod
    def sent(cls, data: Mapping[str, Any], *, today: date) -> EvidenceRows:
        numbers = range(1, _count_sent(data) + 1)
        return cls([EvidenceForm(data, number=n, today=today) for n in numbers])

    @classmethod
    def keeping(
        cls, data: Mapping[str, Any], *, today: date, blank: int = 0
    ) -> EvidenceRows:
        """As typed, without the rows ticked to be removed, and with blank ones more."""
        values = [
            {
                name: data.get(f"evidence-{number}-{name}")
                for name in EvidenceForm.base_fields
            }
            for number in range(1, _count_sent(data) + 1)
            if not data.get(f"evidence-{number}-remove")
        ]
        return cls(_unchecked(values, today=today, blank=blank))

    @property
    def has_room(self) -> bool:
        return len(self.rows) < limits.EVIDENCE_ITEMS

    def is_valid(self) -> bool:
        return all(
            row.is_valid() or row.data.get(row.add_prefix("remove")) for row in self
        )

    def items(self) -> tuple[EvidenceItem, ...]:
        return tuple(row.item() for row in self if not row.is_empty)


def _count_sent(data: Mapping[str, Any]) -> int:
    count = 0
    while count < MOST_ROWS_READ and f"evidence-{count + 1}-title" in data:
        count += 1
    return count


def _unchecked(
    values: list[dict[str, Any]], *, today: date, blank: int
) -> list[EvidenceForm]:
    room = max(limits.EVIDENCE_ITEMS - len(values), 0)
    rows = [*values, *[{} for _row in range(min(blank, room))]]
    return [
        EvidenceForm(initial=row, number=number, today=today)
        for number, row in enumerate(rows, start=1)
    ]


class ContributorsForm(forms.Form):
    """Who of a delegation's contributors may draft one commitment."""

    contributors = forms.MultipleChoiceField(
        label=gettext_lazy("Contributors"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        field = self.fields["contributors"]
        field.choices = [(str(person.pk), str(person)) for person in people]  # type: ignore[attr-defined]

    def chosen(self) -> list[User]:
        pks = set(self.cleaned_data["contributors"])
        return [person for person in self.people if str(person.pk) in pks]
