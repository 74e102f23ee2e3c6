"""The rows of a plan that one person may update, as they are now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.models import Role, User
from accounts.wording.names import in_language
from commitments.models import MemberCommitment, Plan
from progress.entries.states import entry_state_label
from progress.entries.text import EntryText, read_links
from progress.models import Entry, State, Stocktake
from progress.permissions import can_draft
from progress.stocktakes.deadlines import deadline_of
from progress.transitions import Verb, is_legal
from progress.update_sheets.rows import SheetRow, UpdateSheet


@dataclass(frozen=True)
class RowMaker:
    """Makes the rows of one sheet."""

    stocktake: Stocktake | None
    reader: User
    at: datetime

    def row(
        self, mine: MemberCommitment, update: Entry | None, last: Entry | None
    ) -> SheetRow:
        """Return the row of a commitment: its update, and its last published text."""
        for entry in filter(None, (update, last)):
            entry.member_commitment = mine
        return SheetRow(
            member_commitment_id=mine.pk,
            code=mine.commitment.code,
            title=in_language(mine.commitment.short_title),
            state=self._state(update, last),
            last=_text_of(last),
            update=_text_of(update),
            entry_id=update.pk if update else None,
            version=update.version if update else 0,
            language=mine.member.language,
            must_be_complete=update is not None and update.state == State.RETURNED,
            why_locked=self._why_locked(update, last),
        )

    def _state(self, update: Entry | None, last: Entry | None) -> str:
        if update is not None:
            return entry_state_label(update, self.reader, self.at)
        return str(State.PUBLISHED.label) if self._is_current(last) else ""

    def _why_locked(self, update: Entry | None, last: Entry | None) -> str:
        """Return why the row cannot be filled in now, and what to do instead."""
        if update is not None and not is_legal(Verb.EDIT, update):
            return _(
                "This update is “%(state)s”. Recall it before you change its text."
            ) % {"state": self._state(update, last)}
        if update is None and self._is_current(last):
            return _(
                "The update of this stocktake is published. Correct it on its own page."
            )
        return ""

    def _is_current(self, last: Entry | None) -> bool:
        """Whether the last published entry belongs to the open stocktake."""
        stocktake = self.stocktake
        return (
            stocktake is not None
            and last is not None
            and (last.stocktake_id == stocktake.pk)
        )


def sheet_for(
    plan: Plan, stocktake: Stocktake | None, *, reader: User, at: datetime
) -> UpdateSheet:
    """Return what the reader may update in this plan: a contributor, what is assigned.

    `stocktake` is the open one, if there is one. Rows that cannot be filled in now are
    there too, with the reason. At most six queries, however many rows there are.
    """
    owed = [mine for mine in owed_in_order(plan, reader) if can_draft(reader, mine)]
    updates = _by_commitment(_updates_of(owed))
    last = _by_commitment(_positions_of(owed, at))
    read_links([*updates.values(), *last.values()])
    maker = RowMaker(stocktake, reader, at)
    rows = (maker.row(mine, updates.get(mine.pk), last.get(mine.pk)) for mine in owed)
    member = str(reader.delegation)
    deadline = deadline_of(stocktake, member, at) if stocktake else None
    by_key = {mine.pk: mine for mine in owed}
    return UpdateSheet(plan, stocktake, member, tuple(rows), deadline, by_key)


def owed_in_order(plan: Plan, reader: User) -> list[MemberCommitment]:
    """Return what the reader's member owes, in the order of the plan.

    They share the one plan: its source text is long, and there may be many rows.
    """
    owed = list(
        MemberCommitment.objects.filter(commitment__plan=plan, member=reader.delegation)
        .select_related("commitment", "member")
        .order_by("commitment__position", "pk")
    )
    if reader.has_role(Role.CONTRIBUTOR):
        prefetch_related_objects(owed, "assignments")
    for mine in owed:
        mine.commitment.plan = plan
    return owed


def _updates_of(owed: Iterable[MemberCommitment]) -> QuerySet[Entry]:
    """Return the updates in progress. Corrections are made on pages of their own."""
    return Entry.objects.in_progress().filter(
        member_commitment__in=owed, kind=Entry.Kind.UPDATE
    )


def _positions_of(owed: Iterable[MemberCommitment], at: datetime) -> QuerySet[Entry]:
    """Return the last published entries, as their own delegation sees them."""
    here = MemberCommitment.objects.filter(pk__in=[mine.pk for mine in owed])
    return Entry.objects.positions(here, at=utc_day(at), known_at=at)


def _by_commitment(entries: Iterable[Entry]) -> dict[UUID, Entry]:
    return {entry.member_commitment_id: entry for entry in entries}


def _text_of(entry: Entry | None) -> EntryText | None:
    if entry is None:
        return None
    return EntryText.with_links(entry, entry.evidence_links.all())
