"""What the filters of scores, tables and guidelines share."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import AssessingBody, Scope
from api.filters import InstantFilter, NaturalKeyFilter, parameter_faults
from api.problems import InvalidParameters
from progress.positions.clocks import require_clocks

# A key of a body reads what it writes.
SCORE_SCOPES = (
    Scope.READ_CLEAR,
    Scope.READ_GREEN,
    Scope.READ_OWN,
    Scope.WRITE_ASSESSMENTS,
)
KNOWN_AT_HELP = _(
    "Return what was in force at this instant, in whole seconds: released by then, and"
    " not replaced by then. Drafts are left out. An instant in the future is refused."
)
RELEASED_SINCE_HELP = _("Only those released at or after this instant.")


class KnownAtFilter(InstantFilter):
    """Rows in force at an instant: what that is, `in_force_at` of the filters says.

    Raises InvalidParameters for an instant in the future.
    """

    def __init__(self, help_text: Any = KNOWN_AT_HELP) -> None:
        super().__init__(help_text=help_text)

    def filter(self, rows: Any, known_at: Any) -> Any:
        if known_at is None:
            return rows
        now = self.parent.request.at
        try:
            require_clocks(None, known_at, now=now)
        except ValidationError as error:
            raise InvalidParameters(parameter_faults(error.error_dict)) from error
        return self.parent.in_force_at(rows, known_at)


def body_filter(path: str) -> NaturalKeyFilter:
    return NaturalKeyFilter(
        path,
        queryset=AssessingBody.objects.all(),
        by="slug",
        help_text=_("Slug of an assessing body, for example g7-research-group."),
    )
