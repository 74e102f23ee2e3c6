"""Tests of docs/workflow.md: it agrees with the table of the workflow."""

import re

import pytest
from django.core.management import call_command

from g7plan.management.commands.workflow_diagram import PAGE
from progress.models import State
from progress.transitions import RULES, Standing, Verb
from tests.progress.workflow_table import REFUSALS, TABLE


@pytest.fixture
def page() -> str:
    return PAGE.read_text("utf-8")


def test_the_committed_page_is_current(page, tmp_path):
    made = tmp_path / "workflow.md"
    call_command("workflow_diagram", out=made)
    assert made.read_text("utf-8") == page, "run `manage.py workflow_diagram`"


def test_the_diagram_has_the_arrows_of_the_hand_written_table(page):
    """An amendment begins a draft; what does not change the state stays where it is."""
    expected = set()
    for row in TABLE:
        results = {value for name, value in row.items() if name not in COLUMNS}
        for after in results - REFUSALS:
            target = "draft" if after == "new draft" else after
            expected.add((row["state"], target, row["verb"].replace("_", " ")))
    arrow = re.compile(r"^    (\w+) --> (\w+): ([a-z ]+?)(?: \(.*\))?$", re.MULTILINE)
    assert {found.groups() for found in arrow.finditer(page)} == expected


def test_every_state_and_verb_is_on_the_page_with_who_may(page):
    for state in State:
        assert f'state "{state.label}" as {state.value}' in page
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", page, re.MULTILINE))
    assert set(rows) == set(Verb)
    for verb, rule in RULES.items():
        assert ("required" in rows[verb]) == rule.has_reason
        assert ("an officer" in rows[verb]) == (Standing.OFFICER in rule.who)
        assert ("the reviewer" in rows[verb]) == (Standing.REVIEWER in rule.who)


COLUMNS = {"verb", "state", "skips_clearance", "reason"}
