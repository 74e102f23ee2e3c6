"""Tests of the owners of instruments: no circle, and owners found by their names."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError

from commitments.models import Instrument

owners_by_name = import_module("commitments.migrations.0013_owners_by_name")


@pytest.fixture
def chain(db):
    """Three instruments: the first owns the second, which owns the third."""
    made: list[Instrument] = []
    for name in ("first", "second", "third"):
        owner = made[-1] if made else None
        made.append(
            Instrument.objects.create(slug=name, name=name, kind="body", owner=owner)
        )
    return made


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_database_refuses_a_circle_of_any_length(chain, place):
    first = Instrument.objects.filter(slug="first")
    with pytest.raises(DatabaseError, match="would own itself"), transaction.atomic():
        first.update(owner=chain[place])
    assert first.get().owner is None


def test_an_owner_stays_while_it_owns_something(chain):
    with pytest.raises(ProtectedError):
        chain[0].delete()


def test_an_owner_may_change(chain):
    chain[2].owner = chain[0]
    chain[2].save()
    chain[1].owner = chain[2]
    chain[1].save()


class Rows(list[Any]):
    """What the migration asks of its rows."""

    def using(self, _alias):
        return self

    def order_by(self, _key):
        return self

    def create(self, **fields):
        return instrument(len(self) + 1, fields["name"], slug=fields["slug"])


def instrument(pk, name, owner_name="", slug=""):
    return SimpleNamespace(
        pk=pk,
        name=name,
        slug=slug or name.lower(),
        owner_name=owner_name,
        owner=None,
        save=lambda **_fields: None,
    )


def test_the_migration_finds_owners_by_name_and_makes_those_it_misses():
    rows = Rows(
        [
            instrument(1, "INTERPOL"),
            instrument(2, "Database", "interpol"),
            instrument(3, "Strategy", "UN General Assembly"),
            instrument(4, "Other strategy", "UN General Assembly"),
            instrument(5, "Alone", "Alone"),
            instrument(6, "Mutual", "Database"),
        ]
    )
    rows[0].owner_name = "Mutual"
    apps = SimpleNamespace(get_model=lambda *_name: SimpleNamespace(objects=rows))
    editor = SimpleNamespace(connection=SimpleNamespace(alias="default"))
    owners_by_name.find_owners(apps, editor)
    owners = [row.owner and row.owner.slug for row in rows]
    # The last to close a circle is left out.
    assembly = "un-general-assembly"
    assert owners == ["mutual", "interpol", assembly, assembly, None, None]
    assert rows[2].owner is rows[3].owner
