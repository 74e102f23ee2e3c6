"""Tests of the database role of web, worker and beat: what it may and may not do."""

import pytest
from django.db import DatabaseError, connection

pytestmark = pytest.mark.django_db


def rows(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_the_suite_connects_as_the_application_role():
    assert rows("SELECT session_user, current_user") == [("g7plan_app", "g7plan_app")]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE anything (id int)",
        "CREATE TEMPORARY TABLE anything (id int)",
        "CREATE SCHEMA anything",
        "CREATE ROLE anybody",
        "SET session_replication_role = replica",
        "SET ROLE g7plan_owner",
        "SET SESSION AUTHORIZATION g7plan_owner",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "DROP TABLE audit_event",
        "TRUNCATE audit_event",
        "COPY audit_event TO PROGRAM 'true'",
    ],
)
def test_the_application_role_may_not(statement):
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        rows(statement)


def test_the_application_role_owns_nothing():
    owned = """
        SELECT objid FROM pg_shdepend
         WHERE deptype = 'o' AND refobjid = 'g7plan_app'::regrole
    """
    assert rows(owned) == []


def test_the_application_role_is_nobody_special():
    special = """
        SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
          FROM pg_roles WHERE rolname IN ('g7plan_app', 'g7plan_owner')
    """
    assert rows(special) == [(False,) * 5] * 2


def test_the_application_role_is_a_member_of_no_role():
    members = "SELECT roleid FROM pg_auth_members WHERE member = 'g7plan_app'::regrole"
    assert rows(members) == []


def test_text_compares_the_same_on_every_machine():
    locale = """
        SELECT pg_encoding_to_char(encoding), datlocprovider::text, datlocale
          FROM pg_database WHERE datname = current_database()
    """
    assert rows(locale) == [("UTF8", "b", "C.UTF-8")]
    assert rows("SELECT lower('ÉÇÖ')") == [("éçö",)]
