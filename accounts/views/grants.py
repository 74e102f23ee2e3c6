"""Requests for rights that two administrators must agree to."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import approvals
from accounts.forms.people import AddressForm, PersonVersionForm
from accounts.mail import send_new_address
from accounts.models import PendingGrant, User
from accounts.permissions import (
    can_agree_to_grant,
    can_manage_people,
    can_refuse_grant,
)
from accounts.querysets import PendingGrantQuerySet
from accounts.requests import UserRequest
from accounts.versions import StaleRow
from accounts.views.administrators import administrators_only, breadcrumb, tabs
from accounts.views.invitations import grant_asked, show_invitation
from accounts.views.pages import open_page
from accounts.views.recently_signed_in import recently_signed_in
from accounts.views.unsent_text import keeps_unsent_text

PAGE_SIZE = 50


@administrators_only
@require_safe
def grant_list(request: UserRequest) -> HttpResponse:
    page = open_page(
        _visible(request).newest_first(),
        request.GET.get("page"),
        size=PAGE_SIZE,
        read=PendingGrant.objects.select_related("member", "body", "requested_by"),
    )
    rows = [(grant, grant.state_at(request.at)) for grant in page.rows]
    context = {"page": page, "rows": rows, **tabs(request)}
    return render(request, "accounts/grants/grant_list.html", context)


@require_safe
def grant_detail(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show a request to administrators, and to those it is a notice for."""
    return _grant_page(request, pk)


@recently_signed_in
@require_POST
def grant_agree(request: UserRequest, pk: UUID) -> HttpResponse:
    get_object_or_404(_visible(request), pk=pk)
    try:
        grant = approvals.agree_to_grant(grant_id=pk, by=request.user, at=request.at)
    except ValidationError as refusal:
        return _grant_page(request, pk, problems=refusal.messages)
    _send_mails(request, grant)
    return redirect("accounts:grant-detail", pk)


@require_POST
def grant_refuse(request: UserRequest, pk: UUID) -> HttpResponse:
    get_object_or_404(_visible(request), pk=pk)
    try:
        approvals.refuse_grant(grant_id=pk, by=request.user, at=request.at)
    except ValidationError as refusal:
        return _grant_page(request, pk, problems=refusal.messages)
    messages.success(request, _("The request is refused. It has no effect."))
    return redirect("accounts:grant-detail", pk)


@keeps_unsent_text(AddressForm)
@administrators_only
@recently_signed_in
def user_address(request: UserRequest, pk: UUID) -> HttpResponse:
    """Ask for another address of a person."""
    person = _person(request, pk)
    data = request.POST if request.method == "POST" else None
    form = AddressForm(data, initial={"version": person.version})
    if form.is_valid():
        try:
            grant = approvals.ask_for_address(
                person_id=pk, by=request.user, at=request.at, **form.cleaned_data
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except StaleRow:
            form.add_error(None, _out_of_date())
        else:
            return grant_asked(request, grant)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"form": form, "person": person, "breadcrumb": _breadcrumb(person)}
    return render(request, "accounts/people/user_address.html", context, status=status)


@administrators_only
@recently_signed_in
def user_reset(request: UserRequest, pk: UUID) -> HttpResponse:
    """Ask for a reset of how a person signs in."""
    person, problems = _person(request, pk), []
    if request.method == "POST":
        try:
            grant = _ask_for_reset(request, pk)
        except ValidationError as refusal:
            problems = refusal.messages
        except StaleRow:
            problems = [_out_of_date()]
        else:
            return grant_asked(request, grant)
    context = {
        "person": person,
        "form": PersonVersionForm(initial={"version": person.version}),
        "problems": problems,
        "breadcrumb": _breadcrumb(person),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return render(
        request, "accounts/people/user_reset_sign_in.html", context, status=status
    )


def _ask_for_reset(request: UserRequest, pk: UUID) -> PendingGrant:
    version = PersonVersionForm(request.POST).version_or_raise()
    return approvals.ask_for_sign_in_reset(
        person_id=pk, version=version, by=request.user, at=request.at
    )


def _visible(request: UserRequest) -> PendingGrantQuerySet:
    return PendingGrant.objects.visible_to(request.user, request.at)


def _person(request: UserRequest, pk: UUID) -> User:
    return get_object_or_404(User.objects.visible_to(request.user).people(), pk=pk)


def _out_of_date() -> str:
    return _("Someone else changed this account. Check it and try again.")


def _breadcrumb(person: User) -> list[dict[str, str]]:
    edit = reverse("accounts:user-edit", args=[person.pk])
    return [
        *breadcrumb(_("People"), "accounts:user-list"),
        {"label": person.name, "url": edit},
    ]


def _grant_page(
    request: UserRequest, pk: UUID, *, problems: list[str] | None = None
) -> HttpResponse:
    rows = _visible(request).select_related(
        "person", "member", "body", "requested_by", "decided_by"
    )
    grant = get_object_or_404(rows, pk=pk)
    is_waiting = grant.is_waiting(request.at)
    is_administrator = can_manage_people(request.user)
    context = {
        "grant": grant,
        "state": grant.state_at(request.at),
        "is_administrator": is_administrator,
        "can_agree": is_waiting and can_agree_to_grant(request.user, grant),
        "can_refuse": is_waiting
        and can_refuse_grant(request.user, grant, at=request.at),
        "problems": problems or [],
        "breadcrumb": breadcrumb(
            pgettext("of administrators", "Requests"), "accounts:grant-list"
        )
        if is_administrator
        else [],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return render(request, "accounts/grants/grant_detail.html", context, status=status)


def _send_mails(request: UserRequest, grant: PendingGrant) -> None:
    """Mail what the person needs now that the request is in effect."""
    messages.success(request, _("Agreed. The change is in effect."))
    assert grant.person is not None  # noqa: S101 - the database holds it
    if grant.kind == PendingGrant.Kind.ADDRESS:
        send_new_address(grant.person, before=str(grant.basis["email"]))
    elif grant.kind != PendingGrant.Kind.ROLES:
        show_invitation(request, grant.person)
