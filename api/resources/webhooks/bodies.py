"""What a client sends to make or change a webhook."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.models import Member
from accounts.typed.text import clean_link
from api.fields import ChoiceIn, select_one_of
from api.requests import ActorRequest
from api.resources.report_requests import NameIn
from api.resources.writing.fields import read_body
from commitments.models import Instrument, Plan
from partners.models import WebhookEndpoint
from partners.webhooks.addresses import URL_LENGTH
from progress.changes.change import ChangeFilters

MOST_MEMBERS = 20
URL_HELP = gettext_lazy(
    "Where notifications are sent: an https address on port 443, of a host on the"
    " public Internet, in ASCII, without a name, a password or a fragment."
)
PLAN_HELP = gettext_lazy("Slug of a plan: only changes under it. Null for all plans.")
INSTRUMENT_HELP = gettext_lazy(
    "Slug of an instrument: only changes of commitments that name it. Null for all."
)
OWNER_HELP = gettext_lazy(
    "Slug of an instrument: only changes of commitments that it concerns, since they"
    " name it, or one that it owns. Null for all."
)
MEMBERS_HELP = gettext_lazy("Codes of members: only changes of theirs. Empty for all.")
STATE_HELP = gettext_lazy(
    "`enabled` sends again what waits, and continues where it was. `disabled` sends"
    " nothing."
)


class UrlIn(serializers.CharField):
    """An address, without marks at its ends that cannot be seen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=URL_LENGTH, help_text=URL_HELP, **options)

    def to_internal_value(self, data: Any) -> str:
        try:
            return clean_link(super().to_internal_value(data))
        except ValidationError as error:
            raise serializers.ValidationError(error.messages[0], error.code) from error


class WebhookIn(serializers.Serializer[Any]):
    """A new webhook. Its filters do not change later."""

    url = UrlIn()
    plan = NameIn(required=False, allow_null=True, help_text=PLAN_HELP)
    instrument = NameIn(required=False, allow_null=True, help_text=INSTRUMENT_HELP)
    instrument_owner = NameIn(required=False, allow_null=True, help_text=OWNER_HELP)
    members = serializers.ListField(
        child=serializers.CharField(max_length=2),
        required=False,
        max_length=MOST_MEMBERS,
        help_text=MEMBERS_HELP,
    )


class WebhookChangesIn(serializers.Serializer[Any]):
    """What to change of a webhook. A field that is left out stays as it is."""

    url = UrlIn(required=False)
    state = ChoiceIn(
        WebhookEndpoint.State.choices, required=False, help_text=STATE_HELP
    )


class WebhookNothingIn(serializers.Serializer[Any]):
    """A body without fields."""


def read_webhook(request: ActorRequest) -> tuple[str, ChangeFilters]:
    """Return the address and the filters of a new webhook.

    Raises ValidationError, by field.
    """
    data = read_fields(request, WebhookIn)
    members = list(dict.fromkeys(data.get("members", [])))
    unknown = dict(_unknown(data, members))
    if unknown:
        raise ValidationError(unknown)
    return data["url"], ChangeFilters(
        plan=data.get("plan"),
        instrument=data.get("instrument"),
        instrument_owner=data.get("instrument_owner"),
        members=tuple(members),
    )


def _unknown(
    data: Mapping[str, Any], members: list[str]
) -> Iterator[tuple[str, ValidationError]]:
    """Yield the names of what is not there, each with its sentence."""
    rows = {
        "plan": Plan.objects.all(),
        "instrument": Instrument.objects.all(),
        "instrument_owner": Instrument.objects.all(),
    }
    for name, queryset in rows.items():
        slug = data.get(name)
        if slug is not None and not queryset.filter(slug=slug).exists():
            message = _("There is no “%(name)s”. Check the spelling and case.")
            yield name, ValidationError(message, "unknown_value", {"name": slug})
    codes = Member.objects.codes() if members else []
    if not set(members) <= set(codes):
        yield "members", ValidationError(select_one_of(codes), "unknown_value")


def read_fields(
    request: ActorRequest, kind: type[serializers.Serializer[Any]]
) -> dict[str, Any]:
    """Return the fields of a body. Raises ValidationError, by field."""
    return read_body(kind(), request.data)
