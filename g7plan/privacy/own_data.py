"""All that is stored about one person, as data that can be given to them.

It says what the person did and when, and never on what: what they may read of it now is
on the pages. So a person who has left the Presidency learns nothing by this.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import JSONObject

from accounts.models import User
from audit.models import Event
from g7plan.privacy.relations import Relation, relations

ABOUT_THE_ACCOUNT = (
    "email", "name", "member_id", "body_id", "roles", "time_zone", "language",
    "is_active", "created_at", "last_login", "tour_closed_at",
)  # fmt: skip


def own_data(person: User) -> dict[str, Any]:
    """Return a person's data, in two queries. Instants are in UTC."""
    rows: dict[str, list[Any]] = {}
    for label, row in _rows(person):
        rows.setdefault(label, []).append(row)
    for found in rows.values():
        found.sort(key=lambda row: [str(value) for value in row.values()])
    return {
        "account": {name: getattr(person, name) for name in ABOUT_THE_ACCOUNT},
        "rows": dict(sorted(rows.items())),
        "events": list(_events(person)),
    }


def _rows(person: User) -> QuerySet[Any, tuple[str, dict[str, Any]]]:
    """Return the label and the exported columns of every row, in one query."""
    first, *others = [
        _rows_of(relation, person)
        for relation in relations()
        if relation.exported is not None
    ]
    return first.union(*others, all=True)


def _rows_of(relation: Relation, person: User) -> QuerySet[Any, Any]:
    columns = JSONObject(**{name: F(name) for name in relation.exported or ()})
    return relation.given_rows_of(person).values_list(Value(relation.label), columns)


def _events(person: User) -> Iterable[Mapping[str, Any]]:
    """Return what the record says of this account: its sign-ins and its changes."""
    about = Event.objects.filter(target_type=User._meta.label, target_id=str(person.pk))
    return about.order_by("pk").values("at", "verb")
