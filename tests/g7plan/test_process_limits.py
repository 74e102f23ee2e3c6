"""Tests of the database's time limits for each kind of process."""

import os
import subprocess
import sys

import pytest

from g7plan.databases import database_of
from tests.source_files import ROOT

pytestmark = pytest.mark.long

ASK = """
import json
import django
django.setup()
from django.db import connections
found = {}
for alias in ("default", "owner"):
    with connections[alias].cursor() as cursor:
        for name in NAMES:
            cursor.execute(f"SHOW {name}")
            found[f"{alias} {name}"] = cursor.fetchone()[0]
    connections[alias].close_pool()
print(json.dumps(found))
"""
NAMES = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
LIMITS = {
    "web": ("2s", "5s", "20s"),
    "worker": ("10s", "2min", "5min"),
    "signer": ("0", "0", "0"),
    "command": ("0", "0", "0"),
}


def run(source, **variables):
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", source],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "g7plan.settings", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("process", LIMITS)
def test_each_kind_of_process_has_its_limits_and_the_owner_none(process):
    said = run(f"NAMES = {NAMES!r}\n{ASK}", PROCESS=process)
    found = eval(said.stdout)  # noqa: S307 - our own output
    assert tuple(found[f"default {name}"] for name in NAMES) == LIMITS[process]
    assert {found[f"owner {name}"] for name in NAMES} == {"0"}


@pytest.mark.parametrize("process", LIMITS)
def test_no_process_compiles_a_query_or_counts_on_a_spinning_disk(process):
    made = database_of("postgresql://app@127.0.0.1/plan", process=process, pool_size=1)
    assert made["OPTIONS"]["options"].endswith("-c jit=off -c random_page_cost=1.1")


def test_another_kind_is_refused_with_the_kinds_there_are():
    said = run("import django; django.setup()", PROCESS="wed")
    assert (
        "PROCESS is “wed”. Set it to one of: web, worker, signer, command"
        in said.stderr
    )


@pytest.mark.parametrize(
    ("source", "process"),
    [("import g7plan.wsgi", "web"), ("import django; django.setup()", "command")],
)
def test_the_entry_point_decides_unless_the_environment_does(source, process):
    ask = "from django.conf import settings; print(settings.PROCESS)"
    assert run(f"{source}\n{ask}").stdout == f"{process}\n"


def test_options_of_the_address_are_kept():
    url = "postgresql://g7plan_app@127.0.0.1:1/g7plan?options=-c%20search_path%3Dplan"
    ask = "print(settings.DATABASES['default']['OPTIONS']['options'])"
    said = run(
        f"from django.conf import settings; {ask}", DATABASE_URL=url, PROCESS="web"
    )
    assert said.stdout.startswith("-c search_path=plan -c lock_timeout=2s ")
