"""Whether a person signs in at the provider of this installation."""

from accounts.models import SignInIdentity, User
from accounts.single_sign_on.provider import configured


def is_linked(person: User) -> bool:
    """Return whether this person can sign in at the provider. At most one query."""
    provider = configured()
    if provider is None:
        return False
    links = SignInIdentity.objects.filter(user=person, ended_at__isnull=True)
    return links.filter(issuer=provider.issuer).exists()
