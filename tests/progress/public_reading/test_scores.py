"""Tests of the public pages of scores: which tables anyone reads, and what they say."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from progress.actions.assessments.feedback import answer_comment, comment_on
from progress.models import Handling, PublicReading
from tests.factories import make_body
from tests.progress.assessments.scoring import (
    cell,
    make_table,
    release,
    released_table,
    revision,
    score,
    table_in_feedback,
)
from tests.progress.public_reading.opening import make_clear, make_public_reading
from tests.progress.public_reading.test_pages import assert_public
from tests.progress.reading import words_of
from tests.progress.score_pages.conftest import rows_in

PLAN = "/public/plans/test-plan/"
LIST = f"{PLAN}scores/"
BODY, OTHER = "university-observatory", "policy-institute"
NAME = "University Observatory"
SCORES = f"{LIST}{BODY}/"
SCORE = f"{SCORES}1.1.1/JP/"
PAGES = (SCORES, f"{SCORES}ranking/", f"{SCORES}ranking/?by=area", SCORE)
FILES = (
    f"{SCORES}?format=csv", f"{SCORES}ranking/?format=csv",
    f"{SCORES}ranking/?by=area&format=svg",
)  # fmt: skip
# Where else the public learns of a score.
BESIDE = (PLAN, f"{PLAN}commitments/1.1.1/", f"{PLAN}members/JP/")
MOST_QUERIES = 12
# No address with a NUL reaches a page: the answer is 400 for all of them.
HOSTILE = (
    "by=x", "by=area&by=member", "format=exe", "format=entries-csv", "format=xlsx",
    "known_at=2000-01-01", "at=0001-01-01", "page=-1", "member=ZZ", "with=%27",
    "x=" + "y" * 900, "stocktake=", "stocktake[]=1",
    "stocktake=nothing&stocktake=first",
)  # fmt: skip
UNKNOWN = (
    "stocktake=nothing", "stocktake=" + "x" * 900, "stocktake=%F0%9F%98%80",
    "stocktake=first&stocktake=nothing", "stocktake=%27", "stocktake=first%0A",
)  # fmt: skip
MISSING = (
    f"{SCORES}1.1.1/XX/", f"{SCORES}9.9.9/JP/", f"{SCORES}1.1.1/", f"{LIST}nobody/",
    f"{SCORES}differences/", f"{SCORES}guidelines/", f"{SCORES}%27/JP/",
    "/public/plans/no-plan/scores/",
)  # fmt: skip


@pytest.fixture
def reading(members):
    return make_public_reading()


@pytest.fixture
def clear(stocktake):
    return released_table(make_body(), stocktake, handling="clear")


def get(path: str, **headers: str):
    return Client().get(path, headers=headers)


def statuses(*paths: str) -> set[int]:
    return {get(path).status_code for path in paths}


def all_bytes() -> list[bytes]:
    """Return what the public gets of each address."""
    return [get(path).content for path in (LIST, *PAGES, *FILES, *BESIDE)]


def test_anyone_reads_a_clear_table_its_ranking_and_a_score(reading, clear):
    assert NAME in words_of(get(LIST))
    for path in PAGES:
        said = words_of(get(path))
        assert f"Scores by {NAME}" in said, path
        assert "They are not a statement of any member or of the Presidency" in said
        assert "Stocktake first Interim released on" in said
    rows = rows_in(get(SCORES))
    row = next(row for row in rows if row[0].startswith("1.1.1"))
    assert row[-3:] == ["0.50", "75%", "1"]
    ranked = rows_in(get(f"{SCORES}ranking/"), number=1)
    assert {row[0] for row in ranked[1:]} >= {"France", "Japan"}


def test_a_score_comes_with_its_rationale_its_sources_and_its_guideline(reading, clear):
    answer = get(SCORE)
    said = words_of(answer)
    for words in (
        "Japan on 1.1.1",
        "0 Partial compliance or work in progress",
        "JP on 1.1.1: it reported in spring.",
        "Full compliance with 1.1.1: a law and a report.",
        "Version 1, published on",
        "No released entry",
    ):
        assert words in said
    assert "https://example.org/report" in said
    assert f'href="{PLAN}commitments/1.1.1/"' in answer.text


def test_the_self_report_beside_a_score_is_the_public_one(reading, plan, clear):
    before = get(SCORE).content
    make_clear(plan, code="1.1.1", handling=Handling.GREEN)
    assert get(SCORE).content == before
    entry = make_clear(plan, code="1.1.1")
    assert f"/public/entries/{entry.pk}/" in get(SCORE).text


@pytest.mark.parametrize("path", BESIDE)
def test_the_pages_of_the_plan_lead_to_the_scores(reading, clear, path):
    assert f'href="{SCORES}?stocktake=first"' in get(path).text


def test_every_link_of_a_page_leads_to_a_public_page(reading, clear):
    for path in (LIST, *PAGES, *BESIDE):
        text = get(path).text
        main = text.split("<main")[1].split("</main>")[0]
        links = set(re.findall(r'href="(/[^"]*)"', main))
        assert all(link.startswith("/public/") for link in links), path
        assert statuses(*links) == {200}, path


@pytest.mark.parametrize("state", ["green", "draft", "feedback", "revised"])
def test_nothing_is_learned_of_what_is_not_public(reading, stocktake, state):
    """What anyone gets is the same to the byte, and 404 where it is of the table."""
    released_table(make_body(OTHER), stocktake, handling="clear")
    before = all_bytes()
    body = make_body()
    match state:
        case "green":
            released_table(body, stocktake)
        case "draft":
            score(make_table(body, stocktake), {("1.1.1", "JP"): "1"})
        case "feedback":
            table_in_feedback(body, stocktake, audience="readers")
        case "revised":
            table = released_table(body, stocktake, handling="clear")
            assert statuses(*PAGES, *FILES) == {200}
            release(revision(table))
    assert statuses(*PAGES, *FILES) == {404}
    assert all_bytes() == before


def test_a_table_from_before_public_reading_is_not_public(members, clear):
    """No one agreed that anyone may read it, and there is no way to agree."""
    make_public_reading(started=timedelta(0))
    assert statuses(*PAGES, *FILES) == {404}
    assert NAME not in "".join(get(path).text for path in (LIST, *BESIDE))


def test_a_table_that_is_revised_leaves_the_same_address_to_the_new_one(reading, clear):
    paths = (*PAGES, *FILES)
    tags = {path: get(path).headers["ETag"] for path in paths}
    new = revision(clear, {("1.1.1", "JP"): "-1"})
    assert {path: get(path).headers["ETag"] for path in paths} == tags
    release(new, handling="clear")
    for path, tag in tags.items():
        assert get(path, **{"If-None-Match": tag}).status_code == 200, path
    said = words_of(get(SCORE))
    assert "−1 No compliance" in said
    assert "Partial compliance" not in said
    # Nothing says that there was another one.
    assert "table 2" not in said.lower()


def test_a_green_table_before_a_clear_one_changes_nothing_but_the_release(
    reading, clear, stocktake
):
    first = get(SCORES).text
    other = make_body(OTHER)
    release(revision(released_table(other, stocktake)), handling="clear")
    hidden = get(f"{LIST}{OTHER}/").text
    for word in ("Table 1", "table 1", "Table 2", "table 2", "superseded", "Interim"):
        assert word not in hidden
    assert "Interim" in first


def end(reading: PublicReading) -> None:
    reading.ended_at, reading.ended_by = datetime.now(UTC), reading.confirmed_by
    reading.save()


def test_an_announced_an_ended_and_no_public_reading_are_404(members, clear):
    paths = (LIST, *PAGES, *FILES)
    missing = get("/public/nothing/").content
    assert {get(path).content for path in paths} == {missing}
    reading = make_public_reading(started=timedelta(days=-1))
    assert {get(path).content for path in paths} == {missing}
    end(reading)
    reading = make_public_reading()
    tags = {path: get(path).headers["ETag"] for path in paths}
    end(reading)
    for path, tag in tags.items():
        answer = get(path, **{"If-None-Match": tag})
        assert (answer.status_code, answer.content) == (404, missing)


def test_headers_and_tags_are_those_of_all_public_pages(reading, clear):
    for path in (LIST, *PAGES, *FILES):
        answer = get(path)
        assert answer.status_code == 200
        assert_public(answer)
        again = get(path, **{"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304, path
        assert_public(again)


def test_a_session_changes_nothing(reading, clear, signed_in, officer_jp, assessor):
    for path in (LIST, *PAGES, *FILES):
        anyone = get(path).content
        for person in (officer_jp, assessor):
            assert signed_in(person).get(path).content == anyone


def test_words_in_the_query_that_mean_nothing_are_ignored(reading, clear):
    for query, path in product(HOSTILE, (LIST, SCORES, f"{SCORES}ranking/", SCORE)):
        answer = get(f"{path}?{query}")
        assert answer.status_code == 200, (path, query)
        assert answer.headers["Content-Type"].startswith("text/html")


def test_an_unknown_stocktake_is_not_there(reading, clear):
    for query in UNKNOWN:
        assert statuses(*(f"{path.split('?')[0]}?{query}" for path in PAGES)) == {404}


def test_what_is_not_there_is_the_same_answer(reading, clear):
    missing = get("/public/nothing/").content
    for path in MISSING:
        answer = get(path)
        assert (answer.status_code, answer.content) == (404, missing), path


def test_no_person_and_no_comment_is_named(reading, stocktake, assessor, officer_jp):
    table = table_in_feedback(make_body(), stocktake, audience="readers")
    at = datetime.now(UTC)
    comment = comment_on(
        assessment=cell(table, "1.1.1", "JP"),
        text="Unheard words.",
        by=officer_jp,
        at=at,
    )
    answer_comment(comment=comment, text="Unheard words too.", by=assessor, at=at)
    release(table, handling="clear")
    for path in (LIST, *PAGES, *FILES, *BESIDE):
        text = get(path).text
        for words in ("Unheard", "Person ", "Assessor of", "@", assessor.name):
            assert words not in text, (path, words)


def test_pages_and_files_take_few_queries(reading, clear, plan):
    make_clear(plan, code="1.1.1")
    for path in (LIST, *PAGES, *FILES, *BESIDE):
        get(path)
        with CaptureQueriesContext(connection) as queries:
            assert get(path).status_code == 200
        found = [query["sql"] for query in queries]
        assert len(found) <= MOST_QUERIES, (path, found)
        assert not any("accounts_user" in sql.split("WHERE")[0] for sql in found), path


def test_the_file_says_what_the_page_says_and_its_label(reading, clear):
    answer = get(f"{SCORES}?format=csv")
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "clear" in disposition.lower()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][1] == "TLP:CLEAR"
    of_page = next(row for row in rows_in(get(SCORES)) if row[0].startswith("1.1.1"))
    of_file = next(row for row in rows if row[2:3] == ["1.1.1"])
    # A spreadsheet would take a leading sign for a formula.
    assert [cell.lstrip("'") for cell in of_file[4:-1]] == of_page[1:]
    drawn = get(f"{SCORES}ranking/?format=svg")
    assert drawn.headers["Content-Type"].startswith("image/svg+xml")
    assert "TLP:CLEAR" in drawn.text
