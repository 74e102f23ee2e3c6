"""Second factors: passkeys, authenticator apps and recovery codes."""

from django.core.exceptions import ImproperlyConfigured
from environs import Env

_env = Env()

# The names of `accounts.models.Role`, which settings cannot import.
ROLE_NAMES = frozenset(
    {
        "contributor",
        "officer",
        "head",
        "coordinator",
        "observer",
        "assessor",
        "administrator",
    }
)


def second_factor_roles(*, is_production: bool) -> list[str]:
    """Return the roles of `SECOND_FACTOR_ROLES`. Raises ImproperlyConfigured."""
    usual = ["coordinator", "head", "administrator"] if is_production else []
    roles: list[str] = _env.list("SECOND_FACTOR_ROLES", default=usual)
    names = [role.strip() for role in roles if role.strip()]
    if unknown := sorted(set(names) - ROLE_NAMES):
        raise ImproperlyConfigured(
            f"SECOND_FACTOR_ROLES names {', '.join(unknown)}. The roles are:"
            f" {', '.join(sorted(ROLE_NAMES))}."
        )
    return names
