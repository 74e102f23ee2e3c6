"""The page of a person's own account."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.actions.people import change_own_profile
from accounts.forms import OwnProfileForm
from accounts.requests import UserRequest
from accounts.roles import ROLE_PURPOSES
from accounts.versions import StaleRow


def me(request: UserRequest) -> HttpResponse:
    status = HTTPStatus.OK
    form = OwnProfileForm(initial=OwnProfileForm.values_of(request.user))
    if request.method == "POST":
        form = OwnProfileForm(request.POST)
        status = _save(request, form)
        if status == HTTPStatus.OK:
            messages.success(request, _("Your account is saved."))
            return redirect("accounts:me")
    context = {
        "form": form,
        "roles": [
            (role.label, purpose)
            for role, purpose in ROLE_PURPOSES.items()
            if request.user.has_role(role)
        ],
        "is_overtaken": status == HTTPStatus.CONFLICT,
    }
    return render(request, "accounts/people/me.html", context, status=status)


def _save(request: UserRequest, form: OwnProfileForm) -> HTTPStatus:
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        change_own_profile(**form.cleaned_data, by=request.user, at=request.at)
    except ValidationError as error:
        form.add_error(None, error)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    except StaleRow as stale:
        form.start_from(stale.row.version)
        return HTTPStatus.CONFLICT
    return HTTPStatus.OK
