"""People, under `people/`. Sign-in is in `allauth_urls`, keys in `progress.urls`."""

from django.urls import path

from accounts.views import me, people, sessions, unsent_text_key

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
    path("<uuid:pk>/edit/", people.user_edit, name="user-edit"),
    path("<uuid:pk>/deactivate/", people.user_deactivate, name="user-deactivate"),
    path("<uuid:pk>/reactivate/", people.user_reactivate, name="user-reactivate"),
    path("<uuid:pk>/invite-again/", people.user_invite_again, name="user-invite-again"),
]
