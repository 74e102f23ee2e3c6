"""Official texts, instruments and members, ready to search: the same for every reader.

They are few and seldom change, so each process keeps them with their words. A stamp of
their rows says whether what it keeps is still what is stored.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, members_in_order
from accounts.typed.words import Words, plain_spelling, words_of
from accounts.wording.names import in_language
from commitments.models import (
    Action,
    Clause,
    Commitment,
    Instrument,
    MemberCommitment,
    Plan,
    SubArea,
    Summit,
)

# Every table that the texts are read from.
_TABLES = (
    Member, Summit, Plan, Action, SubArea, Instrument, Commitment,
    Commitment.instruments.through, Clause,
)  # fmt: skip
_CODE = re.compile(r"\d+(?:\.\d+)*\.?")


class OfficialKind(models.TextChoices):
    COMMITMENT = "commitment", _("Commitment")
    ACTION = "action", _("Action")
    SUB_AREA = "sub_area", _("Sub-area")
    PLAN = "plan", _("Plan")
    INSTRUMENT = "instrument", _("Instrument")
    MEMBER = "member", _("Member")


# What was adopted; the others are names.
ADOPTED = frozenset(OfficialKind) - {OfficialKind.INSTRUMENT, OfficialKind.MEMBER}


@dataclass(frozen=True)
class OfficialText:
    """A plan, a part of one, an instrument or a member, with what a search looks at."""

    kind: OfficialKind
    # A name of our own is in the reader's language, and `stored` in English.
    title: str
    # The number of a part of a plan, the slug of an instrument, the code of a member.
    code: str = ""
    # The slugs of the plans it is part of, or that name it; the newest first.
    plans: Sequence[str] = ()
    action: str = ""
    # The adopted wording, and that of its clauses.
    wordings: Sequence[str] = ()
    # The slugs of the instruments it names, and of all that own these.
    concerns: frozenset[str] = frozenset()
    stored: str = ""
    searched: str = field(init=False, repr=False)
    searched_heading: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = (self.shown_code, self.title, self.stored)
        heading = words_of(*names)
        every = words_of(*names, *self.wordings)
        object.__setattr__(self, "searched_heading", heading.stored)
        object.__setattr__(self, "searched", every.stored)

    @property
    def plan(self) -> str:
        return self.plans[0] if self.plans else ""

    @property
    def is_adopted(self) -> bool:
        return self.kind in ADOPTED

    @property
    def shown_code(self) -> str:
        """Return the code as people know it. A slug is for addresses only."""
        return (
            ""
            if self.kind in {OfficialKind.INSTRUMENT, OfficialKind.PLAN}
            else self.code
        )


@dataclass(frozen=True)
class OfficialFilter:
    """Only what is of a plan, of one of its actions, or concerns an instrument."""

    plan: str = ""
    action: str = ""
    instrument: str = ""

    def keeps(self, text: OfficialText) -> bool:
        return (
            (not self.plan or self.plan in text.plans)
            and (not self.action or self.action == text.action)
            and (not self.instrument or self.instrument in text.concerns)
        )


@dataclass(frozen=True)
class OfficialTexts:
    """All of them in order: by kind, the newest plan first, in the plan's own order."""

    texts: Sequence[OfficialText]

    @cached_property
    def by_kind(self) -> Mapping[OfficialKind, Sequence[OfficialText]]:
        found: dict[OfficialKind, list[OfficialText]] = {
            kind: [] for kind in OfficialKind
        }
        for text in self.texts:
            found[text.kind].append(text)
        return found

    def find(self, typed: str, only: OfficialFilter) -> list[OfficialText]:
        """Return what a search finds: a code first, then headings, then wordings."""
        sought = words_of(typed)
        parts = sought.parts
        found = [
            text
            for text in self.texts
            if parts and all(part in text.searched for part in parts)
        ]
        return sorted(filter(only.keeps, found), key=_rank_of(typed, sought))

    def suggest(self, typed: str, *, most: int) -> list[OfficialText]:
        """Return the first of those whose heading a search finds."""
        sought = words_of(typed)
        parts = sought.parts
        found = [
            text
            for text in self.texts
            if parts and all(part in text.searched_heading for part in parts)
        ]
        return sorted(found, key=_rank_of(typed, sought))[:most]


def _rank_of(typed: str, sought: Words) -> Any:
    """Return the key to sort what was found by: what was most likely meant first."""
    code = found[0].rstrip(".") if (found := _CODE.fullmatch(typed.strip())) else ""
    start, parts = plain_spelling(typed).strip(), sought.parts

    def rank(text: OfficialText) -> int:
        if code and text.code == code:
            return 0
        if code and text.code.startswith(f"{code}."):
            return 1
        if plain_spelling(text.title).startswith(start):
            return 2
        return 3 if all(part in text.searched_heading for part in parts) else 4

    return rank


