"""What changed on a plan as a table that can be downloaded."""

from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.wording.names import in_language
from progress.entries.downloads import AskedFor, handling_of, marked_table
from progress.models import Handling
from progress.positions.labels import none_label, status_label
from progress.positions.plan_changes import ChangedPosition, PlanChanges
from progress.positions.viewpoint import Viewpoint
from progress.sheets.table_files import Cell, DownloadTable, TableColumn


def changes_table(
    changes: PlanChanges, viewpoint: Viewpoint, asked: AskedFor
) -> DownloadTable:
    """Return a row for each changed position, in the order of members and the plan.

    The file carries the strictest handling mark of the entries of then and now. One
    query.
    """
    handling = _handling(changes, viewpoint)
    columns = [
        TableColumn(_("Member code"), 8),
        TableColumn(_("Commitment"), 12),
        TableColumn(_("Member"), 16),
        TableColumn(_("Short title"), 34),
        TableColumn(_("Change"), 20),
        TableColumn(_("Status before"), 20),
        TableColumn(_("Status now"), 20),
        TableColumn(_("Entry as of"), 12),
        TableColumn(_("Published"), 12),
        TableColumn(_("First words"), 60),
    ]
    # An empty cell says that there is no entry only where the file may say so.
    reads_all = handling == Handling.AMBER
    rows = [_row(one, reads_all=reads_all) for one in changes.changes]
    title = _("What changed")
    table = DownloadTable(title, columns, rows, count=len(rows), frozen=2)
    return marked_table(table, handling, asked)


def _row(one: ChangedPosition, *, reads_all: bool) -> list[Cell]:
    nothing = none_label(reads_all=reads_all and one.reads_all)
    entry = one.entry
    published = entry.published_at if entry else None
    return [
        one.member.code,
        one.line.commitment.code,
        in_language(one.member.name),
        in_language(one.line.commitment.short_title),
        one.label,
        status_label(one.before) if one.before else nothing,
        status_label(entry.status) if entry else nothing,
        entry.as_of.isoformat() if entry else "",
        utc_day(published).isoformat() if published else "",
        one.opening,
    ]


def _handling(changes: PlanChanges, viewpoint: Viewpoint) -> str:
    """Return the strictest mark of what the table shows and follows from."""
    found = [one.entry.pk for one in changes.changes if one.entry]
    found += [one.earlier.entry for one in changes.changes if one.earlier]
    entries = viewpoint.visible.filter(pk__in=found)
    # An empty cell, or an empty table, is for delegations to know.
    return Handling.strictest(Handling.GREEN, *filter(None, [handling_of(entries)]))
