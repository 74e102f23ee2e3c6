"""The routes of allauth that are open here: sign-in and passwords only.

allauth's own list also has sign-up, the management of addresses and confirmation codes.
"""

from allauth.account import views as allauth_views
from django.urls import path, re_path

from accounts.views import sign_in

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
    # allauth's code reverses these two. No page links to them.
    path("signup/", sign_in.closed, name="account_signup"),
    path("password/set/", sign_in.closed, name="account_set_password"),
]
