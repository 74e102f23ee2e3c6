"""Every page says everything in its reader's language."""

import pytest
from django.conf import settings as project

from accounts.models import User
from tests.g7plan.messages.page_words import english_in, words_of_the_data
from tests.g7plan.messages.pseudo_locale import TAG, make_pseudo_locale
from tests.g7plan.test_page_queries import PAGES, addresses

# The same in every language: labels, formats, keys, zones and the product.
EVERYWHERE = {
    "TLP", "CLEAR", "GREEN", "AMBER", "RED", "UTC", "PDF", "DOCX", "XLSX", "CSV",
    "HTML", "JSON", "SHA", "SVG", "API", "Excel", "Ctrl", "Enter", "Esc", "Shift",
    "Alt", "plan",
}  # fmt: skip


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
    data = words_of_the_data() | EVERYWHERE
    found = {}
    for page in addresses(large, role):
        answer = browser.get(page)
        assert answer["Content-Language"] == TAG, page
        if english := sorted(set(english_in(answer.text, data))):
            found[page] = english
    import json

    print("DUMP", role, json.dumps(found, ensure_ascii=False))
    assert found == {}
