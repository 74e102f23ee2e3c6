"""What a browser has begun at the provider, and what came of it.

Both are kept in its session, so that an answer is taken once, within ten minutes, and
in the browser that asked for it.
"""

import secrets
import time
from dataclasses import asdict, dataclass
from enum import StrEnum

from allauth.socialaccount.internal import statekit
from django.http import HttpRequest

# Names our provider in the session: there is one.
PROVIDER = "openid"
_UNLINKED, _UNLINKED_SECONDS = "unlinked_identity", 600


class Purpose(StrEnum):
    """Why a person goes to the provider."""

    SIGN_IN = "sign_in"
    # To link their account there with the account they are signed in to.
    LINK = "link"
    # To show again who they are, before something that needs it.
    CONFIRM = "confirm"


@dataclass(frozen=True)
class ProviderVisit:
    """One visit to the provider. `person` is the key of who is signed in, or ""."""

    purpose: Purpose
    next_url: str
    person: str
    nonce: str
    code_verifier: str
    at: float


@dataclass(frozen=True)
class Identity:
    """Who someone is for the provider, and how they signed in there.

    `signed_in_at` is in seconds since 1970, or None if the provider does not say it.
    """

    issuer: str
    subject: str
    has_second_factor: bool = False
    signed_in_at: float | None = None


def begin(
    request: HttpRequest, purpose: Purpose, next_url: str
) -> tuple[str, ProviderVisit]:
    """Keep a new visit in the session. Return it, and the state that names it."""
    begun = ProviderVisit(
        purpose=purpose,
        next_url=next_url,
        person=str(request.user.pk or ""),
        nonce=secrets.token_urlsafe(24),
        code_verifier=secrets.token_urlsafe(48),
        at=time.time(),
    )
    state = statekit.stash_state(
        request,
        provider_id=PROVIDER,
        state=asdict(begun),
        state_id=secrets.token_urlsafe(24),
    )
    return state, begun


def take(request: HttpRequest) -> ProviderVisit | None:
    """Return the visit that this answer belongs to, once. None: there is none."""
    kept = statekit.unstash_state(
        request, provider_id=PROVIDER, state_id=request.GET.get("state", "")
    )
    if kept is None:
        return None
    begun = ProviderVisit(**{**kept, "purpose": Purpose(kept["purpose"])})
    is_theirs = begun.person == str(request.user.pk or "")
    return begun if is_theirs or begun.purpose is Purpose.SIGN_IN else None


def keep_unlinked(request: HttpRequest, identity: Identity, next_url: str) -> None:
    """Keep who someone is, until they have typed the code that links them."""
    kept = {**asdict(identity), "next_url": next_url, "at": time.time()}
    request.session[_UNLINKED] = kept


def unlinked(request: HttpRequest) -> tuple[Identity, str] | None:
    """Return who this browser showed to be, and where it wants to go, or None."""
    kept = request.session.get(_UNLINKED)
    if kept is None or time.time() - kept["at"] > _UNLINKED_SECONDS:
        return None
    identity = Identity(
        kept["issuer"],
        kept["subject"],
        kept["has_second_factor"],
        kept["signed_in_at"],
    )
    return identity, kept["next_url"]


def forget_unlinked(request: HttpRequest) -> None:
    request.session.pop(_UNLINKED, None)
