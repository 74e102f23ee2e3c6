"""Every secret, and who may know it by rule 4.

Each secret is planted for Japan and for the chair. An audience names `own` (the
secret's delegation), `reviewer` (of its entries), another member's code, or a role of
the cast.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

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
from tests.leaks.score_ids import AUDIENCES, FAR, NEAR
from tests.leaks.scores import (
    comment,
    draft,
    former_score_notice,
    guidelines,
    in_feedback,
    key_of_body,
    released,
    score_notice,
    score_sheet,
)
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


def no_more(_world: World, _secret: str, _member: str) -> None:
    """What has these words is planted with another secret."""


def scores(
    name: str, audience: str, plant: Callable[..., Plant], *args: Any, near_for: str
) -> list[Secret]:
    """Tables of scores. A key that is limited to INTERPOL reads what is near it."""
    near = " ".join(f"near-{word}" for word in audience.split())
    return [
        secret(f"near {name}", near, no_more),
        secret(name, audience, plant(*args), plant(*args, is_near=True), to=near_for),
    ]


# Who reads a guideline: all who read a score that follows it.
GUIDED = ("body", "delegations", "clear-scores", "green-scores")
ON_SCORES = [
    secret(
        "near guideline", " ".join(f"near-{one}" for one in GUIDED), guidelines(NEAR)
    ),
    secret("guideline", " ".join(GUIDED), guidelines(*FAR)),
    *scores(
        "clear scores",
        "body clear-scores",
        partial(released, "earliest", "clear", minutes=100),
        near_for="key_limited key_limited_jp",
    ),
    *(
        one
        for audience in AUDIENCES
        for one in scores(
            f"scores for {audience}",
            "body delegations",
            partial(in_feedback, audience),
            near_for="key_limited_jp",
        )
    ),
    *scores(
        "green scores",
        "body green-scores",
        partial(released, "earlier", "green", minutes=500),
        near_for="key_limited key_limited_jp",
    ),
    secret("comment for body", "assessors commenters", comment("scores for body")),
    secret(
        "comment for delegations",
        "assessors delegates",
        comment("scores for delegations", 2),
    ),
    secret(
        "comment for readers", "assessors delegates", comment("scores for readers", 3)
    ),
    secret("comment on green", "assessors people", comment("green scores", 1)),
    secret(
        "comment on green revised", "assessors commenters", comment("green scores", 2)
    ),
    secret("discarded scores", "body", draft("first", 4, is_discarded=True)),
    secret("draft scores", "body", draft("first", 4)),
    secret("revised scores", "body", draft("earliest", 3)),
    secret(
        "near newer guideline",
        "near-body near-green-scores",
        guidelines(NEAR, number=2),
    ),
    secret("newer guideline", "body green-scores", guidelines("2.1", number=2)),
    secret(
        "guideline at work", "body", guidelines("1.1.1", number=2, is_published=False)
    ),
    secret("score sheet", "scorers", score_sheet),
    secret("score key", "assessors administrator", key_of_body),
    secret("notice of scores", "own", score_notice),
    # They were notified, and may not know of it any more.
    secret("former notice of scores", "", former_score_notice),
]

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
    *ON_SCORES,
]
