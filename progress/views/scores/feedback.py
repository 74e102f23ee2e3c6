"""The pages on which delegations read a table before it is final, and comment on it."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.assessments.feedback import comment_on
from progress.assessments.permissions import allowed_on_cell, can_on_cell
from progress.assessments.transitions import TableVerb
from progress.forms.scores import ScoreCommentForm
from progress.forms.versions import put_errors
from progress.models import Assessment
from progress.positions.scores.cell import exchanges_on, self_report_beside
from progress.positions.scores.feedback import (
    FeedbackCells,
    read_feedback,
    tables_for_feedback,
)

PAGE_SIZE = 50


@dataclass(frozen=True)
class FormState:
    """The form for a comment as the page shows it, and the status of the page."""

    form: ScoreCommentForm
    status: int = 200
    # Whether the deadline passed while the comment was written.
    is_closed: bool = False


@require_safe
def feedback_list(request: UserRequest) -> HttpResponse:
    """List the tables on which the reader's delegation is, or was, asked to comment."""
    reader, at = request.user, request.at
    if reader.delegation is None:
        raise Http404
    tables = tables_for_feedback(reader, at).open_for_feedback(at)
    found = tables.with_successors().with_places().order_by("feedback_until", "pk")
    past = tables_for_feedback(reader, at).past_feedback(at)
    ended = past.with_comments_of(reader.delegation).with_places()
    context = {
        "tables": [(table, table.takes_comments(at)) for table in found],
        "page": Paginator(ended, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "progress/feedback/feedback_list.html", context)


@keeps_unsent_text(ScoreCommentForm)
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_table(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show the scores of the reader's own member in a table, and take comments."""
    code = request.GET.get("cell", "")
    feedback = read_feedback(pk, reader=request.user, at=request.at, code=code)
    if feedback is None:
        raise Http404
    if request.method == "POST":
        return _comment(request, feedback)
    return _page(request, feedback, FormState(ScoreCommentForm()))


def _comment(request: UserRequest, feedback: FeedbackCells) -> HttpResponse:
    cell = feedback.chosen
    if cell is None or not can_on_cell(TableVerb.COMMENT, request.user, cell):
        raise PermissionDenied
    form = ScoreCommentForm(request.POST)
    if not form.is_valid():
        return _page(request, feedback, FormState(form, 422))
    if cell.member_commitment.commitment.code != request.GET.get("cell"):
        # The page shows the first score instead. A comment on it could not be undone.
        raise Http404
    text = form.cleaned_data["text"]
    try:
        comment_on(assessment=cell, text=text, by=request.user, at=request.at)
    except Assessment.DoesNotExist as error:
        raise Http404 from error
    except ValidationError as error:
        return _refused(request, feedback, form, error)
    messages.success(request, _("Your comment is sent to the body."))
    return redirect(f"{_address(feedback, cell)}#comments")


def _refused(
    request: UserRequest,
    feedback: FeedbackCells,
    form: ScoreCommentForm,
    error: ValidationError,
) -> HttpResponse:
    """Show what is wrong, or that the deadline has passed, with what was typed."""
    if hasattr(error, "error_dict"):
        put_errors(form, error)
        return _page(request, feedback, FormState(form, 422))
    return _page(request, feedback, FormState(form, 409, is_closed=True))


def _page(
    request: UserRequest, feedback: FeedbackCells, state: FormState
) -> HttpResponse:
    takes_comments = feedback.table.takes_comments(request.at)
    context: dict[str, object] = {
        "feedback": feedback,
        "table": feedback.table,
        "takes_comments": takes_comments,
        "is_past": not takes_comments,
        "is_closed": state.is_closed,
        "typed": state.form["text"].value() or "",
    }
    if feedback.chosen is not None:
        context |= _in_full(request, feedback.chosen, state)
    template = "progress/feedback/feedback_table.html"
    return render(request, template, context, status=state.status)


def _in_full(
    request: UserRequest, cell: Assessment, state: FormState
) -> dict[str, object]:
    """Return the score that is read in full, with the form if a comment is allowed."""
    reader, at = request.user, request.at
    can_comment = TableVerb.COMMENT in allowed_on_cell(reader, cell, at=at)
    return {
        "cell": cell,
        "commitment": cell.member_commitment.commitment,
        "member": cell.member_commitment.member,
        "reported": self_report_beside(
            cell, cell.table, reader=reader, at=at, known_at=at
        ),
        "exchanges": exchanges_on(cell, reader=reader, at=at),
        "form": state.form if can_comment else None,
    }


def _address(feedback: FeedbackCells, cell: Assessment) -> str:
    address = reverse("progress:feedback-table", args=[feedback.table.pk])
    return f"{address}?cell={cell.member_commitment.commitment.code}"
