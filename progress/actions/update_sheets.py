"""Apply an uploaded sheet: every row of it, or nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy

from accounts.dates import utc_day
from accounts.models import User
from accounts.versions import StaleRow
from audit.record import record
from commitments.models import MemberCommitment, Plan
from progress.actions.drafting import draft_entry, edit_entry
from progress.actions.instants import recorded_act
from progress.actions.transition import lock_stocktakes
from progress.models import Entry, Stocktake
from progress.update_sheets.comparison import compare
from progress.update_sheets.present import sheet_for
from progress.update_sheets.reader import read_sheet
from progress.update_sheets.rows import (
    AppliedRow,
    PreviewRow,
    RowOutcome,
    SheetDecisions,
    SheetFault,
    SheetNotApplied,
    SheetPreview,
    SheetReport,
)

# What the action of one row may raise: see `draft_entry` and `edit_entry`.
REFUSALS: Final = (Entry.DoesNotExist, StaleRow, PermissionDenied, ValidationError)
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
    report = _apply_rows(preview, decisions, plan=plan, by=by, at=at)
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
    preview: SheetPreview, decisions: SheetDecisions
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
    preview: SheetPreview,
    decisions: SheetDecisions,
    *,
    plan: Plan,
    by: User,
    at: datetime,
) -> SheetReport:
    """Act on every row. Raises SheetNotApplied if the action of any row refuses it."""
    owed = MemberCommitment.objects.filter(commitment__plan=plan, member=by.delegation)
    owed_by_id = owed.select_related("commitment__plan", "member").in_bulk()
    applied: list[AppliedRow] = []
    faults: list[SheetFault] = []
    for row in preview.rows:
        done = AppliedRow(row.line, row.code, row.title, row.outcome)
        if row.outcome is RowOutcome.CONFLICT and decisions.keeps_present(row):
            done = replace(done, is_kept=True)
        elif row.outcome is not RowOutcome.UNCHANGED:
            try:
                entry = _apply_row(row, owed_by_id, by=by, at=at)
                done = replace(done, entry_id=entry.pk)
            except REFUSALS as error:
                faults.append(SheetFault(_sentence_about(error), row.line))
        applied.append(done)
    if faults:
        raise SheetNotApplied(preview, tuple(faults))
    return SheetReport(tuple(applied))


def _apply_row(
    row: PreviewRow,
    owed_by_id: Mapping[UUID, MemberCommitment],
    *,
    by: User,
    at: datetime,
) -> Entry:
    """Begin or edit the update of one row. It raises as those two actions do."""
    text, present = row.text, row.present
    if text is None or present is None:
        raise Entry.DoesNotExist
    if present.entry_id is None:
        mine = owed_by_id[present.member_commitment_id]
        return draft_entry(member_commitment=mine, text=text, by=by, at=at)
    return edit_entry(
        entry_id=present.entry_id, version=present.version, text=text, by=by, at=at
    )


def _sentence_about(error: Exception) -> str:
    """Return why an action refused a row that the comparison had found in order."""
    if isinstance(error, ValidationError) and error.code != "draft_exists":
        return " ".join(error.messages)
    return str(OVERTAKEN)
