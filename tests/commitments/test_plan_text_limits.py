"""Tests of the limits of a plan's text, and of the full text of each refusal."""

from io import BytesIO
from pathlib import Path

import pytest

from commitments.paragraphs import (
    MAX_BYTES,
    MAX_PARAGRAPH_LENGTH,
    PlanTextError,
    decode_plan_text,
    read_plan_text,
)
from commitments.plan_text import MAX_HEADING_LENGTH, SHAPES, parse_plan_text

PLAN = """Plan of Tests

We stress the importance of tests.

Action 1: Measures

Border Security

- Strengthen cooperation.
"""


def refusal(text: str) -> str:
    with pytest.raises(PlanTextError) as caught:
        parse_plan_text(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "Plan of Tests",
            "This is a plan.",
            "Line 1: The text has no title. Its first paragraph must be the title,"
            " without a full stop at the end.",
        ),
        (
            "Action 1: Measures\n\nBorder Security\n\n- Strengthen cooperation.\n",
            "",
            f'The text has no heading "Action 1: …". {SHAPES}',
        ),
        (
            "cooperation.",
            "cooperation.\n\nMore was said.",
            "Line 11: This must be a bullet or a heading, since the bullet above has"
            " ended. A heading does not end with a full stop or begin in lower case.",
        ),
        (
            "cooperation.",
            "cooperation.\nAviation",
            "Line 10: It is not clear whether this line belongs to the bullet above."
            " If it is a heading, put a blank line before it.",
        ),
        (
            "cooperation.",
            "cooperation",
            "Line 9: This bullet does not end with a full stop, so its end is not"
            " clear.",
        ),
        (
            "- Strengthen",
            "-Strengthen",
            'Line 9: Begin a bullet at the start of the line, with "- " before its'
            " text.",
        ),
        (
            "cooperation.",
            "and\n  so on\n  counter-\n  terrorism.",
            "Line 11: A hyphen at the end of the line breaks a word. Put the whole word"
            " on one line.",
        ),
        (
            "cooperation.",
            "x" * MAX_PARAGRAPH_LENGTH,
            "Line 9: This paragraph has more than 10,000 characters. A full stop may be"
            " missing.",
        ),
    ],
)
def test_a_refusal_is_a_whole_sentence_with_its_line(old, new, sentence):
    assert refusal(PLAN.replace(old, new)) == sentence


def test_a_paragraph_may_be_as_long_as_the_limit():
    wording = f"{'x' * (MAX_PARAGRAPH_LENGTH - 1)}."
    plan = parse_plan_text(PLAN.replace("Strengthen cooperation.", wording))
    assert plan.bullets[0].text == wording


def test_a_heading_may_be_as_long_as_the_limit():
    heading = "B" * MAX_HEADING_LENGTH
    plan = parse_plan_text(PLAN.replace("Border Security", heading))
    assert plan.sub_areas[0].title == heading


def test_a_text_may_be_as_large_as_the_limit():
    assert len(decode_plan_text(b"a" * MAX_BYTES)) == MAX_BYTES
    assert "more than 10,000 characters" in refusal("a" * MAX_BYTES)


def test_no_more_of_a_file_is_read_than_shows_that_it_is_too_large(
    tmp_path, monkeypatch
):
    sizes = []

    class File(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            sizes.append(size)
            return b"a"

    monkeypatch.setattr(Path, "open", lambda _path, _mode: File())
    assert read_plan_text(tmp_path / "plan.txt") == "a"
    assert sizes == [MAX_BYTES + 1]
