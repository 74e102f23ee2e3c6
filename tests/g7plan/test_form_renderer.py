"""Tests of the markup of forms: a screen reader finds hint, limit and error."""

import re

import pytest
from django import forms

from g7plan.form_renderer import FormRenderer
from g7plan.styleguide import SampleForm


class Remark(forms.Form):
    text = forms.CharField(widget=forms.Textarea, max_length=2000, label="Remark")
    title = forms.CharField(max_length=120, label="Title", required=False)
    free = forms.CharField(widget=forms.Textarea, label="No limit")


def ids_described(html, control):
    """The texts that describe a control: every id it names must be there, once."""
    [tag] = re.findall(rf'<[a-z]+ [^>]*id="{control}"[^>]*>', html)
    names = re.search(r'aria-describedby="([^"]*)"', tag)
    return names[1].split() if names else []


@pytest.fixture
def remark():
    return Remark({"text": "", "free": "x"}, renderer=FormRenderer())


def test_limit_of_a_long_text_is_said_and_tied_to_it(remark):
    html = str(remark)
    assert "Up to 2,000 characters" in html
    assert ids_described(html, "id_text") == ["id_text_error", "id_text_limit"]
    assert html.count('id="id_text_limit"') == html.count('id="id_text_error"') == 1


def test_browser_is_not_told_to_cut_a_long_text(remark):
    [textarea] = re.findall(r'<textarea [^>]*id="id_text"[^>]*>', str(remark))
    assert "maxlength" not in textarea


def test_short_field_keeps_its_limit(remark):
    [box] = re.findall(r'<input [^>]*id="id_title"[^>]*>', str(remark))
    assert 'maxlength="120"' in box
    assert ids_described(str(remark), "id_title") == []


def test_long_text_without_a_limit_says_nothing(remark):
    assert ids_described(str(remark), "id_free") == []
    assert "id_free_limit" not in str(remark)


def test_field_without_an_id_names_none():
    form = Remark(auto_id=False, renderer=FormRenderer())
    assert "aria-describedby" not in str(form["text"])


def test_wrong_field_is_marked_and_linked_from_the_summary():
    form = SampleForm({"email": "officer.jp"}, renderer=FormRenderer())
    html = str(form)
    assert "Please correct 5 fields" in html
    assert '<a href="#id_email">E-mail address: Enter a valid email address.' in html
    assert 'aria-invalid="true"' in html
    assert ids_described(html, "id_email") == ["id_email_helptext", "id_email_error"]


def test_every_link_of_the_summary_leads_somewhere():
    html = str(SampleForm({}, renderer=FormRenderer()))
    targets = re.findall(r'href="#([^"]+)"', html)
    assert "id_status" in targets
    assert all(f'id="{target}"' in html for target in targets)


def test_form_nobody_sent_has_no_summary():
    assert "Please correct" not in str(SampleForm(renderer=FormRenderer()))
