"""The types of a report's snapshot. It is JSON-able, and a renderer gets nothing else.

A snapshot is *facts* and *envelope*. The facts are equal whenever nothing that the
report says has changed. The envelope is what differs between two reports of equal
facts: their numbers, instants and versions.

Every text is already in the report's language, dates included. So a renderer never
translates, formats a date, counts, or reads the time. Positions are in the order in
which they are printed. Figures are counted from the same rows when the snapshot is
built, so that text, table and chart cannot differ.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal, TypedDict

from progress.positions.figures import Figure, Part, Status

SCHEMA_VERSION: Final = 4
# Stored snapshots of these versions have facts and envelope in one value.
FLAT_SCHEMAS: Final = frozenset({1, 2, 3})

# The values of `progress.models.Handling`: a test holds the two equal.
HandlingLabel = Literal["clear", "green", "amber"]
EvidenceKind = Literal["link", "citation", "file"]


class Moment(TypedDict):
    """A date or an instant, for machines and for the reader."""

    iso: str  # "2017-05-25", or "2017-05-20T12:00:00Z"
    text: str  # "25 May 2017", or "20 May 2017, 12:00:00 UTC" with the time zone


class FontFile(TypedDict):
    name: str  # the file name, without the folder
    version: str  # from the font itself
    sha256: str


class Versions(TypedDict):
    """What the bytes of a file depend on, apart from the data.

    `reports.renderers.pdf` provides these.
    """

    product: str
    typst: str  # as the running typesetter reports it, and as it signs the file
    typst_package: str  # the Python package that brings it, which counts differently
    renderer_sha256: str  # of the templates and the code that fills them
    fonts: list[FontFile]  # in addition to the fonts in typst itself


class SummitPart(TypedDict):
    name: str  # "Ise-Shima 2016"
    place: str  # "Ise-Shima, Japan"
    dates: str  # "26 and 27 May 2016"; empty if not announced


class PlanPart(TypedDict):
    slug: str
    title: str
    short_title: str  # for the running header, ≤ 60 characters
    summit: SummitPart
    adopted_on: Moment
    source_sha256: str  # of the text the plan was loaded from


class StocktakePart(TypedDict):
    slug: str
    title: str
    due_at: Moment


class MemberRow(TypedDict):
    code: str  # "JP"
    name: str
    kind: Literal["state", "organization"]


class FilePart(TypedDict):
    """A file of evidence. The report has its hash, not its content."""

    name: str
    size: str  # "1.2 MB"
    sha256: str


class EvidenceRow(TypedDict):
    kind: EvidenceKind
    title: str
    url: str  # empty unless a link
    accessed_on: Moment | None
    citation: str
    file: FilePart | None


class EntryPart(TypedDict):
    """The published entry that is a member's position."""

    status: Status
    as_of: Moment
    published_at: Moment
    handling: HandlingLabel
    language: str  # a BCP 47 tag, or empty
    narrative: str  # Markdown
    next_steps: str  # Markdown
    obstacles: str  # Markdown
    evidence: list[EvidenceRow]
    is_at_risk: bool
    is_late: bool
    is_correction: bool
    shows_again: bool  # reinstated, because a later entry was withdrawn
    unchanged_since: Moment | None  # a day, if an old text was confirmed
    confirmed_at: Moment | None  # a day; None exactly if `unchanged_since` is None


class PositionRow(TypedDict):
    """One member and one commitment. Every member has a row, in order."""

    member: str  # its code
    figure: Figure
    entry: EntryPart | None  # None exactly if the figure is "not_reported"
    # Both are empty below TLP:AMBER if there is no entry.
    lead_authority: str
    target_on: Moment | None


class CommitmentRow(TypedDict):
    code: str  # "1.2.3"
    text: str  # the official wording, verbatim
    is_joint: bool
    instruments: list[str]  # names, in order
    positions: list[PositionRow]


