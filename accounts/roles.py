"""What each role is for, in one sentence a person choosing roles can act on."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Role

ROLE_PURPOSES = {
    Role.CONTRIBUTOR: _("Drafts the commitments assigned to them, for one member."),
    Role.OFFICER: _("Writes the entries of one member and sends them for clearance."),
    Role.HEAD: _("Clears what goes out in one member's name, or sends it back."),
    Role.COORDINATOR: _(
        "Runs stocktakes, reviews and publishes while their member holds the chair."
    ),
    Role.OBSERVER: _("Reads what is published to all delegations."),
    Role.ASSESSOR: _("Scores compliance beside what members report themselves."),
    Role.ADMINISTRATOR: _("Manages people and API keys. Reads no entries."),
}
