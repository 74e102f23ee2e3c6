"""Apply an uploaded sheet: every row of it, or nothing."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from accounts.dates import utc_day
from accounts.models import User
from accounts.wording.listed import listed
from audit.record import record
from commitments.models import MemberCommitment, Plan
from progress.actions.instants import recorded_act
from progress.actions.saving_many import (
    Refusal,
    TextsNotSaved,
    TextToSave,
    save_texts,
)
from progress.actions.transition import lock_stocktakes
from progress.entries.text import EntryText
from progress.models import Stocktake
from progress.update_sheets.comparison import compare
from progress.update_sheets.present import sheet_for
from progress.update_sheets.reader import read_sheet
from progress.update_sheets.rows import (
    AppliedRow,
    PreviewRow,
    SheetReport,
    SheetRow,
    UpdatePreview,
)
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
    "A colleague changed this update after you downloaded the sheet. Choose which text"
    " to use."
)
NOT_CONFIRMED: Final = gettext_lazy(
    "The handling label becomes lower, so more people could read the text. Confirm it."
)
OVERTAKEN: Final = gettext_lazy(
    "A colleague changed this update just now. Check the preview again."
)


@recorded_act
def apply_sheet(
    *,
    content: bytes,
    file_name: str,
    plan: Plan,
    decisions: SheetDecisions,
    by: User,
    at: datetime,
) -> SheetReport:
    """Begin and edit the updates of a sheet, as its preview shows them, and record it.

    The file is read and compared again here. If any row is refused, undecided or
    overtaken, nothing is written at all.

    Raises SheetRefused, or SheetNotApplied with every row that is in the way.
    """
    lock_stocktakes()
    stocktake = Stocktake.objects.open().filter(plan=plan).first()
    present = sheet_for(plan, stocktake, reader=by, at=at)
    preview = compare(read_sheet(content, file_name), present, today=utc_day(at))
    faults = tuple(_objections(preview, decisions))
    if faults:
        raise SheetNotApplied(preview, faults)
    report = _apply_rows(preview, decisions, present.owed, by=by, at=at)
    record(
        verb="sheet.apply",
        target=plan,
        by=by,
        at=at,
        member=present.member,
        data={"written": report.written_count},
    )
    return report


def _objections(
    preview: UpdatePreview, decisions: SheetDecisions
) -> Iterator[SheetFault]:
    """Yield everything that keeps the sheet from being applied."""
    faults = list(preview.all_faults)
    yield from faults
    if not faults and not preview.can_apply:
        yield SheetFault(str(NOTHING_TO_APPLY))
    for row in preview.rows:
        if not decisions.is_settled(row):
            is_open = row.outcome is RowOutcome.CONFLICT and not decisions.takes_sheet(
                row
            )
            yield SheetFault(str(UNDECIDED if is_open else NOT_CONFIRMED), row.line)


def _apply_rows(
    preview: UpdatePreview,
    decisions: SheetDecisions,
    owed: Mapping[UUID, MemberCommitment],
    *,
    by: User,
    at: datetime,
) -> SheetReport:
    """Save the text of every row. Raises SheetNotApplied if one of them is refused."""
    texts = [
        _text_to_save(row.text, row.present, owed)
        for row in preview.rows
        if decisions.writes(row) and row.text and row.present
    ]
    try:
        saved = save_texts(texts, by=by, at=at)
    except TextsNotSaved as error:
        faults = _faults_of(preview, error.refusals)
        raise SheetNotApplied(preview, faults) from error
    written = {entry.member_commitment_id: entry.pk for entry in saved}
    return SheetReport(tuple(_applied(row, decisions, written) for row in preview.rows))


def _text_to_save(
    text: EntryText, present: SheetRow, owed: Mapping[UUID, MemberCommitment]
) -> TextToSave:
    mine = owed[present.member_commitment_id]
    return TextToSave(mine, text, present.entry_id, present.version)


def _applied(
    row: PreviewRow, decisions: SheetDecisions, written: Mapping[UUID, UUID]
) -> AppliedRow:
    """Return what was done with a row."""
    is_written = decisions.writes(row)
    return AppliedRow(
        row.line,
        row.code,
        row.title,
        row.outcome,
        is_kept=row.outcome is RowOutcome.CONFLICT and not is_written,
        entry_id=written.get(row.present.member_commitment_id) if row.present else None,
    )


def _faults_of(
    preview: UpdatePreview, refusals: Mapping[UUID, Refusal]
) -> tuple[SheetFault, ...]:
    """Return why rows were refused that the comparison had found in order."""
    return tuple(
        SheetFault(
            _sentence_about(refusals[row.present.member_commitment_id]), row.line
        )
        for row in preview.rows
        if row.present and row.present.member_commitment_id in refusals
    )


def _sentence_about(refusal: Refusal) -> str:
    if isinstance(refusal, ValidationError):
        return listed(refusal.messages, " ")
    return str(OVERTAKEN)
