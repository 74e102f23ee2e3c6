"""`manage.py workflow_diagram`: write both workflows to docs/workflow.md.

The diagrams and tables come from `progress.transitions`, for entries, and from
`progress.assessments.transitions`, for score tables. A test compares the file in docs/
with what this command writes.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.core.management.base import CommandParser

from accounts.models import Member
from commitments.models import MemberCommitment
from progress.assessments.transitions import TABLE_RULES, TableStanding, TableVerb
from progress.models import AssessmentTable, Entry, State
from progress.permissions import IN_PERSON_VERBS
from progress.transitions import RULES, Standing, Verb, next_state

PAGE = settings.BASE_DIR / "docs" / "workflow.md"

VERBS = {
    Verb.EDIT: "Change the text, or confirm a text that was carried forward.",
    Verb.SUBMIT: "Send the entry for clearance.",
    Verb.SEND_BACK: "Send the entry back to its officers.",
    Verb.CLEAR: "Clear the entry on behalf of the member.",
    Verb.RECALL: "Take the entry back to change it.",
    Verb.DISCARD: "Give the draft up. The row stays, and the delegation can read it.",
    Verb.RETURN: "Return the entry to its delegation.",
    Verb.PUBLISH: "Publish the entry. After that it never changes.",
    Verb.CORRECT: "Begin a new entry that replaces this one once it is published.",
    Verb.WITHDRAW: "Begin a new entry that withdraws this one once it is published.",
}
STANDINGS = {
    Standing.CONTRIBUTOR: "a contributor assigned to the commitment",
    Standing.OFFICER: "an officer",
    Standing.HEAD: "a head of delegation",
    Standing.SIGNATORY: "a head of delegation who changed nothing in the entry",
    Standing.REVIEWER: "the reviewer",
}
HEAD = """\
# The workflow of an entry

This page is made from `progress/transitions.py` by `manage.py workflow_diagram`. Change
the table there, and run the command again.
"""
NOTES = """\
- An *acting head* counts as a head of delegation, for the period for which a head named
  them. See [ADR 18](adr/0018-acting-heads-of-delegation.md).
- A member may *skip clearance*: its entries go to the reviewer without a signature.
- The *reviewer* is a coordinator of the Presidency or, for an entry of the Presidency's
  own member, the second reviewer of its stocktake. No person reviews an entry of their
  own member.
- *Correct* and *withdraw* do not change the published entry. They begin a new draft,
  which goes through the same workflow. A withdrawal cannot be corrected or withdrawn,
  nor can an entry that has such a successor.
"""

TABLE_VERBS = {
    TableVerb.EDIT: "Change a cell: its score, rationale, sources or day.",
    TableVerb.OPEN_FEEDBACK: "Open an interim table to the delegations for comments.",
    TableVerb.RELEASE: "Release the table. After that it never changes.",
    TableVerb.REVISE: "Begin a new table as a copy of this one, which stays as it is.",
    TableVerb.DISCARD: "Give the draft up. The row stays, and its body can read it.",
    TableVerb.COMMENT: "Comment on a score of the own member.",
    TableVerb.ANSWER: "Answer a comment.",
}
TABLE_STANDINGS = {
    TableStanding.ASSESSOR: "an assessor of the body",
    TableStanding.KEY: "a key of the body",
    TableStanding.DELEGATION: "an officer or head of the cell's member",
}
TABLE_HEAD = """\
## The workflow of a score table

This part is made from `progress/assessments/transitions.py` in the same way. A table
holds the scores of one assessing body for a stocktake.
"""
TABLE_NOTES = """\
- A table is released or opened for feedback with at least one score, and each score has
  a rationale. Cells can stay blank: without a score, they have no words either.
- A score is given under a guideline that its body published before.
- Only the newest table of a body and stocktake is opened, released or revised. A final
  table is revised by a final one.
- A comment counts from the opening to the deadline. An answer can follow later. Both
  end when a final table of the body and stocktake is released.
