"""The two comment threads of an entry, and the returns that a reviewer keeps."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.conversations.comments import add_comment
from progress.conversations.threads import (
    Conversation,
    conversations_of,
    is_open,
    open_exchanges,
)
from progress.forms.conversations import CommentForm
from progress.forms.versions import put_errors
from progress.models import Comment, Entry, Round
from progress.permissions import can_comment, can_review, can_speak_for_delegation
from progress.querysets.conversations import thread_visibility_q
from progress.views.lookups import PLAN_TEXTS, breadcrumb_of

PAGE_SIZE = 50


@keeps_unsent_text(CommentForm)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_comment(request: UserRequest, pk: UUID, thread: str) -> HttpResponse:
    entry = _find(request, pk, thread)
    if not can_comment(request.user, entry, thread, at=request.at):
        raise PermissionDenied
    form = CommentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _add(request, entry, thread, form)
    if form.is_bound:
        return _ask(request, entry, thread, form, status=422)
    status = 200 if is_open(thread, entry) else 409
    return _ask(request, entry, thread, form, status=status)


@require_safe
def entry_returns(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show a reviewer the entry as it was returned, and nothing later."""
    if Entry.objects.visible_to(request.user, request.at).filter(pk=pk).exists():
        return redirect("progress:entry-detail", pk)
    rounds = list(
        Round.objects.visible_to(request.user, request.at)
        .filter(entry=pk)
        .select_related("entry__member_commitment__commitment__plan")
        .select_related("entry__member_commitment__member", "entry__stocktake")
        .order_by("number")
    )
    if not rounds:
        raise Http404
    entry = rounds[0].entry
    context = {
        "breadcrumb": breadcrumb_of(request, entry.member_commitment),
        "commitment": entry.member_commitment.commitment,
        "member": entry.member_commitment.member,
        "rounds": rounds,
        **talk_about(request, entry),
    }
    return render(request, "progress/entries/entry_returns.html", context)


@require_safe
def comment_list(request: UserRequest) -> HttpResponse:
    """List the open threads with a reviewer, or with a delegation."""
    if not can_speak_for_delegation(request.user) and not can_review(
        request.user, at=request.at
    ):
        raise Http404
    found = open_exchanges(request.user, request.at)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "waiting": [exchange for exchange in page if exchange.waits_for_us],
        "others": [exchange for exchange in page if not exchange.waits_for_us],
    }
    return render(request, "progress/conversations/comment_list.html", context)


def talk_about(request: UserRequest, entry: Entry) -> dict[str, object]:
    """Return the threads of an entry, each with a form if it can be written in."""
    found = conversations_of(entry, reader=request.user, at=request.at)
    return {
        "talk_id": entry.pk,
        "conversations": [(thread, _empty_form(thread)) for thread in found],
    }


def _empty_form(conversation: Conversation) -> CommentForm | None:
    if not conversation.is_open:
        return None
    return CommentForm(auto_id=f"{conversation.thread}_%s")


def _find(request: UserRequest, pk: UUID, thread: str) -> Entry:
    """Return the entry, if the reader may read this thread. Seeing it is not enough."""
    if thread not in Comment.Thread.values:
        raise Http404
    sight = thread_visibility_q(thread, request.user, request.at)
    entries = Entry.objects.filter(sight).select_related(
        "member_commitment__commitment__plan", "member_commitment__member", "stocktake"
    )
    return get_object_or_404(entries.defer(*PLAN_TEXTS), pk=pk)


def _add(
    request: UserRequest, entry: Entry, thread: str, form: CommentForm
) -> HttpResponse:
    body = form.cleaned_data["body"]
    try:
        add_comment(
            entry_id=entry.pk, thread=thread, body=body, by=request.user, at=request.at
        )
    except Entry.DoesNotExist as error:
        raise Http404 from error
    except ValidationError as error:
        is_closed = getattr(error, "code", "") == "thread_closed"
        if not is_closed:
            put_errors(form, error)
        return _ask(request, entry, thread, form, status=409 if is_closed else 422)
    messages.success(request, _("Your comment is added."))
    # A reviewer may not see the entry any more, but may see its returns.
    url = reverse("progress:entry-returns", args=[entry.pk])
    if request.user.delegation == entry.member_code:
        url = reverse("progress:entry-detail", args=[entry.pk])
    return redirect(f"{url}#{thread}")


def _ask(
    request: UserRequest, entry: Entry, thread: str, form: CommentForm, *, status: int
) -> HttpResponse:
    found = conversations_of(entry, reader=request.user, at=request.at)
    context = {
        "breadcrumb": breadcrumb_of(request, entry.member_commitment),
        "commitment": entry.member_commitment.commitment,
        "member": entry.member_commitment.member,
        "thread": Comment.Thread(thread),
        "remarks": next((talk.remarks for talk in found if talk.thread == thread), []),
        "form": form,
        "is_closed": status == 409,
        "typed": form["body"].value() or "",
        "talk_id": entry.pk,
    }
    return render(
        request, "progress/conversations/comment_new.html", context, status=status
    )
