"""The guidelines of a body for a plan: what earns which score."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.forms.scores import ScoreForm
from progress.positions.scores.guidelines import guidelines_of
from progress.views.scores.opening import open_body


@require_safe
def score_guidelines(request: UserRequest, slug: str, body: str) -> HttpResponse:
    """Show the guidelines that were in force at the time asked for.

    They are published before the first scores, so there may be no table yet.
    """
    opened = open_body(request, slug, body, ScoreForm)
    groups = guidelines_of(opened.body, opened.table, opened.viewpoint)
    is_known = groups or opened.shown or opened.latest
    if not is_known:
        raise Http404
    return opened.render(
        "progress/scores/guidelines.html", here=_("Guidelines"), groups=groups
    )
