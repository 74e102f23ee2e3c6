"""Legal erasure of the words about a score. The score itself stays.

As with entries, it leaves a mark, and `manage.py erase_score` calls it on the owner's
connection, in a transaction that has switched off the triggers of append-only tables.
"""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.actions.idempotency import erase_answers
from accounts.dates import utc_day
from audit.owner import OWNER
from progress.actions.erasure import put_tombstone, require_reason_and_name
from progress.ledger.chain import hash_of_text
from progress.ledger.erasure import ERASED, erasure_notice
from progress.ledger.score_erasure import ScoreErasureScope, ScoreText
from progress.models import (
    Assessment,
    AssessmentComment,
    AssessmentTable,
    Guideline,
    Tombstone,
)


def erase_score_text(
    scope: ScoreErasureScope, *, reason: str, by: str, at: datetime
) -> Tombstone:
    """Replace the words of a score, a guideline or a comment that others may have read.

    Raises ValidationError with code `not_published`, `erased` or `required`.
    """
    require_score_erasable(scope.subject, reason=reason, by=by)
    content_sha256 = _on_record(scope.subject)
    erase_score_words(scope, reason=reason, at=at)
    return put_tombstone(
        scope.subject, content_sha256=content_sha256, reason=reason, by=by, at=at
    )


def require_score_erasable(text: ScoreText, *, reason: str, by: str) -> None:
    require_reason_and_name(reason, by)
    if not has_been_read(text):
        raise ValidationError(
            _("Only its own body has read this. Change the draft instead."),
            code="not_published",
        )
    if Tombstone.objects.filter(pk=text.pk).exists():
        raise ValidationError(_("This text has already been erased."), code="erased")


def has_been_read(text: ScoreText) -> bool:
    """Return whether others than its author may have read this text.

    What only a draft says can be changed, so no erasure is needed.
    """
    if isinstance(text, Guideline):
        return text.is_published
    if isinstance(text, Assessment):
        return text.table.state != AssessmentTable.State.DRAFT
    return True


def erase_score_words(scope: ScoreErasureScope, *, reason: str, at: datetime) -> None:
    """Replace the words alone. A restore may bring back a text that was a draft."""
    text, mark = scope.subject, erasure_notice(utc_day(at), reason)
    if isinstance(text, Assessment):
        _replace(Assessment, [text], rationale=mark if text.rationale else "")
        _replace(Assessment, [text], sources=ERASED if text.sources else "")
        _replace(AssessmentComment, scope.comments, text=ERASED)
    elif isinstance(text, Guideline):
        _replace(Guideline, [text], text=mark)
    else:
        _replace(AssessmentComment, [text], text=ERASED)
    erase_answers([text.pk, *(one.pk for one in scope.comments)], using=OWNER)


def _replace(model: type[Model], rows: Iterable[Model], **texts: str) -> None:
    keys = [row.pk for row in rows]
    model._default_manager.using(OWNER).filter(pk__in=keys).update(**texts)  # noqa: SLF001 - `objects` for the types


def _on_record(text: ScoreText) -> str:
    """Return the hash that the ledger has of a text; empty if it has none."""
    if isinstance(text, Guideline):
        return hash_of_text(text.text)
    if isinstance(text, Assessment) and text.ledger_record is not None:
        return text.ledger_record.content_sha256
    return ""
