"""The labels and the order of statuses, for pages, forms, bars and reports.

Two values are added to the stored statuses: `not_reported` (no published entry) and
`no_update` (an entry, but not of this stocktake). `Status` has the other labels.
"""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from progress.models import Status
from progress.positions.figures import Change

NOT_REPORTED = "not_reported"
NO_UPDATE = "no_update"


def none_label(*, reads_all: bool) -> str:
    """Return the label of an empty position: for pages, bars, reports and the API.

    `reads_all` is whether the reader sees every published entry there, amber ones too.
    Other readers must not learn whether an entry exists that they may not see.
    """
    return _("Not reported") if reads_all else _("No released entry")


def part_label(part: str, none_label: str) -> str:
    """Return the label of a part. `none_label` is the one of an empty position."""
    return none_label if part == NOT_REPORTED else status_label(part)


def status_label(status: str) -> str:
    """Return the label of a status, or of having no update.

    An empty position has no label here, because that depends on its reader.
    """
    return _("No update") if status == NO_UPDATE else str(Status(status).label)


def change_label(change: Change) -> str:
    """Return the label of a change of a position."""
    return {
        "up": _("Moved up"),
        "down": _("Moved down"),
        "same": _("Same status"),
        "other": _("Changed to or from “Not applicable”"),
        "new": _("New"),
        "gone": _("No longer released"),
    }[change]


def short_status_label(status: str) -> str:
    """Return the label of a status in one word, for a cell of the matrix."""
    if status == Status.LIMITED:
        return pgettext("progress", "Limited")
    if status == Status.SUBSTANTIAL:
        return pgettext("progress", "Substantial")
    return status_label(status)
