"""Tests of unsent text: it survives a session that ended, and an expired form."""

import re
from typing import Any
from uuid import UUID

import pytest
from django import forms
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils.choices import flatten_choices

from progress.models import Entry, State
from tests.accounts.typed.test_fields import classes_of
from tests.factories import PASSWORD, make_body, make_entry, member_commitment_of
from tests.page_forms import PageForm
from tests.progress.editing import new_url, page, typed

LONG = "First line of a long narrative.\nSecond line with “quotes” & <tags>."


@pytest.fixture
def browser():
    """A client whose CSRF tokens are checked, as a real browser's are."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def draft(plan, officer_jp, stocktake):
    mine = member_commitment_of(plan, "1.2.1", "JP")
    return make_entry(mine, by=officer_jp, stocktake=stocktake)


def token_of(answer) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page(answer))
    assert found
    return found[1]


def fields_of(answer) -> dict[str, str]:
    """What the form on the page of kept text would send."""
    return dict(PageForm.of(page(answer)).sent)


def sign_in(browser, user):
    form = browser.get("/accounts/login/")
    answer = browser.post(
        "/accounts/login/",
        {
            "login": user.email,
            "password": PASSWORD,
            "csrfmiddlewaretoken": token_of(form),
        },
    )
    assert answer.status_code == 302, page(answer)


def test_session_that_ended_keeps_the_text_until_it_is_saved(
    browser, draft, officer_jp
):
    sign_in(browser, officer_jp)
    url = f"/entries/{draft.pk}/edit/"
    token = token_of(browser.get(url))
    browser.cookies.pop("sessionid")

    sent = typed(version=1, narrative=LONG, act="save", csrfmiddlewaretoken=token)
    signed_out = browser.post(url, sent)
    assert signed_out.status_code == 403
    assert "You have been signed out." in page(signed_out)
    assert 'target="_blank"' in page(signed_out)
    kept = fields_of(signed_out)
    assert kept["narrative"] == LONG
    assert kept["evidence-1-url"] == "https://example.org/report"

    # In another tab; the token of this one is no longer the session's.
    sign_in(browser, officer_jp)
    outdated = browser.post(url, kept)
    assert outdated.status_code == 403
    assert "Check it, then send it again." in page(outdated)
    draft.refresh_from_db()
    assert draft.version == 1

    saved = browser.post(url, fields_of(outdated))
    assert saved.status_code == 302
    draft.refresh_from_db()
    assert draft.narrative == LONG
    assert (draft.state, draft.version) == (State.DRAFT, 2)


def test_new_entry_is_kept_as_well(browser, plan, stocktake):
    browser.get("/accounts/login/")
    token = browser.cookies["csrftoken"].value
    sent = typed(narrative=LONG, csrfmiddlewaretoken=token)
    answer = browser.post(new_url(plan), sent)
    assert answer.status_code == 403
    assert fields_of(answer)["narrative"] == LONG
    assert not Entry.objects.exists()


def test_reason_of_a_verb_is_kept(browser, draft):
    browser.get("/accounts/login/")
    token = browser.cookies["csrftoken"].value
    sent = {"version": 1, "reason": LONG, "csrfmiddlewaretoken": token}
    answer = browser.post(f"/entries/{draft.pk}/return/", sent)
    assert fields_of(answer)["reason"] == LONG


def test_page_of_kept_text_tells_nothing_of_the_entry(browser, draft):
    answer = Client().post(f"/entries/{draft.pk}/edit/", typed(version=1))
    assert answer.status_code == 403
    assert "Border agencies" not in page(answer)
    assert "Bolster" not in page(answer)


def test_reading_signed_out_leads_to_sign_in(browser, draft):
    url = f"/entries/{draft.pk}/edit/"
    answer = browser.get(url)
    assert (answer.status_code, answer.url) == (302, f"/accounts/login/?next={url}")


def test_form_that_another_site_sent_gets_no_second_try(browser, draft, officer_jp):
    sign_in(browser, officer_jp)
    answer = browser.post(
        f"/entries/{draft.pk}/edit/",
        typed(version=1, narrative=LONG),
        headers={"origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403
    assert "Second line" not in page(answer)


def test_password_is_never_written_into_a_page(browser, officer_jp):
    sent = {"login": officer_jp.email, "password": PASSWORD}
    answer = browser.post("/accounts/login/", sent)
    assert answer.status_code == 403
    assert PASSWORD not in page(answer)


def test_signed_out_list_leads_to_sign_in(browser, plan):
    for url in ("/tasks/", "/clearance/", "/review/"):
        assert browser.get(url).url == f"/accounts/login/?next={url}"


# ---- Every form of the site ----------------------------------------------------------

# Sent by GET, or with a password, which is never written into a page.
NOT_KEPT = {
    "SignInForm", "PasswordLinkForm", "ChangePasswordForm", "NewPasswordForm",
    "OwnPasswordForm", "AppForm", "CodeForm", "SignInCodeForm",
    "PeopleFilterForm", "QuestionFilterForm", "NoticeFilterForm", "ClockForm",
    "EventFilterForm", "ChangesForm", "SearchForm", "SampleForm", "ArchiveForm",
}  # fmt: skip
SAMPLES = {"uuid": UUID(int=1), "slug": "x", "str": "x", "int": 1, "path": "x"}


def patterns(resolver, namespaces=()):
    for found in resolver.url_patterns:
        if isinstance(found, URLPattern):
            yield ":".join([*namespaces, found.name or ""]), found
        else:
            name = [found.namespace] if found.namespace else []
            yield from patterns(found, [*namespaces, *name])


def keeping() -> list[tuple[str, Any]]:
    return [
        (name, pattern)
        for name, pattern in patterns(get_resolver())
        if hasattr(pattern.callback, "kept_forms")
    ]


def url_of(name: str, pattern: Any) -> str:
    """An address of the view. What it names need not exist: no view is called."""
    kwargs: dict[str, Any] = {}
    for parameter, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        kind = {"string": "str"}.get(kind, kind)
        kwargs[parameter] = SAMPLES[kind]
    return reverse(name, kwargs=kwargs)


def sample_of(name: str, field: forms.Field) -> tuple[list[str], bool]:
    """What is sent for a field, and whether a person typed or chose it by sight."""
    offered: Any = flatten_choices(getattr(field.widget, "choices", []))
    choices = [value for value, _label in offered if value]
    if field.widget.is_hidden or isinstance(field, forms.ModelChoiceField):
        return [f"hidden-{name}"], False
    if hasattr(field.widget, "choices"):
        return ([str(choices[-1])], True) if choices else ([f"hidden-{name}"], False)
    if isinstance(field, forms.DateTimeField):
        return ["2026-11-01T10:00"], True
    if isinstance(field, forms.DateField):
        return ["2026-11-01"], True
    if isinstance(field, forms.BooleanField):
        return ["on"], True
    return [f"short {name}"], True


@pytest.mark.parametrize("name", sorted({name for name, _found in keeping()}))
def test_all_that_was_typed_is_shown_under_its_own_label(client, members, name):
    make_body()
    pattern = dict(keeping())[name]
    sent: dict[str, list[str]] = {"csrfmiddlewaretoken": ["token"], "act": ["save"]}
    sent["a_token_of_the_page"] = ["hidden-token"]
    labels: dict[str, str] = {}
    for form in pattern.callback.kept_forms:
        prefix = "evidence-1-" if hasattr(form, "rows_in") else ""
        prefix = f"{form.prefix}-" if form.prefix else prefix
        for field_name, field in form.base_fields.items():
            sent[prefix + field_name], is_seen = sample_of(field_name, field)
            if is_seen:
                labels[prefix + field_name] = str(field.label)

    answer = client.post(url_of(name, pattern), sent)

    assert answer.status_code == 403
    form = PageForm.of(page(answer))
    assert {control.name for control in form.seen} == set(labels)
    for control in form.seen:
        assert control.label.removesuffix("(optional)").strip() == labels[control.name]
        assert [control.value or "on"] == sent[control.name]
    again: dict[str, list[str]] = {}
    for field_name, value in form.sent:
        again.setdefault(field_name, []).append(value)
    del again["csrfmiddlewaretoken"]
    del sent["csrfmiddlewaretoken"], sent["act"]
    assert again == sent
    assert "hidden-" not in " ".join(form.words)


def test_every_form_in_which_a_person_types_is_kept():
    """A form that is added later belongs to a view that keeps what was typed."""
    kept = {form for _name, found in keeping() for form in found.callback.kept_forms}
    names = {name for form in kept for name in form.base_fields}
    for form in classes_of(forms.BaseForm):
        names_of_bases = {base.__name__ for base in form.__mro__}
        if names_of_bases & NOT_KEPT or form in kept:
            continue
        visible = {
            name
            for name, field in getattr(form, "base_fields", {}).items()
            if not field.widget.is_hidden
        }
        is_base = any(issubclass(other, form) for other in kept)
        is_part = any(visible <= set(other.base_fields) for other in kept)
        assert not visible or is_base or is_part, form
    assert "narrative" in names


def test_what_a_form_marks_for_itself_is_never_shown(client, draft):
    """The marks of the saved text are no words of a person."""
    marks = "as_of=4c0d617c974a;status=0c1d2e3f4a5b"
    sent = typed(version=7, narrative="One short line.", started_from=marks)
    answer = client.post(f"/entries/{draft.pk}/edit/", sent)
    form = PageForm.of(page(answer))
    seen = {control.label.split(" (")[0]: control.value for control in form.seen}
    assert seen["Narrative"] == "One short line."
    assert seen["Title"] == "Annual report"
    assert seen["Status"] == "limited"
    assert not any(marks in control.value for control in form.seen)
    assert "Evidence 1" in " ".join(form.words)
    assert ("started_from", marks) in form.sent
