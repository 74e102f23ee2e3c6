"""Addresses that anyone may open, once public reading is on.

Final reports with the label TLP:CLEAR have theirs in `reports.views.public`.
"""

from django.urls import path

from progress.views.public import pages, scores

app_name = "public"

PLAN = "plans/<slug:slug>/"
SCORES = f"{PLAN}scores/<slug:body>/"

urlpatterns = [
    path("", pages.plan_list, name="plan-list"),
    path(PLAN, pages.plan_detail, name="plan-detail"),
    path(f"{PLAN}members/<str:code>/", pages.member_detail, name="member-detail"),
    path(
        f"{PLAN}commitments/<str:code>/",
        pages.commitment_detail,
        name="commitment-detail",
    ),
    path(f"{PLAN}scores/", scores.plan_scores, name="plan-scores"),
    path(SCORES, scores.score_table, name="score-table"),
    path(f"{SCORES}ranking/", scores.score_ranking, name="score-ranking"),
    path(f"{SCORES}<str:code>/<str:member>/", scores.score_detail, name="score-detail"),
    path("entries/<uuid:pk>/", pages.entry_detail, name="entry-detail"),
    path("evidence/<uuid:pk>/file/", pages.evidence_file, name="evidence-file"),
]
