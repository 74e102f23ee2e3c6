"""Reports: what is asked for, the job, and the files."""

from api.descriptions.words import (
    ENTRY_ID,
    HOST,
    SHA256,
    SHA256_PATTERN,
    SLUG_PATTERN,
    FieldWords,
    Table,
)
from progress import limits

SIGNATURE = "5f2b" * 32
# No manifest is longer, in characters.
MANIFEST_TEXT = 100_000
_NOT_YET = "^([0-9a-f]{64})?$"
_NAME = 50  # characters of a natural key, as `ReportIn` reads it

FIELDS: Table = {
    "Report.id": FieldWords("Identifies the report for ever.", ENTRY_ID),
    "Report.instrument": FieldWords(
        "The instrument of a brief, by its slug. Null for other reports.",
        "interpol",
        limits.SLUG,
        SLUG_PATTERN,
    ),
    "Report.since": FieldWords("", "2016-11-15", 50),
    "Report.problem": FieldWords(
        "Why the job failed, in a sentence. Empty if it did not.",
        "The report took too long to compile.",
        500,
    ),
    "Report.percent": FieldWords("How much of the job is done, in per cent.", 40),
    "Report.step": FieldWords("What the job does now. Null unless it runs.", "pdf"),
    "Report.state": FieldWords("How far the job is.", "running"),
    "Report.requested_at": FieldWords(
        "When it was requested, in UTC.", "2017-05-20T12:00:00Z"
    ),
    "Report.finished_at": FieldWords(
        "When the job ended, in UTC. Null before that.", "2017-05-20T12:00:30Z"
    ),
    "Report.circulation": FieldWords(
        "Whether the report has been circulated to the delegations, whether one of them"
        " has objected, or whether it is final.",
        "none",
    ),
    "Report.draft_number": FieldWords(
        "The number of a draft of the Presidency, from 1. Null for other reports.", 2
    ),
    "Report.final_of": FieldWords("", ENTRY_ID),
    "Report.code": FieldWords(
        "The code that is printed in the files, to verify them. Reports from before"
        " there were codes have none.",
        "7K3MQ2ZD9XWB4HTN",
        16,
    ),
    "Report.snapshot_sha256": FieldWords(
        "SHA-256 of the data that was compiled, in hexadecimal digits. Empty before.",
        SHA256,
        64,
        _NOT_YET,
    ),
    "Report.facts_sha256": FieldWords(
        "SHA-256 of the facts alone: equal for equal facts. Empty before.",
        SHA256,
        64,
        _NOT_YET,
    ),
    "Report.manifest": FieldWords("", None),
    "Report.files": FieldWords("The files, when the job is done.", []),
    "Report.kind": FieldWords("What kind of report it is.", "stocktake"),
    "Report.layout": FieldWords("How much each row of the report says.", "full"),
    "Report.language": FieldWords("Language of the report, as a BCP 47 tag.", "en", 8),
    "Report.at": FieldWords("What was true on this day.", "2017-05-25"),
    "Report.known_at": FieldWords(
        "What had been published by this instant, in UTC.", "2017-05-20T12:00:00Z"
    ),
    "audience": FieldWords(
        "Who may read the report: it has no entry above this label.", "green"
    ),
    "ReportRequest.kind": FieldWords("What kind of report to compile.", "stocktake"),
    "ReportRequest.layout": FieldWords(
        "How much each row says. The default is the full layout.", "full"
    ),
    "ReportRequest.language": FieldWords(
        "Language of the report. The default is English.", "en"
    ),
    "ReportRequest.at": FieldWords(
        "What was true on this day. The default is today, in UTC.", "2017-05-25"
    ),
    "ReportRequest.known_at": FieldWords(
        "What had been published by this instant, in whole seconds. The default is"
        " now.",
        "2017-05-20T12:00:00Z",
    ),
    "ReportRequest.member": FieldWords("", "JP", _NAME),
    "ReportRequest.action": FieldWords("", "1", _NAME),
    "ReportRequest.sub_area": FieldWords("", "1.2", _NAME),
    "ReportRequest.instrument": FieldWords("", "interpol", _NAME),
    "ReportRequest.since": FieldWords("", "2016-11-15", _NAME),
    "ReportRequest.plan": FieldWords("", "ise-shima-2016-ct", _NAME),
    "ReportRequest.stocktake": FieldWords("", "mid-2017", _NAME),
    "ReportFile.format": FieldWords("The format of the file.", "pdf"),
    "ReportFile.content_type": FieldWords(
        "Media type of the file.", "application/pdf", 100
    ),
    "ReportFile.size": FieldWords("Size of the file, in bytes.", 48213),
    "ReportFile.url": FieldWords(
        "Where the file can be downloaded.",
        f"{HOST}/api/v1/reports/{ENTRY_ID}/files/pdf/",
    ),
    "text": FieldWords("Canonical JSON, as it was signed.", "{}", MANIFEST_TEXT),
    "manifest": FieldWords("", "{}", MANIFEST_TEXT),
    "signed_at": FieldWords("When it was signed, in UTC.", "2017-05-21T00:00:05Z"),
    "key_sha256": FieldWords(
        "SHA-256 of the public key that verifies it, in hexadecimal digits.",
        SHA256,
        64,
        SHA256_PATTERN,
    ),
    "signature": FieldWords(
        "Ed25519 signature of the text, in hexadecimal digits.",
        SIGNATURE,
        128,
        "^[0-9a-f]{128}$",
    ),
}
