"""The guidelines of a body for one plan: read, write and publish them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import UserRequest
from accounts.versions import StaleRow
from accounts.views.unsent_text import keeps_unsent_text
from commitments.models import Commitment, Plan
from progress.actions.assessments.guidelines import (
    publish_guideline,
    publish_guidelines,
    save_guideline,
)
from progress.assessments.desk import CommitmentGuidelines, guidelines_at_work
from progress.forms.assessing import GuidelineForm
from progress.forms.versions import NO_VERSION, VersionForm
from progress.views.assessing.lookups import crumb_of_desk, find_scored_plan

LIST = "progress:assessing-guidelines"


@require_safe
def guideline_list(request: UserRequest, slug: str) -> HttpResponse:
    plan = find_scored_plan(request, slug)
    rows = guidelines_at_work(plan.pk, reader=request.user, at=request.at)
    context = {
        "plan": plan,
        "rows": rows,
        "published_count": sum(row.published is not None for row in rows),
        "waiting": _waiting(rows),
        "breadcrumb": [crumb_of_desk()],
    }
    return render(request, "progress/assessing/guideline_list.html", context)


@keeps_unsent_text(GuidelineForm)
@require_http_methods(["GET", "HEAD", "POST"])
def guideline_edit(request: UserRequest, slug: str, code: str) -> HttpResponse:
    """Write the next guideline of a commitment. A published one stays as it is."""
    plan = find_scored_plan(request, slug)
    row = _find_row(request, plan, code)
    if request.method != "POST":
        return _editor(request, plan, row, _form_of(row))
    form = GuidelineForm(request.POST)
    if not form.is_valid():
        return _editor(request, plan, row, form, status=422)
    try:
        _save(request, row.commitment, form)
    except StaleRow:
        return _overtaken(request, plan, code, form)
    except ValidationError as error:
        form.refuse(error)
        return _editor(request, plan, row, form, status=422)
    sentence = _("%(code)s: the guideline is saved. Publish it when it is ready.")
    messages.success(request, sentence % {"code": code})
    return redirect(_list_url(plan, code))


def _save(request: UserRequest, commitment: Commitment, form: GuidelineForm) -> None:
    """Save what was typed. The second of two presses finds its own text saved.

    Raises StaleRow, or ValidationError.
    """
    text = form.cleaned_data["text"]
    try:
        save_guideline(
            commitment=commitment,
            text=text,
            version=form.named_version,
            by=request.user,
            at=request.at,
        )
    except StaleRow as stale:
        if stale.row is None or stale.row.text != text:
            raise


@require_http_methods(["GET", "HEAD", "POST"])
def guideline_publish(request: UserRequest, slug: str, code: str) -> HttpResponse:
    """Ask whether to publish one guideline, and publish it."""
    plan = find_scored_plan(request, slug)
    row = _find_row(request, plan, code)
    if row.draft is None or not row.draft.text:
        messages.info(request, _("%(code)s: no guideline waits.") % {"code": code})
        return redirect(_list_url(plan, code))
    form = VersionForm(request.POST or None, initial={"version": row.draft.version})
    if request.method != "POST" or not form.is_valid():
        return _ask(request, plan, [row], form)
    row.draft.version = form.named_version
    try:
        publish_guideline(guideline=row.draft, by=request.user, at=request.at)
    except StaleRow:
        return _ask_again(request, plan, code)
    messages.success(request, _published_message(1))
    return redirect(_list_url(plan, code))


@require_http_methods(["GET", "HEAD", "POST"])
def guidelines_publish(request: UserRequest, slug: str) -> HttpResponse:
    """Ask whether to publish all guidelines that wait, and publish them."""
    plan = find_scored_plan(request, slug)
    waiting = _waiting(guidelines_at_work(plan.pk, reader=request.user, at=request.at))
    if request.method != "POST" and waiting:
        return _ask(request, plan, waiting)
    if request.user.body is None:
        raise Http404
    try:
        published = publish_guidelines(
            body=request.user.body, plan=plan, by=request.user, at=request.at
        )
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        messages.success(request, _published_message(len(published)))
    return redirect(LIST, plan.slug)


def _published_message(count: int) -> str:
    sentence = ngettext(
        "%(count)d guideline is published. You can score by it.",
        "%(count)d guidelines are published. You can score by them.",
        count,
    )
    return sentence % {"count": count}


def _waiting(rows: list[CommitmentGuidelines]) -> list[CommitmentGuidelines]:
    """Return the commitments whose guideline has a text and is not published yet."""
    return [row for row in rows if row.draft is not None and row.draft.text]


def _find_row(request: UserRequest, plan: Plan, code: str) -> CommitmentGuidelines:
    """Return a commitment with the body's guidelines. Raises Http404."""
    commitment = get_object_or_404(Commitment, plan=plan, code=code)
    rows = guidelines_at_work(plan.pk, reader=request.user, at=request.at)
    return next(row for row in rows if row.commitment == commitment)


def _list_url(plan: Plan, code: str) -> str:
    return f"{reverse(LIST, args=[plan.slug])}#c-{code}"


def _crumbs(plan: Plan) -> list[dict[str, str]]:
    url = reverse(LIST, args=[plan.slug])
    return [crumb_of_desk(), {"label": _("Guidelines"), "url": url}]


def _form_of(row: CommitmentGuidelines) -> GuidelineForm:
    """Return the form with the text at work, or else with the published one."""
    begun = row.draft or row.published
    version = row.draft.version if row.draft else NO_VERSION
    text = begun.text if begun else ""
    return GuidelineForm(initial={"text": text, "version": version})


def _editor(
    request: UserRequest,
    plan: Plan,
    row: CommitmentGuidelines,
    form: GuidelineForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    context = {"plan": plan, "row": row, "form": form, "breadcrumb": _crumbs(plan)}
    template = "progress/assessing/guideline_edit.html"
    return render(request, template, context | more, status=status)


def _overtaken(
    request: UserRequest, plan: Plan, code: str, typed: GuidelineForm
) -> HttpResponse:
    """Show both texts: the saved one, and what was typed, to be saved over it (409)."""
    row = _find_row(request, plan, code)
    version = row.draft.version if row.draft else NO_VERSION
    text = typed.cleaned_data["text"]
    form = GuidelineForm(initial={"text": text, "version": version})
    return _editor(request, plan, row, form, is_stale=True, status=409)


def _ask(
    request: UserRequest,
    plan: Plan,
    rows: list[CommitmentGuidelines],
    form: VersionForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Ask whether to publish these guidelines, with their text."""
    context = {
        "plan": plan,
        "rows": rows,
        "form": form,
        "is_stale": status == 409,
        "breadcrumb": _crumbs(plan),
    }
    template = "progress/assessing/guideline_publish.html"
    return render(request, template, context, status=status)


def _ask_again(request: UserRequest, plan: Plan, code: str) -> HttpResponse:
    """Ask about the guideline as it is now (409), or say that it is published."""
    row = _find_row(request, plan, code)
    if row.draft is None:
        messages.success(request, _published_message(1))
        return redirect(_list_url(plan, code))
    form = VersionForm(initial={"version": row.draft.version})
    return _ask(request, plan, [row], form, status=409)
