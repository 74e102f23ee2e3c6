"""Fixtures of the pages of scores, and how their tables are read."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from progress.models import AssessmentTable
from tests.factories import make_body
from tests.progress.assessments.hand_checked import SCORES
from tests.progress.assessments.scoring import released_table
from tests.progress.reading import html_of, words_in
from tests.progress.scores.conftest import (  # noqa: F401
    check,
    hand_checked,
    scored_plan,
    scored_stocktake,
)

BODY, OTHER = "university-observatory", "policy-institute"
PLAN = "/plans/test-plan/scores/"
PAGES = (
    "", "ranking/", "differences/", "over-time/", "compare/", "guidelines/",
    "1.1.1/FR/",
)  # fmt: skip
CELL = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]>", re.DOTALL)
HIDDEN = re.compile(r'<span class="visually-hidden">.*?</span>')


def page_of(name: str = "", body: str = BODY, plan: str = "test-plan") -> str:
    return f"/plans/{plan}/scores/{body}/{name}"


def rows_in(answer, number: int = 0) -> list[list[str]]:
    """Return the text of each cell of a table of the page, as a person sees it."""
    table = HIDDEN.sub("", html_of(answer)).split("<table")[number + 1]
    rows = table.split("</table>")[0].split("<tr")[1:]
    return [[words_in(cell) for cell in CELL.findall(row)] for row in rows]


def queries_of(browser, path: str) -> int:
    """Return how many queries the page takes once the process is warm."""
    browser.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path).status_code == 200, path
    return len(queries)


@pytest.fixture
def table(stocktake) -> AssessmentTable:
    """Three scores of the University Observatory, released to all who read green."""
    return released_table(make_body(), stocktake)


@pytest.fixture
def other_table(stocktake) -> AssessmentTable:
    scores = {("1.1.1", "FR"): "-1", ("2.1", "EU"): "not_applicable"}
    return released_table(make_body(OTHER), stocktake, scores)


@pytest.fixture
def all_of_hand_checked() -> dict[tuple[str, str], str]:
    return dict(SCORES)


@pytest.fixture
def next_second() -> Callable[[], str]:
    """`next_second()` waits for the next whole second, and returns it."""

    def wait() -> str:
        at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
        time.sleep((at - datetime.now(UTC)).total_seconds() + 0.01)
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")

    return wait
