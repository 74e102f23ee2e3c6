"""The administrators' pages of API keys. A command creates keys, not a page."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.actions.api_keys import revoke_api_key
from accounts.models import ApiKey
from accounts.querysets import ApiKeyQuerySet
from accounts.requests import UserRequest
from accounts.views.administrators import administrators_only, breadcrumb, tabs


@administrators_only
@require_safe
def api_key_list(request: UserRequest) -> HttpResponse:
    keys = _keys(request).order_by("name", "-created_at", "pk")
    rows = [(key, _state(key, request.at)) for key in keys]
    context = {"rows": rows, **tabs(request)}
    return render(request, "accounts/api_keys/api_key_list.html", context)


@administrators_only
def api_key_revoke(request: UserRequest, pk: UUID) -> HttpResponse:
    key = get_object_or_404(_keys(request), pk=pk)
    if request.method != "POST":
        back = breadcrumb(_("API keys"), "accounts:api-key-list")
        context = {"key": key, "breadcrumb": back}
        return render(request, "accounts/api_keys/api_key_revoke.html", context)
    revoke_api_key(key_id=pk, by=request.user, at=request.at)
    messages.success(
        request, _("%(key)s has been revoked. It no longer works.") % {"key": key}
    )
    return redirect("accounts:api-key-list")


def _keys(request: UserRequest) -> ApiKeyQuerySet:
    return ApiKey.objects.visible_to(request.user).select_related("user__member")


def _state(key: ApiKey, at: datetime) -> str:
    if key.revoked_at is not None:
        return _("Revoked")
    return _("Active") if at < key.expires_at else _("Expired")
