"""The accounts of a demonstration, as its sign-in page shows them."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, User
from accounts.wording.names import name_order
from audit.models import Demonstration

DEMO_DOMAIN = "demo.example"
DEMO_PASSWORD = "g7plan-demo"  # noqa: S105 - it protects nothing, and is printed
# The member of the demonstration's main story. The others complete the picture.
DEMO_MEMBER = "jp"
EVERYWHERE = frozenset({"officer", "head"})

# The part of an address before the member's code, in the order of the story.
PURPOSES = {
    "contributor": _("drafts the commitments assigned to them"),
    "officer": _("writes the entries and sends them for clearance"),
    "head": _("clears them, or sends them back"),
    "coordinator": _("works for the Presidency: reviews, publishes, compiles reports"),
    "reviewer": _("second reviewer: publishes the Presidency's own entries"),
    "observer": _("reads what is published to all delegations"),
    "assessor": _("scores compliance beside the self-reports"),
    "admin": _("manages people and keys; reads no entries"),
}


@dataclass(frozen=True)
class DemoAccount:
    email: str
    kind: str
    member: Member | None

    @property
    def purpose(self) -> str:
        return str(PURPOSES[self.kind])


@dataclass(frozen=True)
class DemoAccounts:
    first: list[DemoAccount]
    others: list[DemoAccount]
    password: str = DEMO_PASSWORD


def demo_accounts() -> DemoAccounts | None:
    """Return the accounts to try. Return None in production or without demo data."""
    if settings.PRODUCTION or not Demonstration.objects.exists():
        return None
    people = (
        User.objects.people()
        .filter(is_active=True, email__endswith=f"@{DEMO_DOMAIN}")
        .select_related("member")
        .order_by("-email")
    )
    first, others = [], []
    for person in sorted(people, key=_member_order):
        kind, __, suffix = person.email.partition("@")[0].partition(".")
        account = DemoAccount(person.email, kind, person.member)
        if kind in PURPOSES and suffix in {"", DEMO_MEMBER}:
            first.append(account)
        elif kind in EVERYWHERE:
            others.append(account)
    story = list(PURPOSES)
    first.sort(key=lambda account: story.index(account.kind))
    return DemoAccounts(first, others)


def _member_order(person: User) -> tuple[str, str]:
    return name_order(person.member.name if person.member else "")
