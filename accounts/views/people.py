"""The administrators' pages of people and their roles."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import approvals
from accounts.actions import people as actions
from accounts.forms.people import (
    InvitationForm,
    PeopleFilterForm,
    PersonForm,
    PersonVersionForm,
)
from accounts.history import changes_in, history_of, place_names
from accounts.models import PendingGrant, User
from accounts.people import find, in_order
from accounts.permissions import can_deactivate
from accounts.profiles import (
    differences,
    gains_powers,
    has_powers,
    powers_of,
    profile_of,
)
from accounts.querysets import UserQuerySet
from accounts.requests import UserRequest
from accounts.versions import FieldChange, StaleRow
from accounts.views.administrators import administrators_only, breadcrumb, tabs
from accounts.views.invitations import grant_asked, show_invitation
from accounts.views.sign_in_identities import single_sign_on_of
from accounts.views.unsent_text import keeps_unsent_text

PAGE_SIZE = 50


@administrators_only
@require_safe
def user_list(request: UserRequest) -> HttpResponse:
    people = _people(request)
    form = PeopleFilterForm(request.GET)
    found = find(people, form.criteria) if form.is_valid() else []
    ordering = request.GET.get("ordering", "name")
    page = Paginator(in_order(found, ordering), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    waiting = PendingGrant.objects.visible_to(request.user, request.at)
    context = {
        "form": form,
        "page": page,
        "ordering": ordering,
        "waiting_count": waiting.waiting(request.at).count(),
        "total": people.count(),
        **tabs(request),
    }
    return render(request, "accounts/people/user_list.html", context)


@keeps_unsent_text(InvitationForm)
@administrators_only
def user_new(request: UserRequest) -> HttpResponse:
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _invite(request, form)
        except ValidationError as error:
            form.add_error(None, error)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"form": form, "breadcrumb": _breadcrumb()}
    return render(request, "accounts/people/user_new.html", context, status=status)


def _invite(request: UserRequest, form: InvitationForm) -> HttpResponse:
    """Invite the person, or ask for a second administrator where one is needed."""
    profile, email = form.profile, form.cleaned_data["email"]
    wanted = {"email": email, "profile": profile, "by": request.user, "at": request.at}
    if powers_of(profile):
        return grant_asked(request, approvals.ask_for_account(**wanted))
    show_invitation(request, actions.invite_person(**wanted))
    return redirect("accounts:user-list")


@keeps_unsent_text(PersonForm)
@administrators_only
def user_edit(request: UserRequest, pk: UUID) -> HttpResponse:
    person = get_object_or_404(_people(request), pk=pk)
    if request.method != "POST":
        return _person_page(request, person)
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _person_page(request, person, form=form)
    wanted = {
        "person_id": pk,
        "version": form.cleaned_data["version"],
        "profile": form.profile,
        "by": request.user,
        "at": request.at,
    }
    try:
        if gains_powers(profile_of(person), form.profile):
            return grant_asked(request, approvals.ask_for_change(**wanted))
        saved = actions.change_person(**wanted)
    except ValidationError as error:
        form.add_error(None, error)
        return _person_page(request, person, form=form)
    except StaleRow as stale:
        return _overtaken(request, stale.row, form)
    messages.success(request, _saved(before=person, after=saved))
    return redirect("accounts:user-edit", pk)


@administrators_only
def user_deactivate(request: UserRequest, pk: UUID) -> HttpResponse:
    person = get_object_or_404(_people(request), pk=pk)
    if request.method != "POST":
        form = PersonVersionForm(initial={"version": person.version})
        context = {"person": person, "form": form, "breadcrumb": _breadcrumb()}
        return render(request, "accounts/people/user_deactivate.html", context)
    try:
        actions.deactivate_person(
            person_id=pk,
            version=PersonVersionForm(request.POST).version_or_raise(),
            by=request.user,
            at=request.at,
        )
    except (ValidationError, StaleRow) as refusal:
        return _refused(request, pk, refusal)
    sentence = _("%(person)s can no longer sign in. Their sessions have ended.")
    messages.success(request, sentence % {"person": person})
    return redirect("accounts:user-edit", pk)


@administrators_only
@require_POST
def user_reactivate(request: UserRequest, pk: UUID) -> HttpResponse:
    person = get_object_or_404(_people(request), pk=pk)
    try:
        wanted: dict[str, Any] = {
            "person_id": pk,
            "version": PersonVersionForm(request.POST).version_or_raise(),
            "by": request.user,
            "at": request.at,
        }
        if has_powers(person):
            return grant_asked(request, approvals.ask_for_access(**wanted))
        person = actions.reactivate_person(**wanted)
    except (ValidationError, StaleRow) as refusal:
        return _refused(request, pk, refusal)
    show_invitation(request, person)
    return redirect("accounts:user-edit", pk)


@administrators_only
@require_POST
def user_invite_again(request: UserRequest, pk: UUID) -> HttpResponse:
    get_object_or_404(_people(request), pk=pk)
    try:
        person = actions.invite_again(person_id=pk, by=request.user, at=request.at)
    except ValidationError as refusal:
        return _refused(request, pk, refusal)
    show_invitation(request, person)
    return redirect("accounts:user-edit", pk)


def _people(request: UserRequest) -> UserQuerySet:
    people = User.objects.visible_to(request.user).people()
    return people.select_related("member", "body")


def _breadcrumb() -> list[dict[str, str]]:
    return breadcrumb(_("People"), "accounts:user-list")


def _waiting_grant(request: UserRequest, person: User) -> PendingGrant | None:
    waiting = PendingGrant.objects.waiting(request.at)
    return waiting.filter(person=person).first()


def _person_page(
    request: UserRequest,
    person: User,
    *,
    form: PersonForm | None = None,
    problems: Iterable[str] = (),
    overtaken: Iterable[FieldChange] = (),
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    if form is not None and form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    version = {"version": person.version}
    context = _facts_of(person) | {
        "form": form or PersonForm(initial=PersonForm.values_of(person)),
        "version_form": PersonVersionForm(initial=version, auto_id=False),
        "can_deactivate": can_deactivate(request.user, person),
        "waiting_grant": _waiting_grant(request, person),
        "problems": list(problems),
        "is_overtaken": status == HTTPStatus.CONFLICT and form is not None,
        "overtaken": list(overtaken),
        "breadcrumb": _breadcrumb(),
    }
    return render(request, "accounts/people/user_edit.html", context, status=status)


def _facts_of(person: User) -> dict[str, object]:
    history = {"person": person, "history": history_of(person)}
    return history | single_sign_on_of(person)


def _overtaken(request: UserRequest, now: User, form: PersonForm) -> HttpResponse:
    """Show what differs, with the form ready to replace the account as it is now."""
    changes = changes_in(differences(profile_of(now), form.profile), place_names())
    form.start_from(now.version)
    return _person_page(
        request, now, form=form, overtaken=changes, status=HTTPStatus.CONFLICT
    )


def _refused(
    request: UserRequest, pk: UUID, refusal: ValidationError | StaleRow
) -> HttpResponse:
    person = get_object_or_404(_people(request), pk=pk)
    if isinstance(refusal, ValidationError):
        status, problems = HTTPStatus.UNPROCESSABLE_ENTITY, refusal.messages
    else:
        status = HTTPStatus.CONFLICT
        problems = [_("Someone else changed this account. Check it and try again.")]
    return _person_page(request, person, problems=problems, status=status)


def _saved(*, before: User, after: User) -> str:
    """Return the message after saving. After a move it also names the consequences."""
    if before.body is not None and before.body_id != after.body_id:
        sentence = _("Saved. %(person)s no longer acts for %(body)s.")
        return sentence % {"person": after, "body": before.body}
    if before.member_id == after.member_id or before.member is None:
        return _("Saved.")
    sentence = _(
        "Saved. %(person)s no longer acts for %(member)s. Their assignments there no"
        " longer apply."
    )
    return sentence % {"person": after, "member": before.member}
