"""Entries: who may see them, and which of them were known at an instant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual

from accounts.models import Presidency
from commitments.models import MemberCommitment
from progress.models.choices import Handling
from progress.querysets.lookups import IsAnyOf, is_among
from progress.querysets.visibility import (
    can_be_public_q,
    reads_all_of_own_member,
    reviewed_by,
    second_reviewed,
    visibility_q,
)

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from accounts.models import User
    from progress.models import Entry, Evidence, LinkCheck, Round, Stocktake, Transition  # noqa: F401
    from progress.querysets.stocktakes import ExtensionQuerySet


# Neither published nor discarded.
IN_PROGRESS = ("draft", "in_clearance", "submitted", "returned")
# The long texts, which only the page of an entry shows: see `without_text`.
LONG_TEXT_FIELDS = ("narrative", "next_steps", "obstacles", "reason")
# What makes a text the same as another (rule 9): date, label and evidence may differ.
TEXT_FIELDS = ("status", "is_at_risk", "narrative", "next_steps", "obstacles")
# The order of rule 3. Of the entries of one member commitment the last is its position.
_POSITION_ORDER = ("as_of", "published_at", "ledger_record_id")
# The path from an entry to its plan.
_PLAN = "member_commitment__commitment__plan"
# Later than any publication: for entries that are not published yet.
_ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)
# When an entry was published, in an order where those that are not come last.
PUBLICATION = Coalesce("published_at", Value(_ALWAYS))


def position_rank(entry: Entry) -> tuple[object, ...]:
    """Return the sort key of a published entry in the order of rule 3."""
    return tuple(getattr(entry, name) for name in _POSITION_ORDER)


def _ranks_above_outer(*, of: str) -> Q:
    """Entries (reached by the path `of`) that come after an outer entry by rule 3."""
    above, equal = Q(), Q()
    for name in _POSITION_ORDER:
        above |= equal & Q((f"{of}{name}__gt", OuterRef(name)))
        equal &= Q((f"{of}{name}", OuterRef(name)))
    return above


def chair_of(instant: str) -> Subquery:
    """Return an expression: the member in the chair at the instant in a column."""
    return Subquery(Presidency.objects.at(OuterRef(instant)).values("member")[:1])


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Return the entries that this reader may know of at an instant (rule 4).

        Rights are always those of the moment of reading, also where older entries are
        asked for.
        """
        return self.filter(visibility_q(reader, at))

    def own_of(self, reader: User) -> Self:
        """Return the entries of the reader's own delegation: it may see all of them."""
        if not reads_all_of_own_member(reader):
            return self.none()
        return self.filter(member_commitment__member=reader.delegation)

    def for_audience(self, audience: str) -> Self:
        """Return published entries of every member, up to a handling label.

        Reports use it: they are compiled for an audience, not for a reader.
        """
        return self.filter(state="published", handling__in=Handling.up_to(audience))

    def that_can_be_public(self) -> Self:
        """Return the clear entries in force that anyone may read if a head agrees."""
        return self.filter(can_be_public_q(), state="published", handling="clear")

    def with_public_agreement(self) -> Self:
        """Annotate `is_agreed_public`: a head agreed that anyone may read it."""
        agreements = apps.get_model("progress", "PublicAgreement").objects.in_force()
        return self.annotate(
            is_agreed_public=Exists(agreements.filter(entry=OuterRef("pk")))
        )

    def without_text(self) -> Self:
        """Defer the long texts, for lists that show none of them."""
        return self.defer(*LONG_TEXT_FIELDS)

    def for_cells(self) -> Self:
        """Read only what counts, and what a cell of the matrix shows."""
        return self.only(
            "as_of",
            "confirmed_at",
            "is_at_risk",
            "kind",
            "member_commitment__commitment",
            "member_commitment__member",
            "published_at",
            "state",
            "status",
            "stocktake",
        )

    def to_review_by(self, reader: User, at: datetime) -> Self:
        """Return the submitted entries that wait for this reviewer.

        They are of any stocktake and kind: corrections and withdrawals too.
        """
        return self.filter(reviewed_by(reader, at), state="submitted")

    def in_progress(self) -> Self:
        """Return the entries that are neither published nor discarded."""
        return self.filter(state__in=IN_PROGRESS)

    def as_known_at(self, known_at: datetime) -> Self:
        """Return the entries published by an instant and not superseded by then.

        This is rule 3 (a) and (b). An entry is superseded even if its reader may not
        see the successor.
        """
        successors = self.model.objects.filter(
            supersedes=OuterRef("pk"), published_at__lte=known_at
        )
        # `published_at` implies the state. With it, PostgreSQL can use the index of
        # published entries. It would misjudge that index if the instant were compared
        # with the column itself, which comes late in it.
        by_then = LessThanOrEqual(PUBLICATION, known_at)
        published = self.filter(by_then, state="published")
        return published.exclude(Exists(successors))

    def positions(
        self, of: QuerySet[MemberCommitment], *, at: date, known_at: datetime
    ) -> Self:
        """Return at most one entry for each of these member commitments: its position.

        This is rule 3 (c) and (d), applied to the entries of this queryset. Call it on
        what the reader may see: `visible_to(reader).positions(…)`. A later filter only
        removes positions; it never puts an older entry in their place.
        """
        keys = self.position_keys(of, at=at, known_at=known_at)
        return self.filter(IsAnyOf("pk", ArraySubquery(keys)))

    def position_keys(
        self, of: QuerySet[MemberCommitment], *, at: date, known_at: datetime
    ) -> QuerySet[MemberCommitment, Any]:
        """Return the key of each position, and nothing where there is no entry.

        One index look-up for each member commitment, however many entries it has.
        """
        newest = (
            self.as_known_at(known_at)
            .exclude(kind="withdrawal")
            .filter(as_of__lte=at, member_commitment=OuterRef("pk"))
            .in_position_order()
        )
        return of.annotate(newest=Subquery(newest.values("pk")[:1])).values("newest")

    def in_position_order(self) -> Self:
        """Order by rule 3, so that a position comes before the entries it outranks."""
        return self.order_by(*(f"-{name}" for name in _POSITION_ORDER))

    def annotated_positions(
        self, of: QuerySet[MemberCommitment], *, at: date, known_at: datetime
    ) -> Self:
        """Return `positions` with the annotations of `annotated` and `redacted_to`."""
        withdrawals = self.withdrawals_above(at=at, known_at=known_at)
        found = self.positions(of, at=at, known_at=known_at)
        return found.annotated(withdrawals).redacted_to(self)

    def annotated(self, withdrawals_above: Self) -> Self:
        """Annotate `evidence_count` and `shows_again`."""
        links = apps.get_model("progress", "EntryEvidence").objects.filter(
            entry=OuterRef("pk")
        )
        # Counted entry by entry: a join would group the whole rows.
        count = links.order_by().values("entry").values(count=Count("pk"))
        return self.annotate(
            evidence_count=Coalesce(Subquery(count), 0),
            shows_again=Exists(withdrawals_above),
        )

    def redacted_to(self, visible: Self) -> Self:
        """Hide every trace of entries outside `visible`, which the reader may not see.

        Annotates `visible_unchanged_since` and `is_supersession_seen`. A correction of
        a hidden entry looks like an update. A withdrawal of one is left out.
        """
        is_seen = is_among(visible.filter(pk=OuterRef("supersedes")))
        redacted = self.with_visible_unchanged_since(visible).annotate(
            is_supersession_seen=is_seen
        )
        return redacted.exclude(kind="withdrawal", is_supersession_seen=False)

    def with_visible_unchanged_since(self, visible: Self) -> Self:
        """Annotate `visible_unchanged_since`: the day this text was first released.

        Only releases in `visible` count: an earlier one that the reader could not see
        would be news to them.
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
        """Return withdrawals of entries that would outrank an outer entry.

        The withdrawal and the withdrawn entry are both in this queryset. Otherwise the
        mark "reinstated" would reveal an entry that the reader may not see.
        """
        return self.filter(
            _ranks_above_outer(of="supersedes__"),
            # `published_at` implies the state. Kind and state let PostgreSQL use the
            # index of withdrawals.
            kind="withdrawal",
            state="published",
            member_commitment=OuterRef("member_commitment"),
            published_at__gt=OuterRef("published_at"),
            published_at__lte=known_at,
            supersedes__as_of__lte=at,
            supersedes__in=self.values("pk"),
        )

    def with_successors(self) -> Self:
        """Annotate `has_live_successor`: a correction or withdrawal not discarded."""
        successors = self.model.objects.filter(supersedes=OuterRef("pk"))
        return self.annotate(
            has_live_successor=is_among(successors.exclude(state="discarded"))
        )

    def with_superseding(self, visible: Self) -> Self:
        """Annotate `is_superseded` and `superseded_by`, by a published successor.

        It is superseded even if the reader may not see the successor. `superseded_by`
        is the key of the successor if it is in `visible`, and null otherwise.
        """
        successor = Q(supersedes=OuterRef("pk"), state="published")
        return self.annotate(
            is_superseded=is_among(self.model.objects.filter(successor)),
            superseded_by=Subquery(visible.filter(successor).values("pk")[:1]),
        )

    def with_releases(self) -> Self:
        """Annotate `was_released`: it was released from a stocktake."""
        released = self.model.objects.filter(pk=OuterRef("pk"), releases__isnull=False)
        return self.annotate(was_released=Exists(released))

    def with_time(self, known: ExtensionQuerySet) -> Self:
        """Annotate `extended_until`: the latest end for it of what is known."""
        granted = known.filter(
            Q(member=None) | Q(member=OuterRef("member_commitment__member")),
            stocktake=OuterRef("stocktake"),
        )
        latest = granted.order_by("-ends_at").values("ends_at")[:1]
        return self.annotate(extended_until=Subquery(latest))

    def with_in_force(self, at: datetime) -> Self:
        """Annotate `is_in_force`: published by then, not superseded, no withdrawal."""
        successors = self.model.objects.filter(
            supersedes=OuterRef("pk"), published_at__lte=at
        )
        was_published = Q(state="published", published_at__lte=at)
        stands = Case(
            When(
                was_published & ~Q(kind="withdrawal"),
                then=Case(When(is_among(successors), then=False), default=True),
            ),
            default=False,
            output_field=models.BooleanField(),
        )
        return self.annotate(is_in_force=stands)

    def with_last_move(self) -> Self:
        """Annotate `last_verb` and `last_reason`: what happened to it last, and why."""
        moves = apps.get_model("progress", "Transition").objects.filter(
            entry=OuterRef("pk")
        )
        last = moves.order_by("-at", "-pk")
        return self.annotate(
            last_verb=Subquery(last.values("verb")[:1]),
            last_reason=Subquery(last.values("reason")[:1]),
        )

    def by_last_comment(self, thread: str) -> Self:
        """Return the entries with a comment in this thread, longest without one first.

        Annotates as `with_last_comment`.
        """
        commented = self.with_last_comment(thread).filter(last_comment_at__isnull=False)
        return commented.order_by("last_comment_at", "pk")

    def with_last_comment(self, thread: str) -> Self:
        """Annotate `last_comment_member` and `last_comment_at` in this thread."""
        comments = apps.get_model("progress", "Comment").objects.filter(
            entry=OuterRef("pk"), thread=thread
        )
        last = comments.order_by("-written_at", "-pk")
        return self.annotate(
            last_comment_member=Subquery(last.values("member")[:1]),
            last_comment_at=Subquery(last.values("written_at")[:1]),
        )

    def with_comment_count(self, thread: str) -> Self:
        """Annotate `comment_count`: how many comments are in this thread."""
        comments = apps.get_model("progress", "Comment").objects.filter(
            entry=OuterRef("pk"), thread=thread
        )
        count = comments.order_by().values("entry").values(count=Count("pk"))
        return self.annotate(comment_count=Coalesce(Subquery(count), 0))

    def locked(self, pk: UUID) -> Entry:
        """Return the row, locked until the transaction ends, with all its rules need.

        Raises Entry.DoesNotExist.
        """
        return self.locked_for_its_rules().get(pk=pk)

    def locked_for_its_rules(self) -> Self:
        """Lock the rows, and read with them what their rules need."""
        return (
            self.with_successors()
            .select_for_update(of=("self",))
            .select_related("member_commitment__commitment__plan")
            .select_related("member_commitment__member", "stocktake")
            .defer(*(f"{_PLAN}__{name}" for name in ("preamble", "source_text")))
        )


class TransitionQuerySet(models.QuerySet["Transition"]):
    def with_chair_then(self) -> Self:
        """Annotate `chair_then`: the member in the chair when it happened."""
        return self.annotate(chair_then=chair_of("at"))


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Return the returns of the reader's own entries and of those they review.

        They belong to the office: a new Presidency sees what the last one returned.
        """
        visible = Q(pk__in=[])
        if reads_all_of_own_member(reader):
            visible |= Q(entry__member_commitment__member=reader.delegation)
        if reader.is_presidency(at):
            # Its own member's entries too: it reads those as their delegation.
            visible |= Q(pk__isnull=False)
        if reader.delegation and reader.scopes is None:
            visible |= second_reviewed(reader, at, of="entry__")
        return self.filter(visible)


def _first_release_of_same_text(visible: EntryQuerySet) -> models.QuerySet[Entry, Any]:
    """Return the day of the first visible release of an outer entry's text.

    The outer entry was carried forward: `unchanged_since` is its first day of all.
    """
    before = Coalesce(OuterRef("published_at"), Value(_ALWAYS))
    same = {name: OuterRef(name) for name in ("member_commitment", *TEXT_FIELDS)}
    released = visible.filter(
        state="published",
        as_of__gte=OuterRef("unchanged_since"),
        published_at__lt=before,
        **same,
    )
    return released.order_by("as_of").values("as_of")[:1]
