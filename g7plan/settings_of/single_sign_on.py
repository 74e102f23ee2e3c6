"""The provider of single sign-on, from the environment."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env

from accounts.single_sign_on.configured import ConfiguredProvider


def single_sign_on(env: Env, *, is_production: bool) -> ConfiguredProvider | None:
    """Return the provider, or None if `OIDC_ISSUER` is not set.

    Raises ImproperlyConfigured if a part is missing.
    """
    issuer = env.str("OIDC_ISSUER", default="")
    if not issuer:
        return None
    address = urlsplit(issuer)
    if address.scheme != "https" and (is_production or address.scheme != "http"):
        raise ImproperlyConfigured("OIDC_ISSUER is not an https:// address.")
    client_id = env.str("OIDC_CLIENT_ID", default="")
    client_secret = env.str("OIDC_CLIENT_SECRET", default="")
    if not client_id or not client_secret:
        raise ImproperlyConfigured(
            "OIDC_ISSUER is set, so OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be too."
        )
    return ConfiguredProvider(
        issuer=issuer,
        client_id=client_id,
        client_secret=client_secret,
        name=env.str("OIDC_NAME", default="") or address.netloc,
        second_factors=frozenset(env.list("OIDC_SECOND_FACTORS", default=[])),
    )
