"""Webhooks of two keys, and their deliveries: a key may know its own alone."""

from partners.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from partners.webhooks.payloads import WebhookType, change_payload
from partners.webhooks.rights import find_webhook_reader, rights_digest
from partners.webhooks.sealing import seal
from tests.leaks.canaries import canary, id_of
from tests.leaks.cast import BY_NAME
from tests.leaks.entries import Plant
from tests.leaks.world import World

FORMER_RIGHTS = "0" * 64


def webhook(key: str) -> Plant:
    """A webhook of a key of the cast, and a delivery that its receiver refused."""

    def plant(world: World, secret: str, member: str) -> None:
        user = BY_NAME[key].user
        pk = id_of(secret)
        endpoint = WebhookEndpoint.objects.create(
            id=pk,
            user=user,
            url=f"https://{canary(secret, 'host')}.example/{canary(secret, 'path')}",
            members=[member],
            secret=seal(canary(secret, "secret"), pk),
            cursor=canary(secret, "cursor"),
            read_at=world.ago(0.1),
            last_number=2,
            created_at=world.ago(3),
        )
        reader = find_webhook_reader(user.pk, world.now)
        rights = rights_digest(reader, world.now) if reader else FORMER_RIGHTS
        delivery = _delivery(world, endpoint, secret, f"public of {member}")
        delivery.id, delivery.rights = id_of(f"delivery of {secret}"), rights
        _save(delivery)

    return plant


def former_delivery(whose: str) -> Plant:
    """A delivery about an entry of which the key may not know any more.

    It is added to the webhook, if there is one in this world.
    """

    def plant(world: World, secret: str, member: str) -> None:
        name = f"{whose} webhook of {member}"
        endpoint = WebhookEndpoint.objects.filter(pk=id_of(name)).first()
        if endpoint is not None:
            delivery = _delivery(world, endpoint, secret, f"amber of {member}")
            delivery.id, delivery.number = id_of(secret), 2
            _save(delivery)

    return plant


def _delivery(
    world: World, endpoint: WebhookEndpoint, secret: str, entry: str
) -> WebhookDelivery:
    """Return one about an entry, made with rights that its key has no more."""
    entry_id, kind = id_of(f"entry {entry}"), WebhookType.PUBLISHED
    cursor = canary(secret, "cursor of a delivery")
    return WebhookDelivery(
        endpoint=endpoint,
        number=1,
        type=kind,
        entry_id=entry_id,
        payload=change_payload(kind, at=world.ago(2), entry_id=entry_id, cursor=cursor),
        rights=FORMER_RIGHTS,
        state=WebhookDelivery.State.FAILED,
        attempts_made=1,
        due_at=world.ago(2),
        created_at=world.ago(2),
        finished_at=world.ago(1),
    )


def _save(delivery: WebhookDelivery) -> None:
    """Save it with the attempt that failed."""
    delivery.save(force_insert=True)
    WebhookAttempt.objects.create(
        id=id_of(f"attempt of {delivery.pk}"),
        delivery=delivery,
        started_at=delivery.due_at,
        ended_at=delivery.finished_at,
        status=500,
    )
