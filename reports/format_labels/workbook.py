"""The labels that only the XLSX prints."""

from reports.label_schema import WorkbookLabels


def workbook_labels() -> WorkbookLabels:
    """Return these labels in the active language."""
    return {}
