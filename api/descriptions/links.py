"""Which answer names what another operation reads: links of OpenAPI.

A client, or a test, follows them from one answer to the next.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class AnswerLink:
    """A link from the answer of one operation to another operation.

    `found` gives for each parameter of `to` its place in the answer's body, as a JSON
    Pointer, or else an expression of OpenAPI, such as `$response.header.ETag`.
    """

    of: str
    to: str
    found: dict[str, str]
    text: str
    status: str = "200"


FIRST = "Read the first row by its key."
FIRST_ROW = {"id": "/results/0/id"}
IN_PLAN = {"plan": "/results/0/plan", "code": "/results/0/code"}
LINKS = (
    AnswerLink("members_list", "members_retrieve", {"code": "/results/0/code"}, FIRST),
    AnswerLink("plans_list", "plans_retrieve", {"slug": "/results/0/slug"}, FIRST),
    AnswerLink(
        "plans_list", "positions_list", {"plan": "/results/0/slug"}, "What holds."
    ),
    AnswerLink("actions_list", "actions_retrieve", IN_PLAN, FIRST),
    AnswerLink("sub_areas_list", "sub_areas_retrieve", IN_PLAN, FIRST),
    AnswerLink("commitments_list", "commitments_retrieve", IN_PLAN, FIRST),
    AnswerLink(
        "instruments_list", "instruments_retrieve", {"slug": "/results/0/slug"}, FIRST
    ),
    AnswerLink(
        "member_commitments_list", "member_commitments_retrieve", FIRST_ROW, FIRST
    ),
    AnswerLink("entries_list", "entries_retrieve", FIRST_ROW, FIRST),
    AnswerLink(
        "entries_retrieve",
        "member_commitments_retrieve",
        {"id": "/member_commitment/id"},
        "The member commitment of the entry.",
    ),
    AnswerLink(
        "entries_retrieve",
        "evidence_file_retrieve",
        {"id": "/evidence/0/id"},
        "The first evidence, if it is a file.",
    ),
    AnswerLink(
        "positions_list",
        "entries_retrieve",
        {"id": "/results/0/entry"},
        "The entry of the first position.",
    ),
    AnswerLink(
        "changes_list",
        "changes_list",
        {"since": "/next_cursor"},
        "What has changed since then.",
    ),
    AnswerLink(
        "changes_list",
        "entries_retrieve",
        {"id": "/results/0/entry_id"},
        "The entry of the first change.",
    ),
    AnswerLink(
        "entries_create", "entries_retrieve", {"id": "/id"}, "The new draft.", "201"
    ),
    *(
        AnswerLink(
            "entries_retrieve",
            verb,
            {"id": "/id", "If-Match": "$response.header.ETag"},
            "If it is still as it was read.",
        )
        for verb in (
            "entries_partial_update",
            "entries_submit",
            "entries_recall",
            "entries_discard",
            "entries_correct",
            "entries_withdraw",
        )
    ),
    AnswerLink(
        "assessing_bodies_list",
        "assessing_bodies_retrieve",
        {"slug": "/results/0/slug"},
        FIRST,
    ),
    AnswerLink("guidelines_list", "guidelines_retrieve", FIRST_ROW, FIRST),
    AnswerLink(
        "assessment_tables_list", "assessment_tables_retrieve", FIRST_ROW, FIRST
    ),
    AnswerLink("assessments_list", "assessments_retrieve", FIRST_ROW, FIRST),
    AnswerLink(
        "assessments_retrieve",
        "assessment_tables_retrieve",
        {"id": "/table"},
        "The table of the assessment.",
    ),
    AnswerLink(
        "assessments_retrieve",
        "assessments_partial_update",
        {"id": "/id", "If-Match": "$response.header.ETag"},
        "If it is still as it was read.",
    ),
    AnswerLink("reports_list", "reports_retrieve", FIRST_ROW, FIRST),
    AnswerLink(
        "reports_create",
        "reports_retrieve",
        {"id": "/id"},
        "The job: ask until it is done.",
        "202",
    ),
    AnswerLink(
        "reports_retrieve",
        "reports_files_retrieve",
        {"id": "/id", "file_format": "/files/0/format"},
        "The first file.",
    ),
    AnswerLink(
        "reports_retrieve",
        "reports_files_manifest_retrieve",
        {"id": "/id"},
        "The signed list of the files.",
    ),
)


def add_links(schema: dict[str, Any]) -> None:
    """Add each link to its answer. Raises KeyError if there is no such answer."""
    operations = {
        operation["operationId"]: operation
        for methods in schema["paths"].values()
        for operation in methods.values()
    }
    for link in LINKS:
        answer = operations[link.of]["responses"][link.status]
        assert link.to in operations, link.to  # noqa: S101 - a mistake in the table
        answer.setdefault("links", {})[link.to] = {
            "operationId": link.to,
            "description": link.text,
            "parameters": {
                name: place if place.startswith("$") else f"$response.body#{place}"
                for name, place in link.found.items()
            },
        }
