"""Tests of the files of score pages, and of docs/check_scores.py on them."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import Scope
from api.resources.scores.figures import _all_figures
from progress.assessments.arithmetic import SCORE_VALUES
from progress.assessments.text import counting_rule
from progress.entries.downloads import AskedFor
from progress.models import Handling, Status
from progress.positions.plan_table import plan_table
from progress.positions.scores.comparison import BodyComparison
from progress.positions.scores.downloads import (
    comparison_file,
    difference_file,
    facts_of,
    over_time_file,
    ranking_file,
    score_table_file,
)
from progress.positions.scores.over_time import read_over_time
from progress.positions.scores.reading import ScoreReading, plan_figures
from progress.sheets.table_files import table_csv, table_xlsx
from tests.factories import make_body
from tests.progress.assessments.hand_checked import EXPECTED, SCORES
from tests.progress.assessments.scoring import released_table
from tests.progress.scores.test_reading import reading_of
from tests.progress.scores.test_self_reports import beside, reports  # noqa: F401

LANGUAGES = [code for code, _name in settings.LANGUAGES]
MINUS = "\N{MINUS SIGN}"


def asked(*tables) -> AskedFor:
    return AskedFor(facts_of(*tables), "/scores/", ["scores"])


def csv_of(table) -> bytes:
    return b"".join(table_csv(table))


def rows_of(content: bytes) -> list[list[str]]:
    """Return the rows below the headings, and the headings first."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return rows[rows.index([]) + 1 :]


def score_csv(reading) -> bytes:
    return csv_of(score_table_file(reading, asked(reading.table)))


def data_of(reading):
    """Return the figures of a table as an answer of the API has them."""
    return {"id": str(reading.table.pk), "figures": _all_figures(reading.figures)}


