"""The page of the Presidency: who holds it when, and what is handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from accounts.models import User
from progress.models import Entry, Stocktake
from progress.stocktakes.handovers import ChairTransfer, rotation
from reports.models import Report, Schedule

# The states of a report that is not finished.
RUNNING_REPORTS = (Report.State.QUEUED, Report.State.RUNNING)


@dataclass(frozen=True)
class RotationRow:
    """One presidency in the rotation, as its reader may see it."""

    transfer: ChairTransfer
    reader: User
    at: datetime

    @property
    def is_now(self) -> bool:
        return self.transfer.holds_at(self.at)

    @property
    def reads_note(self) -> bool:
        return self.transfer.reads_note(self.reader, self.at)

    @property
    def can_give(self) -> bool:
        is_time = self.transfer.can_be_given_at(self.at)
        return is_time and self.transfer.may_give(self.reader)

    @property
    def can_receive(self) -> bool:
        is_time = self.transfer.can_be_received_at(self.at)
        return is_time and self.transfer.may_receive(self.reader)

    @property
    def is_recorded(self) -> bool:
        return self.transfer.handover is not None

    @property
    def has_passed_unrecorded(self) -> bool:
        """Return whether the chair passed unrecorded. The first had no predecessor."""
        has_passed = self.transfer.incoming.starts_at <= self.at
        return has_passed and not self.is_recorded and bool(self.transfer.outgoing)


@dataclass(frozen=True)
class PresidencyPage:
    """The rotation for a reader, and for the Presidency what it would hand over now."""

    reader: User
    at: datetime

    @cached_property
    def rows(self) -> Sequence[RotationRow]:
        return [RotationRow(transfer, self.reader, self.at) for transfer in rotation()]

    @property
    def to_act_on(self) -> list[RotationRow]:
        """Return the presidencies with a step for the reader, or a note to read."""
        return [
            row
            for row in self.rows
            if row.can_give or row.can_receive or (row.is_recorded and row.reads_note)
        ]

    @cached_property
    def is_presidency(self) -> bool:
        return self.reader.is_presidency(self.at)

    @cached_property
    def open_stocktakes(self) -> Sequence[Stocktake]:
        opened = Stocktake.objects.visible_to(self.reader).open()
        return list(
            opened.select_related("plan")
            .defer("plan__source_text", "plan__preamble")
            .order_by("due_at", "pk")
        )

    @cached_property
    def waiting_count(self) -> int:
        """Return how many entries of other members wait for the Presidency."""
        visible = Entry.objects.visible_to(self.reader, self.at)
        return visible.to_review_by(self.reader, self.at).count()

    @cached_property
    def report_count(self) -> int:
        visible = Report.objects.visible_to(self.reader, self.at)
        return visible.filter(state__in=RUNNING_REPORTS).count()

    @cached_property
    def schedule_count(self) -> int:
        return Schedule.objects.visible_to(self.reader, self.at).active().count()
