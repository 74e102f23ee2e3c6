"""Forms of the notices and of private feeds."""

from collections.abc import Iterator
from typing import Any, TypedDict

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.people import OwnSettingsForm
from accounts.models import Member, members_in_order
from accounts.wording.filters import ALL
from commitments.models import Instrument, Plan
from partners.actions.feeds import FeedContent
from partners.models import MUTABLE_KINDS, NoticeKind, NoticePreference, PrivateFeed


class MembersInOrder(forms.models.ModelChoiceIterator):  # type: ignore[type-arg]
    """Offers members in the order in which every page lists them."""

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        yield "", str(self.field.empty_label or "")
        yield from map(self.choice, members_in_order(self.queryset.all()))


class MemberChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    iterator = MembersInOrder


class NoticeChoice(TypedDict):
    """The arguments of `set_preference` that come from the form."""

    mail: str
    muted: list[str]
    version: int


class PreferenceForm(OwnSettingsForm):
    """A person ticks the kinds they want; the kinds they do not want are stored.

    So people get the notices of a new kind until they mute it.
    """

    mail = forms.ChoiceField(
        label=_("Mail"),
        choices=NoticePreference.Mail,
        widget=forms.RadioSelect,
        help_text=_(
            "A mail only says how many notices you have not read. It never says what"
            " they are about."
        ),
    )
    wanted = forms.MultipleChoiceField(
        label=_("Notify me when"),
        choices=[(kind.value, kind.label) for kind in MUTABLE_KINDS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("You get no notice and no mail of the kinds you leave unticked."),
    )

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    @staticmethod
    def values_of(preference: NoticePreference) -> dict[str, Any]:
        wanted = [kind.value for kind in MUTABLE_KINDS if kind not in preference.muted]
        return {
            "mail": preference.mail,
            "wanted": wanted,
            "version": preference.version,
        }

    @property
    def settings(self) -> NoticeChoice:
        wanted = self.cleaned_data["wanted"]
        return {
            "mail": self.cleaned_data["mail"],
            "muted": [kind.value for kind in MUTABLE_KINDS if kind not in wanted],
            "version": self.cleaned_data["version"],
        }


class NoticeFilterForm(forms.Form):
    kind = forms.ChoiceField(
        label=pgettext_lazy("the kind of a notice", "About"),
        required=False,
        choices=[("", ALL), *NoticeKind.choices],
    )

    @property
    def chosen(self) -> NoticeKind | None:
        """Return the kind, or None for all and for an unknown kind in the address."""
        kind = self.cleaned_data.get("kind") if self.is_valid() else ""
        return NoticeKind(kind) if kind else None


class FeedForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What it holds"),
        choices=PrivateFeed.Kind,
        widget=forms.RadioSelect,
        initial=PrivateFeed.Kind.DEADLINES,
    )
    plan = forms.ModelChoiceField(
        label=_("Plan"),
        queryset=Plan.objects.defer("source_text", "preamble").order_by("-adopted_on"),
        to_field_name="slug",
        empty_label=None,
    )
    instrument = forms.ModelChoiceField(
        label=_("Instrument"),
        queryset=Instrument.objects.order_by("name", "slug"),
        to_field_name="slug",
        required=False,
        empty_label=ALL,
        help_text=_(
            "For a feed: only commitments that name it, or something that it owns."
        ),
    )
    member = MemberChoiceField(
        label=_("Member"),
        queryset=Member.objects.all(),
        required=False,
        empty_label=ALL,
        help_text=_("For a feed: only what this member publishes."),
    )

    @property
    def content(self) -> FeedContent:
        return FeedContent(**self.cleaned_data)
