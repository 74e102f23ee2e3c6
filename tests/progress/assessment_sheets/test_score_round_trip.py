"""Export and import again changes nothing, and an import is whole or refused."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.typed.text import clean_text
from progress import limits
from progress.assessments.cells import CellText
from progress.assessments.sheets.comparison import compare_scores
from progress.assessments.sheets.reader import read_score_sheet
from progress.models import Score
from progress.uploaded_sheets.previews import RowOutcome
from tests.progress.assessment_sheets.sample_score_sheets import (
    DAYS,
    as_csv,
    as_xlsx,
    blank_table,
    cell_row,
    faults_of,
    preview_of,
    score_sheet,
    scored,
    scores_of,
    written,
)
from tests.progress.sheets.nasty_texts import NASTY

BOTH = pytest.mark.parametrize("ending", ["xlsx", "csv"])
CODES, MEMBERS = ("1.2.1", "1.2.2", "2.4"), ("FR", "JP", "US")
# What a rationale may hold as it is stored, and what is special in a sheet.
TEXTS = [
    *(clean_text(one) for one in NASTY if len(one) < limits.SOURCES),
    *("[clear]", "[[clear]]", "[CLEAR]", "+1", "n/a", "\u22121", "'+1", "a\tb"),
    *("  - nested\n- first", "\ta\n\tb", "|a|b|\n|1|2|", "عربي\nثم"),
    "日本語、説明。",
    "x" * limits.SOURCES,
    "👩" * limits.SOURCES,
    "\n".join(["- first point"] * 200),
]


def sheet_of(texts):
    every = (*Score.values, "")
    rows = []
    for number, text in enumerate(texts, 1):
        score = every[number % len(every)]
        of = scored(score, rationale=text, sources=clean_text(text[: limits.SOURCES]))
        # A cell without a score and words is stored without a day.
        rows.append(cell_row(f"1.{number}", text=None if of.is_blank else of))
    return score_sheet(*rows)


def preview_again(present, ending, *, has_keys=True):
    """Upload a sheet as it was downloaded: ours, or as a list without row keys."""
    read = read_score_sheet(written(present, ending), f"sheet.{ending}", present)
    if not has_keys:
        rows = tuple(replace(row, key="") for row in read.rows)
        read = replace(read, rows=rows)
    return compare_scores(read, present)


@BOTH
@pytest.mark.parametrize("has_keys", [True, False])
def test_a_sheet_uploaded_as_downloaded_changes_nothing(ending, has_keys):
    present = sheet_of(TEXTS)
    preview = preview_again(present, ending, has_keys=has_keys)
    assert faults_of(preview) == []
    assert {row.outcome for row in preview.rows} == {RowOutcome.UNCHANGED}
    assert len(preview.rows) == len(TEXTS)


def test_a_rationale_of_10_000_characters_goes_through_both_files():
    for text in ("x" * limits.RATIONALE, "説" * limits.RATIONALE, "- a\n" * 2_500):
        present = sheet_of([clean_text(text)])
        for ending in ("xlsx", "csv"):
            preview = preview_again(present, ending, has_keys=False)
            assert faults_of(preview) == []
            assert preview.counts[RowOutcome.UNCHANGED] == 1


def stored(text):
    """The text as it is stored, or None if it is refused."""
    try:
        return clean_text(text, limit=limits.RATIONALE)
    except ValidationError:
        return None


TYPED = st.text(
    st.one_of(
        st.sampled_from("-+=@'\"\t\n,;[]|*1 \u00a0\u2212日ع👩"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
)
STORED = TYPED.map(stored).filter(lambda text: text is not None)


@given(
    texts=st.lists(STORED, min_size=1, max_size=4),
    ending=st.sampled_from(["xlsx", "csv"]),
    has_keys=st.booleans(),
)
def test_whatever_is_stored_comes_back_as_it_was(texts, ending, has_keys):
    present = sheet_of(texts)
    preview = preview_again(present, ending, has_keys=has_keys)
    assert faults_of(preview) == []
    assert {row.outcome for row in preview.rows} == {RowOutcome.UNCHANGED}


# ---- Whole or refused ----------------------------------------------------------------

GOOD: dict[Any, str] = {
    **dict.fromkeys(("1", "+1", "1.0", " + 1 ", "\uff0b\uff11", 1, 1.0), "1"),
    **dict.fromkeys(("0", "0.0", "\uff10", 0), "0"),
    **dict.fromkeys(("-1", "\u22121", "\u2013 1", "\uff0d1", -1, -1.0), "-1"),
    **dict.fromkeys(("n/a", "NA", "not applicable", "N/A "), "not_applicable"),
    **dict.fromkeys(("", " ", "\u00a0"), ""),
}
BAD = ["-", "+", "\u2212", "2", "0.5", "yes", "\u200b1", "x", "--1", 2, 0.5, -3]
CELLS = st.one_of(st.sampled_from(list(GOOD)), st.sampled_from(BAD))


@given(
    cells=st.lists(CELLS, min_size=9, max_size=9),
    ending=st.sampled_from(["xlsx", "csv"]),
    order=st.permutations(range(3)),
)
def test_a_matrix_is_taken_whole_or_refused_with_every_bad_cell(cells, ending, order):
    present = blank_table(CODES, MEMBERS)
    rows = [[CODES[n], *cells[n * 3 : n * 3 + 3]] for n in order]
    table = [["", *MEMBERS], *rows]
    content = as_xlsx(table) if ending == "xlsx" else as_csv(table)
    preview = preview_of(content, present, f"own.{ending}")
    bad = {
        f"{'BCD'[column - 1]}{line}"
        for line, row in enumerate(rows, 2)
        for column, value in enumerate(row)
        if column and value in BAD and type(value) in {type(one) for one in BAD}
        if not (value in GOOD and str(value) in map(str, GOOD))
    }
    assert {cell for cell, *_rest in faults_of(preview)} == bad
    if bad:
        assert not preview.can_apply
        return
    expected = {
        (CODES[n], member): GOOD[cells[n * 3 + column]]
        for n in range(3)
        for column, member in enumerate(MEMBERS)
    }
    assert scores_of(preview) == expected


@given(
    typed=st.lists(
        st.tuples(CELLS, TYPED, st.sampled_from(["", "2017-05-01", "1 May 2017"])),
        min_size=1,
        max_size=3,
    ),
    ending=st.sampled_from(["xlsx", "csv"]),
)
def test_a_list_is_taken_whole_or_refused_with_every_bad_cell(typed, ending):
    present = blank_table(CODES, MEMBERS)
    rows = [["code", "member", "score", "rationale", "as_of"]]
    bad = set()
    for line, (score, rationale, as_of) in enumerate(typed, 2):
        text = rationale if ending == "csv" else excel_text(rationale)
        rows.append([CODES[line - 2], "FR", score, text, as_of])
        bad |= {f"C{line}"} if score in BAD else set()
        bad |= {f"D{line}"} if stored(as_read(text, ending)) is None else set()
        bad |= {f"E{line}"} if as_of == "1 May 2017" else set()
    content = as_xlsx(rows) if ending == "xlsx" else as_csv(rows)
    preview = preview_of(content, present, f"own.{ending}")
    assert {cell for cell, *_rest in faults_of(preview)} == bad
    assert not (bad and preview.can_apply)
    if not bad:
        for row, (score, *_rest) in zip(preview.rows, typed, strict=False):
            assert row.text.score == GOOD[score]


def as_read(text, ending):
    """What our reader finds: in a CSV exactly one apostrophe is a guard."""
    return text.removeprefix("'") if ending == "csv" else text


def excel_text(text):
    """A text that openpyxl can write: XML has no control characters."""
    return "".join(one for one in text if one >= " " or one in "\t\n")


@given(order=st.permutations(range(9)))
def test_the_order_of_rows_changes_nothing(order):
    present = blank_table(CODES, MEMBERS)
    pairs = [(code, member) for code in CODES for member in MEMBERS]
    values = ["1", "0", "-1", "n/a", "", "1", "0", "-1", "1"]
    rows = [[*pairs[n], values[n]] for n in order]
    content = as_csv([["code", "member", "score"], *rows])
    found = scores_of(preview_of(content, present, "own.csv"))
    assert found == {
        pair: GOOD[value] for pair, value in zip(pairs, values, strict=True)
    }


def test_a_blank_cell_is_the_same_as_a_missing_row():
    present = replace(blank_table(), days=DAYS)
    preview = preview_of(as_csv([["code", "member", "score"]]), present, "own.csv")
    assert preview.rows == ()
    assert not preview.can_apply
    assert CellText() == present.rows[0].text
