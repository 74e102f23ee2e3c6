"""Tests of the catalogues: complete for reports, true to the sources, well formed."""

import re

import polib
import pytest
from django.conf import settings

from g7plan.messages.compiling import catalogues
from g7plan.messages.extraction import messages_of
from g7plan.messages.updating import updated
from reports.languages import LANGUAGES, PRINTED
from tests.source_files import ROOT, tracked

# English is what the sources say.
OF_PAGES = [tag for tag, _name in settings.LANGUAGES if not tag.startswith("en")]
PATHS = {path.parents[1].name: path for path in catalogues()}
MARK = "Printed in reports."
PLACEHOLDERS = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w+\}")
TAGS = re.compile(r"</?[a-z][^>]*>")
# French has a narrow no-break space here: before these marks, and inside « ».
FRENCH_GAPS = re.compile(
    r"(?<![\u202f%])[;!?»]|(?<=[^\W\d])[^\u202f:]?:(?=\s)|«(?!\u202f)"
)


@pytest.fixture(scope="module")
def messages():
    return messages_of(ROOT)


@pytest.fixture(scope="module", params=PATHS)
def catalogue(request):
    return polib.pofile(str(PATHS[request.param]), wrapwidth=88)


def translations(row):
    """Return the pairs of an English text and its translation.

    The form for one may say “the entry” without a number, if English does.
    """
    if not row.msgid_plural:
        return [(row.msgid, row.msgstr)] if row.msgstr else []
    forms = [text for _number, text in sorted(row.msgstr_plural.items())]
    is_alone = len(forms) > 1 and not PLACEHOLDERS.search(forms[0])
    first = row.msgid if is_alone else row.msgid_plural
    english = [first, *[row.msgid_plural] * (len(forms) - 1)]
    return [pair for pair in zip(english, forms, strict=True) if pair[1]]


def faults_of(catalogue, is_fault):
    return [
        (text, translation)
        for row in catalogue
        for text, translation in translations(row)
        if is_fault(text, translation)
    ]


def differ_in(pattern):
    def is_fault(text, translation):
        return sorted(pattern.findall(text)) != sorted(pattern.findall(translation))

    return is_fault


def edges(text):
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def test_every_catalogue_says_exactly_what_the_sources_say(messages, catalogue):
    language = catalogue.metadata["Language"]
    fresh = updated(catalogue, messages, language)
    stale = {row.msgid for row in catalogue} ^ {row.msgid for row in fresh}
    assert not stale, "Run make messages."
    text = PATHS[language].read_text("utf-8")
    assert text == f"{fresh}\n", "Run make messages."


def test_every_language_of_reports_but_english_has_a_catalogue():
    assert set(LANGUAGES) - {"en"} <= set(PATHS)


def test_every_language_of_pages_but_english_has_a_catalogue():
    assert set(OF_PAGES) <= set(PATHS)


@pytest.mark.parametrize("language", OF_PAGES)
def test_every_message_is_translated_in_a_language_of_pages(language):
    catalogue = polib.pofile(str(PATHS[language]))
    assert [row.msgid for row in catalogue.untranslated_entries()] == []
    assert [row.msgid for row in catalogue.fuzzy_entries()] == []
    assert [row.msgid for row in catalogue.obsolete_entries()] == []


@pytest.mark.parametrize("language", OF_PAGES)
def test_a_translation_has_all_plural_forms_of_its_language(language):
    catalogue = polib.pofile(str(PATHS[language]))
    forms = int(re.findall(r"nplurals=(\d)", catalogue.metadata["Plural-Forms"])[0])
    rows = [row for row in catalogue if row.msgid_plural]
    assert rows
    assert {len(row.msgstr_plural) for row in rows} == {forms}


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_every_message_that_a_report_prints_is_translated(language):
    catalogue = polib.pofile(str(PATHS[language]))
    printed = [row for row in catalogue if row.comment == MARK]
    assert len(printed) > 150
    assert not [row.msgid for row in printed if not row.translated()]
    assert not [row.msgid for row in printed if row.fuzzy]
    assert not catalogue.obsolete_entries()


def test_every_module_whose_messages_a_report_prints_has_one(messages):
    said = set().union(*(message.files for message in messages.values()))
    assert [name for name in PRINTED if not any(map(prefixed(name), said))] == []


def prefixed(name):
    return lambda source: source.startswith((f"{name}.", f"{name}/"))


def test_placeholders_are_those_of_the_message(catalogue):
    assert not faults_of(catalogue, differ_in(PLACEHOLDERS))


def test_tags_are_those_of_the_message(catalogue):
    assert not faults_of(catalogue, differ_in(TAGS))


def test_blanks_at_the_ends_are_those_of_the_message(catalogue):
    assert not faults_of(catalogue, lambda text, other: edges(text) != edges(other))


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("{count} entries", "{nombre} entrées"),
        ("%(day)s in UTC", "en UTC"),
        ("100 %%", "100"),
    ],
)
def test_a_placeholder_that_differs_is_a_fault(text, translation):
    row = polib.POEntry(msgid=text, msgstr=translation)
    assert faults_of([row], differ_in(PLACEHOLDERS)) == [(text, translation)]


def test_zero_and_one_are_singular_in_french():
    catalogue = polib.pofile(str(PATHS["fr"]))
    assert catalogue.metadata["Plural-Forms"] == "nplurals=2; plural=(n > 1);"


def test_french_has_its_own_marks_and_spaces():
    catalogue = polib.pofile(str(PATHS["fr"]))
    assert not faults_of(catalogue, lambda _text, french: FRENCH_GAPS.search(french))
    assert not faults_of(catalogue, lambda _text, french: re.search("[“”‘]", french))
    assert not faults_of(catalogue, lambda _text, french: re.search(r"\w'\w", french))


@pytest.mark.parametrize(
    ("french", "is_fault"),
    [
        ("Vu\u202f: oui", False),
        ("«\u202fVu\u202f»", False),
        ("TLP:GREEN, 12:30", False),
        ("Vu : oui", True),
        ("Vu: oui", True),
        ("Quoi?", True),
        ("« Vu »", True),
        ("«\u202fVu»", True),
    ],
)
def test_a_french_space_that_is_missing_is_a_fault(french, is_fault):
    assert bool(FRENCH_GAPS.search(french)) == is_fault


def test_a_compiled_catalogue_is_never_committed():
    assert not tracked("*.mo")
