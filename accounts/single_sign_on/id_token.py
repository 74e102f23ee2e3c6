"""Check an ID token, as OpenID Connect Core 3.1.3.7 says.

allauth checks no signature of a token that came over TLS, and no nonce. Both are
checked here, so that a proxy or a provider's fault is not enough to sign in.
"""

import hmac
from collections.abc import Mapping
from typing import Any

import jwt

from accounts.single_sign_on.begun import Identity
from accounts.single_sign_on.configured import ConfiguredProvider

# Signatures by a key that only the provider has. So neither “none” nor HS256.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
ALGORITHMS += ["ES256", "ES384", "ES512", "EdDSA"]
# Two machines' clocks may differ by so many seconds.
LEEWAY = 60
_NEEDED = ["iss", "sub", "aud", "exp", "iat"]
# As OpenID Connect limits it.
LONGEST_SUBJECT = 255


class InvalidTokenError(Exception):
    """The provider's answer proves nothing. The text is for the log: no person's."""


def identity_in(
    token: str, keys: Mapping[str, Any], *, provider: ConfiguredProvider, nonce: str
) -> Identity:
    """Return who the token names. `keys` is the provider's JSON Web Key Set.

    Raises InvalidTokenError.
    """
    try:
        claims = _verified(token, keys, provider)
    except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
        raise InvalidTokenError(type(error).__name__) from error
    _require_ours(claims, provider, nonce)
    return Identity(
        issuer=provider.issuer,
        subject=claims["sub"],
        has_second_factor=_has_second_factor(claims, provider),
        signed_in_at=_signed_in_at(claims),
    )


def _verified(
    token: str, keys: Mapping[str, Any], provider: ConfiguredProvider
) -> dict[str, Any]:
    header = jwt.get_unverified_header(token)
    if header["alg"] not in ALGORITHMS:
        raise InvalidTokenError("algorithm")
    usable = [
        key
        for key in jwt.PyJWKSet.from_dict(dict(keys)).keys
        if key.public_key_use in {None, "sig"} and key.key_type != "oct"
    ]
    if "kid" in header:
        usable = [key for key in usable if key.key_id == header["kid"]]
    if len(usable) != 1:
        raise InvalidTokenError("key")
    claims: dict[str, Any] = jwt.decode(
        token,
        usable[0].key,
        algorithms=[header["alg"]],
        audience=provider.client_id,
        issuer=provider.issuer,
        leeway=LEEWAY,
        options={"require": _NEEDED},
    )
    return claims


def _require_ours(
    claims: Mapping[str, Any], provider: ConfiguredProvider, nonce: str
) -> None:
    """Refuse a token that was made for another client, or for another visit."""
    audience, for_whom = claims["aud"], claims.get("azp")
    is_for_several = isinstance(audience, list) and len(audience) > 1
    if for_whom != provider.client_id and (is_for_several or for_whom is not None):
        raise InvalidTokenError("azp")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise InvalidTokenError("nonce")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise InvalidTokenError("sub")
    if not subject.isprintable():
        raise InvalidTokenError("sub")


def _has_second_factor(claims: Mapping[str, Any], provider: ConfiguredProvider) -> bool:
    methods = claims.get("amr")
    named = {str(each) for each in methods} if isinstance(methods, list) else set()
    named.add(str(claims.get("acr", "")))
    return not named.isdisjoint(provider.second_factors)


def _signed_in_at(claims: Mapping[str, Any]) -> float | None:
    at = claims.get("auth_time")
    return float(at) if isinstance(at, int | float) else None
