"""Actions of administrators on reference data, each with an event.

Only the fields of a page change: `edited_fields`. Adopted wording, codes and slugs
never do, nor a Presidency that has begun.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import URLValidator
from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.actions.reference import wait_for_other_loads
from accounts.models import AssessingBody, EditedRow, Presidency, User
from accounts.permissions import can_edit_reference_data
from accounts.typed.text import clean_link, clean_name, cleaned_or_problem
from accounts.versions import StaleRow
from audit.record import record
from audit.transactions import retried
from commitments.models import Instrument, Summit
from commitments.querysets import owned_by

AnyRow = TypeVar("AnyRow", bound=EditedRow)
SLUG_LENGTH = 50
# Rows that are called by a name, and in addresses by a slug made from it.
NamedRow = Summit | Instrument | AssessingBody
_is_web_address = URLValidator(schemes=["http", "https"])


@transaction.atomic
def edit_reference_row(
    *,
    row: AnyRow,
    version: int,
    values: Mapping[str, Any],
    by: User,
    at: datetime,
) -> AnyRow:
    """Give a row the values of its page.

    Raises DoesNotExist, PermissionDenied, StaleRow, or ValidationError with a dict of
    fields, or with code `begun`.
    """
    if not can_edit_reference_data(by):
        raise PermissionDenied
    wait_for_other_loads()
    rows: models.QuerySet[AnyRow] = models.QuerySet(type(row))
    now = rows.select_for_update().get(pk=row.pk)
    _refuse_begun(now, at)
    changes = _set(now, values)
    if not changes:  # no conflict is possible, so the version does not matter
        return now
    if now.version != version:
        raise StaleRow(rows.get(pk=row.pk))
    _require_sound(now)
    now.version += 1
    now.edited_at = at
    now.save(update_fields=[*values, "version", "edited_at"])
    _record("edit", now, changes, by=by, at=at)
    return now


@retried
def add_reference_row(
    *, row: AnyRow, values: Mapping[str, Any], by: User, at: datetime
) -> AnyRow:
    """Add a row, which never goes away again: others may refer to it.

    Raises PermissionDenied, or ValidationError with a dict of fields.
    """
    if not can_edit_reference_data(by):
        raise PermissionDenied
    wait_for_other_loads()
    changes = _set(row, values)
    row.edited_at = at
    if isinstance(row, NamedRow):
        row.slug = _free_slug(row)
    _require_sound(row)
    row.save(force_insert=True)
    _record("add", row, changes, by=by, at=at)
    return row


@retried
def add_next_presidency(
    *, member: Any, after: int, by: User, at: datetime
) -> Presidency:
    """Add a year in the chair that begins when the last known one ends.

    `after` is the key of the last Presidency that the page showed. Raises
    PermissionDenied, or StaleRow if there is a later one by now.
    """
    if not can_edit_reference_data(by):
        raise PermissionDenied
    wait_for_other_loads()
    last = Presidency.objects.order_by("starts_at").last()
    if last is None or last.pk != after:
        raise StaleRow(last)
    starts_at = last.ends_at.astimezone(UTC)
    ends_at = starts_at.replace(year=starts_at.year + 1)
    row = Presidency(starts_at=starts_at, ends_at=ends_at)
    return add_reference_row(row=row, values={"member": member}, by=by, at=at)


def _set(row: EditedRow, values: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Set the values, and return the old and the new text of those that differ."""
    foreign = values.keys() - set(row.edited_fields)
    if foreign:
        raise ValueError(f"{type(row).__name__} has no page for {sorted(foreign)}")
    changes = {}
    problems: dict[str, list[ValidationError]] = {}
    for name, typed in values.items():
        value, problem = _cleaned(row, name, typed)
        if problem:
            problems[name] = [ValidationError(problem, code="invalid")]
            continue
        before = None if row._state.adding else getattr(row, name)
        if before != value:
            changes[name] = (_text(before), _text(value))
        setattr(row, name, value)
    if problems:
        raise ValidationError(problems)
    return changes


def _cleaned(row: EditedRow, name: str, typed: Any) -> tuple[Any, str]:
    """Return a value as it is stored, and what is wrong with it."""
    field = row._meta.get_field(name)
    if isinstance(field, models.URLField):
        return cleaned_or_problem(clean_link, typed, limit=field.max_length or 0)
    if isinstance(field, models.CharField) and not field.choices:
        return cleaned_or_problem(clean_name, typed, limit=field.max_length or 0)
    return typed, ""


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _require_sound(row: EditedRow) -> None:
    """Raise ValidationError by field, as the database would refuse the row."""
    if isinstance(row, Summit) and _has_wrong_dates(row):
        sentence = _("Give both days, the first before the last, or neither.")
        raise ValidationError({"ends_on": [ValidationError(sentence, code="dates")]})
    if isinstance(row, Instrument) and _is_in_circle(row):
        sentence = _("%(owner)s belongs to this instrument itself.")
        given = {"owner": row.owner}
        problem = ValidationError(sentence, code="circle", params=given)
        raise ValidationError({"owner": [problem]})
    if isinstance(row, AssessingBody) and row.website:
        _require_web_address(row.website)
    if isinstance(row, NamedRow) and _is_there_already(row):
        problem = ValidationError(_("There is already one with this name."), "taken")
        raise ValidationError({"name": [problem]})
    row.full_clean(
        exclude=[
            field.name
            for field in row._meta.concrete_fields
            if field.null and getattr(row, field.attname) is None
        ]
    )


def _require_web_address(website: str) -> None:
    try:
        _is_web_address(website)
    except ValidationError:
        sentence = _("Enter a complete web address, such as https://example.org.")
        problem = ValidationError(sentence, code="web_address")
        raise ValidationError({"website": [problem]}) from None


def _is_in_circle(row: Instrument) -> bool:
    owner = row.owner
    return owner is not None and owned_by(row.slug).filter(pk=owner.pk).exists()


def _is_there_already(row: NamedRow) -> bool:
    same = {"year": row.year} if isinstance(row, Summit) else {}
    rows: models.QuerySet[Any] = models.QuerySet(type(row))
    return rows.filter(name__iexact=row.name, **same).exclude(pk=row.pk).exists()


def _has_wrong_dates(summit: Summit) -> bool:
    first, last = summit.starts_on, summit.ends_on
    if first is None or last is None:
        return first is not last
    return first > last


def _refuse_begun(row: EditedRow, at: datetime) -> None:
    if isinstance(row, Presidency) and row.has_begun(at):
        raise ValidationError(
            _("This Presidency has begun. It cannot be changed."), code="begun"
        )


def _free_slug(row: NamedRow) -> str:
    """Return a slug made from the name that no row of the kind has."""
    name = row.short_name if isinstance(row, AssessingBody) else str(row)
    base = (
        slugify(name.replace("_", " "))[: SLUG_LENGTH - 4].strip("-")
        or row._meta.model_name
        or ""
    )
    taken = set(models.QuerySet(type(row)).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)


def _record(
    verb: str,
    row: EditedRow,
    changes: Mapping[str, tuple[str, str]],
    *,
    by: User,
    at: datetime,
) -> None:
    name = f"{row._meta.model_name}.{verb}"
    record(verb=name, target=row, by=by, at=at, data=changes)
