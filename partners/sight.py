"""Leave out people who may not see now what a notice is about."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from partners.messages import Announcement


def to_those_who_see(
    announcements: Sequence[Announcement], at: datetime
) -> list[Announcement]:
    """Return the announcements without the people who may not see the row now."""
    visible = _visible(announcements, at)
    return [
        replace(
            announcement,
            recipients=[
                person
                for person in announcement.recipients
                if (row := announcement.target.deciding_row) is None
                or row.pk in visible[person.user.pk]
            ],
        )
        for announcement in announcements
    ]


def _visible(
    announcements: Iterable[Announcement], at: datetime
) -> Mapping[UUID, Collection[UUID]]:
    """Return which of the rows each person may see, with their rights at this instant.

    One query for each person and each kind of row.
    """
    asked: dict[UUID, dict[Any, set[UUID]]] = defaultdict(lambda: defaultdict(set))
    people: dict[UUID, User] = {}
    for announcement in announcements:
        row = announcement.target.deciding_row
        if row is None:
            continue
        for person in announcement.recipients:
            people[person.user.pk] = person.user
            asked[person.user.pk][type(row)].add(row.pk)
    return {
        key: {
            pk
            for model, pks in rows.items()
            for pk in model.objects.visible_to(people[key], at)
            .filter(pk__in=pks)
            .values_list("pk", flat=True)
        }
        for key, rows in asked.items()
    }
