"""The words of a page that its reader sees or hears, apart from its data."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.apps import apps
from django.db import models

from accounts.wording.names import in_language

SAID = {"alt", "aria-label", "placeholder", "title"}
PLAIN_WORD = re.compile(r"(?<![\w.@/-])[A-Za-z]{3,}(?![\w@/-])")
SILENT = {"script", "style", "template", "code", "pre"}
EMPTY = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class _Seen(HTMLParser):
    """Collects the texts of a page, but not those in a language of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[bool] = []

    @property
    def is_aside(self) -> bool:
        return any(self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_aside = tag in SILENT or (tag != "html" and "lang" in given)
        if not (is_aside or self.is_aside):
            self.found += [text for name, text in attrs if name in SAID and text]
            if tag == "input" and given.get("type") in {"submit", "button"}:
                self.found.append(given.get("value") or "")
        if tag not in EMPTY:
            self.open.append(is_aside)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.is_aside and data.strip():
            self.found.append(data)


def texts_of(html: str) -> list[str]:
    parser = _Seen()
    parser.feed(html)
    parser.close()
    return [" ".join(text.split()) for text in parser.found]


def words_of_the_data() -> set[str]:
    """Return every plain word that the database holds: what people wrote, and names.

    Names that have a translation in the active language are left out.
    """
    words: set[str] = set()
    for model in apps.get_models():
        columns = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField)
        ]
        for row in (
            model._default_manager.values_list(*columns)[:400] if columns else ()
        ):
            for value in filter(None, row):
                if in_language(value) != str(value):
                    continue
                words.update(PLAIN_WORD.findall(str(value)))
    return words


def english_in(html: str, data: set[str]) -> Iterator[str]:
    """Yield the texts of a page in the pseudo-locale that gettext has not said."""
    for text in texts_of(html):
        if any(word not in data for word in PLAIN_WORD.findall(text)):
            yield text
