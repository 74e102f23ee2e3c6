"""The pages on which a head manages the people of their own delegation."""

from collections.abc import Callable, Iterable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import delegation_people as actions
from accounts.forms.people import (
    DelegationInvitationForm,
    DelegationPersonForm,
    PersonVersionForm,
)
from accounts.mail import send_invitation, send_second_invitation
from accounts.models import PendingGrant, User
from accounts.people import DelegationPersonRow, delegation_rows
from accounts.permissions import can_manage_delegation
from accounts.profiles import Profile
from accounts.requests import UserRequest
from accounts.versions import StaleRow
from accounts.views.administrators import breadcrumb
from accounts.views.invitations import show_delivery
from accounts.views.unsent_text import keeps_unsent_text

LIST = "accounts:delegation-list"
Rest = ParamSpec("Rest")
View = Callable[Concatenate[UserRequest, Rest], HttpResponse]


def heads_only(view: View[Rest]) -> View[Rest]:
    """Answer 404 to everyone who is not a head in office."""

    @wraps(view)
    def guarded(
        request: UserRequest, /, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> HttpResponse:
        if not can_manage_delegation(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@heads_only
def person_list(request: UserRequest) -> HttpResponse:
    return _list_page(request)


@keeps_unsent_text(DelegationInvitationForm)
@heads_only
def person_new(request: UserRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = DelegationInvitationForm(data)
    if form.is_valid():
        try:
            invited = actions.invite_to_delegation(
                email=form.cleaned_data["email"],
                profile=_typed_profile(form),
                by=request.user,
                at=request.at,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _send(request, invited)
            return redirect(LIST)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"form": form, "breadcrumb": _breadcrumb()}
    return render(
        request, "accounts/delegation/person_new.html", context, status=status
    )


@keeps_unsent_text(DelegationPersonForm)
@heads_only
def person_edit(request: UserRequest, pk: UUID) -> HttpResponse:
    person = _person_to_edit(request, pk)
    if request.method != "POST":
        return _edit_page(request, person, DelegationPersonForm(initial=vars(person)))
    form = DelegationPersonForm(request.POST)
    if form.is_valid():
        try:
            actions.change_in_delegation(
                person_id=pk,
                version=form.cleaned_data["version"],
                profile=_typed_profile(form),
                by=request.user,
                at=request.at,
            )
        except ValidationError as error:
            form.add_error(None, error)
        except StaleRow as stale:
            form.start_from(stale.row.version)
            return _edit_page(request, stale.row, form, status=HTTPStatus.CONFLICT)
        else:
            messages.success(request, _("Saved."))
            return redirect(LIST)
    return _edit_page(request, person, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@heads_only
def person_deactivate(request: UserRequest, pk: UUID) -> HttpResponse:
    """End a person's access, or withdraw their invitation."""
    row = _managed_row(request, pk)
    if request.method != "POST":
        form = PersonVersionForm(initial={"version": row.shown_version})
        context = {"row": row, "form": form, "breadcrumb": _breadcrumb()}
        return render(request, "accounts/delegation/person_deactivate.html", context)
    try:
        typed = PersonVersionForm(request.POST).version_or_raise()
        _end(request, pk, row.version if row.is_invited else typed)
    except (ValidationError, StaleRow) as refusal:
        return _refused(request, refusal)
    sentence = _("%(person)s can no longer sign in. Their sessions have ended.")
    if row.is_invited:
        sentence = _("The invitation of %(person)s is withdrawn.")
    messages.success(request, sentence % {"person": row.name})
    return redirect(LIST)


@heads_only
@require_POST
def person_reactivate(request: UserRequest, pk: UUID) -> HttpResponse:
    if not _managed_row(request, pk).can_reactivate:
        return _refused(request, ValidationError(_("This account is already active.")))
    try:
        person = actions.reactivate_in_delegation(
            person_id=pk,
            version=PersonVersionForm(request.POST).version_or_raise(),
            by=request.user,
            at=request.at,
        )
    except (ValidationError, StaleRow) as refusal:
        return _refused(request, refusal)
    _send(request, person)
    return redirect(LIST)


@heads_only
@require_POST
def person_invite_again(request: UserRequest, pk: UUID) -> HttpResponse:
    _managed_row(request, pk)
    try:
        invited = _clash(request, pk) or actions.invite_again_to_delegation(
            person_id=pk, by=request.user, at=request.at
        )
    except ValidationError as refusal:
        return _refused(request, refusal)
    _send(request, invited)
    return redirect(LIST)


def _typed_profile(form: Form) -> Profile:
    """Return the fields that a head sets. The rest follows from the delegation."""
    typed = form.cleaned_data
    return Profile(
        name=typed["name"],
        member=None,
        roles=frozenset(typed["roles"]),
        role_ends_on=typed["role_ends_on"],
    )


def _row(request: UserRequest, pk: UUID) -> DelegationPersonRow:
    found = (row for row in delegation_rows(request.user) if row.pk == pk)
    row = next(found, None)
    if row is None:
        raise Http404
    return row


def _person_to_edit(request: UserRequest, pk: UUID) -> User:
    """Return the person. Someone invited is edited only once they have come."""
    row = _row(request, pk)
    if row.is_invited:
        raise Http404
    if not row.can_edit:
        raise PermissionDenied
    return User.objects.named_to(request.user).get(pk=pk)


def _managed_row(request: UserRequest, pk: UUID) -> DelegationPersonRow:
    row = _row(request, pk)
    if not row.is_managed:
        raise PermissionDenied
    return row


def _clash(request: UserRequest, pk: UUID) -> PendingGrant | None:
    clashes = PendingGrant.objects.clashes_of(request.user.delegation)
    return clashes.filter(pk=pk).first()


def _end(request: UserRequest, pk: UUID, version: int) -> None:
    """Withdraw an invitation, or end the access of a person."""
    if _clash(request, pk) is not None:
        actions.withdraw_clash(grant_id=pk, by=request.user, at=request.at)
        return
    actions.deactivate_in_delegation(
        person_id=pk, version=version, by=request.user, at=request.at
    )


def _send(request: UserRequest, invited: User | PendingGrant) -> None:
    """Mail the person. The head sees the same, whether the address is in use or not."""
    if isinstance(invited, User):
        delivery = send_invitation(invited)
    else:
        delivery = send_second_invitation(invited.email, invited.language)
    show_delivery(request, delivery, invited.email)


def _list_page(
    request: UserRequest,
    *,
    problems: Iterable[str] = (),
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    rows = delegation_rows(request.user)
    context = {
        "rows": rows,
        "problems": list(problems),
        "member": request.user.member,
    }
    return render(
        request, "accounts/delegation/person_list.html", context, status=status
    )


def _edit_page(
    request: UserRequest,
    person: User,
    form: DelegationPersonForm,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "is_overtaken": status == HTTPStatus.CONFLICT,
        "breadcrumb": _breadcrumb(),
    }
    return render(
        request, "accounts/delegation/person_edit.html", context, status=status
    )


def _refused(request: UserRequest, refusal: ValidationError | StaleRow) -> HttpResponse:
    if isinstance(refusal, ValidationError):
        return _list_page(
            request,
            problems=refusal.messages,
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    sentence = _("Someone else changed this account. Check it and try again.")
    return _list_page(request, problems=[sentence], status=HTTPStatus.CONFLICT)


def _breadcrumb() -> list[dict[str, str]]:
    return breadcrumb(_("People of your delegation"), LIST)
