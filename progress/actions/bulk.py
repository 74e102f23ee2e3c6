"""Many entries by one press: each through its own act, with its own answer.

Every item is a transaction of its own: what is done stays done, whatever becomes of the
rest, and pressing again finds it done.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.versions import StaleRow
from commitments.models import MemberCommitment
from progress import limits
from progress.actions.carry_forward import carry_forward, confirm_entry
from progress.actions.clearance import clear_entry, send_back_entry, submit_entry
from progress.actions.review import publish_entry, return_entry
from progress.actions.transition import was_just_confirmed, was_just_done
from progress.models import Entry, Round
from progress.permissions import can
from progress.transitions import Verb


class Batch(StrEnum):
    """What can be done to many: five verbs of the table, and what rule 9 asks."""

    SUBMIT = "submit"
    CLEAR = "clear"
    SEND_BACK = "send_back"
    RETURN = "return"
    PUBLISH = "publish"
    CONFIRM = "confirm"
    CARRY_FORWARD = "carry_forward"

    @property
    def verb(self) -> Verb:
        """The verb of the table by whose rule each item is judged."""
        is_edit = self in {Batch.CONFIRM, Batch.CARRY_FORWARD}
        return Verb.EDIT if is_edit else Verb(self.value)


@dataclass(frozen=True)
class Item:
    """An entry at the version that was looked at; or a member commitment."""

    id: UUID
    version: int = 0


@dataclass(frozen=True)
class BulkOutcome:
    """What became of one item, and why, in a sentence."""

    item: Item
    ok: bool
    sentence: str

    @property
    def entry_id(self) -> UUID:
        return self.item.id


_ACTIONS: Mapping[Batch, Callable[..., Entry]] = {
    Batch.SUBMIT: submit_entry,
    Batch.CLEAR: clear_entry,
    Batch.SEND_BACK: send_back_entry,
    Batch.RETURN: return_entry,
    Batch.PUBLISH: publish_entry,
    Batch.CONFIRM: confirm_entry,
}


def run_batch(
    batch: Batch,
    items: Iterable[Item],
    *,
    by: User,
    at: datetime,
    words: Mapping[str, Any] | None = None,
) -> list[BulkOutcome]:
    """Do it to each, once, in the order given. `words`: what all are told alike.

    Raises ValidationError with code `too_many`, before anything is done.
    """
    once: dict[UUID, Item] = {}
    for item in items:
        once.setdefault(item.id, item)
    chosen = list(once.values())
    if len(chosen) > limits.BULK_ITEMS:
        raise ValidationError(
            _("At most %(limit)d at once: choose fewer. Nothing was done."),
            code="too_many",
            params={"limit": limits.BULK_ITEMS},
        )
    act = _act_of(batch, {"by": by, "at": at, **(words or {})})
    return [_outcome(batch, act, item, by=by, at=at) for item in chosen]


def _act_of(batch: Batch, told: Mapping[str, Any]) -> Callable[[Item], Entry]:
    if batch is Batch.CARRY_FORWARD:
        owed = MemberCommitment.objects.select_related("commitment__plan", "member")
        return lambda item: carry_forward(
            member_commitment=owed.get(pk=item.id), **told
        )
    action = _ACTIONS[batch]
    return lambda item: action(entry_id=item.id, version=item.version, **told)


def _outcome(
    batch: Batch, act: Callable[[Item], Entry], item: Item, *, by: User, at: datetime
) -> BulkOutcome:
    """What one may not know of reads exactly as what does not exist."""
    try:
        act(item)
    except (Entry.DoesNotExist, MemberCommitment.DoesNotExist):
        if _was_just_returned(batch, item, by=by, at=at):
            return BulkOutcome(item, ok=True, sentence=_("This was done already."))
        return BulkOutcome(item, ok=False, sentence=_("There is no such entry."))
    except StaleRow as stale:
        return _stale(batch, item, stale.row, by=by, at=at)
    except PermissionDenied:
        return BulkOutcome(item, ok=False, sentence=_not_yours(batch))
    except ValidationError as error:
        return BulkOutcome(item, ok=False, sentence=" ".join(error.messages))
    return BulkOutcome(item, ok=True, sentence=_("Done."))


def _stale(
    batch: Batch, item: Item, entry: Entry, *, by: User, at: datetime
) -> BulkOutcome:
    about: dict[str, Any] = {"by": by, "version": item.version}
    if batch is Batch.CONFIRM:
        is_done = was_just_confirmed(entry, **about)
    else:
        is_done = was_just_done(batch.verb, entry, **about)
    if is_done:
        return BulkOutcome(item, ok=True, sentence=_("This was done already."))
    if not can(batch.verb, by, entry, at=at):
        return BulkOutcome(item, ok=False, sentence=_not_yours(batch))
    return BulkOutcome(
        item,
        ok=False,
        sentence=_("It was changed after you opened the page: look at it again."),
    )


def _was_just_returned(batch: Batch, item: Item, *, by: User, at: datetime) -> bool:
    """The return itself took the entry out of the reviewer's sight."""
    if batch is not Batch.RETURN:
        return False
    rounds = Round.objects.visible_to(by, at)
    return rounds.filter(entry=item.id, returned_by=by).exists()


def _not_yours(batch: Batch) -> str:
    if batch is Batch.CLEAR:
        return _(
            "You may not clear this: a head signs for their own delegation alone, and"
            " not what they wrote or confirmed themselves."
        )
    return _("You may not do this here.")
