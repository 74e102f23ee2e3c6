"""The records of a stocktake: entries, their workflow, and what belongs to them."""

from progress.models.assessments import (
    Assessment,
    AssessmentComment,
    AssessmentTable,
    Score,
)
from progress.models.choices import Handling, State, Status
from progress.models.conversations import Comment, Question
from progress.models.entries import Entry, EntryEvidence
from progress.models.evidence import Evidence, EvidenceFile, FileHold, LinkCheck
from progress.models.external_refs import ExternalRef
from progress.models.guidelines import Guideline
from progress.models.ledger import Checkpoint, LedgerRecord, LedgerSeal, TrailRecord
from progress.models.people import Assignment, FocalPoint
from progress.models.public_reading import (
    NOTICE_DAYS,
    PublicAgreement,
    PublicReading,
)
from progress.models.reading_marks import ReadingMark
from progress.models.scans import EvidenceScan
from progress.models.score_sheets import ScoreSheetUpload
from progress.models.search import EntrySearch
from progress.models.silence import AskedMember, Objection, SilenceProcedure
from progress.models.stocktakes import Extension, Handover, Stocktake
from progress.models.update_sheets import SheetUpload
from progress.models.workflow import (
    Clearance,
    EntryAuthor,
    Release,
    Round,
    Tombstone,
    Transition,
)

__all__ = [
    "NOTICE_DAYS",
    "AskedMember",
    "Assessment",
    "AssessmentComment",
    "AssessmentTable",
    "Assignment",
    "Checkpoint",
    "Clearance",
    "Comment",
    "Entry",
    "EntryAuthor",
    "EntryEvidence",
    "EntrySearch",
    "Evidence",
    "EvidenceFile",
    "EvidenceScan",
    "Extension",
    "ExternalRef",
    "FileHold",
    "FocalPoint",
    "Guideline",
    "Handling",
    "Handover",
    "LedgerRecord",
    "LedgerSeal",
    "LinkCheck",
    "Objection",
    "PublicAgreement",
    "PublicReading",
    "Question",
    "ReadingMark",
    "Release",
    "Round",
    "Score",
    "ScoreSheetUpload",
    "SheetUpload",
    "SilenceProcedure",
    "State",
    "Status",
    "Stocktake",
    "Tombstone",
    "TrailRecord",
    "Transition",
]
