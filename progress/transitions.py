"""The workflow: which verb leads from which state to which, and who may say it.

One table, read by actions, buttons and the API's `allowed` alike. It is design rule 1;
`tests/progress/workflow.csv` states the same rule a second time, by hand.
"""

from dataclasses import dataclass
from enum import StrEnum

from progress.models import Entry, State


class Verb(StrEnum):
    """The names of actions, API routes and buttons."""

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
    """What a person is to one entry; `permissions.standing` finds out."""

    CONTRIBUTOR = "contributor"  # of its member, and assigned to its commitment
    OFFICER = "officer"  # of its member
    HEAD = "head"  # of its member
    SIGNATORY = "signatory"  # head of its member who did not write this text
    REVIEWER = "reviewer"  # the Presidency, or the second reviewer for the chair's own


@dataclass(frozen=True)
class Rule:
    """One row: from these states, to that one, by people of these standings."""

    sources: frozenset[State]
    # None where the entry stays as it is: an edit, or a new entry that supersedes it.
    target: State | None
    who: frozenset[Standing]
    has_reason: bool = False


_UNDER_WORK = frozenset({State.DRAFT, State.RETURNED})
_WRITERS = frozenset({Standing.OFFICER, Standing.HEAD})

RULES: dict[Verb, Rule] = {
    Verb.EDIT: Rule(_UNDER_WORK, None, _WRITERS | {Standing.CONTRIBUTOR}),
    Verb.SUBMIT: Rule(_UNDER_WORK, State.IN_CLEARANCE, _WRITERS),
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
    Verb.DISCARD: Rule(_UNDER_WORK, State.DISCARDED, _WRITERS),
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

_AMENDS = frozenset({Verb.CORRECT, Verb.WITHDRAW})


def is_legal(verb: Verb, entry: Entry) -> bool:
    """Does the state of the entry allow this verb?

    What a successor supersedes, or a withdrawal itself, is not amended again.
    """
    if verb in _AMENDS and (entry.is_withdrawal or entry.has_live_successor):
        return False
    return State(entry.state) in RULES[verb].sources


def next_state(verb: Verb, entry: Entry) -> State:
    """Where the verb leads: past clearance for a member that skips it."""
    target = RULES[verb].target
    if verb is Verb.SUBMIT and entry.member_commitment.member.skips_clearance:
        return State.SUBMITTED
    return target if target is not None else State(entry.state)
