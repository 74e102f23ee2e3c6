"""Every field of every form of the site goes through the way in for typed texts."""

import inspect
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from rest_framework import serializers

import accounts
import api
import g7plan
import partners
import progress
import reports
from accounts.typed.fields import (
    CleanedField,
    LinkField,
    MailAddressField,
    NumberField,
    SlugField,
)
from accounts.typed.text import LINE_ENDS, WORD_BULLETS
from progress.forms.fields import LanguageField

pytestmark = pytest.mark.django_db

# One of each kind that is refused wherever it is typed.
REFUSED = [
    "\x00", "\x07", "\x1b", "\x7f", "\x93", "\u202a", "\u202b", "\u202c", "\u202d",
    "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\ud800", "\udfff", "\ufffe",
    "\ufdd0", "\U0001ffff", "\U000e0001", "\U000e0041", "\U000e007f",
]  # fmt: skip
KEPT = ["\u200c", "\u200d", "\ufe0f", "\u200e", "\u200f", "\u061c", "\u00ad", "e\u0301"]
# Their values are never read by a person, but compared with what the page was given.
PASSWORDS = {"password", "oldpassword", "password1", "password2"}


def modules() -> Iterator[ModuleType]:
    for app in (accounts, api, g7plan, partners, progress, reports):
        for found in walk_packages(app.__path__, f"{app.__name__}."):
            is_of_forms = ".forms" in found.name or found.name.startswith("api.")
            if is_of_forms or found.name == "g7plan.styleguide":
                yield import_module(found.name)


def classes_of(base: type) -> list[type]:
    return sorted(
        {
            found
            for module in modules()
            for _name, found in inspect.getmembers(module, inspect.isclass)
            if issubclass(found, base) and found.__module__ == module.__name__
        },
        key=lambda found: f"{found.__module__}.{found.__name__}",
    )


def fields_of(form_class: Any) -> dict[str, forms.Field]:
    """The fields of an instance, or the declared ones if it needs arguments."""
    try:
        fields: dict[str, forms.Field] = form_class().fields
    except TypeError:
        fields = form_class.base_fields
    return fields


def all_fields() -> list[tuple[str, forms.Field]]:
    found = [
        (f"{form.__name__}.{name}", field)
        for form in classes_of(forms.BaseForm)
        for name, field in fields_of(form).items()
    ]
    assert len(found) > 60
    return found


def typed_fields() -> list[tuple[str, forms.Field]]:
    return [
        (name, field) for name, field in all_fields() if isinstance(field, CleanedField)
    ]


def problems_of(field: forms.Field, typed: str) -> str:
    with pytest.raises(ValidationError) as refusal:
        field.clean(typed)
    return " ".join(refusal.value.messages)


def test_every_text_in_a_form_has_a_field_of_our_own():
    for name, field in all_fields():
        is_id = isinstance(field, forms.UUIDField)
        if isinstance(field, forms.CharField) and not is_id:
            is_password = name.rpartition(".")[2] in PASSWORDS
            assert isinstance(field, CleanedField) or is_password, name
        assert not isinstance(field, forms.EmailField | forms.URLField), name


def test_every_text_refuses_the_same_characters_by_name():
    for name, field in typed_fields():
        for character in REFUSED:
            found = problems_of(field, f"ab{character}cd")
            assert f"(U+{ord(character):04X})" in found, (name, found)
            assert "Null characters" not in found


def test_every_text_changes_the_same_characters():
    for name, field in typed_fields():
        if isinstance(field, LinkField | MailAddressField):
            continue
        for character in (*LINE_ENDS, *WORD_BULLETS):
            try:
                stored = field.clean(f"ab{character}cd")
            except ValidationError as refusal:
                stored = refusal.messages[0]
            assert character not in stored, name


def test_every_text_keeps_what_languages_need():
    plain = (LanguageField, LinkField, MailAddressField, NumberField, SlugField)
    for name, field in typed_fields():
        for character in KEPT if not isinstance(field, plain) else []:
            assert field.clean(f"ab{character}cd") == f"ab{character}cd", name


def test_a_text_that_must_be_given_has_a_character_that_can_be_seen():
    for name, field in typed_fields():
        for typed in ("\u200b", " \u2060\n", "\u2800", "\u3164\ufeff"):
            if field.required:
                assert problems_of(field, typed), name
            else:
                assert field.clean(typed) == "", name


def test_no_form_speaks_of_lengths_in_django_s_words():
    for name, field in all_fields():
        limit = getattr(field, "max_length", None)
        if limit and isinstance(field, CleanedField):
            found = problems_of(field, "x" * (limit + 1))
            assert found.startswith("This text has "), (name, found)
            assert "Ensure this value" not in found


@pytest.mark.parametrize("character", REFUSED)
def test_no_field_of_any_kind_fails_on_a_character(character):
    for _name, field in all_fields():
        for typed in (character, f"a{character}", [f"1{character}"]):
            is_list = isinstance(field, forms.MultipleChoiceField)
            if isinstance(typed, list) is not is_list:
                continue
            with suppress(ValidationError):
                field.clean(typed)


def test_every_text_that_the_api_accepts_is_cleaned_too():
    """A serializer field that can be written refuses the same characters."""
    for found in classes_of(serializers.BaseSerializer):
        declared = getattr(found, "_declared_fields", {})
        for name, field in declared.items():
            if not isinstance(field, serializers.CharField) or field.read_only:
                continue
            if found.__name__.endswith("Out"):  # an answer, which is never read
                continue
            for character in REFUSED:
                with pytest.raises((serializers.ValidationError, ValidationError)):
                    field.run_validation(f"ab{character}cd")
            assert name
