"""Signing in, passwords and second factors.

allauth's own list also has sign-up, the management of addresses and confirmation codes.
"""

from allauth.account import views as allauth_views
from django.urls import path, re_path

from accounts.views import (
    factors,
    recently_signed_in,
    second_step,
    sign_in,
    single_sign_on,
)

urlpatterns = [
    path("login/", sign_in.SignIn.as_view(), name="account_login"),
    path("logout/", sign_in.SignOut.as_view(), name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path(
        "password/change/",
        sign_in.ChangePassword.as_view(),
        name="account_change_password",
    ),
    path(
        "password/reset/",
        sign_in.AskForPasswordLink.as_view(),
        name="account_reset_password",
    ),
    path(
        "password/reset/done/",
        allauth_views.password_reset_done,
        name="account_reset_password_done",
    ),
    path(
        "password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.SetPasswordByLink.as_view(),
        name="account_reset_password_from_key",
    ),
    # The name that allauth's code reverses.
    path("second-step/", second_step.second_step, name="mfa_authenticate"),
    path("confirm/", recently_signed_in.confirm, name="account_confirm"),
    path(
        "passkeys/sign-in/",
        second_step.passkey_sign_in,
        name="account_passkey_sign_in",
    ),
    path(
        "passkeys/options/",
        second_step.passkey_options,
        name="account_passkey_options",
    ),
    path("second-factors/", factors.factor_list, name="account_second_factors"),
    path("second-factors/app/", factors.app_add, name="account_app_add"),
    path("second-factors/passkey/", factors.passkey_add, name="account_passkey_add"),
    path(
        "second-factors/recovery-codes/",
        factors.recovery_codes,
        name="account_recovery_codes",
    ),
    path(
        "second-factors/<int:pk>/remove/",
        factors.factor_remove,
        name="account_factor_remove",
    ),
    path(
        "single-sign-on/", single_sign_on.single_sign_on, name="account_single_sign_on"
    ),
    path(
        "single-sign-on/callback/",
        single_sign_on.callback,
        name="account_single_sign_on_callback",
    ),
    path(
        "single-sign-on/link/",
        single_sign_on.link,
        name="account_single_sign_on_link",
    ),
    path(
        "single-sign-on/confirm/",
        single_sign_on.confirm,
        name="account_single_sign_on_confirm",
    ),
    # allauth's code reverses these two. No page links to them.
    path("signup/", sign_in.closed, name="account_signup"),
    path("password/set/", sign_in.closed, name="account_set_password"),
]
