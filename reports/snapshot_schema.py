"""The types of a report's snapshot. It is JSON-able, and a renderer gets nothing else.

A snapshot is *facts* and *envelope*. The facts are equal whenever nothing that the
report says has changed. The envelope is what differs between two reports of equal
facts: their numbers, instants and versions, who issued them, and the links of the
evidence that had been found dead by then.

Every text is already in the report's language, dates included. So a renderer never
translates, formats a date, counts, or reads the time. Positions are in the order in
which they are printed. Figures are counted from the same rows when the snapshot is
built, so that text, table and chart cannot differ.
"""

from typing import Final, Literal, NotRequired, TypedDict

from progress.positions.figures import Before, Change, Figure, Part, Status
from reports.kinds import Kind, Layout, Section
from reports.label_schema import Circulation, Labels
from reports.scores.schema import ScoresPart

SCHEMA_VERSION: Final = 7
# Stored snapshots of these versions have facts and envelope in one value.
FLAT_SCHEMAS: Final = frozenset({1, 2, 3})
# Those of these versions have the words of an entry in its position.
NESTED_SCHEMAS: Final = FLAT_SCHEMAS | {4}
# Those of these versions have no code, and issuer and dead links in their facts.
CODELESS_SCHEMAS: Final = NESTED_SCHEMAS | {5, 6}
STORED_SCHEMAS: Final = CODELESS_SCHEMAS | {SCHEMA_VERSION}

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

    `reports.renderers.versions` provides these.
    """

    product: str
    typst: str  # as the running typesetter reports it, and as it signs the file
    typst_package: str  # the Python package that brings it, which counts differently
    xlsxwriter: str
    python_docx: str
    lxml: str
    segno: str  # makes the QR code
    nh3: str  # checks the HTML of delegations' texts
    zlib: str  # as it runs: another one may compress to other bytes
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
    """A published entry. `facts.entries` is the only place of its words."""

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
    content_sha256: str  # of its content, as in its ledger record


class PositionRow(TypedDict):
    """One member and one commitment. Every member has a row, in order."""

    member: str  # its code
    figure: Figure
    entry: str | None  # a key of `entries`; None exactly if it is "not_reported"
    # The status at `compared`; empty without one, and where nothing is compared.
    before: Status | Literal[""]
    change: Change | Literal[""]
    is_withdrawn: bool  # it is gone, and the audience may read the withdrawal
    # Both are empty below TLP:AMBER if there is no entry.
    lead_authority: str
    target_on: Moment | None
    # The target date is before `at`; neither implemented nor not applicable.
    is_overdue: bool


class CommitmentRow(TypedDict):
    code: str  # "1.2.3"
    short_title: str  # "INTERPOL databases"
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
    title: str  # "CT Measures"
    sub_areas: list[SubAreaRow]


class FigureRow(TypedDict):
    """Counts of cells by part. A cell is one commitment of one member."""

    of: Literal["plan", "action", "sub_area", "member", "commitment"]
    code: str  # empty for the plan
    name: str  # as tables print it: "1 CT Measures", "Japan"
    # In this stocktake: every part, zeros too; they add up to `cells`.
    parts: dict[Part, int]
    # In all: by status, zeros too, with the entries from outside the stocktake.
    in_all: dict[Status, int]
    at_risk: int  # in this stocktake
    at_risk_in_all: int
    overdue: int
    cells: int
    # Zeros too; both are empty where nothing is compared. `before` adds up to `cells`.
    changes: dict[Change, int]
    before: dict[Before, int]


class FiguresPart(TypedDict):
    overall: FigureRow
    actions: list[FigureRow]
    sub_areas: list[FigureRow]
    members: list[FigureRow]
    commitments: list[FigureRow]


class Cell(TypedDict):
    """The name of one position."""

    commitment: str
    member: str


class GapRow(TypedDict):
    """What is missing or old of one member: codes in the order of the plan."""

    member: str
    none: list[str]  # no entry that the audience may read
    no_update: list[str]  # an entry, but not of this stocktake
    repeated: list[str]  # of this stocktake, with the words of an earlier entry
    late: list[str]  # of this stocktake


class Lists(TypedDict):
    """Positions that a report names, in the order of the plan and of protocol."""

    at_risk: list[Cell]  # first those of this stocktake
    overdue: list[Cell]
    moved_up: list[Cell]
    moved_down: list[Cell]
    new: list[Cell]
    gone: list[Cell]
    other: list[Cell]
    gaps: list[GapRow]  # of every member in scope


class Sentence(TypedDict):
    """A sentence about the rows. `docs/check_report.py` counts each of them again."""

    name: str  # of its rule in docs/check_report.py
    template: str  # with a placeholder for each number and name
    numbers: dict[str, int]
    names: dict[str, str]  # as they are printed
    text: str  # as it is printed
    table: str  # the anchor of the table that shows the number, or empty


BlockName = Literal["standing", "moved", "at_risk", "overdue", "silent"]


class SummaryBlock(TypedDict):
    name: BlockName
    heading: str
    sentences: list[Sentence]


class IndexedInstrument(TypedDict):
    slug: str
    name: str
    kind: str  # its label
    owner: str  # its name, or empty
    commitments: list[str]  # codes


class PrintedAcronym(TypedDict):
    acronym: str
    meaning: str


class QueryRow(TypedDict):
    """A query of the API that gives the numbers of a table again."""

    table: str  # the anchor
    name: str
    query: str


class MethodSection(TypedDict):
    heading: str
    paragraphs: list[str]  # plain text


class ReportScope(TypedDict):
    """What the report is about. All are empty in a report of the whole plan."""

    member: str
    action: str
    sub_area: str
    instrument: str  # its slug
    title: str  # as it is printed


class Compared(TypedDict):
    """What changes compare with."""

    title: str  # completes "since …": "the stocktake Taormina 2017"
    stocktake: str  # its slug, or empty
    at: Moment  # a day
    known_at: Moment  # an instant


class Facts(TypedDict):
    """What the report says. Its hash is the same whenever this is the same."""

    kind: Kind
    layout: Layout
    title: str  # "Stocktake report"
    language: str  # ISO 639-1: "en"
    language_name: str  # in that language: "English"
    audience: HandlingLabel
    audience_statement: str  # a sentence on who may read it
    scope: ReportScope
    plan: PlanPart
    stocktake: StocktakePart | None
    at: Moment  # a date: what was true then
    compared: Compared | None
    sections: list[Section]  # what is printed, in order
    labels: Labels
    members: list[MemberRow]  # those in scope, in the order of protocol
    actions: list[ActionRow]  # what is in scope
    entries: dict[str, EntryPart]
    figures: FiguresPart
    lists: Lists
    summary: list[SummaryBlock]
    instruments: list[IndexedInstrument]
    acronyms: list[PrintedAcronym]
    method: list[MethodSection]
    # What assessing bodies say. It is left out without a table that the audience reads.
    scores: NotRequired[ScoresPart]


class DeadLink(TypedDict):
    """A link of which a check had found by `known_at` that it is dead."""

    number: int  # of the note in its entry, from 1
    since: Moment  # a day


class WithheldFile(TypedDict):
    """A file that was withheld by `known_at`, because a virus had been found in it."""

    number: int  # of the note in its entry, from 1
    words: str  # "withheld: a virus was found", in the language of the report


class Envelope(TypedDict):
    """What belongs to this one document, and not to what it says."""

    id: str
    # What a reader types on `/verify/`, and the address that does it. Both are empty
    # if the report was asked for before there were codes.
    code: str  # "0123456789ABCDEF"
    verify_url: str  # "https://g7.example/verify/#0123456789ABCDEF"
    facts_sha256: str  # of the facts in canonical JSON
    circulation: Circulation  # when it was compiled: "none" or "final"
    draft_number: int | None  # of a draft of the Presidency, in its line
    final_of: str  # the id of the draft that a final report says again, or empty
    issuer: str  # "Presidency: Italy", the chair at `known_at`; or that a reader has it
    known_at: Moment  # an instant in whole seconds: what had been published by then
    requested_at: Moment  # an instant; also the date in the file's metadata
    is_illustrative: bool
    # SHA-256 of a ledger record, and the instant of which it is the head. Empty before
    # the first record. Below TLP:AMBER it is the head of the last checkpoint.
    ledger_head: str
    ledger_head_at: Moment | None
    dead_links: dict[str, list[DeadLink]]  # by entry: those that have any
    withheld_files: NotRequired[dict[str, list[WithheldFile]]]  # likewise, if any
    query: str  # of the API; it gives the same positions
    queries: list[QueryRow]
    versions: Versions


class Snapshot(TypedDict):
    schema: Literal[7]  # SCHEMA_VERSION
    facts: Facts
    envelope: Envelope
