"""Days and instants in forms."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.languages import is_language_tag, language_choices
from accounts.typed.fields import LineField
from progress.entries.text import LANGUAGE_SENTENCE


class LanguageField(LineField):
    """The language of a text: one of a list, or the one that is stored already."""

    widget = forms.Select

    @staticmethod
    def choices_with(stored: str) -> list[tuple[str, str]]:
        """Return the languages to offer. A text that has one cannot lose it."""
        unknown = [] if stored else [("", _("Not stated"))]
        return unknown + language_choices(stored)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not is_language_tag(value):
            raise ValidationError(LANGUAGE_SENTENCE, code="invalid")


def offer_if_several(
    form: forms.Form, name: str, everything: object, choices: Sequence[tuple[str, Any]]
) -> None:
    """Offer these choices in a filter. A field with only one leaves the form."""
    if len(choices) < 2:
        del form.fields[name]
        return
    field = cast("forms.ChoiceField", form.fields[name])
    field.choices = [("", everything), *choices]


def day_input() -> forms.DateInput:
    """Return a date input. It takes ISO dates only, in every language."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


# Far before and after any stocktake, and safe in every time zone.
FIRST_YEAR, LAST_YEAR = 1900, 2200


class InstantInput(forms.DateTimeInput):
    """The browser's own date and time control. It knows no time zone.

    Seconds are shown only if the value has them.
    """

    input_type = "datetime-local"

    def format_value(self, value: Any) -> str | None:
        if not isinstance(value, datetime):
            return None if value is None else str(value)
        has_seconds = bool(value.second or value.microsecond)
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        timespec = "auto" if has_seconds else "minutes"
        return local.replace(tzinfo=None).isoformat(timespec=timespec)


class InstantField(forms.DateTimeField):
    """A date and time in the reader's zone.

    It refuses an hour that the clocks skip, and one that they show twice.
    """

    widget = InstantInput

    def prepare_value(self, value: Any) -> Any:
        # Django would drop the zone here; the widget shows it in the reader's.
        return value

    def to_python(self, value: Any) -> datetime | None:
        try:
            instant: datetime | None = super().to_python(value)
        except ValidationError as error:
            if error.code == "ambiguous_timezone":
                raise _no_such_hour(value) from error
            raise
        if instant is not None and not FIRST_YEAR < instant.year < LAST_YEAR:
            raise ValidationError(
                _(
                    "That day is out of range. Choose a year from %(first)d"
                    " to %(last)d."
                ),
                code="range",
                params={"first": FIRST_YEAR + 1, "last": LAST_YEAR - 1},
            )
        return instant


def name_the_zone(form: forms.Form) -> None:
    """Say beside each time of a form that it is in the reader's zone, and which."""
    zone = _("Your time zone is %(zone)s.") % {
        "zone": timezone.get_current_timezone_name().replace("_", " ")
    }
    for field in form.fields.values():
        if isinstance(field, InstantField):
            field.help_text = f"{field.help_text} {zone}".strip()


def _no_such_hour(value: Any) -> ValidationError:
    """Return whether the hour is skipped or comes twice, with the zone named."""
    local = parse_datetime(str(value).strip())
    zone = timezone.get_current_timezone()
    about = {"zone": timezone.get_current_timezone_name()}
    if local is not None and _is_skipped(local.replace(tzinfo=zone)):
        sentence = _(
            "This hour does not exist in %(zone)s: the clocks go forward. Choose"
            " another hour."
        )
        return ValidationError(sentence % about, code="skipped_hour")
    sentence = _(
        "This hour comes twice in %(zone)s: the clocks go back. Choose an hour before"
        " or after it."
    )
    return ValidationError(sentence % about, code="repeated_hour")


def _is_skipped(local: datetime) -> bool:
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(
        tzinfo=None
    ) != local.replace(tzinfo=None)
