"""Find the rows that an address names, among those its reader may see."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.compiled_queries import CompiledOnce
from accounts.models import Role, User
from accounts.requests import UserRequest
from commitments.models import MemberCommitment, Plan
from progress.models import Entry, Extension, Stocktake
from progress.querysets.entries import EntryQuerySet

# Whole documents, which no list of entries needs and every row would repeat.
PLAN_TEXTS = (
    "member_commitment__commitment__plan__source_text",
    "member_commitment__commitment__plan__preamble",
)


def read_uuid(typed: str | None) -> UUID | None:
    """Return the id that an address names, or None if it names none."""
    try:
        return UUID(typed or "")
    except ValueError:
        return None


def find_entry(request: UserRequest, pk: UUID) -> Entry:
    """Return the entry with all that its pages and rules need. Not visible is 404."""
    found = _entries(reader=request.user, at=request.at, pk=pk)
    if not found:
        raise Http404
    if request.user.has_role(Role.CONTRIBUTOR):  # read for each verb
        prefetch_related_objects(found, "member_commitment__assignments")
    if request.user.is_head_at(request.at):
        prefetch_related_objects(found, "authors")
    return found[0]


@CompiledOnce
def _entries(*, reader: User, at: datetime, pk: UUID) -> QuerySet[Entry]:
    visible = Entry.objects.visible_to(reader, at)
    return (
        visible.filter(pk=pk)
        .with_successors()
        .redacted_to(visible)
        .with_releases()
        .with_time(Extension.objects.visible_to(reader, at))
        .select_related(
            "member_commitment__commitment__plan",
            "member_commitment__member",
            "stocktake",
            "supersedes",
            "ledger_record",
            "written_by",
        )
        .defer(*PLAN_TEXTS)
    )


def find_update_in_progress(
    request: UserRequest, member_commitment: MemberCommitment
) -> Entry | None:
    """Return the one update that is neither published nor discarded, if any."""
    visible = Entry.objects.visible_to(request.user, request.at).with_successors()
    mine = visible.in_progress().filter(member_commitment=member_commitment)
    return (
        mine.filter(kind=Entry.Kind.UPDATE)
        .select_related("member_commitment__commitment__plan", "stocktake")
        .select_related("member_commitment__member", "written_by")
        .first()
    )


def find_member_commitment(slug: str, code: str, member: str) -> MemberCommitment:
    """Return the member commitment, which anyone signed in may see."""
    return get_object_or_404(
        MemberCommitment.objects.select_related("commitment__plan", "member"),
        commitment__plan__slug=slug,
        commitment__code=code,
        member=member,
    )


def find_plan(slug: str | None) -> Plan | None:
    """Return the plan of that slug, or the one that asks for entries now.

    That is the newest with an open stocktake, or the newest. None if there is no plan.
    """
    if slug is not None:
        return get_object_or_404(Plan.objects.defer("source_text"), slug=slug)
    return next(iter(_first_plan()), None)


@CompiledOnce
def _first_plan() -> QuerySet[Plan]:
    has_open = Exists(Stocktake.objects.open().filter(plan=OuterRef("pk")))
    plans = Plan.objects.defer("source_text")
    return plans.order_by(has_open.desc(), "-adopted_on", "pk")[:1]


def find_stocktake(request: UserRequest, slug: str, stocktake: str) -> Stocktake:
    """Return a stocktake by its slug and that of its plan. Not visible is 404."""
    return get_object_or_404(
        Stocktake.objects.visible_to(request.user)
        .select_related("plan", "second_reviewer__member")
        .defer("plan__source_text", "plan__preamble"),
        plan__slug=slug,
        slug=stocktake,
    )


def find_open_stocktake(plan: Plan, *, member: str | None = None) -> Stocktake | None:
    """Return the plan's open stocktake, with the end of a member's extensions."""
    found = _open_stocktakes(plan=plan.pk, member=member)
    return next(iter(found), None)


@CompiledOnce
def _open_stocktakes(*, plan: int, member: str | None) -> QuerySet[Stocktake]:
    opened = Stocktake.objects.open().filter(plan=plan)
    return opened.with_time_for(member).order_by("pk")[:1]


def in_plan_order(entries: EntryQuerySet) -> EntryQuerySet:
    """Order by plan, newest first, then by commitment and by the member's name."""
    return (
        entries.select_related(
            "member_commitment__commitment__plan",
            "member_commitment__member",
            "stocktake",
        )
        .defer(*PLAN_TEXTS)
        .order_by(
            "-member_commitment__commitment__plan__adopted_on",
            "member_commitment__commitment__position",
            "member_commitment__member__name",
            "pk",
        )
    )


def breadcrumb_of(
    request: UserRequest, member_commitment: MemberCommitment
) -> list[dict[str, str]]:
    """Return the way to an entry's page, from the reader's tasks or the matrix."""
    commitment = member_commitment.commitment
    where = [commitment.plan.slug, commitment.code]
    member = member_commitment.member
    if request.user.delegation == member.code:
        start = {"label": _("Tasks"), "url": reverse("progress:task-list")}
    else:
        start = {"label": _("Matrix"), "url": reverse("progress:matrix")}
    return [
        start,
        {
            "label": commitment.heading,
            "url": reverse("progress:commitment-detail", args=where),
        },
        {
            "label": member.name,
            "url": reverse(
                "progress:member-commitment-detail", args=[*where, member.code]
            ),
        },
    ]
