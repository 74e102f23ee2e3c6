"""The labels of what every file says about itself: see `reports.renderers.marks`."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from reports.label_schema import Circulation, MarkLabels

CIRCULATIONS: dict[Circulation, Any] = {
    "none": _("Draft, not circulated"),
    "circulated": _("Draft, circulated"),
    "objected": _("Draft, silence broken"),
    "final": _("Final"),
}


def mark_labels() -> MarkLabels:
    """Return these labels in the active language."""
    return {
        "handling": str(_("Handling")),
        "kind": str(_("Kind")),
        "scope": str(_("Scope")),
        "issuer": str(_("Issued by")),
        "language": str(_("Language")),
        "circulation": str(_("Circulation")),
        "circulations": {code: str(text) for code, text in CIRCULATIONS.items()},
        "numbered_draft": str(_("Draft {number}, not circulated")),
        "short_draft": pgettext("a report", "Draft"),
        "short_numbered_draft": str(_("Draft {number}")),
        "code": str(_("Verification code")),
        "verify": str(_("How to check it")),
        "verify_note": str(
            _(
                "To check this document, go to {address} and enter the verification"
                " code, or scan the QR code."
            )
        ),
        "qr": str(_("QR code: {address} with the verification code {code}")),
    }
