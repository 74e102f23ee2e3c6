"""Builds HTML in which every text is escaped."""

import re
from collections.abc import Iterable
from html import escape
from typing import Final

from progress.entries.markdown_runs import VISIBLE_MARK

# A page cannot hold these characters, or they turn letters around (docs/rules.md, 12).
UNPRINTED: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]"
)
# Elements without content.
VOID: Final = frozenset({"br", "link", "meta"})


class Markup(str):
    """HTML that is safe to write into a page."""

    __slots__ = ()


Child = Markup | str | None | Iterable["Child"]


def element(tag: str, /, *children: Child, **attributes: str | None) -> Markup:
    """Return an element. Its texts are escaped, and children that are markup are not.

    An attribute of None is left out. `class_` and `aria_label` give `class` and
    `aria-label`.
    """
    opened = f"<{tag}{''.join(map(_attribute, attributes.items()))}>"
    if tag in VOID:
        return Markup(opened)
    return Markup(f"{opened}{joined(children)}</{tag}>")


def joined(children: Child, separator: str = "") -> Markup:
    """Return the children one after the other, as markup."""
    if children is None:
        return Markup("")
    if isinstance(children, Markup):
        return children
    if isinstance(children, str):
        return Markup(_escaped(children))
    return Markup(_escaped(separator).join(map(joined, children)))


def drawing(svg: str) -> Markup:
    """Return a drawing of `progress.positions.drawings`: its words are escaped."""
    return Markup(svg)


def printed(text: str) -> str:
    """Return the text with a mark for each character that a page cannot show."""
    return UNPRINTED.sub(VISIBLE_MARK, text)


def _attribute(pair: tuple[str, str | None]) -> str:
    name, value = pair
    if value is None:
        return ""
    return f' {name.rstrip("_").replace("_", "-")}="{_escaped(value)}"'


def _escaped(text: str) -> str:
    return escape(printed(text)).replace("\r", "&#13;")
