"""Tests of bringing a catalogue up to date, and of compiling it."""

import gettext
import os

import polib
import pytest

from g7plan.messages.compiling import compile_catalogues
from g7plan.messages.extraction import Message, MessageKey
from g7plan.messages.updating import catalogue_of, update_catalogue

PRINTED = "reports/labels.py"


def found(*messages):
    return {row.key: row for row in messages}


def message(text, plural="", *, context=None, files=("accounts/forms.py",)):
    return Message(MessageKey(context, text), plural, set(files))


@pytest.fixture
def path(tmp_path):
    return catalogue_of("fr", tmp_path)


def translate(path, **translations):
    catalogue = polib.pofile(str(path))
    for row in catalogue:
        row.msgstr = translations.get(row.msgid, row.msgstr)
    catalogue.save()


def rows(path):
    return {row.msgid: row for row in polib.pofile(str(path))}


def test_a_new_catalogue_has_the_messages_in_the_order_of_their_texts(path):
    update_catalogue(
        path, found(message("Member", files=[PRINTED, "a.py"]), message("Action"))
    )
    text = path.read_text("utf-8")
    assert text.index("Action") < text.index("Member")
    assert "#. Printed in reports.\n#: a.py reports/labels.py\n" in text
    assert text.count("Printed in reports.") == 1
    assert "Language: fr" in text
    assert "nplurals=" in text
    assert "Date" not in text  # it would change with every run


def test_equal_messages_give_equal_bytes_and_keep_translations(path):
    messages = [message("Action"), message("{n} part", "{n} parts"), message("Member")]
    update_catalogue(path, found(*messages))
    translate(path, Member="Membre")
    update_catalogue(path, found(*reversed(messages)))
    first = path.read_bytes()
    update_catalogue(path, found(*messages))
    assert path.read_bytes() == first
    assert rows(path)["Member"].msgstr == "Membre"


def test_the_rule_for_plurals_that_a_translator_chose_is_kept(path):
    update_catalogue(path, found(message("{n} part", "{n} parts")))
    catalogue = polib.pofile(str(path))
    catalogue.metadata["Plural-Forms"] = "nplurals=4; plural=(n % 4);"
    catalogue.save()
    update_catalogue(path, found(message("{n} row", "{n} rows")))
    catalogue = polib.pofile(str(path))
    assert catalogue.metadata["Plural-Forms"] == "nplurals=4; plural=(n % 4);"
    assert catalogue.find("{n} row").msgstr_plural == dict.fromkeys(range(4), "")


def test_a_message_that_nothing_says_any_more_leaves_the_catalogue(path):
    update_catalogue(path, found(message("Action"), message("Member")))
    translate(path, Member="Membre")
    update_catalogue(path, found(message("Action")))
    assert "Membre" not in path.read_text("utf-8")


def test_the_translation_of_a_changed_message_waits_for_a_translator(path):
    update_catalogue(path, found(message("The report is ready."), message("Member")))
    translate(path, **{"The report is ready.": "Le rapport est prêt."})
    update_catalogue(path, found(message("This report is ready."), message("Members")))
    row = rows(path)["This report is ready."]
    assert (row.msgstr, row.fuzzy) == ("Le rapport est prêt.", True)
    assert row.previous_msgid == "The report is ready."
    assert not rows(path)["Members"].fuzzy  # there was nothing to keep
    compile_catalogues(path.parents[2])
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("This report is ready.") == "This report is ready."


def test_one_text_in_two_contexts_is_two_messages(path):
    messages = [message("May", context="month"), message("May")]
    update_catalogue(path, found(*messages))
    assert [row.msgctxt for row in polib.pofile(str(path))] == [None, "month"]


def test_only_catalogues_that_have_changed_are_compiled(path):
    folder = path.parents[2]
    update_catalogue(path, found(message("Member")))
    translate(path, Member="Membre")
    assert compile_catalogues(folder) == [path]
    assert compile_catalogues(folder) == []
    later = path.with_suffix(".mo").stat().st_mtime_ns + 1
    os.utime(path, ns=(later, later))
    assert compile_catalogues(folder) == [path]
    assert not list(path.parent.glob(".*"))
