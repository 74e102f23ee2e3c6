"""Load members and presidencies from the reference files.

Loading is repeatable: a missing row is created, a different row is corrected, and an
equal row is left alone. No row is ever deleted, because other rows refer to it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import F

from accounts.models import EditedRow, Member, Presidency, User
from accounts.reference import LoadOutcome, MemberRecord, PresidencyRow
from audit.record import record

AnyModel = TypeVar("AnyModel", bound=models.Model)
# Beyond the years of every presidency, and within the range of PostgreSQL and Python.
OUT_OF_THE_WAY = timedelta(days=365 * 2000)


@dataclass(frozen=True)
class Put(Generic[AnyModel]):
    """A row as it is now, and what was done to it."""

    row: AnyModel
    outcome: LoadOutcome
    changes: Mapping[str, tuple[str, str]]


@transaction.atomic
def load_members(
    *, rows: Sequence[MemberRecord], at: datetime, by: User | None = None
) -> Counter[LoadOutcome]:
    """Create or correct the members. Raises ValidationError `invalid_row`."""
    wait_for_other_loads()
    known = Member.objects.in_bulk([row.code for row in rows])
    puts = [
        put(
            known.get(row.code) or Member(code=row.code),
            {"name": row.name, "kind": row.kind, "language": row.language},
        )
        for row in rows
    ]
    return count_and_record(puts, by=by, at=at)


@transaction.atomic
def load_presidencies(
    *, rows: Sequence[PresidencyRow], at: datetime, by: User | None = None
) -> Counter[LoadOutcome]:
    """Create or correct the presidencies. At most one presidency begins in a year.

    What was edited on a page stays, with the time that it covers. Raises
    ValidationError `unknown_member`, `invalid_row`, or `begun`: what has begun is
    changed by the owner of the database alone.
    """
    wait_for_other_loads()
    require_members({row.member for row in rows})
    rows = _outside_edited(rows)
    known = {
        presidency.starts_at.astimezone(UTC).year: presidency
        for presidency in Presidency.objects.order_by("starts_at", "pk")
    }
    wanted = {
        row.year: {
            "member_id": row.member,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
        }
        for row in rows
    }
    # Moving neighbours one after the other would make them overlap for a moment. So all
    # that move are first put far away, and then each gets its new dates.
    moving = {
        presidency.pk: year
        for year, presidency in known.items()
        if year in wanted and _differences(presidency, wanted[year])
    }
    _refuse_change_of_begun(known[year] for year in moving.values())
    Presidency.objects.filter(pk__in=moving).update(
        starts_at=F("starts_at") + OUT_OF_THE_WAY,
        ends_at=F("ends_at") + OUT_OF_THE_WAY,
    )
    puts = [put(known.get(year) or Presidency(), row) for year, row in wanted.items()]
    return count_and_record(puts, by=by, at=at)


def _outside_edited(rows: Sequence[PresidencyRow]) -> list[PresidencyRow]:
    """Return the rows that share no time with a presidency edited on its page."""
    edited = list(Presidency.objects.exclude(edited_at=None).order_by("pk"))
    return [
        row
        for row in rows
        if not any(
            known.starts_at < row.ends_at and row.starts_at < known.ends_at
            for known in edited
        )
    ]


def _refuse_change_of_begun(presidencies: Iterable[Presidency]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now(), is_owner('accounts_presidency')")
        now, is_owner = cursor.fetchone()
    begun = [str(row.starts_at.year) for row in presidencies if row.has_begun(now)]
    if begun and not is_owner:
        raise ValidationError(
            f"The presidency of {', '.join(begun)} has begun. Only the owner of the"
            " database can change it: run this with the owner's DATABASE_URL.",
            code="begun",
        )


def wait_for_other_loads() -> None:
    """Allow one load at a time. Two at once would both miss a row and create it.

    The lock ends with the transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('reference data'))")


def require_members(codes: Collection[str]) -> None:
    missing = sorted(set(codes) - set(Member.objects.in_bulk(codes)))
    if missing:
        raise ValidationError(
            f"There is no member {', '.join(missing)}. Load the members first.",
            code="unknown_member",
        )


def put(row: AnyModel, values: Mapping[str, object]) -> Put[AnyModel]:
    """Give a new or known row these values. Raises ValidationError `invalid_row`.

    Fields of a row that an administrator has edited on its page stay.
    """
    is_new = row._state.adding
    if isinstance(row, EditedRow) and row.edited_at is not None:
        values = {
            name: value
            for name, value in values.items()
            if name.removesuffix("_id") not in row.edited_fields
        }
    changes = _differences(row, values)
    if not (is_new or changes):
        return Put(row, LoadOutcome.UNCHANGED, changes)
    for name, value in values.items():
        setattr(row, name, value)
    _require_valid(row)
    if is_new:
        row.save(force_insert=True)
        return Put(row, LoadOutcome.CREATED, changes)
    # Every value, and not only the changed ones: see load_presidencies.
    written = list(values)
    if isinstance(row, EditedRow):
        row.version += 1
        written.append("version")
    row.save(update_fields=written)
    return Put(row, LoadOutcome.UPDATED, changes)


def _differences(
    row: models.Model, values: Mapping[str, object]
) -> dict[str, tuple[str, str]]:
    """Return the old and the new value of each field that differs."""
    return {
        name: ("" if row._state.adding else str(getattr(row, name)), str(value))
        for name, value in values.items()
        if getattr(row, name) != value
    }


def _require_valid(row: models.Model) -> None:
    # A column that may be null may be left out. full_clean would ask for it.
    absent = {
        field.name
        for field in row._meta.concrete_fields
        if field.null and getattr(row, field.attname) is None
    }
    try:
        row.full_clean(exclude=absent)
    except ValidationError as error:
        problems = "; ".join(
            f"{field}: {' '.join(messages)}"
            for field, messages in error.message_dict.items()
        )
        name = row._meta.verbose_name
        raise ValidationError(
            f"{name} {row}: {problems}", code="invalid_row"
        ) from error


def count_and_record(
    puts: Iterable[Put[AnyModel]], *, by: User | None, at: datetime
) -> Counter[LoadOutcome]:
    """Count the rows by outcome, and record an event for each that changed."""
    counts: Counter[LoadOutcome] = Counter()
    for done in puts:
        counts[done.outcome] += 1
        if done.outcome != LoadOutcome.UNCHANGED:
            verb = "create" if done.outcome == LoadOutcome.CREATED else "correct"
            record(
                verb=f"{done.row._meta.model_name}.{verb}",
                target=done.row,
                by=by,
                at=at,
                data=done.changes,
            )
    return counts
