"""Entries, their evidence, and positions."""

from accounts.languages import TAG_LENGTH
from api.descriptions.words import (
    ENTRY_ID,
    HOST,
    SHA256,
    SHA256_PATTERN,
    FieldWords,
    Table,
)
from progress import limits

EVIDENCE_ID = "019594d2-6a10-7c55-8f21-3b9d4e5f6a70"

FIELDS: Table = {
    "Entry.kind": FieldWords("Whether it changes an earlier entry, and how.", "update"),
    "Entry.supersedes": FieldWords(
        "Id of the entry that it replaces. Null if there is none that you may see.",
        None,
    ),
    "Entry.superseded_by": FieldWords(
        "Id of the published entry that replaces it or withdraws it. Null if there is"
        " none that you may see.",
        None,
    ),
    "Entry.is_current": FieldWords("", True),
    "Entry.reason": FieldWords(
        "Why it corrects or withdraws the earlier entry. Empty for an update.",
        "The figure was that of 2015.",
        limits.REASON,
    ),
    "Entry.state": FieldWords("Where the entry is in the workflow.", "published"),
    "Entry.language": FieldWords("", "en", TAG_LENGTH),
    "narrative": FieldWords(
        "What has been done, in our Markdown.",
        "All border posts now query the database.",
        limits.NARRATIVE,
    ),
    "next_steps": FieldWords(
        "What comes next, in our Markdown. Empty if nothing is said.",
        "Airports follow in June.",
        limits.NEXT_STEPS,
    ),
    "obstacles": FieldWords(
        "What stands in the way, in our Markdown. Empty if nothing is said.",
        "The budget is not yet adopted.",
        limits.OBSTACLES,
    ),
    "Entry.evidence": FieldWords("What supports it, in the delegation's order.", []),
    "Entry.written_at": FieldWords(
        "When its text was last changed, in UTC.", "2017-03-01T08:00:00Z"
    ),
    "Entry.submitted_at": FieldWords(
        "When it was last sent to the Presidency, in UTC. Null before that.",
        "2017-03-10T16:20:00Z",
    ),
    "Entry.is_late": FieldWords(
        "Whether the first update was sent after the stocktake's deadline.", False
    ),
    "Entry.allowed": FieldWords(
        "The verbs that you may use on it now.", ["edit", "submit"]
    ),
    "Evidence.kind": FieldWords("What the evidence is.", "file"),
    "Evidence.title": FieldWords(
        "Its title.", "Annual report 2016", limits.EVIDENCE_TITLE
    ),
    "Evidence.url": FieldWords(
        "Address of a link. Empty for the other kinds.",
        "https://www.example.org/report",
        limits.URL,
    ),
    "Evidence.citation": FieldWords(
        "The source of a citation. Empty for the other kinds.",
        "Official Journal, 2016, p. 12",
        limits.CITATION,
    ),
    "Evidence.accessed_on": FieldWords(
        "The day on which the delegation last opened the link. Null if not given.",
        "2017-02-20",
    ),
    "Evidence.file_name": FieldWords(
        "Name of the file as uploaded. Empty for the other kinds.",
        "report.pdf",
        limits.FILE_NAME,
    ),
    "Evidence.media_type": FieldWords(
        "Media type of the file. Empty for the other kinds.", "application/pdf", 100
    ),
    "Evidence.sha256": FieldWords(
        "SHA-256 of the file, in hexadecimal digits. Empty for the other kinds.",
        SHA256,
        64,
        "^([0-9a-f]{64})?$",
    ),
    "Evidence.file": FieldWords(
        "Address of the file's content. Null unless the kind is file.",
        f"{HOST}/api/v1/evidence/{EVIDENCE_ID}/file/",
    ),
    "Position.entry": FieldWords(
        "Id of the entry that holds. Null if you may see none.", ENTRY_ID
    ),
    "Position.shows_again": FieldWords("", False),
    "sha256": FieldWords(
        "SHA-256 of the file, in hexadecimal digits.", SHA256, 64, SHA256_PATTERN
    ),
    "CitedEvidence.member": FieldWords("", "JP", 2, "^[A-Z]{2}$"),
    "CitedEvidence.dead_since": FieldWords("", None),
    "Evidence.held": FieldWords("", None),
    "CitedEvidence.entries": FieldWords("", [ENTRY_ID]),
    "Change.kind": FieldWords("", "published"),
    "Change.about": FieldWords("", "entry"),
    "Change.at": FieldWords(
        "When it was published, released, superseded or erased, in UTC.",
        "2017-03-14T09:30:00Z",
    ),
    "Change.entry_id": FieldWords("", ENTRY_ID),
    "Change.assessment_id": FieldWords("", None),
    "Change.assessment": FieldWords("", None),
    "Change.supersedes": FieldWords("", None),
    "Change.entry": FieldWords("", None),
    "ChangePage.next": FieldWords("", f"{HOST}/api/v1/changes/?since=WyJwdWJsaXNoZ"),
    "ChangePage.previous": FieldWords("", None),
}
