"""Tests of the work page: the list of cells, and the open cell with its form."""

import pytest
from django.urls import reverse

from progress.actions.assessments.tables import begin_table, discard_table
from progress.models import AssessmentTable, Handling, State
from tests.factories import make_body, make_entry, member_commitment_of
from tests.progress.assessments.scoring import (
    cell,
    make_table,
    release,
    score,
    table_in_feedback,
)
from tests.progress.editing import page
from tests.progress.reading import words_of

CELLS = 32


def url_of(table, query=""):
    return f"/assessing/{table.pk}/{query}"


def listed(answer):
    """Return the cells of the list in their order, by member and code."""
    work = answer.context["work"]
    groups = [*work.to_score, *work.scored]
    return [(one.member, one.code) for group in groups for one in group.cells]


# ---- The list ------------------------------------------------------------------------


def test_unscored_cells_come_first_then_the_plan_and_the_members_in_order(
    table, browser
):
    score(table, {("1.1.1", "CA"): "1", ("1.1.1", "EU"): "-1"})
    answer = browser.get(url_of(table))
    in_order = listed(answer)
    assert len(in_order) == CELLS
    assert in_order[:3] == [("FR", "1.1.1"), ("DE", "1.1.1"), ("IT", "1.1.1")]
    assert in_order[-2:] == [("CA", "1.1.1"), ("EU", "1.1.1")]
    assert f"2 of {CELLS} scored" in words_of(answer)
    assert answer.context["work"].percent == 6


def test_list_shows_each_score_and_which_has_no_rationale(table, browser):
    score(table, {("1.1.1", "CA"): "-1", ("1.1.1", "FR"): "not_applicable"})
    score(table, {("1.1.1", "DE"): "1"}, rationale=" ")
    shown = words_of(browser.get(url_of(table)))
    assert "Canada −1" in shown
    assert "France n/a" in shown
    assert "Germany +1 no rationale" in shown


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?member=FR", 4),
        ("?commitment=1.1.1", 8),
        ("?member=FR&commitment=1.1.1", 1),
        ("?state=scored", 2),
        ("?state=incomplete", 1),
        ("?state=unscored", CELLS - 2),
        ("?member=ZZ&state=nothing&commitment=9.9", CELLS),
    ],
)
def test_list_can_be_narrowed(table, browser, query, count):
    score(table, {("1.1.1", "FR"): "1"})
    score(table, {("1.2.1", "FR"): "1"}, rationale=" ")
    answer = browser.get(url_of(table, query))
    assert answer.status_code == 200
    assert len(listed(answer)) == count


def test_a_list_without_a_match_says_so(table, browser):
    shown = words_of(browser.get(url_of(table, "?state=scored")))
    assert "No cell matches these filters" in shown


def test_filters_stay_from_one_cell_to_the_next(table, browser):
    answer = browser.get(url_of(table, "?member=FR"))
    assert answer.context["after"]["url"].startswith(url_of(table, "?member=FR&cell="))
    assert answer.context["action_url"].endswith("?member=FR")


@pytest.mark.parametrize(
    "asked", ["", "nonsense", "00000000-0000-0000-0000-000000000000"]
)
def test_without_a_known_cell_the_first_unscored_one_opens(table, browser, asked):
    score(table, {("1.1.1", "CA"): "1"})
    answer = browser.get(url_of(table, f"?cell={asked}"))
    mine = answer.context["mine"]
    assert (mine.member_id, mine.commitment.code) == ("FR", "1.1.1")


# ---- The open cell -------------------------------------------------------------------


def test_cell_is_beside_the_wording_the_guideline_and_the_self_report(
    table, browser, plan, officer_jp
):
    mine = member_commitment_of(plan, "1.2.1", "JP")
    make_entry(mine, by=officer_jp, state=State.PUBLISHED, narrative="We share names.")
    chosen = cell(table, "1.2.1", "JP")
    answer = browser.get(url_of(table, f"?cell={chosen.pk}"))
    shown = words_of(answer)
    assert "Bolster information sharing among authorities." in shown
    assert "Full compliance with 1.2.1: a law and a report." in shown
    assert "What Japan reports" in shown
    assert "We share names." in shown
    assert 'class="official"' in page(answer)


def test_amber_text_is_not_beside_the_cell(table, browser, plan, officer_jp):
    mine = member_commitment_of(plan, "1.2.1", "JP")
    make_entry(
        mine,
        by=officer_jp,
        state=State.PUBLISHED,
        handling=Handling.AMBER,
        narrative="A secret.",
    )
    chosen = cell(table, "1.2.1", "JP")
    shown = words_of(browser.get(url_of(table, f"?cell={chosen.pk}")))
    assert "A secret." not in shown
    assert "No released entry" in shown


