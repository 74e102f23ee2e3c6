"""Tests of `make run`: what its terminal shows, and what is left when it ends."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from g7plan.trial.embedded.server import wait_until
from g7plan.trial.supervisor import CannotRunError, processes, restarts
from g7plan.trial.supervisor.__main__ import ROOT
from g7plan.trial.supervisor.processes import side_by_side, watch
from g7plan.trial.supervisor.restarts import PAUSES, STEADY_AFTER, Restarts
from tests.ports import free_port

# The suite's own services and settings are not this trial's.
OURS = ("DATABASE_", "REDIS_URL", "PRODUCTION", "SECRET_KEY", "VAR_DIR", "PYTEST_")


def environment(var_dir, **more):
    kept = {n: value for n, value in os.environ.items() if not n.startswith(OURS)}
    return {**kept, "VAR_DIR": str(var_dir), "PORT": str(free_port()), **more}


@contextmanager
def supervisor(env, *arguments):
    command = [sys.executable, "-m", "g7plan.trial.supervisor", *arguments]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def send(process, signum):
    """As a terminal does: Ctrl-C goes to all that runs in the foreground."""
    os.killpg(process.pid, signum)


def said_when_refused(env, *arguments):
    with supervisor(env, *arguments) as process:
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    return output


def is_ready(env):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{env['PORT']}/readyz") as answer:
            return answer.status == 200
    except OSError:
        return False


def left_running(var_dir):
    """Processes that were started for this folder, with any parent."""
    left = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
            command = (folder / "cmdline").read_text()
        except OSError:  # ended meanwhile, or not ours
            continue
        if str(var_dir).encode() in told and int(folder.name) != os.getpid():
            left.append(command)
    return left


def readable_by_others(var_dir):
    """Files and folders of ours that another account could read.

    The servers' access rules are no secret, and their account must read them.
    """
    readable = stat.S_IRWXG | stat.S_IRWXO
    return [
        str(path)
        for path in [*var_dir.iterdir(), *(var_dir / "mail").iterdir()]
        if path.name != "access" and path.stat().st_mode & readable
    ]


# ---- Refusals: one sentence, and no process is started ------------------------------


def test_a_busy_port_is_named_before_anything_is_started(tmp_path):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        said = said_when_refused(environment(tmp_path / "var", PORT=str(port)))
    assert said == (
        f"Port {port} is not free (Address already in use). Choose another, for"
        f" example: PORT={port + 1} make run\n"
    )
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "٨٠"])
def test_a_port_that_is_none_is_said(tmp_path, port):
    said = said_when_refused(environment(tmp_path / "var", PORT=port))
    assert said == f"PORT is “{port}”. Set it to a number from 1 to 65535.\n"


@pytest.mark.parametrize(
    "asked", [{"PRODUCTION": "1"}, {"DATABASE_URL": "postgresql://db.example/g7plan"}]
)
def test_production_is_not_started_as_a_trial(tmp_path, asked):
    said = said_when_refused(environment(tmp_path / "var", **asked))
    assert said.startswith(
        "This starts a trial, but the environment asks for production"
    )
    assert not (tmp_path / "var").exists()


def test_an_outside_database_needs_its_owner(tmp_path):
    asked = {"PRODUCTION": "0", "DATABASE_URL": "postgresql://db.example/g7plan"}
    said = said_when_refused(environment(tmp_path / "var", **asked))
    assert "DATABASE_OWNER_URL is not" in said


# ---- A whole trial ------------------------------------------------------------------


@pytest.mark.long
def test_it_runs_and_stops_without_a_trace_and_runs_again(var_dir):
    for signum in (signal.SIGINT, signal.SIGTERM):
        env = environment(var_dir)
        with supervisor(env) as process:
            assert wait_until(partial(is_ready, env), 180)
            send(process, signum)
            said, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert f"g7plan is ready: http://127.0.0.1:{env['PORT']}\n" in said
        assert f"Mails are kept in {var_dir}/mail, not sent.\n" in said
        assert "This is a trial" in said
        assert readable_by_others(var_dir) == []
        assert "Traceback" not in said
        assert said.endswith("Stopped. Your data is kept; `make run` finds it again.\n")
        assert left_running(var_dir) == []


@pytest.mark.long
def test_nothing_outlives_a_killed_supervisor(var_dir):
    env = environment(var_dir)
    with supervisor(env) as process:
        assert wait_until(partial(is_ready, env), 180)
        process.kill()
    assert wait_until(lambda: left_running(var_dir) == [], 30)


@pytest.mark.long
@pytest.mark.parametrize("reached", ["lock", "postgres.new", "services.json"])
def test_stopping_in_the_middle_of_a_start_leaves_nothing(var_dir, reached):
    with supervisor(environment(var_dir)) as process:
        assert wait_until((var_dir / reached).exists, 180)
        send(process, signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in said
    assert left_running(var_dir) == []


def test_forgetting_deletes_what_was_made_and_nothing_else(var_dir):
    var_dir.mkdir(exist_ok=True)
    for name in ("secret_key", "postgresql.log", "diary.txt"):
        (var_dir / name).touch()
    with supervisor(environment(var_dir), "--forget") as process:
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert [path.name for path in var_dir.iterdir()] == ["diary.txt"]


# ---- Several processes side by side -------------------------------------------------


def python(source):
    return [sys.executable, "-c", source]


STUBBORN = """
import pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path({path!r}).write_text(str(child.pid))
time.sleep(600)
"""


def test_lines_carry_the_name_of_who_said_them(capsys):
    commands = {
        "web": python("print('one'); print('two')"),
        "worker": python("import sys; sys.stderr.write('three')"),
    }
    with side_by_side(commands) as running:
        for command in running:
            command.process.wait()
        time.sleep(0.2)
    lines = [
        re.sub(r"^\S+ ", "", line) for line in capsys.readouterr().out.splitlines()
    ]
    assert sorted(lines) == ["web    | one", "web    | two", "worker | three"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("source", "how"),
    [
        ("raise SystemExit(3)", "exit code 3"),
        ("", "exit code 0"),
        ("import os; os.abort()", "signal 6"),
    ],
)
def test_what_keeps_ending_is_named_and_everything_stops(
    monkeypatch, capsys, source, how
):
    monkeypatch.setattr(restarts, "PAUSES", (0.0, 0.1))
    commands = {"web": python("import time; time.sleep(600)"), "beat": python(source)}
    with (
        pytest.raises(CannotRunError) as stopped,
        side_by_side(commands) as running,
    ):
        watch(running)
    assert str(stopped.value) == (
        f"beat ended by itself again and again (last with {how}), so everything was"
        " stopped. The reason is in its last lines above."
    )
    assert running[0].ended() == -signal.SIGTERM
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if line.startswith("beat ended")] == [
        f"beat ended by itself ({how}). It starts again in 0 s.",
        f"beat ended by itself ({how}). It starts again in 0.1 s.",
    ]


class Sick:
    """A part whose ends the test decides."""

    name, last_words = "web", "its log"

    def __init__(self):
        self.code, self.starts = None, 0

    def ended(self):
        return self.code

    def start_again(self):
        self.code, self.starts = None, self.starts + 1


def test_a_pause_is_longer_each_time_and_forgotten_by_what_runs_steadily(
    monkeypatch, capsys
):
    clock = [1000.0]
    monkeypatch.setattr(restarts, "monotonic", lambda: clock[0])
    part = Sick()
    watched = Restarts(part)

    def end_and_wait(seconds):
        part.code = 1
        watched.look()
        clock[0] += seconds - 0.01
        watched.look()
        assert part.code == 1
        clock[0] += 0.02
        watched.look()
        assert part.code is None

    for pause in PAUSES:
        end_and_wait(pause)
    clock[0] += STEADY_AFTER
    for pause in PAUSES:
        end_and_wait(pause)
    part.code = -9
    with pytest.raises(CannotRunError, match=r"\(last with signal 9\)"):
        watched.look()
    assert part.starts == 2 * len(PAUSES)
    assert "It starts again in 8 s." in capsys.readouterr().out


def test_whoever_does_not_stop_is_ended_with_its_children(monkeypatch, tmp_path):
    monkeypatch.setattr(processes, "STOP_WITHIN", 0.2)
    told = tmp_path / "child"
    with side_by_side({"worker": python(STUBBORN.format(path=str(told)))}) as running:
        assert wait_until(lambda: told.exists() and told.read_text() != "", 10)
    assert running[0].ended() == -signal.SIGKILL
    child = Path("/proc", told.read_text())
    assert wait_until(lambda: not child.exists() or is_zombie(child), 5)


def is_zombie(process):
    return "State:\tZ" in (process / "status").read_text()
