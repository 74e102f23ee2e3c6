"""Tests of what a key may do to an entry, against the table of the workflow.

An officer's key does what an officer does, and no key does what is done in person.
"""

import pytest

from progress.models import Entry
from tests.api.writing.conftest import URL, Sender, make_sender
from tests.progress.workflow_table import (
    STATES,
    World,
    check_result,
    nothing_changes,
    rows_of,
    undone,
)

ROUTES = {"submit", "recall", "discard", "correct", "withdraw"}
WORLDS = [
    pytest.param(
        state, skips, marks=[] if skips == "no" else pytest.mark.long, id=state + skips
    )
    for state in STATES
    for skips in ("no", "yes")
    if rows_of(state, skips)
]


def answer_of(sender: Sender, verb: str, entry: Entry):
    served = sender.client.get(f"{URL}{entry.pk}/")
    tag = served.headers.get("ETag", '"none"')
    if verb == "edit":
        return sender.patch(entry.pk, tag, narrative="Written by a key.")
    body = {"reason": "Because."} if verb in {"correct", "withdraw"} else {}
    return sender.do(verb, entry.pk, tag, **body)


def check(sender: Sender, verb: str, entry: Entry, expected: str) -> None:
    if verb != "edit" and verb not in ROUTES:
        assert answer_of(sender, verb, entry).status_code == 404
        return
    if expected.isdecimal():
        with nothing_changes():
            answer = answer_of(sender, verb, entry)
        assert answer.status_code == int(expected), (verb, answer.content)
        return
    with undone():
        answer = answer_of(sender, verb, entry)
        assert answer.status_code in {200, 201}, (verb, answer.content)
        check_result(entry, expected)


@pytest.mark.parametrize(("state", "skips"), WORLDS)
def test_a_key_does_what_an_officer_does(plan, stocktake, state, skips):
    world = World(plan, stocktake, state, skips)
    keys = {"officer": make_sender("JP"), "officer_other": make_sender("FR")}
    for row in rows_of(state, skips):
        for column, sender in keys.items():
            check(sender, row["verb"], world.entries[column], row[column])
