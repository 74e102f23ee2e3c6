"""What the histories are about: plans, members, people and keys, and identifiers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any, NamedTuple

import psycopg

from benchmarks.seeding.chains import instant
from benchmarks.seeding.tables import NULL, Tables

# Everybody's. One round of PBKDF2: a sign-in is no part of what is measured.
PASSWORD = "benchmark benchmark"  # noqa: S105 - only this machine reaches it
PASSWORD_HASH = "pbkdf2_sha256$1$benchmark$AMhMe4+SOLhmOAiLAhMZLkwyK5beRNjJUCZsbGXrWDo="  # noqa: S105
SEED = 20160527
PLAN = "ise-shima-2016-ct"
# Its second reviewers: the one member that never holds the chair.
SECOND_REVIEWER = "EU"
# One member whose officers send entries to the Presidency without clearance.
SKIPS_CLEARANCE = "EU"
KEY_LIFE = timedelta(days=365)
CREATED_AT = "2016-05-27T00:00:00Z"
KEYS = {
    "green": ("", "read:clear,read:green"),
    "own": ("JP", "read:clear,read:green,read:own,write:entries"),
}


@dataclass(frozen=True)
class Person:
    id: str
    email: str


class InForce(NamedTuple):
    """A published entry that nothing has superseded yet."""

    id: str
    as_of: str
    record: str
    stocktake: tuple[str, str]
    handling: str


@dataclass
class Owed:
    """A member commitment: what is known of its history so far."""

    id: str
    plan: str
    code: str
    position: int
    member: str
    # Empty in a commit that has none yet.
    language: str
    # The entries in force, the newest last.
    in_force: list[InForce] = field(default_factory=list)
    # The evidence that its next entries may use.
    evidence: list[dict[str, Any]] = field(default_factory=list)
    status: int = 0
    # The texts of the last update, and since when they are unchanged.
    texts: tuple[str, str, str] = ("", "", "")
    unchanged_since: str = ""

    @property
    def text_language(self) -> str:
        return self.language or "en"

    @property
    def name(self) -> str:
        return f"{self.code} {self.member}"


@dataclass
class World:
    random: Random
    tables: Tables
    # The first day of this month. The histories end there, so that it is past.
    anchor: datetime
    chairs: dict[int, str]
    presidencies: list[tuple[int, str, datetime, datetime]]
    plans: dict[str, int]
    people: dict[tuple[str, str], list[Person]]
    owed: list[Owed]

    def new_id(self) -> str:
        """Return a random UUID of version 4."""
        digits = f"{self.random.getrandbits(128):032x}"
        third, fourth = f"4{digits[13:16]}", f"a{digits[17:20]}"
        return f"{digits[:8]}-{digits[8:12]}-{third}-{fourth}-{digits[20:]}"

    def new_salt(self) -> str:
        return f"{self.random.getrandbits(256):064x}"

    def reviewer(self, member: str, at: datetime) -> tuple[str, Person]:
        """Return who reviews an entry of a member at a time: their member, and they."""
        chair = self.chairs[at.year]
        whose = SECOND_REVIEWER if member == chair else chair
        return whose, self.people[whose, "coordinator"][0]


def make_world(
    connection: psycopg.Connection, tables: Tables, *, plans: int, anchor: datetime
) -> World:
    """Return the world of a database in which one plan was loaded; make the rest."""
    _copy_plans(connection, plans)
    connection.execute(_NUMBER_OWED)
    connection.execute(_SET_LEADS)
    connection.execute(
        "UPDATE accounts_member SET skips_clearance = true WHERE code = %s",
        [SKIPS_CLEARANCE],
    )
    presidencies = connection.execute(
        "SELECT id, member_id, starts_at, ends_at FROM accounts_presidency ORDER BY 3"
    ).fetchall()
    world = World(
        random=Random(SEED),  # noqa: S311 - to be repeated, not guessed
        tables=tables,
        anchor=anchor,
        chairs={starts_at.year: member for _, member, starts_at, _ in presidencies},
        presidencies=[
            (pk, member, _naive(a), _naive(b)) for pk, member, a, b in presidencies
        ],
        plans=dict(
            connection.execute(
                "SELECT slug, id FROM commitments_plan ORDER BY id"
            ).fetchall()
        ),
        people={},
        owed=[],
    )
    world.owed.extend(_owed(connection))
    _add_people(world)
    return world


def _naive(at: datetime) -> datetime:
    """Return an instant in UTC without its zone: the histories know no other."""
    return at.astimezone(UTC).replace(tzinfo=None)


def _owed(connection: psycopg.Connection) -> Iterator[Owed]:
    rows = connection.execute(
        "SELECT owed.id::text, plan.slug, commitment.code, commitment.position,"
        " owed.member_id, COALESCE(to_jsonb(member) ->> 'language', '')"
        " FROM commitments_membercommitment AS owed"
        " JOIN commitments_commitment AS commitment"
        " ON commitment.id = owed.commitment_id"
        " JOIN commitments_plan AS plan ON plan.id = commitment.plan_id"
        " JOIN accounts_member AS member ON member.code = owed.member_id"
        " ORDER BY plan.id, commitment.position, owed.member_id"
    )
    for row in rows:
        yield Owed(*row)


def _copy_plans(connection: psycopg.Connection, plans: int) -> None:
    """Copy the loaded plan with its parts, until there are so many plans."""
    for number in range(2, plans + 1):
        connection.execute(_COPY_PLAN, {"slug": f"plan-{number:02d}", "number": number})


# The parts of the first plan, under a new plan. Members owe its commitments too.
_COPY_PLAN = f"""
WITH plan AS (
    INSERT INTO commitments_plan
        (slug, title, summit_id, adopted_on, preamble, source_text, source_sha256)
    SELECT %(slug)s, title || ' ' || %(number)s, summit_id, adopted_on, preamble,
        source_text, source_sha256
    FROM commitments_plan WHERE slug = '{PLAN}' RETURNING id
), action AS (
    INSERT INTO commitments_action (plan_id, number, title)
    SELECT plan.id, old.number, old.title FROM plan, commitments_action AS old
    JOIN commitments_plan AS first ON first.id = old.plan_id AND first.slug = '{PLAN}'
    ORDER BY old.id RETURNING id, number
), sub_area AS (
    INSERT INTO commitments_subarea (action_id, number, code, title)
    SELECT action.id, old.number, old.code, old.title FROM commitments_subarea AS old
    JOIN commitments_action AS parent ON parent.id = old.action_id
    JOIN commitments_plan AS first
        ON first.id = parent.plan_id AND first.slug = '{PLAN}'
    JOIN action ON action.number = parent.number
    ORDER BY old.id RETURNING id, code
), commitment AS (
    INSERT INTO commitments_commitment
        (plan_id, action_id, sub_area_id, position, code, text, short_title, is_joint,
        version)
    SELECT plan.id, action.id, sub_area.id, old.position, old.code, old.text,
        old.short_title, old.is_joint, 1
    FROM plan, commitments_commitment AS old
    JOIN commitments_plan AS first ON first.id = old.plan_id AND first.slug = '{PLAN}'
    JOIN commitments_action AS parent ON parent.id = old.action_id
    JOIN action ON action.number = parent.number
    LEFT JOIN commitments_subarea AS part ON part.id = old.sub_area_id
    LEFT JOIN sub_area ON sub_area.code = part.code
    ORDER BY old.position RETURNING id, code
), named AS (
    INSERT INTO commitments_commitment_instruments (commitment_id, instrument_id)
    SELECT commitment.id, link.instrument_id
    FROM commitments_commitment_instruments AS link
    JOIN commitments_commitment AS old ON old.id = link.commitment_id
    JOIN commitments_plan AS first ON first.id = old.plan_id AND first.slug = '{PLAN}'
    JOIN commitment ON commitment.code = old.code
)
INSERT INTO commitments_membercommitment (id, commitment_id, member_id, version)
SELECT gen_random_uuid(), id, member_id, 1
FROM commitment CROSS JOIN (
    SELECT code AS member_id FROM accounts_member) AS member
