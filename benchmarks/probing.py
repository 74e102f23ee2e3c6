"""Start the probes, and ask them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.databases import ROOT, Cluster


@dataclass
class Probe:
    """A process that answers each line of JSON with another: see `probes`."""

    process: subprocess.Popen[str]

    def send(self, given: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(given) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"a probe ended with {self.process.wait()}")
        found: dict[str, Any] = json.loads(line)
        return found

    def ask(self, given: object) -> dict[str, Any]:
        self.send(given)
        return self.answer()


@contextmanager
def probe(cluster: Cluster, database: str, name: str) -> Iterator[Probe]:
    """Run a probe on a database until the block ends."""
    environment = cluster.environment(database, role="command")
    if name == "count_queries":
        environment["DATABASE_POOL_SIZE"] = "1"
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.probes", name],
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": "g7plan.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Probe(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(60)
