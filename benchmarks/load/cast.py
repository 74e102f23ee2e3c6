"""Who takes part in the load: people of every role, and the tools of partners."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.seeding.world import email_of

MEMBERS = ("CA", "DE", "EU", "FR", "GB", "IT", "JP", "US")
# Of each member; then those of no member.
OF_A_MEMBER = {"officer": 12, "contributor": 6, "head": 3, "coordinator": 3}
OF_NO_MEMBER = {"observer": 5, "assessor": 2, "administrator": 1}
# The chair of the month in which the data ends, whose coordinators review, and one
# coordinator of another member, who reviews the entries of the chair.
CHAIR, SECOND_REVIEWER = "FR", ("EU", 1)
# A tool of each member writes its drafts; the others only read.
READING_TOOLS = 12
READS = ("read:clear", "read:green")
WRITES = (*READS, "read:own", "write:entries")


@dataclass(frozen=True)
class Person:
    role: str
    member: str
    number: int

    @property
    def email(self) -> str:
        return email_of(self.role, self.member, self.number)

    @property
    def is_reviewer(self) -> bool:
        is_second = (self.member, self.number) == SECOND_REVIEWER
        return self.role == "coordinator" and (self.member == CHAIR or is_second)

    @property
    def has_two_browsers(self) -> bool:
        """Whether they sign in twice. The product mails them about the second."""
        return self.role == "observer" and self.number == 1

    @property
    def address(self) -> str:
        """Return the address of their network: a delegation shares one."""
        place = MEMBERS.index(self.member) + 1 if self.member else 100 + self.number
        return f"203.0.113.{place}"


@dataclass(frozen=True)
class Tool:
    name: str
    # Whose entries it follows, and writes if its scopes say so.
    member: str
    scopes: tuple[str, ...]
    address: str

    @property
    def can_write(self) -> bool:
        return "write:entries" in self.scopes


def people() -> list[Person]:
    """Return 200 people."""
    return [*_delegates(), *_others()]


def _delegates() -> Iterator[Person]:
    for member in MEMBERS:
        for role, count in OF_A_MEMBER.items():
            for number in range(1, count + 1):
                yield Person(role, member, number)


def _others() -> Iterator[Person]:
    for role, count in OF_NO_MEMBER.items():
        for number in range(1, count + 1):
            yield Person(role, "", number)


def tools() -> list[Tool]:
    """Return 20 tools, each on a machine of its own."""
    writing = [
        Tool(f"load-{member}", member, WRITES, f"198.51.100.{number}")
        for number, member in enumerate(MEMBERS, 1)
    ]
    reading = [
        Tool(f"load-{number}", MEMBERS[number % 8], READS, f"198.51.100.{100 + number}")
        for number in range(READING_TOOLS)
    ]
    return [*writing, *reading]
