"""The second step of a sign-in, and a sign-in with a passkey alone."""

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.form_tokens import PROOF_FIELDS, PROOF_PREFIX
from accounts.forms.sign_in import CodeForm
from accounts.models import User
from accounts.second_factors.passkeys import options_to_add, options_to_show
from accounts.second_factors.rules import factors_of
from accounts.sign_in.proofs import note_shown, prove_by_passkey
from accounts.sign_in.recent import is_recent
from accounts.sign_in.stage import SecondFactorStage
from accounts.single_sign_on.second_factor import came_from_provider
from accounts.views.proving import CREDENTIAL, own_url, put_refusal, refused, shown_by
from accounts.wording.listed import listed


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters(*PROOF_FIELDS)
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for a second factor after the password."""
    stage = _stage_of(request)
    if stage is None:
        return redirect("account_login")
    if "cancel" in request.POST:
        stopped: HttpResponse = stage.abort()
        return stopped
    person: User = stage.login.user
    if request.method != "POST":
        return _step_page(request, CodeForm(prefix=PROOF_PREFIX), person)
    form = CodeForm(request.POST, prefix=PROOF_PREFIX)
    try:
        factor = shown_by(request, form, person)
    except ValidationError as error:
        wait = put_refusal(form, error)
        return refused(_step_page(request, form, person), wait)
    note_shown(request, factor)
    done: HttpResponse = stage.exit()
    return done


@login_not_required
@require_POST
@sensitive_post_parameters(CREDENTIAL)
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey alone: it is two factors in one."""
    if request.user.is_authenticated:
        return redirect("home")
    credential = request.POST.get(CREDENTIAL, "")
    try:
        factor = prove_by_passkey(request, None, credential)
    except ValidationError as error:
        messages.error(request, listed(error.messages, " "))
        return redirect("account_login")
    note_shown(request, factor, signs_in_alone=True)
    wanted = own_url(request, request.POST.get("next", ""))
    login = Login(user=factor.user, redirect_url=wanted or reverse("home"))
    answer: HttpResponse = perform_login(request, login)
    return answer


@login_not_required
@never_cache
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """Answer what the browser needs to show a passkey, or to make one.

    Which passkeys a person has is said only after their password, or in their session.
    """
    if not request.user.is_authenticated:
        stage = _stage_of(request)
        return JsonResponse(options_to_show(stage.login.user if stage else None))
    if "add" not in request.POST:
        return JsonResponse(options_to_show(request.user))
    if not is_recent(request.session, request.at):  # type: ignore[attr-defined]
        raise PermissionDenied
    return JsonResponse(options_to_add(request.user))


def _step_page(request: HttpRequest, form: CodeForm, person: User) -> HttpResponse:
    context = {
        "form": form,
        "is_by_password": not came_from_provider(request, person),
        "has_passkeys": bool(factors_of(person.pk).passkeys),
        "credential_name": CREDENTIAL,
    }
    return render(request, "account/second_step.html", context)


def _stage_of(request: HttpRequest) -> SecondFactorStage | None:
    """Return the second step that this browser's sign-in waits at, if it does."""
    stage = LoginStageController.enter(request, SecondFactorStage.key)
    return stage if isinstance(stage, SecondFactorStage) else None
