"""Tests of the charts of scores: what is drawn is what is counted, and readable."""

import re
from datetime import UTC, datetime
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from progress.assessments.figures import ExactAverage
from progress.assessments.text import average_text
from progress.models import Status
from progress.positions.charts.files import STYLE
from progress.positions.plan_table import plan_table
from progress.positions.scores.charts.differences import (
    DRAWN_AS,
    NO_DIFFERENCE,
    difference_chart,
)
from progress.positions.scores.charts.over_time import over_time_chart
from progress.positions.scores.charts.ranking import (
    area_ranking_chart,
    member_ranking_chart,
)
from progress.positions.scores.drawings import (
    MINUS_ONE,
    PLUS_ONE,
    PlottedDot,
    ScaleLabels,
    average_bar,
    dots,
    scale_bar,
)
from progress.positions.scores.over_time import read_over_time
from progress.positions.scores.parts import part_of
from tests.factories import make_body
from tests.progress.assessments.scoring import release, released_table, revision
from tests.progress.scores.test_reading import reading_of
from tests.progress.scores.test_self_reports import beside, reports  # noqa: F401
from tests.source_files import ROOT

HOSTILE = '<script>alert("&")</script>'
LABELS = ScaleLabels("-1", "0", "+1")
averages = st.builds(
    lambda of, points: Fraction(max(-of, min(of, points)), of),
    st.integers(1, 60),
    st.integers(-60, 60),
)