- All but `edit` is done in person: an API key cannot.
"""


class Command(BaseCommand):
    help = "Writes the diagrams and tables of both workflows to docs/workflow.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, default=PAGE, help="another file")

    def handle(self, *, out: Path, **options: Any) -> None:
        out.write_text(workflow_page(), "utf-8")


def workflow_page() -> str:
    """Return the page: the diagram, the table of verbs, and what both leave out."""
    entries = [HEAD, *_diagram(), "", "## Verbs", "", *_table(), ""]
    scores = [TABLE_HEAD, *_table_diagram(), "", "### Verbs on score tables", ""]
    notes = f"{NOTES}{_in_person()}"
    return "\n".join([*entries, notes, *scores, *_table_of_tables(), "", TABLE_NOTES])


def _diagram() -> Iterator[str]:
    """Yield a Mermaid state diagram."""
    yield from ["```mermaid", "stateDiagram-v2"]
    yield from (f'    state "{state.label}" as {state.value}' for state in State)
    yield f"    [*] --> {State.DRAFT.value}"
    for state in State:
        moves = dict.fromkeys(move for verb in Verb for move in _moves(verb, state))
        yield from (
            f"    {state.value} --> {after.value}: {name}" for after, name in moves
        )
    final = set(State) - {source for rule in RULES.values() for source in rule.sources}
    yield from (f"    {state.value} --> [*]" for state in State if state in final)
    yield "```"


def _moves(verb: Verb, state: State) -> Iterator[tuple[State, str]]:
    """Yield where a verb leads from a state, and the name of that arrow."""
    if state not in RULES[verb].sources:
        return
    name = verb.value.replace("_", " ")
    if _begins_another(verb):
        yield State.DRAFT, f"{name} (a new entry)"
        return
    usual, skipping = (_after(verb, state, skips=skips) for skips in (False, True))
    yield usual, name
    if skipping is not usual:
        yield skipping, f"{name} (no clearance)"


def _begins_another(verb: Verb) -> bool:
    """Whether the verb begins a new entry, and leaves this one as it is."""
    rule = RULES[verb]
    return rule.target is None and rule.sources == {State.PUBLISHED}


def _after(verb: Verb, state: State, *, skips: bool) -> State:
    """Return the state after a verb, for members that skip clearance or do not."""
    mine = MemberCommitment(member=Member(skips_clearance=skips))
    return next_state(verb, Entry(state=state, member_commitment=mine))


def _table() -> Iterator[str]:
    """Yield one row for each verb."""
    yield "| verb | what it does | from | to | who | reason |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for verb, rule in RULES.items():
        sources = [state for state in State if state in rule.sources]
        who = [STANDINGS[standing] for standing in Standing if standing in rule.who]
        cells = [
            f"`{verb}`",
            VERBS[verb],
            _listed(str(state.label) for state in sources),
            _target(verb, sources[0]),
            _listed(who),
            "required" if rule.has_reason else "",
        ]
        yield f"| {' | '.join(cells)} |".replace("|  |", "| |")


def _target(verb: Verb, source: State) -> str:
    moves = list(_moves(verb, source))
    if RULES[verb].target is None and not _begins_another(verb):
        return "the same state"
    if _begins_another(verb):
        return "a new entry: Draft"
    usual, *skipping = [str(after.label) for after, _name in moves]
    return "".join([usual, *(f"; without clearance: {label}" for label in skipping)])


def _listed(parts: Iterable[str]) -> str:
    """Join what is listed with commas, and the last with "or"."""
    *first, last = parts
    return f"{', '.join(first)} or {last}" if first else last


def _in_person() -> str:
    names = _listed(f"`{verb}`" for verb in Verb if verb in IN_PERSON_VERBS)
    return f"- Only a person can {names}: an API key cannot.\n"


def _table_diagram() -> Iterator[str]:
    """Yield a Mermaid state diagram of score tables."""
    states = AssessmentTable.State
    yield from ["```mermaid", "stateDiagram-v2"]
    yield from (f'    state "{state.label}" as {state.value}' for state in states)
    yield f"    [*] --> {states.DRAFT.value}"
    for state in states:
        for verb, rule in TABLE_RULES.items():
            if state in rule.sources:
                yield f"    {state.value} --> {_table_arrow(verb, state)}"
    yield f"    {states.DISCARDED.value} --> [*]"
    yield "```"


def _table_arrow(verb: TableVerb, state: AssessmentTable.State) -> str:
    """Return where a verb leads from a state, and the name of that arrow."""
    name = verb.value.replace("_", " ")
    if verb is TableVerb.REVISE:
        return f"{AssessmentTable.State.DRAFT.value}: {name} (a new table)"
    return f"{(TABLE_RULES[verb].target or state).value}: {name}"


def _table_of_tables() -> Iterator[str]:
    """Yield one row for each verb on a score table."""
    yield "| verb | what it does | from | to | who |"
    yield "| --- | --- | --- | --- | --- |"
    for verb, rule in TABLE_RULES.items():
        states = [state for state in AssessmentTable.State if state in rule.sources]
        to = str(rule.target.label) if rule.target else "the same state"
        cells = [
            f"`{verb}`",
            TABLE_VERBS[verb],
            _listed(str(state.label) for state in states),
            "a new table: Draft" if verb is TableVerb.REVISE else to,
            _listed(TABLE_STANDINGS[one] for one in TableStanding if one in rule.who),
        ]
        yield f"| {' | '.join(cells)} |"
