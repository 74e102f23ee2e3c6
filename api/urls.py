"""Addresses of version 1 of the API. More may come; none is renamed or removed."""

from django.urls import path, re_path

from api.docs import docs
from api.resources.actions import ActionViewSet
from api.resources.changes import ChangeViewSet
from api.resources.commitments import CommitmentViewSet
from api.resources.entries import EntryViewSet
from api.resources.evidence import EvidenceFileView
from api.resources.evidence_list import EvidenceViewSet
from api.resources.instruments import InstrumentViewSet
from api.resources.me import MeView
from api.resources.member_commitments import MemberCommitmentViewSet
from api.resources.members import MemberViewSet
from api.resources.plans import PlanViewSet
from api.resources.positions import PositionViewSet
from api.resources.reports import ReportViewSet
from api.resources.scores.assessments import AssessmentViewSet
from api.resources.scores.bodies import AssessingBodyViewSet
from api.resources.scores.guidelines import GuidelineViewSet
from api.resources.scores.tables import AssessmentTableViewSet
from api.resources.stocktakes import StocktakeViewSet
from api.resources.sub_areas import SubAreaViewSet
from api.resources.summits import SummitViewSet
from api.resources.webhooks.views import WebhookDeliveryViewSet, WebhookViewSet
from api.root import NotFoundView, RootView, SchemaView
from api.routing import NaturalKeyRouter

app_name = "api"

router = NaturalKeyRouter()
router.register("members", MemberViewSet, "member")
router.register("summits", SummitViewSet, "summit")
router.register("plans", PlanViewSet, "plan")
router.register("actions", ActionViewSet, "action")
router.register("sub-areas", SubAreaViewSet, "sub-area")
router.register("commitments", CommitmentViewSet, "commitment")
router.register("instruments", InstrumentViewSet, "instrument")
router.register("member-commitments", MemberCommitmentViewSet, "member-commitment")
router.register("stocktakes", StocktakeViewSet, "stocktake")
router.register("entries", EntryViewSet, "entry")
router.register("evidence", EvidenceViewSet, "evidence")
router.register("positions", PositionViewSet, "position")
router.register("assessing-bodies", AssessingBodyViewSet, "assessing-body")
router.register("guidelines", GuidelineViewSet, "guideline")
router.register("assessment-tables", AssessmentTableViewSet, "assessment-table")
router.register("assessments", AssessmentViewSet, "assessment")
router.register("changes", ChangeViewSet, "change")
router.register("reports", ReportViewSet, "report")
router.register("webhooks", WebhookViewSet, "webhook")

ROUTE_NAMES = {prefix: f"{name}-list" for prefix, _viewset, name in router.registry} | {
    "me": "me",
    "schema": "schema",
    "docs": "docs",
}

urlpatterns = [
    path("", RootView.as_view(route_names=ROUTE_NAMES), name="root"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    path("me/", MeView.as_view(), name="me"),
    path("evidence/<uuid:id>/file/", EvidenceFileView.as_view(), name="evidence-file"),
    path(
        "webhooks/<uuid:id>/deliveries/",
        WebhookDeliveryViewSet.as_view({"get": "list"}),
        name="webhook-delivery-list",
    ),
    path(
        "webhooks/<uuid:id>/deliveries/<uuid:delivery>/replay/",
        WebhookDeliveryViewSet.as_view({"post": "replay"}),
        name="webhook-delivery-replay",
    ),
    *router.urls,
    # A full stop would not match a line end.
    re_path(r"^[\s\S]*$", NotFoundView.as_view(), name="nothing-here"),
]
