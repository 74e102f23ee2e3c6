"""Tests of the help beside fields: one wording everywhere, and short."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from progress.entries.meanings import STATUS_MEANINGS
from progress.models import Status

TEMPLATES = settings.BASE_DIR / "templates"
TOPICS = sorted(path.name for path in (TEMPLATES / "progress/help").glob("_*.html"))
BESIDE_A_FIELD = re.compile(r'body="progress/help/(_\w+\.html)"')


def spoken(html):
    return " ".join(strip_tags(html).split())


def test_every_status_has_a_meaning():
    assert list(STATUS_MEANINGS) == list(Status)


def test_the_glossary_gives_each_status_the_meaning_of_the_form():
    glossary = (settings.BASE_DIR / "docs/glossary.md").read_text("utf-8")
    for status, meaning in STATUS_MEANINGS.items():
        assert f"| {status.label} | {meaning} |" in glossary


def test_the_key_of_the_matrix_gives_each_status_the_same_meaning():
    text = spoken(render_to_string("progress/help/_statuses.html"))
    for status, meaning in STATUS_MEANINGS.items():
        assert f"{status.label} {meaning}" in text


@pytest.mark.parametrize("topic", TOPICS)
def test_help_is_short(topic):
    text = spoken(render_to_string(f"progress/help/{topic}"))
    assert 20 <= len(text.split()) <= 130


def test_every_help_is_beside_a_field():
    pages = (path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
    used = {topic for page in pages for topic in BESIDE_A_FIELD.findall(page)}
    assert used == set(TOPICS)
