"""The acts of the invented Presidencies: an extension and a handover."""

from datetime import timedelta

from accounts.models import Presidency
from g7plan.trial.demo.people import former_coordinator
from g7plan.trial.demo.scene import Scene
from progress.actions.extensions import extend_stocktake
from progress.actions.handover import receive_handover, record_handover
from progress.models import Extension, Stocktake
from progress.stocktakes.handovers import find_transfer

DAY = timedelta(days=1)
# The newcomer's delegation, so that they see the extension beside their deadline.
EXTENDED = "JP"
REASON = (
    "The ministry that keeps the figures moves offices in the week of the deadline."
    " Entries that arrive after the deadline stay marked late."
)
NOTE = (
    "Two things are left to you. The summaries under Action 1.2 came late and in very"
    " different lengths: ask for half a page. And agree the date of the next stocktake"
    " with all capitals before you announce it."
)


def decide(scene: Scene) -> None:
    """Extend and hand over, after all entries: none of them depends on it."""
    _hand_over(scene)
    _give_more_time(scene)


def _hand_over(scene: Scene) -> None:
    """Hand the chair over to its present holder, if another held it before."""
    now_in_chair = Presidency.objects.select_related("member").at(scene.now).first()
    if now_in_chair is None:
        return
    transfer = find_transfer(now_in_chair)
    received_at = now_in_chair.starts_at + DAY / 2
    if transfer.outgoing is None or received_at > scene.now:
        return
    given = record_handover(
        presidency_id=now_in_chair.pk,
        version=0,
        note=NOTE,
        by=former_coordinator(transfer.outgoing.member_id, scene.now),
        at=now_in_chair.starts_at - 10 * DAY,
    )
    receive_handover(
        presidency_id=now_in_chair.pk,
        version=given.version,
        by=scene.people["coordinator"],
        at=received_at,
    )


def _give_more_time(scene: Scene) -> None:
    granted_at = scene.now - DAY
    for stocktake in Stocktake.objects.open().filter(plan=scene.plan):
        extension = Extension(
            member_id=EXTENDED,
            reason=REASON,
            ends_at=stocktake.grace_ends_at + 5 * DAY,
        )
        extend_stocktake(
            stocktake_id=stocktake.pk,
            version=stocktake.version,
            extension=extension,
            by=scene.coordinator(granted_at),
            at=granted_at,
        )
