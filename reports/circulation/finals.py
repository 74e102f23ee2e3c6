"""The final report of a draft, and whether it would say the same."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.dates import next_second
from accounts.models import User
from progress.ledger.chain import hash_of
from reports.models import LINE_FIELDS, Report
from reports.snapshot import build_facts


def final_of(draft: Report, *, by: User, at: datetime) -> Report:
    """Return the report that says the same as this draft. It is not saved."""
    line = {name: getattr(draft, name) for name in LINE_FIELDS}
    return Report(
        **line,
        since_known_at=draft.since_known_at,
        at=draft.at,
        known_at=next_second(at),
        requested_at=at,
        requested_by=by,
        is_of_presidency=True,
        final_of=draft,
        circulation=Report.Circulation.FINAL,
    )


def require_same_facts(draft: Report, final: Report) -> None:
    """Refuse a final that would say something else.

    Raises ValidationError with code `differs`.
    """
    if hash_of(build_facts(final)) == draft.facts_sha256:
        return
    raise ValidationError(
        _("The report would no longer say what was circulated. Compile a next draft."),
        code="differs",
    )
