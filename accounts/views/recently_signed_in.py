"""Ask who is there before a dangerous act, and keep what was typed meanwhile.

`recently_signed_in` is for views that make or change what gives access. On a GET it
leads to a page that asks, and back. On a POST that page is the answer: it holds what
was sent, in hidden fields, and sends it again together with the proof. The server keeps
none of it. What proves who it is: a second factor if they have one, else the password.
Who is linked with the provider of single sign-on may show it there instead.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions.form_tokens import PROOF_FIELDS, PROOF_PREFIX
from accounts.actions.sessions import renumber_session
from accounts.forms.sign_in import CodeForm, OwnPasswordForm
from accounts.requests import UserRequest
from accounts.second_factors.rules import SHOWN, OwnFactors, factors_of
from accounts.sign_in.proofs import note_shown, prove_by_password
from accounts.sign_in.recent import is_recent, note_confirmed
from accounts.single_sign_on.configured import ConfiguredProvider
from accounts.single_sign_on.links import is_linked
from accounts.single_sign_on.provider import configured
from accounts.single_sign_on.second_factor import METHOD
from accounts.views.proving import (
    CREDENTIAL,
    own_url,
    put_refusal,
    refused,
    require_complete,
    shown_by,
)

Rest = ParamSpec("Rest")
View = Callable[Concatenate[UserRequest, Rest], HttpResponse]


def recently_signed_in(view: View[Rest]) -> View[Rest]:
    """Let a view run only if its person showed who they are within 15 minutes.

    It asks before the view looks at anything, so it tells nothing of what is there.
    """

    @wraps(view)
    @sensitive_post_parameters(*PROOF_FIELDS)
    def guarded(
        request: UserRequest, /, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> HttpResponse:
        if not is_recent(request.session, request.at):
            if request.method != "POST":
                asked = urlencode({"next": request.get_full_path()})
                return redirect(f"{reverse('account_confirm')}?{asked}")
            refusal = _ask(request, kept=True)
            if refusal is not None:
                return refusal
        _forget_proof(request)
        return view(request, *args, **kwargs)

    return guarded


@sensitive_post_parameters(*PROOF_FIELDS)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: UserRequest) -> HttpResponse:
    """Ask a person who they are, and take them to the page they wanted."""
    refusal = _ask(request, kept=False)
    if refusal is not None:
        return refusal
    wanted = own_url(request, request.GET.get("next", ""))
    return redirect(wanted or "accounts:me")


def _ask(request: UserRequest, *, kept: bool) -> HttpResponse | None:
    """Return the page that asks, or None once its answer has proved who it is."""
    factors = factors_of(request.user.pk)
    is_answer = request.method == "POST" and not PROOF_FIELDS.isdisjoint(request.POST)
    form_class = CodeForm if factors.has_any else OwnPasswordForm
    form = form_class(request.POST if is_answer else None, prefix=PROOF_PREFIX)
    wait = 0
    if is_answer:
        try:
            _prove(request, form, factors)
        except ValidationError as error:
            wait = put_refusal(form, error)
        else:
            note_confirmation(request)
            return None
    page = _page(request, form, factors, kept=kept)
    return refused(page, wait) if is_answer else page


def _prove(request: UserRequest, form: forms.Form, factors: OwnFactors) -> None:
    """Check the answer. Raises ValidationError."""
    if not factors.has_any:
        require_complete(form)
        if _is_from_provider(request, factors):
            raise ValidationError(_("Confirm with single sign-on."), code="wrong")
        prove_by_password(request, request.user, form.cleaned_data["password"])
        return
    factor = shown_by(request, form, request.user)
    note_shown(request, factor)
    request.session[SHOWN] = factor.type


def note_confirmation(request: UserRequest) -> None:
    """Remember it, under a new key of the session: an earlier one gives no more."""
    note_confirmed(request.session, request.at)
    before = request.session.session_key
    request.session.cycle_key()
    renumber_session(before=before, after=request.session.session_key)


def _page(
    request: UserRequest, form: forms.Form, factors: OwnFactors, *, kept: bool
) -> HttpResponse:
    context = {
        "form": form,
        "has_passkeys": bool(factors.passkeys),
        "can_confirm": factors.has_any
        or (
            request.user.has_usable_password()
            and not _is_from_provider(request, factors)
        ),
        "single_sign_on": _provider_for(request, factors),
        "wanted": "" if kept else own_url(request, request.GET.get("next", "")),
        "credential_name": CREDENTIAL,
        "hidden": _typed(request) if kept else [],
        "is_kept": kept,
        "action_url": request.get_full_path(),
        "cancel_url": request.path if kept else reverse("accounts:me"),
    }
    status = HTTPStatus.FORBIDDEN if kept else HTTPStatus.OK
    return render(request, "account/confirm.html", context, status=status)


def _typed(request: UserRequest) -> list[tuple[str, str]]:
    """Return the fields that were sent, without the proof."""
    left_out = PROOF_FIELDS | {"csrfmiddlewaretoken"}
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        if name not in left_out
        for value in values
    ]


def _is_from_provider(request: UserRequest, factors: OwnFactors) -> bool:
    """Return whether the only second factor of this session was the provider's.

    A password alone does not take its place.
    """
    return not factors.has_any and request.session.get(SHOWN) == METHOD


def _provider_for(
    request: UserRequest, factors: OwnFactors
) -> ConfiguredProvider | None:
    """Return the provider if this person can confirm there who they are."""
    provider = configured()
    if provider is None or (factors.has_any and not provider.second_factors):
        return None
    return provider if is_linked(request.user) else None


def _forget_proof(request: UserRequest) -> None:
    """Take the proof out of what was sent: the view never sees it."""
    if request.method == "POST" and not PROOF_FIELDS.isdisjoint(request.POST):
        sent = request.POST.copy()
        for name in PROOF_FIELDS:
            sent.pop(name, None)
        request.POST = sent  # type: ignore[assignment]
