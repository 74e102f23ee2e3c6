"""Tests of reading a plan's text: the plan of Ise-Shima, and texts to refuse."""

import hashlib
from pathlib import Path

import pytest

from commitments.paragraphs import (
    MAX_BYTES,
    PlanTextError,
    decode_plan_text,
    read_plan_text,
)
from commitments.plan_text import parse_plan_text
from commitments.reference import read_plan_meta

FIXTURES = Path(__file__).parents[2] / "fixtures"
SOURCE = FIXTURES / "ise-shima-2016-ct-action-plan.txt"
HEADINGS = {
    "Action 1: CT Measures",
    "Implementation of relevant UNSCRs",
    "Information Sharing and Cooperation",
    "Border Security",
    "Aviation Security",
    "Countering Terrorist Financing",
    "Trafficking of antiquities",
    "Engagement with the private sector",
    "Action 2: Empowering Alternative Voices and Tolerance in Society",
    "Action 3: Capacity Building",
}
SMALL = """
Plan of Tests

We stress the importance of tests.

Action 1: Measures

Border Security

- Strengthen cooperation.
- Act jointly at borders.

Action 2: Voices

- Promote tolerance.
"""


@pytest.fixture(scope="module")
def ise_shima():
    return parse_plan_text(read_plan_text(SOURCE))


# ---- The plan of Ise-Shima


def test_the_source_is_the_text_that_was_recorded():
    meta = read_plan_meta(FIXTURES / "ise-shima-2016-ct.toml")
    assert hashlib.sha256(SOURCE.read_bytes()).hexdigest() == meta.source_sha256


def test_the_plan_has_3_actions_7_sub_areas_and_28_commitments(ise_shima):
    assert len(ise_shima.sub_areas) == 7
    assert [len(action.sub_areas) for action in ise_shima.actions] == [7, 0, 0]
    assert [len(action.bullets) for action in ise_shima.actions] == [20, 5, 3]
    assert len(ise_shima.bullets) == 28


def test_title_and_preamble_stand_before_action_1(ise_shima):
    assert ise_shima.title == (
        "G7 Action Plan on Countering Terrorism and Violent Extremism"
    )
    assert len(ise_shima.preamble) == 4
    assert ise_shima.preamble[0].startswith("We stress the importance of")
    assert ise_shima.preamble[3].endswith("revert to this issue at their next summit.")


def test_headings_are_the_plans_own(ise_shima):
    actions = {f"Action {part.code}: {part.title}" for part in ise_shima.actions}
    assert actions | {area.title for area in ise_shima.sub_areas} == HEADINGS


def test_commitments_joined_are_the_sources_bullets_character_for_character(ise_shima):
    _, mark, body = SOURCE.read_text(encoding="utf-8").partition("Action 1:")
    lines = [line for line in (mark + body).split("\n") if line not in HEADINGS]
    folded = " ".join(" ".join(lines).split())
    assert " ".join(f"- {bullet.text}" for bullet in ise_shima.bullets) == folded


def test_codes_number_the_bullets_in_the_plans_order(ise_shima):
    sizes = [("1.1", 1), ("1.2", 4), ("1.3", 2), ("1.4", 4), ("1.5", 4), ("1.6", 2)]
    sizes += [("1.7", 3), ("2", 5), ("3", 3)]
    codes = [f"{prefix}.{n + 1}" for prefix, size in sizes for n in range(size)]
    assert [bullet.code for bullet in ise_shima.bullets] == codes


@pytest.mark.parametrize(
    ("code", "seam", "lines"),
    [
        ("1.2.1", "both domestically and internationally", (21, 23)),
        ("1.5.1", "Financial Intelligence Units and relevant private", (43, 45)),
        ("2.1", "to Prevent Violent Extremism (PVE), and call", (64, 66)),
    ],
)
def test_a_bullet_cut_by_a_blank_line_comes_out_whole(ise_shima, code, seam, lines):
    bullet = next(bullet for bullet in ise_shima.bullets if bullet.code == code)
    assert seam in bullet.text
    assert bullet.text.endswith(".")
    assert bullet.lines == lines


def test_a_commitment_says_which_lines_of_the_source_it_is(ise_shima):
    source = SOURCE.read_text(encoding="utf-8").split("\n")
    for bullet in ise_shima.bullets:
        found = " ".join(source[line - 1] for line in bullet.lines)
        assert found == f"- {bullet.text}"


def test_joint_commitments_say_jointly_right_after_their_verb(ise_shima):
    joint = {bullet.code for bullet in ise_shima.bullets if bullet.is_joint}
    assert joint == {"1.4.2", "1.4.3", "1.5.1", "1.5.2", "1.5.3"}


