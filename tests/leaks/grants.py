"""What administrators know of how people sign in, and of rights they are given."""

from accounts.models import PendingGrant, Role, SignInIdentity, User
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


def identity(world: World, secret: str, member: str) -> None:
    """A contributor is known to the provider of single sign-on."""
    SignInIdentity.objects.create(
        id=id_of(f"identity {secret}"),
        user_id=id_of(f"contributor people of {member}"),
        issuer=f"https://{canary(secret, 'issuer')}.example",
        subject=canary(secret, "subject"),
        linked_at=world.ago(1),
    )


def _asking_administrator() -> User:
    pk = id_of("asking administrator")
    return User.objects.filter(pk=pk).first() or make_user(
        Role.ADMINISTRATOR, id=pk, name="Asking", email="asking@tests.example"
    )
