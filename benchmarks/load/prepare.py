"""Add the cast to a database, and find what they will ask for.

It runs in a process of its own, with the settings of the product: see `probes`.
"""

import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from benchmarks.load.cast import MEMBERS, Person, people, tools
from benchmarks.seeding.world import (
    KEY_LIFE,
    PASSWORD_HASH,
    PLAN,
    email_of,
    token_of,
)

_MANY, _FILES = 60, 20
_STEPS = 80  # of 30 seconds: for so long codes are known
WITH_SECOND_FACTOR = frozenset({"coordinator", "head", "administrator"})


def add_cast(_given: object) -> dict[str, Any]:
    """Add people, second factors and keys. Return the facts for the mix."""
    _add_people()
    _add_keys()
    return {"codes_of_apps": _add_apps(), **_facts()}


def _add_people() -> None:
    from accounts.models import User  # noqa: PLC0415 - once Django is set up

    cast = people()
    known = set(
        User.objects.filter(email__in=[one.email for one in cast]).values_list(
            "email", flat=True
        )
    )
    now = datetime.now(UTC)
    User.objects.bulk_create(
        User(
            email=person.email,
            name=f"{person.role.capitalize()} {person.number} {person.member}".strip(),
            member_id=person.member or None,
            roles=[person.role],
            password=PASSWORD_HASH,
            created_at=now,
        )
        for person in cast
        if person.email not in known
    )


def _add_keys() -> None:
    from accounts.models import ApiKey, User  # noqa: PLC0415

    now = datetime.now(UTC)
    for tool in tools():
        token = token_of(tool.name)
        prefix = token.split("_")[1]
        service = User.objects.create(
            email=f"{prefix}@service.invalid",
            name=f"Key {tool.name}",
            member_id=tool.member if tool.can_write else None,
            roles=["officer" if tool.can_write else "observer"],
            is_service=True,
            password="!",  # noqa: S106 - no password at all
            created_at=now,
        )
        ApiKey.objects.create(
            name=tool.name,
            user=service,
            prefix=prefix,
            digest=sha256(token.encode()).hexdigest(),
            scopes=list(tool.scopes),
            created_at=now - timedelta(days=1),
            expires_at=now + KEY_LIFE,
        )


def _add_apps() -> dict[str, dict[str, str]]:
    """Give an authenticator app to those who need one. Return the codes to come."""
    from allauth.mfa.models import Authenticator  # noqa: PLC0415
    from allauth.mfa.totp.internal.auth import (  # noqa: PLC0415
        format_hotp_value,
        hotp_value,
    )

    from accounts.models import User  # noqa: PLC0415
    from accounts.second_factors.app_codes import (  # noqa: PLC0415
        SECONDS,
        new_secret,
        sealed_secret,
    )

    first = int(time.time()) // SECONDS
    wanted = [one.email for one in people() if one.role in WITH_SECOND_FACTOR]
    codes = {}
    for person in User.objects.filter(email__in=wanted):
        secret = new_secret()
        Authenticator.objects.create(
            user=person,
            type=Authenticator.Type.TOTP,
            data={"secret": sealed_secret(person, secret), "last_step": 0},
        )
        codes[person.email] = {
            str(step): str(format_hotp_value(hotp_value(secret, step)))
            for step in range(first - 1, first + _STEPS)
        }
    return codes


def _facts() -> dict[str, Any]:
    """Return what addresses are filled with: what every reader may see, and codes."""
    from accounts.models import User  # noqa: PLC0415
    from commitments.models import Commitment  # noqa: PLC0415
    from progress.models import Entry, EntryEvidence, Stocktake  # noqa: PLC0415

    codes = list(
        Commitment.objects.filter(plan__slug=PLAN)
        .order_by("position")
        .values_list("code", flat=True)
    )
    reader = User.objects.get(email=email_of("observer"))
    visible = Entry.objects.visible_to(reader, datetime.now(UTC)).filter(
        state="published",
        handling__in=["clear", "green"],
        member_commitment__commitment__plan__slug=PLAN,
    )
    recent = visible.order_by("-published_at").values_list("pk", flat=True)[:_MANY]
    files = (
        EntryEvidence.objects.filter(entry__in=visible, evidence__kind="file")
        .values_list("evidence_id", flat=True)
        .distinct()[:_FILES]
    )
    stocktakes = Stocktake.objects.filter(plan__slug=PLAN, closed_at=None)
    return {
        "plan": PLAN,
        "stocktake": stocktakes.order_by("-opens_at").values_list("slug", flat=True)[0],
        "codes": codes,
        "entries": [str(pk) for pk in recent],
        "files": [str(pk) for pk in files],
        "kept_for_tools": _kept_for_tools(codes),
    }


def _kept_for_tools(codes: list[str]) -> dict[str, str]:
    """Return for each member a commitment that its tool alone writes on."""
    from progress.models import Entry  # noqa: PLC0415

    owed = "member_commitment"
    begun = Entry.objects.filter(**{f"{owed}__commitment__plan__slug": PLAN}).exclude(
        state__in=["published", "discarded"]
    )
    taken = set(begun.values_list(f"{owed}__member_id", f"{owed}__commitment__code"))
    return {
        member: next(code for code in codes if (member, code) not in taken)
        for member in MEMBERS
    }


def codes_of_officer(person: Person, facts: dict[str, Any]) -> list[str]:
    """Return the commitments of an officer: each has their own, none is a tool's."""
    kept = facts["kept_for_tools"][person.member]
    codes = [code for code in facts["codes"] if code != kept]
    return codes[person.number - 1 :: 12]
