"""Tests of averages, percentages and ranks: by hand, and against other counts."""

import random
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.assessments.arithmetic import (
    SCORE_VALUES,
    dense_ranks,
    hundredths,
    mean,
    percentage,
    tally,
)
from progress.assessments.figures import (
    MEAN_NAMES,
    ExactAverage,
    ScoreFigure,
    TableFigures,
    figures_of,
)
from tests.progress.assessments.hand_checked import (
    EXPECTED,
    LINES,
    MEMBERS,
    SCORES,
    ExpectedFigure,
)
from tests.progress.assessments.recompute import RawCell, Share, ranks, recompute

scores = st.sampled_from(SCORE_VALUES)
tables = st.fixed_dictionaries(
    {(line.commitment, member): scores for line in LINES for member in MEMBERS}
)
averages = st.builds(
    lambda of, points: Fraction(max(-of, min(of, points)), of),
    st.integers(1, 400),
    st.integers(-400, 400),
)
few_averages = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=2),
    st.none() | st.sampled_from([Fraction(part, 8) for part in range(-8, 9)]),
    max_size=12,
)


def raw_cells(table, lines=LINES):
    return [
        RawCell(line.commitment, member, line.action, line.sub_area, score)
        for line in lines
        for (commitment, member), score in table.items()
        if commitment == line.commitment
    ]


def figure_by_hand(figures: TableFigures, expected: ExpectedFigure) -> ScoreFigure:
    if expected.area:
        return figures.members_in_areas[expected.area][expected.name]
    by_kind = {
        "member": figures.members,
        "commitment": figures.commitments,
        "area": figures.areas,
        "action": figures.actions,
    }
    return by_kind[expected.kind][expected.name]


def printed(figure: ExactAverage) -> tuple[str, str]:
    percent = figure.percentage
    return figure.decimal, "" if percent is None else str(percent)


@pytest.mark.parametrize(
    "expected",
    [each for each in EXPECTED if each.kind != "mean"],
    ids=lambda each: f"{each.kind}-{each.area or 'all'}-{each.name}",
)
def test_each_figure_of_the_table_is_what_a_person_worked_out(expected):
    figure = figure_by_hand(figures_of(LINES, MEMBERS, SCORES), expected)
    assert printed(figure) == (expected.average, expected.percentage)
    points = figure.tally.counts["1"] - figure.tally.counts["-1"]
    assert (figure.scored, points) == (expected.scored, expected.points)
    assert (figure.rank or "") == (int(expected.rank) if expected.rank else "")


def test_the_three_means_differ_and_each_is_what_a_person_worked_out():
    figures = figures_of(LINES, MEMBERS, SCORES)
    by_hand = {each.name: each for each in EXPECTED if each.kind == "mean"}
    assert tuple(by_hand) == tuple(figures.means) == MEAN_NAMES
    for name, mean_of in figures.means.items():
        expected = by_hand[name]
        assert printed(mean_of) == (expected.average, expected.percentage)
        assert (mean_of.name, mean_of.of) == (name, expected.scored)
    assert [each.fraction for each in figures.means.values()] == [
        "1/29",
        "11/210",
        "5/252",
    ]


def test_every_figure_of_the_table_was_worked_out_by_hand():
    figures = figures_of(LINES, MEMBERS, SCORES)
    every = [
        *figures.members.values(),
        *figures.commitments.values(),
        *figures.areas.values(),
        *figures.actions.values(),
        *(one for area in figures.members_in_areas.values() for one in area.values()),
        *figures.means.values(),
    ]
    assert len(every) == len(EXPECTED)


@pytest.mark.parametrize(
    ("average", "expected"),
    [
        (Fraction(1, 8), "0.13"),
        (Fraction(-1, 8), "-0.13"),
        (Fraction(5, 8), "0.63"),
        (Fraction(-5, 8), "-0.63"),
        (Fraction(3, 8), "0.38"),
        (Fraction(7, 8), "0.88"),
        (Fraction(-1, 8) - Fraction(1, 10**12), "-0.13"),
        (Fraction(-1, 8) + Fraction(1, 10**12), "-0.12"),
        (Fraction(1), "1.00"),
        (Fraction(-1), "-1.00"),
        (Fraction(0), "0.00"),
        # Too little to print has no sign either.
        (Fraction(-1, 224), "0.00"),
        (Fraction(-1, 200), "-0.01"),
    ],
)
def test_an_average_is_rounded_half_away_from_zero(average, expected):
    assert ExactAverage(average).decimal == expected


@pytest.mark.parametrize(
    ("average", "expected"),
    [
        (Fraction(1, 4), 63),
        (Fraction(-3, 4), 13),
        (Fraction(1), 100),
        (Fraction(-1), 0),
        (Fraction(0), 50),
        # 0.125 is printed as 0.13, which would be 57 (56.5).
        (Fraction(1, 8), 56),
        (Fraction(-99, 100), 1),
    ],
)
def test_a_percentage_is_of_the_exact_average_and_rounded_half_up(average, expected):
    assert percentage(average) == expected


