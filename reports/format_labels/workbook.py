"""The labels that only the XLSX prints."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from reports.label_schema import SheetName, WorkbookLabels

# Spreadsheet programs allow 31 characters at most.
SHEETS: dict[SheetName, Any] = {
    "about": pgettext_lazy("a sheet of a workbook", "About"),
    "matrix": pgettext_lazy("a sheet of a workbook", "Matrix"),
    "entries": pgettext_lazy("a sheet of a workbook", "Entries"),
    "evidence": pgettext_lazy("a sheet of a workbook", "Evidence"),
    "figures": pgettext_lazy("a sheet of a workbook", "Figures"),
    "changes": pgettext_lazy("a sheet of a workbook", "Changes"),
    "gaps": pgettext_lazy("a sheet of a workbook", "Gaps"),
}
# What each sheet holds. `{since}` completes "since …".
HOLDS: dict[SheetName, Any] = {
    "about": gettext_lazy("What this report is, and how to read and check it."),
    "matrix": gettext_lazy(
        "The status that each member reports for each commitment, with totals."
    ),
    "entries": gettext_lazy(
        "One row for each commitment of each member, with the whole text of its entry."
    ),
    "evidence": gettext_lazy(
        "One row for each source of an entry, with the number of its note."
    ),
    "figures": gettext_lazy("The numbers of each status, and charts of them."),
    "changes": gettext_lazy("What has changed since {since}."),
    "gaps": gettext_lazy(
        "For each member: what is late, without news, or without an entry in this"
        " report."
    ),
}
EVIDENCE_KINDS = {
    "link": gettext_lazy("Link"),
    "citation": gettext_lazy("Citation"),
    "file": gettext_lazy("File"),
}


def workbook_labels() -> WorkbookLabels:
    """Return these labels in the active language."""
    return {
        "sheets": {name: str(text) for name, text in SHEETS.items()},
        "holds": {name: str(text) for name, text in HOLDS.items()},
        "sheets_heading": _("Sheets"),
        "notes_heading": _("Texts and print"),
        "notes": [
            _(
                "Texts are as members typed them. They may have marks of Markdown:"
                " **bold**, “- ” before a point of a list, [a link](its address)."
            ),
            _(
                "A spreadsheet program may show or print only the beginning of a long"
                " text. The cell has all of it."
            ),
            _(
                "The sheets of the matrix, the entries and the evidence print their"
                " first columns. Further columns are to the right of them."
            ),
        ],
        "older": _("No update in this stocktake: in italics, without a colour"),
        "italics": _("Italics"),
        "by_commitment": _("Status by commitment"),
        "counted": _("Counted for"),
        "codes_of": pgettext("a column of commitments", "{gap}: codes"),
        "note": _("Note"),
        "evidence_kind": _("Kind"),
        "evidence_title": _("Title"),
        "link": _("Link"),
        "accessed_on": _("Accessed on"),
        "dead_since": _("Link dead since"),
        "citation": _("Citation"),
        "file_name": _("File"),
        "file_size": _("Size"),
        "file_sha256": _("SHA-256 of the file"),
        "evidence_kinds": {kind: str(text) for kind, text in EVIDENCE_KINDS.items()},
    }
