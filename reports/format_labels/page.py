"""The labels that only the HTML prints."""

from django.utils.translation import gettext as _

from reports.label_schema import PageLabels


def page_labels() -> PageLabels:
    """Return these labels in the active language."""
    return {
        "skip": _("Skip to main content"),
        "numbers": _("Numbers of this figure"),
        "instruments_caption": _("Instruments that the commitments name"),
    }
