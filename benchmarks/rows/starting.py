"""What processes take to start, to hold, and to wait: web server, worker, a trial."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.databases import ROOT, Cluster
from benchmarks.probing import probe
from benchmarks.processes import children_of, cpu_seconds, resident_mb
from benchmarks.run import say
from benchmarks.servers import WebServer, free_port, wait_until_ready, web_server
from g7plan.queues import QUEUES

MOST_SECONDS, MOST_WEB_MB, MOST_WORKER_MB = 2.0, 130, 150
MOST_OF_A_CORE = 0.01  # while it waits for its users
_SETTLED, _WITHIN = 3.0, 120.0  # seconds
# A trial counts as idle after so long, and is measured for so long: a multiple of
# most intervals of the scheduled tasks.
_IDLE_AFTER, _IDLE_FOR = 60.0, 120.0


@dataclass(frozen=True)
class Started:
    web_seconds: float
    web_mb: float
    worker_mb: float
    worker_after_mb: float


def start(cluster: Cluster, database: str) -> Started:
    """Start a web process and a worker; compile a report in the worker."""
    with web_server(cluster, database, workers=1) as server:
        seconds = cpu_seconds(server.pid)
        web_mb = max(resident_mb(children_of(server.pid)))
    before, after = _worker(cluster, database)
    started = Started(seconds, web_mb, before, after)
    say(str(started))
    return started


def _worker(cluster: Cluster, database: str) -> tuple[float, float]:
    """Return the memory of the largest process of a worker: before a report, after."""
    command = [
        sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "--app", "g7plan",
        "worker", "--concurrency", "2", "--without-mingle", "--without-gossip",
        "--queues", ",".join(QUEUES),
    ]  # fmt: skip
    environment = cluster.environment(database, role="worker")
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    ) as process:
        try:
            time.sleep(_SETTLED)
            _wait_for_children(process.pid)
            before = max(resident_mb(children_of(process.pid)))
            with probe(cluster, database, "queue_report") as asked:
                asked.ask({"seconds": _WITHIN})
            time.sleep(_SETTLED)
            return before, max(resident_mb(children_of(process.pid)))
        finally:
            process.terminate()
            process.wait(60)


def _wait_for_children(pid: int) -> None:
    end = time.monotonic() + _WITHIN
    while len(children_of(pid)) < 3 and time.monotonic() < end:
        time.sleep(0.2)
    time.sleep(_SETTLED)


def idle_trial(folder: Path) -> float:
    """Start a trial with demo data. Return the share of a core it takes while idle.

    That is the CPU time of all its processes: web server, worker, beat, PostgreSQL,
    Valkey, and the supervisor that started them.
    """
    var_dir, port = folder / "trial", free_port()
    shutil.rmtree(var_dir, ignore_errors=True)
    kept = {"HOME", "PATH"} & set(os.environ)
    environment = {name: os.environ[name] for name in kept}
    environment |= {"VAR_DIR": str(var_dir), "PORT": str(port)}
    command = [sys.executable, "-m", "g7plan.trial.supervisor"]
    with subprocess.Popen(
        [*command, "--demo"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    ) as process:
        try:
            server = WebServer(port, process.pid)
            wait_until_ready(server, process, 5 * _WITHIN)
            time.sleep(_IDLE_AFTER)
            before = cpu_seconds(process.pid)
            time.sleep(_IDLE_FOR)
            return (cpu_seconds(process.pid) - before) / _IDLE_FOR
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(_WITHIN)
            subprocess.run(
                [*command, "--forget"], cwd=ROOT, env=environment, check=True
            )
