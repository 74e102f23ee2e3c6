"""Every page of positions and work takes few queries, and none reads a table whole."""

import pytest

from tests.explain import no_sequential_scan

MOST_QUERIES = 12
PLAN = "/plans/test-plan/"
COMMITMENT = f"{PLAN}commitments/1.2.2/"
STOCKTAKE = f"{PLAN}stocktakes/first/"
PAST = "?at=2024-03-01"
PAGES = {
    "contributor_jp": ["/", "/tasks/"],
    "officer_jp": [
        "/", "/tasks/", "/matrix/", f"/matrix/{PAST}", COMMITMENT,
        f"{COMMITMENT}{PAST}", STOCKTAKE,
    ],
    "head_jp": ["/", "/clearance/", STOCKTAKE],
    "coordinator": ["/", "/matrix/", f"/matrix/{PAST}", "/review/", STOCKTAKE],
    "second_reviewer": ["/", "/matrix/", "/review/", STOCKTAKE],
    "observer": ["/", "/matrix/", f"/matrix/{PAST}", COMMITMENT, STOCKTAKE],
    "assessor": ["/"],
    "administrator": ["/", "/jobs/"],
}  # fmt: skip


@pytest.mark.parametrize("role", PAGES)
def test_pages_take_few_queries_and_read_no_table_whole(large, signed_in, role):
    browser = signed_in(large.people[role])
    for page in PAGES[role]:
        browser.get(page)  # what a process reads once
        with no_sequential_scan() as queries:
            answer = browser.get(page)
        assert answer.status_code == 200, page
        assert len(queries) <= MOST_QUERIES, (page, [q["sql"] for q in queries])
