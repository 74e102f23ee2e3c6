"""Every secret, and who may know it by rule 4.

Each secret is planted for Japan and for the chair. An audience names `own` (the
secret's delegation), `reviewer` (of its entries), another member's code, or a role of
the cast.
"""

from dataclasses import dataclass

from progress.models import Handling, State
from tests.leaks.cast import Reader
from tests.leaks.entries import (
    MEMBERS,
    Plant,
    amber,
    amber_and_what_followed,
    at_work,
    correction_at_work,
    elsewhere,
    green_alone,
    green_over_amber,
)
from tests.leaks.grants import grant, identity
from tests.leaks.hooks import former_delivery, webhook
from tests.leaks.remarks import (
    acting_head,
    api_key,
    before_submission,
    clearance,
    extension,
    failed_report,
    focal_point,
    focal_point_to_ask,
    handover,
    no_acting_head,
    notice,
    people,
    question,
    release,
    report,
    returns,
    schedule,
    sheet,
)
from tests.leaks.scans import scan
from tests.leaks.world import World


@dataclass(frozen=True)
class Secret:
    """Something written that only some may know of."""

    name: str
    audience: frozenset[str]
    plant: Plant
    # What other readers see instead, if anything; and whether only some of them see it.
    instead: Plant | None = None
    instead_for: frozenset[str] = frozenset()

    def stands_in(self, reader: Reader) -> bool:
        return not self.instead_for or reader.name in self.instead_for


def plant_all(world: World, reader: Reader, *, hidden: bool) -> None:
    """All that this reader may know; and all the rest, or what they see instead."""
    for secret in SECRETS:
        for member in MEMBERS:
            name = f"{secret.name} of {member}"
            if hidden or reader.knows(secret.audience, member):
                secret.plant(world, name, member)
            elif secret.instead is not None and secret.stands_in(reader):
                secret.instead(world, name, member)


def is_hidden(told: str, reader: Reader) -> bool:
    """Is this, by the name of its canary, a secret that this reader may not know?"""
    return any(
        told.startswith(f"{secret.name} of {member} ")
        and not reader.knows(secret.audience, member)
        for secret in SECRETS
        for member in MEMBERS
    )


def secret(
    name: str, audience: str, plant: Plant, instead: Plant | None = None, to: str = ""
) -> Secret:
    return Secret(
        name, frozenset(audience.split()), plant, instead, frozenset(to.split())
    )


AMBER_REPORT = report("coordinator", Handling.AMBER)
GREEN_REPORT = report("observer", Handling.GREEN)
# An administrator sees that a job exists, and whose it is, but not its content.
A_REPORT = report("coordinator", Handling.AMBER, is_real=False)
ANOTHER_REPORT = report("observer", Handling.GREEN, is_real=False)

SECRETS = [
    # Published ones first: a member commitment has one update in progress at a time.
    secret("amber", "own reviewer", amber),
    secret("amber amended", "own reviewer", amber_and_what_followed),
    secret("green over amber", "own reviewer", green_over_amber, green_alone),
    # Open to all but a key that is limited to what concerns INTERPOL.
    Secret("elsewhere", frozenset({"not limited"}), elsewhere),
    secret("draft", "own", at_work("1.1.1", State.DRAFT)),
    secret("in_clearance", "own", at_work("1.2.1", State.IN_CLEARANCE)),
    secret("submitted", "own reviewer", at_work("1.2.2", State.SUBMITTED)),
    secret("returned", "own", at_work("2.1", State.RETURNED)),
    secret("discarded", "own", at_work("1.1.1", State.DISCARDED)),
    secret("correction", "own", correction_at_work),
    secret("scan of amber", "own reviewer", scan("amber")),
    secret("scan of draft", "own", scan("draft")),
    secret("returns", "own reviewer", returns),
    secret("before submission", "own", before_submission, clearance),
    secret("question", "own FR presidency", question),
    secret("extension", "own presidency", extension),
    secret("release", "own reviewer", release),
    secret("people", "own administrator", people),
    secret("focal point", "own presidency", focal_point, focal_point_to_ask),
    secret("acting head", "own", acting_head, no_acting_head),
    secret("grant", "heads administrator", grant),
    secret("identity", "administrator", identity),
    secret("notice", "own", notice),
    secret("sheet", "officer_jp", sheet),
    secret("handover", "presidency former_coordinator", handover(""), handover("…")),
    secret("amber report", "presidency", AMBER_REPORT, A_REPORT, to="administrator"),
    secret(
        "green report",
        "observer",
        GREEN_REPORT,
        ANOTHER_REPORT,
        to="administrator",
    ),
    secret("failed report", "assessor administrator", failed_report),
    secret("schedule", "presidency", schedule),
    secret("key", "officers administrator", api_key),
    # An administrator sees that a delivery failed, and nothing of what it said.
    *(
        secret(name, audience, plant, plant, to="administrator")
        for name, audience, plant in (
            ("key webhook", "key_webhooks", webhook("key_webhooks")),
            ("another key webhook", "key_all_fr", webhook("key_all_fr")),
            # Their own key may not know of these any more.
            ("former delivery of key webhook", "", former_delivery("key")),
            (
                "former delivery of another key webhook",
                "",
                former_delivery("another key"),
            ),
        )
    ),
]
