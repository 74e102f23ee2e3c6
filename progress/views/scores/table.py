"""The score table of a body: the plan's commitments down, its members across."""

from functools import partial

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.forms.scores import ScoreForm
from progress.positions.scores.downloads import score_table_file
from progress.positions.scores.grid import grid_of
from progress.views.scores.files import send_scores
from progress.views.scores.opening import open_scores


@require_safe
def score_table(request: UserRequest, slug: str, body: str) -> HttpResponseBase:
    """Show the scores of a body as it publishes them, or send them as a file."""
    opened = open_scores(request, slug, body, ScoreForm)
    reading = opened.read()
    if reading is not None:
        sent = send_scores(opened, "scores", partial(score_table_file, reading))
        if sent is not None:
            return sent
    return opened.render(
        "progress/scores/score_table.html",
        here=_("Score table"),
        reading=reading,
        **(grid_of(reading) if reading else {}),
    )