def official_texts() -> OfficialTexts:
    """Return them as they are stored now. One query if this process knows them."""
    return _texts_at(connection.settings_dict["NAME"], _stamp(), get_language())


def _stamp() -> str:
    """Return what changes with every write to these tables.

    `ctid` is the place of a row and `xmin` the transaction that wrote it: every version
    of a row has others.
    """
    each = " UNION ALL ".join(
        f"SELECT hashtextextended(concat(tableoid, ctid, xmin), 0) AS version"  # noqa: S608 - our own names only
        f' FROM "{model._meta.db_table}"'
        for model in _TABLES
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sum(version)::text FROM ({each}) AS each")  # noqa: S608 - as above
        [(stamp,)] = cursor.fetchall()
    return stamp or ""


# Two versions in each language.
@lru_cache(maxsize=2 * len(settings.LANGUAGES))
def _texts_at(_database: str, _stamp: str, _language: str | None) -> OfficialTexts:
    read = _Reading()
    texts = [
        *read.commitments(), *read.actions(), *read.sub_areas(), *read.plans(),
        *read.instruments(), *read.members(),
    ]  # fmt: skip
    return OfficialTexts(texts)


class _Reading:
    """Reads every row once. Nine queries."""

    def __init__(self) -> None:
        newest = Plan.objects.order_by("-adopted_on", "pk").select_related("summit")
        self.rows = {plan.pk: plan for plan in newest.defer("source_text")}
        self.order = {pk: place for place, pk in enumerate(self.rows)}
        self.named = {row.pk: row for row in Instrument.objects.order_by("name", "pk")}
        self.concerned: dict[int, set[str]] = defaultdict(set)
        self.naming: dict[str, set[int]] = defaultdict(set)
        links = Commitment.instruments.through.objects.values_list(
            "commitment_id", "instrument_id", "commitment__plan_id"
        )
        for commitment, instrument, plan in links:
            owners = self._with_owners(instrument)
            self.concerned[commitment] |= owners
            for slug in owners:
                self.naming[slug].add(plan)

    def _with_owners(self, instrument: int | None) -> set[str]:
        """Return its slug and those of all that own it. The database has no circle."""
        found = set()
        while instrument is not None:
            row = self.named[instrument]
            found.add(row.slug)
            instrument = row.owner_id
        return found

    def _slugs(self, plans: set[int]) -> list[str]:
        return [self.rows[pk].slug for pk in sorted(plans, key=self.order.__getitem__)]

    def commitments(self) -> Iterator[OfficialText]:
        clauses = defaultdict(list)
        for clause in Clause.objects.order_by("letter", "pk"):
            clauses[clause.commitment_id].append(clause.text)
        rows = Commitment.objects.select_related("action").order_by("position", "pk")
        for row in sorted(rows, key=lambda row: self.order[row.plan_id]):
            yield OfficialText(
                OfficialKind.COMMITMENT,
                in_language(row.short_title),
                row.code,
                [self.rows[row.plan_id].slug],
                row.action.code,
                [row.text, *clauses[row.pk]],
                frozenset(self.concerned[row.pk]),
                stored=str(row.short_title),
            )

    def actions(self) -> Iterator[OfficialText]:
        rows = Action.objects.order_by("number", "pk")
        for row in sorted(rows, key=lambda row: self.order[row.plan_id]):
            plan = [self.rows[row.plan_id].slug]
            yield OfficialText(OfficialKind.ACTION, row.title, row.code, plan, row.code)

    def sub_areas(self) -> Iterator[OfficialText]:
        rows = SubArea.objects.select_related("action").order_by(
            "action__number", "number", "pk"
        )
        for row in sorted(rows, key=lambda row: self.order[row.action.plan_id]):
            plan = [self.rows[row.action.plan_id].slug]
            yield OfficialText(
                OfficialKind.SUB_AREA, row.title, row.code, plan, row.action.code
            )

    def plans(self) -> Iterator[OfficialText]:
        for row in self.rows.values():
            wordings = [row.preamble, str(row.summit), row.summit.title]
            yield OfficialText(
                OfficialKind.PLAN, row.title, row.slug, [row.slug], wordings=wordings
            )

    def instruments(self) -> Iterator[OfficialText]:
        for row in self.named.values():
            yield OfficialText(
                OfficialKind.INSTRUMENT,
                row.name,
                row.slug,
                self._slugs(self.naming[row.slug]),
                concerns=frozenset(self._with_owners(row.pk)),
            )

    def members(self) -> Iterator[OfficialText]:
        owing: dict[str, set[int]] = defaultdict(set)
        owed = MemberCommitment.objects.order_by().values_list(
            "member_id", "commitment__plan_id"
        )
        for member, plan in owed.distinct():
            owing[member].add(plan)
        for row in members_in_order(Member.objects.all()):
            plans = self._slugs(owing[row.code])
            name = in_language(row.name)
            yield OfficialText(
                OfficialKind.MEMBER, name, row.code, plans, stored=str(row.name)
            )
