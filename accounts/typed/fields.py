"""Form fields for what a person types. Each is cleaned by `accounts.typed.text`.

Every form uses these instead of `CharField` and `EmailField`, whose own sentences about
length and null characters say less.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.validators import (
    MaxLengthValidator,
    ProhibitNullCharactersValidator,
)

from accounts.typed.text import (
    clean_line,
    clean_link,
    clean_mail_address,
    clean_name,
    clean_number,
    clean_text,
    require_storable,
)

_REPLACED = (MaxLengthValidator, ProhibitNullCharactersValidator)


def drop_replaced_validators(field: forms.Field) -> None:
    """Remove Django's checks that the cleaning functions make, with other words."""
    kept = (each for each in field.validators if not isinstance(each, _REPLACED))
    field.validators = list(kept)


class CleanedField(forms.CharField):
    """A text in a form. `clean_typed` checks the length too."""

    clean_typed: ClassVar[Callable[..., str]]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        drop_replaced_validators(self)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return self.empty_value
        typed = type(self).clean_typed(str(value), limit=self.max_length)
        return typed or self.empty_value


class LineField(CleanedField):
    """A text of one line."""

    clean_typed = staticmethod(clean_line)


class NameField(CleanedField):
    """The name of a person or an authority."""

    clean_typed = staticmethod(clean_name)


class MultilineField(CleanedField):
    """A text of several lines."""

    widget = forms.Textarea
    clean_typed = staticmethod(clean_text)


class MailAddressField(CleanedField):
    """A mail address that mails can be written to."""

    widget = forms.EmailInput
    clean_typed = staticmethod(clean_mail_address)


class LinkField(CleanedField):
    """A web address. Whether it is a complete one, its form or action checks."""

    widget = forms.URLInput
    clean_typed = staticmethod(clean_link)


class NumberField(CleanedField):
    """A telephone number."""

    clean_typed = staticmethod(clean_number)


class SlugField(LineField):
    """A name in addresses."""

    default_validators = forms.SlugField.default_validators


def keep_password_as_typed(field: forms.Field) -> None:
    """Let a field accept every password that can be stored, unchanged."""
    drop_replaced_validators(field)
    field.validators.append(require_storable)
