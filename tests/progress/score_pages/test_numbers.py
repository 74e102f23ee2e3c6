"""Every number of the pages of scores, against a count in whole numbers."""

import pytest

from commitments.models import Commitment, MemberCommitment
from progress.models import State
from tests.factories import (
    make_body,
    make_entry,
    make_plan,
    make_stocktake,
    member_commitment_of,
)
from tests.progress.assessments.hand_checked import LINES, MEMBERS, SCORES
from tests.progress.assessments.recompute import RawCell, ranks, recompute
from tests.progress.assessments.scoring import release, released_table, revision
from tests.progress.reading import words_of
from tests.progress.score_pages.conftest import OTHER, page_of, rows_in

MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"
NAMES = {
    "CA": "Canada", "FR": "France", "DE": "Germany", "IT": "Italy", "JP": "Japan",
    "GB": "United Kingdom", "US": "United States", "EU": "European Union",
}  # fmt: skip
TEXTS = {"1": "+1", "0": "0", "-1": f"{MINUS}1", "not_applicable": "n/a", "": ""}


@pytest.fixture
def expected():
    return recompute(
        RawCell(
            line.commitment,
            member,
            line.action,
            line.sub_area,
            SCORES.get((line.commitment, member), ""),
        )
        for line in LINES
        for member in MEMBERS
    )


def average(share) -> str:
    return share.average.replace("-", MINUS) or DASH


def percentage(share) -> str:
    return f"{share.percentage}%" if share.percentage else DASH


def ranked(shares) -> dict[str, str]:
    return {name: str(rank or DASH) for name, rank in ranks(shares).items()}


def test_every_number_of_a_score_table(signed_in, observer, hand_checked, expected):
    answer = signed_in(observer).get(page_of(plan="hand-checked"))
    rows = rows_in(answer)
    codes = rows[0][1 : 1 + len(NAMES)]
    by_code = {row[0].split()[0]: row[1:] for row in rows[1:] if row[0]}
    place = ranked(expected.commitments)
    for line in LINES:
        code = line.commitment
        share = expected.commitments[code]
        texts = [TEXTS[SCORES.get((code, member), "")] for member in codes]
        figures = [average(share), percentage(share), place[code]]
        assert by_code[code] == [*texts, *figures], code
    areas = ranked(expected.areas)
    for area, share in expected.areas.items():
        figures = [average(share), percentage(share), areas[area]]
        assert by_code[area] == figures, area
    members, of_members = expected.members, ranked(expected.members)
    assert by_code["Average"][:8] == [average(members[code]) for code in codes]
    assert by_code["%"][:8] == [percentage(members[code]) for code in codes]
    assert by_code["Rank"][:8] == [of_members[code] for code in codes]


def test_each_overall_figure_says_which_mean_it_is(
    signed_in, observer, hand_checked, expected
):
    rows = rows_in(signed_in(observer).get(page_of(plan="hand-checked")), 1)[1:]
    names = {"cells": "Mean of all scored cells",
             "commitments": "Mean of the averages of commitments",
             "members": "Mean of the averages of members"}  # fmt: skip
    for row, (name, label) in zip(rows, names.items(), strict=True):
        share = expected.means[name]
        assert row[0].startswith(label)
        figures = [average(share), percentage(share), str(expected.means_of[name])]
        assert row[1:] == figures


def ranking_rows(answer) -> dict[str, list[str]]:
    """Return the rows of the ranking by name: rank, average, percentage."""
    return {row[0]: row[1:4] for row in rows_in(answer, 1)[1:]}


def test_every_number_of_the_rankings(signed_in, observer, hand_checked, expected):
    browser, page = signed_in(observer), page_of("ranking/", plan="hand-checked")
    parts = {"": expected.members, **expected.members_in_areas}
    for area, shares in parts.items():
        shown = ranking_rows(browser.get(page, {"area": area} if area else {}))
        place = ranked(shares)
        for code, share in shares.items():
            row = [place[code], average(share), percentage(share)]
            assert shown[NAMES[code]] == row, (area, code)
    shown = ranking_rows(browser.get(page, {"by": "area"}))
    place = ranked(expected.areas)
    for area, share in expected.areas.items():
        [row] = [row for name, row in shown.items() if name.split()[0] == area]
        assert row == [place[area], average(share), percentage(share)]


def test_the_download_of_a_table_is_recomputed_by_the_script(
    signed_in, observer, hand_checked, check
):
    answer = signed_in(observer).get(page_of(plan="hand-checked"), {"format": "csv"})
    status, said = check(answer.getvalue())
    assert status == 0, said


