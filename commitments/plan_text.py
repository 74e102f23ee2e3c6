"""Reads the text of an action plan, as it was published, into its numbered parts.

The text has a title, a preamble, and `Action 1: …` to `Action n: …`. Each action has
either bullets (`- …`), or headings with bullets below each. Blank lines separate the
parts. commitments.paragraphs joins bullets that a blank line cuts in two.

A heading does not end like a sentence and does not begin in lower case. Text that fits
nowhere is refused with the number of its line, all of it at once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from commitments.paragraphs import Paragraph, Problems, read_paragraphs

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


# What a person must know whose text has another shape.
SHAPES = (
    'A plan begins with its title and a preamble. Then come the actions: "Action 1: …",'
    ' "Action 2: …". Below each are its commitments, one bullet each ("- …"), either at'
    " once or under headings of sub-areas."
)


def parse_plan_text(text: str) -> PlanText:
    """Return the title, preamble, actions, sub-areas and bullets of a plan.

    Raises PlanTextError with every problem and its line.
    """
    problems = Problems()
    parts = read_paragraphs(text, problems)
    if not parts:
        problems.note("The text is empty.", None)
        problems.require_none()
    plan = _Reader(problems).plan(parts)
    problems.require_none()
    return plan


class _Reader:
    """Reads the parts of one plan, and notes what does not fit."""

    def __init__(self, problems: Problems) -> None:
        self._note = problems.note

    def plan(self, parts: list[Paragraph]) -> PlanText:
        title = self._title(parts)
        starts = [index for index, part in enumerate(parts) if part.is_action]
        if not starts:
            self._note(f'The text has no heading "Action 1: …". {SHAPES}', None)
            return PlanText(title, preamble=(), actions=())
        preamble = tuple(self._preamble(parts[: starts[0]]))
        if not preamble:
            self._note("The text has no preamble.", parts[starts[0]].line)
        bounds = pairwise([*starts, len(parts)])
        actions = tuple(
            self._action(number, parts[start], parts[start + 1 : end])
            for number, (start, end) in enumerate(bounds, start=1)
        )
        plan = PlanText(title, preamble, actions)
        if len(plan.bullets) > MAX_BULLETS:
            self._note(f"The text has more than {MAX_BULLETS} bullets.", None)
        return plan

    def _title(self, parts: list[Paragraph]) -> str:
        """Return the title, and take it from the parts."""
        first = parts[0]
        if first.is_bullet or first.is_action or first.has_ended:
            self._note(
                "The text has no title. Its first paragraph must be the title, without"
                " a full stop at the end.",
                first.line,
            )
            return ""
        self._require_one_line(first)
        return parts.pop(0).text

    def _preamble(self, paragraphs: list[Paragraph]) -> Iterator[str]:
        for paragraph in paragraphs:
            if paragraph.is_bullet:
                self._note("This bullet is before Action 1.", paragraph.line)
            yield paragraph.text

    def _action(
        self, number: int, heading: Paragraph, paragraphs: list[Paragraph]
    ) -> ActionText:
        title = self._title_of_action(number, heading)
        if not paragraphs:
            self._note(f"Action {number} has no bullets.", heading.line)
        if paragraphs and paragraphs[0].is_bullet:
            bullets = tuple(self._bullets(str(number), paragraphs))
            return ActionText(number, title, sub_areas=(), own_bullets=bullets)
        areas = tuple(self._sub_areas(number, paragraphs))
        return ActionText(number, title, sub_areas=areas, own_bullets=())

    def _title_of_action(self, number: int, heading: Paragraph) -> str:
        match = _ACTION.fullmatch(heading.text)
        if match is None:
            self._note('Write the heading of an action as "Action 1: …".', heading.line)
            return heading.text
        if int(match[1]) != number:
            self._note(
                f"Action {number} must come next, not Action {int(match[1])}.",
                heading.line,
            )
        self._require_one_line(heading)
        return match[2]

    def _bullets(self, prefix: str, paragraphs: list[Paragraph]) -> Iterator[Bullet]:
        for number, paragraph in enumerate(paragraphs, start=1):
            if not paragraph.is_bullet and self._is_heading(paragraph):
                self._note(
                    f"Action {prefix} has bullets without a heading, so no heading can"
                    " follow them.",
                    paragraph.line,
                )
            yield Bullet(f"{prefix}.{number}", paragraph.text, paragraph.lines)

    def _sub_areas(
        self, action: int, paragraphs: list[Paragraph]
    ) -> Iterator[SubAreaText]:
        starts = [
            index
            for index, paragraph in enumerate(paragraphs)
            if not paragraph.is_bullet and self._is_heading(paragraph)
        ]
        bounds = pairwise([*starts, len(paragraphs)])
        for number, (start, end) in enumerate(bounds, start=1):
            heading = paragraphs[start]
            if end == start + 1:
                self._note(
                    f'The heading "{heading.text}" has no bullets.', heading.line
                )
            code = f"{action}.{number}"
            bullets = [part for part in paragraphs[start + 1 : end] if part.is_bullet]
            yield SubAreaText(
                code, number, heading.text, tuple(self._bullets(code, bullets))
            )

    def _is_heading(self, paragraph: Paragraph) -> bool:
        """Return whether this can be a heading. If not, note why."""
        if paragraph.is_refused:
            return False
        if paragraph.has_ended or paragraph.text[0].islower():
            self._note(
                "This must be a bullet or a heading, since the bullet above has ended."
                " A heading does not end with a full stop or begin in lower case.",
                paragraph.line,
            )
            return False
        self._require_one_line(paragraph)
        return True

    def _require_one_line(self, heading: Paragraph) -> None:
        if len(heading.lines) > 1:
            self._note("A heading must be on one line.", heading.lines[1])
        if len(heading.text) > MAX_HEADING_LENGTH:
            self._note(
                f"A heading can have at most {MAX_HEADING_LENGTH} characters. This one"
                f" has {len(heading.text)}.",
                heading.line,
            )
