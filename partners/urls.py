from django.urls import path

from partners import views

app_name = "partners"
urlpatterns = [
    path("", views.notice_list, name="notice-list"),
    path("read/", views.notice_read_all, name="notice-read-all"),
    path("<uuid:pk>/read/", views.notice_read, name="notice-read"),
    path("preferences/", views.notice_preferences, name="notice-preferences"),
    path(
        "stocktakes/<uuid:pk>/remind/<str:member>/",
        views.member_remind,
        name="member-remind",
    ),
]
