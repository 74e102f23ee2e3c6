"""Fields that several resources share: natural keys, ids, days and instants."""

from api.descriptions.words import ENTRY_ID, HOST, PLAN, SLUG_PATTERN, FieldWords, Table
from progress import limits

CODE_PATTERN = "^[0-9]+(\\.[0-9]+)*$"

FIELDS: Table = {
    "id": FieldWords("Identifies this row for ever.", ENTRY_ID),
    "plan": FieldWords("The plan, by its slug.", PLAN, limits.SLUG, SLUG_PATTERN),
    "commitment": FieldWords(
        "Code of the commitment, as printed.", "1.2.3", 11, CODE_PATTERN
    ),
    "member": FieldWords("The member, by its two-letter code.", "JP", 2, "^[A-Z]{2}$"),
    "member_commitment": FieldWords(
        "The commitment of one member that this belongs to.", ENTRY_ID
    ),
    "member_kind": FieldWords("What the member is.", "state"),
    "action": FieldWords("Code of the action, as printed.", "1", 3, "^[0-9]+$"),
    "sub_area": FieldWords(
        "Code of the sub-area, as printed. Null if the action has none here.",
        "1.2",
        7,
        CODE_PATTERN,
    ),
    "stocktake": FieldWords(
        "The stocktake, by its slug within its plan. Null if there is none.",
        "mid-2017",
        limits.SLUG,
        SLUG_PATTERN,
    ),
    "number": FieldWords("Its number in the plan, from 1.", 2),
    "as_of": FieldWords("The day on which the statement was true.", "2017-03-01"),
    "status": FieldWords(
        "What the delegation says about the commitment. Null if it says nothing yet.",
        "substantial",
    ),
    "is_at_risk": FieldWords("Whether the delegation sees a risk of failing.", False),
    "handling": FieldWords("Who may read it, by the Traffic Light Protocol.", "green"),
    "published_at": FieldWords(
        "When the Presidency published it, in UTC. Null before that.",
        "2017-03-14T09:30:00Z",
    ),
    "unchanged_since": FieldWords("", "2016-11-15"),
    "lead_authority": FieldWords("", "National Police Agency", 200),
    "target_on": FieldWords("", "2017-12-31"),
    "size": FieldWords("Size of the file, in bytes. Null if it is no file.", 48213),
    # Every page of a list.
    "results": FieldWords("The rows of this page, in the order of the list.", []),
    "next": FieldWords("", f"{HOST}/api/v1/entries/?cursor=WzEsIjIwMTciXQ"),
    "next_cursor": FieldWords("", "WzEsIjIwMTctMDMtMDEiXQ:1abcde", 4_000),
    "previous": FieldWords("", f"{HOST}/api/v1/entries/?cursor=WzAsIjIwMTciXQ"),
    # Every problem.
    "Problem.type": FieldWords(
        "The kind of problem, as the address of its description.",
        f"{HOST}/api/v1/docs/#problem-not-found",
        200,
    ),
    "Problem.title": FieldWords(
        "The kind of problem, in a few words.", "Not found", 100
    ),
    "Problem.status": FieldWords("The HTTP status of the answer.", 404),
    "Problem.detail": FieldWords(
        "What is wrong, and what to do, in whole sentences.",
        "There is nothing at this address, or nothing that you may see.",
        50_000,
    ),
    "Problem.instance": FieldWords(
        "The path of the request.", "/api/v1/plans/nothing/", 10_000
    ),
    "Problem.request_id": FieldWords(
        "Identifies the request in our log. Quote it when you report a fault.",
        "6b1f0c2d9e8a4f7c",
        100,
    ),
    "Problem.errors": FieldWords("Every fault found, or an empty list.", []),
    "Fault.parameter": FieldWords(
        "The parameter that is wrong, if it is one.", "page_size", 100
    ),
    "Fault.pointer": FieldWords(
        "The field that is wrong, as a JSON Pointer (RFC 6901), if it is one.",
        "/narrative",
        200,
    ),
    "Fault.detail": FieldWords(
        "What is wrong with it, in a sentence.",
        "Give a whole number from 1 to 1000.",
        5_000,
    ),
    "Fault.code": FieldWords(
        "What is wrong with it, in a word that does not change.", "invalid_size", 100
    ),
}
