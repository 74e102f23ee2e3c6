"""Fields that several forms have."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _


class WordsField(forms.CharField):
    """A text of several lines. Browsers send CRLF, which would count as two."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        words = super().to_python(value) or ""
        return words.replace("\r\n", "\n").replace("\r", "\n")


def day_input() -> forms.DateInput:
    # A date input takes ISO dates only, whatever the reader's language writes.
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


# Far beyond any stocktake on either side, and safe in every time zone.
FIRST_YEAR, LAST_YEAR = 1900, 2200


class InstantInput(forms.DateTimeInput):
    """The browser's own control, which knows no zone. Seconds only where there are."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> str | None:
        if not isinstance(value, datetime):
            return None if value is None else str(value)
        has_seconds = bool(value.second or value.microsecond)
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        timespec = "auto" if has_seconds else "minutes"
        return local.replace(tzinfo=None).isoformat(timespec=timespec)


class InstantField(forms.DateTimeField):
    """Refuses an hour that the clocks skip, and one that they show twice."""

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
            raise ValidationError(_("That day is out of range."), code="range")
        return instant


def _no_such_hour(value: Any) -> ValidationError:
    """Which of the two it is, with the zone named."""
    local = parse_datetime(str(value).strip())
    zone = timezone.get_current_timezone()
    about = {"zone": timezone.get_current_timezone_name()}
    if local is not None and _is_skipped(local.replace(tzinfo=zone)):
        sentence = _("There is no such hour in %(zone)s: the clocks go forward then.")
        return ValidationError(sentence % about, code="skipped_hour")
    sentence = _("That hour comes twice in %(zone)s: choose one before or after it.")
    return ValidationError(sentence % about, code="repeated_hour")


def _is_skipped(local: datetime) -> bool:
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(
        tzinfo=None
    ) != local.replace(tzinfo=None)
