"""The labels and fixed texts that a report prints itself, in the active language."""

from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from progress.models import Handling
from progress.positions.figures import CHANGES, PARTS
from progress.positions.labels import change_label, none_label, part_label
from reports.format_labels.columns import column_labels
from reports.format_labels.document import document_labels
from reports.format_labels.marks import mark_labels
from reports.format_labels.page import page_labels
from reports.format_labels.workbook import workbook_labels
from reports.label_schema import Labels
from reports.snapshot_schema import MethodSection

AUDIENCE_STATEMENTS = {
    Handling.CLEAR: _("Anyone may read this document."),
    Handling.GREEN: _(
        "All delegations, observers, assessors and partner systems with that right may"
        " read this document. It must not be published."
    ),
    Handling.AMBER: _(
        "Only the Presidency may read this document. Each delegation may also read the"
        " parts about itself."
    ),
}


LABELS = {
    "named": pgettext_lazy("a label and its value", "{name}: {value}"),
    "contents": _("Contents"),
    "summary": _("Executive summary"),
    "status_mix": _("Status by action"),
    "matrix": _("Commitments by member"),
    "commitments": _("Commitments and what members report"),
    "annex": _("Annex: method"),
    "as_of": _("Position as of"),
    "known_at": _("As known at"),
    "compiled_at": _("Requested at"),
    "adopted_on": _("Adopted on"),
    "summit": _("Summit"),
    "stocktake": _("Stocktake"),
    "due_at": _("Entries due"),
    "audience": _("Audience"),
    "members": _("Members"),
    "snapshot": _("Snapshot SHA-256"),
    "facts": _("SHA-256 of the facts"),
    "ledger_head": _("Ledger head"),
    "query": _("Query for these positions"),
    "illustrative": _("Illustrative data"),
    "illustrative_note": _(
        "The entries and people in this document are invented. They show how the"
        " system works. Only the wording of the plan is real."
    ),
    "at_risk": _("At risk"),
    "in_stocktake": _("In this stocktake"),
    "in_all": _("In all"),
    "action": _("Action"),
    "cells": _("All"),
    "commitment": _("Commitment"),
    "member": _("Member"),
    "legend": _("How to read the marks"),
    "entry_as_of": _("as of"),
    "published_at": _("published"),
    "late": _("Late"),
    "correction": _("Correction"),
    "shows_again": _("Reinstated after a withdrawal"),
    "unchanged": _("Unchanged since {since}, confirmed on {confirmed}."),
    "next_steps": _("Next steps"),
    "obstacles": _("Obstacles"),
    "evidence": _("Evidence"),
    "accessed_on": _("accessed on"),
    "lead_authority": _("Lead authority"),
    "target_on": _("Target date"),
    "instruments": _("Instruments named"),
    "joint": _("Joint commitment"),
    "replaced": _("Characters that could not be printed"),
    "replaced_note": _(
        "No available font has these characters. Each is printed as {mark}. The"
        " entries themselves are unchanged."
    ),
    "replaced_none": _("All characters of all entries are printed."),
    "characters": _("Characters"),
    "versions": _("Versions"),
    "product": _("Product"),
    "report_id": _("Report"),
    "plan_source": _("SHA-256 of the plan's source text"),
    "typesetter": _("Typesetter"),
    "renderer": _("Renderer"),
    "fonts": _("Fonts"),
    "fonts_none": _("Only the typesetter's own fonts"),
    "plan": _("Plan"),
    "compared": _("Compared with"),
    "big_implemented": _("Implemented, of {of} member commitments"),
    "big_at_risk": _("Marked as at risk"),
    "big_overdue": _("Target date passed"),
    "mix": _("Status in figures"),
    "by_sub_area": _("Status by sub-area"),
    "by_member": _("Status by member"),
    "older_short": _("Older"),
    "older_bar": _("older"),
    "older_mark": _("Paler: no update in this stocktake"),
    "overdue_short": _("Past"),
    "arrows_note": _("Arrows and signs compare with {since}."),
    "with_entry": _("Entries"),
    "positions_caption": _("Position on each commitment"),
    "change": _("Change"),
    "matrix_caption": _("The status that each member reports for each commitment"),
    "figure_standing": _("Last known status of all member commitments"),
    "figure_members": _("Last known status by member"),
    "figure_moved": _("Statuses then and now"),
    "at_compared": _("Then: {what}"),
    "now": _("Now"),
    "all_rows": _("All {count} are in the table"),
    "no_obstacle": _("No obstacle is named."),
    "changes_heading": _("Changes"),
    "changes_caption": _("Changes since {since}"),
    "nothing_compared": _("There is no earlier date to compare with."),
    "from_status": _("from “{status}”"),
    "none_listed": _("None."),
    "risks": _("At risk and past the target date"),
    "risk_caption": _("Entries marked as at risk"),
    "overdue_caption": _("Target dates that have passed without implementation"),
    "overdue": _("passed"),
    "code": _("Code"),
    "status": _("Status"),
    "continued": _("… {what}, continued"),
    "dead_since": _("link dead since {since}"),
    "gaps_caption": _("Commitments by member, with their number"),
    "all_commitments": _("all commitments"),
    "repeated": _("Unchanged words"),
    "gaps_note": _(
        "“Unchanged words”: the text of the entry is the same as in an earlier"
        " entry. “Late”: the entry was submitted after the deadline."
    ),
    "instruments_index": _("Instruments"),
    "instruments_caption": _(
        "Instruments that the commitments name, with page numbers"
    ),
    "instrument": _("Instrument"),
    "instrument_kind": _("Kind"),
    "instrument_owner": _("Belongs to"),
    "commitments_short": _("Commitments"),
    "page_short": _("p."),
    "entries_index": _("Entries and their hashes"),
    "entries_caption": _(
        "The entries of this report, each with the SHA-256 of its content"
    ),
    "entry_sha256": _("SHA-256 of the content"),
    "acronyms": _("Acronyms"),
    "queries": _("How to repeat each figure"),
    "table": _("Table"),
    "attached": _("Attached files"),
    "attached_note": _(
        "This PDF carries its own numbers. Open the list of attachments in your PDF"
        " reader to save these files. They are for the same audience as the PDF."
    ),
    "attached_csv": _("Each position of this report in a row, as a table (CSV)"),
    "attached_json": _("All that this report says, for programs (JSON)"),
    "file": _("File"),
    "contains": _("What it contains"),
    "yes": pgettext_lazy("the value of a column", "yes"),
    "no": pgettext_lazy("the value of a column", "no"),
}
# For those who do not read every published entry, and for those who do.
BY_AUDIENCE = {
    "nobody": (_("No member has a released entry."), _("No member has reported.")),
    "gaps": (_("Late, or without a released entry"), _("Late and missing")),
}


