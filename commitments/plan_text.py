"""Reads the text of an action plan, as it was published, into its numbered parts.

The text has a title, a preamble, and `Action 1: …` to `Action n: …`. Each action has
either bullets (`- …`), or headings with bullets below each. Blank lines separate the
parts. commitments.paragraphs joins bullets that a blank line cuts in two.

A heading does not end like a sentence and does not begin in lower case. Text that fits
nowhere is refused with the number of its line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from commitments.paragraphs import Paragraph, PlanTextError, read_paragraphs

MAX_HEADING_LENGTH = 200
# Positions and codes are small numbers in the database. No real plan has so many.
MAX_BULLETS = 999

_ACTION = re.compile(r"Action ([0-9]{1,3}) ?: ?(\S.*)", re.IGNORECASE)
_JOINT = re.compile(r"\w+ jointly\b")


@dataclass(frozen=True)
class Bullet:
    """A commitment in its exact wording. `lines` are its line numbers in the source."""

    code: str
    text: str
    lines: tuple[int, ...]

    @property
    def action_code(self) -> str:
        return self.code.partition(".")[0]

    @property
    def heading_code(self) -> str:
        """The code of the sub-area, or of the action if it has no sub-areas."""
        return self.code.rpartition(".")[0]

    @property
    def is_joint(self) -> bool:
        """Whether members promised to do this together, as in `Act jointly …`.

        Only the word right after the first verb decides. A later "jointly" may be about
        one means among others, as in "by jointly or independently proposing".
        """
        return _JOINT.match(self.text) is not None


@dataclass(frozen=True)
class SubAreaText:
    code: str
    number: int
    title: str
    bullets: tuple[Bullet, ...]


@dataclass(frozen=True)
class ActionText:
    """An action has either sub-areas or bullets of its own, never both."""

    number: int
    title: str
    sub_areas: tuple[SubAreaText, ...]
    own_bullets: tuple[Bullet, ...]

    @property
    def code(self) -> str:
        return str(self.number)

    @property
    def bullets(self) -> tuple[Bullet, ...]:
        headed = (bullet for area in self.sub_areas for bullet in area.bullets)
        return (*self.own_bullets, *headed)


@dataclass(frozen=True)
class PlanText:
    title: str
    preamble: tuple[str, ...]
    actions: tuple[ActionText, ...]

    @property
    def sub_areas(self) -> tuple[SubAreaText, ...]:
        return tuple(area for action in self.actions for area in action.sub_areas)

    @property
    def bullets(self) -> tuple[Bullet, ...]:
        """All commitments, in the order of the plan."""
        return tuple(bullet for action in self.actions for bullet in action.bullets)

    @property
    def wording(self) -> dict[str, str]:
        """The whole text of the plan by part, so that two texts can be compared."""
        headed: tuple[ActionText | SubAreaText, ...] = (*self.actions, *self.sub_areas)
        return {
            "the preamble": "\n\n".join(self.preamble),
            **{f"the heading of {part.code}": part.title for part in headed},
            **{bullet.code: bullet.text for bullet in self.bullets},
        }


def parse_plan_text(text: str) -> PlanText:
    """Return the title, preamble, actions, sub-areas and bullets of a plan.

    Raises PlanTextError with the problem and its line.
    """
    parts = read_paragraphs(text)
    if not parts:
        raise PlanTextError("The text is empty.", None)
    title = _title(parts.pop(0))
    starts = [index for index, part in enumerate(parts) if part.is_action]
    if not starts:
        raise PlanTextError('The text has no heading "Action 1: …".', None)
    preamble = tuple(_preamble(parts[: starts[0]]))
    if not preamble:
        raise PlanTextError("The text has no preamble.", parts[starts[0]].line)
    bounds = pairwise([*starts, len(parts)])
    actions = tuple(
        _action(number, parts[start], parts[start + 1 : end])
        for number, (start, end) in enumerate(bounds, start=1)
    )
    plan = PlanText(title, preamble, actions)
    if len(plan.bullets) > MAX_BULLETS:
        raise PlanTextError(f"The text has more than {MAX_BULLETS} bullets.", None)
    return plan


def _title(paragraph: Paragraph) -> str:
    if paragraph.is_bullet or paragraph.is_action or paragraph.has_ended:
        raise PlanTextError(
            "The text has no title. Its first paragraph must be the title, without a"
            " full stop at the end.",
            paragraph.line,
        )
    _require_one_line(paragraph)
    return paragraph.text


def _preamble(paragraphs: list[Paragraph]) -> Iterator[str]:
    for paragraph in paragraphs:
        if paragraph.is_bullet:
            raise PlanTextError("This bullet is before Action 1.", paragraph.line)
        yield paragraph.text


def _action(number: int, heading: Paragraph, paragraphs: list[Paragraph]) -> ActionText:
    match = _ACTION.fullmatch(heading.text)
    if match is None:
        raise PlanTextError(
            'Write the heading of an action as "Action 1: …".', heading.line
        )
    if int(match[1]) != number:
        raise PlanTextError(
            f"Action {number} must come next, not Action {int(match[1])}.",
            heading.line,
        )
    title = match[2]
    _require_one_line(heading)
    if not paragraphs:
        raise PlanTextError(f"Action {number} has no bullets.", heading.line)
    if paragraphs[0].is_bullet:
        bullets = tuple(_bullets(str(number), paragraphs))
        return ActionText(number, title, sub_areas=(), own_bullets=bullets)
    areas = tuple(_sub_areas(number, paragraphs))
    return ActionText(number, title, sub_areas=areas, own_bullets=())


def _bullets(prefix: str, paragraphs: list[Paragraph]) -> Iterator[Bullet]:
    for number, paragraph in enumerate(paragraphs, start=1):
        if not paragraph.is_bullet:
            _require_heading(paragraph)
            raise PlanTextError(
                f"Action {prefix} has bullets without a heading, so no heading can"
                " follow them.",
                paragraph.line,
            )
        yield Bullet(f"{prefix}.{number}", paragraph.text, paragraph.lines)


def _sub_areas(action: int, paragraphs: list[Paragraph]) -> Iterator[SubAreaText]:
    starts = [i for i, paragraph in enumerate(paragraphs) if not paragraph.is_bullet]
    ends = [*starts[1:], len(paragraphs)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1):
        heading = paragraphs[start]
        _require_heading(heading)
        if end == start + 1:
            raise PlanTextError(
                f'The heading "{heading.text}" has no bullets.', heading.line
            )
        code = f"{action}.{number}"
        bullets = tuple(_bullets(code, paragraphs[start + 1 : end]))
        yield SubAreaText(code, number, heading.text, bullets)


def _require_heading(paragraph: Paragraph) -> None:
    if paragraph.has_ended or paragraph.text[0].islower():
        raise PlanTextError(
            "This must be a bullet or a heading, since the bullet above has ended."
            " A heading does not end with a full stop or begin in lower case.",
            paragraph.line,
        )
    _require_one_line(paragraph)


def _require_one_line(heading: Paragraph) -> None:
    if len(heading.lines) > 1:
        raise PlanTextError("A heading must be on one line.", heading.lines[1])
    if len(heading.text) > MAX_HEADING_LENGTH:
        raise PlanTextError(
            f"A heading can have at most {MAX_HEADING_LENGTH} characters. This one has"
            f" {len(heading.text)}.",
            heading.line,
        )
