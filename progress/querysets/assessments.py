"""Score tables, scores, guidelines and comments that a reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Least

from accounts.models import Scope
from commitments.models import MemberCommitment
from commitments.querysets import Concerns
from progress.querysets.lookups import is_among
from progress.querysets.visibility import readable_handlings

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from accounts.models import User
    from progress.models import (  # noqa: F401
        Assessment,
        AssessmentComment,
        AssessmentTable,
        Guideline,
    )


def reads_whole_tables(reader: User) -> bool:
    """Return whether averages and ranks of a whole table are this reader's to see.

    A key that is limited to an instrument sees single cells only.
    """
    return reader.instrument_owner is None


def _reads_for_a_delegation(reader: User) -> bool:
    return reader.delegation is not None and reader.may(Scope.READ_OWN)


def _tables_visible_q(reader: User, *, of: str = "") -> Q:
    """Return the condition that a row's table is visible to this reader.

    `of` is the path from the row to the table; without it the row is the table itself.
    """
    visible = Q(pk__in=[])
    body = reader.assessing_body
    if body is not None:
        visible |= Q((f"{of}body", body))
    if _reads_for_a_delegation(reader):
        visible |= Q((f"{of}state", "in_feedback"))
    handlings = readable_handlings(reader)
    if handlings:
        released = Q((f"{of}state", "released"), (f"{of}handling__in", handlings))
        visible |= released & _public_q(reader, of)
    return visible


def _public_q(reader: User, of: str) -> Q:
    """Return the further condition for the public: released since the start, in force.

    As with entries, what was superseded is never public, whatever the label of the
    table that took its place.
    """
    if reader.public_since is None:
        return Q()
    tables = apps.get_model("progress", "AssessmentTable").objects
    later = tables.released().filter(
        body=OuterRef(f"{of}body"),
        stocktake=OuterRef(f"{of}stocktake"),
        number__gt=OuterRef(f"{of}number"),
    )
    return Q((f"{of}released_at__gte", reader.public_since)) & ~Q(Exists(later))


def _concerns_q(reader: User, *, commitment: str) -> Q:
    """Return the condition of what a limited key sees; all of it for everyone else."""
    owner = reader.instrument_owner
    return Q() if owner is None else Q(Concerns(commitment, owner))


class AssessmentTableQuerySet(models.QuerySet["AssessmentTable"]):
    def visible_to(self, reader: User, _at: datetime) -> Self:
        """Return the tables that this reader may know of at an instant.

        Drafts and discarded ones are of the body alone. A table in feedback is also
        every delegation's. A released one is for the audience of its label.
        """
        return self.filter(_tables_visible_q(reader))

    def own_of(self, reader: User) -> Self:
        """Return the tables of the reader's own body."""
        body = reader.assessing_body
        return self.none() if body is None else self.filter(body=body)

    def released(self) -> Self:
        return self.filter(state="released")

    def open_for_feedback(self, at: datetime) -> Self:
        """Return those in feedback, and released ones that still take comments.

        Feedback is over once final scores of the body and stocktake are released.
        """
        return self.filter(self._is_open_for_feedback(at))

    def past_feedback(self, at: datetime) -> Self:
        """Return those that were open for feedback and are not any more.

        The last to end is first. Annotate `feedback_ended_at`: the deadline, or the
        release of the final scores if that came first.
        """
        opened = self.filter(feedback_opened_at__isnull=False)
        final = self._final_releases().order_by("released_at").values("released_at")
        ended_at = Least("feedback_until", Subquery(final[:1]))
        past = opened.filter(~self._is_open_for_feedback(at))
        return past.annotate(feedback_ended_at=ended_at).order_by(
            "-feedback_ended_at", "pk"
        )

    def _is_open_for_feedback(self, at: datetime) -> Q:
        is_open = Q(state="in_feedback") | Q(state="released", feedback_until__gt=at)
        return is_open & ~Q(Exists(self._final_releases()))

    def kept(self) -> Self:
        """Return the tables that were not discarded."""
        return self.exclude(state="discarded")

    def as_known_at(self, known_at: datetime) -> Self:
        """Return the tables released by an instant and not superseded by then.

        That is at most one for each body and stocktake. A table is superseded even if
        its reader may not see the one that took its place.
        """
        released = self.filter(state="released", released_at__lte=known_at)
        later = self.model.objects.filter(
            _is_later_release(), released_at__lte=known_at
        )
        return released.filter(~Exists(later))

    def newest_of_each_phase_at(self, known_at: datetime) -> Self:
        """Return the last table of each stocktake and phase released by an instant.

        So an interim table stays beside the final one that superseded it.
        """
        later = self.model.objects.filter(
            _is_later_release(), phase=OuterRef("phase"), released_at__lte=known_at
        )
        released = self.filter(state="released", released_at__lte=known_at)
        return released.filter(~Exists(later))

    def with_successors(self) -> Self:
        """Annotate `has_live_successor` and `has_final_release`.

        The first is whether a revision of it is not discarded. The second is whether a
        final table of its body and stocktake is released.
        """
        successors = self.model.objects.kept().filter(supersedes=OuterRef("pk"))
        return self.annotate(
            has_live_successor=is_among(successors),
            has_final_release=is_among(self._final_releases()),
        )

    def _final_releases(self) -> AssessmentTableQuerySet:
        """Return the released final tables of an outer table's body and stocktake."""
        released: AssessmentTableQuerySet = self.model.objects.released()
        return released.filter(_is_of_same_line(), phase="final")

    def with_superseding(self) -> Self:
        """Annotate `superseded_at`: when a later release took its place.

        It means something for released tables only.
        """
        later = self.model.objects.filter(_is_later_release()).order_by("number")
        return self.annotate(superseded_at=Subquery(later.values("released_at")[:1]))

    def with_replaced(self) -> Self:
        """Annotate `replaced_id`: the last table that was released before it."""
        earlier = self.model.objects.filter(
            _is_of_same_line(), state="released", number__lt=OuterRef("number")
        )
        last = earlier.order_by("-number").values("pk")[:1]
        return self.annotate(replaced_id=Subquery(last))

    def with_counts(self) -> Self:
        """Annotate `cell_count` and `scored_count`."""
        cells = apps.get_model("progress", "Assessment").objects.filter(
            table=OuterRef("pk")
        )
        grouped = cells.order_by().values("table")
        return self.annotate(
            cell_count=Coalesce(Subquery(grouped.values(n=Count("pk"))), 0),
            scored_count=Coalesce(
                Subquery(grouped.values(n=Count("pk", filter=~Q(score="")))), 0
            ),
        )

    def with_comments_of(self, member: str) -> Self:
        """Annotate `own_comment_count`: how many comments this member wrote."""
        comments = apps.get_model("progress", "AssessmentComment").objects.comments()
        own = comments.filter(assessment__table=OuterRef("pk"), member=member)
        count = own.order_by().values("assessment__table").values(n=Count("pk"))
        return self.annotate(own_comment_count=Coalesce(Subquery(count), 0))

    def with_places(self) -> Self:
        """Read the body, the stocktake and the plan as well, without the plan's texts.

        A plan's source text is long, and no list shows it.
        """
        read = self.select_related("body", "stocktake__plan")
        return read.defer("stocktake__plan__source_text", "stocktake__plan__preamble")

    def locked(self, pk: UUID) -> AssessmentTable:
        """Return the row, locked until the transaction ends, with all its rules need.

        Raises AssessmentTable.DoesNotExist.
        """
        # Read once it is locked: a colleague may have begun a revision meanwhile.
        self.model.objects.select_for_update().only("pk").get(pk=pk)
        return self.with_successors().with_places().get(pk=pk)


