"""Texts of delegations as safe HTML. Plain Python.

The HTML is written from the blocks of the dialect, and each character of the text is
escaped. The sanitiser is a second line of defence. Every block finds its own direction,
so that Arabic and Hebrew read from the right.
"""

from collections.abc import Iterable
from html import escape

import nh3

from progress.entries.markdown_dialect import (
    Block,
    Point,
    PointList,
    Table,
    TextParagraph,
    is_right_to_left,
    read_blocks,
    text_of,
)
from progress.entries.markdown_runs import Run, read_runs, visible

TAGS = {
    "a", "br", "div", "li", "p", "span", "strong", "table", "tbody", "td", "th",
    "thead", "tr", "ul",
}  # fmt: skip
# Only a link's address comes from a text. All other values are from here.
ATTRIBUTES = {"a": {"href"}, "div": {"aria-label"}}
EITHER = {"dir": {"auto"}}
WHOLE = {"dir": {"ltr", "rtl"}}
VALUES = {
    "div": {"class": {"table-scroll"}, "role": {"group"}, "tabindex": {"0"}},
    "li": EITHER,
    "p": EITHER,
    "span": {"class": {"point-mark"}},
    "table": WHOLE,
    "td": EITHER,
    "th": {**EITHER, "scope": {"col"}},
    "ul": {**WHOLE, "class": {"marked-points"}, "role": {"list"}},
}
URL_SCHEMES = {"http", "https", "mailto"}


def to_html(text: str, *, table_label: str) -> str:
    """Return the sanitised HTML of a text. Each table has the label as its name."""
    return nh3.clean(
        _blocks(read_blocks(text), table_label),
        tags=TAGS,
        attributes=ATTRIBUTES,
        tag_attribute_values=VALUES,
        url_schemes=URL_SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )


def _blocks(blocks: Iterable[Block], table_label: str) -> str:
    return "\n".join(_block(block, table_label) for block in blocks)


def _block(block: Block, table_label: str) -> str:
    match block:
        case TextParagraph():
            return f'<p dir="auto">{_inline(block.runs)}</p>'
        case PointList():
            return _list(block, table_label)
        case Table():
            return _table(block, table_label)


def _list(block: PointList, table_label: str) -> str:
    """Return a list. A number is part of the text, so that no browser changes it.

    Some browsers take a list without bullets for no list, unless its role is named.
    """
    marked = ' class="marked-points" role="list"' if block.is_marked else ""
    points = "\n".join(_point(point, table_label) for point in block.points)
    return f"<ul{_direction(block)}{marked}>\n{points}\n</ul>"


def _point(point: Point, table_label: str) -> str:
    mark, (first, *others) = escape(point.mark), point.blocks
    before = f'<span class="point-mark">{mark}</span> ' if mark else ""
    words = _inline(first.runs) if isinstance(first, TextParagraph) else ""
    inner = f"\n{_blocks(others, table_label)}\n" if others else ""
    return f'<li dir="auto">{before}{words}{inner}</li>'


def _table(table: Table, table_label: str) -> str:
    """Return a table in a box that can be scrolled, also with the keyboard."""
    header, *rows = table.rows
    head = _row([_header_cell(cell) for cell in header])
    body = "\n".join(
        _row([f'<td dir="auto">{_inline(read_runs(cell))}</td>' for cell in row])
        for row in rows
    )
    return (
        f'<div class="table-scroll" role="group" tabindex="0"'
        f' aria-label="{escape(table_label)}">\n<table{_direction(table)}>\n'
        f"<thead>\n{head}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _row(cells: list[str]) -> str:
    return f"<tr>{''.join(cells)}</tr>"


def _header_cell(cell: str) -> str:
    words = _inline(read_runs(cell))
    return f'<th dir="auto" scope="col">{words}</th>' if words else "<td></td>"


def _direction(block: Block) -> str:
    """Return the direction of a whole list or table: that of its first letter."""
    is_rtl = is_right_to_left("".join(text_of([block])))
    return f' dir="{"rtl" if is_rtl else "ltr"}"'


def _inline(runs: Iterable[Run]) -> str:
    return "".join(map(_run, runs))


def _run(run: Run) -> str:
    if run.text == "\n":
        return "<br>\n"
    words = escape(visible(run.text))
    if run.is_bold:
        words = f"<strong>{words}</strong>"
    return f'<a href="{escape(run.href)}">{words}</a>' if run.href else words
