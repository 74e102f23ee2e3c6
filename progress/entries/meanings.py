"""What each status and each label means, in the words of every page and document.

The glossary gives the same sentences: tests/progress/entries/test_meanings.py.
"""

from django.utils.translation import gettext_lazy as _

from progress.models import Handling, Status

STATUS_MEANINGS = {
    Status.NOT_STARTED: _("Nothing has been done yet."),
    Status.LIMITED: _("First steps have been taken. Most is still to do."),
    Status.SUBSTANTIAL: _("Most has been done. Some is still to do."),
    Status.IMPLEMENTED: _("Everything promised is done, or is done continually."),
    Status.NOT_APPLICABLE: _(
        "The commitment does not apply to the member. The narrative gives the reason."
    ),
}
# Narrower than the Traffic Light Protocol's own text. So each page with this choice
# shows our audiences.
AUDIENCES = {
    Handling.CLEAR: _("For anyone."),
    Handling.GREEN: _(
        "For all delegations, observers, assessors and partner systems with that right."
    ),
    Handling.AMBER: _("For your delegation and the Presidency only."),
}
# The same, as a reviewer reads it before publishing.
READERS = {
    Handling.CLEAR: _("Anyone can read it."),
    Handling.GREEN: _(
        "All delegations, observers, assessors and partner systems with that right can"
        " read it."
    ),
    Handling.AMBER: _("Only its delegation and the Presidency can read it."),
}
