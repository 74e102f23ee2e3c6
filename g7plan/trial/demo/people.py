"""The invented people: one for every role. Three of them move with the chair."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from accounts.actions.people import add_person
from accounts.demonstration import DEMO_DOMAIN, DEMO_PASSWORD
from accounts.models import AssessingBody, Member, Presidency, Role, User, chair_at
from accounts.profiles import Profile
from accounts.time_zones import usual_time_zone

YEAR = timedelta(days=365)
# The body that each assessor scores for: a slug of fixtures/demo/scores.toml.
ASSESSORS = {"assessor": "university-observatory", "assessor.2": "policy-institute"}


@dataclass(frozen=True)
class InventedPerson:
    local_part: str
    name: str
    roles: frozenset[Role]
    member: str | None = None
    body: str | None = None

    @property
    def email(self) -> str:
        return f"{self.local_part}@{DEMO_DOMAIN}"


def invented_people(now: datetime, *, chair: str) -> Iterator[InventedPerson]:
    """Yield all people, for a database that is filled at this instant."""
    for member in Member.objects.order_by("pk"):
        code = member.code.lower()
        yield _person(
            f"officer.{code}", "Delegation officer", Role.OFFICER, member.code
        )
        yield _person(f"head.{code}", "Head of delegation", Role.HEAD, member.code)
    yield _person("contributor.jp", "Contributor", Role.CONTRIBUTOR, "JP")
    yield _person("coordinator", "Coordinator", Role.COORDINATOR, chair)
    # A report becomes final by two of them.
    yield _person("coordinator.2", "Second coordinator", Role.COORDINATOR, chair)
    yield _person(
        "reviewer", "Second reviewer", Role.COORDINATOR, second_reviewers_member(now)
    )
    yield _person("observer", "Observer", Role.OBSERVER)
    for local_part, body in ASSESSORS.items():
        yield InventedPerson(
            local_part, "Assessor", frozenset({Role.ASSESSOR}), body=body
        )
    yield _person("admin", "Administrator", Role.ADMINISTRATOR)
    # Some decisions need two administrators.
    yield _person("admin.2", "Second administrator", Role.ADMINISTRATOR)


def _person(
    local_part: str, name: str, role: Role, member: str | None = None
) -> InventedPerson:
    return InventedPerson(local_part, name, frozenset({role}), member)


def second_reviewers_member(now: datetime) -> str:
    """Return a state that does not hold the chair last year, this year or next year.

    Japan is left out, because a newcomer signs in as its delegation.
    """
    chairs = Presidency.objects.between(now - YEAR, now + YEAR)
    taken = {"JP", *chairs.values_list("member_id", flat=True)}
    states = Member.objects.filter(kind=Member.Kind.STATE).exclude(pk__in=taken)
    return states.order_by("pk").values_list("pk", flat=True)[0]


def former_coordinator(chair: str, now: datetime) -> User:
    """Return the coordinator of a member that no longer holds the chair."""
    found = User.objects.filter(
        email=f"coordinator.{chair.lower()}@{DEMO_DOMAIN}"
    ).first()
    if found:
        return found
    former = _person(
        f"coordinator.{chair.lower()}", "Former coordinator", Role.COORDINATOR, chair
    )
    profile = Profile(former.name, chair, former.roles, usual_time_zone(chair))
    return add_person("demo.add", former.email, profile, by=None, at=now)


def add_bodies(bodies: dict[str, dict[str, str]]) -> None:
    """Add the assessing bodies, by their slug. Their people come after them."""
    AssessingBody.objects.bulk_create(
        AssessingBody(slug=slug, **fields) for slug, fields in bodies.items()
    )


def add_people(now: datetime) -> dict[str, User]:
    """Add all people, by the local part of their address, with one password hash."""
    chair = chair_at(now)
    assert chair is not None  # noqa: S101 - the rotation is loaded before
    people = {
        person.local_part: add_person(
            "demo.add",
            person.email,
            Profile(
                person.name,
                person.member,
                person.roles,
                usual_time_zone(person.member),
                body=person.body,
            ),
            by=None,
            at=now,
        )
        for person in invented_people(now, chair=chair)
    }
    hashed = make_password(DEMO_PASSWORD)
    User.objects.filter(pk__in=[user.pk for user in people.values()]).update(
        password=hashed
    )
    return people


def follow_the_chair(now: datetime) -> None:
    """Move both coordinators to the chair, and the second reviewer out of its way."""
    chair = chair_at(now)
    homes = {
        "coordinator": chair,
        "coordinator.2": chair,
        "reviewer": second_reviewers_member(now),
    }
    for local_part, member in homes.items():
        User.objects.filter(email=f"{local_part}@{DEMO_DOMAIN}").update(member=member)
