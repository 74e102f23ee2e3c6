"""Tests of two bodies side by side."""

from progress.positions.scores.comparison import BodyComparison
from tests.factories import make_body
from tests.progress.assessments.scoring import released_table
from tests.progress.scores.test_reading import reading_of


def test_two_bodies_are_compared_cell_by_cell(stocktake, observer):
    first = released_table(
        make_body(),
        stocktake,
        {("1.1.1", "FR"): "1", ("1.1.1", "JP"): "1", ("2.1", "FR"): "0"},
    )
    second = released_table(
        make_body("policy-institute"),
        stocktake,
        {("1.1.1", "FR"): "-1", ("1.1.1", "JP"): "1", ("2.1", "JP"): "0"},
    )
    comparison = BodyComparison(
        reading_of(first, observer), reading_of(second, observer)
    )
    assert comparison.counts.counts == {
        "same": 1,
        "one_step": 0,
        "two_steps": 1,
        "applies": 0,
        "one_only": 2,
        "neither": 28,
    }
    rows = {row.line.commitment.code: row for row in comparison.rows}
    assert list(rows) == ["1.1.1", "1.2.1", "1.2.2", "2.1"]
    place = [member.code for member in comparison.members].index("FR")
    pair = rows["1.1.1"].pairs[place]
    assert pair.first
    assert pair.second
    assert (pair.first.text, pair.second.text) == ("+1", "\N{MINUS SIGN}1")
    assert pair.agreement == "two_steps"
    agreements = [pair.agreement for row in comparison.rows for pair in row.pairs]
    for name, number in comparison.counts.counts.items():
        assert agreements.count(name) == number
