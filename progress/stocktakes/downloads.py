"""The coverage of a stocktake as a table that can be downloaded."""

from django.utils.translation import gettext as _

from accounts.wording.names import in_language
from progress.entries.downloads import AskedFor, handling_of, marked_table
from progress.models import Entry, Handling, State
from progress.sheets.table_files import Cell, DownloadTable, TableColumn
from progress.stocktakes.page import StocktakePage


def coverage_table(page: StocktakePage, asked: AskedFor) -> DownloadTable:
    """Return the counts of every member, as the page shows them to this reader."""
    columns = [
        TableColumn(_("Member code")),
        TableColumn(_("Member"), 24),
        TableColumn(_("Commitments")),
    ]
    if page.is_presidency:
        columns.append(TableColumn(_without_label(page), 20))
        columns.append(TableColumn(_("With the Presidency"), 20))
    columns += [TableColumn(_("Published")), TableColumn(_("Of these, late"))]
    rows: list[list[Cell]] = []
    for coverage in page.coverages:
        row: list[Cell] = [
            coverage.member.code,
            in_language(coverage.member.name),
            coverage.owed,
        ]
        if page.is_presidency:
            row += [coverage.not_yet_submitted, coverage.submitted]
        rows.append([*row, coverage.published, coverage.late])
    table = DownloadTable(_("Coverage by member"), columns, rows, count=len(rows))
    return marked_table(table, _handling(page), asked)


def _without_label(page: StocktakePage) -> str:
    if page.is_open:
        return _("Not yet with the Presidency")
    return _("Without an entry")


def _handling(page: StocktakePage) -> str:
    """Return the strictest mark of what is counted.

    The Presidency's counts tell what is not published, or that there is nothing. Those
    of others tell how much is released to delegations.
    """
    if page.is_presidency:
        return Handling.AMBER
    visible = Entry.objects.visible_to(page.reader, page.at)
    counted = visible.filter(stocktake=page.stocktake, state=State.PUBLISHED)
    return Handling.strictest(handling_of(counted) or Handling.GREEN, Handling.GREEN)
