"""Tests of the pages of released scores: who opens them, and what they say."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin

import pytest
from django.urls import reverse

from accounts.models import Role
from commitments.models import Summit
from progress.models import State
from tests.factories import make_body, make_entry, make_user, member_commitment_of
from tests.progress.assessments.scoring import (
    make_guidelines,
    make_table,
    release,
    released_table,
    revision,
    score,
)
from tests.progress.reading import html_of, words_of
from tests.progress.score_pages.conftest import (
    BODY,
    OTHER,
    PAGES,
    page_of,
    queries_of,
    rows_in,
)

HOSTILE = (
    "stocktake=%00", "stocktake=nothing", "stocktake=" + "x" * 300, "known_at=soon",
    "known_at=2999-01-01T00:00:00Z", "known_at=2017-01-01T00:00:00.5Z", "at=31-12-2016",
    "at=0001-01-01", "area=%00", "area=9.9", "by=nothing", "show=nothing", "order=x",
    "member=ZZ", "member=%F0%9F%98%80", "with=%00", "with=nobody-at-all", "page=-1",
    "page=x", "format=exe", "format=entries-csv", "stocktake[]=1",
)  # fmt: skip


@pytest.fixture
def summit_before(plan, stocktake):
    """A summit of another year, that ended before the stocktake opened."""
    day = stocktake.opened_at.date() - timedelta(days=40)
    return Summit.objects.create(
        slug="before", name="Before", year=day.year, host_id="CA", ends_on=day
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_whose_scores_it_shows_and_of_which_table(
    signed_in, observer, table, name
):
    answer = signed_in(observer).get(page_of(name))
    said = words_of(answer)
    assert answer.status_code == 200
    assert "Scores by University Observatory" in said
    assert "They are not a statement of any member or of the Presidency" in said
    assert "Stocktake first Interim TLP:GREEN released on" in said
    assert "Scores by University Observatory" in html_of(answer).split("</title>")[0]


@pytest.mark.parametrize("asked", ["", "?stocktake=first"])
@pytest.mark.parametrize("name", PAGES)
def test_every_day_that_a_page_offers_can_be_opened(
    signed_in, observer, table, summit_before, name, asked
):
    """Also where a stocktake is asked for, which has no day before its opening."""
    browser = signed_in(observer)
    path = f"{page_of(name)}{asked}"
    page = html_of(browser.get(path))
    found = re.findall(r'href="([^"]*[?&](?:amp;)?at=[^"]+)"', page)
    links = {unescape(link) for link in found}
    # A score was released after the summit and the opening.
    assert bool(links) is (name != "1.1.1/FR/")
    for link in links:
        assert browser.get(urljoin(path, link)).status_code == 200, link


def test_titles_differ(signed_in, observer, table, other_table):
    browser, titles = signed_in(observer), set()
    for path in ("/scores/", "/plans/test-plan/scores/", *map(page_of, PAGES)):
        titles.add(html_of(browser.get(path)).split("<title>")[1].split("</title>")[0])
    assert len(titles) == len(PAGES) + 2


@pytest.mark.parametrize("name", [name for name in PAGES if name != "guidelines/"])
def test_a_draft_is_no_page_also_for_its_own_body(
    signed_in, stocktake, assessor, other_assessor, officer_jp, name
):
    draft = make_table(make_body(), stocktake)
    score(draft, {("1.1.1", "FR"): "1"})
    for person in (assessor, other_assessor, officer_jp):
        assert signed_in(person).get(page_of(name)).status_code == 404


def test_a_draft_changes_no_page_of_others(
    signed_in, officer_jp, observer, stocktake, table
):
    paths = ["/scores/", "/plans/test-plan/scores/", *map(page_of, PAGES)]
    browsers = [signed_in(officer_jp), signed_in(observer)]

    def all_pages() -> list[str]:
        return [words_of(one.get(path)) for one in browsers for path in paths]

    before = all_pages()
    revision(table, {("1.1.1", "FR"): "-1", ("2.1", "JP"): "1"})
    make_table(make_body(OTHER), stocktake)
    guidelines = [f"/plans/test-plan/scores/{OTHER}/", *paths]
    assert signed_in(observer).get(guidelines[0]).status_code == 404
    after = all_pages()
    # The other body has published its guidelines, which the page of the plan names.
    place = paths.index("/plans/test-plan/scores/")
    for number in (place, place + len(paths)):
        before[number] = after[number] = ""
    assert after == before


def test_guidelines_are_read_before_the_first_scores(signed_in, observer, stocktake):
    body = make_body()
    make_guidelines(body, stocktake.plan, is_published=False)
    browser = signed_in(observer)
    assert browser.get(page_of("guidelines/")).status_code == 404
    make_guidelines(make_body(OTHER), stocktake.plan)
    said = words_of(browser.get(page_of("guidelines/", OTHER)))
    assert "Full compliance with 1.2.1: a law and a report." in said
    assert "Version 1, published on" in said
    assert "Guidelines of Policy Institute" in words_of(
        browser.get("/plans/test-plan/scores/")
    )


def test_an_index_without_scores_says_so(signed_in, observer, stocktake):
    for path in ("/scores/", "/plans/test-plan/scores/"):
        assert "No released scores yet" in words_of(signed_in(observer).get(path))
    assert signed_in(observer).get("/plans/nothing/scores/").status_code == 404


def test_an_index_lists_the_tables_in_force(signed_in, observer, table, other_table):
    rows = rows_in(signed_in(observer).get("/scores/"))[1:]
    assert [row[0] for row in rows] == ["Policy Institute", "University Observatory"]
    assert rows[0][1:3] == ["Stocktake first", "Interim"]


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_query_is_refused_or_ignored(signed_in, observer, table, query):
    browser = signed_in(observer)
    for name in PAGES:
        answer = browser.get(f"{page_of(name)}?{query}")
        assert answer.status_code in {200, 400, 404}, (name, query)
        if answer.status_code == 400 and "%00" not in query:
            assert 'class="error-summary"' in html_of(answer), (name, query)


@pytest.mark.parametrize("path", ["1.1.1/ZZ/", "9.9/FR/", "1.1.1/%F0%9F%98%80/"])
def test_a_score_that_is_not_there_is_404(signed_in, observer, table, path):
    assert signed_in(observer).get(page_of(path)).status_code == 404
    assert signed_in(observer).get(page_of("", "no-body")).status_code == 404


def test_a_score_has_its_rationale_guideline_and_self_report(
    signed_in, observer, officer_fr, assessor, table, stocktake
):
    mine = member_commitment_of(stocktake.plan, "1.1.1", "FR")
    make_entry(
        mine, by=officer_fr, state=State.PUBLISHED, stocktake=stocktake,
        narrative="We passed a law.",
    )  # fmt: skip
    said = words_of(signed_in(observer).get(page_of("1.1.1/FR/")))
    assert "+1 Full compliance" in said
    assert "FR on 1.1.1: it reported in spring." in said
    assert "Full compliance with 1.1.1: a law and a report." in said
    assert "What France says of itself. It counts in no score. Substantial" in said
    assert "We passed a law." in said
    assert "Receipt" not in said
    for person in (officer_fr, assessor):
        assert "Receipt" in words_of(signed_in(person).get(page_of("1.1.1/FR/")))


def test_a_rationale_is_sanitised(signed_in, observer, stocktake):
    draft = make_table(make_body(), stocktake)
    hostile = "<script>alert(1)</script> [x](javascript:alert(1)) **bold**"
    score(draft, {("1.1.1", "FR"): "1"}, rationale=hostile)
    release(draft)
    shown = html_of(signed_in(observer).get(page_of("1.1.1/FR/")))
    assert "<script>alert" not in shown
    assert 'href="javascript' not in shown
    assert "<strong>bold</strong>" in shown


def test_a_cell_that_is_not_scored_has_a_page_and_no_link(signed_in, observer, table):
    browser = signed_in(observer)
    assert "2.1/CA/" not in html_of(browser.get(page_of()))
    said = words_of(browser.get(page_of("2.1/CA/")))
    assert "Not scored, so no guideline was applied." in said


def test_a_revision_is_named_where_the_earlier_table_is_shown(
    signed_in, observer, table, next_second
):
    then = next_second()
    release(revision(table, {("1.1.1", "FR"): "0"}))
    browser = signed_in(observer)
    before = browser.get(page_of(), {"known_at": then})
    assert "These scores have been superseded" in words_of(before)
    assert f'href="{page_of()}?stocktake=first"' in html_of(before)
    now = words_of(browser.get(page_of()))
    assert "superseded" not in now
    assert "Final TLP:GREEN released" in now
    detail = words_of(browser.get(page_of("1.1.1/FR/")))
    assert "This score over time" in detail


def test_the_pages_that_show_self_reports_link_to_the_scores(
    signed_in, observer, table, other_table
):
    browser = signed_in(observer)
    for path in (
        "/plans/test-plan/", "/plans/test-plan/members/FR/",
        "/plans/test-plan/commitments/1.1.1/", "/plans/test-plan/commitments/1.1.1/FR/",
        "/plans/test-plan/stocktakes/first/",
    ):  # fmt: skip
        shown = browser.get(path)
        assert "Scores by assessing bodies" in words_of(shown), path
        for body in (BODY, OTHER):
            assert f'href="{page_of("", body)}?stocktake=first"' in html_of(shown), path
    member = words_of(browser.get("/plans/test-plan/members/FR/"))
    assert "University Observatory : average 0.00 (50%)" in member
    commitment = words_of(browser.get("/plans/test-plan/commitments/1.1.1/"))
    assert "France: +1 (France)" in commitment
    assert "Canada: Not scored" in commitment


def test_no_page_has_such_a_section_without_released_scores(
    signed_in, observer, stocktake
):
    score(make_table(make_body(), stocktake), {("1.1.1", "FR"): "1"})
    browser = signed_in(observer)
    for path in ("/plans/test-plan/", "/plans/test-plan/members/FR/",
                 "/plans/test-plan/commitments/1.1.1/",
                 "/plans/test-plan/stocktakes/first/"):  # fmt: skip
        assert "assessing bod" not in words_of(browser.get(path)), path


def test_the_navigation_names_scores_once_there_are_any(
    signed_in, observer, administrator, stocktake
):
    link = f'href="{reverse("progress:score-index")}"'
    draft = make_table(make_body(), stocktake)
    score(draft, {("1.1.1", "FR"): "1"})
    assert link not in html_of(signed_in(observer).get("/glossary/"))
    released_table(make_body(OTHER), stocktake)
    assert link in html_of(signed_in(observer).get("/glossary/"))
    assert link not in html_of(signed_in(administrator).get("/glossary/"))


def test_pages_take_few_queries_however_many_cells_there_are(
    signed_in, officer_jp, stocktake, table, other_table
):
    browser = signed_in(officer_jp)
    first = {name: queries_of(browser, page_of(name)) for name in PAGES}
    assert max(first.values()) <= 12, first
    codes = ("1.1.1", "1.2.1", "1.2.2", "2.1")
    release(revision(table, {(c, m): "1" for c in codes for m in ("CA", "DE", "US")}))
    assert {name: queries_of(browser, page_of(name)) for name in PAGES} == first


def test_an_administrator_and_a_stranger_see_nothing(signed_in, administrator, table):
    stranger = make_user(Role.ADMINISTRATOR)
    for person in (administrator, stranger):
        for path in ("/scores/", *map(page_of, PAGES)):
            assert signed_in(person).get(path).status_code == 404
