"""The labels that only the DOCX prints."""

from reports.label_schema import DocumentLabels


def document_labels() -> DocumentLabels:
    """Return these labels in the active language."""
    return {}