def test_cell_without_a_guideline_says_what_to_do(stocktake, assessor, browser, now):
    table = begin_table(body=assessor.body, stocktake=stocktake, by=assessor, at=now)
    shown = words_of(browser.get(url_of(table)))
    assert "Your body has not published a guideline for this commitment yet." in shown
    assert "Write or publish guidelines" in shown


def test_keys_choose_the_scores(table, browser):
    shown = page(browser.get(url_of(table)))
    for keys in ("1 +", "0", "- −", "n"):
        assert f'data-keys="{keys}"' in shown
    assert 'data-key="c"' in shown
    assert 'data-key="r"' in shown
    assert "Choose the score +1, 0, −1 or n/a" in shown


def test_first_and_last_cell_have_one_neighbour(table, browser):
    first = browser.get(url_of(table))
    assert first.context["before"] is None
    last = cell(table, "2.1", "EU")
    answer = browser.get(url_of(table, f"?cell={last.pk}"))
    assert answer.context["after"] is None
    assert answer.context["place"] == CELLS


# ---- Who, and in which state ---------------------------------------------------------


@pytest.mark.parametrize(
    "role",
    ["officer_jp", "head_jp", "coordinator", "observer", "administrator",
     "other_assessor"],
)  # fmt: skip
@pytest.mark.parametrize("state", ["draft", "in_feedback", "released", "discarded"])
def test_pages_of_a_body_do_not_exist_for_others(
    request, assessor, stocktake, signed_in, role, state
):
    body = assessor.body
    if state == "in_feedback":
        table = table_in_feedback(body, stocktake)
    else:
        table = make_table(body, stocktake)
        score(table, {("1.1.1", "FR"): "1"})
    if state == "released":
        table = release(table)
    if state == "discarded":
        discard_table(table=table, by=assessor, at=table.began_at)
    one = cell(table, "1.1.1", "FR")
    browser = signed_in(request.getfixturevalue(role))
    for name, where in (
        ("table", []), ("cell", [one.pk]), ("comments", []), ("release", []),
        ("feedback", []), ("revise", []), ("discard", []),
    ):  # fmt: skip
        url = reverse(f"progress:assessing-{name}", args=[table.pk, *where])
        assert browser.get(url).status_code == 404, name
        assert browser.post(url, {"version": 1}).status_code in {404, 405}, name
    assert browser.post(f"{url_of(table)}cells/{one.pk}/autosave/").status_code == 404
    assert AssessmentTable.objects.get(pk=table.pk).state == state


def test_table_in_feedback_is_shown_without_a_form(assessor, stocktake, browser):
    table = table_in_feedback(assessor.body, stocktake)
    answer = browser.get(url_of(table, f"?cell={cell(table, '1.1.1', 'FR').pk}"))
    shown = words_of(answer)
    assert "Delegations can comment on this table" in shown
    assert "FR on 1.1.1: it reported in spring." in shown
    assert 'id="editor"' not in page(answer)
    assert "Revise the table" in shown
    assert "Comments of delegations" in shown


def test_released_table_links_its_public_page(table, browser):
    score(table, {("1.1.1", "FR"): "1"})
    release(table)
    answer = browser.get(url_of(table))
    assert "Released on" in words_of(answer)
    names = [table.stocktake.plan.slug, table.body_id]
    public = reverse("progress:score-table", args=names)
    assert f'href="{public}?stocktake={table.stocktake.slug}"' in page(answer)
    assert browser.get(public).status_code == 200
    assert 'id="editor"' not in page(answer)


def test_a_complete_table_says_what_comes_next(stocktake, assessor, browser, table):
    every = {
        (owed.member_commitment.commitment.code, owed.member_commitment.member_id): "0"
        for owed in table.assessments.select_related("member_commitment__commitment")
    }
    score(table, every)
    shown = words_of(browser.get(url_of(table)))
    assert "Every cell is scored" in shown
    assert "You can open the table for feedback, or release it." in shown


def test_bodies_have_tables_of_their_own(table, stocktake, signed_in, other_assessor):
    theirs = make_table(make_body("policy-institute"), stocktake)
    browser = signed_in(other_assessor)
    assert browser.get(url_of(theirs)).status_code == 200
    assert browser.get(url_of(table)).status_code == 404


def test_page_takes_few_queries(table, browser, django_assert_max_num_queries):
    score(table, {("1.1.1", "FR"): "1", ("1.1.1", "JP"): "0"})
    browser.get(url_of(table))
    with django_assert_max_num_queries(12):
        browser.get(url_of(table, f"?cell={cell(table, '1.1.1', 'FR').pk}"))
