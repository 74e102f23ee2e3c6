"""One run of the load: start everything, let the visitors come, and judge."""

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import redis

from benchmarks.databases import ROOT, Cluster, make_database, running_cluster
from benchmarks.load.figures import Figures
from benchmarks.load.memory import (
    LIMIT_OF_REPORTS,
    cores_of,
    course_of,
    watching,
)
from benchmarks.load.parts import MailServer, Parts, mail_server, running_parts
from benchmarks.load.results import Loaded, errors_in
from benchmarks.probing import probe
from benchmarks.rows.writes import copied
from benchmarks.run import say
from benchmarks.seeding.sizes import Size
from benchmarks.servers import HOST

A_SECOND, SETTLE = 3.0, 20.0  # visitors who come in a second; seconds until all read
PATIENCE = 600.0  # seconds that they may take to come and to end
_ACTS = frozenset({"submit", "clear", "send back", "return", "publish"})
_COUNTS = {
    **{
        verb.replace("_", " "): f"FROM progress_transition WHERE verb = '{verb}'"
        for verb in ("submit", "clear", "send_back", "return")
    },
    "publish": "FROM progress_entry WHERE state = 'published'",
    "reports compiled": "FROM reports_report WHERE state = 'done'",
    "notices made": "FROM partners_notice",
}


@dataclass(frozen=True)
class Load:
    folder: Path
    size: Size
    seconds: float

    def run(self) -> Loaded:
        with running_cluster(self.folder, durable=False) as cluster:
            database = make_database(cluster, self.size)
        with running_cluster(self.folder) as cluster, mail_server() as mails:
            cluster.manage(database, "collectstatic", "--no-input", "--verbosity", "0")
            with copied(cluster, database) as copy:
                found = self._on(_as_in_production(cluster, mails), copy, mails)
                cluster.manage(copy, "verify_ledger")
                return found

    def _on(self, cluster: Cluster, database: str, mails: MailServer) -> Loaded:
        _forget_queues(cluster)
        with probe(cluster, database, "cast") as asked:
            facts = asked.ask({})
        before, logs = _counts(cluster, database), self.folder / "load"
        with running_parts(cluster, database, mails, logs) as parts:
            pids = {**parts.pids, "database": cluster.postmaster}
            with watching(pids) as watched:
                starts = {path: path.stat().st_size for path in logs.glob("*.log")}
                found = self._swarm(parts, facts, logs / "requests.json")
            after = _counts(cluster, database)
        figures = Figures.of(found)
        samples = watched.between(found["began"], found["ended"])
        new = {name: count - before[name] for name, count in after.items()}
        return Loaded(
            size=self.size.name,
            figures=figures,
            memory={
                name: course_of(course, LIMIT_OF_REPORTS if name == "reports" else None)
                for name, course in samples.items()
                if name != "database"
            },
            done={
                **{name: new[name] for name in new if name not in _ACTS},
                "mails taken": mails.mails,
            },
            acts={name: new[name] for name in new if name in _ACTS},
            errors=errors_in(starts),
            cores={name: cores_of(course) for name, course in samples.items()},
        )

    def _swarm(self, parts: Parts, facts: dict[str, Any], out: Path) -> dict[str, Any]:
        """Let the visitors come, in a process of their own. Return what it wrote."""
        given = {
            "host": f"http://{HOST}:{parts.server.port}",
            "facts": facts,
            "a_second": A_SECOND,
            "settle": SETTLE,
            "seconds": self.seconds,
        }
        say(f"The visitors come, {A_SECOND:.0f} a second.")
        subprocess.run(
            [sys.executable, "-m", "benchmarks.load.swarm", str(out)],
            cwd=ROOT,
            input=json.dumps(given).encode(),
            check=True,
            timeout=self.seconds + SETTLE + PATIENCE,
        )
        found: dict[str, Any] = json.loads(out.read_text("utf-8"))
        return found


def _as_in_production(cluster: Cluster, mails: MailServer) -> Cluster:
    """Return the cluster with what a deployment sets, and no way to other machines."""
    settings = {
        "EMAIL_URL": mails.url,
        "LINK_CHECKS": "0",
        "SECOND_FACTOR_ROLES": "coordinator,head,administrator",
        "TRUSTED_PROXY_COUNT": "1",
    }
    return replace(cluster, settings=settings)


def _forget_queues(cluster: Cluster) -> None:
    """Drop the tasks and the counts of earlier runs: their databases are gone."""
    with redis.Redis.from_url(cluster.addresses["redis_url"]) as queue:
        queue.flushall()


def _counts(cluster: Cluster, database: str) -> dict[str, int]:
    with psycopg.connect(cluster.address("owner", database)) as owner:
        found = {}
        for name, query in _COUNTS.items():
            row = owner.execute(f"SELECT count(*) {query}".encode()).fetchone()
            found[name] = int(row[0]) if row else 0
        return found


def load(folder: Path, size: Size, seconds: float, out: Path) -> int:
    """Run the load and write its figures. Return 1 if something is not met."""
    found = Load(folder, size, seconds).run()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(found.text(), encoding="utf-8")
    print(found.text())
    say(f"The results are in {out}.")
    return 1 if found.faults() else 0
