"""The native charts of a workbook, and that they can be read without colours."""

import re
from itertools import pairwise

import pytest

from reports.renderers.xlsx import render_xlsx
from reports.renderers.xlsx.charts import FILLS, SERIES
from tests.reports.sample_snapshot import sample_snapshot, with_facts, without_entries
from tests.reports.xlsx.xlsx_reading import ReadBook

DIGEST = "5e" * 32
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
MAIN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@pytest.fixture(scope="module")
def snapshot():
    return sample_snapshot()


@pytest.fixture(scope="module")
def book(snapshot):
    return ReadBook(render_xlsx(snapshot, DIGEST))


@pytest.fixture(scope="module")
def charts(book):
    return book.trees("xl/charts/chart")


def text_of(element):
    return "".join(element.itertext())


def test_there_are_charts_by_action_by_member_and_of_then_and_now(charts):
    titles = [text_of(chart.find(f".//{CHART}title")) for chart in charts]
    assert titles == ["Status by action", "Status by member", "Statuses then and now"]


def cells_in(book, reference):
    """Return the values of a column of the sheet of figures."""
    match = re.fullmatch(r"'?Figures'?!\$([A-Z])\$(\d+):\$\1\$(\d+)", reference)
    assert match
    column, rows = ord(match[1]) - ord("A"), book.rows("Figures")
    return [row[column] for row in rows[int(match[2]) - 1 : int(match[3])]]


def test_a_chart_draws_the_numbers_of_the_table_above_it(book, charts, snapshot):
    figures = snapshot["facts"]["figures"]
    drawn = [*figures["actions"], figures["overall"]]
    series = [*charts[0].iter(f"{CHART}ser")]
    assert len(series) == len(SERIES)
    for part, one in zip(SERIES, series, strict=True):
        names = text_of(one.find(f"{CHART}cat/{CHART}strRef/{CHART}f"))
        numbers = text_of(one.find(f"{CHART}val/{CHART}numRef/{CHART}f"))
        assert cells_in(book, names) == [row["name"] for row in drawn]
        expected = [
            row["parts"][part] if part == "not_reported" else row["in_all"][part]
            for row in drawn
        ]
        assert cells_in(book, numbers) == expected
        cached = one.findall(f"{CHART}val//{CHART}pt/{CHART}v")
        assert [int(text_of(value)) for value in cached] == expected


def test_the_alternative_text_of_a_chart_says_its_numbers(book, snapshot):
    overall = snapshot["facts"]["figures"]["overall"]
    _of_qr_code, drawing = book.trees("xl/drawings/drawing")
    texts = [one.get("descr") for one in drawing.iter(f"{DRAWING}cNvPr")]
    assert len(texts) == 3
    assert texts[0].startswith("Status by action. 1 CT Measures: Implemented ")
    assert f"All: Implemented {overall['in_all']['implemented']}, " in texts[0]
    assert f"No released entry {overall['parts']['not_reported']}." in texts[0]
    assert "Then: the stocktake “Autumn 2016”: Implemented " in texts[2]


def test_each_status_can_be_told_without_colours(charts):
    """Its ball is in the legend and beside its number, and it has a border."""
    for one in charts[0].iter(f"{CHART}ser"):
        name = text_of(one.find(f"{CHART}tx//{CHART}v"))
        labels = one.find(f"{CHART}dLbls/{CHART}numFmt").get("formatCode")
        assert labels == f'"{name[0]} "0;;;'
        assert one.find(f"{CHART}spPr/{MAIN}ln") is not None
    names = [text_of(one) for one in charts[0].findall(f".//{CHART}tx//{CHART}v")]
    assert len({name[0] for name in names}) == len(SERIES)


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_steps_of_the_scale_are_darker_the_more_is_done():
    steps = [luminance(FILLS[part]) for part in SERIES[:4]]
    contrasts = [(light + 0.05) / (dark + 0.05) for dark, light in pairwise(steps)]
    assert min(contrasts) >= 1.4


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_numbers_have_enough_contrast_in_every_stretch(charts):
    for one in charts[0].iter(f"{CHART}ser"):
        [fill] = [
            paint.get("val")
            for paint in one.findall(f"{CHART}spPr/{MAIN}solidFill/{MAIN}srgbClr")
        ]
        ink = one.find(f"{CHART}dLbls//{MAIN}defRPr//{MAIN}srgbClr").get("val")
        assert contrast(f"#{fill}", f"#{ink}") >= 4.5


def test_narrow_stretches_have_no_number(snapshot):
    """Two numbers next to each other would otherwise be printed over each other."""
    figures = snapshot["facts"]["figures"]
    first, *others = figures["actions"]
    narrow = {**first, "in_all": {**first["in_all"], "implemented": 1}}
    changed = with_facts(snapshot, figures={**figures, "actions": [narrow, *others]})
    book = ReadBook(render_xlsx(changed, DIGEST))
    implemented, *rest = book.trees("xl/charts/chart")[0].iter(f"{CHART}ser")
    assert hidden_numbers(implemented) == [0]
    assert [hidden_numbers(one) for one in rest] == [[]] * 5


def hidden_numbers(series):
    """Return the places in a series whose number is not shown."""
    return [
        int(label.find(f"{CHART}idx").get("val"))
        for label in series.iter(f"{CHART}dLbl")
        if label.find(f"{CHART}delete") is not None
    ]


def test_a_report_without_entries_has_its_charts_and_tables():
    book = ReadBook(render_xlsx(without_entries(sample_snapshot()), DIGEST))
    charts = book.trees("xl/charts/chart")
    assert len(charts) == 3
    assert book.table("Evidence")[0]["Commitment"] == "None."
