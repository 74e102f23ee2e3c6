"""The comments of delegations on a table, with the answers of the body."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.assessments.feedback import answer_comment
from progress.assessments.permissions import allowed_on_table
from progress.assessments.text import score_with_label
from progress.assessments.transitions import TableVerb
from progress.forms.assessing import CommentAnswerForm
from progress.forms.versions import put_errors
from progress.models import AssessmentComment, AssessmentTable
from progress.querysets.assessments import AssessmentCommentQuerySet
from progress.views.assessing.lookups import crumbs_of_table, find_own_table

PAGE_SIZE = 20


@require_safe
def table_comments(request: UserRequest, pk: UUID) -> HttpResponse:
    """List the comments on a table: those without an answer come first."""
    table = find_own_table(request, pk)
    found = _comments(request, table).order_by(
        F("answer__written_at").desc(nulls_first=True), "written_at", "pk"
    )
    context = {
        "table": table,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "can_answer": _can_answer(request, table),
        "breadcrumb": crumbs_of_table(table),
    }
    return render(request, "progress/assessing/comment_list.html", context)


@keeps_unsent_text(CommentAnswerForm)
@require_http_methods(["GET", "HEAD", "POST"])
def comment_answer(request: UserRequest, pk: UUID, comment: UUID) -> HttpResponse:
    """Answer a comment, once. A second person's text is kept, to be copied."""
    table = find_own_table(request, pk)
    found = get_object_or_404(_comments(request, table), pk=comment)
    is_open = _can_answer(request, table) and not hasattr(found, "answer")
    form = CommentAnswerForm(request.POST if request.method == "POST" else None)
    if not is_open:
        return _page(request, table, found, kept=str(form["text"].value() or ""))
    if not form.is_valid():
        return _page(request, table, found, form)
    try:
        answer_comment(
            comment=found,
            text=form.cleaned_data["text"],
            by=request.user,
            at=request.at,
        )
    except ValidationError as error:
        put_errors(form, error)
        return _page(request, table, found, form)
    messages.success(request, _("Your answer is sent. It cannot be changed."))
    return redirect("progress:assessing-comments", table.pk)


def _crumb_of_comments(table: AssessmentTable) -> dict[str, str]:
    url = reverse("progress:assessing-comments", args=[table.pk])
    return {"label": _("Comments of delegations"), "url": url}


def _can_answer(request: UserRequest, table: AssessmentTable) -> bool:
    return TableVerb.ANSWER in allowed_on_table(request.user, table, at=request.at)


def _comments(
    request: UserRequest, table: AssessmentTable
) -> AssessmentCommentQuerySet:
    visible = AssessmentComment.objects.visible_to(request.user, request.at).comments()
    return visible.filter(assessment__table=table).select_related(
        "member",
        "answer",
        "assessment__member_commitment__commitment",
        "assessment__member_commitment__member",
    )


def _page(
    request: UserRequest,
    table: AssessmentTable,
    comment: AssessmentComment,
    form: CommentAnswerForm | None = None,
    *,
    kept: str = "",
) -> HttpResponse:
    """Show the form, or, without one, that no answer is possible any more."""
    context = {
        "table": table,
        "comment": comment,
        "form": form,
        "kept": kept,
        "score_words": score_with_label(comment.assessment.score),
        "breadcrumb": [*crumbs_of_table(table), _crumb_of_comments(table)],
    }
    status = 409 if form is None else 422 if form.is_bound else 200
    template = "progress/assessing/comment_answer.html"
    return render(request, template, context, status=status)
