"""Tests of names of our own reference data, shown in the reader's language."""

import json

import pytest
from django.template import engines
from django.utils import translation
from django.utils.html import format_html

from accounts.models import Member, members_in_order
from accounts.wording.names import OurName, in_language, name_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def germany(members):
    return Member.objects.get(pk="DE").name


def shown(name):
    template = engines["django"].from_string("{{ name }}")
    return template.render({"name": name})


def test_a_page_shows_a_name_in_its_language(germany):
    assert shown(germany) == "Germany"
    with translation.override("fr"):
        assert shown(germany) == format_html("{}", germany) == "Allemagne"
        assert in_language(germany) == "Allemagne"


def test_everything_else_has_the_stored_name(germany):
    with translation.override("fr"):
        assert germany == str(germany) == f"{germany}" == "Germany"
        assert json.loads(json.dumps({"name": germany})) == {"name": "Germany"}
        assert Member.objects.filter(name=germany).count() == 1
        assert {"Germany": 1}[germany] == 1


def test_a_name_that_no_catalogue_has_is_escaped_as_it_is_stored():
    name = OurName.of("<Atlantis>", "member")
    with translation.override("fr"):
        assert shown(name) == "&lt;Atlantis&gt;"
        assert in_language("Only a text") == "Only a text"


def test_members_are_listed_by_their_names_in_the_language(members):
    stored = Member.objects.all()
    assert members_in_order(stored)[0].pk == "CA"
    with translation.override("fr"):
        assert [row.pk for row in members_in_order(stored)] == [
            "DE", "CA", "US", "FR", "IT", "JP", "GB", "EU",
        ]  # fmt: skip


def test_marks_do_not_change_the_order():
    names = ["Zoé", "Émile", "Łódź", "Anna", "Malta"]
    assert sorted(names, key=name_order) == ["Anna", "Émile", "Łódź", "Malta", "Zoé"]


def test_a_row_that_was_not_read_from_the_database_has_such_a_name_too():
    with translation.override("fr"):
        assert shown(Member(code="JP", name="Japan").name) == "Japon"
