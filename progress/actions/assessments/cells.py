"""Save cells of a draft table: one, as an editor does, or many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.versions import StaleRow, require_version
from audit.models import Event
from audit.record import add_event, add_events, event_of
from progress.actions.assessments.steps import days_of, lock_table, require_legal
from progress.actions.instants import recorded_act
from progress.assessments.cells import (
    CELL_FIELDS,
    CellDays,
    CellText,
    require_valid_cell,
)
from progress.assessments.permissions import can_on_table
from progress.assessments.transitions import TableVerb
from progress.models import Assessment, AssessmentTable, Guideline

# What a save changes.
_COLUMNS: Final = (*CELL_FIELDS, "guideline", "scored_at", "scored_by", "version")


@dataclass(frozen=True)
class CellToSave:
    """The new text of one cell, and the version that it started from."""

    assessment_id: UUID
    version: int
    text: CellText


class CellsNotSaved(Exception):  # noqa: N818 - it names an answer, not a fault
    """Nothing was saved. `refusals` say why, by the key of the cell."""

    def __init__(self, refusals: Mapping[UUID, StaleRow | ValidationError]) -> None:
        super().__init__(f"{len(refusals)} refusals")
        self.refusals = refusals


@dataclass(frozen=True)
class _Scorer:
    """Who scores when, in which table, and by which guidelines."""

    table: AssessmentTable
    days: CellDays
    # By the key of the commitment.
    guidelines: Mapping[int, Guideline]
    by: User
    at: datetime

    def put(self, cell: Assessment, version: int, text: CellText) -> bool:
        """Set the text of a cell, and return whether anything differs. Not saved yet.

        Raises StaleRow, or ValidationError: a dict of fields.
        """
        require_version(cell, version)
        text = require_valid_cell(text, self.days)
        if CellText.of(cell) == text:
            return False
        cell.guideline = self._guideline_for(cell) if text.score else None
        for name in CELL_FIELDS:
            setattr(cell, name, getattr(text, name))
        # A blank cell does not tell that it had a score: others read the table later.
        cell.scored_at = None if text.is_blank else self.at
        cell.scored_by = None if text.is_blank else self.by
        cell.version += 1
        return True

    def event_of(self, cell: Assessment) -> Event:
        """Return who edited which cell, without its score or its text.

        It names no member: what a body drafts is not listed for a delegation.
        """
        return event_of(
            verb="assessment.edit",
            target=cell,
            by=self.by,
            at=self.at,
            data={"body": self.table.body_id, "version": cell.version},
        )

    def _guideline_for(self, cell: Assessment) -> Guideline:
        found = self.guidelines.get(cell.member_commitment.commitment_id)
        if found is None:
            sentence = _("Publish a guideline for this commitment before you score it.")
            missing = ValidationError(sentence, code="no_guideline")
            raise ValidationError({"score": [missing]})
        return found


@recorded_act
def save_cell(
    *, assessment: Assessment, version: int, fields: CellText, by: User, at: datetime
) -> Assessment:
    """Save one cell of a draft table. If nothing differs, nothing is written.

    Raises Assessment.DoesNotExist (also for what `by` may not know of), StaleRow with
    the cell as it is now, PermissionDenied, or ValidationError: a dict of fields, or
    code `illegal_transition`.
    """
    if not Assessment.objects.visible_to(by, at).filter(pk=assessment.pk).exists():
        raise Assessment.DoesNotExist
    scorer = _lock_to_score(assessment.table_id, by=by, at=at)
    cell = _lock_cells(scorer, [assessment.pk])[assessment.pk]
    if scorer.put(cell, version, fields):
        add_event(scorer.event_of(cell), changed=cell, fields=_COLUMNS)
    return cell


@recorded_act
def save_cells(
    *,
    table: AssessmentTable,
    rows: Sequence[CellToSave],
    by: User,
    at: datetime,
    is_trial: bool = False,
) -> list[Assessment]:
    """Save many cells of a draft table, or none of them. Return those that differ.

    `is_trial` looks at the same, and saves nothing. Raises AssessmentTable.DoesNotExist
    (also for what `by` may not know of), PermissionDenied, ValidationError with code
    `illegal_transition`, or CellsNotSaved with every refusal.
    """
    scorer = _lock_to_score(table.pk, by=by, at=at)
    cells = _lock_cells(scorer, [row.assessment_id for row in rows])
    changed: list[Assessment] = []
    refusals: dict[UUID, StaleRow | ValidationError] = {
        row.assessment_id: _not_of_the_table()
        for row in rows
        if row.assessment_id not in cells
    }
    for row in rows:
        if row.assessment_id in refusals:
            continue
        cell = cells[row.assessment_id]
        try:
            if scorer.put(cell, row.version, row.text):
                changed.append(cell)
        except (StaleRow, ValidationError) as error:
            refusals[row.assessment_id] = error
    if refusals:
        raise CellsNotSaved(refusals)
    if is_trial:
        return changed
    Assessment.objects.bulk_update(changed, _COLUMNS)
    add_events([scorer.event_of(cell) for cell in changed])
    return changed


def _not_of_the_table() -> ValidationError:
    return ValidationError(_("This is not a cell of the table."), code="unknown")


def _lock_to_score(table_id: UUID, *, by: User, at: datetime) -> _Scorer:
    """Lock a table to edit its cells, and read the guidelines that are in force.

    The lock keeps the table from being released or opened for feedback meanwhile.
    """
    table = lock_table(table_id, by=by, at=at)
    if not can_on_table(TableVerb.EDIT, by, table):
        raise PermissionDenied
    require_legal(TableVerb.EDIT, table, at=at)
    guidelines = Guideline.objects.current_at(at).filter(
        body=table.body_id, commitment__plan=table.stocktake.plan_id
    )
    return _Scorer(
        table=table,
        days=days_of(table, at),
        guidelines={one.commitment_id: one for one in guidelines.defer("text")},
        by=by,
        at=at,
    )


def _lock_cells(scorer: _Scorer, keys: Sequence[UUID]) -> dict[UUID, Assessment]:
    """Lock cells of the table, in one order. What is not of the table is left out."""
    cells = Assessment.objects.filter(table=scorer.table, pk__in=keys).order_by("pk")
    locked = cells.select_for_update(of=("self",)).select_related("member_commitment")
    return {cell.pk: cell for cell in locked}