def test_jointly_further_on_does_not_make_a_commitment_joint():
    text = SMALL.replace("Promote tolerance.", "Promote tolerance, jointly or alone.")
    assert not parse_plan_text(text).bullets[-1].is_joint


# ---- Texts of this shape


def test_a_small_plan_is_read():
    plan = parse_plan_text(SMALL)
    assert [(bullet.code, bullet.text) for bullet in plan.bullets] == [
        ("1.1.1", "Strengthen cooperation."),
        ("1.1.2", "Act jointly at borders."),
        ("2.1", "Promote tolerance."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + SMALL,
        SMALL.replace("\n", "\r\n"),
        SMALL.replace("Strengthen cooperation.", "Strengthen\n  cooperation."),
        SMALL.replace("Strengthen cooperation.", "Strengthen \t cooperation.  "),
        SMALL.replace("Strengthen cooperation.", "Strengthen\n\n \n\ncooperation."),
        SMALL.replace("\n\nAction 2", "\nAction 2"),
        SMALL.replace("Action 2: ", "ACTION 2 :"),
    ],
    ids=["bom", "crlf", "wrapped", "blanks", "cut", "no blank line", "capitals"],
)
def test_how_lines_are_laid_out_does_not_change_the_plan(text):
    assert parse_plan_text(text).wording == parse_plan_text(SMALL).wording


def test_a_no_break_space_of_the_wording_stays():
    text = SMALL.replace(
        "Strengthen cooperation.", "Strengthen\u00a0cooperation\u202f!"
    )
    assert parse_plan_text(text).bullets[0].text == "Strengthen\u00a0cooperation\u202f!"


@pytest.mark.parametrize("end", [";", "!", "?", ".)", ".”", '."', ".]", ".»"])
def test_a_bullet_may_end_in_other_ways_than_a_full_stop(end):
    text = SMALL.replace("cooperation.", f"cooperation{end}")
    assert parse_plan_text(text).bullets[0].text.endswith(end)


# ---- Refusals and their messages


def refusal(text: str) -> str:
    with pytest.raises(PlanTextError) as caught:
        parse_plan_text(text)
    assert str(caught.value).startswith(f"Line {caught.value.line}: ")
    return str(caught.value).removeprefix("Line ")


def test_an_empty_text_is_refused():
    for text in ("", "\n \n\t\n"):
        with pytest.raises(PlanTextError, match=r"^The text is empty\.$"):
            parse_plan_text(text)


@pytest.mark.parametrize("first", ["", "We stress it.\n\n", "- A bullet.\n\n"])
def test_a_text_without_a_title_is_refused(first):
    text = SMALL.replace(
        "Plan of Tests\n\nWe stress the importance of tests.\n\n", first
    )
    assert refusal(text).startswith("2: The text has no title")


def test_a_text_without_a_preamble_is_refused():
    text = SMALL.replace("We stress the importance of tests.\n\n", "")
    assert refusal(text) == "4: The text has no preamble."


def test_a_text_without_actions_is_refused():
    with pytest.raises(PlanTextError, match="has no heading") as caught:
        parse_plan_text("Plan of Tests\n\nWe stress it.\n")
    assert caught.value.line is None


def test_a_bullet_in_the_preamble_is_refused():
    text = SMALL.replace("We stress the", "- We stress the")
    assert refusal(text) == "4: This bullet is before Action 1."


@pytest.mark.parametrize("number", ["1", "3", "0", "22"])
def test_actions_out_of_order_are_refused(number):
    text = SMALL.replace("Action 2", f"Action {number}")
    assert refusal(text) == f"13: Action 2 must come next, not Action {number}."


@pytest.mark.parametrize("heading", ["Action 2", "Action 2 / Voices", "Action 2222: V"])
def test_an_action_written_otherwise_is_refused(heading):
    text = SMALL.replace("Action 2: Voices", heading)
    assert refusal(text) == '13: Write the heading of an action as "Action 1: …".'


def test_an_action_without_bullets_is_refused():
    text = SMALL.replace("- Promote tolerance.\n", "")
    assert refusal(text) == "13: Action 2 has no bullets."


def test_a_heading_without_bullets_is_refused():
    text = SMALL.replace("Border Security", "Aviation Security\n\nBorder Security")
    assert refusal(text) == '8: The heading "Aviation Security" has no bullets.'


def test_a_heading_at_the_end_of_the_text_is_refused():
    assert refusal(f"{SMALL}\nRelated links\n").startswith("17: Action 2 has bullets")


