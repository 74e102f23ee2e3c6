"""The field for the language of a report."""

from typing import Any

from django import forms
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from reports.offered_languages import offered_languages, refused_languages


class OfferedLanguageField(forms.ChoiceField):
    """The languages that are possible here, and why another one is not."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Language"),
            choices=lambda: [*offered_languages().items()],
            help_text=lazystr(_Help()),
            **kwargs,
        )


class _Help:
    """Says it in the language of the page, when a form is shown."""

    def __str__(self) -> str:
        about = _("Official wording and entries stay in their own language.")
        return " ".join([str(about), *refused_languages()])
