"""The addresses of webhooks: endpoints, and what was sent to them."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.enqueue import enqueue_soon
from accounts.models import Scope
from api.filters import Filters, OrderFilter, choice_filter
from api.idempotency import Idempotent
from api.requests import ActorRequest
from api.resources.webhooks.answers import (
    NewWebhookOut,
    WebhookDeliveryOut,
    WebhookOut,
    require_match,
    tag_of_webhook,
)
from api.resources.webhooks.bodies import (
    WebhookChangesIn,
    WebhookIn,
    WebhookNothingIn,
    read_fields,
    read_webhook,
)
from api.viewsets import Resource
from audit.sealing import SecretUnreadableError
from partners.actions.webhook_deliveries import ping_endpoint, replay_delivery
from partners.actions.webhooks import (
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    rotate_secret,
)
from partners.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from partners.permissions import can_manage_webhooks
from partners.webhooks.payloads import TYPE_CHOICES
from partners.webhooks.sealing import unseal

CHANGING = frozenset({"partial_update", "destroy", "rotate_secret"})
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the webhook as you read it. A weak one is accepted.",
)
# Their answers show the secret.
WITH_SECRET = frozenset({"create", "rotate_secret"})


class WebhookFilters(Filters):
    state = choice_filter("state", WebhookEndpoint.State.choices)
    ordering = OrderFilter(created_at="created_at")


class WebhookDeliveryFilters(Filters):
    state = choice_filter("state", WebhookDelivery.State.choices)
    type = choice_filter("type", TYPE_CHOICES)


class WebhookViewSet(
    Idempotent,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    Resource[WebhookEndpoint],
):
    """The webhooks of this key: where its system is notified of changes.

    A key that replaces another has its webhooks. A key has at most 10.
    """

    queryset = WebhookEndpoint.objects.none()
    scopes = (Scope.MANAGE_WEBHOOKS,)
    serializer_class = WebhookOut
    filterset_class = WebhookFilters
    key = "<uuid:id>"
    lookups = {"id": "pk"}
    # While an answer is made that is kept for a repeated request.
    is_kept = False

    def get_queryset(self) -> QuerySet[WebhookEndpoint]:
        visible = WebhookEndpoint.objects.visible_to(self.request.user)
        return visible.order_by("-created_at", "-pk")

    def known_parameters(self) -> frozenset[str]:
        return frozenset() if self.action == "create" else super().known_parameters()

    def state_problems(self) -> list[int]:
        """Return the statuses that depend on the present state, for the schema."""
        return [412, 428] if self.action in CHANGING else []

    @extend_schema(
        summary="Make a webhook", request=WebhookIn, responses={201: NewWebhookOut}
    )
    def create(self, request: ActorRequest) -> Response:
        """Make a webhook, which is notified of changes from now on.

        The answer has its secret, which is never shown again.
        """
        if not can_manage_webhooks(request.user):
            raise PermissionDenied
        url, filters = read_webhook(request)
        endpoint, _secret = create_endpoint(
            url=url, filters=filters, by=request.user, at=request.at
        )
        where = reverse("api:webhook-detail", args=[endpoint.pk], request=request)
        return self._answer(NewWebhookOut, endpoint, status=201, Location=where)

    @extend_schema(
        summary="Change a webhook",
        request=WebhookChangesIn,
        responses={200: WebhookOut},
        parameters=[IF_MATCH],
    )
    def partial_update(self, request: ActorRequest, id: UUID) -> Response:  # noqa: A002
        """Change its address, or enable or disable it.

        One that is enabled again continues where it was.
        """
        self.get_object()
        changes = read_fields(request, WebhookChangesIn)
        endpoint = self._act(change_endpoint, id, **changes)
        return self._answer(WebhookOut, endpoint)

    @extend_schema(
        summary="Delete a webhook", parameters=[IF_MATCH], responses={204: None}
    )
    def destroy(self, request: ActorRequest, id: UUID) -> Response:  # noqa: A002
        """Delete a webhook for good. What waits for it is not sent."""
        self.get_object()
        self._act(delete_endpoint, id)
        return Response(status=204)

    @extend_schema(
        summary="Rotate the secret of a webhook",
        request=WebhookNothingIn,
        responses={200: NewWebhookOut},
        parameters=[IF_MATCH],
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="rotate-secret",
        url_name="rotate-secret",
    )
    def rotate_secret(self, request: ActorRequest, id: UUID) -> Response:  # noqa: A002
        """Give it a new secret, which this answer alone shows.

        For 24 hours, notifications are signed with the former secret too.
        """
        self.get_object()
        read_fields(request, WebhookNothingIn)
        endpoint, _secret = self._act(rotate_secret, id)
        return self._answer(NewWebhookOut, endpoint)

    @extend_schema(
        summary="Send a test",
        request=WebhookNothingIn,
        responses={202: WebhookDeliveryOut},
    )
    @action(detail=True, methods=["post"])
    def ping(self, request: ActorRequest, id: UUID) -> Response:  # noqa: A002
        """Send a test soon, once, also if the webhook is disabled.

        The list of its deliveries has the result.
        """
        self.get_object()
        read_fields(request, WebhookNothingIn)
        try:
            delivery = ping_endpoint(endpoint_id=id, by=request.user, at=request.at)
        except WebhookEndpoint.DoesNotExist as error:
            raise Http404 from error
        return answer_delivery(delivery)

    def _act(self, act: Callable[..., Any], endpoint_id: UUID, **changes: Any) -> Any:
        request = self.request
        try:
            return act(
                endpoint_id=endpoint_id,
                check=require_match(request),
                by=request.user,
                at=request.at,
                **changes,
            )
        except WebhookEndpoint.DoesNotExist as error:
            raise Http404 from error

    def _answer(
        self,
        shown: type[WebhookOut],
        endpoint: WebhookEndpoint,
        status: int = 200,
        **headers: str,
    ) -> Response:
        tag = tag_of_webhook(self.request, endpoint)
        data = shown(endpoint).data
        if "secret" in data:
            data["secret"] = None
        return Response(data, status=status, headers={"ETag": tag, **headers})

    def _make(self, act: Callable[[], Any]) -> Any:
        """Keep an answer without its secret, which is stored encrypted only."""
        self.is_kept = True
        try:
            return super()._make(act)
        finally:
            self.is_kept = False

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        has_secret = self.action in WITH_SECRET and answer.status_code in {200, 201}
        if has_secret and not self.is_kept:
            self._show_secret(answer)
        return answer

    def _show_secret(self, answer: Any) -> None:
        """Put the present secret into an answer, also where one is repeated."""
        is_kept = not isinstance(answer, Response)
        data = json.loads(answer.content) if is_kept else answer.data
        endpoint = self.get_queryset().filter(pk=data["id"]).first()
        if endpoint is not None:
            data["secret"] = _secret_of(endpoint)
        if is_kept:
            answer.content = json.dumps(data).encode()


def _secret_of(endpoint: WebhookEndpoint) -> str | None:
    try:
        return unseal(bytes(endpoint.secret), endpoint.pk)
    except SecretUnreadableError:
        return None


class WebhookDeliveryViewSet(
    Idempotent, mixins.ListModelMixin, Resource[WebhookDelivery]
):
    """What was sent to a webhook in the last 30 days, or waits, the newest first.

    Each has the attempts to send it. Those of entries that this key may not know of any
    more are left out.
    """

    queryset = WebhookDelivery.objects.none()
    scopes = (Scope.MANAGE_WEBHOOKS,)
    serializer_class = WebhookDeliveryOut
    filterset_class = WebhookDeliveryFilters

    def known_parameters(self) -> frozenset[str]:
        return frozenset() if self.action == "replay" else super().known_parameters()

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        reader = self.request.user
        endpoints = WebhookEndpoint.objects.visible_to(reader)
        endpoint = get_object_or_404(endpoints, pk=self.kwargs["id"])
        visible = WebhookDelivery.objects.visible_to(reader, self.request.at)
        attempts = WebhookAttempt.objects.order_by("started_at", "pk")
        return (
            visible.filter(endpoint=endpoint)
            .prefetch_related(Prefetch("attempts", attempts))
            .order_by("-number", "-pk")
        )

    @extend_schema(
        summary="Send a delivery again",
        request=WebhookNothingIn,
        responses={202: WebhookDeliveryOut},
    )
    def replay(self, request: ActorRequest, id: UUID, delivery: UUID) -> Response:  # noqa: A002
        """Send a delivery that is finished again soon, once.

        It has the same `webhook-id` and a new time.
        """
        get_object_or_404(self.get_queryset(), pk=delivery)
        read_fields(request, WebhookNothingIn)
        try:
            replayed = replay_delivery(
                endpoint_id=id, delivery_id=delivery, by=request.user, at=request.at
            )
        except (WebhookEndpoint.DoesNotExist, WebhookDelivery.DoesNotExist) as error:
            raise Http404 from error
        return answer_delivery(replayed)


def answer_delivery(delivery: WebhookDelivery) -> Response:
    """Answer with a delivery that a worker is to send now."""
    transaction.on_commit(
        lambda: enqueue_soon("partners.tasks.send_webhooks", delivery.endpoint_id)
    )
    return Response(WebhookDeliveryOut(delivery).data, status=202)
