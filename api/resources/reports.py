"""The resource `reports`: compiled documents, their jobs and their files."""

from datetime import date
from typing import Any, Protocol, cast
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.enqueue import enqueue_soon
from accounts.models import Scope
from api.fields import ChoiceOrNull
from api.filters import (
    Filters,
    OrderFilter,
    choice_filter,
    member_filter,
    plan_filter,
    stocktake_filter,
)
from api.idempotency import Idempotent
from api.negotiation import OCTETS, IgnoreAcceptHeader, as_octets
from api.problems import Gone
from api.requests import ActorRequest
from api.resources.report_requests import ReportIn, report_request_of
from api.tags import tag_of
from api.viewsets import Resource
from progress.models import Handling, Stocktake
from reports.actions.requests import request_report
from reports.formats import FORMAT_RULES, Format
from reports.languages import LANGUAGES
from reports.models import Report, ReportFile, ReportManifest
from reports.models.report import ReportQuerySet
from reports.views.files import file_response, manifest_response

SINCE_OUT_HELP = _(
    "With what a report of changes compares: a day, the slug of a stocktake, or the id"
    " of a report. If you may not read that report, it is the instant of it, in UTC."
    " Null for other kinds."
)
FINAL_OF_HELP = _(
    "The circulated draft that this final report says again, by its id. Null for other"
    " reports, and if you may not read the draft."
)


# A report takes a few seconds.
SECONDS_BETWEEN_READS = 2
UNFINISHED = frozenset({Report.State.QUEUED.value, Report.State.RUNNING.value})

MEDIA_TYPES = [
    OCTETS,
    *(rule.content_type.partition(";")[0] for rule in FORMAT_RULES.values()),
]
FORMAT_PARAMETER = OpenApiParameter(
    "file_format", str, OpenApiParameter.PATH, enum=[*FORMAT_RULES]
)


class ReportFileOut(serializers.ModelSerializer[ReportFile]):
    content_type = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    class Meta:
        model = ReportFile
        fields = read_only_fields = ("format", "content_type", "size", "sha256", "url")

    def get_content_type(self, file: ReportFile) -> str:
        return FORMAT_RULES[cast("Format", file.format)].content_type

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


class SignedManifestOut(serializers.Serializer[ReportManifest]):
    """The file of a manifest: what was signed, and what is needed to check it."""

    manifest = serializers.CharField(help_text=_("Canonical JSON, as it was signed."))
    signed_at = serializers.DateTimeField()
    key_sha256 = serializers.CharField()
    signature = serializers.CharField()


_INSTANT = serializers.DateTimeField()


class LinkedReport(Protocol):
    """A report with the id of the one it compares with, if its reader may see that."""

    since_stocktake: Stocktake | None
    since_report: Report | None
    since_at: date | None
    shown_since: UUID | None


class ReportOut(serializers.ModelSerializer[Report]):
    plan = serializers.CharField(source="plan.slug", read_only=True)
    stocktake = serializers.CharField(
        source="stocktake.slug", allow_null=True, read_only=True
    )
    member = serializers.CharField(source="member_id", allow_null=True, read_only=True)
    action = serializers.CharField(
        source="action.code", allow_null=True, default=None, read_only=True
    )
    sub_area = serializers.CharField(
        source="sub_area.code", allow_null=True, default=None, read_only=True
    )
    instrument = serializers.CharField(
        source="instrument.slug", allow_null=True, default=None, read_only=True
    )
    since = serializers.SerializerMethodField(help_text=SINCE_OUT_HELP)
    final_of = serializers.UUIDField(
        source="shown_draft", allow_null=True, read_only=True, help_text=FINAL_OF_HELP
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
            "layout",
            "member",
            "action",
            "sub_area",
            "instrument",
            "since",
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
            "draft_number",
            "final_of",
            "code",
            "snapshot_sha256",
            "facts_sha256",
            "manifest",
            "files",
        )

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_since(self, report: LinkedReport) -> str | None:
        if report.since_stocktake is not None:
            return report.since_stocktake.slug
        if report.since_report is not None:
            known_at = report.since_report.known_at
            return str(report.shown_since or _INSTANT.to_representation(known_at))
        return str(report.since_at) if report.since_at else None


def _id_if_in(visible: QuerySet[Report], name: str) -> Subquery:
    return Subquery(visible.filter(pk=OuterRef(name)).values("pk"))


class ReportFilters(Filters):
    plan = plan_filter("plan__slug")
    stocktake = stocktake_filter("stocktake__slug")
    kind = choice_filter("kind", Report.Kind.choices)
    layout = choice_filter("layout", Report.Layout.choices)
    member = member_filter("member")
    state = choice_filter("state", Report.State.choices)
    audience = choice_filter("audience", Handling.choices)
    language = choice_filter("language", list(LANGUAGES.items()))
    circulation = choice_filter("circulation", Report.Circulation.choices)
    ordering = OrderFilter(
        requested_at="requested_at", finished_at="finished_at", at="at"
    )


