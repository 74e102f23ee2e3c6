"""Single sign-on on a person's page and on a person's own."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.actions import sign_in_identities as actions
from accounts.mail import Delivery, send_sign_in_code
from accounts.models import SignInIdentity, User
from accounts.requests import UserRequest
from accounts.single_sign_on.begun import Purpose
from accounts.single_sign_on.provider import configured
from accounts.views.administrators import administrators_only
from accounts.views.recently_signed_in import recently_signed_in
from accounts.views.single_sign_on import lead_to_provider


def single_sign_on_of(person: User) -> dict[str, object]:
    """Return the provider and the person's link with it, for the context of a page."""
    links = SignInIdentity.objects.filter(user=person, ended_at__isnull=True)
    return {"single_sign_on": configured(), "sign_in_identity": links.first()}


@administrators_only
@require_POST
def user_sign_in_code(request: UserRequest, pk: UUID) -> HttpResponse:
    """Mail a code to an invited person. No one else sees it."""
    _person_or_404(request, pk)
    try:
        person, code = actions.make_sign_in_code(
            person_id=pk, by=request.user, at=request.at
        )
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("accounts:user-edit", pk)
    if send_sign_in_code(person, code) is Delivery.TAKEN:
        sentence = _("A code for single sign-on has been sent to %(email)s.")
        messages.success(request, sentence % {"email": person.email})
    else:
        sentence = _("The mail server did not take the code. Send another one later.")
        messages.error(request, sentence)
    return redirect("accounts:user-edit", pk)


@administrators_only
@require_POST
def user_end_identity(request: UserRequest, pk: UUID) -> HttpResponse:
    _person_or_404(request, pk)
    person = actions.end_identity(person_id=pk, by=request.user, at=request.at)
    sentence = _("%(person)s can no longer use single sign-on. Their sessions ended.")
    messages.success(request, sentence % {"person": person})
    return redirect("accounts:user-edit", pk)


@never_cache
@recently_signed_in
@require_POST
def link_own(request: UserRequest) -> HttpResponse:
    """Lead the person to the provider, to link their account there with this one."""
    return lead_to_provider(request, Purpose.LINK, "")


@recently_signed_in
@require_POST
def end_own(request: UserRequest) -> HttpResponse:
    if actions.end_own_identity(by=request.user, at=request.at):
        sentence = _("You can no longer use single sign-on. Use your password instead.")
        messages.success(request, sentence)
    return redirect("accounts:me")


def _person_or_404(request: UserRequest, pk: UUID) -> User:
    people = User.objects.visible_to(request.user).people()
    return get_object_or_404(people, pk=pk)
