"""The pages a person can go to from anywhere, by role."""

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
    places = _places(user, getattr(request, "at", None) or timezone.now())
    counts = {reverse("partners:notice-list"): unread_notices}
    return [
        NavigationItem(label, url, request.path == url, counts.get(url, 0))
        for label, url in places
    ]


def _places(user: User, at: datetime) -> list[tuple[str, str]]:
    places = [(_("Home"), reverse("home"))]
    if user.has_role(Role.CONTRIBUTOR, Role.OFFICER, Role.HEAD):
        places.append((_("Tasks"), reverse("progress:task-list")))
    if user.has_role(Role.HEAD):
        places.append((_("Clearance"), reverse("progress:clearance-list")))
    if can_review(user, at=at):
        places.append((_("Review"), reverse("progress:review-list")))
    if user.reads_entries:
        places.append((_("Matrix"), reverse("progress:matrix")))
        places.append((_("Stocktakes"), reverse("progress:stocktake-list")))
        places.append((_("Reports"), reverse("reports:report-list")))
    if user.delegation is not None:
        places.append((_("Notices"), reverse("partners:notice-list")))
        places.append((_("Questions"), reverse("progress:question-list")))
    if user.has_role(Role.ADMINISTRATOR):
        places.append((_("People"), reverse("accounts:user-list")))
        places.append((_("Jobs"), reverse("job-list")))
    return places
