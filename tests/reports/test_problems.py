"""Tests of why a report failed: stored in English, read in the language of a page."""

import pytest
from django.utils.translation import override

from reports import problems
from reports.problems import problem_text

STORED = {
    problems.FAILED % {"step": "Making the Excel workbook"}: "Réessayez",
    problems.TOO_LONG % {"pages": 1200, "limit": 500}: "1200",
    problems.TOO_LARGE % {"limit": 400}: "400",
    problems.WORN_OUT % {"attempts": 3}: "3",
    problems.NO_CHAIR: "présidence",
}


@pytest.mark.parametrize(("stored", "said"), STORED.items())
def test_a_stored_problem_is_read_in_the_language_of_the_page(stored, said):
    assert problem_text(stored) == stored
    with override("fr"):
        french = problem_text(stored)
    assert said in french
    assert french != stored
    assert "%" not in french
    assert "Making" not in french


def test_what_is_no_message_stays_as_it_is():
    with override("fr"):
        assert problem_text("") == ""
        assert problem_text("1.1.1 Japan: 50 % done\n\nno message") == (
            "1.1.1 Japan: 50 % done\n\nno message"
        )