def texts_of(svg: str) -> list[str]:
    """Return the words of a drawing. Raises an error if it is not well formed."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own drawing
    return [each.text or "" for each in root.iter() if each.tag.endswith("text")]


def numbers_of(svg: str, attribute: str) -> list[float]:
    return [float(found) for found in re.findall(rf' {attribute}="([\d.]+)%', svg)]


@given(averages)
def test_a_bar_reaches_from_zero_to_the_average(average):
    number = average_text(ExactAverage(average))
    svg = average_bar(average, number)
    assert texts_of(svg) == [number]
    bar = re.search(r'<g class="mix-substantial">(.*?)</g>', svg)
    assert bar
    if average == 0:
        assert bar[1] == ""
        return
    (x,), (width,) = numbers_of(bar[1], "x"), numbers_of(bar[1], "width")
    end = x + width if average > 0 else x
    assert end == pytest.approx(50 + 50 * float(average), abs=0.02)
    assert (x if average > 0 else x + width) == pytest.approx(50, abs=0.02)
    # The number is on the other side of zero.
    (place,) = numbers_of(svg[svg.index("<text") :], "x")
    assert (place < 50) == (average > 0)


def test_without_an_average_there_is_a_dash_and_no_bar():
    svg = average_bar(None, "–")
    assert texts_of(svg) == ["–"]
    assert "mix-substantial" not in svg


@given(st.lists(st.none() | averages, max_size=14), st.booleans())
def test_a_dot_is_as_high_as_its_average(found, has_beside):
    plotted = [
        PlottedDot(average, average_text(ExactAverage(average)), f"name {place}")
        for place, average in enumerate(found)
    ]
    if not plotted:
        return
    beside = found if has_beside else ()
    svg = dots(plotted, LABELS, described_by="d", beside=beside)
    known = [average for average in found if average is not None]
    texts = texts_of(svg)
    printed = [average_text(ExactAverage(average)) for average in known]
    assert texts[: 3 + len(known)] == ["+1", "0", "-1", *printed]
    named = texts[3 + len(known) :]
    assert named == (
        [dot.name for dot in plotted]
        if len(plotted) <= 6
        else [plotted[0].name, plotted[-1].name]
    )
    squares = re.findall(r"<rect [^>]*/>", svg)
    heights = [numbers_of(square, "y")[0] for square in squares]
    expected = [
        PLUS_ONE + (1 - float(average)) / 2 * (MINUS_ONE - PLUS_ONE)
        for average in known
    ]
    assert heights == pytest.approx(expected, abs=0.01)
    assert svg.count("<circle") == (len(known) if has_beside else 0)


def test_words_in_a_drawing_are_words():
    hostile = ScaleLabels(HOSTILE, HOSTILE, HOSTILE)
    dot = PlottedDot(Fraction(1, 2), HOSTILE, HOSTILE)
    for svg in (
        average_bar(Fraction(1, 2), HOSTILE),
        scale_bar(hostile),
        dots([dot], hostile, described_by=HOSTILE),
    ):
        assert set(texts_of(svg)) == {HOSTILE}
        assert "<script" not in svg


def test_a_drawing_uses_only_styles_that_there_are():
    sheets = "".join(
        path.read_text("utf-8") for path in (ROOT / "static/css").glob("*.css")
    )
    dot = PlottedDot(Fraction(1, 2), "0.50", "May")
    hollow = dot._replace(is_hollow=True)
    svg = average_bar(Fraction(1, 2), "0.50") + dots(
        [dot, hollow], LABELS, described_by="d", beside=[Fraction(), Fraction(1)]
    )
    names = set(re.findall(r'class="([\w-]+)"', svg))
    parts = {f"mix-{part}" for part in (*DRAWN_AS.values(), NO_DIFFERENCE)}
    for name in names | parts:
        assert f".{name}" in sheets, name
        assert name in STYLE, name


def test_the_ranking_shows_the_figures_of_the_table(hand_checked, observer):
    reading = reading_of(hand_checked, observer)
    chart = member_ranking_chart(reading, address="/scores/?stocktake=first")
    numbers = [texts_of(bar.svg) for bar in chart.bars]
    minus = "\N{MINUS SIGN}"
    assert numbers == [
        ["1.00"],
        ["0.25"],
        ["0.13"],
        ["0.13"],
        [f"{minus}0.11"],
        [f"{minus}0.63"],
        [f"{minus}0.63"],
        ["–"],
        ["0.03"],
        [f"{minus}1", "0", "+1"],
    ]
    assert [bar.label for bar in chart.bars][:4] == [
        "1. Japan",
        "2. United Kingdom",
        "3. Canada",
        "3. Germany",
    ]
    assert [bar.label for bar in chart.bars][-3:] == [
        "European Union",
        "Mean of all scored cells",
        "",
    ]
    assert chart.rows[0] == ["Japan", "1", "1.00", "100%", 9]
    assert chart.rows[-1] == ["European Union", "–", "–", "–", 0]
    assert chart.finding == (
        f"Highest average: Japan, 1.00. Lowest average: France, Italy, {minus}0.63."
        " Mean of all scored cells: 0.03."
    )
    assert chart.svg_address == "/scores/?stocktake=first&format=svg"


def test_a_ranking_in_a_sub_area_has_the_mean_of_that_sub_area(hand_checked, observer):
    reading = reading_of(hand_checked, observer)
    chart = member_ranking_chart(part_of(reading, "1.1"), address="/")
    assert texts_of(chart.bars[-2].svg) == ["0.20"]
    areas = area_ranking_chart(reading, address="/")
    assert areas.bars[1].label == "2. Action number 2"
    assert [row[:3] for row in areas.rows] == [
        ["1.1 Border security", "1", "0.20"],
        ["2 Action number 2", "2", "0.12"],
        ["1.2 Aviation security", "3", "\N{MINUS SIGN}0.38"],
        ["3 Action number 3", "–", "–"],
    ]


def test_one_rank_for_all_is_said_once(stocktake, observer):
    table = released_table(make_body(), stocktake, {("1.1.1", "JP"): "1"})
    chart = member_ranking_chart(reading_of(table, observer), address="/")
    assert chart.finding == (
        "Highest average: Japan, 1.00. Mean of all scored cells: 1.00."
    )
    without = {("1.1.1", "JP"): "not_applicable"}
    other = released_table(make_body("policy-institute"), stocktake, without)
    nothing = member_ranking_chart(reading_of(other, observer), address="/")
    assert nothing.finding == "There are no scores to rank."


def test_the_chart_of_differences_counts_every_score(
    stocktake,
    observer,
    reports,  # noqa: F811
):
    given = {("1.1.1", "FR"): "-1", ("1.2.1", "FR"): "0", ("2.1", "JP"): "1"}
    table = released_table(make_body(), stocktake, given)
    reports("1.1.1", Status.IMPLEMENTED)
    reports("1.2.1", Status.LIMITED)
    shown = beside(table, observer)
    chart = difference_chart(shown, address="/")
    assert chart.finding == (
        "2 of 3 scores differ from the self-report, 1 of them strongly."
    )
    assert [bar.label for bar in chart.bars] == ["France", "Japan", "All"]
    drawn = [sum(map(int, texts_of(bar.svg))) for bar in chart.bars]
    assert drawn == [2, 1, 3]
    for row in chart.rows:
        counted = [int(cell) for cell in row[1:]]
        assert sum(counted[:-1]) == counted[-1]
    assert chart.entries == shown.entries
    assert [label for _part, label in chart.key] == [
        "The self-report says more than the score: Strong",
        "The score says more than the self-report: Slight",
        "No difference",
    ]


def test_the_chart_over_time_shows_each_table(stocktake, observer):
    interim = released_table(make_body(), stocktake, {("1.1.1", "JP"): "1"})
    release(revision(interim, {("1.1.1", "FR"): "-1"}))
    now = datetime.now(UTC)
    plan = plan_table(stocktake.plan.slug, on=now.date())
    assert plan
    scores = read_over_time(
        plan, body="university-observatory", reader=observer, at=now, known_at=now
    )
    chart = over_time_chart(scores, address="/")
    assert [row[0] for row in chart.rows] == [
        "Stocktake first, Interim",
        "Stocktake first, Final",
    ]
    assert [row[2:] for row in chart.rows] == [["1.00"] * 3, ["0.00"] * 3]
    assert chart.finding == (
        "Mean of all scored cells in Stocktake first, Final: 0.00."
        " Mean of all scored cells in Stocktake first, Interim: 1.00."
    )
    assert texts_of(chart.plot)[3:5] == ["1.00", "0.00"]
    assert [label for _part, label in chart.key] == ["Final", "Interim"]
    of_japan = over_time_chart(scores, address="/", member="JP")
    assert [row[2] for row in of_japan.rows] == ["1.00", "1.00"]
    assert of_japan.headings[2] == "Japan"
    assert "Japan" in of_japan.note
    assert of_japan.plot.count("<circle") == 2
    unknown = over_time_chart(scores, address="/", member="XX")
    assert unknown.rows == chart.rows


def test_before_the_first_release_the_chart_says_so(plan, observer):
    now = datetime.now(UTC)
    table = plan_table(plan.slug, on=now.date())
    assert table
    scores = read_over_time(table, body="any", reader=observer, at=now, known_at=now)
    chart = over_time_chart(scores, address="/")
    assert chart.finding == "No score table has been released yet."
    assert chart.rows == []


def test_a_chart_is_a_part_of_a_page_and_a_file(hand_checked, observer):
    reading = reading_of(hand_checked, observer)
    chart = member_ranking_chart(reading, address="/scores/")
    page = render_to_string("components/_chart.html", {"chart": chart})
    assert f'aria-labelledby="{chart.finding_id}"' in page
    assert chart.finding in page
    assert page.count("<tr>") == 1 + len(chart.rows)
    ElementTree.fromstring(chart.svg_file(["TLP:GREEN"]))  # noqa: S314 - our own file
    colours = set(re.findall(r"#[0-9a-f]{6}", chart.svg_file([])))
    assert all(_is_neutral_or_blue(colour) for colour in colours)


def _is_neutral_or_blue(colour: str) -> bool:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return blue >= max(red, green) or max(red, green, blue) - min(red, green, blue) < 32
