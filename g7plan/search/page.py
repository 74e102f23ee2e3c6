"""The search: one page over official texts, names, entries and evidence.

It only composes: `commitments.official_texts` finds what is the same for every reader,
`progress.entries.search_results` what this reader may see.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import UserRequest
from accounts.typed.highlights import Passage, Piece, marked, passages
from accounts.typed.words import words_of
from commitments.official_texts import (
    OfficialKind,
    OfficialText,
    OfficialTexts,
)
from progress.entries.search_results import EntrySearcher, FoundEntries
from progress.forms.search import (
    SearchForm,
    SearchKind,
)
from progress.querysets.search import EVIDENCE, TEXT

# Of official texts, and of names, on the page of all kinds.
MOST_AT_FIRST = 4
MOST_PASSAGES = 2
SEARCHED = {
    "": (TEXT, EVIDENCE),
    SearchKind.ENTRIES: (TEXT,),
    SearchKind.EVIDENCE: (EVIDENCE,),
}


@dataclass(frozen=True)
class FoundText:
    """An official text, an instrument or a member, with what the search finds in it."""

    text: OfficialText
    url: str
    title: Sequence[Piece]
    passages: Sequence[Passage]


@dataclass(frozen=True)
class SearchPage:
    """What a search finds, for one reader. The form is valid and has words."""

    request: UserRequest
    form: SearchForm
    texts: OfficialTexts

    @property
    def kind(self) -> str:
        return str(self.form.cleaned_data["kind"])

    @property
    def typed(self) -> str:
        return str(self.form.cleaned_data["q"])

    @cached_property
    def _found(self) -> list[OfficialText]:
        """Return the official texts and names. A filter of entries leaves none."""
        if self.form.narrows_entries:
            return []
        return self.texts.find(self.typed, self.form.official_filter())

    @cached_property
    def official_count(self) -> int:
        return sum(text.is_adopted for text in self._found)

    @cached_property
    def name_count(self) -> int:
        return len(self._found) - self.official_count

    @cached_property
    def official(self) -> list[FoundText]:
        return self._shown(SearchKind.OFFICIAL, is_adopted=True)

    @cached_property
    def names(self) -> list[FoundText]:
        return self._shown(SearchKind.NAMES, is_adopted=False)

    def _shown(self, kind: str, *, is_adopted: bool) -> list[FoundText]:
        """Return those of a kind: all on its own page, and the first on that of all."""
        if self.kind not in {"", kind} or (not self.kind and self.number > 1):
            return []
        found = [text for text in self._found if text.is_adopted == is_adopted]
        sought = words_of(self.typed)
        return [
            FoundText(
                text,
                address_of(text),
                marked(text.title, sought),
                list(self._passages(text))[:MOST_PASSAGES],
            )
            for text in (found if self.kind else found[:MOST_AT_FIRST])
        ]

    def _passages(self, text: OfficialText) -> Iterator[Passage]:
        sought = words_of(self.typed)
        for wording in text.wordings:
            yield from passages(wording, sought, most=MOST_PASSAGES)

    @property
    def number(self) -> int:
        """Return the number of the page of entries that is asked for."""
        given = self.request.GET.get("page", "")
        return (
            int(given)
            if given.isascii() and given.isdecimal() and len(given) < 4
            else 1
        )

    @cached_property
    def entries(self) -> FoundEntries | None:
        """Return a page of entries, or None where none are sought."""
        if not self.request.user.reads_entries or self.kind not in SEARCHED:
            return None
        sought, searched = words_of(self.typed), SEARCHED[self.kind]
        searcher = EntrySearcher(self.request.user, self.request.at, sought, searched)
        return searcher.page(self.form.criteria(), self.number)

    @property
    def entries_title(self) -> str:
        match self.kind:
            case SearchKind.ENTRIES:
                return _("Entries")
            case SearchKind.EVIDENCE:
                return _("Evidence")
        return _("Entries and their evidence")

    @property
    def more_official_url(self) -> str:
        is_more = len(self.official) < self.official_count
        return self._address(SearchKind.OFFICIAL) if is_more else ""

    @property
    def more_names_url(self) -> str:
        is_more = len(self.names) < self.name_count
        return self._address(SearchKind.NAMES) if is_more else ""

    @property
    def everywhere_url(self) -> str:
        return self._address("")

    @property
    def searched_sentence(self) -> str:
        """Return what was searched, for a search that found nothing."""
        match self.kind:
            case SearchKind.OFFICIAL:
                return _("You searched the official texts.")
            case SearchKind.NAMES:
                return _("You searched the names of members and instruments.")
            case SearchKind.ENTRIES:
                return _("You searched the texts of the entries you can read.")
            case SearchKind.EVIDENCE:
                return _("You searched the evidence of the entries you can read.")
        if not self.request.user.reads_entries:
            return _("You searched official texts, members and instruments.")
        if self.form.narrows_entries:
            return _("You searched the entries you can read, and their evidence.")
        return _(
            "You searched official texts, members and instruments, and the entries you"
            " can read with their evidence."
        )

    @property
    def has_any(self) -> bool:
        has_entries = self.entries is not None and bool(self.entries.rows)
        return bool(self.official or self.names) or has_entries

    @property
    def tabs(self) -> list[dict[str, object]]:
        """Return the kinds. Entries have no count: it takes too long."""
        counts = {
            SearchKind.OFFICIAL: self.official_count,
            SearchKind.NAMES: self.name_count,
        }
        return [
            {
                "label": label,
                "url": self._address(kind),
                "is_current": kind == self.kind,
                "count": counts.get(SearchKind(kind)) if kind else None,
            }
            for kind, label in self.form.choices_of("kind")
        ]

    def _address(self, kind: str) -> str:
        query = self.request.GET.copy()
        query.pop("page", None)
        query.pop("kind", None)
        if kind:
            query["kind"] = kind
        return f"?{query.urlencode()}"


def address_of(text: OfficialText) -> str:
    """Return the page of an official text, a member or an instrument."""
    match text.kind:
        case OfficialKind.COMMITMENT:
            return reverse("progress:commitment-detail", args=[text.plan, text.code])
        case OfficialKind.MEMBER if text.plan:
            return reverse("progress:plan-member-detail", args=[text.plan, text.code])
        case OfficialKind.INSTRUMENT if text.plan:
            where = [text.plan, text.code]
            return reverse("progress:plan-instrument-detail", args=where)
        case OfficialKind.ACTION:
            page = reverse("progress:plan-detail", args=[text.plan])
            return f"{page}#action-{text.code}"
        case OfficialKind.SUB_AREA:
            page = reverse("progress:plan-detail", args=[text.plan])
            return f"{page}#sub-area-{text.code}"
        case _ if text.plan:
            return reverse("progress:plan-detail", args=[text.plan])
    return reverse("progress:plan-list")
