"""The labels of the sample snapshot."""

from typing import cast, get_type_hints

from progress.positions.figures import CHANGES
from reports.label_schema import Labels

CHANGE_LABELS = {change: f"Change: {change}" for change in (*CHANGES, "withdrawn")}
PART_LABELS = {
    "not_started": "Not started",
    "limited": "Limited progress",
    "substantial": "Substantial progress",
    "implemented": "Implemented",
    "not_applicable": "Not applicable",
    "no_update": "No update",
    "not_reported": "No released entry",
}
LABELS = {
    "status_mix": "Status by action",
    "matrix": "Commitments by member",
    "commitments": "Commitments and what members report",
    "annex": "Annex: method",
    "as_of": "Position as of",
    "known_at": "As known at",
    "compiled_at": "Requested at",
    "due_at": "Entries due",
    "snapshot": "Snapshot SHA-256",
    "ledger_head": "Ledger head",
    "illustrative": "Illustrative data",
    "illustrative_note": "The entries in this report are invented, to show its looks.",
    "all_actions": "All actions",
    "cells": "All",
    "legend": "How to read the marks",
    "no_update_mark": "In brackets: the last published status, without an update",
    "entry_as_of": "as of",
    "published_at": "published",
    "late": "Late",
    "unchanged": "Unchanged since {since}, confirmed on {confirmed}.",
    "no_update_note": "No update in this stocktake. The last published entry is shown.",
    "not_reported_note": "No released entry.",
    "in_stocktake": "In this stocktake",
    "in_all": "In all",
    "facts": "SHA-256 of the facts",
    "accessed_on": "accessed on",
    "target_on": "Target date",
    "instruments": "Names",
    "joint": "Joint commitment",
    "replaced": "Characters that could not be printed",
    "replaced_note": "No font has these characters. Each is printed as {mark}.",
    "replaced_none": "All characters of all entries are printed.",
    "plan_source": "SHA-256 of the plan's source",
    "report_id": "Report",
    "fonts_none": "Only the typesetter's own fonts",
}


def sample_labels() -> Labels:
    """Each label is its own name, except those that readers or tests look at."""
    plain = {
        name: name.replace("_", " ").capitalize() for name in get_type_hints(Labels)
    }
    parts, changes = dict(PART_LABELS), dict(CHANGE_LABELS)
    return cast("Labels", {**plain, **LABELS, "parts": parts, "changes": changes})
