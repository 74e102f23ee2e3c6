"""The links of the navigation, by role, and what each page asks to show them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.compiled_queries import CompiledOnce
from accounts.models import ActingHead, Presidency, Role, User
from audit.models import Demonstration
from partners.models import Notice
from progress.models import Stocktake
from progress.permissions import WAS_NAMED, can_review


@dataclass(frozen=True)
class NavigationItem:
    label: str
    url: str
    is_current: bool
    count: int = 0


def navigation_of(
    request: HttpRequest, *, unread_notices: int = 0
) -> list[NavigationItem]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    links = _links(user, getattr(request, "at", None) or timezone.now())
    counts = {reverse("partners:notice-list"): unread_notices}
    return [
        NavigationItem(label, url, request.path == url, counts.get(url, 0))
        for label, url in links
    ]


def _links(user: User, at: datetime) -> list[tuple[str, str]]:
    links = [(_("Home"), reverse("home"))]
    if user.has_role(Role.CONTRIBUTOR, Role.OFFICER, Role.HEAD):
        links.append((_("Tasks"), reverse("progress:task-list")))
    if user.is_head_at(at):
        links.append((_("Clearance"), reverse("progress:clearance-list")))
    if can_review(user, at=at):
        links.append((_("Review"), reverse("progress:review-list")))
    if user.reads_entries:
        links.append((_("Matrix"), reverse("progress:matrix")))
        links.append((_("Stocktakes"), reverse("progress:stocktake-list")))
        links.append((_("Reports"), reverse("reports:report-list")))
    if user.delegation is not None:
        links.append((_("Notices"), reverse("partners:notice-list")))
        links.append((_("Questions"), reverse("progress:question-list")))
    if user.has_role(Role.ADMINISTRATOR):
        links.append((_("People"), reverse("accounts:user-list")))
        links.append((_("Reference data"), reverse("commitments:reference")))
        links.append((_("Jobs"), reverse("job-list")))
    return links


@dataclass(frozen=True)
class PageFacts:
    """What every page of a person needs to know of the database."""

    is_demonstration: bool
    # Of notices which the person may no longer see as well: see `count_unread`.
    has_unread: bool


def page_facts(reader: User, at: datetime) -> PageFacts:
    """Return what every page needs. One query a request.

    It also answers who is in the chair, whether the reader was second reviewer, and
    whether they act as head.
    """
    return reader.ask_once(PageFacts, lambda: _read_facts(reader, at))


def _read_facts(reader: User, at: datetime) -> PageFacts:
    [(is_demonstration, has_unread, was_named, chair, acting)] = _facts(
        person=reader.pk, at=at
    )
    reader.remember(WAS_NAMED, was_named)
    reader.remember_chair(at, chair)
    reader.remember_acting_head(at, acting)
    return PageFacts(is_demonstration, has_unread)


@CompiledOnce
def _facts(
    *, person: UUID, at: datetime
) -> QuerySet[User, tuple[bool, bool, bool, str | None, UUID | None]]:
    chair = Presidency.objects.at(at).values("member")
    acting = ActingHead.objects.acting(at).filter(
        user=person, member=OuterRef("member")
    )
    return User.objects.filter(pk=person).values_list(
        Exists(Demonstration.objects.all()),
        Exists(Notice.objects.filter(user=person).unread()),
        Exists(Stocktake.objects.filter(second_reviewer=person)),
        Subquery(chair[:1]),
        Subquery(acting.values("pk")[:1]),
    )


def count_unread(reader: User, at: datetime) -> int:
    """Return how many unread notices this person may see. One query."""
    return sum(count for (count,) in _unread_notices(reader=reader, at=at))


@CompiledOnce
def _unread_notices(*, reader: User, at: datetime) -> QuerySet[Notice, tuple[int]]:
    """Return one row with the number; none for people of no delegation."""
    unread = Notice.objects.visible_to(reader, at).unread()
    together = unread.order_by().annotate(all=Value(1)).values("all")
    return together.annotate(count=Count("pk")).values_list("count")