class SubAreaRow(TypedDict):
    """A sub-area. An action without any has one with an empty code and title."""

    code: str  # "1.2", or ""
    title: str
    commitments: list[CommitmentRow]


class ActionRow(TypedDict):
    code: str  # "1"
    heading: str  # "Action 1: CT Measures"
    sub_areas: list[SubAreaRow]


class FigureRow(TypedDict):
    """Counts of an action's cells by part. A cell is one commitment of one member."""

    action: str  # its code; empty in the row for the whole plan
    # In this stocktake: every part, zeros too; they add up to `cells`.
    parts: dict[Part, int]
    # In all: by status, zeros too, with the entries from outside the stocktake.
    in_all: dict[Status, int]
    at_risk: int  # in this stocktake
    at_risk_in_all: int
    cells: int


class Sentence(TypedDict):
    """A sentence about the rows. `docs/check_report.py` counts each of them again."""

    name: str  # of its rule in docs/check_report.py
    template: str  # with "{count}", if the sentence has the number in it
    count: int
    text: str  # as it is printed


class Summary(TypedDict):
    paragraphs: list[list[Sentence]]
    actions: list[FigureRow]
    overall: FigureRow


class MethodSection(TypedDict):
    heading: str
    paragraphs: list[str]  # plain text


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


class Facts(TypedDict):
    """What the report says. Its hash is the same whenever this is the same."""

    kind: str  # "stocktake"
    title: str  # "Stocktake report"
    language: str  # ISO 639-1: "en"
    audience: HandlingLabel
    audience_statement: str  # a sentence on who may read it
    plan: PlanPart
    stocktake: StocktakePart | None
    at: Moment  # a date: what was true then
    labels: Labels
    members: list[MemberRow]
    actions: list[ActionRow]
    summary: Summary
    method: list[MethodSection]


class Envelope(TypedDict):
    """What belongs to this one document, and not to what it says."""

    id: str
    facts_sha256: str  # of the facts in canonical JSON
    circulation: str
    known_at: Moment  # an instant in whole seconds: what had been published by then
    requested_at: Moment  # an instant; also the date in the file's metadata
    is_illustrative: bool
    # SHA-256 of a ledger record, and the instant of which it is the head. Empty before
    # the first record. Below TLP:AMBER it is the head of the last checkpoint.
    ledger_head: str
    ledger_head_at: Moment | None
    query: str  # of the API; it gives the same positions
    versions: Versions


class Snapshot(TypedDict):
    schema: int  # SCHEMA_VERSION
    facts: Facts
    envelope: Envelope


class UnknownSchemaError(Exception):
    """A stored snapshot has a shape that this version cannot read."""


def stored_actions(snapshot: Mapping[str, Any]) -> list[ActionRow]:
    """Return the actions of a stored snapshot, of this or an earlier schema.

    Raises UnknownSchemaError.
    """
    facts = snapshot if _is_flat(snapshot) else snapshot["facts"]
    actions: list[ActionRow] = facts["actions"]
    return actions


def stored_identity(snapshot: Mapping[str, Any]) -> dict[str, str]:
    """Return what tells a report from others, from its stored snapshot.

    Raises UnknownSchemaError.
    """
    if _is_flat(snapshot):
        facts = envelope = snapshot["report"]
    else:
        facts, envelope = snapshot["facts"], snapshot["envelope"]
    return {
        "report": envelope["id"],
        "plan": facts["plan"]["slug"],
        "audience": facts["audience"],
        "language": facts["language"],
        "at": facts["at"]["iso"],
        "known_at": envelope["known_at"]["iso"],
        "ledger_head": envelope["ledger_head"],
    }


def _is_flat(snapshot: Mapping[str, Any]) -> bool:
    """Return whether facts and envelope are in one value. Raises UnknownSchemaError."""
    schema = snapshot.get("schema")
    if schema not in {SCHEMA_VERSION, *FLAT_SCHEMAS}:
        raise UnknownSchemaError(f"a snapshot of schema {schema!r}")
    return schema in FLAT_SCHEMAS
