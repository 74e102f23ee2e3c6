"""The resource `reports`: compiled documents, their jobs and their files."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.reverse import reverse

from accounts.models import Scope
from api.fields import ChoiceOrNull
from api.filters import (
    Filters,
    OrderFilter,
    choice_filter,
    plan_filter,
    stocktake_filter,
)
from api.negotiation import IgnoreAcceptHeader
from api.problems import Gone
from api.requests import ActorRequest
from api.viewsets import Resource
from progress.models import Handling
from reports.languages import LANGUAGES
from reports.models import Report, ReportFile, ReportManifest
from reports.views import report_file_response


class ReportFileOut(serializers.ModelSerializer[ReportFile]):
    url = serializers.SerializerMethodField()

    class Meta:
        model = ReportFile
        fields = read_only_fields = ("format", "size", "sha256", "url")

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, file: ReportFile) -> str:
        return reverse(
            "api:report-file",
            args=[file.report_id, file.format],
            request=self.context["request"],
        )


class ReportManifestOut(serializers.ModelSerializer[ReportManifest]):
    class Meta:
        model = ReportManifest
        fields = read_only_fields = ("text", "signed_at", "key_sha256", "signature")


class ReportOut(serializers.ModelSerializer[Report]):
    plan = serializers.CharField(source="plan.slug", read_only=True)
    stocktake = serializers.CharField(
        source="stocktake.slug", allow_null=True, read_only=True
    )
    step = ChoiceOrNull(Report.Step.choices, read_only=True)
    files = ReportFileOut(many=True, read_only=True)
    manifest = ReportManifestOut(
        allow_null=True,
        default=None,
        read_only=True,
        help_text=_("What was signed, and its signature; null before it is signed."),
    )

    class Meta:
        model = Report
        fields = read_only_fields = (
            "id",
            "plan",
            "stocktake",
            "kind",
            "at",
            "known_at",
            "audience",
            "language",
            "requested_at",
            "state",
            "percent",
            "step",
            "problem",
            "finished_at",
            "circulation",
            "snapshot_sha256",
            "facts_sha256",
            "manifest",
            "files",
        )


class ReportFilters(Filters):
    plan = plan_filter("plan__slug")
    stocktake = stocktake_filter("stocktake__slug")
    kind = choice_filter("kind", Report.Kind.choices)
    state = choice_filter("state", Report.State.choices)
    audience = choice_filter("audience", Handling.choices)
    language = choice_filter("language", list(LANGUAGES.items()))
    ordering = OrderFilter(
        requested_at="requested_at", finished_at="finished_at", at="at"
    )


class ReportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Report]):
    """The reports this key may read, newest first, with their jobs and files."""

    queryset = Report.objects.none()
    scopes = (Scope.READ_REPORTS,)
    serializer_class = ReportOut
    filterset_class = ReportFilters
    key = "<uuid:id>"
    lookups = {"id": "pk"}

    def get_queryset(self) -> QuerySet[Report]:
        """Return the visible reports, without loading snapshots or file contents."""
        files = ReportFile.objects.defer("content").order_by("format")
        return (
            Report.objects.visible_to(self.request.user, self.request.at)
            .defer("snapshot", "replaced")
            .select_related("plan", "stocktake", "manifest")
            .prefetch_related(Prefetch("files", files))
            .order_by("-requested_at", "-pk")
        )

    @extend_schema(
        summary="Download a report file",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    @action(
        detail=True,
        url_path="files/<slug:file_format>",
        url_name="file",
        content_negotiation_class=IgnoreAcceptHeader,
    )
    def file(self, request: ActorRequest, id: UUID, file_format: str) -> HttpResponse:  # noqa: A002
        """The file as it was compiled. The report gives its SHA-256."""
        reports = Report.objects.visible_to(request.user, request.at).defer("snapshot")
        report = get_object_or_404(reports.select_related("plan"), pk=id)
        file = get_object_or_404(report.files, format=file_format)
        if report.erased_at:
            raise Gone
        return report_file_response(report, file)
