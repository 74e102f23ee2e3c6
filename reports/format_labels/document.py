"""The labels that only the DOCX prints."""

from django.utils.translation import gettext as _

from progress.positions.figures import STATUSES
from progress.positions.labels import short_status_label
from reports.label_schema import DocumentLabels


def document_labels() -> DocumentLabels:
    """Return these labels in the active language."""
    return {
        "short_statuses": {status: short_status_label(status) for status in STATUSES},
        "instruments_caption": _("Instruments that the commitments name"),
        "acronym": _("Acronym"),
        "meaning": _("Meaning"),
        "library": _("Written with"),
    }