def _is_of_same_line() -> Q:
    """Return the condition of tables of an outer table's body and stocktake."""
    return Q(body=OuterRef("body"), stocktake=OuterRef("stocktake"))


def _is_later_release() -> Q:
    later = Q(state="released", number__gt=OuterRef("number"))
    return _is_of_same_line() & later


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, reader: User, _at: datetime) -> Self:
        """Return the cells of visible tables; for a limited key those that concern it.

        Blank cells are among them.
        """
        concerns = _concerns_q(reader, commitment="member_commitment__commitment")
        return self.filter(_tables_visible_q(reader, of="table__"), concerns)

    def scored(self) -> Self:
        return self.exclude(score="")

    def blank(self) -> Self:
        return self.filter(score="")

    def noted(self) -> Self:
        """Return the cells without a score that have words."""
        return self.blank().exclude(rationale="", sources="")

    def in_plan_order(self) -> Self:
        """Order by the commitment's place in its plan, then by member."""
        return self.order_by(
            "member_commitment__commitment__position",
            "member_commitment__member",
            "pk",
        )

    def with_comment_count(self, visible: AssessmentCommentQuerySet) -> Self:
        """Annotate `comment_count`: how many of these comments are on the cell."""
        of_cell = visible.filter(assessment=OuterRef("pk")).order_by()
        count = of_cell.values("assessment").values(n=Count("pk"))
        return self.annotate(comment_count=Coalesce(Subquery(count), 0))


