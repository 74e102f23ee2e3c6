"""The database has every constraint and index of the models, whatever migrations did.

Django drops all indexes of a column, unique ones too, where a migration says that the
column has no index of its own.
"""

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db
MODELS = [
    model
    for model in apps.get_models(include_auto_created=True)
    if model._meta.managed and not model._meta.proxy
]


def names(statement: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {name for (name,) in cursor.fetchall()}


def test_every_constraint_and_index_of_the_models_is_in_the_database():
    indexes = names("SELECT indexname FROM pg_indexes")
    found = indexes | names("SELECT conname FROM pg_constraint")
    expected = {
        rule.name
        for model in MODELS
        for rule in (*model._meta.constraints, *model._meta.indexes)
    }
    assert len(expected) > 80
    assert expected - found == set()


def test_every_column_that_is_unique_or_indexed_by_itself_is_so_in_the_database():
    """Read from the database's own tables, by column and not by name."""
    missing = set()
    with connection.cursor() as cursor:
        for model in MODELS:
            table = model._meta.db_table
            found = connection.introspection.get_constraints(cursor, table)
            for field in model._meta.local_concrete_fields:
                is_there = any(
                    one["columns"] == [field.column]
                    and (one["unique"] or one["primary_key"] or not field.unique)
                    and one["index"] | one["unique"] | one["primary_key"]
                    for one in found.values()
                )
                is_indexed = getattr(field, "db_index", False)
                if (field.unique or is_indexed) and not is_there:
                    missing.add((table, field.column))
    assert missing == set()
