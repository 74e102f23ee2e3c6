"""The labels that only the HTML prints."""

from reports.label_schema import PageLabels


def page_labels() -> PageLabels:
    """Return these labels in the active language."""
    return {}
