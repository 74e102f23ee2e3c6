"""Finds the text of a template that no gettext tag says."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

# Attributes that a reader sees or hears.
SAID = {"alt", "aria-description", "aria-label", "placeholder", "title"}
BLOCK = re.compile(
    r"\{%\s*(blocktranslate|blocktrans)\b.*?\{%\s*end\1\b.*?%\}"
    r"|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}"
    r"|\{%\s*block \w*class\w*\s*%\}.*?\{%\s*endblock\b.*?%\}",
    re.DOTALL,
)
TAG = re.compile(r"\{[%#{].*?[%#}]\}", re.DOTALL)
# What only names a thing of the page, and is no text.
NAME = re.compile(r"[a-z_-]+")
WORD = re.compile(r"[^\W_]*[^\W\d_]{2}[^\W_]*")
# In a tag: a literal that a template passes on as a text to be shown.
PASSED_ON = re.compile(
    r"""\b(?:label|text|title|heading|step|note|hint)=("[^"]*"|'[^']*')"""
)


class _Texts(HTMLParser):
    """Collects the text between tags, and that of attributes that are said."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style"}
        given = dict(attrs)
        said = set(SAID)
        if tag == "input" and given.get("type") in {"submit", "button", "reset"}:
            said.add("value")
        self.found += [value for name, value in attrs if name in said and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def texts_outside_gettext(source: str, allowed: set[str]) -> Iterator[str]:
    """Yield each text that a reader would see in English, whatever their language.

    Words are allowed that are the same in every language, such as `g7plan`.
    """
    source = BLOCK.sub("", source)
    for tag in TAG.findall(source):
        if tag.startswith("{%"):
            for literal in PASSED_ON.findall(tag):
                if not NAME.fullmatch(literal[1:-1]):
                    yield from _words_in(literal, allowed)
    parser = _Texts()
    parser.feed(TAG.sub("", source))
    parser.close()
    for text in parser.found:
        yield from _words_in(text, allowed)


def _words_in(text: str, allowed: set[str]) -> Iterator[str]:
    if any(word not in allowed for word in WORD.findall(text)):
        yield " ".join(text.split())
