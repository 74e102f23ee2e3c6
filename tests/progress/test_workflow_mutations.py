"""Tests of the workflow's table: it equals the hand-written one in every cell.

Two ways to compare them: what each rule does for each person of the cast, and each rule
as the hand-written rows describe it. Then every cell of the code's table is flipped in
turn, and the comparison has to notice. No database: people and entries are never saved.
"""

import ast
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from uuid import uuid4

import pytest

from accounts.models import Member, User
from commitments.models import MemberCommitment
from progress.models import Assignment, Entry, EntryAuthor, State, Stocktake
from progress.permissions import can
from progress.transitions import RULES, Rule, Standing, Verb, is_legal, next_state
from tests.factories import CHAIR
from tests.progress.workflow_table import (
    ACTING,
    AUTHORS,
    CAST,
    MEMBERS,
    PEOPLE,
    REFUSALS,
    TABLE,
    Row,
)
from tests.source_files import ROOT, tracked

pytestmark = pytest.mark.long

NOW = datetime.now(UTC)
# The column that distinguishes a standing from all others. A signatory is a head. Where
# both heads may act, the rule says head; where one may not, it says signatory.
COLUMNS = {
    Standing.CONTRIBUTOR: "contributor_assigned",
    Standing.OFFICER: "officer",
    Standing.HEAD: "head_who_wrote_it",
    Standing.REVIEWER: "coordinator",
}


def person_of(name: str) -> User:
    role, member = CAST[name]
    user = User(roles=[role], member_id=member)
    user.remember(("chair", NOW), CHAIR)
    user.remember_acting_head(NOW, uuid4() if name in ACTING else None)
    return user


def entry_of(row: Row, name: str, user: User) -> Entry:
    member = Member(
        code=MEMBERS.get(name, "JP"), skips_clearance=row["skips_clearance"] == "yes"
    )
    mine = MemberCommitment(member=member)
    named = [Assignment(user=user)] if name == "contributor_assigned" else []
    mine.__dict__["_prefetched_objects_cache"] = {"assignments": named}
    is_second = name.startswith("second_reviewer")
    stocktake = Stocktake(second_reviewer=user if is_second else User())
    entry = Entry(
        member_commitment=mine,
        stocktake=stocktake,
        state=row["state"],
        written_by=User(),
    )
    # The head changed the entry, and another person saved it last.
    authors = [User(), user] if name in AUTHORS else [User()]
    rows = [EntryAuthor(user=author) for author in authors]
    entry.__dict__["_prefetched_objects_cache"] = {"authors": rows}
    entry.has_live_successor = False
    return entry


def outcome(row: Row, name: str) -> str:
    """Return the code's result for a cell, in the terms of the table."""
    verb, user = Verb(row["verb"]), person_of(name)
    entry = entry_of(row, name, user)
    if not can(verb, user, entry, at=NOW):
        return "403"
    return str(next_state(verb, entry)) if is_legal(verb, entry) else "409"


def is_as_told(row: Row, name: str) -> bool:
    """Return whether the code agrees with a cell.

    An amendment does not change the published entry's state. The code's table does not
    know that an entry is hidden from a reader: it only has to refuse.
    """
    told = {"404": {"403", "409"}, "new draft": {"published"}}
    return outcome(row, name) in told.get(row[name], {row[name]})


def rule_of(verb: Verb) -> Rule:
    """Return the rule that the hand-written rows describe."""
    of_verb = [row for row in TABLE if row["verb"] == verb]
    rows = [row for row in of_verb if row["skips_clearance"] == "no"]
    effects = {
        State(row["state"]): {row[name] for name in PEOPLE} - REFUSALS for row in rows
    }
    sources = frozenset(state for state, found in effects.items() if found)
    targets = {after for found in effects.values() for after in found}
    allowed = {
        name for name in PEOPLE if any(row[name] not in REFUSALS for row in rows)
    }
    who = {standing for standing, name in COLUMNS.items() if name in allowed}
    if "head" in allowed and "head_who_wrote_it" not in allowed:
        who.add(Standing.SIGNATORY)
    stays = targets == {"new draft"} or all(
        found == {state} for state, found in effects.items() if found
    )
    return Rule(
        sources=sources,
        target=None if stays else State(targets.pop()),
        who=frozenset(who),
        has_reason={row["reason"] for row in of_verb} == {"yes"},
    )


def disagreements(verb: Verb) -> list[str]:
    found = [
        f"{row['state']} {name}: {outcome(row, name)}, not {row[name]}"
        for row in TABLE
        if row["verb"] == verb
        for name in PEOPLE
        if not is_as_told(row, name)
    ]
    return found if RULES[verb] == rule_of(verb) else [*found, "the rule is another"]


@pytest.mark.parametrize("verb", Verb)
def test_the_code_says_what_the_table_says(verb):
    assert not disagreements(verb)


def flips(rule: Rule) -> dict[str, Rule]:
    """Yield the rule with one of its cells flipped, for each of its cells."""
    targets = {None, *State} - {rule.target}
    return {
        **{f"from {one}": replace(rule, sources=rule.sources ^ {one}) for one in State},
        **{f"to {one}": replace(rule, target=one) for one in targets},
        **{f"by {one}": replace(rule, who=rule.who ^ {one}) for one in Standing},
        "reason": replace(rule, has_reason=not rule.has_reason),
    }


@pytest.mark.parametrize("verb", Verb)
def test_no_flipped_cell_goes_unnoticed(verb, monkeypatch):
    assert not disagreements(verb)
    survivors = []
    for name, flipped in flips(RULES[verb]).items():
        with monkeypatch.context() as patch:
            patch.setitem(RULES, verb, flipped)
            survivors += [] if disagreements(verb) else [name]
    assert not survivors


def test_every_state_and_verb_is_in_the_table():
    cells = {(row["verb"], row["state"], row["skips_clearance"]) for row in TABLE}
    assert len(cells) == len(TABLE)
    assert cells == set(product(Verb, State.values, ["yes", "no"]))
    assert set(RULES) == set(Verb)
    assert set(CAST) == set(PEOPLE)


def test_the_code_never_reads_the_table():
    """A docstring may mention it."""
    for path in tracked("*.py"):
        if path.startswith("tests/"):
            continue
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        texts = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        told = [text for text in texts if "workflow.csv" in text]
        assert not set(told) - {ast.get_docstring(tree, clean=False)}, path
