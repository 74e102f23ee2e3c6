"""People, under `people/`. Sign-in is in `allauth_urls`, keys in `progress.urls`."""

from django.urls import path

from accounts.views import (
    delegation_people,
    grants,
    me,
    people,
    sessions,
    sign_in_identities,
    unsent_text_key,
)

app_name = "accounts"
urlpatterns = [
    path("", people.user_list, name="user-list"),
    path("new/", people.user_new, name="user-new"),
    path("me/", me.me, name="me"),
    path(
        "me/unsent-text-key/",
        unsent_text_key.unsent_text_key,
        name="unsent-text-key",
    ),
    path("me/sessions/", sessions.session_list, name="session-list"),
    path(
        "me/sessions/end-others/",
        sessions.session_end_others,
        name="session-end-others",
    ),
    path("me/sessions/<uuid:pk>/end/", sessions.session_end, name="session-end"),
    path("delegation/", delegation_people.person_list, name="delegation-list"),
    path("delegation/new/", delegation_people.person_new, name="delegation-new"),
    path(
        "delegation/<uuid:pk>/edit/",
        delegation_people.person_edit,
        name="delegation-edit",
    ),
    path(
        "delegation/<uuid:pk>/deactivate/",
        delegation_people.person_deactivate,
        name="delegation-deactivate",
    ),
    path(
        "delegation/<uuid:pk>/reactivate/",
        delegation_people.person_reactivate,
        name="delegation-reactivate",
    ),
    path(
        "delegation/<uuid:pk>/invite-again/",
        delegation_people.person_invite_again,
        name="delegation-invite-again",
    ),
    path("grants/", grants.grant_list, name="grant-list"),
    path("grants/<uuid:pk>/", grants.grant_detail, name="grant-detail"),
    path("grants/<uuid:pk>/agree/", grants.grant_agree, name="grant-agree"),
    path("grants/<uuid:pk>/refuse/", grants.grant_refuse, name="grant-refuse"),
    path("<uuid:pk>/address/", grants.user_address, name="user-address"),
    path("<uuid:pk>/reset-sign-in/", grants.user_reset, name="user-reset-sign-in"),
    path(
        "me/single-sign-on/link/",
        sign_in_identities.link_own,
        name="sign-in-identity-link",
    ),
    path(
        "me/single-sign-on/end/",
        sign_in_identities.end_own,
        name="sign-in-identity-end",
    ),
    path(
        "<uuid:pk>/single-sign-on/code/",
        sign_in_identities.user_sign_in_code,
        name="user-sign-in-code",
    ),
    path(
        "<uuid:pk>/single-sign-on/end/",
        sign_in_identities.user_end_identity,
        name="user-end-identity",
    ),
    path("<uuid:pk>/edit/", people.user_edit, name="user-edit"),
    path("<uuid:pk>/deactivate/", people.user_deactivate, name="user-deactivate"),
    path("<uuid:pk>/reactivate/", people.user_reactivate, name="user-reactivate"),
    path("<uuid:pk>/invite-again/", people.user_invite_again, name="user-invite-again"),
]
