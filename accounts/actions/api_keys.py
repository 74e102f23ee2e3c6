"""Create an API key with the service user it acts as, and revoke it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.api_keys import NewKey, make_key
from accounts.models import ApiKey, Member, Role, Scope, User
from accounts.permissions import can_manage_people
from accounts.typed.text import clean_name, cleaned_or_problem
from audit.record import record

NAME_LENGTH = 80
LONGEST_LIFE = timedelta(days=5 * 365)
# Without a member there is no own data to read, and no entry to write.
SCOPES_OF_A_MEMBER = frozenset(
    {Scope.READ_OWN, Scope.WRITE_ENTRIES, Scope.WRITE_ASSESSMENTS}
)
# No mail can ever arrive there (RFC 2606).
SERVICE_DOMAIN = "service.invalid"


@transaction.atomic
def create_api_key(
    *,
    name: str,
    scopes: Collection[str],
    member: str | None,
    life: timedelta,
    at: datetime,
) -> tuple[ApiKey, str]:
    """Create a key and its service user, and return the row with the key itself.

    The key cannot be read again later. It is created by a command on the server, so the
    audit event names the system. Raises ValidationError with a dict of `name`,
    `scopes`, `member` and `life`.
    """
    name = _sound_name(name)
    _require_sound(frozenset(scopes), member, life)
    new = make_key()
    user = _add_service_user(name, new, member, at=at)
    key = ApiKey(
        name=name,
        user=user,
        prefix=new.prefix,
        digest=new.digest,
        scopes=[scope.value for scope in Scope if scope in scopes],
        created_at=at,
        expires_at=at + life,
    )
    _insert(key)
    data: dict[str, object] = {
        "scopes": key.scopes,
        "expires_at": key.expires_at.isoformat(),
    }
    _record("api_key.create", key, by=None, at=at, data=data)
    return key, new.token


@transaction.atomic
def revoke_api_key(*, key_id: UUID, by: User | None, at: datetime) -> ApiKey:
    """Revoke a key at once and for ever. Revoking it twice changes nothing.

    `by=None` is a command on the server. Raises ApiKey.DoesNotExist or
    PermissionDenied.
    """
    key = (
        ApiKey.objects.select_for_update(of=("self",))
        .select_related("user")
        .get(pk=key_id)
    )
    if by is not None and not can_manage_people(by):
        raise PermissionDenied
    if key.revoked_at is not None:
        return key
    key.revoked_at = at
    key.save(update_fields=["revoked_at"])
    _record("api_key.revoke", key, by=by, at=at, data={})
    return key


def _record(
    verb: str, key: ApiKey, *, by: User | None, at: datetime, data: dict[str, object]
) -> None:
    member = key.user.member_id or ""
    record(verb=verb, target=key, by=by, at=at, member=member, data=data)


def _insert(key: ApiKey) -> None:
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError as error:
        sentence = _(
            "There is already a key with this name. Revoke it, or choose another name."
        )
        raise _refusal("name", "name_taken", sentence) from error


def _add_service_user(
    name: str, new: NewKey, member: str | None, *, at: datetime
) -> User:
    user = User(
        email=f"{new.prefix}@{SERVICE_DOMAIN}",
        name=name,
        member_id=member,
        roles=[Role.OFFICER.value if member else Role.OBSERVER.value],
        is_service=True,
        created_at=at,
    )
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


def _require_sound(scopes: frozenset[str], member: str | None, life: timedelta) -> None:
    _require_sound_scopes(scopes, member)
    codes = Member.objects.codes()
    if member is not None and member not in codes:
        sentence = _("There is no member %(code)s. Members are %(codes)s.")
        raise _refusal(
            "member",
            "unknown_member",
            sentence % {"code": member, "codes": ", ".join(codes)},
        )
    if not timedelta(days=1) <= life <= LONGEST_LIFE:
        sentence = _("A key is valid for between 1 and %(days)s days.")
        raise _refusal("life", "out_of_range", sentence % {"days": LONGEST_LIFE.days})


def _sound_name(name: str) -> str:
    name, problem = cleaned_or_problem(clean_name, name, limit=NAME_LENGTH)
    if problem or not name:
        sentence = problem or _("Enter a name of visible characters for the key.")
        raise _refusal("name", "text" if problem else "required", sentence)
    return name


def _require_sound_scopes(scopes: frozenset[str], member: str | None) -> None:
    unknown = sorted(scopes - set(Scope.values))
    if unknown or not scopes:
        sentence = _("There is no scope %(unknown)s. Scopes are %(scopes)s.")
        if not unknown:
            sentence = _("A key needs at least one scope. Scopes are %(scopes)s.")
        names = {"unknown": ", ".join(unknown), "scopes": ", ".join(Scope.values)}
        raise _refusal("scopes", "unknown_scope", sentence % names)
    bound = [scope for scope in Scope if scope in SCOPES_OF_A_MEMBER & scopes]
    if bound and member is None:
        sentence = _("%(scopes)s: these scopes are for one member. Name the member.")
        raise _refusal(
            "member", "member_missing", sentence % {"scopes": ", ".join(bound)}
        )


def _refusal(field: str, code: str, sentence: str) -> ValidationError:
    return ValidationError({field: ValidationError(sentence, code=code)})