"""

# The same identifiers in every database of a size.
_NUMBER_OWED = """
UPDATE commitments_membercommitment AS owed
SET id = md5(plan.slug || ' ' || commitment.code || ' ' || owed.member_id)::uuid
FROM commitments_commitment AS commitment
JOIN commitments_plan AS plan ON plan.id = commitment.plan_id
WHERE commitment.id = owed.commitment_id
"""

# Two versions of lead and target for each, both older than every entry.
_SET_LEADS = """
INSERT INTO commitments_leadandtargetversion
    (member_commitment_id, lead_authority, target_on, set_at)
SELECT owed.id, 'Ministry ' || number, date '2027-01-01' + number,
    timestamptz '2016-06-01 00:00Z' + number * interval '1 day'
FROM commitments_membercommitment AS owed, generate_series(1, 2) AS number
ORDER BY number, owed.id
"""

_ROLES = {"officer": 3, "head": 2, "coordinator": 2, "contributor": 1}


def _add_people(world: World) -> None:
    """Add people of every role for each member, others of none, and two keys."""
    members = sorted({owed.member for owed in world.owed})
    for member in members:
        for role, count in _ROLES.items():
            for number in range(1, count + 1):
                _add_person(world, member, role, number)
    for role, count in {"observer": 2, "assessor": 1, "administrator": 1}.items():
        for number in range(1, count + 1):
            _add_person(world, "", role, number)
    for name, (member, scopes) in KEYS.items():
        _add_key(world, name, member, scopes)


def email_of(role: str, member: str = "", number: int = 1) -> str:
    """Return the address of a person: `officer1.jp@bench.example`."""
    place = f".{member.lower()}" if member else ""
    return f"{role}{number}{place}@bench.example"


def token_of(name: str) -> str:
    """Return the API key of this name: everybody knows it, as the data is made up."""
    digest = sha256(name.encode()).hexdigest()
    return f"g7p_{digest[:8]}_{digest[8:51]}"


def _add_person(world: World, member: str, role: str, number: int) -> None:
    person = Person(world.new_id(), email_of(role, member, number))
    name = f"{role.capitalize()} {number} {member}".strip()
    _add_user(world, person, name, member, role)
    world.people.setdefault((member, role), []).append(person)


def _add_user(world: World, person: Person, name: str, member: str, role: str) -> None:
    is_service = person.email.endswith(".invalid")
    world.tables.rows["accounts_user"].append(
        (
            person.id, "!" if is_service else PASSWORD_HASH, NULL, person.email, name,
            member or NULL, f"{{{role}}}", "UTC", "t", "t" if is_service else "f",
            CREATED_AT, "1",
        )
    )  # fmt: skip


def _add_key(world: World, name: str, member: str, scopes: str) -> None:
    token = token_of(name)
    prefix = token.split("_")[1]
    service = Person(world.new_id(), f"{prefix}@service.invalid")
    role = "officer" if member else "observer"
    _add_user(world, service, f"Key {name}", member, role)
    world.tables.rows["accounts_apikey"].append(
        (
            world.new_id(), name, "", service.id, prefix,
            sha256(token.encode()).hexdigest(), f"{{{scopes}}}", "{}", "",
            instant(world.anchor), instant(world.anchor + KEY_LIFE), NULL,
        )
    )  # fmt: skip
