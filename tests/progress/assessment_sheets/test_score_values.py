"""What may be written for a score, a code, a member and a day, and what is refused."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils.translation import override

from progress.assessments.sheets.values import (
    read_code,
    read_day,
    read_member,
    read_score,
    read_words,
)
from progress.uploaded_sheets.faults import CellRefused
from tests.progress.assessment_sheets.sample_score_sheets import MEMBERS

NBSP, NARROW, FIGURE, WIDE = "\u00a0", "\u202f", "\u2007", "\u3000"
FULL = ["1", "+1", " 1 ", f"{NBSP}1", "+ 1", f"+{NARROW}1", "１", "＋１", "1.0", "1,0"]
NONE = [
    *("-1", "\u22121", "\u20131", "\u20141", "\u20101", "\u20111", "\u20121"),
    *("\u20151", "\ufe631", "\ufe581", "\uff0d1", "\uff0d\uff11", "- 1"),
    *(f"\u2212{NBSP}1{FIGURE}", f"{WIDE}-1", "-1.0", "-1,0", "-1\n", "\u22121.00"),
]
PARTIAL = ["0", " 0", f"0{NBSP}", "\uff10", "0.0", "0,0"]
NOT_APPLICABLE = [
    *("n/a", "N/A", "NA", "na", "not applicable", "Not Applicable", "n / a"),
    *(f"not{NBSP}applicable", "not_applicable", "\uff2e\uff0f\uff21", " n/a "),
]


@pytest.mark.parametrize(
    ("typed", "score"),
    [
        *((typed, "1") for typed in FULL),
        *((typed, "0") for typed in PARTIAL),
        *((typed, "-1") for typed in NONE),
        *((typed, "not_applicable") for typed in NOT_APPLICABLE),
        (1, "1"), (1.0, "1"), (0, "0"), (0.0, "0"), (-0.0, "0"), (-1, "-1"),
        (-1.0, "-1"),
    ],
)  # fmt: skip
def test_a_score_is_read_in_every_way_that_bodies_write_it(typed, score):
    assert read_score(typed) == score


@pytest.mark.parametrize("language", ["de", "en", "fr", "it", "ja"])
def test_not_applicable_is_read_in_every_language_of_the_site(language):
    from progress.models import Score  # noqa: PLC0415

    with override(language):
        label = str(Score.NOT_APPLICABLE.label)
    assert read_score(label) == "not_applicable"


@pytest.mark.parametrize("sign", ["-", "+", "\u2212", "\u2013", "\u2014", " \uff0d"])
def test_a_sign_alone_is_no_score(sign):
    with pytest.raises(CellRefused) as raised:
        read_score(sign)
    expected = "There is a sign without a digit. Type +1, 0, \u22121 or n/a."
    assert raised.value.message == expected


@pytest.mark.parametrize(
    "typed",
    [
        *("2", "-2", "0.5", "-0.5", "1.5", "10", "01", "1 0", "0 1", "--1", "+-1"),
        *("1-", "1+", "\u2212\u22121", "-0", "+0", "1.", ".0", "1.000", "1,000", "1%"),
        *("yes", "no", "x", "TRUE", "#N/A", "\u00b91", "\u00b9", "\u2460"),
        *("\u0661", "\u4e00", "n.app.", "n", "n-a", "none", "full", "=1", "'1", "(1)"),
        *("2017-05-26", "1/1", "~1", "*", "\u207b1", "\u00b11", "?", "/"),
        2, -2, 0.5, -0.5, 0.999999, 10.0, float("nan"), float("inf"), True, False,
        date(2017, 1, 1), datetime(2017, 1, 1, 1), time(1), timedelta(1),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_nothing_else_is_a_score(typed):
    with pytest.raises(CellRefused) as raised:
        read_score(typed)
    assert raised.value.message == "Type +1, 0, \u22121 or n/a."


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("\u22121\u200b", "zero width space (U+200B)"),
        ("\u200e-1", "left-to-right mark (U+200E)"),
        ("1\u00ad", "soft hyphen (U+00AD)"),
        ("\ufeff1", "zero width no-break space (U+FEFF)"),
        ("-\u202e1", "right-to-left override (U+202E)"),
        ("1\x1c", "control character (U+001C)"),
        ("1\ufe0f", "variation selector-16 (U+FE0F)"),
        ("\u2067-1\u2069", "right-to-left isolate (U+2067)"),
    ],
)
def test_a_character_that_cannot_be_seen_is_refused_by_name(typed, name):
    for read in (read_score, read_day):
        with pytest.raises(CellRefused, match="Delete it") as raised:
            read(typed)
        assert name in raised.value.message
    with pytest.raises(CellRefused) as raised:
        read_member(f"FR{typed.strip('-1')}x", MEMBERS)
    assert "Delete it" in raised.value.message


CODES = {"1.2.1", "1.2.12", "2.1", "2.4", "3.1", "3.10"}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *((typed, "1.2.1") for typed in ("1.2.1", " 1.2.1", "1. 2 .1", "1.2.1\n")),
        *((typed, "1.2.1") for typed in (f"1.{NBSP}2.1{NARROW}", "１．２．１")),
        *((typed, "1.2.1") for typed in ("1.2.1 INTERPOL databases", "1.2.1\nA 4.5")),
        ("1.2.1 2178 resolution", "1.2.1"),
        ("1.2.12", "1.2.12"),
        (2.4, "2.4"),
        ("2.4", "2.4"),
    ],
)
def test_a_code_is_read_with_stray_blanks_and_with_its_title(typed, code):
    assert read_code(typed, CODES) == code


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1.2.2", "not the code"),
        ("1.2", "not the code"),
        ("1.2.1x", "not the code"),
        ("1.2.1 .2", "not the code"),
        ("2.4 5", "not the code"),
        ("1.2.1.", "not the code"),
        ("INTERPOL", "not the code"),
        ("", "not the code"),
        ("1.\u200b2.1", "zero width space (U+200B)"),
        (3.1, "This is a number"),  # 3.1 and 3.10 are one number
        (2.2, "This is a number"),
        (date(2001, 2, 1), "This is a date"),
        (True, "This is a date"),
    ],
)
def test_a_code_that_no_one_can_be_sure_of_is_refused(typed, reason):
    with pytest.raises(CellRefused) as raised:
        read_code(typed, CODES)
    assert reason in raised.value.message


@pytest.mark.parametrize("typed", ["FR", "fr", " FR", "France", "FRANCE", "Frankreich"])
def test_a_member_is_read_from_its_code_or_its_name(typed):
    assert read_member(typed, MEMBERS) == "FR"


@pytest.mark.parametrize("typed", ["XX", "", "Average", "FR JP", 1.0, True])
def test_no_other_name_is_a_member(typed):
    with pytest.raises(CellRefused) as raised:
        read_member(typed, MEMBERS)
    expected = "This is not a member of this plan. Use one of: FR, JP, US."
    assert raised.value.message == expected


@pytest.mark.parametrize(
    "typed",
    [
        *("2017-05-26", f" 2017-05-26{NBSP}", "２０１７-０５-２６"),
        date(2017, 5, 26),
        datetime(2017, 5, 26, 12),  # noqa: DTZ001
    ],
)
def test_a_day_is_read_as_a_day_or_as_our_sheets_write_it(typed):
    assert read_day(typed) == date(2017, 5, 26)


@pytest.mark.parametrize(
    "typed",
    ["26 May 2017", "26/05/2017", "20170526", "2017-W21-5", "2017-5-26", "2017-02-30"],
)
def test_a_day_in_words_or_in_another_order_is_refused(typed):
    with pytest.raises(CellRefused) as raised:
        read_day(typed)
    assert raised.value.message == "Write the day as 2017-05-26."


@pytest.mark.parametrize("typed", [42881.0, True, time(1)])
def test_a_number_is_no_day(typed):
    with pytest.raises(CellRefused, match="This is a number, not a day"):
        read_day(typed)


def test_a_number_or_a_date_is_no_text():
    assert read_words("- 1") == "- 1"
    with pytest.raises(CellRefused, match="holds a number"):
        read_words(1.0)
    with pytest.raises(CellRefused, match="holds a date"):
        read_words(date(2017, 5, 26))
