"""The rotation of the chair, and what is recorded of each handover."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Presidency, User
from progress.models import Handover
from progress.permissions import can_hand_over, can_receive

# How long before the change the outgoing Presidency may hand over.
EARLIEST = timedelta(days=90)


@dataclass(frozen=True)
class ChairTransfer:
    """The passing of the chair to one presidency from the one before it."""

    incoming: Presidency
    # None for the first presidency.
    outgoing: Presidency | None
    # None until the handover is recorded. Rights follow the dates in any case.
    handover: Handover | None

    @property
    def version(self) -> int:
        return self.handover.version if self.handover else 0

    @property
    def is_given(self) -> bool:
        return self.handover is not None and self.handover.handed_over_at is not None

    @property
    def is_received(self) -> bool:
        return self.handover is not None and self.handover.received_at is not None

    def holds_at(self, at: datetime) -> bool:
        return self.incoming.starts_at <= at < self.incoming.ends_at

    def can_be_given_at(self, at: datetime) -> bool:
        """Whether it is time: from 90 days before the change to the end of the term."""
        opens_at = self.incoming.starts_at - EARLIEST
        is_time = opens_at <= at < self.incoming.ends_at
        return is_time and self.outgoing is not None and not self.is_given

    def can_be_received_at(self, at: datetime) -> bool:
        """Whether it is time: once given, or once the chair has passed without that."""
        is_time = at < self.incoming.ends_at and (
            self.is_given or at >= self.incoming.starts_at
        )
        return is_time and self.outgoing is not None and not self.is_received

    def may_give(self, user: User) -> bool:
        return self.outgoing is not None and can_hand_over(user, self.outgoing)

    def may_receive(self, user: User) -> bool:
        return can_receive(user, self.incoming)

    def reads_note(self, user: User, at: datetime) -> bool:
        """Whether this person reads the note: both teams and later Presidencies."""
        is_later = user.is_presidency(at) and self.incoming.starts_at <= at
        return is_later or self.may_give(user) or self.may_receive(user)


def rotation() -> Sequence[ChairTransfer]:
    """Return every presidency in order of time, with its handover. One query."""
    rows = (
        Presidency.objects.select_related("member", "handover")
        .select_related("handover__handed_over_by", "handover__received_by")
        .order_by("starts_at")
    )
    presidencies = list(rows)
    return [
        ChairTransfer(incoming, outgoing, getattr(incoming, "handover", None))
        for outgoing, incoming in zip(
            [None, *presidencies[:-1]], presidencies, strict=True
        )
    ]


def find_transfer(incoming: Presidency) -> ChairTransfer:
    """Return the passing of the chair to one presidency."""
    before = Presidency.objects.filter(ends_at__lte=incoming.starts_at)
    return ChairTransfer(
        incoming=incoming,
        outgoing=before.select_related("member").order_by("-ends_at").first(),
        handover=Handover.objects.filter(presidency=incoming).first(),
    )
