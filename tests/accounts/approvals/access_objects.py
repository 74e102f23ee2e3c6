"""People of a delegation and a request about one, for the table of access."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from accounts.models import Role, User
from tests.accounts.approvals.requests import ask_account, notified
from tests.factories import make_user


def _officer(**fields: Any) -> User:
    return make_user(Role.OFFICER, member="JP", **fields)


def _invited() -> User:
    person = _officer()
    person.set_unusable_password()
    person.save()
    return person


def _deactivated() -> User:
    """Someone who had come before. Who never came is not listed any more."""
    return _officer(is_active=False, last_login=datetime.now(UTC))


def _grant() -> list[object]:
    """A new officer of Japan, whom another administrator asked for."""
    at = datetime.now(UTC)
    return [notified(ask_account(make_user(Role.ADMINISTRATOR), at), at).pk]


DELEGATION_OBJECTS: Mapping[str, Callable[[Any], list[object]]] = {
    "person_jp": lambda _world: [_officer().pk],
    "invited_person_jp": lambda _world: [_invited().pk],
    "deactivated_person_jp": lambda _world: [_deactivated().pk],
    "grant_jp": lambda _world: _grant(),
}
