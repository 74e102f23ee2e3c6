"""Every address of the product."""

from django.urls import include, path

from g7plan import views

urlpatterns = [
    path("", views.home, name="home"),
    path("readyz", views.readyz, name="readyz"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("", include("progress.urls")),
    path("reports/", include("reports.urls")),
    path("notices/", include("partners.urls")),
    path("people/", include("accounts.urls")),
    path("accounts/", include("accounts.allauth_urls")),
    path("api/v1/", include("api.urls")),
]
