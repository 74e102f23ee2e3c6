"""Steps that every act on a score table shares: lock it, save it, record the act."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.models import User
from accounts.versions import require_version
from audit.record import record
from progress.assessments.cells import CellDays
from progress.assessments.permissions import can_on_table
from progress.assessments.transitions import (
    TABLE_RULES,
    TableVerb,
    is_legal_on_table,
)
from progress.models import AssessmentTable


def lock_table(table_id: UUID, *, by: User, at: datetime) -> AssessmentTable:
    """Return a table, locked, if this user may know of it.

    Raises AssessmentTable.DoesNotExist.
    """
    return AssessmentTable.objects.visible_to(by, at).locked(table_id)


def lock_table_for(
    verb: TableVerb, table: AssessmentTable, *, by: User, at: datetime
) -> AssessmentTable:
    """Return the table, locked, if this user may do `verb` and its state allows it.

    `table` is as the caller has read it. Raises AssessmentTable.DoesNotExist (also for
    what `by` may not know of), StaleRow, PermissionDenied, or ValidationError with code
    `illegal_transition`.
    """
    locked = lock_table(table.pk, by=by, at=at)
    require_version(locked, table.version)
    if not can_on_table(verb, by, locked):
        raise PermissionDenied
    require_legal(verb, locked, at=at)
    return locked


_FEEDBACK = frozenset({TableVerb.COMMENT, TableVerb.ANSWER})


def require_legal(verb: TableVerb, table: AssessmentTable, *, at: datetime) -> None:
    """Raise ValidationError with code `illegal_transition` where the state forbids."""
    if is_legal_on_table(verb, table, at=at):
        return
    if verb in _FEEDBACK and table.state in TABLE_RULES[verb].sources:
        raise ValidationError(
            _("This table does not take comments or answers any more."),
            code="illegal_transition",
        )
    if table.has_live_successor:
        raise ValidationError(
            _("This is not possible: a revision of this table has begun."),
            code="illegal_transition",
        )
    raise ValidationError(
        _("This is not possible: the table is now “%(state)s”."),
        code="illegal_transition",
        params={"state": AssessmentTable.State(table.state).label},
    )


def save_table(table: AssessmentTable, *fields: str) -> None:
    """Save these fields, with the next version."""
    table.version += 1
    table.save(update_fields=["version", *fields])


def record_table(
    verb: str, table: AssessmentTable, *, by: User, at: datetime, **data: object
) -> None:
    """Record who did what to which table: its body, state and label, without scores."""
    record(
        verb=f"assessment_table.{verb}",
        target=table,
        by=by,
        at=at,
        data={
            "body": table.body_id,
            "version": table.version,
            "state": table.state,
            "handling": table.handling,
            **data,
        },
    )


def days_of(table: AssessmentTable, at: datetime) -> CellDays:
    """Return the days that a cell of this table may name at an instant."""
    stocktake = table.stocktake
    return CellDays(
        first=stocktake.plan.adopted_on,
        today=utc_day(at),
        closed_on=utc_day(stocktake.closed_at) if stocktake.closed_at else None,
    )
