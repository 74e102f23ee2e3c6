"""Forms of reference data. They check the format; the actions check the rules."""

from typing import Any, cast

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts.languages import language_choices
from accounts.models import (
    AssessingBody,
    EditedRow,
    Member,
    Presidency,
    members_in_order,
)
from accounts.typed.fields import LinkField, NameField
from commitments.models import Acronym, Commitment, Instrument, Summit
from commitments.reference_kinds import FIELD_LABELS, ReferenceKind

NO_VERSION = 0


class RowField(forms.ChoiceField):
    """A row of another table, by its key: compared in Python, so any text is safe."""

    def offer(self, rows: list[Any], *, none: object = None) -> None:
        first = [] if none is None else [("", none)]
        self.choices = [*first, *((str(row.pk), str(row)) for row in rows)]
        self.by_key = {str(row.pk): row for row in rows}

    def clean(self, value: Any) -> Any:
        return self.by_key.get(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, EditedRow) else value


class DayField(forms.DateField):
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ReferenceForm(forms.Form):
    """The fields of a kind's page, with the version of the row that it showed."""

    # What the person confirms before it is saved; empty where nothing needs that.
    confirmation: Any = ""

    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=NO_VERSION
    )

    def __init__(self, data: Any = None, *, row: EditedRow, **kwargs: Any) -> None:
        initial = {"version": row.version, **kwargs.pop("initial", {})}
        if not row._state.adding:
            initial |= {name: getattr(row, name) for name in row.edited_fields}
        super().__init__(data, initial=initial, **kwargs)
        self.row = row
        self._offer_rows()
        if self.confirmation:
            self.fields["is_confirmed"] = forms.BooleanField(
                label=self.confirmation,
                required=False,
                error_messages={"required": _("Confirm this before you save.")},
            )

    def _offer_rows(self) -> None:
        """Fill the lists of rows to choose from."""

    @property
    def needs_confirmation(self) -> bool:
        return bool(self.confirmation)

    def clean(self) -> dict[str, Any]:
        if self.needs_confirmation and not self.cleaned_data.get("is_confirmed"):
            self.add_error(
                "is_confirmed", self.fields["is_confirmed"].error_messages["required"]
            )
        return self.cleaned_data

    @property
    def named_version(self) -> int:
        return self.cleaned_data.get("version") or NO_VERSION

    @property
    def values(self) -> dict[str, Any]:
        """Return what was typed, as values of the row."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in self.row.edited_fields
        }

    def start_from(self, version: int) -> None:
        """Keep what was typed, and name this version as the one it starts from."""
        data = cast("MultiValueDict[str, str]", self.data).copy()
        data["version"] = str(version)
        self.data = data

    def put_errors(self, error: Any) -> None:
        """Show each problem that an action raised beside its field, or above all."""
        problems = getattr(error, "error_dict", None) or {"__all__": error.error_list}
        for name, sentences in problems.items():
            place = name if name in self.fields else None
            self.add_error(place, forms.ValidationError(sentences))


def _name(name: str, limit: int, *, required: bool = True, note: Any = "") -> NameField:
    return NameField(
        label=FIELD_LABELS[name], max_length=limit, required=required, help_text=note
    )


class MemberForm(ReferenceForm):
    confirmation = _(
        "I confirm that entries of this member go to the Presidency without clearance"
        " by a head. What has gone out cannot be taken back. (Needed only if you start"
        " to skip clearance.)"
    )

    language = forms.ChoiceField(
        label=FIELD_LABELS["language"],
        required=False,
        help_text=_("New drafts begin in this language."),
    )
    skips_clearance = forms.BooleanField(
        label=FIELD_LABELS["skips_clearance"], required=False
    )

    def _offer_rows(self) -> None:
        field = cast("forms.ChoiceField", self.fields["language"])
        stored = cast("Member", self.row).language
        field.choices = [("", _("Not set")), *language_choices(stored)]

    @property
    def needs_confirmation(self) -> bool:
        before = cast("Member", self.row).skips_clearance
        return bool(self.cleaned_data.get("skips_clearance")) and not before


class PresidencyForm(ReferenceForm):
    confirmation = _(
        "I confirm that coordinators of this member act as the Presidency from its"
        " first day. Once it has begun, it cannot be changed."
    )

    member = RowField(label=FIELD_LABELS["member"])

    def _offer_rows(self) -> None:
        states = Member.objects.filter(kind=Member.Kind.STATE)
        cast("RowField", self.fields["member"]).offer(members_in_order(states))


class SummitForm(ReferenceForm):
    name = _name("name", 80)
    year = forms.IntegerField(
        label=FIELD_LABELS["year"], min_value=1975, max_value=2200
    )
    host = RowField(label=FIELD_LABELS["host"])
    place = _name("place", 80, required=False)
    starts_on = DayField(label=FIELD_LABELS["starts_on"], required=False)
    ends_on = DayField(label=FIELD_LABELS["ends_on"], required=False)

    def _offer_rows(self) -> None:
        members = members_in_order(Member.objects.all())
        cast("RowField", self.fields["host"]).offer(members)


class InstrumentForm(ReferenceForm):
    name = _name("name", 160)
    kind = forms.ChoiceField(
        label=FIELD_LABELS["kind"], choices=Instrument.Kind.choices
    )
    owner = RowField(
        label=FIELD_LABELS["owner"],
        required=False,
        help_text=_("Who keeps or runs it."),
    )

    def _offer_rows(self) -> None:
        others = Instrument.objects.exclude(pk=self.row.pk).order_by("name", "pk")
        cast("RowField", self.fields["owner"]).offer(list(others), none=_("None"))


class AssessingBodyForm(ReferenceForm):
    name = _name("name", 120)
    short_name = _name(
        "short_name", 30, note=_("For tables and lists. At most 30 characters.")
    )
    website = LinkField(
        label=FIELD_LABELS["website"],
        max_length=200,
        required=False,
        help_text=_("A complete address, such as https://example.org."),
    )


class ShortTitleForm(ReferenceForm):
    short_title = _name(
        "short_title", 60, note=_("At most 60 characters. Each title once in a plan.")
    )


class AcronymForm(ReferenceForm):
    acronym = _name("acronym", 20)
    meaning = _name("meaning", 160)


FORMS: dict[type[EditedRow], type[ReferenceForm]] = {
    Member: MemberForm,
    Presidency: PresidencyForm,
    Summit: SummitForm,
    Instrument: InstrumentForm,
    AssessingBody: AssessingBodyForm,
    Commitment: ShortTitleForm,
    Acronym: AcronymForm,
}


def edit_form(kind: ReferenceKind, row: EditedRow, data: Any = None) -> ReferenceForm:
    return FORMS[kind.model](data, row=row)


def add_form(kind: ReferenceKind, data: Any = None, *, after: int = 0) -> ReferenceForm:
    """Return the form of a new row. What it adds cannot be removed again."""
    form_class = FORMS[kind.model]
    if not form_class.confirmation:
        added = {"confirmation": _("I know that it can be changed, but never removed.")}
        form_class = type(form_class.__name__, (form_class,), added)
    return form_class(data, row=kind.model(), initial={"version": after})
