"""The page of a person's own account."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.actions.people import change_own_profile
from accounts.forms.people import OwnProfileForm
from accounts.requests import UserRequest
from accounts.roles import ROLE_PURPOSES
from accounts.second_factors.rules import factors_of
from accounts.views.own_settings import save_own_settings
from accounts.views.sign_in_identities import single_sign_on_of
from accounts.views.unsent_text import keeps_unsent_text


@keeps_unsent_text(OwnProfileForm)
def me(request: UserRequest) -> HttpResponse:
    status = HTTPStatus.OK
    form = OwnProfileForm(initial=OwnProfileForm.values_of(request.user))
    if request.method == "POST":
        form = OwnProfileForm(request.POST)
        status = save_own_settings(request, form, change_own_profile)
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
        "factors": factors_of(request.user.pk),
        "is_overtaken": status == HTTPStatus.CONFLICT,
        **single_sign_on_of(request.user),
    }
    return render(request, "accounts/people/me.html", context, status=status)
