"""Brings a catalogue up to date with the sources. Equal sources give equal bytes."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

import polib
from django.conf import locale as django_locale

from g7plan.messages.compiling import LOCALE
from g7plan.messages.extraction import Message, MessageKey
from reports.languages import is_printed

MARK = "Printed in reports."
ALIKE = 0.75  # from here on, the translation of a changed message is kept as fuzzy
WIDTH = 88


def catalogue_of(language: str, folder: Path = LOCALE) -> Path:
    """Return where the catalogue of a language is kept."""
    return folder / language / "LC_MESSAGES" / "django.po"


def update_catalogue(path: Path, found: Mapping[MessageKey, Message]) -> None:
    """Write the catalogue with exactly these messages, and keep its translations."""
    old = polib.pofile(str(path)) if path.exists() else polib.POFile()
    path.parent.mkdir(parents=True, exist_ok=True)
    language = path.parents[1].name
    path.write_text(str(updated(old, found, language)) + "\n", "utf-8")


def updated(
    old: polib.POFile, found: Mapping[MessageKey, Message], language: str
) -> polib.POFile:
    """Return the catalogue with exactly these messages, in the order of their texts."""
    kept = {MessageKey(row.msgctxt, row.msgid): row for row in old if row.msgid}
    lost = {key.text: row for key, row in kept.items() if key not in found}
    new = polib.POFile(wrapwidth=WIDTH)
    new.metadata = _metadata(language, old.metadata.get("Plural-Forms"))
    forms = int(re.findall(r"nplurals=(\d)", new.metadata["Plural-Forms"])[0])
    for key in sorted(found, key=lambda key: (key.text, key.context or "")):
        row = _row(found[key])
        if key in kept:
            _take_over(row, kept[key])
        else:
            _guess(row, lost)
        if row.msgid_plural and not row.msgstr_plural:
            row.msgstr_plural = dict.fromkeys(range(forms), "")
        new.append(row)
    return new


def _metadata(language: str, plurals: str | None) -> dict[str, str]:
    return {
        "Project-Id-Version": "g7plan",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plurals or plural_forms(language),
    }


def plural_forms(language: str) -> str:
    """Return the rule by which Django itself chooses plurals in this language."""
    folder = Path(django_locale.__file__).parent / language / "LC_MESSAGES"
    return str(polib.mofile(str(folder / "django.mo")).metadata["Plural-Forms"])


def _row(message: Message) -> polib.POEntry:
    return polib.POEntry(
        msgctxt=message.key.context,
        msgid=message.key.text,
        msgid_plural=message.plural,
        comment=MARK if any(map(is_printed, message.files)) else "",
        # Without numbers of lines: they would change with every edit.
        occurrences=[(name, "") for name in sorted(message.files)],
    )


def _take_over(row: polib.POEntry, known: polib.POEntry) -> None:
    if bool(row.msgid_plural) == bool(known.msgid_plural):
        row.msgstr, row.msgstr_plural = known.msgstr, known.msgstr_plural
        row.flags = [flag for flag in known.flags if flag == "fuzzy"]
    row.tcomment = known.tcomment


def _guess(row: polib.POEntry, lost: Mapping[str, polib.POEntry]) -> None:
    """Give a new message the translation of the one that it seems to replace."""
    for text in get_close_matches(row.msgid, lost, n=1, cutoff=ALIKE):
        _take_over(row, lost[text])
        if row.translated():
            row.flags = ["fuzzy"]
            row.previous_msgid = text
