"""What processes take to start, and to hold: web server and worker."""

import subprocess
import sys
import time
from dataclasses import dataclass

from benchmarks.databases import ROOT, Cluster
from benchmarks.probing import probe
from benchmarks.processes import children_of, cpu_seconds, resident_mb
from benchmarks.run import say
from benchmarks.servers import web_server

MOST_SECONDS, MOST_WEB_MB, MOST_WORKER_MB = 2.0, 130, 150
_SETTLED, _WITHIN = 3.0, 120.0  # seconds


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
