"""Erase a person: their name, address and traces of sign-in. What they did stays.

`manage.py erase_person` calls this on the owner's connection. The ledger and its trail
name people by an id only, so they verify as before.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import PendingGrant, User
from accounts.typed.text import is_seen
from audit.models import Event
from audit.owner import OWNER

ERASED = "[erased]"


def require_erasable_person(person: User, *, reason: str, by: str) -> None:
    """Raise ValidationError with code `required`, `active` or `erased`."""
    if not is_seen(reason) or not is_seen(by):
        raise ValidationError(
            _("Give the reason, and the name of the person who erases."),
            code="required",
        )
    if person.is_active:
        raise ValidationError(
            _("This person can still sign in. Deactivate their account first."),
            code="active",
        )
    if person.email == erased_address(person):
        raise ValidationError(_("This person has already been erased."), code="erased")


def erased_address(person: User) -> str:
    """Return the address that takes the place of the person's: no one can have it."""
    return f"erased-{person.pk}@erased.invalid"


def erase_person(person: User, *, rows: Iterable[QuerySet[Any]], at: datetime) -> None:
    """Erase a person, and delete these rows of theirs. They can no longer sign in.

    The caller has checked it, and opened the owner's transaction.
    """
    for found in rows:
        found.using(OWNER).delete()
    _switch_triggers("replica")
    _erase_from_grants(person)
    _erase_from_events(person)
    _switch_triggers("origin")
    User.objects.using(OWNER).filter(pk=person.pk).update(
        email=erased_address(person),
        name=ERASED,
        is_active=False,
        password=make_password(None),
        body=None,
        roles=[],
        time_zone="UTC",
        language="",
        last_login=None,
        tour_closed_at=at,
        version=person.version + 1,
    )


def _erase_from_events(person: User) -> None:
    """Take the name and the address out of the record of acts, and out of nothing else.

    Events are only ever added. So the caller has switched the triggers off.
    """
    former = former_of(person)
    named = Q(actor_id=person.pk) | Q(target_id=str(person.pk))
    for word in {person.email, person.name, *former}:
        if word:
            named |= Q(target__contains=word) | Q(data__icontains=word)
    words = words_of(person, *former)
    for event in Event.objects.using(OWNER).filter(named).iterator():
        event.actor = without(event.actor, words)
        event.target = without(event.target, words)
        event.data = without(event.data, words)
        event.save(using=OWNER, update_fields=["actor", "target", "data"])


def _erase_from_grants(person: User) -> None:
    """Take them out of what was asked for about them, or about an address of theirs.

    The roles stay, and who asked and decided.
    """
    about = Q(person=person) | Q(email__iexact=person.email)
    for address in filter(_is_address, former_of(person)):
        about |= Q(email__iexact=address)
    PendingGrant.objects.using(OWNER).filter(about).update(
        name=ERASED, email=erased_address(person), language="", basis={}
    )


def former_of(person: User) -> frozenset[str]:
    """Return the names and addresses that a person had before, as events hold them.

    An address that is another person's now stays out.
    """
    events = Event.objects.using(OWNER).filter(target_id=str(person.pk))
    changes = events.filter(verb__in=["user.change", "user.change_address"])
    held = {
        word
        for data in changes.values_list("data", flat=True)
        for field in ("name", "email")
        for word in data.get(field, ())
        if word
    }
    others = User.objects.using(OWNER).exclude(pk=person.pk).filter(email__in=held)
    return frozenset(held) - {
        person.name,
        person.email,
        *others.values_list("email", flat=True),
    }


def _is_address(word: str) -> bool:
    return "@" in word


def without(value: Any, words: re.Pattern[str]) -> Any:
    """Return the value of an event without these words."""
    if isinstance(value, dict):
        return {key: without(held, words) for key, held in value.items()}
    if isinstance(value, list):
        return [without(held, words) for held in value]
    return words.sub(ERASED, value) if isinstance(value, str) else value


def words_of(person: User, *former: str) -> re.Pattern[str]:
    """Return what finds the addresses, and the names where they can be no other word.

    “ann@example.org” is not in “joann@example.org”, and a person may be called “Head”.
    """
    words = sorted(filter(None, {person.email, person.name, *former}))
    return re.compile("|".join(map(_pattern_of, words)))


def _pattern_of(word: str) -> str:
    if _is_address(word):
        return rf"(?<![\w.+-]){re.escape(word)}(?![\w-]|\.\w)"
    name = re.escape(word)
    is_of_words = len(word.split()) > 1
    return rf"(?<!\w){name}(?!\w)" if is_of_words else rf"\A{name}\Z"


def _switch_triggers(role: str) -> None:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('session_replication_role', %s, true)", [role]
        )
