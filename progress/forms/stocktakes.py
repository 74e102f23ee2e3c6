"""Forms of a Presidency for its stocktakes: they check input, and save nothing."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Member, User
from accounts.typed.fields import LineField, MultilineField, SlugField
from commitments.models import Plan
from progress import limits
from progress.forms.fields import InstantField, name_the_zone
from progress.forms.versions import VersionForm
from progress.models import Extension, Stocktake
from progress.stocktakes.terms import Terms

DATES = ("opens_at", "due_at", "grace_ends_at")


class ZonedForm(VersionForm):
    """A form with times in the reader's zone. Each time field names the zone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_the_zone(self)


class TermsForm(ZonedForm):
    """The title and the dates of a stocktake."""

    title = LineField(label=gettext_lazy("Title"), max_length=limits.STOCKTAKE_TITLE)
    opens_at = InstantField(
        label=gettext_lazy("Opens"),
        help_text=gettext_lazy(
            "All members see this date. You open the stocktake yourself."
        ),
    )
    due_at = InstantField(
        label=gettext_lazy("Entries due"),
        help_text=gettext_lazy(
            "Entries that reach the Presidency by then are on time."
        ),
    )
    grace_ends_at = InstantField(
        label=gettext_lazy("Grace ends"),
        help_text=gettext_lazy("Until then entries are accepted and marked late."),
    )

    @classmethod
    def initial_of(cls, stocktake: Stocktake) -> dict[str, Any]:
        return {**vars(Terms.of(stocktake)), "version": stocktake.version}

    def terms(self, stocktake: Stocktake | None = None) -> Terms:
        """Return what was typed. Dates without a field stay as they are."""
        kept = vars(Terms.of(stocktake)) if stocktake else {}
        typed = {name: self.cleaned_data[name] for name in self._asked}
        return Terms(**{**kept, **typed})

    @property
    def _asked(self) -> list[str]:
        return [name for name in ("title", *DATES) if name in self.fields]


class PlanForm(TermsForm):
    """A new stocktake of any plan."""

    field_order = ("plan", "title", *DATES, "slug")

    plan = forms.ModelChoiceField(
        label=gettext_lazy("Plan"),
        queryset=Plan.objects.none(),
        to_field_name="slug",
        empty_label=None,
    )
    slug = SlugField(
        label=gettext_lazy("Name in the web address"),
        help_text=gettext_lazy(
            "Made from the title if you leave it empty. You cannot change it later."
        ),
        max_length=limits.SLUG,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = Plan.objects.only("pk", "slug", "title").order_by("-adopted_on", "pk")
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]

    def stocktake(self) -> Stocktake:
        """Return it unsaved: the action adds the row."""
        data = self.cleaned_data
        return Stocktake(plan=data["plan"], slug=data["slug"], **vars(self.terms()))


class TitleForm(TermsForm):
    """The title of an open stocktake. Its dates do not change any more."""

    opens_at = None  # type: ignore[assignment]
    due_at = None  # type: ignore[assignment]
    grace_ends_at = None  # type: ignore[assignment]


class SecondReviewerForm(ZonedForm):
    """Who reviews the chair's own entries. The choice holds only people who can."""

    second_reviewer = forms.ChoiceField(
        label=gettext_lazy("Second reviewer"),
        help_text=gettext_lazy(
            "Publishes or returns your own member's entries. This person's member must"
            " not hold the Presidency at any time while the stocktake is open."
        ),
        error_messages={
            "invalid_choice": gettext_lazy("Choose a person from the list.")
        },
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        by_member = groupby(self.people.values(), key=lambda person: person.member)
        self.fields["second_reviewer"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a person")),
            *(
                (str(member), [(str(person.pk), _named(person)) for person in people])
                for member, people in by_member
            ),
        ]

    @property
    def chosen(self) -> User:
        return self.people[self.cleaned_data["second_reviewer"]]


class ExtensionForm(ZonedForm):
    """More time, for one member or for all."""

    EVERY = "every"

    member = forms.ChoiceField(label=gettext_lazy("For"), initial=EVERY)
    ends_at = InstantField(
        label=gettext_lazy("Accepted until"),
        help_text=gettext_lazy("Entries after the due date stay marked late."),
    )
    reason = MultilineField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Shown to the delegations that get the extension."),
        max_length=limits.REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, members: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = [  # type: ignore[attr-defined]
            (self.EVERY, _("Every member")),
            *((member.code, member.name) for member in members),
        ]

    def extension(self) -> Extension:
        """Return it unsaved: the action adds the row."""
        ends_at: datetime = self.cleaned_data["ends_at"]
        member = self.cleaned_data["member"]
        return Extension(
            member_id=None if member == self.EVERY else member,
            reason=self.cleaned_data["reason"],
            ends_at=ends_at,
        )


def _named(person: User) -> str:
    return f"{person}, {', '.join(person.role_labels)}"


class HandoverForm(VersionForm):
    """A note to the next team; it may be empty."""

    note = MultilineField(
        label=gettext_lazy("Note to the next team"),
        help_text=gettext_lazy(
            "Shown to the coordinators of both members, and of later Presidencies."
        ),
        max_length=limits.HANDOVER_NOTE,
        widget=forms.Textarea(attrs={"rows": 10}),
        required=False,
    )
