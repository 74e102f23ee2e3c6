"""Write with every trigger off, as only the database's superuser can."""

import os
from contextlib import contextmanager

import psycopg
from django.db import connection


@contextmanager
def as_superuser():
    """Bypass every refusal, in the tests' own database, and commit at the end."""
    url = os.environ["DATABASE_ADMIN_URL"]
    with psycopg.connect(url, dbname=connection.settings_dict["NAME"]) as admin:
        admin.execute("SET LOCAL session_replication_role = replica")
        yield admin
