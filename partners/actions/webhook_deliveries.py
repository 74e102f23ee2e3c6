"""The job of sending one delivery: claim it, finish it, and try it again.

`sending` is committed before a receiver is asked, and no transaction is open meanwhile.
A delivery whose worker was lost is sent again: a receiver knows it by its id.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import can_steer_jobs
from audit.record import record
from partners.actions.webhook_changes import new_delivery
from partners.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from partners.permissions import can_manage_webhooks
from partners.webhooks.pauses import MOST_ATTEMPTS, next_attempt
from partners.webhooks.payloads import WebhookType, ping_payload
from partners.webhooks.posting import Receipt

State = WebhookDelivery.State
# Longer than sending takes, with all that is read before and written after.
LEASE = timedelta(seconds=60)
WORKER_LOST = "worker_lost"
# Until it is looked again whether the service user has a usable key.
POSTPONED = timedelta(hours=1)
# How long deliveries can be read and replayed.
KEPT = timedelta(days=30)
MOST_DELETED = 10_000
# A ping or a replay is refused while this many wait.
MOST_REQUESTED = 20


@transaction.atomic
def claim_delivery(*, delivery_id: UUID, at: datetime) -> WebhookDelivery | None:
    """Take a delivery that is due, and note the attempt. None if it is not, or taken.

    The row is locked first: whether it comes next is asked with what is then committed.
    """
    waiting = WebhookDelivery.objects.filter(pk=delivery_id, state=State.WAITING)
    if not waiting.select_for_update(skip_locked=True).exists():
        return None
    delivery = (
        WebhookDelivery.objects.due(at)
        .select_related("endpoint")
        .filter(pk=delivery_id)
        .first()
    )
    if delivery is None:
        return None
    delivery.state, delivery.attempts_made = State.SENDING, delivery.attempts_made + 1
    lease = uuid4()
    delivery.lease, delivery.lease_ends_at = lease, at + LEASE
    delivery.save(update_fields=["state", "attempts_made", "lease", "lease_ends_at"])
    WebhookAttempt.objects.create(id=lease, delivery=delivery, started_at=at)
    return delivery


@transaction.atomic
def finish_delivery(
    *, delivery: WebhookDelivery, receipt: Receipt, at: datetime
) -> bool:
    """Keep what came of an attempt, for the worker that holds it and no other."""
    endpoint = _lock_endpoint(delivery)
    held = WebhookDelivery.objects.select_for_update().filter(
        pk=delivery.pk, state=State.SENDING, lease=delivery.lease
    )
    if (row := held.first()) is None:
        return False
    problem = receipt.problem.value if receipt.problem else ""
    _open_attempt(row).update(ended_at=at, status=receipt.status, problem=problem)
    row.last_status, row.last_problem = receipt.status, problem
    if receipt.is_delivered:
        _note_success(row, endpoint, at)
    else:
        _note_failure(row, endpoint, receipt, at)
    return True


def _note_success(
    delivery: WebhookDelivery, endpoint: WebhookEndpoint, at: datetime
) -> None:
    _end(delivery, State.DELIVERED, at)
    if endpoint.failing_since is not None:
        endpoint.failing_since = None
        endpoint.save(update_fields=["failing_since"])
        # The receiver is there again: what waits need not wait for its next try.
        waiting = endpoint.deliveries.filter(state=State.WAITING, due_at__gt=at)
        waiting.update(due_at=at)


def _note_failure(
    delivery: WebhookDelivery,
    endpoint: WebhookEndpoint,
    receipt: Receipt,
    at: datetime,
) -> None:
    if endpoint.failing_since is None:
        endpoint.failing_since = at
        endpoint.save(update_fields=["failing_since"])
    is_last = delivery.attempts_made >= MOST_ATTEMPTS
    if delivery.is_requested or is_last or receipt.is_gone:
        _end(delivery, State.FAILED, at)
        if receipt.is_gone:
            _disable(endpoint, WebhookEndpoint.Reason.GONE, at)
        elif not delivery.is_requested:
            _disable(endpoint, WebhookEndpoint.Reason.FAILING, at)
        return
    due_at = next_attempt(delivery.attempts_made, at, retry_after=receipt.retry_after)
    _wait(delivery, due_at)


def _end(delivery: WebhookDelivery, state: State, at: datetime) -> None:
    delivery.state, delivery.finished_at = state, at
    delivery.lease = delivery.lease_ends_at = None
    delivery.save()


def _wait(delivery: WebhookDelivery, due_at: datetime) -> None:
    delivery.state, delivery.due_at = State.WAITING, due_at
    delivery.lease = delivery.lease_ends_at = None
    delivery.save()


def _disable(
    endpoint: WebhookEndpoint, reason: WebhookEndpoint.Reason, at: datetime
) -> None:
    """Send nothing more there. The event makes a notice to people who can act."""
    if endpoint.state == WebhookEndpoint.State.DISABLED:
        return
    endpoint.state, endpoint.disabled_reason = WebhookEndpoint.State.DISABLED, reason
    endpoint.disabled_at = at
    endpoint.save(update_fields=["state", "disabled_reason", "disabled_at"])
    record(
        verb="webhook.disable",
        target=endpoint,
        by=None,
        at=at,
        member=endpoint.user.member_id or "",
        data={"reason": reason.value},
    )


@transaction.atomic
def drop_delivery(*, delivery: WebhookDelivery, at: datetime) -> bool:
    """Send it never: its reader may no longer know of it."""
    held = WebhookDelivery.objects.filter(pk=delivery.pk, lease=delivery.lease)
    _open_attempt(delivery).delete()
    return bool(
        held.update(state=State.DROPPED, finished_at=at, lease=None, lease_ends_at=None)
    )


@transaction.atomic
def postpone_delivery(
    *, delivery: WebhookDelivery, problem: WebhookEndpoint.Problem, at: datetime
) -> bool:
    """Put it back, since nothing can be sent for its endpoint. It is no attempt."""
    endpoint = _lock_endpoint(delivery)
    endpoint.problem = problem
    endpoint.save(update_fields=["problem"])
    _open_attempt(delivery).delete()
    held = WebhookDelivery.objects.filter(pk=delivery.pk, lease=delivery.lease)
    return bool(
        held.update(
            state=State.WAITING,
            attempts_made=F("attempts_made") - 1,
            due_at=at + POSTPONED,
            lease=None,
            lease_ends_at=None,
        )
    )


@transaction.atomic
def requeue_lost_delivery(*, delivery_id: UUID, at: datetime) -> bool:
    """Put a delivery back whose worker is gone. The attempt counts."""
    lost = WebhookDelivery.objects.lost(at).filter(pk=delivery_id)
    delivery = lost.select_for_update(skip_locked=True).first()
    if delivery is None:
        return False
    _open_attempt(delivery).update(problem=WORKER_LOST)
    delivery.last_status, delivery.last_problem = None, WORKER_LOST
    if delivery.is_requested:
        _end(delivery, State.FAILED, at)
    else:
        _wait(delivery, next_attempt(delivery.attempts_made, at))
    return True


@transaction.atomic
def ping_endpoint(*, endpoint_id: UUID, by: User, at: datetime) -> WebhookDelivery:
    """Send a test, once and at once, also to an endpoint that is disabled.

    Raises WebhookEndpoint.DoesNotExist, PermissionDenied or ValidationError.
    """
    endpoint = _own_endpoint(endpoint_id, by)
    delivery = new_delivery(
        endpoint, WebhookType.PING, at, payload=ping_payload(at=at), is_requested=True
    )
    delivery.save(force_insert=True)
    endpoint.save(update_fields=["last_number"])
    return delivery


@transaction.atomic
def replay_delivery(
    *, endpoint_id: UUID, delivery_id: UUID, by: User, at: datetime
) -> WebhookDelivery:
    """Send a finished delivery again, once: with its id, and the time of then.

    Raises DoesNotExist, PermissionDenied or ValidationError.
    """
    _own_endpoint(endpoint_id, by)
    rows = WebhookDelivery.objects.visible_to(by, at).filter(endpoint=endpoint_id)
    delivery = rows.select_for_update(of=("self",)).get(pk=delivery_id)
    _replay(delivery, at)
    return delivery


@transaction.atomic
def retry_delivery(*, delivery_id: UUID, by: User, at: datetime) -> WebhookDelivery:
    """Send a failed delivery again, once, from the administrators' list of jobs.

    Raises as `replay_delivery` does.
    """
    if not can_steer_jobs(by):
        raise PermissionDenied
    delivery = WebhookDelivery.objects.select_for_update().get(pk=delivery_id)
    _replay(delivery, at)
    record(verb="webhook_delivery.retry", target=delivery, by=by, at=at)
    return delivery


def _replay(delivery: WebhookDelivery, at: datetime) -> None:
    if delivery.state not in {State.DELIVERED, State.FAILED}:
        raise ValidationError(
            _("This is not possible now. The state of this delivery is “%(state)s”."),
            code="illegal_transition",
            params={"state": delivery.get_state_display()},
        )
    delivery.state, delivery.is_requested = State.WAITING, True
    delivery.due_at, delivery.finished_at, delivery.attempts_made = at, None, 0
    delivery.save(
        update_fields=[
            "state",
            "is_requested",
            "due_at",
            "finished_at",
            "attempts_made",
        ]
    )


def delete_old_deliveries(*, at: datetime) -> int:
    """Delete finished deliveries and their attempts after `KEPT`. Return how many."""
    old = WebhookDelivery.objects.filter(
        created_at__lt=at - KEPT, finished_at__isnull=False
    )
    keys = list(old.order_by("created_at").values_list("pk", flat=True)[:MOST_DELETED])
    WebhookDelivery.objects.filter(pk__in=keys).delete()
    return len(keys)


def _own_endpoint(endpoint_id: UUID, by: User) -> WebhookEndpoint:
    """Return the endpoint, locked, unless too much was requested of it already."""
    rows = WebhookEndpoint.objects.visible_to(by).select_for_update(no_key=True)
    endpoint = rows.get(pk=endpoint_id)
    if not can_manage_webhooks(by):
        raise PermissionDenied
    if endpoint.deliveries.unfinished().filter(is_requested=True).count() >= (
        MOST_REQUESTED
    ):
        raise ValidationError(
            _("Too many tests and replays wait to be sent. Try again in a minute."),
            code="too_many_requested",
        )
    return endpoint


def _open_attempt(delivery: WebhookDelivery) -> QuerySet[WebhookAttempt]:
    """Return the attempt that a worker makes now."""
    return delivery.attempts.filter(ended_at=None, problem="")


def _lock_endpoint(delivery: WebhookDelivery) -> WebhookEndpoint:
    rows = WebhookEndpoint.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("user").get(pk=delivery.endpoint_id)
