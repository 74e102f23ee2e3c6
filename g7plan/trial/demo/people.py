"""The invented people: one for every role, and who moves with the chair."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from accounts.actions.people import add_person
from accounts.demonstration import DEMO_DOMAIN, DEMO_PASSWORD
from accounts.models import Member, Presidency, Role, User, chair_at
from accounts.profiles import Profile
from accounts.time_zones import usual_time_zone

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Invented:
    local_part: str
    name: str
    roles: frozenset[Role]
    member: str | None = None

    @property
    def email(self) -> str:
        return f"{self.local_part}@{DEMO_DOMAIN}"


def invented_people(now: datetime, *, chair: str) -> Iterator[Invented]:
    """Everybody, for a database that is filled at this instant."""
    for member in Member.objects.order_by("pk"):
        code = member.code.lower()
        yield _one(f"officer.{code}", "Delegation officer", Role.OFFICER, member.code)
        yield _one(f"head.{code}", "Head of delegation", Role.HEAD, member.code)
    yield _one("contributor.jp", "Contributor", Role.CONTRIBUTOR, "JP")
    yield _one("coordinator", "Coordinator", Role.COORDINATOR, chair)
    yield _one(
        "reviewer", "Second reviewer", Role.COORDINATOR, second_reviewers_member(now)
    )
    yield _one("observer", "Observer", Role.OBSERVER)
    yield _one("assessor", "Assessor", Role.ASSESSOR)
    yield _one("admin", "Administrator", Role.ADMINISTRATOR)


def _one(local_part: str, name: str, role: Role, member: str | None = None) -> Invented:
    return Invented(local_part, name, frozenset({role}), member)


def second_reviewers_member(now: datetime) -> str:
    """A state that holds the chair neither last year, nor this year, nor next.

    Japan is left out, because its delegation is whom a newcomer signs in as.
    """
    chairs = Presidency.objects.between(now - YEAR, now + YEAR)
    taken = {"JP", *chairs.values_list("member_id", flat=True)}
    states = Member.objects.filter(kind=Member.Kind.STATE).exclude(pk__in=taken)
    return states.order_by("pk").values_list("pk", flat=True)[0]


def former_coordinator(chair: str, now: datetime) -> User:
    """Whoever coordinated for a member that holds the chair no longer."""
    found = User.objects.filter(
        email=f"coordinator.{chair.lower()}@{DEMO_DOMAIN}"
    ).first()
    if found:
        return found
    former = _one(
        f"coordinator.{chair.lower()}", "Former coordinator", Role.COORDINATOR, chair
    )
    profile = Profile(former.name, chair, former.roles, usual_time_zone(chair))
    return add_person("demo.add", former.email, profile, by=None, at=now)


def add_people(now: datetime) -> dict[str, User]:
    """Everybody by the local part of their address. One hash serves all of them."""
    chair = chair_at(now)
    assert chair is not None  # noqa: S101 - the rotation is loaded before
    people = {
        one.local_part: add_person(
            "demo.add",
            one.email,
            Profile(one.name, one.member, one.roles, usual_time_zone(one.member)),
            by=None,
            at=now,
        )
        for one in invented_people(now, chair=chair)
    }
    hashed = make_password(DEMO_PASSWORD)
    User.objects.filter(pk__in=[user.pk for user in people.values()]).update(
        password=hashed
    )
    return people


def follow_the_chair(now: datetime) -> None:
    """Move the coordinator to today's chair, and the second reviewer out of its way."""
    homes = {"coordinator": chair_at(now), "reviewer": second_reviewers_member(now)}
    for local_part, member in homes.items():
        User.objects.filter(email=f"{local_part}@{DEMO_DOMAIN}").update(member=member)
