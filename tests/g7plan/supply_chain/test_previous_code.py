"""Test of an upgrade: the code before the last migrations works on their schema.

During an upgrade, and after going back, old processes run on the new schema.
"""

import os
import subprocess
import sys
import tarfile
from io import BytesIO

import psycopg
import pytest

from tests.databases import copy_template
from tests.source_files import ROOT

WORK = ROOT / "tests/g7plan/supply_chain/work_of_old_code.py"
NAME = "g7plan_previous_code"

pytestmark = [pytest.mark.long, pytest.mark.django_db]


def git(*arguments: str) -> bytes:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, check=True
    )
    return done.stdout


def commit_before_the_last_migration() -> str:
    """Return the commit before the one, on the main line, that last added migrations.

    A merge counts as one commit. Migrations that are not committed yet come after HEAD.
    """
    if git("status", "--porcelain", "--", "*/migrations/*.py").strip():
        return git("rev-parse", "HEAD").decode().strip()
    changed = git(
        "log", "-1", "--first-parent", "-m", "--format=%H", "--", "*/migrations/*.py"
    )
    return git("rev-parse", f"{changed.decode().strip()}^1").decode().strip()


@pytest.fixture
def old_tree(tmp_path):
    archive = git("archive", "--format=tar", commit_before_the_last_migration())
    with tarfile.open(fileobj=BytesIO(archive)) as tar:
        tar.extractall(tmp_path, filter="data")
    return tmp_path


@pytest.fixture
def new_schema():
    """Yield the environment of processes with an empty database of the new schema."""
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        copy_template(admin, NAME)
        addresses = {
            name: f"{os.environ[name].rpartition('/')[0]}/{NAME}"
            for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SIGNER_URL")
        }
        yield {**os.environ, **addresses}
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def test_the_code_before_the_last_migrations_works_on_their_schema(
    old_tree, new_schema
):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WORK.read_text("utf-8")],
        cwd=old_tree,
        env={
            **new_schema,
            "PYTHONPATH": str(old_tree),
            "DJANGO_SETTINGS_MODULE": "g7plan.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.endswith("done\n")
