"""What the pages share that ask for a password, a code or a passkey."""

from http import HTTPStatus

from allauth.mfa.models import Authenticator
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.actions.form_tokens import PROOF_PREFIX
from accounts.models import User
from accounts.sign_in.proofs import TOO_MANY, prove_by_code, prove_by_passkey

# The field with what a browser answers for a passkey.
CREDENTIAL = f"{PROOF_PREFIX}-credential"


def own_url(request: HttpRequest, wanted: str) -> str:
    """Return the address that a person wanted if it is one of ours, else nothing."""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else ""


def shown_by(request: HttpRequest, form: forms.Form, person: User) -> Authenticator:
    """Return the factor that was sent: a passkey, or a code. Raises ValidationError."""
    credential = request.POST.get(CREDENTIAL, "")
    if credential:
        return prove_by_passkey(request, person, credential)
    require_complete(form)
    return prove_by_code(request, person, form.cleaned_data["code"])


def require_complete(form: forms.Form) -> None:
    """Raise ValidationError if the form itself says what is missing or wrong."""
    if not form.is_valid():
        raise ValidationError("", code="incomplete")


def put_refusal(form: forms.Form, error: ValidationError) -> int:
    """Show on the form why a proof was refused, and return the seconds to wait.

    What was typed wrong is said at its field.
    """
    if error.code == "incomplete":
        return 0
    form.full_clean()
    form.errors.clear()
    is_typed = error.code != TOO_MANY and not form.data.get(CREDENTIAL)
    form.add_error(next(iter(form.fields)) if is_typed else None, error)
    if error.code == TOO_MANY and error.params:
        return int(error.params["seconds"])
    return 0


def refused(answer: HttpResponse, wait: int) -> HttpResponse:
    """Return the page as a refusal: 422, or 429 with the time to wait."""
    answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    if wait:
        answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
        answer.headers["Retry-After"] = str(wait)
    return answer
