"""A person's own second factors: the list, adding, removing, recovery codes."""

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import (
    sensitive_post_parameters,
    sensitive_variables,
)
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.second_factors import (
    FactorAdded,
    add_app,
    add_passkey,
    make_recovery_codes,
    remove_factor,
)
from accounts.enqueue import enqueue_soon
from accounts.forms.sign_in import AppForm, PasskeyForm
from accounts.models import NewDeviceMail
from accounts.requests import UserRequest
from accounts.second_factors.app_codes import (
    app_link,
    in_groups,
    new_secret,
    picture_of,
)
from accounts.second_factors.passkeys import require_new
from accounts.second_factors.rules import (
    SHOWN,
    OwnFactors,
    Type,
    factors_of,
    is_shown,
    requires_second_factor,
)
from accounts.single_sign_on.links import is_linked
from accounts.single_sign_on.provider import configured
from accounts.single_sign_on.second_factor import came_from_provider
from accounts.views.recently_signed_in import recently_signed_in
from accounts.wording.listed import listed

LIST = "account_second_factors"
# The field with what the browser answers for a new passkey.
NEW_PASSKEY = "credential"
# The secret of an app that is not added yet: signed, for its person, for so long.
_SALT, _SECRET_SECONDS = "accounts.second_factors.new_app", 3600


@require_safe
def factor_list(request: UserRequest) -> HttpResponse:
    """List a person's factors. It is where who needs one is led first."""
    is_required = requires_second_factor(request.user, request.at)
    factors = factors_of(request.user.pk)
    context = {
        "factors": factors,
        "provider_first": configured()
        if _provider_is_first(request, factors)
        else None,
        "is_required": is_required,
        "must_confirm": is_required and not is_shown(request.session),
        "breadcrumb": [{"label": _("Your account"), "url": reverse("accounts:me")}],
    }
    return render(request, "account/factors/factor_list.html", context)


@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("secret", "code")
@sensitive_variables("secret")
def app_add(request: UserRequest) -> HttpResponse:
    """Show the picture that an authenticator app reads, and check its first code."""
    factors = factors_of(request.user.pk)
    if factors.app is not None or _provider_is_first(request, factors):
        return redirect(LIST)
    form = AppForm(request.POST if request.method == "POST" else None)
    secret = _signed_secret(request) or new_secret()
    if form.is_valid():
        try:
            added = add_app(
                secret=secret,
                code=form.cleaned_data["code"],
                keep=request.session.session_key,
                by=request.user,
                at=request.at,
            )
        except ValidationError as error:
            form.add_error("code", error)
        else:
            return _added(request, added, Type.TOTP)
    return _app_page(request, form, secret)


@sensitive_variables("secret")
def _app_page(request: UserRequest, form: AppForm, secret: str) -> HttpResponse:
    """Return the page with the secret. Nothing may keep it."""
    context = {
        "form": form,
        "signed_secret": signing.dumps([str(request.user.pk), secret], salt=_SALT),
        "secret": in_groups(secret),
        "picture": picture_of(app_link(request.user, secret)),
        "breadcrumb": _breadcrumb(),
    }
    status = 422 if form.is_bound else 200
    page = render(request, "account/factors/app_add.html", context, status=status)
    page["Cache-Control"] = "no-store"
    return page


@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def passkey_add(request: UserRequest) -> HttpResponse:
    """Add a passkey, which the browser makes."""
    if _provider_is_first(request, factors_of(request.user.pk)):
        return redirect(LIST)
    form = PasskeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            added = add_passkey(
                name=form.cleaned_data["name"],
                credential=require_new(request.POST.get(NEW_PASSKEY, "")),
                keep=request.session.session_key,
                by=request.user,
                at=request.at,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _added(request, added, Type.WEBAUTHN)
    context = {
        "form": form,
        "credential_name": NEW_PASSKEY,
        "breadcrumb": _breadcrumb(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "account/factors/passkey_add.html", context, status=status)


@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def factor_remove(request: UserRequest, pk: int) -> HttpResponse:
    """Ask whether to remove one of a person's own factors, and remove it."""
    own = factors_of(request.user.pk)
    rows = [*own.passkeys, *([own.app] if own.app else [])]
    factor = next((row for row in rows if row.pk == pk), None)
    if factor is None:
        raise Http404
    if request.method != "POST":
        context = {"factor": factor, "is_last": own.count == 1}
        context["breadcrumb"] = _breadcrumb()
        return render(request, "account/factors/factor_remove.html", context)
    try:
        mail = remove_factor(factor_id=pk, by=request.user, at=request.at)
    except ValidationError as error:
        messages.error(request, listed(error.messages, " "))
    else:
        _send(mail)
        messages.success(request, _("The second factor is removed."))
    return redirect(LIST)


@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: UserRequest) -> HttpResponse:
    """Ask whether to make new recovery codes, and show them this once."""
    own = factors_of(request.user.pk)
    if not own.has_any:
        return redirect(LIST)
    if request.method != "POST":
        context = {"factors": own, "breadcrumb": _breadcrumb()}
        return render(request, "account/factors/recovery_codes.html", context)
    made = make_recovery_codes(by=request.user, at=request.at)
    _send(made.mail)
    return _codes_page(request, made.codes)


def _provider_is_first(request: UserRequest, factors: OwnFactors) -> bool:
    """Return whether a person must sign in at the provider before their first factor.

    The provider is their second factor until then. With a stolen mailbox anyone could
    set a password, and add a factor of their own beside it.
    """
    if factors.has_any or is_shown(request.session) or not is_linked(request.user):
        return False
    return not came_from_provider(request, request.user)


def _added(request: UserRequest, added: FactorAdded, kind: Type) -> HttpResponse:
    """Say that a factor was added. With the first one, show the recovery codes."""
    _send(added.mail)
    request.session[SHOWN] = kind.value
    messages.success(request, _("The second factor is added."))
    return _codes_page(request, added.codes) if added.codes else redirect(LIST)


def _codes_page(request: UserRequest, codes: list[str]) -> HttpResponse:
    """Return the one page with the codes. Nothing may keep it."""
    context = {"codes": codes, "breadcrumb": _breadcrumb()}
    page = render(request, "account/factors/codes_made.html", context)
    page["Cache-Control"] = "no-store"
    return page


def _signed_secret(request: UserRequest) -> str:
    """Return the secret that this person's page was made with, if it is still good."""
    try:
        owner, secret = signing.loads(
            request.POST.get("secret", ""), salt=_SALT, max_age=_SECRET_SECONDS
        )
    except signing.BadSignature:
        return ""
    return str(secret) if owner == str(request.user.pk) else ""


def _send(mail: NewDeviceMail) -> None:
    enqueue_soon("accounts.tasks.send_new_device_mail", mail.pk)


def _breadcrumb() -> list[dict[str, str]]:
    return [
        {"label": _("Your account"), "url": reverse("accounts:me")},
        {"label": _("Second factors"), "url": reverse(LIST)},
    ]
