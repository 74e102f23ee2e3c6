"""The words and the order of positions, for pages, forms and figures alike.

Beside the statuses that are stored there are two ways of having none: `not_reported`
(no published entry at all) and `no_update` (an entry, but not of this stocktake). All
other words are `Status`'s own.
"""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from progress.models import Status

NOT_REPORTED = "not_reported"
NO_UPDATE = "no_update"
# From the most done to the least known, as bars and legends show them.
ORDER = [
    Status.IMPLEMENTED.value,
    Status.SUBSTANTIAL.value,
    Status.LIMITED.value,
    Status.NOT_STARTED.value,
    Status.NOT_APPLICABLE.value,
    NO_UPDATE,
    NOT_REPORTED,
]


def status_label(status: str) -> str:
    """The words for a status, or for having none."""
    if status == NO_UPDATE:
        return _("No update")
    if status in {NOT_REPORTED, "", None}:
        return _("Not reported")
    return str(Status(status).label)


def short_status_label(status: str) -> str:
    """One word where a cell has room for one."""
    if status == Status.LIMITED:
        return pgettext("progress", "Limited")
    if status == Status.SUBSTANTIAL:
        return pgettext("progress", "Substantial")
    return status_label(status)
