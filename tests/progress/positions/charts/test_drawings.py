"""Tests of the drawings: what is drawn adds up, and nothing in it is code."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from progress.positions.charts.columns import GROUND, TOP, Column, columns
from progress.positions.charts.files import STYLE, FileRow, FileText, chart_file
from progress.positions.drawings import PartOfBar, bar
from progress.positions.figures import PARTS, Arrival, TimeInForce, count_reached
from tests.source_files import ROOT

START = datetime(2026, 3, 1, tzinfo=UTC)
HOSTILE = '<script>alert("&")</script>'
parts_of_columns = st.lists(
    st.builds(
        PartOfBar, st.sampled_from(PARTS), st.just("a part"), st.integers(1, 200)
    ),
    max_size=7,
)
instants = st.integers(0, 20).map(lambda days: START + timedelta(days=days))
stretches = st.builds(
    lambda start, length: TimeInForce(
        start, None if length is None else start + timedelta(days=length)
    ),
    instants,
    st.none() | st.integers(0, 5),
)
arrivals = st.builds(Arrival, st.lists(stretches, max_size=3), st.none() | instants)


@given(st.lists(parts_of_columns, min_size=1, max_size=12))
def test_a_column_is_as_high_as_the_sum_of_its_parts(drawn):
    most = max(sum(part.cells for part in parts) for parts in drawn) or 1
    svg = columns(
        [Column(parts) for parts in drawn], most=most, key="k", described_by="d"
    )
    plain = re.findall(r'<g class="mix-\w+"><rect x[^>]* height="([\d.]+)%"', svg)
    heights = iter(map(float, plain))
    for parts in drawn:
        height = sum(next(heights) for _part in parts)
        share = sum(part.cells for part in parts) / most
        assert abs(height - share * (GROUND - TOP)) < 0.01 * len(parts) + 0.01
    assert next(heights, None) is None


@given(st.lists(arrivals, max_size=12), st.lists(instants, max_size=6))
def test_each_member_commitment_counts_once_at_each_instant(known, asked):
    for instant, reached in zip(asked, count_reached(known, asked), strict=True):
        published = [
            one
            for one in known
            if any(_is_in_force(stretch, instant) for stretch in one.published)
        ]
        waiting = [
            one
            for one in known
            if one not in published
            and one.received_at is not None
            and one.received_at <= instant
        ]
        assert reached.published == len(published)
        assert reached.submitted == len(waiting)
        assert reached.published + reached.submitted <= len(known)


def _is_in_force(stretch: TimeInForce, instant: datetime) -> bool:
    return not (instant < stretch.start or (stretch.end and stretch.end <= instant))


def test_a_file_is_well_formed_and_takes_words_as_words():
    part = PartOfBar("implemented", HOSTILE, 3)
    plot = columns(
        [Column([part], label=HOSTILE, number=HOSTILE)],
        most=3,
        key="chart-days",
        described_by=HOSTILE,
    )
    text = FileText(HOSTILE, HOSTILE, [("implemented", HOSTILE)], [HOSTILE * 20])
    row = FileRow(HOSTILE, bar([part], has_numbers=True))
    svg = chart_file(text, [row], plot)
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    assert "<script" not in svg
    assert root.findtext("{http://www.w3.org/2000/svg}title") == HOSTILE
    assert not re.search(r"(href|src|@import|url\((?!#))", svg)


def test_a_file_has_the_colours_of_the_light_theme():
    tokens = (ROOT / "static/css/tokens.css").read_text("utf-8")
    light = tokens.split("prefers-color-scheme: dark")[0]
    assert set(re.findall(r"#[0-9a-f]{6}", STYLE)) <= set(
        re.findall(r"#[0-9a-f]{6}", light)
    )
