from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.report_list, name="report-list"),
    path("new/", views.report_new, name="report-new"),
    path("new/<slug:kind>/", views.report_new_kind, name="report-new-kind"),
    path("<uuid:pk>/", views.report_detail, name="report-detail"),
    path("<uuid:pk>/retry/", views.report_retry, name="report-retry"),
    path("<uuid:pk>/cancel/", views.report_cancel, name="report-cancel"),
    path("<uuid:pk>/snapshot/", views.report_snapshot, name="report-snapshot"),
    path("<uuid:pk>/files/<slug:file_format>/", views.report_file, name="report-file"),
]
