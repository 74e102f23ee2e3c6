"""The forms of the pages of scores: which table, which part of it, which other body."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.typed.fields import MultilineField, SlugField
from accounts.wording.names import in_language
from progress import limits
from progress.forms.positions import NO_CHOICE, UNKNOWN, ClockForm
from progress.positions.plan_table import PlanTable
from progress.positions.scores.parts import parts_of

BY_MEMBER: Final = "member"
BY_AREA: Final = "area"
BY_DEGREE: Final = "degree"


def _choice(label: Any, choices: Iterable[tuple[str, Any]] = ()) -> Any:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=choices,
        error_messages={"invalid_choice": NO_CHOICE},
    )


def _offer(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    field = cast("forms.ChoiceField", form.fields[name])
    field.error_messages["invalid_choice"] = str(UNKNOWN)
    field.choices = list(choices)


class ScoreForm(ClockForm):
    """The stocktake of a score table, and the two clocks. All pages have them."""

    stocktake = SlugField(label=_("Stocktake"), required=False, max_length=limits.SLUG)

    def __init__(self, data: Any, *, now: datetime, table: PlanTable) -> None:
        super().__init__(data, now=now)
        self.table = table

    @property
    def asked_stocktake(self) -> str:
        """The stocktake asked for; empty for the newest with scores."""
        return str(self.cleaned_data.get("stocktake", "")) if self.is_valid() else ""


class RankingForm(ScoreForm):
    """What is ranked, and in which part of the plan."""

    by = _choice(
        _("Ranking"),
        [("", ""), (BY_MEMBER, _("By member")), (BY_AREA, _("By sub-area"))],
    )
    area = _choice(_("Part of the plan"))

    def __init__(self, data: Any, *, now: datetime, table: PlanTable) -> None:
        super().__init__(data, now=now, table=table)
        parts = [("", _("The whole plan")), *parts_of(table).items()]
        _offer(self, "area", parts)

    @property
    def is_by_area(self) -> bool:
        return self.cleaned_data.get("by") == BY_AREA

    @property
    def asked_area(self) -> str:
        return str(self.cleaned_data.get("area", ""))

    @property
    def asked_part(self) -> str:
        """The code and the title of the part; empty for the whole plan."""
        return parts_of(self.table).get(self.asked_area, "")


class ScoresOfMemberForm(ScoreForm):
    """Whose scores a page shows: those of all members, or of one."""

    member = _choice(_("Member"))

    def __init__(self, data: Any, *, now: datetime, table: PlanTable) -> None:
        super().__init__(data, now=now, table=table)
        members = [(each.code, in_language(each.name)) for each in table.members]
        _offer(self, "member", [("", _("All members")), *members])

    @property
    def asked_member(self) -> str:
        return str(self.cleaned_data.get("member", ""))


class DifferencesForm(ScoresOfMemberForm):
    """Which cells are shown beside their self-reports, and in which order."""

    show = _choice(
        _("Show"), [("", _("Differences only")), ("all", _("All scored cells"))]
    )
    order = _choice(
        _("Order"),
        [
            ("", _("As in the plan")),
            (BY_MEMBER, _("By member")),
            (BY_DEGREE, _("Strongest first")),
        ],
    )

    @property
    def shows_all(self) -> bool:
        return bool(self.cleaned_data.get("show"))

    @property
    def asked_order(self) -> str:
        return str(self.cleaned_data.get("order", ""))


class ComparisonForm(ScoreForm):
    """The other body, whose scores are shown beside those of the first."""

    def __init__(self, data: Any, *, now: datetime, table: PlanTable) -> None:
        super().__init__(data, now=now, table=table)
        # Its name in the address is a word of Python.
        self.fields["with"] = SlugField(
            label=_("Compare with"), required=False, max_length=limits.SLUG
        )

    @property
    def asked_body(self) -> str:
        """The other body; empty for the first of the others."""
        return str(self.cleaned_data.get("with", ""))

    def refuse_body(self) -> None:
        """Say that the other body has no scores to compare with."""
        sentence = _("This body has no released scores for the stocktake.")
        self.add_error("with", forms.ValidationError(sentence, code="unknown"))


class ScoreCommentForm(forms.Form):
    """A delegation's comment on one score of its own member."""

    text = MultilineField(
        label=_("Your comment"),
        help_text=_(
            "Plain text. You cannot edit or delete a comment once you have sent it."
        ),
        max_length=limits.COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write your comment.")},
    )