# How the document was made: a heading and paragraphs for each section of the annex. A
# paragraph may have a text for audiences that read every entry, and one for the others.
AMBER, BELOW = "amber", "below"
# This section is left out where nothing is compared.
COMPARED: tuple[Any, list[Any]] = (
    _("What has changed"),
    [
        _(
            "A change compares the status now with the status on an earlier day, as it"
            " was known at an earlier instant. The title page names both. The earlier"
            " entry is chosen by the same rules, from entries that the audience of this"
            " document may read."
        ),
        _(
            "“Moved up” and “Moved down” are steps on the scale. A change to or from"
            " “Not applicable” is counted by itself. “New” means that there was no such"
            " entry then, and there is one now. An entry is called withdrawn only where"
            " the audience may read its withdrawal. If another entry is gone, it is “no"
            " longer released”."
        ),
    ],
)
METHOD: list[tuple[Any, list[Any]]] = [
    (
        _("Which entry is shown"),
        [
            _(
                "Each member commitment is shown with one entry. It is chosen from all"
                " entries that were published, and not superseded, by the instant on"
                " the title page. Of these, it is the entry with the latest “as of”"
                " date up to the day on the title page. A correction replaces the entry"
                " it corrects. A withdrawal removes an entry. If there is an earlier"
                " entry, it is reinstated and marked."
            ),
            _(
                "A text that was published before is marked “unchanged since”, with"
                " the “as of” day of the entry that first released it. The second date"
                " is the day on which the delegation last confirmed that the text"
                " still holds. A text that is carried forward but not confirmed is not"
                " published and not shown here."
            ),
            {
                AMBER: _(
                    "No published entry is left out because of its handling label."
                    " “Not reported” means that no entry had been published."
                ),
                BELOW: _(
                    "Entries with a narrower audience than this document are left out."
                    " “No released entry” therefore does not mean that there is no"
                    " entry. Without a released entry, the lead authority and the"
                    " target date are left out too."
                ),
            },
        ],
    ),
    (
        _("What is counted"),
        [
            _(
                "One cell is one commitment of one member. Only what this document"
                " shows is counted, in two ways. “In this stocktake” counts the entries"
                " that belong to the stocktake on the title page, by their status. Any"
                " other entry counts as “no update”. “In all” counts every entry by its"
                " status, whichever stocktake it belongs to. Both ways, a cell without"
                " an entry counts as “{none}”, and the counts add up to all cells. If"
                " the title page names no stocktake, the two are the same."
            ),
            _(
                "The status is the member's own assessment. The scale has four steps:"
                " not started, limited progress, substantial progress, implemented."
                " “Not applicable” is outside the scale. “At risk” is a separate mark"
                " beside the status. No averages are calculated."
            ),
        ],
    ),
    (
        _("Target dates and repeated words"),
        [
            _(
                "A target date has passed if it is before the “as of” day on the title"
                " page, and the last known status is neither “Implemented” nor “Not"
                " applicable”. An entry repeats the words of an earlier one if it is"
                " marked “unchanged since”. An entry is late if it came after the"
                " deadline of its stocktake."
            ),
        ],
    ),
    COMPARED,
    (
        _("Handling"),
        [
            _(
                "The labels are those of the Traffic Light Protocol 2.0, with narrower"
                " audiences. TLP:CLEAR: anyone. TLP:GREEN: all delegations,"
                " observers, assessors and partner systems with that right."
                " TLP:AMBER: the delegation and the Presidency only."
            ),
        ],
    ),
    (
        _("How to check this document"),
        [
            _(
                "All content of this document was frozen in a snapshot before it was"
                " typeset. The title page has the SHA-256 of the snapshot in canonical"
                " JSON (RFC 8785). The same snapshot and versions give the same"
                " document, byte for byte. The SHA-256 of the facts leaves out the"
                " document's number, instants and versions. So two documents that say"
                " the same have the same SHA-256 of the facts."
            ),
            _(
                "All formats of this report are made from this snapshot. The JSON file"
                " is the snapshot itself, so its SHA-256 is the one on the title page."
                " The PDF carries the JSON file and the CSV file as attachments. Its"
                " tables, texts and figures can be calculated from them again."
            ),
            _(
                "The query on the title page gives the positions again. Send it to the"
                " API of this system with the key of a reader who may see them."
            ),
            _(
                "Every publication is a record in a ledger. Each record contains the"
                " SHA-256 of the record before it. So the ledger head covers everything"
                " published until then, and any later change to that would be noticed."
            ),
            {
                AMBER: _(
                    "The ledger head is the SHA-256 of the last record known at the"
                    " instant on the title page."
                ),
                BELOW: _(
                    "The ledger head is the one that was signed last before the instant"
                    " on the title page. It is signed once a day."
                ),
            },
        ],
    ),
]


