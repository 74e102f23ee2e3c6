"""Tests with generated plans: written with blank lines, and read back the same."""

import re
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments.paragraphs import PlanTextError
from commitments.plan_text import PlanText, parse_plan_text

# No deadline: on a busy machine these tests are slow.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# A word holds no end of a sentence and no hyphen, and is not the mark of a bullet or an
# action: of such words any line may begin and end, wherever a blank line falls.
LETTERS = string.ascii_letters + "éüßñ情報'(),0123456789"
words = st.text(LETTERS, min_size=1, max_size=12).filter(lambda w: w != "Action")
headings = st.lists(words, min_size=1, max_size=5).map(lambda w: "The " + " ".join(w))
ends = st.sampled_from([".", "!", "?", ";", ".)", ".”"])
# What may separate two words of a bullet: a space, a new line, a cut.
gaps = st.sampled_from([" ", " ", " ", "  ", "\n", "\n  ", "\n\n", " \n\n", "\n \n\n"])


@st.composite
def bullets(draw):
    """A bullet's text, and the way it is written in the file."""
    parts = draw(st.lists(words, min_size=1, max_size=12))
    parts[-1] += draw(ends)
    cuts = draw(st.lists(gaps, min_size=len(parts), max_size=len(parts)))
    written = "".join(a + b for a, b in zip(parts, cuts, strict=True))
    return " ".join(parts), "- " + written.strip()


bullet_lists = st.lists(bullets(), min_size=1, max_size=4)
actions = st.tuples(
    headings,
    st.one_of(
        bullet_lists.map(lambda own: [(None, own)]),
        st.lists(st.tuples(headings, bullet_lists), min_size=1, max_size=3),
    ),
)


@st.composite
def plans(draw):
    """The plan as a list of (code, wording), and its text."""
    title = draw(headings)
    between = st.sampled_from(["\n", "\n\n", "\n\n\n", "\n \n"])
    meant, text = [], f"{title}\n\nWe stress it.\n\n"
    for number, (heading, groups) in enumerate(
        draw(st.lists(actions, min_size=1, max_size=4)), start=1
    ):
        meant.append((f"the heading of {number}", heading))
        text += f"Action {number}: {heading}\n\n"
        for area, (area_heading, group) in enumerate(groups, start=1):
            prefix = f"{number}.{area}" if area_heading else f"{number}"
            if area_heading:
                meant.append((f"the heading of {prefix}", area_heading))
                text += f"{area_heading}\n\n"
            for position, (wording, written) in enumerate(group, start=1):
                meant.append((f"{prefix}.{position}", wording))
                text += written + draw(between)
            text += "\n\n"
    return meant, text


@pytest.mark.long
@patiently
@given(plans())
def test_a_plan_cut_by_blank_lines_reads_back_as_it_was_meant(plan):
    meant, text = plan
    wording = parse_plan_text(text).wording
    assert wording.pop("the preamble") == "We stress it."
    assert wording == dict(meant)


def read_or_refusal(text: str) -> PlanText | PlanTextError:
    try:
        return parse_plan_text(text)
    except PlanTextError as refusal:
        return refusal


@pytest.mark.long
@patiently
@given(plans(), st.data())
def test_a_plan_that_lost_a_blank_line_reads_the_same_or_is_refused(plan, data):
    """A heading never becomes part of a commitment, nor a commitment of a heading."""
    _, text = plan
    lines = text.split("\n")
    blank = [index for index, line in enumerate(lines) if not line.strip()]
    lost = data.draw(st.sampled_from(blank))
    read = read_or_refusal("\n".join(lines[:lost] + lines[lost + 1 :]))
    if isinstance(read, PlanText):
        assert read.wording == parse_plan_text(text).wording


@patiently
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text):
    assert isinstance(read_or_refusal(text), PlanText | PlanTextError)


@patiently
@given(
    st.lists(
        st.sampled_from(
            [
                "Title",
                "Action 1: A",
                "Action 2: B",
                "Heading",
                "- Do it.",
                "- Do",
                "it.",
                "",
                "-",
            ]
        ),
        max_size=14,
    )
)
def test_lines_in_any_order_are_read_whole_or_refused_with_a_line(lines):
    read = read_or_refusal("\n".join(lines))
    if isinstance(read, PlanTextError):
        assert read.line is None or 1 <= read.line <= len(lines)
    else:
        assert [action.number for action in read.actions] in ([1], [1, 2])
        assert all(action.bullets for action in read.actions)
        for bullet in read.bullets:
            assert re.fullmatch(r"Do (Title |Heading )*it\.", bullet.text)
