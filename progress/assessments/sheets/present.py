"""The cells of a draft table as they are now, for its sheet."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.dates import utc_day
from accounts.models import Member, User
from accounts.wording.names import in_language
from progress.assessments.cells import CellDays, CellText
from progress.assessments.sheets.rows import ScoreSheet, ScoreSheetRow
from progress.models import Assessment, AssessmentTable, Entry, Guideline, Status
from progress.querysets.assessments import cells_of
from progress.uploaded_sheets.headings import as_compared


def score_sheet_for(
    table: AssessmentTable, *, reader: User, at: datetime
) -> ScoreSheet:
    """Return the cells of a table that its body sees. Three queries.

    The table is read with its stocktake and plan.
    """
    cells = list(
        Assessment.objects.filter(table=table)
        .select_related("member_commitment__commitment", "member_commitment__member")
        .in_plan_order()
    )
    reports = _self_reports(table, reader, at)
    guidelines = Guideline.objects.current_at(at).filter(body=table.body_id)
    ruled = set(guidelines.values_list("commitment_id", flat=True))
    rows = (_row_of(cell, reports, ruled) for cell in cells)
    stocktake = table.stocktake
    days = CellDays(
        first=stocktake.plan.adopted_on,
        today=utc_day(at),
        closed_on=utc_day(stocktake.closed_at) if stocktake.closed_at else None,
    )
    members = {cell.member_code: cell.member_commitment.member for cell in cells}
    return ScoreSheet(table, tuple(rows), days, _names_of_members(members.values()))


def _row_of(
    cell: Assessment, reports: Mapping[UUID, Entry], ruled: set[int]
) -> ScoreSheetRow:
    mine = cell.member_commitment
    return ScoreSheetRow(
        assessment_id=cell.pk,
        code=mine.commitment.code,
        title=in_language(mine.commitment.short_title),
        member=cell.member_code,
        version=cell.version,
        text=CellText.of(cell),
        self_report=_self_report(reports.get(mine.pk)),
        has_guideline=mine.commitment_id in ruled,
    )


def _self_reports(
    table: AssessmentTable, reader: User, at: datetime
) -> Mapping[UUID, Entry]:
    """Return what members say of themselves, as far as the reader may see it.

    It is that of the day when the stocktake closed, as beside the released table.
    """
    of = cells_of(table.stocktake.plan_id)
    visible = Entry.objects.visible_to(reader, at)
    day = table.stocktake.day_beside_scores(at)
    found = visible.positions(of, at=day, known_at=at)
    entries = found.only("member_commitment", "status", "as_of", "is_at_risk")
    return {entry.member_commitment_id: entry for entry in entries}


def _self_report(entry: Entry | None) -> str:
    if entry is None:
        return _("No released entry")
    parts = [
        str(Status(entry.status).label) if entry.status else "",
        _("At risk") if entry.is_at_risk else "",
        _("as of %(day)s") % {"day": entry.as_of.isoformat()},
    ]
    return "\n".join(filter(None, parts))


def _names_of_members(members: Iterable[Member]) -> Mapping[str, str]:
    """Return codes by what a sheet may have for a member: code or name, compared."""
    members = list(members)
    names = {as_compared(member.code): member.code for member in members}
    for language, _label in settings.LANGUAGES:
        with override(language):
            for member in members:
                names[as_compared(in_language(member.name))] = member.code
    return names
