"""The workflow: which verb leads from which state to which, and who may perform it.

Actions, buttons and the API's `allowed` all read this one table. It is rule 1 of
`docs/rules.md`. `tests/progress/workflow.csv` states the same rule a second time,
written by hand. `manage.py workflow_diagram` draws it in `docs/workflow.md`.
"""

from dataclasses import dataclass
from enum import StrEnum

from progress.models import Entry, State


class Verb(StrEnum):
    """What can be done to an entry. Actions, routes and buttons have these names."""

    EDIT = "edit"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    CLEAR = "clear"
    RECALL = "recall"
    DISCARD = "discard"
    RETURN = "return"
    PUBLISH = "publish"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


class Standing(StrEnum):
    """What a person is to one entry: see `permissions.holds`."""

    CONTRIBUTOR = "contributor"  # of the entry's member, and assigned to drafting it
    OFFICER = "officer"  # of the entry's member
    HEAD = "head"  # of the entry's member, also an acting head
    SIGNATORY = "signatory"  # a head, as above, who changed nothing in the entry
    REVIEWER = "reviewer"  # the Presidency; for the chair's own, the second reviewer


@dataclass(frozen=True)
class Rule:
    """One row of the table: from these states to that one, by these people."""

    sources: frozenset[State]
    # None where the state stays: an edit, or a new entry that supersedes this one.
    target: State | None
    who: frozenset[Standing]
    has_reason: bool = False


_EDITABLE = frozenset({State.DRAFT, State.RETURNED})
_WRITERS = frozenset({Standing.OFFICER, Standing.HEAD})

RULES: dict[Verb, Rule] = {
    Verb.EDIT: Rule(_EDITABLE, None, _WRITERS | {Standing.CONTRIBUTOR}),
    Verb.SUBMIT: Rule(_EDITABLE, State.IN_CLEARANCE, _WRITERS),
    Verb.SEND_BACK: Rule(
        frozenset({State.IN_CLEARANCE}),
        State.DRAFT,
        frozenset({Standing.HEAD}),
        has_reason=True,
    ),
    Verb.CLEAR: Rule(
        frozenset({State.IN_CLEARANCE}),
        State.SUBMITTED,
        frozenset({Standing.SIGNATORY}),
    ),
    Verb.RECALL: Rule(
        frozenset({State.IN_CLEARANCE, State.SUBMITTED}), State.DRAFT, _WRITERS
    ),
    Verb.DISCARD: Rule(_EDITABLE, State.DISCARDED, _WRITERS),
    Verb.RETURN: Rule(
        frozenset({State.SUBMITTED}),
        State.RETURNED,
        frozenset({Standing.REVIEWER}),
        has_reason=True,
    ),
    Verb.PUBLISH: Rule(
        frozenset({State.SUBMITTED}),
        State.PUBLISHED,
        frozenset({Standing.REVIEWER}),
    ),
    Verb.CORRECT: Rule(frozenset({State.PUBLISHED}), None, _WRITERS, has_reason=True),
    Verb.WITHDRAW: Rule(frozenset({State.PUBLISHED}), None, _WRITERS, has_reason=True),
}

_AMENDING = frozenset({Verb.CORRECT, Verb.WITHDRAW})


def is_legal(verb: Verb, entry: Entry) -> bool:
    """Whether the state of the entry allows this verb.

    A withdrawal, or an entry that has a successor, cannot be corrected or withdrawn.
    For these two verbs the entry comes from `with_successors`.
    """
    if verb in _AMENDING and (entry.is_withdrawal or entry.has_live_successor):
        return False
    return entry.state in RULES[verb].sources


def legal_verbs(entry: Entry) -> list[Verb]:
    """Return the verbs that the state of the entry allows, in the table's order."""
    return [
        verb
        for verb, rule in RULES.items()
        if entry.state in rule.sources and is_legal(verb, entry)
    ]


def next_state(verb: Verb, entry: Entry) -> State:
    """Return the state after this verb. Some members skip clearance."""
    target = RULES[verb].target
    if verb is Verb.SUBMIT and entry.member_commitment.member.skips_clearance:
        return State.SUBMITTED
    return target if target is not None else State(entry.state)