def test_a_heading_after_an_actions_own_bullets_is_refused():
    text = f"{SMALL}\nMore Voices\n\n- Empower youth.\n"
    assert refusal(text) == (
        "17: Action 2 has bullets without a heading, so no heading can follow them."
    )


@pytest.mark.parametrize("line", ["We will follow up.", "and follow up"])
def test_a_sentence_after_a_finished_bullet_is_refused(line):
    text = SMALL.replace("\nAction 2", f"\n{line}\n\nAction 2")
    assert refusal(text).startswith("13: This must be a bullet or a heading")


def test_a_line_right_below_a_finished_bullet_is_refused():
    text = SMALL.replace("borders.\n", "borders.\nAviation Security\n")
    assert refusal(text).startswith("12: It is not clear whether this line belongs")


@pytest.mark.parametrize("place", ["cooperation.", "borders.", "tolerance."])
def test_a_bullet_that_does_not_end_is_refused_where_it_starts(place):
    line = 1 + SMALL[: SMALL.index(place)].count("\n")
    text = SMALL.replace(place, place[:-1])
    assert refusal(text).startswith(f"{line}: This bullet does not end")


def test_a_heading_swallowed_by_an_unended_bullet_is_refused():
    text = SMALL.replace(
        "borders.\n", "borders\n\nAviation Security\n\n- Fly safely.\n"
    )
    assert refusal(text).startswith("11: This bullet does not end")


@pytest.mark.parametrize("mark", ["-Strengthen", "-- Strengthen"])
def test_a_bullet_written_otherwise_is_refused(mark):
    text = SMALL.replace("- Strengthen", mark)
    assert refusal(text).startswith("10: Begin a bullet at the start of the line")


def test_an_empty_bullet_is_refused():
    text = SMALL.replace("- Strengthen cooperation.", "- ")
    assert refusal(text).startswith("10: Begin a bullet at the start of the line")


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_word_broken_by_a_hyphen_is_refused(gap):
    text = SMALL.replace("cooperation.", f"counter-{gap}terrorism.")
    assert refusal(text).startswith(
        "10: A hyphen at the end of the line breaks a word."
    )


@pytest.mark.parametrize("heading", ["Action 2: Voices", "Border Security"])
def test_a_heading_on_two_lines_is_refused(heading):
    text = SMALL.replace(heading, f"{heading}\nand more")
    line = 2 + SMALL[: SMALL.index(heading)].count("\n")
    assert refusal(text) == f"{line}: A heading must be on one line."


def test_a_heading_too_long_for_its_column_is_refused():
    text = SMALL.replace("Border Security", "B" * 201)
    assert refusal(text) == (
        "8: A heading can have at most 200 characters. This one has 201."
    )


def test_a_bullet_that_goes_on_and_on_is_refused():
    text = SMALL.replace("cooperation.", "and so on " * 1001)
    assert refusal(text).startswith("10: This paragraph has more than 10,000")


@pytest.mark.parametrize(
    "character",
    [
        "\0",
        "\x07",
        "\x0c",
        "\x7f",
        "\x85",
        "\r",
        "\u200b",
        "\u202e",
        "\u2028",
        "\u2029",
        "\ud800",
    ],
)
def test_an_invisible_character_is_refused(character):
    text = SMALL.replace("cooperation", f"coop{character}eration")
    code_point = f"U+{ord(character):04X}"
    assert refusal(text) == (
        f"10: The text contains the invisible character {code_point}."
    )


def test_more_bullets_than_a_plan_can_number_are_refused():
    with pytest.raises(PlanTextError, match="more than 999 bullets"):
        parse_plan_text(SMALL + "- Again.\n" * 997)
    assert len(parse_plan_text(SMALL + "- Again.\n" * 996).bullets) == 999


def test_a_text_that_is_not_utf_8_is_refused_with_its_line():
    raw = SMALL.replace("cooperation", "coopération").encode("latin-1")
    with pytest.raises(PlanTextError, match=r"^Line 10: This is not UTF-8 text\.$"):
        decode_plan_text(raw)


def test_an_absurdly_large_text_is_refused(tmp_path):
    (tmp_path / "large.txt").write_bytes(b"a" * (MAX_BYTES + 1))
    for read in (
        lambda: read_plan_text(tmp_path / "large.txt"),
        lambda: parse_plan_text("a" * (MAX_BYTES + 1)),
    ):
        with pytest.raises(PlanTextError, match=r"larger than 1,000,000 bytes\.$"):
            read()


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(PlanTextError, match="No such file"):
        read_plan_text(tmp_path / "none.txt")
    with pytest.raises(PlanTextError, match="directory"):
        read_plan_text(tmp_path)
