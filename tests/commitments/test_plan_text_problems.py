"""Tests of refusals: every line that cannot be read is named in one run."""

import re
from itertools import combinations

import pytest

from commitments.paragraphs import PlanTextError
from commitments.plan_text import parse_plan_text
from tests.commitments.test_plan_text import SMALL

# Up to a full stop, a colon or a comma before more words.
SENTENCE = re.compile(r".*?(?:\.(?= [A-Z]|$)|(?=[:,] (?:it|so)\b))")


def beginning_of(message: str) -> str:
    found = SENTENCE.match(message)
    assert found is not None
    return found[0]


def problems_of(text: str) -> list[tuple[int | None, str]]:
    """The line and the first sentence of each problem."""
    with pytest.raises(PlanTextError) as caught:
        parse_plan_text(text)
    return [
        (problem.line, beginning_of(problem.message))
        for problem in caught.value.problems
    ]


@pytest.mark.parametrize(
    "mark", ["  - Strengthen", "\t- Strengthen", "   • Strengthen"]
)
def test_a_nested_bullet_is_called_nested(mark):
    text = SMALL.replace("- Strengthen", mark)
    assert problems_of(text) == [(10, "This bullet is nested")]


@pytest.mark.parametrize("mark", ["•", "·", "–", "—", "*"])
def test_another_mark_of_a_bullet_is_named(mark):
    text = SMALL.replace("- Strengthen", f"{mark} Strengthen")
    assert problems_of(text) == [
        (10, f'Begin a bullet with "- ", not with "{mark}".'),
    ]


def test_every_problem_is_named_in_one_run():
    text = SMALL.replace(
        "- Strengthen cooperation.", "  - Strengthen\u200b cooperation"
    )
    text = text.replace("Action 2: Voices", "Action 4: Voices")
    text = text.replace("- Promote tolerance.", "• Promote tolerance.")
    assert problems_of(text) == [
        (10, "The text contains the invisible character U+200B."),
        (10, "This bullet is nested"),
        (10, "This bullet does not end with a full stop"),
        (13, "Action 2 must come next, not Action 4."),
        (15, 'Begin a bullet with "- ", not with "•".'),
    ]


# A fault for each line of SMALL, and what is said of it.
FAULTS = {
    8: ("Border Security", "Border\u200b Security", "The text contains the invisible"),
    10: ("- Strengthen cooperation.", "-Strengthen cooperation.", "Begin a bullet"),
    11: ("- Act jointly", "  - Act jointly", "This bullet is nested"),
    13: ("Action 2:", "Action 2 /", "Write the heading of an action"),
    15: ("tolerance.", "tolerance", "This bullet does not end"),
}


@pytest.mark.parametrize("size", range(1, len(FAULTS) + 1))
def test_any_faults_together_are_all_named(size):
    for lines in combinations(FAULTS, size):
        text = SMALL
        for line in lines:
            text = text.replace(*FAULTS[line][:2])
        found = problems_of(text)
        assert [line for line, _message in found] == list(lines)
        for (_line, message), line in zip(found, lines, strict=True):
            assert message.startswith(FAULTS[line][2])


def test_that_there_are_no_actions_is_said_first_with_the_shapes_that_can_be_read():
    text = (
        "Leaders' Communiqué\n\nWe met.\n\n1. Peace and security.\n\n"
        "• We commit to act:\n  - at borders;\n  - in the air\n"
    )
    found = problems_of(text)
    assert found[0] == (None, 'The text has no heading "Action 1: …".')
    with pytest.raises(PlanTextError, match="one bullet each") as caught:
        parse_plan_text(text)
    assert str(caught.value).startswith('The text has no heading "Action 1: …". A plan')
    assert [line for line, _message in found[1:]] == [7, 8, 9, 9]


def test_a_refusal_lists_a_hundred_problems_and_counts_the_rest():
    with pytest.raises(PlanTextError) as caught:
        parse_plan_text(SMALL + "• Again.\n" * 250)
    lines = str(caught.value).split("\n")
    assert len(lines) == 101
    assert lines[-1] == "150 more problems follow."
