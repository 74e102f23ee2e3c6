"""A request for rights in a delegation, which its heads and administrators read."""

from accounts.models import PendingGrant, Role, User
from partners.models import Notice
from tests.factories import make_user
from tests.leaks.canaries import canary, id_of
from tests.leaks.world import World


def grant(world: World, secret: str, member: str) -> None:
    """An administrator asked for a new officer. A head is notified."""
    asked_at = world.ago(1)
    asked = PendingGrant.objects.create(
        id=id_of(f"grant {secret}"),
        kind=PendingGrant.Kind.ACCOUNT,
        member_id=member,
        name=canary(secret, "name"),
        email=f"{id_of(secret)}@tests.example",
        roles=["officer"],
        requested_at=asked_at,
        requested_by=_asking_administrator(),
    )
    Notice.objects.create(
        id=id_of(f"notice of {secret}"),
        user=world.head(member),
        kind="grant",
        key=f"grant {secret}",
        told_as="delegation",
        member_id=member,
        pending_grant=asked,
        created_at=asked_at,
    )


def _asking_administrator() -> User:
    pk = id_of("asking administrator")
    return User.objects.filter(pk=pk).first() or make_user(
        Role.ADMINISTRATOR, id=pk, name="Asking", email="asking@tests.example"
    )
