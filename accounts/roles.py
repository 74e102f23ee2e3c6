"""What each role is for, in one sentence for the person who assigns roles."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Role

ROLE_PURPOSES = {
    Role.CONTRIBUTOR: _(
        "Drafts entries on the commitments assigned to them, for one member."
    ),
    Role.OFFICER: _("Writes the entries of one member and sends them for clearance."),
    Role.HEAD: _("Clears the entries of one member, or sends them back."),
    Role.COORDINATOR: _(
        "Runs stocktakes, reviews and publishes while their member is the Presidency."
    ),
    Role.OBSERVER: _("Reads what is published to all delegations."),
    Role.ASSESSOR: _("Scores compliance beside what members report themselves."),
    Role.ADMINISTRATOR: _("Manages people and API keys. Reads no entries."),
}
