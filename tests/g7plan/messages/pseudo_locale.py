"""An invented language for tests: each text has accents, is longer, and is in brackets.

What is still plain in it was never translated. Its catalogue is made when a test needs
it: of our own messages and of Django's, which name the months.
"""

import re
from functools import cache
from pathlib import Path

import django
import polib

from g7plan.messages.compiling import compile_catalogues
from g7plan.messages.extraction import messages_of
from g7plan.messages.updating import catalogue_of, updated
from tests.source_files import ROOT

# The code for constructed languages: a browser and axe accept it.
TAG = "art"
LONGER = 0.4
# What makes a text longer can be broken into lines, as words can.
LONG_WORD = 12
TAIL = "~" * LONG_WORD
PLACEHOLDER = re.compile(r"(%\(\w+\)[sd]|%%|%[sdi]|\{\w+\}|<[^>]+>)")
PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ACCENTED = "ÁƁĆĎÉƑĞĤÍĴĶĹḾŃÓṔɊŔŚŤÚṼŴẊÝŹáƀćďéƒğĥíĵķĺḿńóṕɋŕśťúṽŵẋýź"
LETTERS = str.maketrans(PLAIN, ACCENTED)
# Not words: they stay as they are.
FORMATS = ("format of",)
TAG_OF_LANGUAGE = "the tag of the language of this catalogue"


def pseudo(text: str) -> str:
    """Return the text with accents and 40 % longer. Placeholders stay."""
    parts = PLACEHOLDER.split(text)
    words = "".join(
        part if number % 2 else part.translate(LETTERS)
        for number, part in enumerate(parts)
    )
    whole, rest = divmod(round(len(text) * LONGER), LONG_WORD)
    return f"[{words}{f'{TAIL} ' * whole}{TAIL[:rest]}".rstrip() + "]"


def make_pseudo_locale(folder: Path) -> None:
    """Write and compile the catalogue in this folder, for LOCALE_PATHS."""
    of_django = Path(django.__file__).parent / "conf/locale/en/LC_MESSAGES/django.po"
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for rows in (polib.pofile(str(of_django)), _ours()):
        for row in rows:
            row.flags, row.msgstr = [], _translation(row)
            if row.msgid_plural:
                row.msgstr = ""
                row.msgstr_plural = {0: pseudo(row.msgid), 1: pseudo(row.msgid_plural)}
            catalogue.append(row)
    path = catalogue_of(TAG, folder)
    path.parent.mkdir(parents=True)
    catalogue.save(str(path))
    compile_catalogues(folder)


@cache
def _ours() -> polib.POFile:
    """Return what the sources say now, so that no catalogue has to be up to date."""
    return updated(polib.POFile(), messages_of(ROOT), "de")


def _translation(row: polib.POEntry) -> str:
    if row.msgctxt == TAG_OF_LANGUAGE:
        return TAG
    if row.msgctxt and row.msgctxt.startswith(FORMATS):
        return str(row.msgid)
    return pseudo(row.msgid)
