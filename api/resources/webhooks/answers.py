"""What a client is served of a webhook, and of its deliveries."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from api.fields import ChoiceOrNull
from api.problems import PreconditionFailed
from api.renderers import FastJsonRenderer
from api.requests import ActorRequest
from api.resources.webhooks.bodies import (
    INSTRUMENT_HELP,
    MEMBERS_HELP,
    OWNER_HELP,
    PLAN_HELP,
    URL_HELP,
)
from api.resources.writing.preconditions import required_if_match
from api.tags import names_tag, tag_of
from partners.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from partners.webhooks.payloads import TYPE_CHOICES

STATE_HELP = gettext_lazy("Whether notifications are sent.")
REASON_HELP = gettext_lazy(
    "Why it is disabled: by `request`, since the receiver answered 410 (`gone`), or"
    " since every attempt failed for days (`failing`). Null if it is enabled."
)
PROBLEM_HELP = gettext_lazy(
    "Why nothing is sent at present: no usable key may manage webhooks (`no_key`), the"
    " secret must be rotated (`secret`), or too many notifications wait (`backlog`)."
    " Null if there is no problem."
)
FORMER_HELP = gettext_lazy(
    "Until then, in UTC, notifications are signed with the former secret too. Null if"
    " the secret was never rotated."
)
SECRET_HELP = gettext_lazy(
    "The secret that verifies notifications, in the form `whsec_…`. It is shown in this"
    " answer only."
)


class NullableName(serializers.CharField):
    """A name that may be unset. An empty column is shown as null."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, read_only=True, **options)

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) or None


class WebhookOut(serializers.ModelSerializer[WebhookEndpoint]):
    """Where notifications are sent, and of which changes.

    Nothing in it changes by a delivery, so that its tag stays.
    """

    plan = NullableName(help_text=PLAN_HELP)
    instrument = NullableName(help_text=INSTRUMENT_HELP)
    instrument_owner = NullableName(help_text=OWNER_HELP)
    state = serializers.ChoiceField(
        WebhookEndpoint.State.choices, read_only=True, help_text=STATE_HELP
    )
    disabled_reason = ChoiceOrNull(
        WebhookEndpoint.Reason.choices, read_only=True, help_text=REASON_HELP
    )
    problem = ChoiceOrNull(
        WebhookEndpoint.Problem.choices, read_only=True, help_text=PROBLEM_HELP
    )

    class Meta:
        model = WebhookEndpoint
        fields: tuple[str, ...] = (
            "id",
            "url",
            "plan",
            "instrument",
            "instrument_owner",
            "members",
            "state",
            "disabled_reason",
            "disabled_at",
            "problem",
            "former_secret_until",
            "created_at",
        )
        read_only_fields = fields
        extra_kwargs = {
            "url": {"help_text": URL_HELP},
            "members": {"help_text": MEMBERS_HELP},
            "disabled_at": {
                "help_text": gettext_lazy(
                    "When it was disabled, in UTC. Null if it is enabled."
                )
            },
            "former_secret_until": {"help_text": FORMER_HELP},
            "created_at": {"help_text": gettext_lazy("When it was made, in UTC.")},
        }


class NewWebhookOut(WebhookOut):
    """A webhook with its new secret."""

    secret = serializers.CharField(
        read_only=True, allow_null=True, default=None, help_text=SECRET_HELP
    )

    class Meta(WebhookOut.Meta):
        fields = (*WebhookOut.Meta.fields, "secret")
        read_only_fields = fields


class WebhookAttemptOut(serializers.ModelSerializer[WebhookAttempt]):
    """One try to send a delivery."""

    problem = NullableName(
        help_text=gettext_lazy(
            "Why there was no answer, or no good one, in a word. Null if it was taken."
        )
    )

    class Meta:
        model = WebhookAttempt
        fields = read_only_fields = ("started_at", "ended_at", "status", "problem")
        extra_kwargs = {
            "started_at": {"help_text": gettext_lazy("When it began, in UTC.")},
            "ended_at": {
                "help_text": gettext_lazy(
                    "When it ended, in UTC. Null if it has not, or if our process was"
                    " lost before."
                )
            },
            "status": {
                "help_text": gettext_lazy(
                    "HTTP status of the receiver. Null if there was no answer."
                )
            },
        }


class WebhookDeliveryOut(serializers.ModelSerializer[WebhookDelivery]):
    """One notification, and the attempts to send it."""

    type = serializers.ChoiceField(
        TYPE_CHOICES,
        read_only=True,
        help_text=gettext_lazy("What it is about."),
    )
    entry = serializers.UUIDField(
        source="entry_id",
        allow_null=True,
        read_only=True,
        help_text=gettext_lazy("Id of the entry. Null if it is about none."),
    )
    assessment_table = serializers.UUIDField(
        source="assessment_table_id",
        allow_null=True,
        read_only=True,
        help_text=gettext_lazy("Id of the score table. Null if it is about none."),
    )
    state = serializers.ChoiceField(
        WebhookDelivery.State.choices,
        read_only=True,
        help_text=gettext_lazy(
            "How far it is. `dropped` was not sent, since the key may not know of it"
            " any more."
        ),
    )
    next_attempt_at = serializers.DateTimeField(
        allow_null=True,
        read_only=True,
        help_text=gettext_lazy(
            "When it is sent next, in UTC, if those before it are delivered by then."
            " Null if it is not sent again."
        ),
    )
    attempts = WebhookAttemptOut(many=True, read_only=True)

    class Meta:
        model = WebhookDelivery
        fields = read_only_fields = (
            "id",
            "type",
            "entry",
            "assessment_table",
            "state",
            "next_attempt_at",
            "attempts",
            "created_at",
            "finished_at",
        )
        extra_kwargs = {
            "id": {"help_text": gettext_lazy("What is sent as `webhook-id`.")},
            "created_at": {
                "help_text": gettext_lazy("When the change was read for it, in UTC.")
            },
            "finished_at": {
                "help_text": gettext_lazy(
                    "When it was delivered, failed or dropped, in UTC. Null before."
                )
            },
        }


def tag_of_webhook(request: ActorRequest, endpoint: WebhookEndpoint) -> str:
    """Return the tag of what this reader is served of an endpoint."""
    served = FastJsonRenderer().render(WebhookOut(endpoint).data)
    return tag_of(request.user, served)


def require_match(request: ActorRequest) -> Callable[[WebhookEndpoint], None]:
    """Return the check that If-Match names the endpoint as it is, under its lock.

    Raises PreconditionRequired at once, and PreconditionFailed when called.
    """
    header = required_if_match(request)

    def check(endpoint: WebhookEndpoint) -> None:
        tag = tag_of_webhook(request, endpoint)
        if not names_tag(header, tag):
            error = PreconditionFailed()
            vars(error)["tag"] = tag
            raise error

    return check
