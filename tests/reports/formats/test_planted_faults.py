"""A file that says anything else than the record is found out. So the proofs can fail.

One file of a report is made from facts that were changed. The others are as they were.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from reports.renderers.documents import RENDERERS, render_all
from tests.reports.formats.comparing import differences
from tests.reports.formats.conftest import Compile, Compiled
from tests.reports.formats.files import told_by

pytestmark = [pytest.mark.django_db, pytest.mark.long]

Cell = tuple[str, str]
WITH_FIGURES = ("json", "xlsx", "docx", "html", "pdf")


def entry_of(facts: Any, cell: Cell) -> Any:
    return facts["entries"][position_of(facts, cell)["entry"]]


def position_of(facts: Any, cell: Cell) -> Any:
    return next(
        row
        for action in facts["actions"]
        for area in action["sub_areas"]
        for item in area["commitments"]
        for row in item["positions"]
        if (item["code"], row["member"]) == cell
    )


def forget(facts: Any, cell: Cell) -> None:
    facts["entries"].pop(position_of(facts, cell)["entry"])
    position_of(facts, cell).update(entry=None, figure="not_reported")


# What is changed, and what the comparison then has to say.
PLANTED: dict[str, tuple[Callable[[Any], object], str]] = {
    "a status": (
        lambda facts: entry_of(facts, ("1.1.1", "CA")).update(status="limited"),
        "('1.1.1', 'CA'): status is limited, not implemented",
    ),
    "a word": (
        lambda facts: entry_of(facts, ("1.1.1", "US")).update(narrative="Another."),
        "('1.1.1', 'US'): it",
    ),
    "a day": (
        lambda facts: entry_of(facts, ("2.1", "US")).update(
            as_of={"iso": "2016-08-01", "text": "1 August 2016"}
        ),
        "('2.1', 'US'): as_of is 2016-08-01, not ",
    ),
    "a flag": (
        lambda facts: entry_of(facts, ("1.2.2", "GB")).update(is_late=False),
        "('1.2.2', 'GB'): flags ['at_risk'], not ['at_risk', 'late']",
    ),
    "evidence": (
        lambda facts: entry_of(facts, ("2.1", "JP")).update(evidence=[]),
        "('2.1', 'JP'): it does not say “Report to Parliament”",
    ),
    "an entry": (
        lambda facts: forget(facts, ("1.2.2", "CA")),
        "('1.2.2', 'CA') is missing",
    ),
    "a figure": (
        lambda facts: facts["figures"]["overall"]["in_all"].update(limited=9),
        "plan counts 9 limited, not 4",
    ),
}


@pytest.fixture
def changed(compiled: Compile) -> tuple[Compiled, dict[str, bytes]]:
    """A report, and its files as they would be with all these faults."""
    report = compiled()
    snapshot = deepcopy(report.snapshot)
    for plant, _ in PLANTED.values():
        plant(snapshot["facts"])
    if not _changed:
        made = render_all(snapshot, report.snapshot_sha256)
        _changed.update({file.format: file.content for file in made})
    return report, _changed


_changed: dict[str, bytes] = {}


@pytest.mark.parametrize(
    ("fault", "format_"),
    [
        (fault, format_)
        for fault in PLANTED
        for format_ in RENDERERS
        if fault != "a figure" or format_ in WITH_FIGURES
    ],
)
def test_a_file_that_says_something_else_is_found_out(
    changed: tuple[Compiled, dict[str, bytes]], format_: str, fault: str
) -> None:
    report, files = changed
    mixed = {**report.files, format_: files[format_]}
    told = told_by(format_, mixed, report.truth.members)
    found = differences(told, report.truth, has_figures=format_ in WITH_FIGURES)
    assert any(PLANTED[fault][1] in one for one in found), found
