"""The record of a silence procedure: who objected, and who was silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from accounts.models import Member, members_in_order
from progress.models import Objection, SilenceProcedure


@dataclass(frozen=True)
class SilenceRecord:
    """What a silence procedure came to by an instant."""

    procedure: SilenceProcedure
    state: SilenceProcedure.State
    # In the order of time.
    objections: Sequence[Objection]
    # Who has not objected, in the order of members. It is agreement once the deadline
    # has passed, and not before.
    silent: Sequence[Member]

    @classmethod
    def of(cls, procedure: SilenceProcedure, at: datetime) -> Self:
        """Return the record as it was at an instant.

        It reads `objections` and `members`, which a list can prefetch.
        """
        objections = sorted(
            (one for one in procedure.objections.all() if one.objected_at <= at),
            key=lambda one: (one.objected_at, one.pk),
        )
        broken = {one.member_id for one in objections}
        silent = [one for one in procedure.members.all() if one.pk not in broken]
        state = procedure.state_at(at)
        return cls(procedure, state, objections, members_in_order(silent))
