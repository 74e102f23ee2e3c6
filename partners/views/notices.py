"""Pages of the notices: the list and the settings."""

from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.requests import UserRequest
from accounts.views.own_settings import save_own_settings
from accounts.views.pages import open_page
from accounts.views.unsent_text import keeps_unsent_text
from partners.actions.notices import mark_all_read, mark_read
from partners.actions.preferences import (
    preference_of,
    set_preference,
)
from partners.forms import NoticeFilterForm, PreferenceForm
from partners.models import Notice
from partners.notice_list import lines_of

SHOWN = 50


@require_safe
def notice_list(request: UserRequest) -> HttpResponse:
    """List the notices this person may see: unread first, then the newest."""
    form = NoticeFilterForm(request.GET)
    notices = Notice.objects.visible_to(request.user, request.at)
    has_unread = notices.unread().exists()
    chosen = form.chosen
    if chosen:
        notices = notices.filter(kind=chosen)
    page = open_page(
        notices.newest_first(),
        request.GET.get("page"),
        size=SHOWN,
        read=Notice.objects.with_targets(),
    )
    context = {
        "form": form,
        "chosen": chosen,
        "page": page,
        "lines": lines_of(page.rows),
        "has_unread": has_unread,
    }
    return render(request, "partners/notices/notice_list.html", context)


@require_POST
def notice_read(request: UserRequest, pk: UUID) -> HttpResponse:
    visible = Notice.objects.visible_to(request.user, request.at)
    notice = get_object_or_404(visible, pk=pk)
    mark_read(notice_id=notice.pk, by=request.user, at=request.at)
    return _back_to_list(request)


@require_POST
def notice_read_all(request: UserRequest) -> HttpResponse:
    chosen = NoticeFilterForm(request.POST).chosen
    mark_all_read(by=request.user, at=request.at, kind=chosen)
    return _back_to_list(request)


def _back_to_list(request: UserRequest) -> HttpResponse:
    """Return to the same kind and the same page of the list."""
    chosen = NoticeFilterForm(request.POST).chosen
    number = request.POST.get("page", "")
    place = {
        **({"kind": chosen.value} if chosen else {}),
        **({"page": number} if number.isdecimal() and number != "1" else {}),
    }
    address = reverse("partners:notice-list")
    return redirect(f"{address}?{urlencode(place)}" if place else address)


@keeps_unsent_text(PreferenceForm)
@require_http_methods(["GET", "HEAD", "POST"])
def notice_preferences(request: UserRequest) -> HttpResponse:
    status = HTTPStatus.OK
    form = PreferenceForm(initial=PreferenceForm.values_of(preference_of(request.user)))
    if request.method == "POST":
        form = PreferenceForm(request.POST)
        status = save_own_settings(request, form, set_preference)
        if status == HTTPStatus.OK:
            messages.success(request, _("Your notification settings are saved."))
            return redirect("partners:notice-preferences")
    context = {"form": form, "is_overtaken": status == HTTPStatus.CONFLICT}
    return render(
        request, "partners/notices/notice_preferences.html", context, status=status
    )
