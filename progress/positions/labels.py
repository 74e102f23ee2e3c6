"""The labels and the order of statuses, for pages, forms, bars and reports.

Two values are added to the stored statuses: `not_reported` (no published entry) and
`no_update` (an entry, but not of this stocktake). `Status` has the other labels.
"""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from progress.models import Status
from progress.positions.figures import PARTS, Part

NOT_REPORTED = "not_reported"
NO_UPDATE = "no_update"
# The scale, from the least done to the most done; the other parts are outside it.
SCALE = 4
# From the most done to the least known, as bars and legends show them.
ORDER: list[Part] = [*reversed(PARTS[:SCALE]), *PARTS[SCALE:]]


def status_label(status: str) -> str:
    """Return the label of a status, or of having none."""
    if status == NO_UPDATE:
        return _("No update")
    if status in {NOT_REPORTED, "", None}:
        return _("Not reported")
    return str(Status(status).label)


def short_status_label(status: str) -> str:
    """Return the label of a status in one word, for a cell of the matrix."""
    if status == Status.LIMITED:
        return pgettext("progress", "Limited")
    if status == Status.SUBSTANTIAL:
        return pgettext("progress", "Substantial")
    return status_label(status)
