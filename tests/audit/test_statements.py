"""Tests of what a connection keeps of the statements that it ran."""

import pytest
from django.db import connection

from audit.statements import run_planned

pytestmark = pytest.mark.django_db

VALUE = "a text of an entry "


def test_a_planned_statement_is_planned_once():
    for number in range(3):
        run_planned("SELECT %s + 4711", [number])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
            ["%4711%"],
        )
        assert cursor.fetchone() == (1,)


def test_a_connection_keeps_no_value_of_another_statement():
    run_planned("SELECT %s + 1", [1])
    with connection.cursor() as cursor:
        cursor.execute("SELECT length(%s)", [VALUE * 1000])
        cursor.execute("SELECT 1")
    kept = connection.connection._prepared  # of psycopg 3.3.9
    queries = [query for query, _types in (*kept._counts, *kept._names)]
    assert not [query for query in queries if VALUE.encode() in query]
