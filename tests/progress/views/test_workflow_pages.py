"""Tests of rule 1 in the browser: the same table tests every button's route."""

import pytest
from django.test import Client
from django.urls import reverse

from progress.models import Entry
from progress.transitions import Verb
from tests.progress.editing import page, typed
from tests.progress.workflow_table import (
    PEOPLE,
    REFUSALS,
    STATES,
    Row,
    World,
    check_cells,
    check_result,
    nothing_changes,
    rows_of,
    undone,
)
from tests.samples import crossed


def url_of(verb: str, entry: Entry) -> str:
    return reverse(f"progress:entry-{verb.replace('_', '-')}", args=[entry.pk])


def rows_in_a_browser(state: str, skips_clearance: str) -> list[Row]:
    """Skipping clearance changes `submit` alone, which the actions' test shows."""
    rows = rows_of(state, skips_clearance)
    return [row for row in rows if skips_clearance == "no" or row["verb"] == "submit"]


def post(world: World, clients: dict[str, Client], row: Row, name: str) -> str:
    entry = world.entries[name]
    sent = typed(entry.version, reason="Because.")
    return str(clients[name].post(url_of(row["verb"], entry), sent).status_code)


@pytest.mark.long
@pytest.mark.parametrize("skips_clearance", ["no", "yes"])
@pytest.mark.parametrize("state", STATES)
def test_every_cell_in_the_browser(state, skips_clearance, plan, stocktake, signed_in):
    world = World(plan, stocktake, state, skips_clearance)
    clients = {name: signed_in(user) for name, user in world.people.items()}

    def check_refusal(row: Row, name: str) -> None:
        if row[name] in REFUSALS:
            assert post(world, clients, row, name) == row[name]

    def check_effect(row: Row, name: str) -> None:
        if row[name] not in REFUSALS:
            with undone():
                assert post(world, clients, row, name) == "302"
                check_result(world.entries[name], row[name])

    rows = rows_in_a_browser(state, skips_clearance)
    with nothing_changes():
        check_cells(rows, check_refusal)
    check_cells(rows, check_effect)


@pytest.mark.parametrize(
    ("name", "state"),
    crossed({name: name for name in PEOPLE}, {state: state for state in STATES}),
)
def test_a_page_offers_what_the_table_allows_and_nothing_else(
    name, state, plan, stocktake, signed_in
):
    world, rows = World(plan, stocktake, state, "no"), rows_of(state, "no")
    entry = world.entries[name]
    answer = signed_in(world.people[name]).get(
        reverse("progress:entry-detail", args=[entry.pk])
    )
    html = page(answer)
    offered = {verb for verb in Verb if f'"{url_of(verb, entry)}"' in html}
    assert offered == {row["verb"] for row in rows if row[name] not in REFUSALS}
    is_hidden = "404" in {row[name] for row in rows}
    assert answer.status_code == (404 if is_hidden else 200), name


@pytest.mark.long
@pytest.mark.parametrize("state", STATES)
def test_what_is_refused_is_not_asked_for_either(state, plan, stocktake, signed_in):
    """The page before the button: a person who would be refused reads so there."""
    world = World(plan, stocktake, state, "no")
    clients = {name: signed_in(user) for name, user in world.people.items()}

    def check(row: Row, name: str) -> None:
        answer = clients[name].get(url_of(row["verb"], world.entries[name]))
        wanted = row[name] if row[name] in REFUSALS else "200"
        assert str(answer.status_code) == wanted

    with nothing_changes():
        check_cells(rows_of(state, "no"), check)
