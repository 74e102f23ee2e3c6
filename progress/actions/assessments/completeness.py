"""What a score table needs before others see it: by release or for feedback."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from progress.models import AssessmentTable


def require_complete(table: AssessmentTable) -> None:
    """Refuse a locked table that is not ready for others.

    It has a score, each score has a rationale, and a cell without a score is blank: the
    words of one that is not scored are not on record, and are the body's alone. Raises
    ValidationError with code `no_scores` or `incomplete`.
    """
    scored = table.assessments.scored()
    if not scored.exists():
        raise ValidationError(
            _("Score at least one cell of the table first."), code="no_scores"
        )
    missing = scored.filter(rationale="").count()
    if missing:
        raise ValidationError(
            ngettext(
                "%(count)d score has no rationale. Write it first.",
                "%(count)d scores have no rationale. Write them first.",
                missing,
            ),
            code="incomplete",
            params={"count": missing},
        )
    if noted := table.assessments.noted().count():
        raise ValidationError(
            ngettext(
                "%(count)d cell has words and no score. Score it, or clear its words.",
                "%(count)d cells have words and no score. Score them, or clear their"
                " words.",
                noted,
            ),
            code="incomplete",
            params={"count": noted},
        )
