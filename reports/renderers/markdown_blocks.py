"""Reads Markdown into a small tree of blocks, which a template of the PDF prints.

The tree is plain JSON. It holds no markup of the typesetter's language, so no text can
become code in a document. Inline marks are flags on flat runs of text, not nested
nodes, and blocks nest only a few levels. So ten thousand brackets or quotation marks
take no longer to read than any other text of that length.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NotRequired, TypedDict

from markdown_it import MarkdownIt
from markdown_it.token import Token

from progress.entries.markdown_dialect import (
    is_japanese,
    is_nested_too_deep,
    make_parser,
)

# Blocks that are nested deeper are shown at this depth, since a page is narrow.
MAX_DEPTH = 4
# The typesetter refuses a URL of more than 8,000 bytes. A character has up to four.
MAX_URL_LENGTH = 2_000
LINK_PREFIXES = ("http://", "https://", "mailto:")

RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
FIRST_LETTER = re.compile(r"[^\W\d_]")


class Run(TypedDict):
    """A stretch of text in one style. A line break has only `line_break`."""

    text: NotRequired[str]
    strong: NotRequired[bool]
    emphasis: NotRequired[bool]
    code: NotRequired[bool]
    href: NotRequired[str]
    line_break: NotRequired[bool]


class Block(TypedDict):
    """A paragraph, a heading, a list, and so on. Each kind has the keys it needs."""

    kind: Literal["paragraph", "heading", "code", "quote", "list", "rule"]
    runs: NotRequired[list[Run]]
    text: NotRequired[str]
    blocks: NotRequired[list["Block"]]
    items: NotRequired[list[list["Block"]]]
    start: NotRequired[int | None]  # of an ordered list
    is_rtl: NotRequired[bool]
    is_japanese: NotRequired[bool]


def read_blocks(markdown: str) -> list[Block]:
    """Return the blocks of a text, in order. An empty text has none."""
    tokens = _parser().parse(markdown)
    if is_nested_too_deep(tokens):
        return _plain_paragraphs(markdown)
    return _blocks(iter(tokens), depth=0)


def is_link(url: str) -> bool:
    """Return whether a document may have a link to this URL."""
    is_short = len(url) <= MAX_URL_LENGTH
    return is_short and url.isprintable() and url.lower().startswith(LINK_PREFIXES)


@cache
def _parser() -> MarkdownIt:
    return make_parser()


def _plain_paragraphs(text: str) -> list[Block]:
    parts = (part.strip() for part in re.split(r"\n\s*\n", text))
    return [_paragraph(list(_lines(part))) for part in parts if part]


def _lines(text: str) -> Iterator[Run]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield {"line_break": True}
        yield {"text": line}


def _paragraph(runs: list[Run]) -> Block:
    text = "".join(run.get("text", "") for run in runs)
    first = FIRST_LETTER.search(text)
    return {
        "kind": "paragraph",
        "runs": runs,
        "is_rtl": bool(first and RIGHT_TO_LEFT.match(first[0])),
        "is_japanese": is_japanese(text),
    }


def _blocks(tokens: Iterator[Token], *, depth: int, until: str = "") -> list[Block]:
    """Return the blocks up to the token of type `until`, and consume that token too."""
    found: list[Block] = []
    for token in tokens:
        if token.type == until:
            break
        found.extend(_block(token, tokens, depth))
    return found


def _block(token: Token, tokens: Iterator[Token], depth: int) -> list[Block]:
    match token.type:
        case "paragraph_open":
            return [_paragraph(_inline(tokens, until="paragraph_close"))]
        case "heading_open":
            heading = _paragraph(_inline(tokens, until="heading_close"))
            return [{**heading, "kind": "heading"}]
        case "fence" | "code_block":
            text = token.content.rstrip("\n").expandtabs(4)
            return [{"kind": "code", "text": text}]
        case "blockquote_open":
            inner = _blocks(tokens, depth=depth + 1, until="blockquote_close")
            return inner if depth >= MAX_DEPTH else [{"kind": "quote", "blocks": inner}]
        case "bullet_list_open" | "ordered_list_open":
            return _list(token, tokens, depth)
        case "hr":
            return [{"kind": "rule"}]
    return []


def _list(token: Token, tokens: Iterator[Token], depth: int) -> list[Block]:
    start = int(token.attrs.get("start", 1)) if token.type.startswith("ord") else None
    items: list[list[Block]] = []
    for inner in tokens:
        if inner.type == token.type.replace("_open", "_close"):
            break
        items.append(_blocks(tokens, depth=depth + 1, until="list_item_close"))
    if depth >= MAX_DEPTH:
        return [block for item in items for block in item]
    return [{"kind": "list", "start": start, "items": items}]


def _inline(tokens: Iterator[Token], *, until: str) -> list[Run]:
    runs: list[Run] = []
    for token in tokens:
        if token.type == until:
            break
        runs.extend(_runs(token.children or []))
    return runs


def _runs(tokens: list[Token]) -> Iterator[Run]:
    strong = emphasis = 0
    href = ""
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                strong += token.nesting
            case "em_open" | "em_close":
                emphasis += token.nesting
            case "link_open":
                href = str(token.attrs["href"])
            case "link_close":
                href = ""
            case "hardbreak":
                yield {"line_break": True}
            case _:
                yield _run(token, bool(strong), bool(emphasis), href)


def _run(token: Token, strong: bool, emphasis: bool, href: str) -> Run:
    """Return a run of text. A soft break becomes a space, an image its description."""
    text = " " if token.type == "softbreak" else token.content
    run: Run = {"text": text}
    if strong:
        run["strong"] = True
    if emphasis:
        run["emphasis"] = True
    if token.type == "code_inline":
        run["code"] = True
    if is_link(href):
        run["href"] = href
    return run
