"""Addresses of final reports that anyone may open, once public reading is on."""

from django.urls import path

from reports.views.public import pages

app_name = "public-reports"

urlpatterns = [
    path("", pages.report_list, name="report-list"),
    path("<uuid:pk>/files/manifest/", pages.report_manifest, name="report-manifest"),
    path("<uuid:pk>/files/<slug:file_format>/", pages.report_file, name="report-file"),
]
