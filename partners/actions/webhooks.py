"""Make and change the endpoints of webhooks, and rotate their secrets."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.record import record
from audit.sealing import SecretUnreadableError
from partners.models import WebhookDelivery, WebhookEndpoint
from partners.permissions import can_manage_webhooks
from partners.webhooks.addresses import clean_webhook_url
from partners.webhooks.sealing import seal, unseal
from partners.webhooks.signatures import make_secret
from progress.changes.change import ChangeFilters
from progress.changes.reading import last_cursor

State = WebhookEndpoint.State
Reason = WebhookEndpoint.Reason
MOST_ENDPOINTS = 10  # of one service user
# After a rotation, notifications are signed with the former secret for as long.
ROTATION = timedelta(hours=24)
# Called with the locked row. It raises to refuse a change of another version.
Check = Callable[[WebhookEndpoint], None]


@transaction.atomic
def create_endpoint(
    *, url: str, filters: ChangeFilters, by: User, at: datetime
) -> tuple[WebhookEndpoint, str]:
    """Create an endpoint, and return it with its secret.

    It is notified of changes from now on. Raises PermissionDenied or ValidationError.
    """
    if not can_manage_webhooks(by):
        raise PermissionDenied
    # The second of two requests waits here, and then counts the endpoint of the first.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if WebhookEndpoint.objects.visible_to(by).count() >= MOST_ENDPOINTS:
        raise ValidationError(
            _("A key has at most %(count)d webhooks. Delete one that you do not need."),
            code="too_many_webhooks",
            params={"count": MOST_ENDPOINTS},
        )
    secret = make_secret()
    endpoint = WebhookEndpoint(
        user=by,
        url=clean_webhook_url(url),
        plan=filters.plan or "",
        instrument=filters.instrument or "",
        instrument_owner=filters.instrument_owner or "",
        members=list(filters.members),
        cursor=last_cursor(by, at, filters=filters),
        read_at=at,
        created_at=at,
    )
    endpoint.secret = seal(secret, endpoint.pk)
    endpoint.save(force_insert=True)
    _record("webhook.create", endpoint, by=by, at=at)
    return endpoint, secret


@transaction.atomic
def change_endpoint(
    *,
    endpoint_id: UUID,
    check: Check,
    by: User,
    at: datetime,
    url: str | None = None,
    state: str | None = None,
) -> WebhookEndpoint:
    """Change the address, or enable or disable the endpoint.

    An endpoint that is enabled again continues where it was, with what failed last.
    Raises WebhookEndpoint.DoesNotExist, PermissionDenied, ValidationError, or what the
    check raises.
    """
    endpoint = _locked(endpoint_id, check, by)
    if url is not None:
        endpoint.url = clean_webhook_url(url)
    if state == State.ENABLED and endpoint.state == State.DISABLED:
        _enable(endpoint, at)
    elif state == State.DISABLED and endpoint.state == State.ENABLED:
        endpoint.state, endpoint.disabled_reason = State.DISABLED, Reason.REQUEST
        endpoint.disabled_at = at
    endpoint.save(
        update_fields=[
            "url",
            "state",
            "disabled_reason",
            "disabled_at",
            "failing_since",
        ]
    )
    _record("webhook.change", endpoint, by=by, at=at)
    return endpoint


def _enable(endpoint: WebhookEndpoint, at: datetime) -> None:
    """Enable it, and let the delivery whose failure disabled it be sent again."""
    endpoint.deliveries.filter(
        state=WebhookDelivery.State.FAILED,
        is_requested=False,
        finished_at=endpoint.disabled_at,
    ).update(state=WebhookDelivery.State.WAITING, attempts_made=0, finished_at=None)
    waiting = endpoint.deliveries.filter(state=WebhookDelivery.State.WAITING)
    waiting.update(due_at=at)
    endpoint.state, endpoint.disabled_reason = State.ENABLED, ""
    endpoint.disabled_at = endpoint.failing_since = None


@transaction.atomic
def delete_endpoint(
    *, endpoint_id: UUID, check: Check, by: User, at: datetime
) -> WebhookEndpoint:
    """Delete an endpoint with its secrets. What waits for it is not sent.

    The row stays, for the record. Raises as `change_endpoint` does.
    """
    endpoint = _locked(endpoint_id, check, by)
    endpoint.deleted_at = at
    endpoint.secret, endpoint.former_secret = b"", None
    endpoint.former_secret_until = None
    endpoint.save(
        update_fields=["deleted_at", "secret", "former_secret", "former_secret_until"]
    )
    endpoint.deliveries.filter(state=WebhookDelivery.State.WAITING).update(
        state=WebhookDelivery.State.DROPPED, finished_at=at
    )
    _record("webhook.delete", endpoint, by=by, at=at)
    return endpoint


@transaction.atomic
def rotate_secret(
    *, endpoint_id: UUID, check: Check, by: User, at: datetime
) -> tuple[WebhookEndpoint, str]:
    """Give an endpoint a new secret, and return both.

    For the time of `ROTATION`, notifications are signed with the former secret too, so
    that the receiver can change over at any moment. Raises as `change_endpoint` does.
    """
    endpoint = _locked(endpoint_id, check, by)
    secret = make_secret()
    endpoint.former_secret, endpoint.former_secret_until = None, None
    if _is_readable(endpoint):
        endpoint.former_secret = bytes(endpoint.secret)
        endpoint.former_secret_until = at + ROTATION
    endpoint.secret = seal(secret, endpoint.pk)
    if endpoint.problem == WebhookEndpoint.Problem.SECRET:
        endpoint.problem = ""
        waiting = endpoint.deliveries.filter(state=WebhookDelivery.State.WAITING)
        waiting.update(due_at=at)
    endpoint.save(
        update_fields=["secret", "former_secret", "former_secret_until", "problem"]
    )
    _record("webhook.rotate_secret", endpoint, by=by, at=at)
    return endpoint, secret


def filters_of(endpoint: WebhookEndpoint) -> ChangeFilters:
    """Return which changes the endpoint is notified of."""
    return ChangeFilters(
        plan=endpoint.plan or None,
        instrument=endpoint.instrument or None,
        instrument_owner=endpoint.instrument_owner or None,
        members=tuple(endpoint.members),
    )


def _is_readable(endpoint: WebhookEndpoint) -> bool:
    try:
        unseal(bytes(endpoint.secret), endpoint.pk)
    except SecretUnreadableError:
        return False
    return True


def _locked(endpoint_id: UUID, check: Check, by: User) -> WebhookEndpoint:
    """Return the row, locked. Endpoints are locked before their deliveries."""
    rows = WebhookEndpoint.objects.visible_to(by).select_for_update(no_key=True)
    endpoint = rows.get(pk=endpoint_id)
    if not can_manage_webhooks(by):
        raise PermissionDenied
    check(endpoint)
    return endpoint


def _record(verb: str, endpoint: WebhookEndpoint, *, by: User, at: datetime) -> None:
    record(verb=verb, target=endpoint, by=by, at=at, member=by.member_id or "")
