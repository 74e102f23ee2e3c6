"""The links of the navigation, by role, and what each page asks to show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Literal, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.lookups import LessThanOrEqual
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.compiled_queries import CompiledOnce, Sql
from accounts.models import ActingHead, Presidency, Role, User
from accounts.permissions import can_manage_delegation, is_assessor_in_person
from audit.models import Demonstration, SystemPause
from audit.statements import run_planned
from g7plan.contacts import Contacts, administrator_address, focal_points_of
from partners.models import Notice
from progress.changes.order import Place
from progress.models import AssessmentTable, LedgerRecord, Stocktake, Tombstone
from progress.permissions import WAS_NAMED, can_review
from progress.positions.news import news_count

# The pages below each link of the navigation, by the start of their route's name. A
# page is marked under the first link that its reader has. Some are below none, such as
# the glossary and the page of an account.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "home": ("home",),
    "progress:task-list": (
        "progress:task-list", "progress:plan-task-", "progress:plan-confirm-",
        "progress:plan-responsible-", "progress:update-sheet", "progress:entry-new",
        "progress:entry-edit", "progress:entry-autosave", "progress:entry-preview",
        "progress:entry-sent", "progress:entry-carry-forward",
        "progress:entry-confirm", "progress:member-commitment-edit",
        "progress:assignment-edit", "progress:responsible-edit",
    ),
    "progress:clearance-list": ("progress:clearance-",),
    "progress:review-list": ("progress:review-",),
    "progress:feedback-list": ("progress:feedback-",),
    "progress:assessing": ("progress:assessing",),
    "progress:plan-list": (
        "progress:plan-list", "progress:plan-detail", "progress:plan-member-",
        "progress:plan-instrument-", "progress:commitment-",
        "progress:member-commitment-", "progress:entry-", "progress:chart",
    ),
    "progress:matrix": (
        "progress:matrix", "progress:plan-matrix", "progress:position-",
    ),
    "progress:score-index": ("progress:score-", "progress:plan-scores"),
    "new-list": ("new-",),
    "progress:changes": ("progress:changes", "progress:plan-changes"),
    "progress:stocktake-list": ("progress:stocktake-", "presidency"),
    "reports:report-list": ("reports:", "verify"),
    "partners:notice-list": ("partners:notice-", "partners:feed-"),
    "progress:question-list": ("progress:question-", "progress:comment-"),
    "accounts:delegation-list": ("accounts:delegation-",),
    "accounts:user-list": ("accounts:user-", "accounts:grant-"),
    "commitments:reference": ("commitments:",),
    "job-list": ("job-",),
}  # fmt: skip


@dataclass(frozen=True)
class NavigationItem:
    """A link of the navigation, with a number that waits behind it."""

    label: str
    url: str
    # The value of `aria-current`: this page, a page below it, or neither.
    current: Literal["page", "true", ""] = ""
    count: int = 0
    # Whether a group of links begins here.
    starts_group: bool = False


# A label and the name of its route. Links are in groups, which the page sets apart.
NamedLink = tuple[str, str]


def navigation_of(
    request: HttpRequest, counts: Mapping[str, int] = MappingProxyType({})
) -> list[NavigationItem]:
    """Return the links of the reader, with what waits by the name of a route."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    at = getattr(request, "at", None) or timezone.now()
    groups = [group for group in _groups(user, at) if group]
    section = _section_of(request, [name for group in groups for _label, name in group])
    return [
        NavigationItem(
            label,
            url := reverse(name),
            current="page"
            if request.path == url
            else "true"
            if name == section
            else "",
            count=counts.get(name, 0),
            starts_group=place == 0,
        )
        for group in groups
        for place, (label, name) in enumerate(group)
    ]


def _section_of(request: HttpRequest, names: Sequence[str]) -> str:
    """Return the link that the page is below, or nothing."""
    match = request.resolver_match
    shown = match.view_name if match else ""
    return next((name for name in names if shown.startswith(SECTIONS[name])), "")


def _groups(user: User, at: datetime) -> list[list[NamedLink]]:
    """Return the links by what they are for: work, reading, talk and upkeep."""
    facts = page_facts(user, at)
    return [
        [(_("Home"), "home"), *_work(user, at, facts)],
        _reading(user, facts),
        _talk(user),
        _upkeep(user),
    ]


def _work(user: User, at: datetime, facts: "PageFacts") -> list[NamedLink]:
    links = []
    if user.has_role(Role.CONTRIBUTOR, Role.OFFICER, Role.HEAD):
        links.append((_("Tasks"), "progress:task-list"))
    if user.is_head_at(at):
        links.append((_("Clearance"), "progress:clearance-list"))
    if can_review(user, at=at):
        links.append((_("Review"), "progress:review-list"))
    if facts.feedback_until and user.delegation is not None:
        links.append((_("Feedback"), "progress:feedback-list"))
    if is_assessor_in_person(user):
        links.append((_("Assessing"), "progress:assessing"))
    return links


def _reading(user: User, facts: "PageFacts") -> list[NamedLink]:
    if not user.reads_entries:
        return []
    # A released table is clear or green. All who read entries read both.
    scores = [(_("Scores"), "progress:score-index")] if facts.has_scores else []
    return [
        (_("Plans"), "progress:plan-list"),
        (_("Matrix"), "progress:matrix"),
        *scores,
        (_("Changes"), "progress:changes"),
        (pgettext("the page of what is new", "New"), "new-list"),
        (_("Stocktakes"), "progress:stocktake-list"),
        (_("Reports"), "reports:report-list"),
    ]


def _talk(user: User) -> list[NamedLink]:
    if not user.reads_entries:
        return []
    notices = (_("Notices"), "partners:notice-list")
    if user.delegation is None:
        return [notices]
    return [notices, (_("Questions"), "progress:question-list")]


