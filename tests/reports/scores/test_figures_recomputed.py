"""Every figure of the chapter on scores, recomputed from the report's own CSV file."""

import csv
import random

import pytest

from progress.assessments.arithmetic import SCORE_VALUES
from reports.renderers.scores import printed_bodies
from tests.progress.assessments.recompute import RawCell, ranks, recompute
from tests.progress.assessments.scoring import release, released_table, revision
from tests.reports.scores.test_scores_in_reports import CODES, MEMBERS, SCORES

pytestmark = pytest.mark.django_db(transaction=True)

MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"


def drawn(seed):
    """Return scores by hand, or drawn: with ties, blanks and n/a."""
    if not seed:
        return SCORES
    chance = random.Random(seed)  # noqa: S311 - a test
    places = [(code, member) for code in CODES for member in MEMBERS]
    found = {place: chance.choice(SCORE_VALUES) for place in places}
    return {place: score for place, score in found.items() if score}


def cells_in(content):
    """Return the scores of a file, in another order."""
    rows = list(csv.DictReader(content.decode("utf-8").splitlines()))
    cells = [
        RawCell(row["commitment"], row["member"], row["action"], row["sub_area"],
                row["score:university-observatory"])
        for row in rows
    ]  # fmt: skip
    random.Random(1).shuffle(cells)  # noqa: S311 - a test
    return cells


def printed(share):
    """Return an average and its percentage as a report prints them."""
    if not share.of:
        return [DASH, DASH]
    return [share.average.replace("-", MINUS), f"{share.percentage}%"]


def expected(shares):
    """Return average, percentage, rank and number of scores, by code."""
    ranked = ranks(shares)
    return {
        code: [*printed(share), str(ranked[code] or DASH), share.of]
        for code, share in shares.items()
    }


def found_in(rows):
    return {
        row["code"]: [row["average"], row["percentage"], row["rank"], row["scored"]]
        for row in rows
    }


@pytest.mark.parametrize("seed", range(3))
def test_every_figure_follows_from_the_file(compiled, assessor, stocktake, seed):
    released_table(assessor.body, stocktake, drawn(seed))
    report = compiled()
    again = recompute(cells_in(report.files["csv"]))
    (table,) = report.tables
    assert found_in(table["of_members"]) == expected(again.members)
    assert found_in(table["commitments"]) == expected(again.commitments)
    assert found_in(table["areas"]) == expected(again.areas)
    means = {row["mean"]: row for row in table["means"]}
    assert {*means} == {*again.means}
    for name, share in again.means.items():
        row = means[name]
        assert [row["average"], row["percentage"]] == printed(share)
        assert row["of"] == again.means_of[name]


def test_what_is_printed_are_these_figures(compiled, assessor, stocktake):
    released_table(assessor.body, stocktake, SCORES)
    report = compiled()
    again = recompute(cells_in(report.files["csv"]))
    (body,) = printed_bodies(report.facts)
    tables = {table.name: table for table in body.tables}
    ends = [row[-3:] for row in tables["scores"].rows]
    assert ends == [expected(again.commitments)[code][:3] for code in CODES]
    averages, percentages, ranked = (row[1:-3] for row in tables["scores"].foot)
    members = expected(again.members)
    found = zip(averages, percentages, ranked, strict=True)
    assert [list(one) for one in found] == [members[code][:3] for code in MEMBERS]


def test_a_next_draft_says_which_scores_changed(
    compiled, assessor, stocktake, coordinator, signed_in
):
    first = released_table(assessor.body, stocktake, {("1.1.1", "FR"): "1"})
    compiled()
    release(revision(first, {("1.1.1", "FR"): "-1"}))
    later = compiled().report
    browser = signed_in(coordinator)
    page = browser.get(f"/reports/{later.pk}/").content.decode()
    assert "<li>Scores by assessing bodies</li>" in page
    assert "What changed since draft 1" in page
    assert "1 other score table: University Observatory." in page
    assert "1 other score: University Observatory, 1.1.1" in page
    assert f"+1 → {MINUS}1." in page
    assert "These parts differ" not in page
    changes = browser.get(f"/reports/{later.pk}/changes/").content.decode()
    assert '<th scope="col">Assessing body</th>' in changes
