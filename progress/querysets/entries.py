"""Which rows: who may see an entry, and what was known when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Scope
from commitments.models import MemberCommitment

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from accounts.models import User
    from progress.models import (  # noqa: F401
        Entry,
        Evidence,
        LinkCheck,
        Round,
        Stocktake,
    )


# From the least to the most restricted; `Handling` of the models has their labels.
HANDLINGS = ("clear", "green", "amber")
AT_WORK = ("draft", "in_clearance", "submitted", "returned")
# What a delegation says. Its date, label and evidence may change beside the same words.
# Read only where an entry is shown whole: see `without_text`.
LONG_TEXT_FIELDS = ("narrative", "next_steps", "obstacles", "reason")
TEXT_FIELDS = ("status", "is_at_risk", "narrative", "next_steps", "obstacles")
# Later than any publication: for what is not published yet.
_ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, reader: User, at: datetime | None = None) -> Self:
        """The entries this reader may know of (rule 4), by the rights of an instant.

        `at` is now unless told: rights are those of the moment of reading, whatever
        clock the entries are asked by.
        """
        return self.filter(visibility_q(reader, at or timezone.now()))

    def for_audience(self, audience: str) -> Self:
        """Published entries of every member, up to a handling label: a report's."""
        labels = HANDLINGS[: HANDLINGS.index(audience) + 1]
        return self.filter(state="published", handling__in=labels)

    def without_text(self) -> Self:
        """Leave the long texts in the database, for lists that show none of them."""
        return self.defer(*LONG_TEXT_FIELDS)

    def at_work(self) -> Self:
        """Entries that are neither published nor put away."""
        return self.filter(state__in=AT_WORK)

    def as_known_at(self, known_at: datetime) -> Self:
        """Rule 3 (a) and (b): published by then, and not superseded by then.

        An entry is gone even where its successor is one the reader may not see.
        """
        successors = self.model.objects.filter(
            supersedes=OuterRef("pk"), published_at__lte=known_at
        )
        # The state says nothing that `published_at` does not: it opens the index of
        # published entries.
        published = self.filter(state="published", published_at__lte=known_at)
        return published.exclude(Exists(successors))

    def positions(self, *, at: date, known_at: datetime) -> Self:
        """Rule 3 (c) and (d), of the entries in hand: one a member commitment.

        Call it on what the reader may see: `visible_to(reader).positions(…)`. What is
        filtered afterwards narrows the positions and never lets an older entry in.
        """
        newest = (
            self.as_known_at(known_at)
            .exclude(kind="withdrawal")
            .filter(as_of__lte=at, member_commitment=OuterRef("pk"))
            .order_by("-as_of", "-published_at", "-ledger_record")
            .values("pk")[:1]
        )
        # One look into the index for each member commitment, however long its past.
        each = MemberCommitment.objects.annotate(newest=Subquery(newest))
        return self.filter(pk__in=each.values("newest"))

    def annotated_positions(self, *, at: date, known_at: datetime) -> Self:
        """`positions`, each with `evidence_count` and `shows_again`."""
        found = self.positions(at=at, known_at=known_at).annotated(
            self.withdrawals_above(at=at, known_at=known_at)
        )
        return found.redacted_to(self)

    def annotated(self, withdrawals_above: Self) -> Self:
        return self.annotate(
            evidence_count=Count("evidence_links"),
            shows_again=Exists(withdrawals_above),
        )

    def redacted_to(self, visible: Self) -> Self:
        """Each told without a word of any entry that its reader may not see.

        `is_supersession_seen`: what corrects a hidden entry (an amber one, say) is to
        them an entry like any other; what withdraws one is nothing at all.
        """
        seen = Exists(visible.filter(pk=OuterRef("supersedes")))
        told = self.with_visible_unchanged_since(visible).annotate(
            is_supersession_seen=seen
        )
        return told.exclude(kind="withdrawal", is_supersession_seen=False)

    def with_visible_unchanged_since(self, visible: Self) -> Self:
        """Annotate `visible_unchanged_since`: the day these words were first released.

        Words that stood hidden before are new to whoever could not see them.
        """
        since = Case(
            When(
                unchanged_since__isnull=False,
                then=Subquery(_first_release_of_same_text(visible)),
            ),
            output_field=models.DateField(),
        )
        return self.annotate(visible_unchanged_since=since)

    def withdrawals_above(self, *, at: date, known_at: datetime) -> Self:
        """Withdrawals of what would stand before an outer entry, had they not come.

        Both the withdrawal and what it withdrew are among the entries in hand: a mark
        must not tell a reader of an entry that they may not see.
        """
        same_day = Q(supersedes__as_of=OuterRef("as_of"))
        same_instant = same_day & Q(supersedes__published_at=OuterRef("published_at"))
        above = (
            Q(supersedes__as_of__gt=OuterRef("as_of"))
            | (same_day & Q(supersedes__published_at__gt=OuterRef("published_at")))
            | (
                same_instant
                & Q(supersedes__ledger_record__gt=OuterRef("ledger_record"))
            )
        )
        return self.filter(
            above,
            # Together with the state, which `published_at` implies, it opens the index.
            kind="withdrawal",
            state="published",
            member_commitment=OuterRef("member_commitment"),
            published_at__gt=OuterRef("published_at"),
            published_at__lte=known_at,
            supersedes__as_of__lte=at,
            supersedes__in=self.values("pk"),
        )

    def with_successors(self) -> Self:
        """Each with `has_live_successor`: a correction or withdrawal at work or out."""
        successors = self.model.objects.filter(supersedes=OuterRef("pk"))
        return self.annotate(
            has_live_successor=Exists(successors.exclude(state="discarded"))
        )

    def with_releases(self) -> Self:
        """Each with `was_released`: has it left a stocktake that could not wait?"""
        released = self.model.objects.filter(pk=OuterRef("pk"), releases__isnull=False)
        return self.annotate(was_released=Exists(released))

    def locked(self, pk: UUID) -> Entry:
        """The row, held until the transaction ends, with what its rules ask for."""
        return (
            self.with_successors()
            .select_for_update(of=("self",))
            .select_related("member_commitment__commitment__plan")
            .select_related("member_commitment__member", "stocktake", "supersedes")
            .get(pk=pk)
        )


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Returns of the reader's own entries, and of those they review at an instant.

        They follow the office: a new Presidency finds what the last one returned.
        """
        sight = Q(pk__in=[])
        if reader.delegation and reader.may(Scope.READ_OWN):
            sight |= Q(entry__member_commitment__member=reader.delegation)
        if reader.is_presidency(at):
            # Its own member's entries have another reviewer, but it reads them at home.
            sight |= Q(pk__isnull=False)
        if reader.delegation and reader.scopes is None:
            sight |= second_reviewed(reader, at, of="entry__")
        return self.filter(sight)


def _first_release_of_same_text(visible: EntryQuerySet) -> models.QuerySet[Entry, Any]:
    """Of an outer entry carried forward: the day its words were first released on."""
    before = Coalesce(OuterRef("published_at"), Value(_ALWAYS))
    same = {name: OuterRef(name) for name in ("member_commitment", *TEXT_FIELDS)}
    said = visible.filter(
        state="published",
        as_of__gte=OuterRef("unchanged_since"),
        published_at__lt=before,
        **same,
    )
    return said.order_by("as_of").values("as_of")[:1]


def second_reviewed(reader: User, at: datetime, *, of: str = "") -> Q:
    """Of entries (or, with `of`, of what hangs on one): the chair's that they review.

    In rows what `permissions.is_reviewer` is of one entry.
    """
    return Q(
        (f"{of}stocktake__second_reviewer", reader.pk),
        (f"{of}member_commitment__member", reader.chair_at(at)),
    )


def visibility_q(reader: User, at: datetime) -> Q:
    """Rule 4 as one condition: the sum of what each standing lets a reader see."""
    sight = Q(pk__in=[])
    published = Q(state="published")
    if reader.reads_entries:
        if reader.may(Scope.READ_CLEAR):
            sight |= published & Q(handling="clear")
        if reader.may(Scope.READ_GREEN):
            sight |= published & Q(handling__in=["clear", "green"])
    if reader.delegation and reader.may(Scope.READ_OWN):
        sight |= Q(member_commitment__member=reader.delegation)
    if reader.is_presidency(at):
        # Its own member's entries are read as a delegation's, above.
        sight |= published | Q(state="submitted")
    if reader.delegation and reader.scopes is None:
        reached = Q(state__in=["submitted", "published"])
        sight |= reached & second_reviewed(reader, at)
    return sight
