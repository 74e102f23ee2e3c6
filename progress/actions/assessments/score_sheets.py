"""Apply an uploaded score sheet: every row of it, or nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.versions import StaleRow
from accounts.wording.listed import listed
from progress.actions.assessments.cells import CellsNotSaved, CellToSave, save_cells
from progress.actions.assessments.steps import lock_table, require_legal
from progress.actions.instants import recorded_act
from progress.assessments.permissions import can_on_table
from progress.assessments.sheets.comparison import compare_scores
from progress.assessments.sheets.present import score_sheet_for
from progress.assessments.sheets.reader import read_score_sheet
from progress.assessments.sheets.rows import ScorePreview, ScorePreviewRow
from progress.assessments.transitions import TableVerb
from progress.models import AssessmentTable
from progress.uploaded_sheets.faults import SheetFault
from progress.uploaded_sheets.previews import (
    RowOutcome,
    SheetDecisions,
    SheetNotApplied,
)

NOTHING_TO_APPLY: Final = gettext_lazy(
    "Nothing in the sheet differs from what is saved."
)
UNDECIDED: Final = gettext_lazy(
    "This score was saved after you downloaded the sheet. Choose which one to use."
)
OVERTAKEN: Final = gettext_lazy(
    "This score was saved just now. Check the preview again."
)
SEEN_OTHERWISE: Final = gettext_lazy(
    "Scores were saved after the page was opened. Check the preview again."
)


@dataclass(frozen=True)
class AppliedScore:
    """What was done with one row of a sheet."""

    line: int
    code: str
    member: str
    outcome: RowOutcome
    assessment_id: UUID
    is_kept: bool = False


@recorded_act
def apply_score_sheet(
    *,
    content: bytes,
    file_name: str,
    table: AssessmentTable,
    decisions: SheetDecisions,
    by: User,
    at: datetime,
) -> list[AppliedScore]:
    """Save the scores of a sheet, as its preview shows them.

    The file is read and compared again here, under the lock of the table. If any row is
    refused, undecided or overtaken, or if the preview is not the one that the person
    saw, nothing is written at all.

    Raises AssessmentTable.DoesNotExist, PermissionDenied, ValidationError with code
    `illegal_transition`, SheetRefused, or SheetNotApplied with every row that is in the
    way.
    """
    locked = lock_table(table.pk, by=by, at=at)
    if not can_on_table(TableVerb.EDIT, by, locked):
        raise PermissionDenied
    require_legal(TableVerb.EDIT, locked, at=at)
    present = score_sheet_for(locked, reader=by, at=at)
    preview = compare_scores(read_score_sheet(content, file_name, present), present)
    faults = tuple(_objections(preview, decisions))
    if faults:
        raise SheetNotApplied(preview, faults)
    _save(preview, decisions, locked, by=by, at=at)
    return [_applied(row, decisions) for row in preview.rows]


def _objections(
    preview: ScorePreview, decisions: SheetDecisions
) -> Iterator[SheetFault]:
    """Yield everything that keeps the sheet from being applied."""
    faults = list(preview.all_faults)
    yield from faults
    if not faults and not preview.can_apply:
        yield SheetFault(str(NOTHING_TO_APPLY))
    for row in preview.rows:
        if not decisions.is_settled(row):
            yield SheetFault(str(UNDECIDED), row.line)
    if decisions.seen not in {None, preview.digest}:
        yield SheetFault(str(SEEN_OTHERWISE))


def _save(
    preview: ScorePreview,
    decisions: SheetDecisions,
    table: AssessmentTable,
    *,
    by: User,
    at: datetime,
) -> None:
    """Save every row that differs. Raises SheetNotApplied if one of them is refused."""
    rows = [
        CellToSave(row.present.assessment_id, row.present.version, row.text)
        for row in preview.rows
        if decisions.writes(row)
    ]
    try:
        save_cells(table=table, rows=rows, by=by, at=at)
    except CellsNotSaved as error:
        faults = _faults_of(preview, error.refusals)
        raise SheetNotApplied(preview, faults) from error


def _faults_of(
    preview: ScorePreview, refusals: Mapping[UUID, StaleRow | ValidationError]
) -> tuple[SheetFault, ...]:
    """Return why rows were refused that the comparison had found in order."""
    return tuple(
        SheetFault(_sentence_about(refusals[row.present.assessment_id]), row.line)
        for row in preview.rows
        if row.present.assessment_id in refusals
    )


def _sentence_about(refusal: StaleRow | ValidationError) -> str:
    if isinstance(refusal, ValidationError):
        return listed(refusal.messages, " ")
    return str(OVERTAKEN)


def _applied(row: ScorePreviewRow, decisions: SheetDecisions) -> AppliedScore:
    """Return what was done with a row."""
    is_conflict = row.outcome is RowOutcome.CONFLICT
    return AppliedScore(
        row.line,
        *row.present.pair,
        row.outcome,
        row.present.assessment_id,
        is_kept=is_conflict and not decisions.writes(row),
    )
