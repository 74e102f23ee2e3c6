"""The labels that a report prints, by name. They are part of its snapshot.

`reports.labels` has their texts.
"""

from typing import Literal, TypedDict

from progress.positions.figures import Change, Part, Status

# The values of `reports.models.Report.Circulation`: a test holds the two equal.
Circulation = Literal["none", "circulated", "objected", "final"]


class MarkLabels(TypedDict):
    """What every format prints: see `reports.renderers.marks`."""

    handling: str
    kind: str
    scope: str
    issuer: str
    language: str
    circulation: str
    circulations: dict[Circulation, str]  # "Draft, not circulated"
    numbered_draft: str  # "Draft {number}, not circulated"
    short_draft: str  # "Draft", on every page
    short_numbered_draft: str  # "Draft {number}", on every page
    code: str
    verify: str  # the label of the sentence below
    verify_note: str  # a sentence; {address} is that of the page
    qr: str  # says what the QR code holds: {address} and {code}


class ColumnLabels(TypedDict):
    """The headings of columns, in the CSV for people and the XLSX.

    The names, in this order, are the columns of both CSV files: `docs/formats.md`.
    """

    report: str
    code: str
    plan: str
    kind: str
    scope: str
    audience: str
    circulation: str
    draft_number: str
    language: str
    at: str
    known_at: str
    snapshot_sha256: str
    action: str
    sub_area: str
    commitment: str
    short_title: str
    commitment_text: str
    is_joint: str
    member: str
    member_name: str
    figure: str
    status: str
    status_before: str
    change: str
    is_withdrawn: str
    entry: str
    as_of: str
    published_at: str
    handling: str
    entry_language: str
    narrative: str
    next_steps: str
    obstacles: str
    evidence_count: str
    evidence: str
    at_risk: str
    late: str
    correction: str
    shows_again: str
    unchanged_since: str
    confirmed_at: str
    lead_authority: str
    target_on: str
    is_overdue: str
    content_sha256: str
    instruments: str


SheetName = Literal[
    "about", "matrix", "entries", "evidence", "figures", "changes", "gaps"
]


class WorkbookLabels(TypedDict):
    """What only the XLSX prints."""

    sheets: dict[SheetName, str]  # at most 31 characters
    holds: dict[SheetName, str]  # sentences
    sheets_heading: str
    notes_heading: str
    notes: list[str]  # sentences
    older: str
    italics: str
    by_commitment: str
    counted: str
    codes_of: str  # "{gap}: codes"
    note: str
    evidence_kind: str
    evidence_title: str
    link: str
    accessed_on: str
    dead_since: str
    citation: str
    file_name: str
    file_size: str
    file_sha256: str
    evidence_kinds: dict[str, str]


class DocumentLabels(TypedDict):
    """What only the DOCX prints."""

    short_statuses: dict[Status, str]  # in a word, for a cell of the matrix
    instruments_caption: str
    acronym: str
    meaning: str
    library: str  # "Written with": a library and its version


class PageLabels(TypedDict):
    """What only the HTML prints."""

    skip: str  # "Skip to main content"
    numbers: str  # "Numbers of this figure": unfolds a table
    instruments_caption: str


class Labels(TypedDict):
    named: str  # "{name}: {value}"
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
    at_risk: str
    in_stocktake: str  # "In this stocktake"
    in_all: str  # "In all"
    action: str
    cells: str  # "All": the column of totals
    commitment: str
    member: str
    legend: str  # "How to read the marks"
    # An entry
    entry_as_of: str  # "as of"
    published_at: str  # "published"
    late: str
    correction: str
    shows_again: str
    unchanged: str  # a sentence; {since} and {confirmed} are replaced with days
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
    # `reports.labels` has an example of each of these.
    plan: str
    compared: str
    big_implemented: str
    big_at_risk: str
    big_overdue: str
    mix: str
    by_sub_area: str
    by_member: str
    older_short: str
    older_bar: str
    older_mark: str
    overdue_short: str
    arrows_note: str
    with_entry: str
    positions_caption: str
    change: str
    matrix_caption: str
    figure_standing: str
    figure_members: str
    figure_moved: str
    at_compared: str
    now: str
    all_rows: str
    no_obstacle: str
    changes_heading: str
    changes_caption: str
    nothing_compared: str
    from_status: str
    none_listed: str
    risks: str
    risk_caption: str
    overdue_caption: str
    overdue: str
    code: str
    status: str
    nobody: str
    continued: str
    dead_since: str
    gaps_caption: str
    all_commitments: str
    repeated: str
    gaps_note: str
    instruments_index: str
    instruments_caption: str
    instrument: str
    instrument_kind: str
    instrument_owner: str
    commitments_short: str
    page_short: str
    entries_index: str
    entries_caption: str
    entry_sha256: str
    acronyms: str
    queries: str
    table: str
    gaps: str
    # "Moved up" … "No longer released", and "withdrawn".
    changes: dict[Change | Literal["withdrawn"], str]
    # The files that a PDF carries
    attached: str
    attached_note: str  # sentences
    attached_csv: str
    attached_json: str
    file: str
    contains: str
    # The two values of a column.
    yes: str
    no: str
    # By format: `reports.format_labels` has their texts.
    marks: MarkLabels
    columns: ColumnLabels
    workbook: WorkbookLabels
    document: DocumentLabels
    page: PageLabels
