from django.urls import path

from reports.views import dossiers, reports

app_name = "reports"
urlpatterns = [
    path("", reports.report_list, name="report-list"),
    path("new/", reports.report_new, name="report-new"),
    path("new/<slug:kind>/", reports.report_new_kind, name="report-new-kind"),
    path("dossier/", dossiers.dossier, name="dossier"),
    path("dossier/request/", dossiers.dossier_request, name="dossier-request"),
    path("dossier/file/", dossiers.dossier_file, name="dossier-file"),
    path("<uuid:pk>/", reports.report_detail, name="report-detail"),
    path("<uuid:pk>/retry/", reports.report_retry, name="report-retry"),
    path("<uuid:pk>/cancel/", reports.report_cancel, name="report-cancel"),
    path("<uuid:pk>/snapshot/", reports.report_snapshot, name="report-snapshot"),
    path(
        "<uuid:pk>/files/<slug:file_format>/", reports.report_file, name="report-file"
    ),
]
