"""What every file of a page says about itself, and the handling mark it carries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from progress.models import Handling, State
from progress.querysets.entries import EntryQuerySet
from progress.sheets.table_files import DownloadTable


@dataclass(frozen=True)
class AskedFor:
    """What a page was asked for: as people read it, and as its address says it."""

    # Beside each label its value: the plan, the clocks, the filters.
    facts: Sequence[tuple[str, str]]
    address: str
    # What the file's name says of it.
    name: Sequence[str]
    is_illustrative: bool = False


def marked_table(table: DownloadTable, handling: str, asked: AskedFor) -> DownloadTable:
    """Return the table with its handling mark and what it was asked for."""
    mark = str(Handling(handling).label)
    about = [(_("Handling"), mark), (_("Table"), table.title), *asked.facts]
    if asked.is_illustrative:
        about.append((_("Illustrative data"), _("The entries in it are invented.")))
    return replace(
        table,
        about=[*about, (_("Query"), asked.address)],
        about_title=_("About this file"),
        name=[mark, *asked.name],
        language=get_language() or "",
    )


def handling_of(entries: EntryQuerySet) -> str | None:
    """Return the strictest mark among these entries, or None without any. One query.

    What is not published is for its delegation and the Presidency only.
    """
    found = entries.order_by().values_list("handling", "state").distinct()
    marks = [
        handling if state == State.PUBLISHED else Handling.AMBER
        for handling, state in found
    ]
    return Handling.strictest(*marks) if marks else None
