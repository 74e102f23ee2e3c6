"""Sign in at the provider of single sign-on, link an account there, confirm who one is.

The browser goes to the provider from a page of ours, not from a form: our policy of
content allows no form to lead elsewhere.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import cast

import structlog
from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.sign_in_identities import known_person, link_by_code, link_own
from accounts.forms.sign_in import SignInCodeForm
from accounts.mail import send_linked
from accounts.models import User
from accounts.requests import UserRequest
from accounts.second_factors.rules import SHOWN, factors_of
from accounts.sign_in.proofs import begin_attempt_from, count_refused_answer
from accounts.single_sign_on.begun import (
    Identity,
    ProviderVisit,
    Purpose,
    begin,
    forget_unlinked,
    keep_unlinked,
    take,
    unlinked,
)
from accounts.single_sign_on.configured import ConfiguredProvider
from accounts.single_sign_on.id_token import LEEWAY, InvalidTokenError
from accounts.single_sign_on.provider import (
    ProviderAwayError,
    address_for,
    configured,
    identity_of,
)
from accounts.single_sign_on.second_factor import METHOD, note_authentication
from accounts.views.recently_signed_in import note_confirmation
from accounts.wording.listed import listed

logger = structlog.get_logger()


@login_not_required
@never_cache
@require_POST
def single_sign_on(request: HttpRequest) -> HttpResponse:
    """Lead to the provider, to sign in."""
    return lead_to_provider(request, Purpose.SIGN_IN, request.POST.get("next", ""))


@never_cache
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Lead a signed-in person to the provider, to show again who they are."""
    return lead_to_provider(request, Purpose.CONFIRM, request.POST.get("next", ""))


def lead_to_provider(
    request: HttpRequest, purpose: Purpose, next_url: str
) -> HttpResponse:
    provider = _provider_or_404()
    try:
        begin_attempt_from(request).take_back()
    except ValidationError as error:
        messages.error(request, listed(error.messages, " "))
        is_here = request.user.is_authenticated
        return redirect("accounts:me" if is_here else "account_login")
    if not get_adapter(request).is_safe_url(next_url):
        next_url = ""
    state, begun = begin(request, purpose, next_url)
    try:
        address = address_for(provider, state, begun)
    except ProviderAwayError as error:
        return _away(request, provider, error)
    context = {"provider": provider, "address": address}
    return render(request, "account/single_sign_on_going.html", context)


@login_not_required
@never_cache
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer, once, in the browser that asked for it."""
    provider, begun = _provider_or_404(), take(request)
    if begun is None:
        return _refused(request, provider, "expired", HTTPStatus.BAD_REQUEST)
    if "error" in request.GET:
        return _turned_back(request, provider)
    try:
        identity = identity_of(
            provider,
            begun,
            code=request.GET.get("code", ""),
            issuer=request.GET.get("iss", provider.issuer),
        )
    except ProviderAwayError as error:
        return _away(request, provider, error)
    except InvalidTokenError as error:
        count_refused_answer(request)
        logger.warning("single_sign_on_refused", reason=str(error))
        return _refused(request, provider, "invalid", HTTPStatus.FORBIDDEN)
    return _AFTER[begun.purpose](request, identity, begun)


@login_not_required
@never_cache
def link(request: HttpRequest) -> HttpResponse:
    """Ask who is not known here for the code that links them, and say whom to ask."""
    provider, shown = _provider_or_404(), unlinked(request)
    if shown is None:
        return redirect("account_login")
    identity, next_url = shown
    form = SignInCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            person = link_by_code(
                code=form.cleaned_data["code"], identity=identity, at=timezone.now()
            )
        except ValidationError as error:
            form.add_error("code", error)
        else:
            forget_unlinked(request)
            send_linked(person)
            return _enter(request, person, identity, next_url)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"form": form, "provider": provider}
    return render(request, "account/single_sign_on_link.html", context, status=status)


def _signed_in(
    request: HttpRequest, identity: Identity, begun: ProviderVisit
) -> HttpResponse:
    person = known_person(identity)
    if person is None:
        keep_unlinked(request, identity, begun.next_url)
        return redirect("account_single_sign_on_link")
    return _enter(request, person, identity, begun.next_url)


def _enter(
    request: HttpRequest, person: User, identity: Identity, next_url: str
) -> HttpResponse:
    """Sign the person in by allauth, with every check that a password has."""
    if request.user.is_authenticated:
        get_adapter(request).logout(request)
    note_authentication(request, person, identity)
    answer: HttpResponse = perform_login(
        request, person, email_verification="none", redirect_url=next_url or None
    )
    return answer


def _linked(
    request: HttpRequest, identity: Identity, _begun: ProviderVisit
) -> HttpResponse:
    person = cast("UserRequest", request).user
    try:
        link_own(identity=identity, by=person, at=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        send_linked(person)
        messages.success(request, _("You can now sign in with single sign-on."))
    return redirect("accounts:me")


def _confirmed(
    request: HttpRequest, identity: Identity, begun: ProviderVisit
) -> HttpResponse:
    """Go on with what needed it, if it is the same person, who signed in just now.

    Who has a second factor here must have shown one there that counts, or show theirs.
    """
    ours = cast("UserRequest", request)
    is_recent = (identity.signed_in_at or 0) >= begun.at - LEEWAY
    is_enough = identity.has_second_factor or not factors_of(ours.user.pk).has_any
    if known_person(identity) != ours.user or not is_recent or not is_enough:
        provider = _provider_or_404()
        return _refused(request, provider, "unconfirmed", HTTPStatus.FORBIDDEN)
    note_authentication(request, ours.user, identity)
    if identity.has_second_factor:
        request.session[SHOWN] = METHOD
    note_confirmation(ours)
    return redirect(begun.next_url or "accounts:me")


_AFTER: dict[
    Purpose, Callable[[HttpRequest, Identity, ProviderVisit], HttpResponse]
] = {
    Purpose.SIGN_IN: _signed_in,
    Purpose.LINK: _linked,
    Purpose.CONFIRM: _confirmed,
}


def _provider_or_404() -> ConfiguredProvider:
    provider = configured()
    if provider is None:
        raise Http404
    return provider


def _turned_back(request: HttpRequest, provider: ConfiguredProvider) -> HttpResponse:
    """Say that the provider let no one in: the person stopped, or it has a fault."""
    if request.GET["error"] == "access_denied":
        return _refused(request, provider, "stopped", HTTPStatus.FORBIDDEN)
    logger.warning("single_sign_on_refused", reason="error")
    return _refused(request, provider, "invalid", HTTPStatus.FORBIDDEN)


def _away(
    request: HttpRequest, provider: ConfiguredProvider, error: ProviderAwayError
) -> HttpResponse:
    logger.error("single_sign_on_away", reason=str(error))
    return _refused(request, provider, "away", HTTPStatus.SERVICE_UNAVAILABLE)


def _refused(
    request: HttpRequest, provider: ConfiguredProvider, reason: str, status: HTTPStatus
) -> HttpResponse:
    context = {"provider": provider, "reason": reason}
    template = "account/single_sign_on_refused.html"
    return render(request, template, context, status=status)
