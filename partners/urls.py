from django.urls import path

from partners.views import feeds, notices, reminders

app_name = "partners"
urlpatterns = [
    path("notices/", notices.notice_list, name="notice-list"),
    path("notices/read/", notices.notice_read_all, name="notice-read-all"),
    path("notices/<uuid:pk>/read/", notices.notice_read, name="notice-read"),
    path("notices/preferences/", notices.notice_preferences, name="notice-preferences"),
    path(
        "notices/stocktakes/<uuid:pk>/remind/",
        reminders.stocktake_remind,
        name="stocktake-remind",
    ),
    path(
        "notices/stocktakes/<uuid:pk>/remind/<str:member>/",
        reminders.member_remind,
        name="member-remind",
    ),
    path("feeds/", feeds.feed_list, name="feed-list"),
    path("feeds/new/", feeds.feed_new, name="feed-new"),
    path("feeds/<uuid:pk>/revoke/", feeds.feed_revoke, name="feed-revoke"),
    path(
        "feeds/<str:token>/deadlines.ics",
        feeds.feed_content,
        {"kind": "deadlines"},
        name="feed-deadlines",
    ),
    path(
        "feeds/<str:token>/changes.atom",
        feeds.feed_content,
        {"kind": "changes"},
        name="feed-changes",
    ),
]
