"""The form of the search: the words, and filters that narrow what is found."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.typed.fields import LineField
from accounts.typed.words import words_of
from commitments.official_texts import (
    OfficialFilter,
    OfficialKind,
    OfficialTexts,
)
from progress.entries.search_results import EntryCriteria
from progress.models import Status, Stocktake

QUERY_LENGTH = 200
UNKNOWN = _("There is no “%(value)s” here. Choose from the list.")
BAD_DAY = _("Write the day as year-month-day: 2017-05-25.")
# Filters of every kind, and those that only entries and their evidence have.
OF_ALL = ("plan", "action", "instrument")
DAYS = ("since", "until")
OF_ENTRIES = ("member", "status", "stocktake", *DAYS)


class SearchKind(models.TextChoices):
    """The kinds of what is found, as the address names them."""

    OFFICIAL = "official", _("Official texts")
    NAMES = "names", _("Members and instruments")
    ENTRIES = "entries", _("Entries")
    EVIDENCE = "evidence", _("Evidence")


# Of these, a reader without entries finds nothing.
WITH_ENTRIES = (SearchKind.ENTRIES, SearchKind.EVIDENCE)


def _choice(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, error_messages={"invalid_choice": UNKNOWN}
    )


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": BAD_DAY},
    )


class SearchForm(forms.Form):
    """What is searched for. All of it is in the address."""

    q = LineField(
        label=_("Search for"),
        required=False,
        max_length=QUERY_LENGTH,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kind = _choice(_("Kind"))
    plan = _choice(_("Plan"))
    action = _choice(_("Action"))
    instrument = _choice(_("Instrument"))
    member = _choice(_("Member"))
    status = _choice(_("Status"))
    stocktake = _choice(_("Stocktake"))
    since = _day(_("As of, from"))
    until = _day(_("As of, to"))

    def __init__(
        self,
        data: Any,
        *,
        texts: OfficialTexts,
        stocktakes: Sequence[Stocktake],
        reads_entries: bool,
    ) -> None:
        super().__init__(data)
        kinds = [
            kind for kind in SearchKind if reads_entries or kind not in WITH_ENTRIES
        ]
        self._offer("kind", [(kind, kind.label) for kind in kinds], _("Everything"))
        plans = texts.by_kind[OfficialKind.PLAN]
        self._offer("plan", [(text.code, text.title) for text in plans], _("All plans"))
        # An action has its number, and a stocktake its name, within a plan.
        self.within = plan_asked(data, texts)
        actions = [
            (text.code, f"{text.code} {text.title}")
            for text in texts.by_kind[OfficialKind.ACTION]
            if text.plan == self.within
        ]
        self._offer("action", actions, _("All actions"))
        self._offer("instrument", _named(texts, "instrument"), _("All instruments"))
        if not reads_entries:
            for name in OF_ENTRIES:
                del self.fields[name]
            return
        self._offer("member", _named(texts, "member"), _("All members"))
        self._offer("status", Status.choices, _("All statuses"))
        named = [(row.slug, row.title) for row in stocktakes]
        self._offer("stocktake", named, _("All stocktakes"))

    def _offer(self, name: str, choices: Iterable[Any], everything: Any) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [("", everything), *choices]

    def offer_suggestions(self, url: str) -> None:
        """Let the field suggest from an address. An empty one has the focus."""
        self.fields["q"].widget.attrs |= {
            "data-suggests": url,
            "autofocus": not self.typed,
        }

    def choices_of(self, name: str) -> list[tuple[str, str]]:
        """Return what a filter offers, with that for all first."""
        choices: Any = cast("forms.ChoiceField", self.fields[name]).choices
        return list(choices)

    def clean(self) -> None:
        since, until = (self.cleaned_data.get(name) for name in DAYS)
        if since and until and since > until:
            sentence = _("The last day is before the first. Change one of them.")
            self.add_error("until", forms.ValidationError(sentence, code="order"))

    @property
    def filter_names(self) -> list[str]:
        """The filters of this reader, without the kind: tabs choose that."""
        return [name for name in (*OF_ALL, *OF_ENTRIES) if name in self.fields]

    @property
    def filter_fields(self) -> list[forms.BoundField]:
        """The filters that have something to choose from."""
        return [
            self[name]
            for name in self.filter_names
            if name in DAYS or len(self.choices_of(name)) > 1
        ]

    @property
    def typed(self) -> str:
        """What was typed, also if it is not valid."""
        return str(self["q"].value() or "")

    # ---- Once it is valid ------------------------------------------------------------

    @property
    def has_words(self) -> bool:
        """Whether there is a letter or a digit to search for."""
        return bool(words_of(self.cleaned_data["q"]))

    @property
    def narrows_entries(self) -> bool:
        """Whether a filter is in use that only entries and their evidence have."""
        return any(self.cleaned_data.get(name) for name in OF_ENTRIES)

    def official_filter(self) -> OfficialFilter:
        return OfficialFilter(**self._asked(OF_ALL))

    def criteria(self) -> EntryCriteria:
        since, until = (self.cleaned_data[name] for name in DAYS)
        named = self._asked((*OF_ALL, "member", "status", "stocktake"))
        return EntryCriteria(since=since, until=until, **named)

    def _asked(self, names: Iterable[str]) -> dict[str, Any]:
        asked = {name: self.cleaned_data[name] for name in names}
        if asked["action"] or asked.get("stocktake"):
            asked["plan"] = self.within
        return asked


def plan_asked(data: Any, texts: OfficialTexts) -> str:
    """Return the slug of the plan that is asked for, or of the only one there is."""
    slugs = [text.code for text in texts.by_kind[OfficialKind.PLAN]]
    asked = data.get("plan", "")
    if asked in slugs:
        return str(asked)
    return slugs[0] if len(slugs) == 1 and not asked else ""


def _named(texts: OfficialTexts, kind: str) -> list[tuple[str, str]]:
    return [(text.code, text.title) for text in texts.by_kind[OfficialKind(kind)]]
