"""The glossary, the guides and the API's policy of `docs/`, as pages.

The files are ours and trusted, so they keep what a narrative may not have: headings
with ids, tables, and links to each other. A link to any other file becomes plain text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import nh3
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from g7plan.home.first_steps import GUIDE_LABELS
from g7plan.messages.documents import CONTEXT, blocks_of, message_of, parser

# The files that are served, and the route of each.
ROUTES = {
    "glossary.md": "glossary",
    "guide-officers.md": "guide-officers",
    "guide-heads.md": "guide-heads",
    "guide-coordinators.md": "guide-coordinators",
    "guide-readers.md": "guide-readers",
    "guide-administrators.md": "guide-administrators",
    "api-policy.md": "api-policy",
}
# What each guide is for, as the page of all guides says it.
PURPOSES: Final = {
    "guide-officers": gettext_lazy(
        "Write entries and send them for clearance. Also for contributors."
    ),
    "guide-heads": gettext_lazy(
        "Clear entries, name an acting head and object to a draft report."
    ),
    "guide-coordinators": gettext_lazy(
        "Run a stocktake, review and publish entries, compile reports."
    ),
    "guide-readers": gettext_lazy("Read entries and reports, and follow what changes."),
    "guide-administrators": gettext_lazy(
        "Manage people, rights and reference data, and watch the jobs."
    ),
    "glossary": gettext_lazy(
        "The words that you meet here, each in a sentence or two."
    ),
    "api-policy": gettext_lazy("What programs can rely on, in English."),
}
LABELS: Final = {
    **GUIDE_LABELS,
    "glossary": gettext_lazy("Glossary"),
    "api-policy": gettext_lazy("Policy of the API"),
}
TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p",
    "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "ol": {"start"},
    "th": {"scope"},
}


@dataclass(frozen=True)
class Heading:
    """A heading of the second level: a line of the list of contents."""

    anchor: str
    text: str


@dataclass(frozen=True)
class Guide:
    """A document of `docs/`, ready to be shown."""

    title: str
    contents: list[Heading]
    html: SafeString
    # Whether it is in the language of the page. If not, it is in English.
    is_translated: bool


@login_not_required
@require_safe
def guide_list(request: HttpRequest) -> HttpResponse:
    """List the guides. Anyone may read them."""
    guides = [(route, LABELS[route], text) for route, text in PURPOSES.items()]
    return render(request, "g7plan/guides/guide_list.html", {"guides": guides})


@login_not_required
@require_safe
def guide(request: HttpRequest, name: str) -> HttpResponse:
    """Show one document. It holds no data, so you need not sign in to read it."""
    return render(request, "g7plan/guides/guide.html", {"guide": read(name)})


def read(name: str) -> Guide:
    """Return a document of `docs/` in the language of the page.

    Each process reads it once a language.
    """
    return _read(name, get_language() or settings.LANGUAGE_CODE)


@cache
def _read(name: str, _language: str) -> Guide:
    return to_guide((settings.BASE_DIR / "docs" / name).read_text("utf-8"))


def to_guide(text: str) -> Guide:
    """Turn a Markdown text, which begins with its title, into a page.

    The anchors of headings are their English words, so that a link to one works in
    every language.
    """
    markdown = parser()
    parsed = markdown.parse(text)
    anchors = {
        id(opening): slugify(_words_of(inline))
        for opening, inline in pairwise(parsed)
        if opening.type == "heading_open"
    }
    is_translated = _translate(parsed, markdown)
    opening, heading, _closing, *tokens = parsed
    if opening.tag != "h1":
        raise ValueError("A guide must begin with a heading of the first level.")
    contents = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchors[id(token)])
            if token.tag == "h2":
                words = _words_of(tokens[index + 1])
                contents.append(Heading(anchors[id(token)], words))
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        elif token.children is not None:
            token.children = _with_our_links(token.children)
    html = nh3.clean(
        markdown.renderer.render(tokens, markdown.options, {}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        link_rel=None,
    )
    title = _words_of(heading)
    return Guide(title, contents, mark_safe(html), is_translated)  # noqa: S308 - cleaned


def _translate(tokens: Sequence[Token], markdown: MarkdownIt) -> bool:
    """Put the words of the active language in. Return whether there are any."""
    is_translated = False
    for block in blocks_of(tokens):
        message = message_of(block)
        words = pgettext(CONTEXT, message)
        if words != message:
            [parsed] = markdown.parseInline(words)
            block.content, block.children = words, parsed.children
            is_translated = True
    return is_translated


def _words_of(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [])


def _with_our_links(tokens: list[Token]) -> list[Token]:
    """Point links at our pages. Links never nest, so a stack is not needed."""
    kept = []
    is_dropped = False
    for token in tokens:
        if token.type == "link_open":
            address = _address_of(str(token.attrGet("href")))
            is_dropped = address is None
            if address is not None:
                token.attrSet("href", address)
        if token.type not in {"link_open", "link_close"} or not is_dropped:
            kept.append(token)
    return kept


def _address_of(href: str) -> str | None:
    """Return where a link leads from a page, or None if that is not served."""
    path, mark, anchor = href.partition("#")
    if not path or "://" in path or path.startswith("mailto:"):
        return href
    route = ROUTES.get(Path(path).name)
    return None if route is None else f"{reverse(route)}{mark}{anchor}"
