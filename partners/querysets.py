"""The notices and the webhooks that a reader may see."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import (
    BooleanField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
)
from django.db.models.lookups import IsNull

from accounts.models import Role, Scope
from partners.webhooks.rights import rights_digest
from progress.models import (
    AssessmentComment,
    AssessmentTable,
    Comment,
    Entry,
    Question,
)
from progress.querysets.entries import LONG_TEXT_FIELDS
from progress.querysets.visibility import second_reviewed
from reports.models import Circulation, Report

if TYPE_CHECKING:
    from accounts.models import User
    from partners.models import Notice, WebhookDelivery, WebhookEndpoint  # noqa: F401

# A mail about an older notice would only alarm the reader.
MAILED_WITHIN = timedelta(days=7)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Return this reader's notices whose role and target are still theirs to see.

        A notice is hidden, and not counted, once the reader has lost the role in which
        they were notified or may no longer see what it is about.
        """
        if reader.scopes is not None:
            return self.none()
        return self.filter(
            _role_is_held(reader, at),
            _target_is_visible(reader, at),
            user=reader,
        )

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def to_mail(self, at: datetime) -> Self:
        """Return unread notices that are in no mail yet and new enough for one."""
        return self.unread().filter(
            digest__isnull=True, created_at__gt=at - MAILED_WITHIN
        )

    def newest_first(self) -> Self:
        """Order by unread before read, and then by the newest."""
        # As `Notice.Meta.indexes` has it, so that a page reads only its own notices.
        return self.order_by(IsNull(F("read_at"), False), "-created_at", "pk")

    def with_targets(self) -> Self:
        """Load what the sentences name, and no text of an entry."""
        questions = Question.objects.select_related("member").defer("body", "answer")
        return (
            self.select_related(
                "entry__member_commitment__commitment",
                "entry__member_commitment__member",
                "stocktake__plan",
                "presidency__member",
                "acting_head__user",
                "webhook_endpoint__user",
                "public_reading",
                "pending_grant",
                "person",
            )
            # Few notices are about these: a join reads the whole table of them.
            .prefetch_related(
                Prefetch("question", questions),
                Prefetch("comment", Comment.objects.defer("body")),
                Prefetch("report", Report.objects.with_parts()),
                Prefetch("assessment_table", AssessmentTable.objects.with_places()),
                Prefetch("assessment_comment", _named_comments()),
                Prefetch(
                    "circulation", Circulation.objects.select_related("procedure")
                ),
            )
            .defer(
                *(f"entry__{name}" for name in LONG_TEXT_FIELDS),
                "stocktake__plan__source_text",
                "stocktake__plan__preamble",
            )
        )


def _named_comments() -> models.QuerySet[AssessmentComment]:
    owed = "assessment__member_commitment"
    comments = AssessmentComment.objects.select_related(
        f"{owed}__commitment", f"{owed}__member"
    )
    return comments.defer("text", "assessment__rationale", "assessment__sources")


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def visible_to(self, reader: User) -> Self:
        """Return the endpoints of this service user that are not deleted."""
        if not reader.is_service or not reader.may(Scope.MANAGE_WEBHOOKS):
            return self.none()
        return self.filter(user=reader, deleted_at=None)

    def enabled(self) -> Self:
        return self.filter(state="enabled", deleted_at=None)


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Return the deliveries of this service user, made with its rights of now.

        A delivery names an entry, of which other rights may no longer let it know.
        """
        if not reader.is_service or not reader.may(Scope.MANAGE_WEBHOOKS):
            return self.none()
        return self.filter(
            rights__in=["", rights_digest(reader, at)],
            endpoint__user=reader,
            endpoint__deleted_at=None,
        )

    def unfinished(self) -> Self:
        return self.filter(state__in=["waiting", "sending"])

    def due(self, at: datetime) -> Self:
        """Return those to send now: of each endpoint the first, and what was requested.

        A delivery waits for the one before it, so that a receiver gets them in order.
        """
        earlier = self.model.objects.unfinished().filter(
            endpoint=OuterRef("endpoint"),
            number__lt=OuterRef("number"),
            is_requested=False,
        )
        in_order = Q(~Exists(earlier), endpoint__state="enabled")
        return self.filter(
            in_order | Q(is_requested=True),
            state="waiting",
            due_at__lte=at,
            endpoint__deleted_at=None,
        )

    def lost(self, at: datetime) -> Self:
        """Return those whose worker is gone: its lease has ended."""
        return self.filter(state="sending", lease_ends_at__lte=at)


def _role_is_held(reader: User, at: datetime) -> Q:
    held = Q(pk__in=[])
    if reader.is_administrator:
        held |= Q(told_as="admin")
    if reader.reads_entries:
        held |= Q(told_as="reader")
    if reader.assessing_body is not None:
        held |= Q(told_as="body", assessment_table__body=reader.assessing_body)
    if reader.delegation is None:
        return held
    delegation = Q(told_as="delegation", member=reader.delegation)
    if not reader.has_role(Role.COORDINATOR):
        delegation &= ~Q(kind="handover")
    if not reader.has_role(Role.HEAD):
        delegation &= ~Q(kind__in=["webhook", "grant", "grant_end"])
    return held | delegation | (Q(told_as="reviewer") & _reviewed(reader, at))


def _reviewed(reader: User, at: datetime) -> Q:
    """The Presidency reviews other members' entries, a second reviewer its own.

    Stocktakes and reports are the Presidency's, and so are requests about the people of
    a member that has no head yet.
    """
    second = second_reviewed(reader, at, of="entry__")
    second |= Q(stocktake__second_reviewer=reader)
    if not reader.is_presidency(at):
        return second
    theirs = Q(entry__member_commitment__member=reader.chair_at(at))
    of_office = (
        Q(stocktake__isnull=False)
        | Q(report__isnull=False)
        | Q(pending_grant__isnull=False)
    )
    return second | of_office | ~theirs


def _target_is_visible(reader: User, at: datetime) -> Q:
    """The target's own rule decides: a comment or a question has its own."""
    comments = _is_one_of(Comment.objects.visible_to(reader, at), "comment")
    questions = _is_one_of(Question.objects.visible_to(reader, at), "question")
    entries = _is_one_of(Entry.objects.visible_to(reader, at), "entry")
    reports = _is_one_of(Report.objects.visible_to(reader, at), "report")
    plain = Q(comment__isnull=True, question__isnull=True)
    of_entry = comments | questions | (plain & entries)
    of_none = Q(entry__isnull=True, report__isnull=True, assessment_table__isnull=True)
    return of_none | of_entry | reports | _is_of_visible_scores(reader, at)


def _is_of_visible_scores(reader: User, at: datetime) -> Q:
    said = AssessmentComment.objects.visible_to(reader, at)
    tables = AssessmentTable.objects.visible_to(reader, at)
    of_table = Q(assessment_comment__isnull=True) & _is_one_of(
        tables, "assessment_table"
    )
    return _is_one_of(said, "assessment_comment") | of_table


def _is_one_of(rows: models.QuerySet[Any], name: str) -> Q:
    """Return the condition that the notice's row of this name is one of these.

    It looks one row up for each notice. PostgreSQL may answer EXISTS by collecting all
    the rows that the reader may see, which are nearly all entries.
    """
    one = rows.filter(pk=OuterRef(name)).order_by().annotate(is_one=Value(True))
    return Q(Subquery(one.values("is_one")[:1], output_field=BooleanField()))
