"""Release a score table: it is frozen, and each score goes on record."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from progress.actions.assessments.completeness import require_complete
from progress.actions.assessments.record import put_table_on_record
from progress.actions.assessments.steps import lock_table_for, record_table
from progress.actions.instants import recorded_act
from progress.assessments.transitions import TableVerb
from progress.models import AssessmentTable, Handling

_LABELS = frozenset({Handling.CLEAR.value, Handling.GREEN.value})


@recorded_act
def release_table(
    *, table: AssessmentTable, handling: str, by: User, at: datetime
) -> AssessmentTable:
    """Release a table to the audience of a label, clear or green. It never changes.

    The instant is that of the database, read under the ledger's lock. Raises as
    `lock_table_for` does, as `require_complete` does, and ValidationError: a dict of
    `handling`.
    """
    locked = lock_table_for(TableVerb.RELEASE, table, by=by, at=at)
    if handling not in _LABELS:
        unknown = ValidationError(
            _("Choose a handling label from the list."), code="invalid_choice"
        )
        raise ValidationError({"handling": [unknown]})
    require_complete(locked)
    locked.handling = handling
    put_table_on_record(locked, by=by, at=at)
    assert locked.released_at is not None  # noqa: S101 - it is released now
    record_table("release", locked, by=by, at=locked.released_at, phase=locked.phase)
    return locked
