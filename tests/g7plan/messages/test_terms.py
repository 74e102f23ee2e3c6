"""Tests of the list of terms: every language has a word, and the catalogues use it."""

from collections import defaultdict

import polib
import pytest

from g7plan.messages.compiling import catalogues
from tests.source_files import ROOT

NAMES = {"fr": "Français", "de": "Deutsch", "it": "Italiano", "ja": "日本語"}


def rows_of_terms():
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs/terms.md").read_text("utf-8").splitlines()
        if line.startswith("|")
    ]
    head, _rule, *found = rows
    return head, [dict(zip(head, row, strict=True)) for row in found]


def messages_in(language):
    """Return the translations of each message, in any letter case."""
    [path] = [path for path in catalogues() if path.parents[1].name == language]
    said = defaultdict(set)
    for row in polib.pofile(str(path)):
        if row.translated() and not row.msgctxt and not row.msgid_plural:
            said[row.msgid.casefold()].add(row.msgstr.casefold())
    return said


@pytest.mark.parametrize("language", NAMES)
def test_the_catalogue_uses_the_words_of_the_list(language):
    said = messages_in(language)
    _head, rows = rows_of_terms()
    terms = {row["English"].casefold(): row[NAMES[language]] for row in rows}
    compared = {term: word for term, word in terms.items() if term in said}
    assert len(compared) > 90
    differ = {
        term: (word, said[term])
        for term, word in compared.items()
        if word.casefold() not in said[term]
    }
    assert not differ


def test_every_term_has_a_word_in_each_language_and_is_there_once():
    head, rows = rows_of_terms()
    assert head == ["English", *NAMES.values()]
    assert all(all(row.values()) for row in rows)
    terms = [row["English"].casefold() for row in rows]
    assert terms == sorted(set(terms))
