"""Tests of the seal of a text: it opens as it was, for its own entry alone."""

from datetime import date
from uuid import uuid4

import pytest

from progress.entries.shown_text import open_text, seal_text
from progress.entries.text import EntryText, EvidenceItem
from progress.models import Entry

TEXT = EntryText(
    as_of=date(2016, 9, 30),
    status="limited",
    is_at_risk=True,
    language="ja",
    narrative="警察は **接続** した。\n- eins\n- zwei",
    obstacles="<b>None</b>",
    handling="amber",
    evidence=(
        EvidenceItem("Report", url="https://a.example/", accessed_on=date(2016, 9, 1)),
        EvidenceItem("Law", citation="BGBl. I 2016, 1"),
        EvidenceItem("Annex", file_name="a.pdf", size=12, sha256="0f", id=uuid4()),
    ),
)


def test_a_sealed_text_opens_as_it_was():
    entry = Entry()
    opened = open_text(seal_text(entry, TEXT), entry.pk)
    assert opened == TEXT
    assert [item.id for item in opened.evidence] == [item.id for item in TEXT.evidence]


def test_the_same_text_has_the_same_seal():
    entry = Entry()
    assert seal_text(entry, TEXT) == seal_text(entry, TEXT)


def test_a_seal_opens_for_its_entry_alone():
    assert open_text(seal_text(Entry(), TEXT), Entry().pk) is None


@pytest.mark.parametrize(
    "change", [str.lower, lambda sealed: sealed[:-1], lambda _: ""]
)
def test_a_changed_seal_does_not_open(change):
    entry = Entry()
    assert open_text(change(seal_text(entry, TEXT)), entry.pk) is None
