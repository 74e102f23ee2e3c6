"""Begin a score table, revise it, or discard its draft."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import AssessingBody, User
from progress.actions.assessments.steps import (
    lock_table_for,
    record_table,
    save_table,
)
from progress.actions.instants import recorded_act
from progress.actions.transition import lock_stocktakes
from progress.assessments.cells import CELL_FIELDS
from progress.assessments.permissions import can_decide_for
from progress.assessments.transitions import TableVerb
from progress.models import Assessment, AssessmentTable, Stocktake
from progress.querysets.assessments import cells_of

# What a revision copies of each cell.
_COPIED = ("member_commitment_id", *CELL_FIELDS, "guideline_id")
_WHO_SCORED = ("scored_at", "scored_by_id")


@recorded_act
def begin_table(
    *,
    body: AssessingBody,
    stocktake: Stocktake,
    phase: str = AssessmentTable.Phase.INTERIM,
    by: User,
    at: datetime,
) -> AssessmentTable:
    """Begin the first table of a body for a stocktake, with a blank cell for each pair.

    Raises PermissionDenied, or ValidationError with code `planned`, `invalid_choice` or
    `table_exists`.
    """
    lock_stocktakes()
    if not can_decide_for(by, body.pk):
        raise PermissionDenied
    stocktake = Stocktake.objects.select_related("plan").get(pk=stocktake.pk)
    if stocktake.state is Stocktake.State.PLANNED:
        raise ValidationError(
            _("This stocktake has not opened yet. You can score it once it is open."),
            code="planned",
        )
    _require_phase(phase)
    table = AssessmentTable(body=body, stocktake=stocktake, phase=phase)
    owed = cells_of(stocktake.plan_id).order_by("pk")
    cells = [Assessment(table=table, member_commitment=one) for one in owed]
    return _insert_table("begin", table, cells, by=by, at=at)


@recorded_act
def revise_table(
    *, table: AssessmentTable, phase: str, by: User, at: datetime
) -> AssessmentTable:
    """Begin a new draft as a copy of the newest table, which stays as it is.

    A final table is revised by a final one. Raises as `lock_table_for` does, and
    ValidationError with code `invalid_choice` or `table_exists`.
    """
    before = lock_table_for(TableVerb.REVISE, table, by=by, at=at)
    _require_phase(phase)
    if before.is_final and phase != AssessmentTable.Phase.FINAL:
        raise ValidationError(
            _("A final table can only be revised by a final one."),
            code="invalid_choice",
        )
    new = AssessmentTable(
        body=before.body,
        stocktake=before.stocktake,
        phase=phase,
        number=before.number + 1,
        supersedes=before,
        handling=before.handling,
    )
    copies = [
        Assessment(table=new, **{name: getattr(cell, name) for name in _CELL_COLUMNS})
        for cell in before.assessments.order_by("pk")
    ]
    return _insert_table("revise", new, copies, by=by, at=at)


_CELL_COLUMNS = (*_COPIED, *_WHO_SCORED)


@recorded_act
def discard_table(*, table: AssessmentTable, by: User, at: datetime) -> AssessmentTable:
    """Discard a draft for good. The row stays, and its body can still read it.

    Raises as `lock_table_for` does.
    """
    locked = lock_table_for(TableVerb.DISCARD, table, by=by, at=at)
    locked.state = AssessmentTable.State.DISCARDED
    save_table(locked, "state")
    record_table("discard", locked, by=by, at=at)
    return locked


def _require_phase(phase: str) -> None:
    if phase not in AssessmentTable.Phase.values:
        raise ValidationError(
            _("Choose an interim or a final table."), code="invalid_choice"
        )


def _insert_table(
    verb: str,
    table: AssessmentTable,
    cells: Iterable[Assessment],
    *,
    by: User,
    at: datetime,
) -> AssessmentTable:
    """Insert a draft with its cells. A colleague may have begun one just now."""
    table.began_at, table.began_by = at, by
    try:
        with transaction.atomic():
            table.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(
            _("Your body already has a table for this stocktake. Open that one."),
            code="table_exists",
        ) from error
    Assessment.objects.bulk_create(cells)
    record_table(verb, table, by=by, at=at, phase=table.phase)
    return table
