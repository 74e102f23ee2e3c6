"""What the bodies say that write entries and evidence, and their answers."""

from api.descriptions.parameters import ANY_HEADER
from api.descriptions.words import ENTRY_ID, FieldWords, Table
from progress import limits

_REF = "MFA-2017-0042"
_REASON = "The figure was that of 2015."
_NAME = 50
FIELDS: Table = {
    "Entry.external_ref": FieldWords("", _REF, limits.EXTERNAL_REF),
    **{
        f"{component}.{name}": words
        for component in ("EntryRequest", "EntryChangesRequest")
        for name, words in {
            "as_of": FieldWords("", "2017-03-01"),
            "status": FieldWords("", "limited"),
            "is_at_risk": FieldWords("", False),
            "language": FieldWords("", "en"),
            "narrative": FieldWords("", "All border posts now query the database."),
            "next_steps": FieldWords("", "Airports follow in June."),
            "obstacles": FieldWords("", "The budget is not yet adopted."),
            "handling": FieldWords("", "green"),
            "evidence": FieldWords("", []),
            "external_ref": FieldWords("", _REF),
        }.items()
    },
    "EntryRequest.member_commitment": FieldWords("", ENTRY_ID),
    "EntryRequest.plan": FieldWords("", "ise-shima-2016-ct", _NAME),
    "EntryRequest.commitment": FieldWords("", "1.2.3", _NAME),
    "EntryRequest.member": FieldWords("", "JP", _NAME),
    "EntryRequest.stocktake": FieldWords("", "mid-2017", _NAME),
    "EntryRequest.reason": FieldWords("", _REASON),
    "ReasonRequest.reason": FieldWords("", _REASON),
    "ImportRequest.rows": FieldWords("", []),
    "Import.dry_run": FieldWords("", True),
    "Import.counts": FieldWords(
        "", {"new": 2, "changed": 1, "unchanged": 9, "correction": 0}
    ),
    "Import.rows": FieldWords("The result for each entry, in the same order.", []),
    "ImportedRow.outcome": FieldWords("", "new"),
    "ImportedRow.entry": FieldWords("", ENTRY_ID),
    **{
        f"{component}.{name}": words
        for component in ("EvidenceItemRequest", "EvidenceRequest")
        for name, words in {
            "title": FieldWords("", "Annual report 2016"),
            "url": FieldWords("", "https://example.org/report"),
            "citation": FieldWords("", "Act 5 of 2017, section 3"),
            "accessed_on": FieldWords("", "2017-03-01"),
        }.items()
    },
    "EvidenceRequest.member_commitment": FieldWords("", ENTRY_ID),
    "EvidenceFileRequest.member_commitment": FieldWords("", ENTRY_ID),
    "EvidenceFileRequest.title": FieldWords("", "Annual report 2016"),
    "EvidenceFileRequest.file": FieldWords("", "report.pdf"),
    "EvidenceItemRequest.id": FieldWords("", ENTRY_ID),
}
PARAMETERS: Table = {
    "If-Match": FieldWords("", '"9b2f6c1e5d8a4f70"', pattern=ANY_HEADER),
    "external_ref": FieldWords("", _REF),
    "dry_run": FieldWords("", True),
}
