"""Tests of the marks that every file of a report shows first."""

from typing import Any, get_args

import pytest

from reports.label_schema import Circulation
from reports.models import Report
from reports.renderers.marks import document_title, marks_of
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import sample_snapshot, with_envelope, with_facts


@pytest.fixture(scope="module")
def snapshot() -> Any:
    return sample_snapshot()


def test_every_circulation_has_its_words(snapshot):
    assert set(get_args(Circulation)) == set(Report.Circulation.values)
    unnumbered = with_envelope(snapshot, draft_number=None)
    said = {
        marks_of(with_envelope(unnumbered, circulation=code), SHA256).circulation.value
        for code in Report.Circulation.values
    }
    assert said == {
        "Draft, not circulated",
        "Draft, circulated",
        "Draft, silence broken",
        "Final",
    }


def test_the_marks_say_what_the_file_is_and_who_may_read_it(snapshot):
    told = dict(marks_of(snapshot, SHA256))
    assert list(told.items())[:4] == [
        ("Handling", "TLP:GREEN"),
        ("Audience", snapshot["facts"]["audience_statement"]),
        ("Circulation", "Draft 2, not circulated"),
        ("Kind", "Stocktake report"),
    ]
    assert told["Position as of"] == "20 May 2017"
    assert told["As known at"] == "20 May 2017, 12:00:05 UTC"
    assert told["Language"] == "English"
    assert told["Snapshot SHA-256"] == SHA256
    assert told["Illustrative data"].startswith("The entries and people")
    assert "Scope" not in told  # the whole plan


def test_a_mark_without_a_value_is_not_shown(snapshot):
    real = with_envelope(snapshot, is_illustrative=False, ledger_head="", issuer="")
    told = dict(marks_of(with_facts(real, stocktake=None), SHA256))
    missing = {"Illustrative data", "Ledger head", "Stocktake", "Issued by"}
    assert missing.isdisjoint(told)


def test_the_title_names_kind_scope_and_plan(snapshot):
    plan = snapshot["facts"]["plan"]["title"]
    assert document_title(snapshot) == f"Stocktake report: {plan}"
    scope = {**snapshot["facts"]["scope"], "title": "Japan"}
    title = document_title(with_facts(snapshot, scope=scope))
    assert title == f"Stocktake report: Japan: {plan}"