def test_the_file_has_the_figures_that_a_person_worked_out(hand_checked, observer):
    headings, *rows = rows_of(score_csv(reading_of(hand_checked, observer)))
    assert headings[:4] == ["Action", "Sub-area", "Commitment", "Short title"]
    assert headings[4:6] == ["Canada (CA)", "France (FR)"]
    assert headings[-4:] == ["Average", "Percentage", "Rank", "Scores counted"]
    by_code = {row[2]: row for row in rows if row[2]}
    for expected in EXPECTED:
        if expected.kind == "commitment":
            row = by_code[expected.name]
            average = expected.average.replace("-", MINUS) or "–"
            percentage = f"{expected.percentage}%" if expected.percentage else "–"
            rank, scored = expected.rank or "–", str(expected.scored)
            assert row[-4:] == [average, percentage, rank, scored]
    first = dict(zip(headings, by_code["1.1.1"], strict=True))
    assert first["Canada (CA)"] == "'+1"
    assert first["Italy (IT)"] == f"{MINUS}1"
    assert first["European Union (EU)"] == "n/a"
    assert by_code["3.1"][4:12] == [""] * 8
    below = [row for row in rows if not any(row[:3])]
    assert [row[3] for row in below] == [
        "Average",
        "Percentage",
        "Rank",
        "Scores counted",
        "Mean of all scored cells",
        "Mean of the averages of commitments",
        "Mean of the averages of members",
    ]
    assert [row[-4:] for row in below[-3:]] == [
        ["0.03", "52%", "", "58"],
        ["0.05", "53%", "", "9"],
        ["0.02", "51%", "", "7"],
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_finds_every_figure_true_in_every_language(
    language, hand_checked, observer, check
):
    reading = reading_of(hand_checked, observer)
    with translation.override(language):
        content = score_csv(reading)
    code, said = check(content, {"results": [data_of(reading)]})
    assert (code, said.splitlines()) == (0, ["80 cells, 117 figures checked"])


def test_the_script_reads_the_list_of_the_api_too(hand_checked, observer, check):
    reading = reading_of(hand_checked, observer)
    lines = ["commitment,member,score,rationale"]
    lines += [f"{code},{member},{score},x" for (code, member), score in SCORES.items()]
    content = "\n".join(lines).encode()
    code, said = check(content, data_of(reading))
    assert (code, said.splitlines()) == (0, ["80 cells, 57 figures checked"])
    assert check(content)[0] != 0
    assert "a cell twice" in check(content + b"\n1.1.1,FR,1,x")[1]


def test_the_script_finds_each_wrong_figure_of_a_download(
    hand_checked, observer, check
):
    content = score_csv(reading_of(hand_checked, observer))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    start = rows.index([]) + 2
    planted = 0
    for place, row in enumerate(rows[start:], start):
        # The figures beside a commitment, and one of each row below them.
        columns = range(len(row) - 4, len(row)) if row[2] else [len(row) - 4, 4]
        for column in columns:
            if not row[column]:
                continue
            wrong = [list(each) for each in rows]
            wrong[place][column] = "7" if row[column] != "7" else "8"
            buffer = io.StringIO(newline="")
            csv.writer(buffer).writerows(wrong)
            planted += 1
            if planted % 5 == 0:
                code, said = check(buffer.getvalue().encode())
                assert code == 1, (place, column)
                # The row of an action without sub-areas is that of an area too.
                assert 1 <= said.count("not 7") + said.count("not 8") <= 2, said
    assert planted > 50


def test_the_script_finds_each_wrong_figure_of_a_json_file(
    hand_checked, observer, check
):
    reading = reading_of(hand_checked, observer)
    content = score_csv(reading)
    for kind, place, field, value in (
        ("members", 0, "average", "0.99"),
        ("members", 0, "numerator", 3),
        ("commitments", 5, "rank", 2),
        ("areas", 3, "percentage", 0),
        ("means", 2, "of", 8),
    ):
        data = data_of(reading)
        data["figures"][kind][place][field] = value
        code, said = check(content, data)
        assert code == 1
        assert said.splitlines()[0].startswith(kind)
        assert "Not true: 1 findings." in said
    other = {**data_of(reading), "id": "another table"}
    code, said = check(content, other)
    assert "no figures of this table" in said
    assert code != 0


@pytest.mark.parametrize("typed", ["-", "+", "2", "0.5", "yes"])
def test_the_script_refuses_what_is_no_score(typed, hand_checked, observer, check):
    content = score_csv(reading_of(hand_checked, observer))
    code, said = check(content.replace(b"'+1", typed.encode(), 1))
    assert code != 0
    assert "is no score" in said


@given(st.lists(st.sampled_from(SCORE_VALUES), min_size=80, max_size=80))
@hypothesis_settings(max_examples=5, deadline=None)
def _any_table_passes(reading, check, drawn):
    keys = list(reading.cells)
    cells = {
        key: reading.cells[key]._replace(score=score)
        for key, score in zip(keys, drawn, strict=True)
    }
    other = ScoreReading(
        reading.table, reading.plan, cells, plan_figures(reading.plan, cells)
    )
    code, said = check(score_csv(other), data_of(other))
    assert code == 0, said


def test_any_table_passes_the_script(hand_checked, observer, check):
    reading = reading_of(hand_checked, observer)
    _any_table_passes(reading, check)


def test_a_file_for_a_key_of_one_instrument_has_no_figures(
    hand_checked, observer, check
):
    observer.scopes = frozenset({Scope.READ_GREEN})
    observer.instrument_owner = "interpol"
    content = score_csv(reading_of(hand_checked, observer))
    headings, *rows = rows_of(content)
    assert len(headings) == 4 + 8
    assert all(row[2] for row in rows)
    assert "no figures to check" in check(content)[1]


def test_a_file_says_what_it_is_of(hand_checked, observer):
    content = score_csv(reading_of(hand_checked, observer)).decode("utf-8-sig")
    about = dict(csv.reader(content.split("\r\n\r\n")[0].splitlines()))
    assert about["Handling"] == "TLP:GREEN"
    assert about["Assessing body"] == "University Observatory"
    assert about["Phase"] == "Final"
    assert about["How it is counted"] == counting_rule()
    assert about["Score table"] == str(hand_checked.pk)


def test_every_page_has_a_workbook(hand_checked, observer):
    reading = reading_of(hand_checked, observer)
    table = score_table_file(reading, asked(hand_checked))
    assert table_xlsx(table).startswith(b"PK")
    ranked = reading.ranked_members()
    ranking = ranking_file(reading, ranked, asked(hand_checked), of="Member")
    _headings, *rows = rows_of(csv_of(ranking))
    assert rows[0] == ["Japan", "1", "1.00", "100%", "9"]
    assert len(rows) == ranking.count == 8


def test_a_file_of_differences_has_the_strictest_mark(
    stocktake,
    observer,
    coordinator,
    reports,  # noqa: F811
):
    given = {("1.1.1", "FR"): "-1", ("2.1", "FR"): "1"}
    table = released_table(make_body(), stocktake, given, handling="clear")
    reports("1.1.1", Status.IMPLEMENTED, handling=Handling.AMBER)
    for reader, mark, status in (
        (observer, "TLP:GREEN", "No released entry"),
        (coordinator, "TLP:AMBER", "Implemented"),
    ):
        shown = beside(table, reader)
        file = difference_file(shown, shown.cells, asked(table))
        assert file.about[0] == ("Handling", mark)
        _headings, first, second = rows_of(csv_of(file))
        assert first[4:7] == ["FR", "France", status]
        assert first[8] == f"{MINUS}1"
        assert second[8] == "'+1"
    assert first[9:] == ["The self-report says more than the score", "Strong"]


def test_only_an_amber_file_says_that_nothing_is_reported(
    stocktake,
    coordinator,
    reports,  # noqa: F811
):
    given = {("1.1.1", "FR"): "-1", ("2.1", "FR"): "1"}
    table = released_table(make_body(), stocktake, given, handling="clear")
    for handling, mark, nothing in (
        (Handling.CLEAR, "TLP:GREEN", "No released entry"),
        (Handling.AMBER, "TLP:AMBER", "Not reported"),
    ):
        reports("1.1.1", Status.IMPLEMENTED, handling=handling)
        shown = beside(table, coordinator)
        # The chart of the page counts what a filter leaves out.
        file = difference_file(shown, shown.differing[1:], asked(table))
        assert file.about[0] == ("Handling", mark)
        _headings, only = rows_of(csv_of(file))
        assert only[6] == nothing


def test_a_file_over_time_and_one_of_two_bodies(hand_checked, observer):
    now = datetime.now(UTC)
    plan = plan_table(hand_checked.stocktake.plan.slug, on=now.date())
    assert plan
    scores = read_over_time(
        plan, body="university-observatory", reader=observer, at=now, known_at=now
    )
    headings, row = rows_of(csv_of(over_time_file(scores, asked(hand_checked))))
    by_heading = dict(zip(headings, row, strict=True))
    assert by_heading["Table"] == "Stocktake first, Final"
    assert by_heading["Japan (JP)"] == "1.00"
    assert by_heading["European Union (EU)"] == "–"
    assert by_heading["Mean of the averages of members"] == "0.02"
    given = {("1.1.1", "FR"): "-1"}
    other = released_table(
        make_body("policy-institute"), hand_checked.stocktake, given, handling="clear"
    )
    comparison = BodyComparison(
        reading_of(hand_checked, observer), reading_of(other, observer)
    )
    file = comparison_file(comparison, asked(hand_checked, other))
    assert file.about[0] == ("Handling", "TLP:GREEN")
    named = [value for label, value in file.about if label == "Assessing body"]
    assert named == [hand_checked.body.name, other.body.name]
    headings, *rows = rows_of(csv_of(file))
    assert headings[6:] == ["University Observatory", "Policy Institute", "Agreement"]
    assert len(rows) == 80
    of_france = next(row for row in rows if row[2] == "1.1.1" and row[4] == "FR")
    assert of_france[6:] == ["0", f"{MINUS}1", "One step apart"]
