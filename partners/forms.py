"""What people choose about their notices: checked here for shape."""

from typing import Any, TypedDict, cast

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from partners.models import NoticeKind, NoticePreference


class NoticeChoice(TypedDict):
    """What the action is to be called with."""

    mail: str
    muted: list[str]
    version: int


class PreferenceForm(forms.Form):
    """People tick what they want to know; what is kept is what they do not.

    So a kind that is new to the product is told until somebody mutes it. `version` is
    the one the person had before their eyes.
    """

    mail = forms.ChoiceField(
        label=_("Mail"),
        choices=NoticePreference.Mail,
        widget=forms.RadioSelect,
        help_text=_(
            "A mail says how many items wait for you, and nothing of what they are."
        ),
    )
    wanted = forms.MultipleChoiceField(
        label=_("Tell me when"),
        choices=NoticeKind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is not ticked is neither listed here nor counted in a mail."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    @staticmethod
    def values_of(preference: NoticePreference) -> dict[str, Any]:
        wanted = [kind.value for kind in NoticeKind if kind not in preference.muted]
        return {
            "mail": preference.mail,
            "wanted": wanted,
            "version": preference.version,
        }

    @property
    def choice(self) -> NoticeChoice:
        wanted = self.cleaned_data["wanted"]
        return {
            "mail": self.cleaned_data["mail"],
            "muted": [kind.value for kind in NoticeKind if kind not in wanted],
            "version": self.cleaned_data["version"],
        }

    def start_from(self, version: int) -> None:
        """Keep what was chosen, and send it as an edit of this version."""
        data = cast("MultiValueDict[str, str]", self.data).copy()
        data["version"] = str(version)
        self.data = data


class NoticeFilterForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("About"),
        required=False,
        choices=[("", _("All")), *NoticeKind.choices],
    )

    @property
    def chosen(self) -> NoticeKind | None:
        """None for all, and for what is no kind: an address anybody may have typed."""
        kind = self.cleaned_data.get("kind") if self.is_valid() else ""
        return NoticeKind(kind) if kind else None
