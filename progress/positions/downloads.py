"""The matrix and the entries of a page as tables that can be downloaded.

A file contains what its reader may see on the page, and nothing else. Marks that follow
from another entry, such as “moved up”, are left out: that entry may have a stricter
handling mark than the file.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.models import User
from accounts.wording.listed import listed
from accounts.wording.names import in_language
from progress.entries.downloads import AskedFor, handling_of, marked_table
from progress.entries.states import entry_state_label
from progress.models import Entry, Evidence, Handling, State
from progress.positions.labels import none_label, status_label
from progress.positions.matrix import Matrix, MatrixCell
from progress.positions.position import with_evidence
from progress.positions.viewpoint import Viewpoint
from progress.sheets.table_files import Cell, DownloadTable, TableColumn

# Entries that are in memory at a time while a file is written.
ENTRIES_AT_A_TIME = 100


def matrix_table(
    matrix: Matrix, viewpoint: Viewpoint, asked: AskedFor
) -> DownloadTable:
    """Return the matrix: a row for each commitment, a column for each member."""
    handling = _handling_of_matrix(matrix, viewpoint)
    # An empty cell says that there is no entry only where the file may say so.
    reads_all = handling == Handling.AMBER
    nothing = {
        column.member.code: none_label(
            reads_all=reads_all and viewpoint.reads_all_of(column.member.code)
        )
        for column in matrix.columns
    }
    columns = [
        TableColumn(_("Action"), 8),
        TableColumn(_("Sub-area"), 8),
        TableColumn(_("Commitment"), 12),
        TableColumn(_("Short title"), 34),
        *(
            TableColumn(in_language(column.member.name), 20)
            for column in matrix.columns
        ),
    ]
    rows: list[list[Cell]] = [
        [
            row.line.commitment.action.code,
            row.line.commitment.sub_area.code if row.line.commitment.sub_area else "",
            row.line.commitment.code,
            in_language(row.line.commitment.short_title),
            *(_cell_text(cell, nothing) for cell in row.cells),
        ]
        for row in matrix.rows
    ]
    table = DownloadTable(_("Matrix"), columns, rows, count=len(rows), frozen=4)
    return marked_table(table, handling, asked)


def _cell_text(cell: MatrixCell | None, nothing: dict[str, str]) -> str:
    """Return the words of a cell. What the filters set aside is left out."""
    if cell is None or cell.face.is_aside:
        return ""
    face, entry = cell.face, cell.position.entry
    parts = [status_label(entry.status) if entry else nothing[cell.member.code]]
    if face.is_past:
        parts.append(_("no update"))
    if face.is_at_risk:
        parts.append(_("at risk"))
    if face.state:
        parts.append(face.state_label)
    return listed(parts)


def _handling_of_matrix(matrix: Matrix, viewpoint: Viewpoint) -> str:
    """Return the strictest mark of what the matrix shows.

    A cell without an entry says that nothing is released to delegations, which is for
    them to know.
    """
    cells = [cell for row in matrix.rows for cell in row.cells if cell]
    if any(cell.face.state for cell in cells):
        return Handling.AMBER
    shown = [cell.position.entry.pk for cell in cells if cell.position.entry]
    marks = {handling_of(viewpoint.visible.filter(pk__in=shown)), Handling.CLEAR}
    if len(shown) < len(cells) or not cells:
        marks.add(Handling.GREEN)
    return Handling.strictest(*filter(None, marks))


def keys_of(matrix: Matrix) -> list[UUID]:
    """Return the entries that the matrix shows, in its order, as it is filtered."""
    return [
        cell.position.entry.pk
        for row in matrix.rows
        for cell in row.cells
        if cell and cell.position.entry and not cell.face.is_aside
    ]


def entries_table(
    keys: Sequence[UUID], asked: AskedFor, *, reader: User, at: datetime
) -> DownloadTable:
    """Return these entries with their words and evidence, in this order.

    They are read while the file is written, a hundred at a time.
    """
    visible = Entry.objects.visible_to(reader, at).filter(pk__in=keys)
    table = DownloadTable(
        _("Entries"),
        _columns(),
        _rows(keys, reader, at),
        count=len(keys),
        frozen=2,
        pages_across=2,
    )
    return marked_table(table, handling_of(visible) or Handling.GREEN, asked)


def _columns() -> list[TableColumn]:
    return [
        TableColumn(_("Commitment"), 12),
        TableColumn(_("Member code"), 8),
        TableColumn(_("Short title"), 28),
        TableColumn(_("Member"), 16),
        TableColumn(_("Status"), 18),
        TableColumn(_("At risk"), 8),
        TableColumn(_("Entry as of"), 12),
        TableColumn(_("State"), 16),
        TableColumn(_("Kind"), 12),
        TableColumn(_("Published"), 12),
        TableColumn(_("Late"), 8),
        TableColumn(_("Handling"), 12),
        TableColumn(_("Language"), 10),
        TableColumn(_("Narrative"), 60),
        TableColumn(_("Next steps"), 40),
        TableColumn(_("Obstacles"), 40),
        TableColumn(_("Evidence"), 40),
        TableColumn(_("Stocktake"), 20),
        TableColumn(_("Entry"), 20),
    ]


def _rows(keys: Sequence[UUID], reader: User, at: datetime) -> Iterator[list[Cell]]:
    waiting = iter(keys)
    while some := [*islice(waiting, ENTRIES_AT_A_TIME)]:
        visible = Entry.objects.visible_to(reader, at).filter(pk__in=some)
        found = with_evidence(visible).select_related(
            "member_commitment__commitment", "member_commitment__member", "stocktake"
        )
        by_key = {entry.pk: entry for entry in found}
        for key in some:
            if key in by_key:
                yield _row(by_key[key], reader, at)


def _row(entry: Entry, reader: User, at: datetime) -> list[Cell]:
    place = entry.member_commitment
    is_published = entry.state == State.PUBLISHED
    published_at = entry.published_at
    return [
        place.commitment.code,
        place.member.code,
        in_language(place.commitment.short_title),
        in_language(place.member.name),
        status_label(entry.status) if entry.status else "",
        _yes(entry.is_at_risk),
        entry.as_of.isoformat(),
        entry_state_label(entry, reader, at),
        # The kind of a published entry may reveal one that the reader may not see.
        "" if is_published else str(Entry.Kind(entry.kind).label),
        utc_day(published_at).isoformat() if published_at else "",
        _yes(entry.is_late),
        str(Handling(entry.handling).label),
        entry.language,
        entry.narrative,
        entry.next_steps,
        entry.obstacles,
        "\n".join(_source(link.evidence) for link in entry.evidence_links.all()),
        entry.stocktake.title if entry.stocktake else "",
        str(entry.pk),
    ]


def _yes(is_so: bool) -> str:
    return _("yes") if is_so else ""


def _source(item: Evidence) -> str:
    """Return an item of evidence on one line."""
    accessed = item.accessed_on.isoformat() if item.accessed_on else ""
    parts = [item.title, item.citation, item.url, item.file_name, accessed, item.sha256]
    return listed(filter(None, [*parts, str(item.hold.label)]))
