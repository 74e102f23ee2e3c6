"""Create an API key with the service user it acts as, rotate it and revoke it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NotRequired, TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.api_keys import NewKey, make_key
from accounts.models import ApiKey, AssessingBody, Member, Role, Scope, User
from accounts.models.api_keys import LIMITED_SCOPES, MAX_NETWORKS
from accounts.permissions import can_make_key, can_revoke_key, can_rotate_key
from accounts.typed.addresses import network_of
from accounts.typed.text import clean_line, clean_name, cleaned_or_problem
from audit.record import record

NAME_LENGTH = 80
PURPOSE_LENGTH = 200
LONGEST_LIFE = timedelta(days=5 * 365)
LONGEST_OVERLAP = timedelta(days=30)
# Without a member there is no own data to read, and no entry to write.
SCOPES_OF_A_MEMBER = frozenset({Scope.READ_OWN, Scope.WRITE_ENTRIES})
# Without a body there is nothing to score. It reads the drafts that it writes.
SCOPES_OF_A_BODY = frozenset({Scope.WRITE_ASSESSMENTS})
# What the two keys of a rotation have in common.
_SHARED = ("name", "purpose", "user", "scopes", "networks", "instrument_owner")
# No mail can ever arrive there (RFC 2606).
SERVICE_DOMAIN = "service.invalid"


class WantedKey(TypedDict):
    """What a new key is to be: see `ApiKey`."""

    name: str
    scopes: Collection[str]
    member: str | None
    body: NotRequired[str | None]
    life: timedelta
    purpose: NotRequired[str]
    networks: NotRequired[Collection[str]]
    instrument_owner: NotRequired[str]


@transaction.atomic
def create_api_key(
    *, by: User | None = None, at: datetime, **wanted: Unpack[WantedKey]
) -> tuple[ApiKey, str]:
    """Create a key and its service user, and return the row with the key itself.

    The key cannot be read again later. `by=None` is a command on the server. That the
    instrument exists is for the caller to check: `commitments.actions.api_keys` does.
    Raises PermissionDenied, or ValidationError with a dict of the names in `WantedKey`.
    """
    member, body = wanted["member"], wanted.get("body")
    if by is not None and not can_make_key(by, member, body):
        raise PermissionDenied
    name = _sound_text("name", wanted["name"], NAME_LENGTH)
    scopes, owner = frozenset(wanted["scopes"]), wanted.get("instrument_owner", "")
    _require_known_scopes(scopes)
    _require_owner_of_scopes(scopes, member, body)
    _require_fitting_scopes(scopes, is_limited=bool(owner))
    _require_sound(member, body, wanted["life"])
    new = make_key()
    key = ApiKey(
        name=name,
        purpose=_sound_text("purpose", wanted.get("purpose", ""), PURPOSE_LENGTH),
        scopes=[scope.value for scope in Scope if scope in scopes],
        networks=_sound_networks(wanted.get("networks", ())),
        instrument_owner=owner,
        user=_add_service_user(name, new, member, body, at=at),
    )
    _store(key, new, life=wanted["life"], at=at)
    _record("api_key.create", key, by=by, at=at, data=_rights_of(key))
    return key, new.token


@transaction.atomic
def rotate_api_key(
    *, key_id: UUID, life: timedelta, overlap: timedelta, by: User, at: datetime
) -> tuple[ApiKey, str]:
    """Make a second key with the same user and rights, and end the first one soon.

    Both work for `overlap`. Raises ApiKey.DoesNotExist, PermissionDenied, or
    ValidationError with a dict of `life` and `overlap`, or with code `not_in_use`.
    """
    old = _locked(key_id)
    if not can_rotate_key(by, old):
        raise PermissionDenied
    if not old.is_usable(at) or old.replaced_at is not None:
        sentence = _(
            "This key has ended or has been replaced already. Open the list of keys to"
            " see its present state."
        )
        raise ValidationError(sentence, code="not_in_use")
    _require_life(life)
    if not timedelta(days=1) <= overlap <= LONGEST_OVERLAP:
        sentence = _("Both keys can work for between 1 and %(days)s days.")
        days = {"days": LONGEST_OVERLAP.days}
        raise _refusal("overlap", "out_of_range", sentence % days)
    old.replaced_at, old.expires_at = at, min(old.expires_at, at + overlap)
    old.save(update_fields=["replaced_at", "expires_at"])
    new = make_key()
    shared = {name: getattr(old, name) for name in _SHARED}
    key = ApiKey(replaces=old, **shared)
    _store(key, new, life=life, at=at)
    data = {
        **_rights_of(key),
        "replaces": str(old.pk),
        "earlier_key_ends_at": old.expires_at.isoformat(),
    }
    _record("api_key.rotate", key, by=by, at=at, data=data)
    return key, new.token


@transaction.atomic
def revoke_api_key(*, key_id: UUID, by: User | None, at: datetime) -> ApiKey:
    """Revoke a key at once and for ever. Revoking it twice changes nothing.

    The other key of a rotation stays as it is. `by=None` is a command on the server.
    Raises ApiKey.DoesNotExist or PermissionDenied.
    """
    key = _locked(key_id)
    if by is not None and not can_revoke_key(by, key, at=at):
        raise PermissionDenied
    if key.revoked_at is not None:
        return key
    key.revoked_at = at
    key.save(update_fields=["revoked_at"])
    _record("api_key.revoke", key, by=by, at=at, data={})
    return key


def _locked(key_id: UUID) -> ApiKey:
    keys = ApiKey.objects.select_for_update(of=("self",)).select_related("user")
    return keys.get(pk=key_id)


def _rights_of(key: ApiKey) -> dict[str, object]:
    return {
        "scopes": key.scopes,
        "networks": key.networks,
        "instrument_owner": key.instrument_owner,
        "expires_at": key.expires_at.isoformat(),
    }


def _record(
    verb: str, key: ApiKey, *, by: User | None, at: datetime, data: dict[str, object]
) -> None:
    member = key.user.member_id or ""
    record(verb=verb, target=key, by=by, at=at, member=member, data=data)


def _store(key: ApiKey, new: NewKey, *, life: timedelta, at: datetime) -> None:
    key.prefix, key.digest = new.prefix, new.digest
    key.created_at, key.expires_at = at, at + life
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError as error:
        sentence = _(
            "There is already a key with this name. Revoke it, or choose another name."
        )
        raise _refusal("name", "name_taken", sentence) from error


def _add_service_user(
    name: str, new: NewKey, member: str | None, body: str | None, *, at: datetime
) -> User:
    role = Role.OFFICER if member else Role.ASSESSOR if body else Role.OBSERVER
    user = User(
        email=f"{new.prefix}@{SERVICE_DOMAIN}",
        name=name,
        member_id=member,
        body_id=body,
        roles=[role.value],
        is_service=True,
        created_at=at,
    )
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


def _require_sound(member: str | None, body: str | None, life: timedelta) -> None:
    codes = Member.objects.codes()
    if member is not None and member not in codes:
        sentence = _("There is no member %(code)s. Members are %(codes)s.")
        raise _refusal(
            "member",
            "unknown_member",
            sentence % {"code": member, "codes": ", ".join(codes)},
        )
    if body is not None:
        _require_sound_body(body, has_member=member is not None)
    _require_life(life)


def _require_sound_body(body: str, *, has_member: bool) -> None:
    slugs = AssessingBody.objects.slugs()
    if body not in slugs:
        sentence = _("There is no assessing body %(slug)s. Bodies are: %(slugs)s.")
        names = {"slug": body[:50], "slugs": ", ".join(slugs) or "none"}
        raise _refusal("body", "unknown_body", sentence % names)
    if has_member:
        sentence = _("A key acts for a member or for a body, and not for both.")
        raise _refusal("body", "body_and_member", sentence)


def _require_life(life: timedelta) -> None:
    if not timedelta(days=1) <= life <= LONGEST_LIFE:
        sentence = _("A key is valid for between 1 and %(days)s days.")
        raise _refusal("life", "out_of_range", sentence % {"days": LONGEST_LIFE.days})


def _sound_text(field: str, text: str, limit: int) -> str:
    clean = clean_name if field == "name" else clean_line
    text, problem = cleaned_or_problem(clean, text, limit=limit)
    if problem or (field == "name" and not text):
        sentence = problem or _("Enter a name of visible characters for the key.")
        raise _refusal(field, "text" if problem else "required", sentence)
    return text


def _sound_networks(networks: Collection[str]) -> list[str]:
    """Return the networks as they are stored, each once."""
    found = dict.fromkeys(map(_sound_network, networks))
    if len(found) > MAX_NETWORKS:
        sentence = _("Name at most %(count)s networks.")
        raise _refusal("networks", "too_many", sentence % {"count": MAX_NETWORKS})
    return list(found)


def _sound_network(text: str) -> str:
    try:
        network = network_of(text)
    except ValueError:
        sentence = _(
            "“%(text)s” is not a network. Write an address, such as 192.0.2.7, or a"
            " network with zeros after its length, such as 192.0.2.0/24 or"
            " 2001:db8::/32."
        )
        named = sentence % {"text": text[:60]}
        raise _refusal("networks", "unknown_network", named) from None
    if network.prefixlen == 0:
        sentence = _("%(text)s is every address. Leave this empty to allow them all.")
        raise _refusal("networks", "every_address", sentence % {"text": text[:60]})
    return str(network)


def _require_known_scopes(scopes: frozenset[str]) -> None:
    unknown = sorted(scopes - set(Scope.values))
    if unknown or not scopes:
        sentence = _("There is no scope %(unknown)s. Scopes are %(scopes)s.")
        if not unknown:
            sentence = _("A key needs at least one scope. Scopes are %(scopes)s.")
        names = {"unknown": ", ".join(unknown), "scopes": ", ".join(Scope.values)}
        raise _refusal("scopes", "unknown_scope", sentence % names)


def _require_fitting_scopes(scopes: frozenset[str], *, is_limited: bool) -> None:
    if Scope.WRITE_ENTRIES in scopes and Scope.READ_OWN not in scopes:
        sentence = _("write:entries needs read:own too: a key reads what it writes.")
        raise _refusal("scopes", "read_missing", sentence)
    wide = [scope for scope in Scope if scope in scopes.difference(LIMITED_SCOPES)]
    if wide and is_limited:
        sentence = _(
            "%(scopes)s: a key that is limited to an instrument cannot have these"
            " scopes. It reads entries, and may manage webhooks."
        )
        raise _refusal("scopes", "too_wide", sentence % {"scopes": ", ".join(wide)})


def _require_owner_of_scopes(
    scopes: frozenset[str], member: str | None, body: str | None
) -> None:
    """Refuse scopes of a member without a member, and those of a body without one."""
    bound = [scope for scope in Scope if scope in SCOPES_OF_A_MEMBER & scopes]
    if bound and member is None:
        sentence = _("%(scopes)s: these scopes are for one member. Name the member.")
        raise _refusal(
            "member", "member_missing", sentence % {"scopes": ", ".join(bound)}
        )
    if body is None and not SCOPES_OF_A_BODY.isdisjoint(scopes):
        sentence = _("%(scopes)s: this scope is for one assessing body. Name the body.")
        names = {"scopes": ", ".join(sorted(SCOPES_OF_A_BODY))}
        raise _refusal("body", "body_missing", sentence % names)


def _refusal(field: str, code: str, sentence: str) -> ValidationError:
    return ValidationError({field: ValidationError(sentence, code=code)})