class GuidelineQuerySet(models.QuerySet["Guideline"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Return the guidelines that this reader may know of at an instant.

        Before it is published, its body alone sees it. Afterwards every reader of green
        does, and so does who sees a score that was given under it.
        """
        visible = Q(pk__in=[])
        body = reader.assessing_body
        if body is not None:
            visible |= Q(body=body)
        cells = apps.get_model("progress", "Assessment").objects
        used = cells.visible_to(reader, at).filter(guideline=OuterRef("pk"))
        shown = Q(Exists(used))
        if "green" in readable_handlings(reader):
            shown |= Q(pk__isnull=False)
        visible |= Q(published_at__isnull=False) & shown
        return self.filter(visible, _concerns_q(reader, commitment="commitment"))

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def current_at(self, at: datetime) -> Self:
        """Return the newest guideline of each body and commitment published by then."""
        newer = self.model.objects.filter(
            body=OuterRef("body"),
            commitment=OuterRef("commitment"),
            number__gt=OuterRef("number"),
            published_at__lte=at,
        )
        return self.filter(~Exists(newer), published_at__lte=at)


class AssessmentCommentQuerySet(models.QuerySet["AssessmentComment"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Return the comments and answers that this reader may see at an instant.

        Only people may: no API key reads a comment, and neither does the public. The
        body reads all on its tables. A delegation reads its own and the answers to
        them. Who else does, the body chose when it opened the table for feedback.
        """
        if reader.scopes is not None:
            return self.none()
        shared = ["readers"]
        visible = Q(pk__in=[])
        if reader.assessing_body is not None:
            visible |= Q(assessment__table__body=reader.assessing_body)
        if reader.delegation is not None:
            shared.append("delegations")
            own = reader.delegation
            visible |= Q(member=own) | Q(answers__member=own)
        visible |= Q(assessment__table__comments_audience__in=shared)
        cells = apps.get_model("progress", "Assessment").objects
        seen = cells.visible_to(reader, at).filter(pk=OuterRef("assessment"))
        return self.filter(visible, Exists(seen))

    def comments(self) -> Self:
        """Return what delegations wrote, without the answers."""
        return self.filter(answers__isnull=True)

    def in_order(self) -> Self:
        return self.order_by("written_at", "pk")


def cells_of(plan: int) -> models.QuerySet[MemberCommitment]:
    """Return what a table of this plan has a cell for."""
    return MemberCommitment.objects.filter(commitment__plan=plan)
