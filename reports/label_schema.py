"""The labels that a report prints, by name. They are part of its snapshot."""

from typing import Literal, TypedDict

from progress.positions.figures import Change, Part


class Labels(TypedDict):
    # Headings
    contents: str  # "Contents"
    summary: str  # "Summary"
    status_mix: str  # "Status by action"
    matrix: str  # "Commitments by member"
    commitments: str  # "Commitments and what members report"
    annex: str  # "Annex: method"
    # Title page
    as_of: str  # "Position as of"
    known_at: str  # "As known at"
    compiled_at: str  # "Requested at"
    adopted_on: str  # "Adopted on"
    summit: str
    stocktake: str
    due_at: str  # "Entries due"
    audience: str
    members: str
    snapshot: str  # "Snapshot SHA-256"
    facts: str  # "SHA-256 of the facts"
    ledger_head: str  # "Ledger head"
    query: str  # "Query that repeats the positions"
    illustrative: str  # "Illustrative data": on every page
    illustrative_note: str  # a sentence for the title page
    # Figures
    # "Not started" … "No update", and "Not reported", or "No released entry" for
    # readers below TLP:AMBER.
    parts: dict[Part, str]
    # "Moved up" … "No longer released", and "withdrawn".
    changes: dict[Change | Literal["withdrawn"], str]
    at_risk: str
    in_stocktake: str  # "In this stocktake"
    in_all: str  # "In all"
    action: str
    all_actions: str
    cells: str  # "All": the column of totals
    commitment: str
    member: str
    legend: str  # "How to read the marks"
    no_update_mark: str  # "In brackets: the last published status, without an …"
    # An entry
    entry_as_of: str  # "as of"
    published_at: str  # "published"
    late: str
    correction: str
    shows_again: str
    unchanged: str  # a sentence; {since} and {confirmed} are replaced with days
    no_update_note: str  # a sentence for an entry that is not of this stocktake
    not_reported_note: str  # a sentence if there is no entry to show
    next_steps: str
    obstacles: str
    evidence: str
    accessed_on: str
    lead_authority: str
    target_on: str
    instruments: str
    joint: str
    # Annex
    replaced: str  # "Characters that could not be printed"
    replaced_note: str  # a sentence; {mark} is replaced with the mark itself
    replaced_none: str  # a sentence
    characters: str
    versions: str
    product: str
    report_id: str
    plan_source: str  # "SHA-256 of the plan's source text"
    typesetter: str  # "Typst"
    renderer: str
    fonts: str
    fonts_none: str  # "Only the typesetter's own fonts"
