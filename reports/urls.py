from django.urls import path

from reports.snapshot_schema import SCHEMA_VERSION
from reports.views import (
    archive,
    circulation,
    detail,
    dossiers,
    files,
    reports,
    schedules,
)

app_name = "reports"
urlpatterns = [
    path("", archive.report_list, name="report-list"),
    path("new/", reports.report_new, name="report-new"),
    path("new/<slug:kind>/", reports.report_new_kind, name="report-new-kind"),
    path("dossier/", dossiers.dossier, name="dossier"),
    path("dossier/request/", dossiers.dossier_request, name="dossier-request"),
    path("dossier/file/", dossiers.dossier_file, name="dossier-file"),
    path("schedules/", schedules.schedule_list, name="schedule-list"),
    path("schedules/new/", schedules.schedule_new, name="schedule-new"),
    path("schedules/<uuid:pk>/", schedules.schedule_edit, name="schedule-edit"),
    path("schedules/<uuid:pk>/stop/", schedules.schedule_stop, name="schedule-stop"),
    path("<uuid:pk>/", detail.report_detail, name="report-detail"),
    path("<uuid:pk>/cover/", detail.report_cover, name="report-cover"),
    path("<uuid:pk>/changes/", detail.report_changes, name="report-changes"),
    path("<uuid:pk>/retry/", reports.report_retry, name="report-retry"),
    path("<uuid:pk>/cancel/", reports.report_cancel, name="report-cancel"),
    path("<uuid:pk>/circulate/", circulation.report_circulate, name="report-circulate"),
    path("<uuid:pk>/object/", circulation.report_object, name="report-object"),
    path("<uuid:pk>/stop/", circulation.report_stop, name="report-stop"),
    path("<uuid:pk>/final/", circulation.report_approve, name="report-approve"),
    path(f"schema/report-{SCHEMA_VERSION}.json", files.schema, name="schema"),
    path("<uuid:pk>/files/manifest/", files.report_manifest, name="report-manifest"),
    path("<uuid:pk>/files/<slug:file_format>/", files.report_file, name="report-file"),
]