def labels(*, reads_all: bool) -> Labels:
    """Return all labels of a report, in the active language.

    `reads_all` is whether the audience may read every published entry.
    """
    none = none_label(reads_all=reads_all)
    found: dict[str, object] = {name: str(text) for name, text in LABELS.items()}
    found["parts"] = {part: part_label(part, none) for part in PARTS}
    changes = {change: change_label(change) for change in CHANGES}
    withdrawn = str(_("Withdrawn"))
    # An audience that may read every entry may read every withdrawal.
    gone = {"gone": withdrawn} if reads_all else {}
    found["changes"] = changes | gone | {"withdrawn": withdrawn}
    found |= {name: str(texts[reads_all]) for name, texts in BY_AUDIENCE.items()}
    found |= {"marks": mark_labels(), "columns": column_labels()}
    found |= {"workbook": workbook_labels(), "document": document_labels()}
    found["page"] = page_labels()
    return cast("Labels", found)


def method(*, reads_all: bool, is_compared: bool) -> list[MethodSection]:
    """Return the sections of the annex on method, in the active language."""
    none = none_label(reads_all=reads_all).lower()

    def paragraph(text: Any) -> str:
        if isinstance(text, dict):
            text = text[AMBER if reads_all else BELOW]
        return str(text).replace("{none}", none)

    return [
        {
            "heading": str(heading),
            "paragraphs": [paragraph(text) for text in paragraphs],
        }
        for heading, paragraphs in METHOD
        if is_compared or (heading, paragraphs) != COMPARED
    ]


def audience_statement(audience: Handling) -> str:
    """Return the sentence on who may read a report for this audience."""
    return str(AUDIENCE_STATEMENTS[audience])
