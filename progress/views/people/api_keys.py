"""API keys: the list, making and rotating a key, revoking it, and its requests.

A secret is on the answer page of the press that made it, and nowhere else. That page is
no redirect: it would need a place to keep the secret in between.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.api_keys import revoke_api_key, rotate_api_key
from accounts.models import ApiKey, ApiKeyUse
from accounts.permissions import (
    can_make_key,
    can_manage_people,
    can_revoke_key,
    can_rotate_key,
    can_see_keys,
    can_see_requests,
)
from accounts.requests import UserRequest
from accounts.views.administrators import tabs
from accounts.views.pages import open_page
from accounts.views.recently_signed_in import recently_signed_in
from accounts.views.unsent_text import keeps_unsent_text
from commitments.actions.api_keys import create_key_with_limits
from commitments.models import Instrument
from progress.forms.api_keys import ApiKeyForm, RotationForm, scope_rows
from progress.forms.versions import put_errors

PAGE_SIZE = 50
LIST = "progress:api-key-list"


@require_safe
def api_key_list(request: UserRequest) -> HttpResponse:
    """List the keys of the reader's delegation or body; all, for an administrator."""
    _require_reader(request)
    page = open_page(
        ApiKey.objects.visible_to(request.user).newest_first(),
        request.GET.get("page"),
        size=PAGE_SIZE,
        read=ApiKey.objects.select_related(
            "user__member", "user__body"
        ).with_last_use(),
    )
    is_administrator = can_manage_people(request.user)
    context = {
        "page": page,
        "rows": [_row(request, key) for key in page.rows],
        "can_make": can_make_key(request.user, *_owner_of_new_keys(request)),
        "is_administrator": is_administrator,
        "is_of_body": request.user.assessing_body is not None,
        **(tabs(request) if is_administrator else {}),
    }
    return render(request, "progress/people/api_key_list.html", context)


@keeps_unsent_text(ApiKeyForm)
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def api_key_new(request: UserRequest) -> HttpResponse:
    """Make a key, and show its secret this once."""
    _require_reader(request)
    member, body = _owner_of_new_keys(request)
    if not can_make_key(request.user, member, body):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    names = Instrument.objects.order_by("name", "pk").values_list("slug", "name")
    form = ApiKeyForm(data, member=member, body=body, instruments=list(names))
    if form.is_valid():
        try:
            key, token = create_key_with_limits(
                by=request.user, at=request.at, **form.wanted()
            )
        except ValidationError as error:
            put_errors(form, error)
        else:
            return _secret_page(request, key, token)
    owner = {"member": member, "body": body}
    context = {"form": form, "breadcrumb": _breadcrumb(), **owner}
    return _form_page(request, "progress/people/api_key_new.html", context)


@keeps_unsent_text(RotationForm)
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def api_key_rotate(request: UserRequest, pk: UUID) -> HttpResponse:
    """Make a second key with the same rights, and show its secret this once."""
    key = _key(request, pk)
    if not can_rotate_key(request.user, key):
        raise PermissionDenied
    form = RotationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            new, token = rotate_api_key(
                key_id=pk, by=request.user, at=request.at, **form.wanted()
            )
        except ValidationError as error:
            put_errors(form, error)
        else:
            return _secret_page(request, new, token)
    context = {"form": form, "key": key, "breadcrumb": _breadcrumb()}
    return _form_page(request, "progress/people/api_key_rotate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def api_key_revoke(request: UserRequest, pk: UUID) -> HttpResponse:
    """Ask whether to revoke a key, and revoke it at once."""
    key = _key(request, pk)
    if not can_revoke_key(request.user, key, at=request.at):
        raise PermissionDenied
    if request.method != "POST":
        context = {"key": key, "breadcrumb": _breadcrumb()}
        return render(request, "progress/people/api_key_revoke.html", context)
    revoke_api_key(key_id=pk, by=request.user, at=request.at)
    messages.success(
        request, _("%(key)s has been revoked. It no longer works.") % {"key": key}
    )
    return redirect(LIST)


@require_safe
def api_key_requests(request: UserRequest, pk: UUID) -> HttpResponse:
    """List what the key was used for, the newest first."""
    key = _key(request, pk)
    if not can_see_requests(request.user, key):
        raise PermissionDenied
    page = open_page(
        ApiKeyUse.objects.filter(key=key).order_by("-at", "pk"),
        request.GET.get("page"),
        size=PAGE_SIZE,
        read=ApiKeyUse.objects.all(),
    )
    context = {"key": key, "page": page, "breadcrumb": _breadcrumb()}
    return render(request, "progress/people/api_key_requests.html", context)


def _require_reader(request: UserRequest) -> None:
    if not can_see_keys(request.user):
        raise Http404


def _key(request: UserRequest, pk: UUID) -> ApiKey:
    _require_reader(request)
    visible = ApiKey.objects.visible_to(request.user).select_related("user__member")
    return get_object_or_404(visible, pk=pk)


def _owner_of_new_keys(request: UserRequest) -> tuple[str | None, str | None]:
    """Return the member or the body whose keys this person makes: their own.

    Others make keys of neither, if they may make any.
    """
    member, body = request.user.delegation, request.user.assessing_body
    if body is not None:
        return None, body
    if member is not None and can_make_key(request.user, member):
        return member, None
    return None, None


def _row(request: UserRequest, key: ApiKey) -> dict[str, Any]:
    state = key.state_at(request.at)
    is_in_use = state in (ApiKey.State.ACTIVE, ApiKey.State.REPLACED)
    is_maker = can_rotate_key(request.user, key)
    return {
        "key": key,
        "state": state,
        "ends_soon": key.ends_soon(request.at),
        "scopes": scope_rows(key.scopes),
        "can_rotate": state is ApiKey.State.ACTIVE and is_maker,
        "can_revoke": is_in_use and can_revoke_key(request.user, key, at=request.at),
        "can_see_requests": can_see_requests(request.user, key),
    }


def _secret_page(request: UserRequest, key: ApiKey, token: str) -> HttpResponse:
    """Return the one page with the secret. Nothing may keep it."""
    context = {"key": key, "token": token, "breadcrumb": _breadcrumb()}
    answer = render(request, "progress/people/api_key_made.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _form_page(
    request: UserRequest, template: str, context: dict[str, Any]
) -> HttpResponse:
    status = 422 if context["form"].is_bound else 200
    return render(request, template, context, status=status)


def _breadcrumb() -> list[dict[str, str]]:
    return [{"label": _("API keys"), "url": reverse(LIST)}]
