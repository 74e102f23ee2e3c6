"""Act on many entries at once. Each item has its own action and its own answer.

Each item is a transaction of its own. So one that is done stays done if others fail,
and a second press finds it done.
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
from accounts.wording.listed import listed
from commitments.models import MemberCommitment
from progress import limits
from progress.actions.carry_forward import (
    carry_forward,
    confirm_entry,
    confirm_published,
)
from progress.actions.clearance import clear_entry, send_back_entry, submit_entry
from progress.actions.review import publish_entry, return_entry
from progress.actions.transition import (
    was_just_carried,
    was_just_confirmed,
    was_just_confirmed_from,
    was_just_done,
    was_just_returned,
)
from progress.entries.signatories import own_words_refusal
from progress.models import Entry
from progress.permissions import can
from progress.transitions import Verb


class Batch(StrEnum):
    """What can be done to many entries: five verbs, and the two acts of rule 9."""

    SUBMIT = "submit"
    CLEAR = "clear"
    SEND_BACK = "send_back"
    RETURN = "return"
    PUBLISH = "publish"
    CONFIRM = "confirm"
    CARRY_FORWARD = "carry_forward"

    @property
    def verb(self) -> Verb:
        """The verb whose rules apply to each item."""
        is_edit = self in {Batch.CONFIRM, Batch.CARRY_FORWARD}
        return Verb.EDIT if is_edit else Verb(self.value)


@dataclass(frozen=True)
class Item:
    """An entry at the version that its page showed, or a member commitment."""

    id: UUID
    version: int = 0
    # Whether it is a published entry, whose text is carried forward first.
    is_published: bool = False


@dataclass(frozen=True)
class BulkOutcome:
    """The result for one item, with a sentence that explains it."""

    item: Item
    ok: bool
    sentence: str
    # It has changed since the page was opened, and could be done otherwise.
    is_stale: bool = False

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
    arguments: Mapping[str, Any] | None = None,
) -> list[BulkOutcome]:
    """Act on each item once, in the order given.

    `arguments` are passed to the action for every item, such as a reason. Raises
    ValidationError with code `too_many`, before anything is done.
    """
    once: dict[UUID, Item] = {}
    for item in items:
        once.setdefault(item.id, item)
    chosen = list(once.values())
    if len(chosen) > limits.BULK_ITEMS:
        raise ValidationError(
            _("You can choose at most %(limit)d entries at once. Nothing was changed."),
            code="too_many",
            params={"limit": limits.BULK_ITEMS},
        )
    act = _act_of(batch, {"by": by, "at": at, **(arguments or {})})
    return [_outcome(batch, act, item, by=by, at=at) for item in chosen]


def _act_of(batch: Batch, arguments: Mapping[str, Any]) -> Callable[[Item], Entry]:
    if batch is Batch.CARRY_FORWARD:
        rows = MemberCommitment.objects.select_related("commitment__plan", "member")
        return lambda item: carry_forward(
            member_commitment=rows.get(pk=item.id), **arguments
        )
    action = _ACTIONS[batch]
    return lambda item: (confirm_published if item.is_published else action)(
        entry_id=item.id, version=item.version, **arguments
    )


def _outcome(
    batch: Batch, act: Callable[[Item], Entry], item: Item, *, by: User, at: datetime
) -> BulkOutcome:
    """Act on one item. An invisible entry gets the same answer as a missing one."""
    try:
        act(item)
    except (Entry.DoesNotExist, MemberCommitment.DoesNotExist):
        if batch is Batch.RETURN and was_just_returned(item.id, by=by, at=at):
            return BulkOutcome(item, ok=True, sentence=_("Already done."))
        return BulkOutcome(
            item,
            ok=False,
            sentence=_("This entry does not exist, or you cannot see it."),
        )
    except StaleRow as stale:
        return _stale(batch, item, stale.row, by=by, at=at)
    except PermissionDenied:
        entry = Entry.objects.visible_to(by, at).filter(pk=item.id).first()
        return BulkOutcome(item, ok=False, sentence=_not_yours(batch, entry, by, at))
    except ValidationError as error:
        return _refused(batch, item, error, by=by)
    return BulkOutcome(item, ok=True, sentence=_("Done."))


def _refused(
    batch: Batch, item: Item, error: ValidationError, *, by: User
) -> BulkOutcome:
    if batch is Batch.CARRY_FORWARD and was_just_carried(item.id, by=by):
        return BulkOutcome(item, ok=True, sentence=_("Already done."))
    if item.is_published and was_just_confirmed_from(item.id, by=by):
        return BulkOutcome(item, ok=True, sentence=_("Already done."))
    return BulkOutcome(item, ok=False, sentence=listed(error.messages, " "))


def _stale(
    batch: Batch, item: Item, entry: Entry, *, by: User, at: datetime
) -> BulkOutcome:
    about: dict[str, Any] = {"by": by, "version": item.version}
    if batch is Batch.CONFIRM:
        is_done = was_just_confirmed(entry, **about)
    else:
        is_done = was_just_done(batch.verb, entry, **about)
    if is_done:
        return BulkOutcome(item, ok=True, sentence=_("Already done."))
    if not can(batch.verb, by, entry, at=at):
        sentence = _not_yours(batch, entry, by, at)
        return BulkOutcome(item, ok=False, sentence=sentence)
    return BulkOutcome(
        item,
        ok=False,
        sentence=_("It has changed since you opened the page. Check it again."),
        is_stale=True,
    )


def _not_yours(batch: Batch, entry: Entry | None, by: User, at: datetime) -> str:
    if batch is Batch.CLEAR:
        refusal = own_words_refusal(entry, by, at) if entry is not None else ""
        return refusal or _(
            "You cannot clear this entry. Only a head of its delegation can, if they"
            " changed nothing in it."
        )
    return _("You do not have permission to do this.")
