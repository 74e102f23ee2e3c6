"""The cells of the matrix: as marks, or with all their words."""

from collections.abc import Iterator
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from accounts.wording.listed import listed
from accounts.wording.names import in_language
from progress.entries.states import WITH_SECOND_REVIEWER, state_label
from progress.models import State
from progress.positions.matrix import CellFace, MatrixRow

register = template.Library()

CELL = (
    '<td><a href="{}" class="{}"><span class="visually-hidden">{}, {}: </span>{}</a>'
    "</td>"
)
# Where the commitment does not bind the member.
NO_CELL = "<td></td>"


@register.simple_tag
def matrix_cells(row: MatrixRow, is_detailed: bool = False) -> SafeString:
    """Show the cells of a row: a plan has hundreds, so a face is drawn only once."""
    language = get_language()
    code = escape(row.line.commitment.code)
    drawn = _detailed if is_detailed else _marks
    cells = [
        CELL.format(
            escape(cell.url),
            cell.face.css_class,
            _escaped(in_language(cell.member.name)),
            code,
            drawn(cell.face, language),
        )
        if cell
        else NO_CELL
        for cell in row.cells
    ]
    return mark_safe("".join(cells))  # noqa: S308 - each part is escaped, or a code


_escaped = lru_cache(maxsize=64)(escape)


@lru_cache(maxsize=4096)
def _detailed(face: CellFace, _language: str | None) -> SafeString:
    """Return a face as HTML. It depends on nothing but these two."""
    return render_to_string("progress/positions/_matrix_cell.html", {"face": face})


@lru_cache(maxsize=4096)
def _marks(face: CellFace, _language: str | None) -> SafeString:
    """Return the words and the marks of a face as HTML.

    The words are for screen readers, and on a phone for all.
    """
    context = {"face": face, "words": listed(_words(face)), "letter": _letter(face)}
    return render_to_string("progress/positions/_matrix_marks.html", context)


def _words(face: CellFace) -> Iterator[str]:
    """Return what a screen reader says of a cell, in the order of a detailed one."""
    if face.is_aside:
        return iter([face.label, _("set aside by the filters")])
    said = [
        face.label,
        face.age,
        _sources(face.evidence_count),
        _last_update(face),
        _("unchanged") if face.unchanged_since else "",
        _("reinstated") if face.shows_again else "",
        face.change_label,
        _("At risk") if face.is_at_risk else "",
        face.state_label,
    ]
    return filter(None, said)


def _sources(count: int) -> str:
    return f"{count} {ngettext('source', 'sources', count)}" if count else ""


def _last_update(face: CellFace) -> str:
    if face.before:
        return _("before %(summit)s") % {"summit": face.before}
    return _("no update") if face.is_past else ""


def _letter(face: CellFace) -> str:
    return "2" if face.is_with_second_reviewer else _letters().get(face.state, "")


def _letters() -> dict[str, str]:
    """Return the letter of each state of an entry in progress."""
    return {
        State.DRAFT: pgettext("letter of a state", "D"),
        State.IN_CLEARANCE: pgettext("letter of a state", "C"),
        State.SUBMITTED: pgettext("letter of a state", "P"),
        State.RETURNED: pgettext("letter of a state", "R"),
    }


@register.simple_tag
def state_letters() -> list[tuple[str, str, str]]:
    """Return each state of an entry in progress with its letter and its label."""
    found = [
        (state, letter, state_label(state, is_chairs_own=False))
        for state, letter in _letters().items()
    ]
    return [*found, (State.SUBMITTED, "2", str(WITH_SECOND_REVIEWER))]
