"""Parameters of addresses, queries and headers.

A parameter that is not here is described as the field of its name. The name of an
operation before it, as in `positions_list.at`, is for that operation alone.
"""

from api.descriptions.common import CODE_PATTERN
from api.descriptions.words import ENTRY_ID, PLAN, SLUG_PATTERN, FieldWords, Table

# Every value that a header can have. What is no entity tag names none.
ANY_HEADER = "^[^\\r\\n]*$"

PARAMETERS: Table = {
    "id": FieldWords("Id of the row.", ENTRY_ID),
    "slug": FieldWords("Slug of the row.", PLAN, 50, SLUG_PATTERN),
    "code": FieldWords("Code of the row, as printed.", "1.2", 11, CODE_PATTERN),
    "members_retrieve.code": FieldWords(
        "Two-letter code of the member.", "JP", 2, "^[A-Z]{2}$"
    ),
    "actions_retrieve.code": FieldWords("Code of the action, as printed.", 1),
    "instruments_retrieve.slug": FieldWords(
        "Slug of the instrument.", "interpol", 50, SLUG_PATTERN
    ),
    "file_format": FieldWords("Format of the file.", "pdf"),
    "cursor": FieldWords("", "WzEsIjIwMTctMDMtMDEiXQ:1abcde"),
    "If-None-Match": FieldWords(
        "The `ETag` of the answer that you have. If it is still the same, the answer is"
        " 304 without a body.",
        '"9b2f6c1e5d8a4f70"',
        pattern=ANY_HEADER,
    ),
    "Idempotency-Key": FieldWords("", "0f9c1f7e-6d0b-4a52-9d7e-2f1b8c3a5d64"),
    "changes_list.since": FieldWords("", "WyJwdWJsaXNoZWQiXQ:1abcde", 1_000),
    "page_size": FieldWords("", 100),
    "ordering": FieldWords("", "plan"),
    "entries_list.ordering": FieldWords("", "-as_of"),
    "reports_list.ordering": FieldWords("", "-requested_at"),
    "positions_list.ordering": FieldWords("", "commitment"),
    "member_commitments_list.ordering": FieldWords("", "commitment,member"),
    "members_list.ordering": FieldWords("", "code"),
    "plans_list.ordering": FieldWords("", "-adopted_on"),
    "instruments_list.ordering": FieldWords("", "name"),
    "search": FieldWords("", "border"),
    "instrument": FieldWords("", "interpol", 50),
    "instrument_owner": FieldWords("", "interpol", 50),
    "plan": FieldWords("Slug of the plan.", PLAN, 50, SLUG_PATTERN),
    "action": FieldWords("", "1"),
    "stocktake": FieldWords("", "mid-2017", 50),
    "as_of_after": FieldWords("", "2016-11-01"),
    "as_of_before": FieldWords("", "2017-05-01"),
    "published_since": FieldWords("", "2017-03-01T00:00:00Z"),
    "format": FieldWords("", "json"),
    "expand": FieldWords("", "entry"),
    "at": FieldWords("", "2017-05-25"),
    "known_at": FieldWords("", "2017-05-20T12:00:00Z"),
    "language": FieldWords("Only those in this language.", "en"),
    "status": FieldWords("Only those with this status.", "substantial"),
    "handling": FieldWords("Only those with this handling label.", "green"),
    "state": FieldWords("Only those in this state.", "published"),
    "reports_list.state": FieldWords("Only those in this state.", "done"),
    "member_kind": FieldWords("Only those of this kind of member.", "state"),
    "layout": FieldWords("Only those with this layout.", "full"),
    "audience": FieldWords("Only those for this audience.", "green"),
    "circulation": FieldWords("Only those at this point of going round.", "final"),
    "entries_list.kind": FieldWords("Only those of this kind.", "update"),
    "reports_list.kind": FieldWords("Only those of this kind.", "stocktake"),
    "members_list.kind": FieldWords("Only those of this kind.", "state"),
    "instruments_list.kind": FieldWords("Only those of this kind.", "database"),
    # An array: its example is a list.
    "member": FieldWords("", ["JP", "FR"], 2),
    "host": FieldWords("", "JP", 2),
    "stocktakes_list.state": FieldWords("", "open"),
    "stocktakes_list.ordering": FieldWords("", "-due_at"),
    "stocktakes_retrieve.slug": FieldWords(
        "Slug of the stocktake within its plan.", "mid-2017", 50, SLUG_PATTERN
    ),
    "summits_list.ordering": FieldWords("", "-year"),
    "summits_retrieve.slug": FieldWords(
        "Slug of the summit.", "ise-shima-2016", 50, SLUG_PATTERN
    ),
    "evidence_list.kind": FieldWords("Only those of this kind.", "link"),
}
