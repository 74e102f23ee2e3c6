"""The links of the navigation, by role."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from progress.permissions import can_review


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
    if user.has_role(Role.HEAD):
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
        links.append((_("Jobs"), reverse("job-list")))
    return links