def test_averages_that_are_printed_alike_need_not_share_a_rank():
    close = {"a": Fraction(2, 7), "b": Fraction(29, 100), "c": Fraction(4, 14)}
    assert {hundredths(average) for average in close.values()} == {29}
    assert dense_ranks(close) == {"a": 2, "b": 1, "c": 2}


def test_what_is_no_score_is_refused():
    with pytest.raises(KeyError):
        tally(["2"])


def test_nothing_has_no_average():
    assert tally([]).average is None
    assert tally(["", "not_applicable"]).average is None
    assert mean([None]) is None
    assert ExactAverage(None).decimal == ExactAverage(None).fraction == ""
    assert ExactAverage(None).percentage is None


@given(averages)
def test_rounding_agrees_with_decimals(average):
    with localcontext() as context:
        context.prec = 60
        size = Decimal(abs(average.numerator)) / average.denominator
        rounded = size.quantize(Decimal("0.01"), ROUND_HALF_UP)
        share = Decimal(average.numerator + average.denominator) * 50
        percent = (share / average.denominator).quantize(Decimal(1), ROUND_HALF_UP)
    sign = -1 if average < 0 else 1
    assert hundredths(average) == sign * int(rounded * 100)
    assert percentage(average) == int(percent)
    assert 0 <= percentage(average) <= 100


@given(few_averages)
def test_ranks_are_dense_and_follow_the_averages(named):
    found = dense_ranks(named)
    assert list(found) == list(named)
    assert {name for name in named if found[name] is None} == {
        name for name in named if named[name] is None
    }
    used = {rank for rank in found.values() if rank is not None}
    assert used == set(range(1, len(used) + 1))
    for one, first in named.items():
        for other, second in named.items():
            if first is not None and second is not None:
                higher = (found[one] or 0) < (found[other] or 0)
                assert higher == (first > second)


@given(st.lists(scores))
def test_an_average_is_between_the_ends_of_the_scale(cells):
    counted = tally(cells)
    assert counted.cells == len(cells)
    assert list(counted.counts) == list(SCORE_VALUES)
    average = counted.average
    assert (average is None) == (counted.scored == 0)
    assert average is None or -1 <= average <= 1


def shares_of(figures):
    return {name: (*printed(figure), figure.scored) for name, figure in figures.items()}


def expected_of(shares):
    return {
        name: (share.average, share.percentage, share.of)
        for name, share in shares.items()
    }


@given(tables)
def test_every_figure_agrees_with_a_count_in_whole_numbers(table):
    figures = figures_of(LINES, MEMBERS, table)
    again = recompute(raw_cells(table))
    for ours, theirs, is_ranked in (
        (figures.members, again.members, True),
        (figures.commitments, again.commitments, True),
        (figures.areas, again.areas, True),
        (figures.actions, again.actions, False),
        *(
            (figures.members_in_areas[area], again.members_in_areas[area], True)
            for area in figures.areas
        ),
    ):
        assert shares_of(ours) == expected_of(theirs)
        expected = ranks(theirs) if is_ranked else dict.fromkeys(theirs)
        assert {name: figure.rank for name, figure in ours.items()} == expected
    assert {name: printed(mean_of) for name, mean_of in figures.means.items()} == {
        name: (share.average, share.percentage) for name, share in again.means.items()
    }
    assert {
        name: mean_of.of for name, mean_of in figures.means.items()
    } == again.means_of


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_figure(table, shuffler: random.Random):
    figures = figures_of(LINES, MEMBERS, table)
    lines, members, cells = list(LINES), list(MEMBERS), list(table.items())
    for each in (lines, members, cells):
        shuffler.shuffle(each)
    again = figures_of(lines, members, dict(cells))
    assert again == figures
    assert list(again.members) == members
    assert list(again.commitments) == [line.commitment for line in lines]


def test_a_commitment_that_does_not_bind_a_member_has_no_cell_for_it():
    table = {key: score for key, score in SCORES.items() if key != ("1.1.1", "JP")}
    figures = figures_of(LINES, MEMBERS, table)
    assert figures.cells.cells == len(SCORES) - 1
    assert figures.members["JP"].scored == 8
    assert figures.commitments["1.1.1"].decimal == "0.33"


def test_the_second_count_rounds_by_hand_too():
    assert Share(1, 8).average == "0.13"
    assert Share(-5, 8).average == "-0.63"
    assert Share(-1, 224).average == "0.00"
    assert Share(1, 4).percentage == "63"
    assert ranks({"a": Share(1, 2), "b": Share(2, 4), "c": Share(0, 1)}) == {
        "a": 1,
        "b": 1,
        "c": 2,
    }
