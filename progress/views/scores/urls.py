"""Addresses of the pages of released scores, and of feedback on tables in work."""

from django.urls import path

from progress.views.scores.comparison import score_comparison
from progress.views.scores.detail import score_detail
from progress.views.scores.differences import score_differences
from progress.views.scores.feedback import feedback_list, feedback_table
from progress.views.scores.guidelines import score_guidelines
from progress.views.scores.index import score_index
from progress.views.scores.over_time import score_over_time
from progress.views.scores.ranking import score_ranking
from progress.views.scores.table import score_table

SCORES = "plans/<slug:slug>/scores/<slug:body>/"

SCORES_URLS = [
    path("scores/", score_index, name="score-index"),
    path("plans/<slug:slug>/scores/", score_index, name="plan-scores"),
    path(SCORES, score_table, name="score-table"),
    path(f"{SCORES}ranking/", score_ranking, name="score-ranking"),
    path(f"{SCORES}differences/", score_differences, name="score-differences"),
    path(f"{SCORES}over-time/", score_over_time, name="score-over-time"),
    path(f"{SCORES}compare/", score_comparison, name="score-comparison"),
    path(f"{SCORES}guidelines/", score_guidelines, name="score-guidelines"),
    path(f"{SCORES}<str:code>/<str:member>/", score_detail, name="score-detail"),
    path("feedback/", feedback_list, name="feedback-list"),
    path("feedback/<uuid:pk>/", feedback_table, name="feedback-table"),
]