def test_over_time_has_each_phase_with_the_numbers_of_its_table(
    signed_in, observer, table
):
    release(revision(table, {("1.1.1", "FR"): "-1"}))
    rows = rows_in(signed_in(observer).get(page_of("over-time/")), 1)
    assert [cell.split(",")[0] for cell in rows[0][1:]] == [
        "Stocktake first Interim", "Stocktake first Final",
    ]  # fmt: skip
    by_name = {row[0]: row[1:] for row in rows[1:]}
    assert by_name["France"] == ["0.00", f"{MINUS}1.00"]
    assert by_name["Japan"] == ["0.00", "0.00"]
    assert by_name["Canada"] == [DASH, DASH]
    assert by_name["Mean of all scored cells"] == ["0.00", f"{MINUS}0.67"]


def test_two_bodies_at_two_instants(signed_in, observer, table, other_table,
                                    next_second):  # fmt: skip
    """One body revises after its final table. The other one stays as it is."""
    release(revision(table, {("1.1.1", "FR"): "0"}))
    then = next_second()
    final = type(table).objects.get(body=table.body_id, number=2)
    release(revision(final, {("1.1.1", "FR"): "not_applicable"}))
    browser = signed_in(observer)

    def cell(name: str, body: str, **asked: str) -> str:
        rows = rows_in(browser.get(page_of(name, body), asked))
        [row] = [row for row in rows if row and row[0].startswith("1.1.1")]
        return row[2]

    assert cell("", table.body_id, known_at=then) == "0"
    assert cell("", table.body_id) == "n/a"
    for asked in ({"known_at": then}, {}):
        assert cell("", OTHER, **asked) == f"{MINUS}1"
    for asked, pair in (({"known_at": then}, f"0 / {MINUS}1"), ({}, f"n/a / {MINUS}1")):
        rows = rows_in(browser.get(page_of("compare/"), asked), 1)
        [row] = [row for row in rows if row[0].startswith("1.1.1")]
        assert row[2] == pair


def test_differences_are_picked_out(signed_in, observer, table):
    """No member has reported, so only full compliance differs."""
    browser = signed_in(observer)
    shown = words_of(browser.get(page_of("differences/")))
    assert "1 of 3 scored cells" in shown
    everything = rows_in(browser.get(page_of("differences/"), {"show": "all"}), 1)
    assert len(everything) == 1 + 3
    only = browser.get(page_of("differences/"), {"show": "all", "member": "JP"})
    assert [row[1] for row in rows_in(only, 1)[1:]] == ["Japan"]
    by_degree = browser.get(page_of("differences/"), {"show": "all", "order": "degree"})
    assert rows_in(by_degree, 1)[1][1] == "France"


def test_implemented_that_was_scored_minus_1_is_picked_out(
    signed_in, observer, officer_fr, stocktake
):
    """The status and the score are beside each other, and neither is changed."""
    owed = member_commitment_of(stocktake.plan, "1.1.1", "FR")
    make_entry(
        owed, by=officer_fr, stocktake=stocktake, state=State.PUBLISHED,
        status="implemented", handling="green",
    )  # fmt: skip
    scores = {("1.1.1", "FR"): "-1", ("1.1.1", "JP"): "0", ("2.1", "FR"): "-1"}
    released_table(make_body(), stocktake, scores)
    answer = signed_in(observer).get(page_of("differences/"))
    assert "1 of 3 scored cells" in words_of(answer)
    [row] = rows_in(answer, 1)[1:]
    assert row[0].startswith("1.1.1")
    assert row[1] == "France"
    assert "Implemented" in row[2]
    assert row[3:] == [
        f"{MINUS}1", "Strong The self-report says more than the score",
    ]  # fmt: skip


def test_a_page_of_224_cells_is_small(signed_in, observer, large_scores):
    browser = signed_in(observer)
    for name in ("", "ranking/", "differences/?show=all", "compare/", "over-time/"):
        answer = browser.get(page_of(name, plan=large_scores))
        assert answer.status_code == 200
        assert len(answer.content) <= 100_000, name


@pytest.fixture
def large_scores(coordinator, second_reviewer, members) -> str:
    """Two bodies have scored all 224 cells of a plan of 28 commitments."""
    plan = make_plan("large-plan")
    first = plan.commitments.order_by("position").first()
    assert first is not None
    for number in range(24):
        commitment = Commitment.objects.create(
            plan=plan, action=first.action, sub_area=first.sub_area,
            position=10 + number, code=f"1.1.{number + 2}", text="Do a thing. " * 20,
            short_title=f"A thing of about forty letters, no. {number}",
            is_joint=False,
        )  # fmt: skip
        MemberCommitment.objects.bulk_create(
            MemberCommitment(commitment=commitment, member=member)
            for member in members.values()
        )
    stocktake = make_stocktake(
        plan, by=coordinator, second_reviewer=second_reviewer, slug="large"
    )
    codes = plan.commitments.values_list("code", flat=True)
    scores = {(code, member): "1" for code in codes for member in members}
    others = dict.fromkeys(scores, "-1")
    released_table(make_body(), stocktake, scores)
    released_table(make_body(OTHER), stocktake, others)
    return plan.slug