class ReportViewSet(
    Idempotent, mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Report]
):
    """The reports this key may read, newest first, with their jobs and files.

    A report that was requested is compiled by a worker. Read it again until its `state`
    is `done`; `percent` tells how far it is.
    """

    queryset = Report.objects.none()
    scopes = (Scope.READ_REPORTS,)
    serializer_class = ReportOut
    filterset_class = ReportFilters
    key = "<uuid:id>"
    lookups = {"id": "pk"}

    def get_scopes(self) -> tuple[Scope, ...]:
        return (Scope.COMPILE_REPORTS,) if self.action == "create" else self.scopes

    def known_parameters(self) -> frozenset[str]:
        return frozenset() if self.action == "create" else super().known_parameters()

    @extend_schema(
        summary="Request a report", request=ReportIn, responses={202: ReportOut}
    )
    def create(self, request: ActorRequest) -> Response:
        """Request a report of one kind, for an audience. A worker compiles it.

        Each kind takes some of the fields: `member` takes a `member`; `brief` takes one
        of `action`, `sub_area` and `instrument`; `changes` takes `since`. A field that
        the kind does not take is refused. If you have a report that says the same, you
        get that one again.
        """
        report = request_report(
            request=report_request_of(request), by=request.user, at=request.at
        )
        transaction.on_commit(
            lambda: enqueue_soon("reports.tasks.compile_report", report.pk)
        )
        url = reverse("api:report-detail", args=[report.pk], request=request)
        headers = {"Location": url, "Retry-After": str(SECONDS_BETWEEN_READS)}
        # A key that may only compile sees its report in this answer alone.
        told = self._told(Report.objects.filter(pk=report.pk)).get()
        out = self.get_serializer(told)
        return Response(out.data, status=202, headers=headers)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Tell when to read a report again that is not compiled yet."""
        response = super().retrieve(request, *args, **kwargs)
        if response.data["state"] in UNFINISHED:
            response.headers["Retry-After"] = str(SECONDS_BETWEEN_READS)
        return response

    def get_queryset(self) -> QuerySet[Report]:
        return self._told(self._visible())

    def _visible(self) -> ReportQuerySet:
        return Report.objects.visible_to(self.request.user, self.request.at)

    def _told(self, reports: ReportQuerySet) -> QuerySet[Report]:
        """Return reports without loading snapshots or file contents.

        Of another report that one of them names, each has the id only if it is visible.
        """
        files = ReportFile.objects.offered()
        visible = self._visible()
        told: QuerySet[Report] = (
            reports.with_parts()
            .defer("replaced")
            .select_related("manifest")
            .prefetch_related(Prefetch("files", files))
            .order_by("-requested_at", "-pk")
            .annotate(
                shown_since=_id_if_in(visible, "since_report"),
                shown_draft=_id_if_in(visible, "final_of"),
            )
        )
        return told

    @extend_schema(
        summary="Download the signed manifest of a report",
        responses={200: SignedManifestOut},
    )
    @action(
        detail=True,
        url_path="files/manifest",
        url_name="manifest",
        is_download=True,
        content_negotiation_class=IgnoreAcceptHeader,
    )
    # The router tries actions in the order of their names: this one before `file`.
    def download_manifest(self, request: ActorRequest, id: UUID) -> HttpResponse:  # noqa: A002
        """The manifest of a finished report as a file. Not found before it is signed.

        It names every file of the report with its SHA-256.
        """
        reports = Report.objects.visible_to(request.user, request.at)
        report = get_object_or_404(reports.with_parts(), pk=id)
        manifest = get_object_or_404(ReportManifest, report_id=report.pk)
        return manifest_response(report, manifest)

    @extend_schema(
        summary="Download a report file",
        parameters=[FORMAT_PARAMETER],
        responses={
            (200, media_type): (
                OpenApiTypes.OBJECT
                if media_type == "application/json"
                else OpenApiTypes.BINARY
            )
            for media_type in MEDIA_TYPES
        },
    )
    @action(
        detail=True,
        url_path="files/<slug:file_format>",
        url_name="file",
        is_download=True,
        content_negotiation_class=IgnoreAcceptHeader,
    )
    def file(self, request: ActorRequest, id: UUID, file_format: str) -> HttpResponse:  # noqa: A002
        """The report in one format, as it was compiled. The report gives its SHA-256.

        Its media type is that of the format. With `Accept: application/octet-stream`,
        it is that. Every finished report has all formats. The SHA-256 of the JSON is
        `snapshot_sha256`. Its schema is at `/reports/schema/report-6.json`.
        """
        reports = Report.objects.visible_to(request.user, request.at)
        report = get_object_or_404(reports.with_parts(), pk=id)
        file = get_object_or_404(report.files, format=file_format)
        if report.erased_at:
            raise Gone
        answer = file_response(report, file)
        answer.headers["ETag"] = tag_of(request.user, file.sha256.encode())
        return as_octets(request, answer)
