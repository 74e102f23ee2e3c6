"""The resource `me`: what the key or the person of a request is, and may do."""

from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.models import ApiKey, Role, Scope, User
from api.requests import ActorRequest
from api.viewsets import Endpoint
from progress.models import Handling
from progress.querysets.visibility import highest_handling
from reports.permissions import compilable_kinds

WRITERS = (Role.CONTRIBUTOR, Role.OFFICER, Role.HEAD)


class ReaderKind(TextChoices):
    """Who sends a request: a machine with a key, or a person in a browser."""

    KEY = "key", _("Key")
    PERSON = "person", _("Person")


class MeOut(serializers.Serializer[Any]):
    """The key or the person that sends the request, with its rights at this instant."""

    kind = serializers.ChoiceField(
        ReaderKind.choices, help_text=_("`key` with a key, `person` with a session.")
    )
    name = serializers.CharField(help_text=_("The name of the key, or of the person."))
    key_prefix = serializers.CharField(
        allow_null=True,
        help_text=_("The part of the key that is no secret. Null for a person."),
    )
    member = serializers.CharField(
        allow_null=True,
        help_text=_("Code of the member it acts for, for example JP. Null for none."),
    )
    body = serializers.CharField(
        allow_null=True,
        help_text=_(
            "Slug of the assessing body whose draft scores it reads and may write. Null"
            " for none."
        ),
    )
    roles = serializers.ListField(
        child=serializers.ChoiceField(Role.choices),
        help_text=_("The roles of the person. Empty for a key."),
    )
    scopes = serializers.ListField(
        child=serializers.ChoiceField(Scope.choices),
        allow_null=True,
        help_text=_(
            "The scopes that narrow the key. Null for a person, whom no scope narrows."
        ),
    )
    highest_handling = serializers.ChoiceField(
        Handling.choices,
        allow_null=True,
        help_text=_(
            "The most restricted label of an entry that it may read, of its own member"
            " or of others. Null if it reads no entries."
        ),
    )
    reads_entries_of = serializers.CharField(
        allow_null=True,
        help_text=_(
            "Code of the member whose entries it reads in every state and with every"
            " label, within its limit to an instrument. Null for none."
        ),
    )
    instrument_owner = serializers.CharField(
        allow_null=True,
        help_text=_(
            "Slug of the instrument that the key is limited to: it reads entries only"
            " on commitments that name the instrument, or what it owns. Null if it is"
            " not limited."
        ),
    )
    networks = serializers.ListField(
        child=serializers.CharField(),
        help_text=_(
            "The networks from which the key works, for example 192.0.2.0/24. Empty if"
            " it works from everywhere, and for a person."
        ),
    )
    writes_entries_of = serializers.CharField(
        allow_null=True,
        help_text=_("Code of the member whose entries it may write. Null for none."),
    )
    compiles_reports = serializers.BooleanField(
        help_text=_("Whether it may request reports.")
    )
    manages_webhooks = serializers.BooleanField(
        help_text=_("Whether it may make and change webhooks.")
    )
    created_at = serializers.DateTimeField(
        allow_null=True,
        help_text=_("When the key was made, in UTC. Null for a person."),
    )
    expires_at = serializers.DateTimeField(
        allow_null=True,
        help_text=_("When the key ends, in UTC. Null for a person."),
    )
    replaced_at = serializers.DateTimeField(
        allow_null=True,
        help_text=_(
            "When a new key was made in place of this one, in UTC. Use the new one"
            " before this one ends. Null if there is none, and for a person."
        ),
    )


class MeView(Endpoint):
    """What the key or the person of this request is, and what it may do."""

    @extend_schema(
        operation_id="me_retrieve",
        summary="Read what this key is and may do",
        tags=["me"],
        responses={200: MeOut},
    )
    def get(self, request: ActorRequest) -> Response:
        """The key or the person that sends the request, with its rights now.

        Every key may ask.
        """
        key = request.auth if isinstance(request.auth, ApiKey) else None
        return Response(MeOut(facts_of(request.user, key, request.at)).data)


def facts_of(reader: User, key: ApiKey | None, at: datetime) -> dict[str, Any]:
    """Return what `MeOut` shows of a reader at an instant."""
    member, is_key = reader.delegation, key is not None
    writes = reader.has_role(*WRITERS) and reader.may(Scope.WRITE_ENTRIES)
    return {
        "kind": ReaderKind.KEY if is_key else ReaderKind.PERSON,
        "name": key.name if key else reader.name,
        "key_prefix": key.prefix if key else None,
        "member": member,
        "body": reader.assessing_body,
        "roles": [] if is_key else reader.roles,
        "scopes": sorted(key.scopes) if key else None,
        "highest_handling": highest_handling(reader, at) or None,
        "reads_entries_of": member if reader.may(Scope.READ_OWN) else None,
        "instrument_owner": reader.instrument_owner,
        "networks": key.networks if key else [],
        "writes_entries_of": member if writes else None,
        "compiles_reports": bool(compilable_kinds(reader, at=at)),
        "manages_webhooks": is_key and reader.may(Scope.MANAGE_WEBHOOKS),
        "created_at": key.created_at if key else None,
        "expires_at": key.expires_at if key else None,
        "replaced_at": key.replaced_at if key else None,
    }
