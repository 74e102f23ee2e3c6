"""Every page says everything in its reader's language."""

import re

import pytest
from django.conf import settings as project
from django.utils.translation import override

from accounts.languages import NAMES
from accounts.models import User
from accounts.time_zones import known_time_zones
from tests.g7plan.messages.page_words import (
    PLAIN_WORD,
    english_in,
    words_of_the_data,
)
from tests.g7plan.messages.pseudo_locale import TAG, make_pseudo_locale
from tests.g7plan.test_page_queries import PAGES, addresses

# The same in every language: labels, formats, keys, zones and the product.
EVERYWHERE = {
    "TLP", "CLEAR", "GREEN", "AMBER", "RED", "UTC", "PDF", "DOCX", "XLSX", "CSV",
    "HTML", "JSON", "SHA", "SVG", "API", "Excel", "Ctrl", "Enter", "Esc", "Shift",
    "Alt", "plan",
}  # fmt: skip


def names_of_languages_and_zones():
    """Languages have their own names, and zones those of the tz database."""
    zones = re.split("[/_]", "/".join(known_time_zones()))
    names = [*NAMES.values(), *dict(project.LANGUAGES).values(), "Pseudo"]
    return set(PLAIN_WORD.findall(" ".join([*names, *zones])))


@pytest.fixture
def pseudo_locale(settings, tmp_path):
    make_pseudo_locale(tmp_path)
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [*project.LANGUAGES, (TAG, "Pseudo")]


@pytest.mark.long
@pytest.mark.parametrize("role", PAGES)
def test_no_page_says_anything_in_english(large, pseudo_locale, signed_in, role):
    User.objects.update(language=TAG)
    browser = signed_in(large.people[role])
    data = EVERYWHERE | names_of_languages_and_zones()
    with override(TAG):
        data |= words_of_the_data()
    found = {}
    for page in addresses(large, role):
        answer = browser.get(page)
        assert answer["Content-Language"] == TAG, page
        if english := sorted(set(english_in(answer.text, data))):
            found[page] = english
    assert found == {}
