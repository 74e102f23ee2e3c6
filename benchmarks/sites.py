"""One database of a size with everything that a measurement needs of it."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from benchmarks.databases import ROOT, Cluster, make_database
from benchmarks.measuring import Job, Measured, Meter
from benchmarks.probing import Probe, probe
from benchmarks.processes import cpu_seconds
from benchmarks.seeding.sizes import Size
from benchmarks.seeding.world import PLAN, email_of, token_of
from benchmarks.servers import Visitor, WebServer, signed_in, web_server


@dataclass
class Site:
    """A running web server on a database, and our own connection to that database."""

    cluster: Cluster
    size: Size
    database: str
    server: WebServer
    sql: psycopg.Connection
    counter: Probe
    _visitors: dict[str, Visitor] = field(default_factory=dict)

    def person(self, role: str, member: str = "") -> Visitor:
        """Return the browser of the first person with a role; each signs in once."""
        email = email_of(role, member)
        if email not in self._visitors:
            self._visitors[email] = signed_in(self.server, email)
        return self._visitors[email]

    def key(self, name: str) -> Visitor:
        """Return a partner's machine that has this key."""
        headers = {"Authorization": f"Bearer {token_of(name)}"}
        return Visitor(self.server, headers | {"Accept-Encoding": "identity"})

    def of_product(self, job: Job) -> Measured:
        """Return a job of the web server."""
        return Measured(
            job, Meter(lambda: cpu_seconds(self.server.pid), self._database_cpu)
        )

    def of_limit(self, job: Job) -> Measured:
        """Return a job of this process."""
        return Measured(job, Meter(time.process_time, self._database_cpu))

    def _database_cpu(self) -> float:
        return cpu_seconds(self.cluster.postmaster)

    def one(self, query: str, *values: object) -> str:
        """Return the first column of the first row, as text."""
        row = self.sql.execute(query.encode(), values).fetchone()
        if row is None:
            raise LookupError(query)
        return str(row[0])

    def entry(self, member: str, state: str) -> str:
        """Return the newest entry of a member in a state, on the first plan."""
        return self.one(
            "SELECT entry.id FROM progress_entry AS entry"
            " JOIN commitments_membercommitment AS owed"
            " ON owed.id = entry.member_commitment_id"
            " JOIN commitments_commitment AS commitment"
            " ON commitment.id = owed.commitment_id"
            " JOIN commitments_plan AS plan ON plan.id = commitment.plan_id"
            " WHERE plan.slug = %s AND owed.member_id = %s AND entry.state = %s"
            " AND entry.handling = 'green'"
            " ORDER BY entry.as_of DESC, entry.id LIMIT 1",
            PLAN,
            member,
            state,
        )


@contextmanager
def open_site(cluster: Cluster, size: Size, *, root: Path = ROOT) -> Iterator[Site]:
    """Make the database of a size if it is missing, and serve it."""
    database = make_database(cluster, size, root)
    with ExitStack() as stack:
        server = stack.enter_context(web_server(cluster, database, root=root))
        address = cluster.address("owner", database)
        sql = stack.enter_context(psycopg.connect(address, autocommit=True))
        counter = stack.enter_context(probe(cluster, database, "count_queries"))
        yield Site(cluster, size, database, server, sql, counter)
