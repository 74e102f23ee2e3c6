"""Who needs a second factor, and which ones a person has."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet

from accounts.models import Role, User

Type = Authenticator.Type
# Each of these signs in together with the password. Recovery codes are their reserve.
MAIN_TYPES = (Type.TOTP, Type.WEBAUTHN)
# In the session: the type of the factor that its person showed.
SHOWN = "second_factor"


@dataclass(frozen=True)
class OwnFactors:
    """The second factors of one person, the oldest first."""

    app: Authenticator | None
    passkeys: list[Authenticator]
    codes: Authenticator | None

    @property
    def has_any(self) -> bool:
        return self.app is not None or bool(self.passkeys)

    @property
    def count(self) -> int:
        return len(self.passkeys) + (self.app is not None)

    @property
    def codes_left(self) -> int:
        return len(self.codes.data["digests"]) if self.codes else 0


def requires_second_factor(person: User, at: datetime) -> bool:
    """Return whether a role of this person needs one: `SECOND_FACTOR_ROLES`.

    An officer who acts as head does what a head does, so they need one as a head does.
    """
    required: list[str] = settings.SECOND_FACTOR_ROLES
    if person.has_role(*map(Role, required)):
        return True
    return Role.HEAD in required and person.acting_head_at(at) is not None


def factors_of(person_id: UUID) -> OwnFactors:
    """Return what a person has. One query."""
    rows: QuerySet[Authenticator] = Authenticator.objects.filter(user=person_id)
    found = list(rows.order_by("created_at", "pk"))
    return OwnFactors(
        app=next((row for row in found if row.type == Type.TOTP), None),
        passkeys=[row for row in found if row.type == Type.WEBAUTHN],
        codes=next((row for row in found if row.type == Type.RECOVERY_CODES), None),
    )


def is_shown(session: SessionBase) -> bool:
    """Return whether the person of this session has shown a second factor."""
    return bool(session.get(SHOWN))
