"""Addresses that anyone may open, once public reading is on.

Final reports with the label TLP:CLEAR have theirs in `reports.views.public`.
"""

from django.urls import path

from progress.views.public import pages

app_name = "public"

PLAN = "plans/<slug:slug>/"

urlpatterns = [
    path("", pages.plan_list, name="plan-list"),
    path(PLAN, pages.plan_detail, name="plan-detail"),
    path(f"{PLAN}members/<str:code>/", pages.member_detail, name="member-detail"),
    path(
        f"{PLAN}commitments/<str:code>/",
        pages.commitment_detail,
        name="commitment-detail",
    ),
    path("entries/<uuid:pk>/", pages.entry_detail, name="entry-detail"),
    path("evidence/<uuid:pk>/file/", pages.evidence_file, name="evidence-file"),
]
