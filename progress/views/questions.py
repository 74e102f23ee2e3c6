"""Questions between delegations: the lists, and the forms to ask and to answer."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import UserRequest
from accounts.views.pages import open_page
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.conversations.questions import answer_question, ask_question
from progress.conversations.questions import question_views, with_names
from progress.forms.conversations import (
    AnswerForm,
    QuestionFilterForm,
    QuestionForm,
)
from progress.forms.versions import put_errors
from progress.models import Entry, Question, State
from progress.permissions import can_answer, can_ask
from progress.querysets.conversations import QuestionQuerySet
from progress.querysets.entries import TEXT_FIELDS
from progress.views.lookups import breadcrumb_of, find_entry

PAGE_SIZE = 50
ORDERINGS = ("due_on", "-due_on", "asked_at", "-asked_at")
OF_US, BY_US, ALL = "of-us", "by-us", "all"


@require_safe
def question_list(request: UserRequest) -> HttpResponse:
    if request.user.delegation is None:
        raise Http404
    lists = _lists(request)
    chosen = request.GET.get("list", OF_US)
    chosen = chosen if chosen in lists else OF_US
    ordering = request.GET.get("ordering", "")
    ordering = ordering if ordering in ORDERINGS else "due_on"
    form = QuestionFilterForm(request.GET)
    found = _narrowed(lists[chosen], form, request).order_by(ordering, "pk")
    page = open_page(
        found,
        request.GET.get("page"),
        size=PAGE_SIZE,
        read=with_names(Question.objects.all()),
    )
    context = {
        "form": form,
        "chosen": chosen,
        "ordering": ordering,
        "page": page,
        "items": question_views(page.rows, reader=request.user, at=request.at),
        "tabs": _tabs(lists, chosen),
    }
    return render(request, "progress/conversations/question_list.html", context)


@keeps_unsent_text(QuestionForm)
@require_http_methods(["GET", "HEAD", "POST"])
def question_new(request: UserRequest, pk: UUID) -> HttpResponse:
    entry = find_entry(request, pk)
    if not can_ask(request.user, entry):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = QuestionForm(data, today=request.today.utc)
    if form.is_valid():
        try:
            typed = form.cleaned_data
            ask_question(entry_id=pk, **typed, by=request.user, at=request.at)
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, _("Your question is sent to the delegation."))
            return redirect(f"{reverse('progress:entry-detail', args=[pk])}#questions")
    context = {
        "form": form,
        "entry": entry,
        "breadcrumb": breadcrumb_of(request, entry.member_commitment),
        "commitment": entry.member_commitment.commitment,
    }
    status = 422 if form.is_bound else 200
    return render(
        request, "progress/conversations/question_new.html", context, status=status
    )


@keeps_unsent_text(AnswerForm)
@require_http_methods(["GET", "HEAD", "POST"])
def question_detail(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show the question with its answer, or with the form for one."""
    visible = with_names(Question.objects.visible_to(request.user, request.at))
    question = get_object_or_404(visible, pk=pk)
    if request.method != "POST":
        return _page(request, question)
    if not can_answer(request.user, question):
        raise PermissionDenied
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, question, form=form, status=422)
    try:
        answer_question(
            question_id=pk,
            version=form.named_version,
            answer=form.cleaned_data["answer"],
            by=request.user,
            at=request.at,
        )
    except ValidationError as error:
        return _refused(request, question, form, error)
    messages.success(request, _("Your answer is sent to the delegation that asked."))
    return redirect("progress:question-detail", pk)


def questions_on(request: UserRequest, entry: Entry) -> dict[str, object]:
    """Return the questions on a published entry that this reader may see."""
    if entry.state != State.PUBLISHED:
        return {}
    visible = Question.objects.visible_to(request.user, request.at).filter(entry=entry)
    found = with_names(visible).order_by("asked_at", "pk")
    return {
        "questions": question_views(found, reader=request.user, at=request.at),
        "can_ask": can_ask(request.user, entry),
    }


def _lists(request: UserRequest) -> dict[str, QuestionQuerySet]:
    # A person sees every question to and by their own member. Asking for what is
    # visible as well would keep PostgreSQL from reading in the order of the list.
    ours, questions = str(request.user.delegation), Question.objects
    lists = {OF_US: questions.asked_of(ours), BY_US: questions.asked_by(ours)}
    if request.user.is_presidency(request.at):
        lists[ALL] = questions.visible_to(request.user, request.at)
    return lists


def _narrowed(
    questions: QuestionQuerySet, form: QuestionFilterForm, request: UserRequest
) -> QuestionQuerySet:
    if form.chosen == form.OPEN:
        return questions.open()
    if form.chosen == form.OVERDUE:
        return questions.overdue(request.today.utc)
    if form.chosen == form.ANSWERED:
        return questions.answered()
    return questions


def _tabs(lists: dict[str, QuestionQuerySet], chosen: str) -> list[dict[str, object]]:
    """Return a tab for each list, with its number of open questions."""
    labels = {
        OF_US: _("Asked of us"),
        BY_US: _("Asked by us"),
        ALL: _("Between all delegations"),
    }
    return [
        {
            "label": labels[name],
            "url": f"?list={name}",
            "is_current": name == chosen,
            "count": questions.open().count(),
        }
        for name, questions in lists.items()
    ]


def _page(
    request: UserRequest,
    question: Question,
    *,
    form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    item = question_views([question], reader=request.user, at=request.at)[0]
    if form is None and item.can_answer:
        form = AnswerForm(initial={"version": question.version})
    context = {
        "item": item,
        "question": question,
        "form": form if item.can_answer else None,
        "breadcrumb": [
            {"label": _("Questions"), "url": reverse("progress:question-list")}
        ],
        "kept": form["answer"].value() if form and not item.can_answer else "",
        "owed": question.entry.member_commitment,
        "asked_about": _asked_about(request, question),
    }
    template = "progress/conversations/question_detail.html"
    return render(request, template, context, status=status)


def _asked_about(request: UserRequest, question: Question) -> Entry | None:
    """Return the entry of the question with its text, if this reader may see it."""
    visible = Entry.objects.visible_to(request.user, request.at)
    return (
        visible.filter(pk=question.entry_id)
        .only("as_of", "handling", "language", *TEXT_FIELDS)
        .first()
    )


def _refused(
    request: UserRequest, question: Question, form: AnswerForm, error: ValidationError
) -> HttpResponse:
    """Show what is wrong; or, if a colleague answered first, both answers (409)."""
    if not hasattr(error, "error_dict"):
        visible = with_names(Question.objects.visible_to(request.user, request.at))
        question = get_object_or_404(visible, pk=question.pk)
        typed = {"answer": form["answer"].value(), "version": question.version}
        form = AnswerForm(initial=typed)
        return _page(request, question, form=form, status=409)
    put_errors(form, error)
    return _page(request, question, form=form, status=422)
