"""Who acts as head of a delegation: the list, naming a person, and ending a period."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.acting_heads import end_acting_head, name_acting_head
from accounts.models import ActingHead
from accounts.permissions import (
    can_end_acting_head,
    can_name_acting_head,
    can_see_acting_heads,
)
from accounts.requests import UserRequest
from accounts.views.pages import open_page
from accounts.views.unsent_text import keeps_unsent_text
from progress.entries.signatories import possible_acting_heads
from progress.forms.people import ActingHeadForm
from progress.forms.versions import put_errors

PAGE_SIZE = 50
LIST = "progress:acting-head-list"


@require_safe
def acting_head_list(request: UserRequest) -> HttpResponse:
    """List the acting heads of the reader's delegation, also earlier ones."""
    if not can_see_acting_heads(request.user):
        raise Http404
    named = ActingHead.objects.select_related("user", "named_by", "ended_by")
    page = open_page(
        ActingHead.objects.visible_to(request.user).newest_first(),
        request.GET.get("page"),
        size=PAGE_SIZE,
        read=named,
    )
    context = {
        "page": page,
        "rows": [_row(request, acting_head) for acting_head in page.rows],
        "can_name": can_name_acting_head(request.user),
    }
    return render(request, "progress/people/acting_head_list.html", context)


@keeps_unsent_text(ActingHeadForm)
@require_http_methods(["GET", "HEAD", "POST"])
def acting_head_new(request: UserRequest) -> HttpResponse:
    if not can_see_acting_heads(request.user):
        raise Http404
    if not can_name_acting_head(request.user):
        raise PermissionDenied
    people = possible_acting_heads(request.user.delegation or "")
    data = request.POST if request.method == "POST" else None
    form = ActingHeadForm(data, people=people)
    if form.is_valid():
        try:
            named = name_acting_head(**form.typed(), by=request.user, at=request.at)
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, _named_message(named, request))
            return redirect(LIST)
    return _page(request, form, has_people=bool(people))


@require_http_methods(["GET", "HEAD", "POST"])
def acting_head_end(request: UserRequest, pk: UUID) -> HttpResponse:
    """Ask whether to end a period, and end it. What is over stays as it is."""
    visible = ActingHead.objects.visible_to(request.user).select_related("user")
    acting_head = get_object_or_404(visible, pk=pk)
    if not can_end_acting_head(request.user, acting_head):
        raise PermissionDenied
    person = acting_head.user
    if acting_head.state_at(request.at) is ActingHead.State.OVER:
        sentence = _("This period of %(person)s as acting head is over already.")
        messages.info(request, sentence % {"person": person})
        return redirect(LIST)
    if request.method != "POST":
        context = {"acting_head": acting_head, "breadcrumb": _breadcrumb()}
        return render(request, "progress/people/acting_head_end.html", context)
    end_acting_head(acting_head_id=pk, by=request.user, at=request.at)
    sentence = _("%(person)s is no longer acting head. They are notified.")
    if person == request.user:
        sentence = _("You are no longer acting head. Your heads are notified.")
    messages.success(request, sentence % {"person": person})
    return redirect(LIST)


def _row(request: UserRequest, acting_head: ActingHead) -> dict[str, object]:
    state = acting_head.state_at(request.at)
    is_over = state is ActingHead.State.OVER
    return {
        "acting_head": acting_head,
        "state": state,
        "can_end": not is_over and can_end_acting_head(request.user, acting_head),
    }


def _named_message(named: ActingHead, request: UserRequest) -> str:
    sentence = _("%(person)s can now clear entries as acting head. They are notified.")
    if named.state_at(request.at) is ActingHead.State.PLANNED:
        sentence = _("%(person)s will be acting head. They are notified now.")
    return sentence % {"person": named.user}


def _page(
    request: UserRequest, form: ActingHeadForm, *, has_people: bool
) -> HttpResponse:
    context = {"form": form, "has_people": has_people, "breadcrumb": _breadcrumb()}
    status = 422 if form.is_bound else 200
    return render(
        request, "progress/people/acting_head_new.html", context, status=status
    )


def _breadcrumb() -> list[dict[str, str]]:
    return [{"label": _("Acting heads"), "url": reverse(LIST)}]
