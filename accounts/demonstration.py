"""The accounts of a demonstration, as its sign-in page shows them."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, User
from audit.models import Demonstration

DEMO_DOMAIN = "demo.example"
DEMO_PASSWORD = "g7plan-demo"  # noqa: S105 - it protects nothing, and is printed
# Who acts in the first story told. The others are there for the sake of the whole.
DEMO_MEMBER = "jp"
EVERYWHERE = frozenset({"officer", "head"})

# What comes before the domain, up to the member's code, in the order of the story.
PURPOSES = {
    "contributor": _("drafts the commitments assigned to them"),
    "officer": _("writes the entries and sends them for clearance"),
    "head": _("clears them, or sends them back"),
    "coordinator": _("of the Presidency: reviews, publishes, compiles reports"),
    "reviewer": _("second reviewer: publishes the Presidency's own entries"),
    "observer": _("reads what is published to all delegations"),
    "assessor": _("scores compliance beside the self-reports"),
    "admin": _("manages people and keys; reads no entries"),
}


@dataclass(frozen=True)
class DemoAccount:
    email: str
    member: Member | None
    purpose: str


@dataclass(frozen=True)
class DemoAccounts:
    first: list[DemoAccount]
    others: list[DemoAccount]
    password: str = DEMO_PASSWORD


def demo_accounts() -> DemoAccounts | None:
    """The accounts to try; None outside a demonstration, and always in production."""
    if settings.PRODUCTION or not Demonstration.objects.exists():
        return None
    people = (
        User.objects.people()
        .filter(is_active=True, email__endswith=f"@{DEMO_DOMAIN}")
        .select_related("member")
        .order_by("email")
    )
    first: list[tuple[str, DemoAccount]] = []
    others: list[tuple[str, DemoAccount]] = []
    for person in people:
        kind, __, member = person.email.partition("@")[0].partition(".")
        if kind not in PURPOSES:
            continue
        account = DemoAccount(person.email, person.member, str(PURPOSES[kind]))
        if member in {"", DEMO_MEMBER}:
            first.append((kind, account))
        elif kind in EVERYWHERE:
            others.append((kind, account))
    return DemoAccounts(_in_order(first), _in_order(others))


def _in_order(accounts: list[tuple[str, DemoAccount]]) -> list[DemoAccount]:
    """As the story goes; within a role by address."""
    order = list(PURPOSES)
    accounts.sort(key=lambda pair: order.index(pair[0]))
    return [account for __, account in accounts]
