"""Every word a report prints of its own, in the language that is active."""

from typing import cast

from django.utils.translation import gettext_lazy as _

from progress.models import Handling
from progress.positions.figures import PARTS
from progress.positions.labels import status_label
from reports.snapshot_schema import Labels, MethodSection

AUDIENCE_STATEMENTS = {
    Handling.CLEAR: _("This document may be read by anyone."),
    Handling.GREEN: _(
        "This document may be read by all delegations, observers, assessors and partner"
        " systems with that right. It is not for publication."
    ),
    Handling.AMBER: _(
        "This document is for the Presidency only, beside each delegation for what is"
        " its own."
    ),
}


LABELS = {
    "contents": _("Contents"),
    "summary": _("Summary"),
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
    "ledger_head": _("Ledger head"),
    "illustrative": _("Illustrative data"),
    "illustrative_note": _(
        "The entries and people in this document are invented, to show how the"
        " system works. Only the plan's wording is real."
    ),
    "at_risk": _("At risk"),
    "action": _("Action"),
    "all_actions": _("All actions"),
    "cells": _("All"),
    "commitment": _("Commitment"),
    "member": _("Member"),
    "legend": _("How to read the marks"),
    "no_update_mark": _(
        "In brackets: last published status; no update in this stocktake"
    ),
    "entry_as_of": _("as of"),
    "published_at": _("published"),
    "late": _("Late"),
    "correction": _("Correction"),
    "shows_again": _("Shown again after a withdrawal"),
    "unchanged": _("Unchanged since {since}, confirmed {confirmed}."),
    "no_update_note": _("Last published earlier; no update in this stocktake."),
    "not_reported_note": _("No released entry."),
    "next_steps": _("Next steps"),
    "obstacles": _("Obstacles"),
    "evidence": _("Evidence"),
    "accessed_on": _("read on"),
    "lead_authority": _("Lead authority"),
    "target_on": _("Target date"),
    "instruments": _("Instruments named"),
    "joint": _("Joint commitment"),
    "replaced": _("Characters that could not be printed"),
    "replaced_note": _(
        "No font at hand covers these characters. Each is shown as {mark}; the"
        " entries themselves hold them unchanged."
    ),
    "replaced_none": _("Every character of every entry is printed."),
    "characters": _("Characters"),
    "versions": _("Versions"),
    "product": _("Product"),
    "report_id": _("Report"),
    "plan_source": _("SHA-256 of the plan's source text"),
    "typesetter": _("Typesetter"),
    "renderer": _("Renderer"),
    "fonts": _("Fonts"),
    "fonts_none": _("Only those the typesetter brings"),
}


# How the document came about, for a reader who was not there: headings, paragraphs.
METHOD = [
    (
        _("Which entry is shown"),
        [
            _(
                "Each member commitment is shown by one entry: of all entries"
                " published by the instant on the title page, and not superseded by"
                " then, the one with the latest “as of” date up to the day on the"
                " title page. A correction takes the place of what it corrects; a"
                " withdrawal removes an entry, and an earlier one, if there is any,"
                " is shown again and marked."
            ),
            _(
                "Words that were published before are said to be unchanged since the"
                " day of which they were first released, with the day on which their"
                " delegation last confirmed that they hold. A text carried forward"
                " and not confirmed is not published, and does not stand here."
            ),
            _(
                "Entries with a narrower audience than this document's are left"
                " out. “No released entry” therefore says nothing about whether"
                " there is one."
            ),
        ],
    ),
    (
        _("What is counted"),
        [
            _(
                "One cell is one commitment of one member. A cell counts under its"
                " status if its entry belongs to the stocktake named on the title"
                " page; an older entry counts as “no update”, the absence of one as"
                " “not reported”. The parts always add up to all cells. If no"
                " stocktake is named, every entry shown counts as current."
            ),
            _(
                "The status is the member's own assessment, on an ordinal scale:"
                " not started, limited progress, substantial progress, implemented."
                " “Not applicable” stands outside the scale. “At risk” is said"
                " beside the status. No average is formed."
            ),
        ],
    ),
    (
        _("Handling"),
        [
            _(
                "Labels are those of the Traffic Light Protocol 2.0 with narrower"
                " audiences. TLP:CLEAR: anyone. TLP:GREEN: all delegations,"
                " observers, assessors and partner systems with that right."
                " TLP:AMBER: the delegation and the Presidency only."
            ),
        ],
    ),
    (
        _("How this document can be checked"),
        [
            _(
                "All it says was frozen in a snapshot before it was typeset. The"
                " SHA-256 printed on the title page is that of the snapshot in"
                " canonical JSON (RFC 8785). The same snapshot and versions give"
                " the same document, byte for byte."
            ),
            _(
                "Every publication is a record in a ledger, each bound to the one"
                " before it by its SHA-256. The ledger head is that of the last record"
                " known at the instant on the title page: it stands for everything"
                " published until then, and nothing of that can be changed unseen."
            ),
        ],
    ),
]


def labels() -> Labels:
    """In the language that is active now."""
    words: dict[str, object] = {name: str(text) for name, text in LABELS.items()}
    words["parts"] = {part: status_label(part) for part in PARTS}
    return cast("Labels", words)


def method() -> list[MethodSection]:
    return [
        {
            "heading": str(heading),
            "paragraphs": [str(paragraph) for paragraph in paragraphs],
        }
        for heading, paragraphs in METHOD
    ]


def audience_statement(audience: Handling) -> str:
    return str(AUDIENCE_STATEMENTS[audience])