def _upkeep(user: User) -> list[NamedLink]:
    delegation = [(pgettext("its people", "Delegation"), "accounts:delegation-list")]
    links = delegation if can_manage_delegation(user) else []
    if not user.has_role(Role.ADMINISTRATOR):
        return links
    return [
        *links,
        (_("People"), "accounts:user-list"),
        (_("Reference data"), "commitments:reference"),
        (_("Jobs"), "job-list"),
    ]


_MARKS = """
    SELECT EXISTS (SELECT FROM audit_demonstration),
        EXISTS (SELECT FROM audit_systempause WHERE ended_at IS NULL)
"""


class SystemMarks(NamedTuple):
    """What every page says of the whole system."""

    is_demonstration: bool
    is_paused: bool


def read_marks() -> SystemMarks:
    """Return what a page for strangers says of the system. One query."""
    return SystemMarks(*run_planned(_MARKS, []).fetchone())


@dataclass(frozen=True)
class PageFacts:
    """What every page of a person needs to know of the database."""

    marks: SystemMarks
    # Of notices which the person may no longer see as well: see `count_waiting`.
    has_unread: bool
    # The person's reading mark, if anything was published or erased after it. It may
    # be what they may not see: see `count_waiting`.
    mark: Place | None
    # Whether any score table is released.
    has_scores: bool
    # The next deadline of score tables that are open for feedback. It has passed if all
    # of theirs have. None if no table is open.
    feedback_until: datetime | None
    # Whom they can ask: see `g7plan.contacts`.
    contacts: Contacts


def page_facts(reader: User, at: datetime) -> PageFacts:
    """Return what every page needs. One query a request.

    It also answers who is in the chair, whether the reader was second reviewer, and
    whether they act as head.
    """
    return reader.ask_once(PageFacts, lambda: _read_facts(reader, at))


def _read_facts(reader: User, at: datetime) -> PageFacts:
    [(is_demonstration, is_paused, *others)] = _facts(
        person=reader.pk, at=at, has_contact=bool(settings.CONTACT_EMAIL)
    )
    has_unread, has_scores, feedback_until, was_named, chair, acting, *more = others
    reader.remember(WAS_NAMED, was_named)
    reader.remember_chair(at, chair)
    reader.remember_acting_head(at, acting)
    number, erasure, newest, has_erasure, focal_points, *address = more
    has_later = number is not None and ((newest or 0) > number or has_erasure)
    mark = Place(number, erasure) if has_later else None
    [administrator] = address or [settings.CONTACT_EMAIL]
    contacts = Contacts.of(
        reader, focal_points, chair=chair, administrator=administrator or ""
    )
    marks = SystemMarks(is_demonstration, is_paused)
    return PageFacts(marks, has_unread, mark, has_scores, feedback_until, contacts)


@partial(CompiledOnce, is_planned=True)
def _facts(
    *, person: UUID, at: datetime, has_contact: bool
) -> QuerySet[User, tuple[Any, ...]]:
    chair = Presidency.objects.at(at).values("member")
    acting = ActingHead.objects.acting(at).filter(
        user=person, member=OuterRef("member")
    )
    tables = AssessmentTable.objects.all()
    is_past = LessThanOrEqual(F("feedback_until"), at)
    next_deadline = tables.open_for_feedback(at).order_by(is_past, "feedback_until")
    number = OuterRef("reading_mark__ledger_number")
    erasure = OuterRef("reading_mark__erasure_number")
    return User.objects.filter(pk=person).values_list(
        Exists(Demonstration.objects.all()),
        Exists(SystemPause.objects.in_force()),
        Exists(Notice.objects.filter(user=person).unread()),
        Exists(tables.released()),
        Subquery(next_deadline.values("feedback_until")[:1]),
        Exists(Stocktake.objects.filter(second_reviewer=person)),
        Subquery(chair[:1]),
        Subquery(acting.values("pk")[:1]),
        "reading_mark__ledger_number",
        "reading_mark__erasure_number",
        Subquery(LedgerRecord.objects.order_by("-pk").values("pk")[:1]),
        Exists(Tombstone.objects.filter(ledger_head=number, number__gt=erasure)),
        focal_points_of(chair, OuterRef("member")),
        *([] if has_contact else [administrator_address()]),
    )


@dataclass(frozen=True)
class WaitingCounts:
    """How many things wait for a person, as far as they may see them."""

    notices: int = 0
    changes: int = 0


def count_waiting(reader: User, at: datetime) -> WaitingCounts:
    """Return the unread notices, and the changes since the person's reading mark.

    One query, or none for people who have nothing to count: the rules of who may see
    what are long, and most pages of most people have nothing.
    """
    facts = page_facts(reader, at)
    counted: dict[str, Sql] = {}
    if facts.has_unread:
        counted["notices"] = _unread_notices.statement(reader=reader, at=at)
    if facts.mark and reader.reads_entries:
        counted["changes"] = news_count(reader, at, after=facts.mark)
    wanted = {name: one for name, one in counted.items() if one[0]}
    if not wanted:
        return WaitingCounts()
    columns = ", ".join(f"({sql})" for sql, _values in wanted.values())
    values = [value for _sql, params in wanted.values() for value in params]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", values)
        [found] = cursor.fetchall()
    return WaitingCounts(
        **{name: number or 0 for name, number in zip(wanted, found, strict=True)}
    )


@CompiledOnce
def _unread_notices(*, reader: User, at: datetime) -> QuerySet[Notice, tuple[int]]:
    """Return one row with the number; none for people of no delegation."""
    unread = Notice.objects.visible_to(reader, at).unread()
    together = unread.order_by().annotate(all=Value(1)).values("all")
    return together.annotate(count=Count("pk")).values_list("count")
