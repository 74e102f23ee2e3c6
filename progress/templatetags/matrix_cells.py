"""`{% matrix_cells row %}`: show the cells of a row of the matrix."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from progress.positions.matrix import CellFace, MatrixRow

register = template.Library()

CELL = (
    '<td><a href="{}" class="{}"><span class="visually-hidden">{}, {}: </span>{}</a>'
    "</td>"
)
# Where the commitment does not bind the member.
NO_CELL = "<td></td>"


@register.simple_tag
def matrix_cells(row: MatrixRow) -> SafeString:
    """Show the cells of a row: a plan has hundreds, so a face is drawn only once."""
    language = get_language()
    code = escape(row.line.commitment.code)
    cells = [
        CELL.format(
            escape(cell.url),
            cell.face.css_class,
            _escaped(cell.member.name),
            code,
            _drawn(cell.face, language),
        )
        if cell
        else NO_CELL
        for cell in row.cells
    ]
    return mark_safe("".join(cells))  # noqa: S308 - each part is escaped, or a code


_escaped = lru_cache(maxsize=64)(escape)


@lru_cache(maxsize=4096)
def _drawn(face: CellFace, _language: str | None) -> SafeString:
    """Return a face as HTML. It depends on nothing but these two."""
    return render_to_string("progress/positions/_matrix_cell.html", {"face": face})
