"""Tests of rule 1, cell by cell: each action's effect, and refusals without effect."""

import inspect
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from audit.models import Event
from progress.actions.amendments import correct_entry, withdraw_entry
from progress.actions.clearance import (
    clear_entry,
    recall_entry,
    send_back_entry,
    submit_entry,
)
from progress.actions.drafting import discard_entry, edit_entry
from progress.actions.review import publish_entry, return_entry
from progress.entries.text import EntryText
from progress.models import Entry
from progress.permissions import allowed_verbs
from progress.transitions import Verb
from tests.progress.workflow_table import (
    ACTING,
    CELLS,
    EVERY_DAY,
    PEOPLE,
    REFUSALS,
    STATES,
    TABLE,
    THE_REST,
    Row,
    World,
    cell_name,
    check_cells,
    check_result,
    features,
    name_of,
    nothing_changes,
    now,
    rows_of,
    undone,
)

PARTS = ["every day", "the rest"]
ACTIONS: dict[Verb, Callable[..., Entry]] = {
    Verb.EDIT: edit_entry,
    Verb.SUBMIT: submit_entry,
    Verb.SEND_BACK: send_back_entry,
    Verb.CLEAR: clear_entry,
    Verb.RECALL: recall_entry,
    Verb.DISCARD: discard_entry,
    Verb.RETURN: return_entry,
    Verb.PUBLISH: publish_entry,
    Verb.CORRECT: correct_entry,
    Verb.WITHDRAW: withdraw_entry,
}


def act(verb: Verb, entry: Entry, by: User, reason: str = "Because.") -> Entry:
    wants = inspect.signature(ACTIONS[verb]).parameters
    text = EntryText(as_of=now().date(), status="limited", narrative="Begun.")
    words = {"reason": reason, "text": text}
    return ACTIONS[verb](
        entry_id=entry.pk,
        version=entry.version,
        by=by,
        at=now(),
        **{name: words[name] for name in words if name in wants},
    )


def refusal_of(verb: Verb, entry: Entry, by: User, **words: str) -> str:
    """Return the action's error as a page would show it; empty if it acts.

    Not inside `undone`: all that a refusal leaves behind must be seen.
    """
    try:
        act(verb, entry, by, **words)
    except Entry.DoesNotExist:
        return "404"
    except PermissionDenied:
        return "403"
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            return " ".join(error.message_dict)
        return "409" if error.code == "illegal_transition" else str(error.code)
    return ""


def test_the_daily_part_has_every_verb_state_person_and_answer():
    daily = [cell for cell in CELLS if cell_name(*cell) in EVERY_DAY]
    assert {name_of(row) for row, _ in daily} == {name_of(row) for row in TABLE}
    assert {row["verb"] for row, _ in daily} == set(Verb)
    assert {row["state"] for row, _ in daily} == set(STATES)
    assert {person for _, person in daily} == set(PEOPLE)
    kept = {one for cell in daily for one in features(cell)}
    assert kept == {one for cell in CELLS for one in features(cell)}
    assert len(daily) < len(CELLS) / 3
    assert len(EVERY_DAY | THE_REST) == len(CELLS)


@pytest.mark.parametrize("skips_clearance", ["no", "yes"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "part", [EVERY_DAY, pytest.param(THE_REST, marks=pytest.mark.long)], ids=PARTS
)
def test_every_cell_for_the_actions(part, state, skips_clearance, plan, stocktake):
    world = World(plan, stocktake, state, skips_clearance)

    def check_refusal(row: Row, name: str) -> None:
        verb, user, entry = Verb(row["verb"]), world.people[name], world.entries[name]
        is_offered = verb in allowed_verbs(user, entry, at=now())
        if row[name] in REFUSALS:
            assert not is_offered
            assert refusal_of(verb, entry, user) == row[name]
        else:
            assert is_offered
            if row["reason"] == "yes":
                assert refusal_of(verb, entry, user, reason=" \n ") == "reason"

    def check_effect(row: Row, name: str) -> None:
        if row[name] in REFUSALS:
            return
        user, entry = world.people[name], world.entries[name]
        with undone():
            act(Verb(row["verb"]), entry, user)
            check_result(entry, row[name])
            event = Event.objects.get(verb__startswith="entry.")
            assert (event.actor_id, event.member) == (user.pk, entry.member_code)
            acted = name in ACTING and row["verb"] in {"clear", "send_back"}
            assert ("acting_head" in event.data) is acted

    rows = rows_of(state, skips_clearance)
    with nothing_changes():
        check_cells(rows, check_refusal, part=part)
    check_cells(rows, check_effect, part=part)
