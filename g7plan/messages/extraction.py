"""Finds every message in the sources: in Python by its syntax, in templates by tags.

Templates are read by the function that Django gives to the gettext tools.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django.utils.translation.template import templatize

from g7plan.messages.documents import (
    CONTEXT,
    blocks_of,
    documents,
    message_of,
    parser,
)

# Folders and files that say nothing to a reader. What the API says is documentation for
# developers, and always English.
SILENT = {"api", "benchmarks", "docs", "migrations", "mutants", "tests", "var"}
TEMPLATES = {".html", ".txt"}


class MessageKey(NamedTuple):
    """What tells messages apart: the context, if there is one, and the text."""

    context: str | None
    text: str


@dataclass
class Message:
    """A message with its plural form, if it has one, and the files that say it."""

    key: MessageKey
    plural: str = ""
    files: set[str] = field(default_factory=set)


# The function, without `_lazy` or `_noop`: where its context and its text are, and
# whether a plural follows the text.
FUNCTIONS = {
    "_": (None, 0, False),
    "gettext": (None, 0, False),
    "ngettext": (None, 0, True),
    "pgettext": (0, 1, False),
    "npgettext": (0, 1, True),
}
_LITERAL = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_CALL = re.compile(
    rf"(?<!\w)(?P<name>n?p?gettext|_)\((?P<texts>(?:\s*{_LITERAL}\s*,?)+)"
)


# Reference data of our own wording: the file, the table or list in it, the key of each
# row (every value of a table, without one), and the context in which it is said.
DATA = (
    ("fixtures/members.toml", "members", "name", "member"),
    ("fixtures/summits.toml", "summits", "name", "summit"),
    ("fixtures/summits.toml", "summits", "place", "place"),
    ("fixtures/ise-shima-2016-ct.toml", "short_titles", "", "short title"),
)


def messages_of(root: Path) -> dict[MessageKey, Message]:
    """Return all messages of the tree, whatever the order of its files on disk."""
    found: dict[MessageKey, Message] = {}
    for name, message in _messages(root):
        known = found.setdefault(message.key, message)
        known.plural = known.plural or message.plural
        known.files.add(name)
    return found


def _messages(root: Path) -> Iterator[tuple[str, Message]]:
    for path in sorted(_sources(root)):
        name = path.relative_to(root).as_posix()
        for message in messages_of_file(path.read_text("utf-8"), name):
            yield name, message
    for path in documents(root):
        name = path.relative_to(root).as_posix()
        for block in blocks_of(parser().parse(path.read_text("utf-8"))):
            yield name, Message(MessageKey(CONTEXT, message_of(block)))
    for name, table, column, context in DATA:
        rows = tomllib.loads((root / name).read_text("utf-8"))[table]
        texts = [row.get(column) for row in rows] if column else rows.values()
        for text in filter(None, texts):
            yield name, Message(MessageKey(context, text))


def _sources(root: Path) -> Iterator[Path]:
    for folder in sorted(root.iterdir()):
        if folder.name.startswith(".") or folder.name in SILENT or not folder.is_dir():
            continue
        endings = TEMPLATES if folder.name == "templates" else {".py"}
        for path in folder.rglob("*"):
            is_silent = SILENT.intersection(path.relative_to(root).parts)
            if path.suffix in endings and not is_silent:
                yield path


def messages_of_file(source: str, name: str) -> Iterator[Message]:
    """Yield the messages of a module or of a template."""
    is_module = name.endswith(".py")
    calls = _calls_of_module(source) if is_module else _calls_of_template(source, name)
    for function, texts in calls:
        context, text, has_plural = FUNCTIONS[function]
        if len(texts) > text + has_plural:
            key = MessageKey(None if context is None else texts[context], texts[text])
            yield Message(key, texts[text + 1] if has_plural else "")


def _calls_of_module(source: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the translating calls with the literal texts that they begin with."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called: str = getattr(node.func, "attr", getattr(node.func, "id", ""))
        name = called.removesuffix("_lazy").removesuffix("_noop")
        if name in FUNCTIONS:
            yield name, list(_leading_texts(node.args))


def _leading_texts(arguments: list[ast.expr]) -> Iterator[str]:
    for argument in arguments:
        if not isinstance(argument, ast.Constant) or not isinstance(
            argument.value, str
        ):
            return
        yield argument.value


def _calls_of_template(source: str, name: str) -> Iterator[tuple[str, list[str]]]:
    for call in _CALL.finditer(templatize(source, origin=name)):
        texts = re.findall(_LITERAL, call["texts"])
        yield call["name"], [ast.literal_eval(text) for text in texts]
