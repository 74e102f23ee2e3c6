"""Every address of the product."""

from django.urls import include, path

from accounts.views.language import language
from g7plan import job_views, views
from g7plan.guides import guide, guide_list
from g7plan.hardening.csp_reports import csp_reports
from g7plan.news.views import new_list, new_mark_as_read, new_undo
from g7plan.presidency_views import presidency
from g7plan.privacy.views import own_data_file
from g7plan.search.views import search, search_suggestions
from reports.views.verify import verify

handler500 = "g7plan.views.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("csp-reports/", csp_reports, name="csp-reports"),
    path("search/", search, name="search"),
    path("search/suggestions/", search_suggestions, name="search-suggestions"),
    path("verify/", verify, name="verify"),
    path("language/", language, name="language"),
    path("tour/close/", views.tour_close, name="tour-close"),
    path("new/", new_list, name="new-list"),
    path("new/read/", new_mark_as_read, name="new-mark-as-read"),
    path("new/undo/", new_undo, name="new-undo"),
    path("jobs/", job_views.job_list, name="job-list"),
    path("jobs/<slug:kind>/<uuid:pk>/retry/", job_views.job_retry, name="job-retry"),
    path("presidency/", presidency, name="presidency"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("glossary/", guide, {"name": "glossary.md"}, name="glossary"),
    path("guides/", guide_list, name="guide-list"),
    path(
        "guides/officers/",
        guide,
        {"name": "guide-officers.md"},
        name="guide-officers",
    ),
    path(
        "guides/coordinators/",
        guide,
        {"name": "guide-coordinators.md"},
        name="guide-coordinators",
    ),
    path("guides/heads/", guide, {"name": "guide-heads.md"}, name="guide-heads"),
    path("guides/readers/", guide, {"name": "guide-readers.md"}, name="guide-readers"),
    path(
        "guides/administrators/",
        guide,
        {"name": "guide-administrators.md"},
        name="guide-administrators",
    ),
    path("guides/api/", guide, {"name": "api-policy.md"}, name="api-policy"),
    path("", include("progress.urls")),
    path("public/reports/", include("reports.views.public.urls")),
    path("public/", include("progress.views.public.urls")),
    path("reports/", include("reports.urls")),
    path("", include("partners.urls")),
    path("people/me/data/", own_data_file, name="own-data"),
    path("people/", include("accounts.urls")),
    path("reference/", include("commitments.urls")),
    path("accounts/", include("accounts.allauth_urls")),
    path("api/v1/", include("api.urls")),
]
