"""The final report of a draft, and whether it would say what was circulated."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.dates import next_second
from accounts.models import User
from progress.ledger.chain import hash_of
from reports.comparison.sentences import sentences_of
from reports.facts import facts_of
from reports.facts_difference import difference_of
from reports.models import LINE_FIELDS, Report


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


def require_same_facts(final: Report) -> None:
    """Refuse a final report that would say something else than its draft.

    Raises ValidationError, whose messages have the code `differs`: the first says what
    to do, and each of the others what differs.
    """
    if sentences := differences_of(final, facts_of(final)):
        raise ValidationError(
            [ValidationError(one, code="differs") for one in sentences]
        )


def differences_of(final: Report, facts: Mapping[str, Any]) -> list[str]:
    """Return in words how the facts of a final differ from those of its draft.

    Empty if they are the same.
    """
    draft = final.final_of
    assert draft is not None  # noqa: S101 - it is a final report
    assert draft.snapshot is not None  # noqa: S101 - its draft is finished
    if hash_of(facts) == draft.facts_sha256:
        return []
    difference = difference_of(draft.snapshot["facts"], facts)
    return [
        _(
            "This report would no longer say what was circulated. Compile and circulate"
            " a next draft."
        ),
        *sentences_of(difference),
    ]
