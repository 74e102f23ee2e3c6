"""Whom a person can ask, at the foot of every page.

People who read entries see the name and the mail address of the present Presidency's
focal point, and of their own delegation's. Telephone numbers are on the page of focal
points only, for those whom `FocalPoint.objects.visible_to` names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.models import User
from progress.models import FocalPoint
from progress.permissions import can_be_focal_point

_PERSON: Final = ("name", "email", "member_id", "roles", "is_active", "is_service")


@dataclass(frozen=True)
class Contacts:
    """Whom one reader can ask. Each person is there once, and never the reader."""

    presidency: User | None = None
    delegation: User | None = None
    # For accounts and access: a mail address, or nothing.
    administrator: str = ""

    @classmethod
    def of(
        cls,
        reader: User,
        focal_points: Iterable[Mapping[str, Any]],
        *,
        chair: str | None,
        administrator: str,
    ) -> "Contacts":
        """Return those whom this reader may know, of these `focal_points_of`."""
        people = {one["member"]: _person_of(one) for one in focal_points}
        presidency = people.get(chair) if reader.reads_entries else None
        is_ours_another = reader.delegation not in {None, chair}
        delegation = people.get(reader.delegation) if is_ours_another else None
        return cls(
            presidency=_unless_same(presidency, reader),
            delegation=_unless_same(delegation, reader),
            administrator="" if administrator == reader.email else administrator,
        )


def focal_points_of(presidency: QuerySet[Any, Any], member: OuterRef) -> ArraySubquery:
    """Return an expression: the focal points of the Presidency and of a member."""
    points = FocalPoint.objects.filter(Q(member__in=presidency) | Q(member=member))
    people = {
        role: JSONObject(**{name: f"{role}__{name}" for name in _PERSON})
        for role in ("user", "deputy")
    }
    return ArraySubquery(points.values(found=JSONObject(member="member_id", **people)))


def _person_of(focal_point: Mapping[str, Any]) -> User | None:
    """Return the focal point, or the deputy of one who has left the delegation."""
    people = (User(**focal_point[role]) for role in ("user", "deputy"))
    member = focal_point["member"]
    return next((one for one in people if can_be_focal_point(one, member)), None)


def _unless_same(person: User | None, reader: User) -> User | None:
    return None if person is None or person.email == reader.email else person


def administrator_address() -> Subquery:
    """Return an expression: the mail address of the first active administrator."""
    first = User.objects.active_administrators().order_by("created_at", "pk")
    return Subquery(first.values("email")[:1])


def contacts_of_strangers() -> Contacts:
    """Return what anyone may know: the address that the installation names."""
    return Contacts(administrator=settings.CONTACT_EMAIL)
