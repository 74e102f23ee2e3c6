"""Tests of docs/workflow.md: it agrees with the table of the workflow."""

import re

import pytest
from django.core.management import call_command

from g7plan.management.commands.workflow_diagram import PAGE
from progress.assessments.transitions import TableVerb
from progress.models import AssessmentTable, State
from progress.transitions import RULES, Standing, Verb
from tests.progress.assessments.verbs_table import TABLE as VERBS_ON_TABLES
from tests.progress.workflow_table import REFUSALS, TABLE

SCORES = "## The workflow of a score table"
ARROW = re.compile(r"^    (\w+) --> (\w+): ([a-z ]+?)(?: \(.*\))?$", re.MULTILINE)


@pytest.fixture
def page() -> str:
    """The part about entries."""
    return PAGE.read_text("utf-8").partition(SCORES)[0]


@pytest.fixture
def part() -> str:
    """The part about score tables."""
    return PAGE.read_text("utf-8").partition(SCORES)[2]


def test_the_committed_page_is_current(tmp_path):
    made = tmp_path / "workflow.md"
    call_command("workflow_diagram", out=made)
    assert made.read_text("utf-8") == PAGE.read_text("utf-8"), (
        "run `manage.py workflow_diagram`"
    )


def test_the_diagram_has_the_arrows_of_the_hand_written_table(page):
    """An amendment begins a draft; what does not change the state stays where it is."""
    expected = set()
    for row in TABLE:
        results = {value for name, value in row.items() if name not in COLUMNS}
        for after in results - REFUSALS:
            target = "draft" if after == "new draft" else after
            expected.add((row["state"], target, row["verb"].replace("_", " ")))
    assert {found.groups() for found in ARROW.finditer(page)} == expected


def test_every_state_and_verb_is_on_the_page_with_who_may(page):
    for state in State:
        assert f'state "{state.label}" as {state.value}' in page
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", page, re.MULTILINE))
    assert set(rows) == set(Verb)
    for verb, rule in RULES.items():
        assert ("required" in rows[verb]) == rule.has_reason
        assert ("an officer" in rows[verb]) == (Standing.OFFICER in rule.who)
        assert ("the reviewer" in rows[verb]) == (Standing.REVIEWER in rule.who)


def test_the_second_diagram_has_the_arrows_of_its_hand_written_table(part):
    expected = set()
    for row in VERBS_ON_TABLES:
        first = row["situation"]
        state = "in_feedback" if "feedback" in first else first.partition("_")[0]
        state = "released" if first.startswith("released") else state
        for name in set(row) - {"verb", "situation"}:
            if row[name] not in REFUSALS:
                after = "draft" if row[name] == "new draft" else row[name]
                expected.add((state, after, row["verb"].replace("_", " ")))
    assert {found.groups() for found in ARROW.finditer(part)} == expected


def test_every_state_and_verb_of_a_score_table_is_on_the_page(part):
    for state in AssessmentTable.State:
        assert f'state "{state.label}" as {state.value}' in part
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", part, re.MULTILINE))
    assert set(rows) == set(TableVerb)


COLUMNS = {"verb", "state", "skips_clearance", "reason"}
