"""What a score table needs before others see it: by release or for feedback."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from progress.models import AssessmentTable


def require_complete(table: AssessmentTable) -> None:
    """Refuse a locked table without any score, or with a score without a rationale.

    Cells may stay blank. Raises ValidationError with code `no_scores` or `incomplete`.
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
