"""The administrators' pages of reference data, under `reference/`."""

from django.urls import path

from commitments.views import reference

app_name = "commitments"
urlpatterns = [
    path("", reference.reference_list, name="reference"),
    path("<slug:kind>/", reference.reference_list, name="reference-list"),
    path("<slug:kind>/new/", reference.reference_new, name="reference-new"),
    path(
        "<slug:kind>/<str:key>/edit/", reference.reference_edit, name="reference-edit"
    ),
]
