"""What writes, or holds a whole database: each on a copy that is dropped afterwards."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

import psycopg

from benchmarks.databases import Cluster, copy_database, drop_database
from benchmarks.probing import Probe, probe
from benchmarks.processes import PeakMemory, cpu_seconds, memory_watched
from benchmarks.run import say
from benchmarks.seeding.world import email_of
from benchmarks.servers import form_fields, signed_in, web_server

PROCESSES, ROUNDS, EACH = 2, 5, 200
BULK, REPORTS = 100, 5
# Of 1 the limit's rate: at least a quarter.
LEAST_RATE = 0.25

# Corrections that wait for their publication: a published entry has at most one.
_SUBMIT = """
CREATE TEMPORARY TABLE made AS
SELECT entry.* FROM progress_entry AS entry
JOIN commitments_membercommitment AS owed ON owed.id = entry.member_commitment_id
WHERE entry.state = 'published' AND entry.kind = 'update' AND entry.handling = 'green'
    AND owed.member_id NOT IN ('FR', 'EU') AND NOT EXISTS (
        SELECT FROM progress_entry AS other WHERE other.supersedes_id = entry.id)
ORDER BY entry.ledger_record_id DESC LIMIT %(count)s;
UPDATE made SET supersedes_id = id, id = gen_random_uuid(), kind = 'correction',
    reason = 'A figure was wrong.', state = 'submitted', version = 3,
    unchanged_since = NULL, confirmed_at = NULL, confirmed_by_id = NULL,
    written_at = now() - interval '3 hours', submitted_at = now() - interval '1 hour',
    published_at = NULL, published_by_id = NULL, publisher_member_id = NULL,
    was_clearance_needed = NULL, ledger_record_id = NULL;
INSERT INTO progress_entry SELECT * FROM made;
INSERT INTO progress_entryauthor (entry_id, user_id, first_changed_at)
SELECT id, written_by_id, written_at FROM made;
INSERT INTO progress_transition (entry_id, verb, before, after, reason, at, by_id)
SELECT made.id, step.verb, step.before, step.after, '',
    now() - interval '3 hours' + step.number * interval '1 hour',
    CASE step.verb WHEN 'clear' THEN made.submitted_by_id ELSE made.written_by_id END
FROM made CROSS JOIN (VALUES
    (0, 'edit', '', 'draft'), (1, 'submit', 'draft', 'in_clearance'),
    (2, 'clear', 'in_clearance', 'submitted')) AS step (number, verb, before, after)
ORDER BY made.id, step.number;
INSERT INTO progress_clearance
    (entry_id, sent_at, sent_by_id, cleared_at, cleared_by_id, capital_reference)
SELECT id, now() - interval '2 hours', written_by_id, now() - interval '1 hour',
    submitted_by_id, '' FROM made
"""
_BARE_TABLES = """
CREATE SEQUENCE bare_numbers;
CREATE TABLE bare_ledgerrecord (
    LIKE progress_ledgerrecord INCLUDING DEFAULTS INCLUDING INDEXES);
CREATE TABLE bare_entry (
    LIKE progress_entry INCLUDING DEFAULTS INCLUDING INDEXES);
CREATE TABLE bare_transition (
    LIKE progress_transition INCLUDING DEFAULTS INCLUDING INDEXES);
CREATE TABLE bare_event (
    LIKE audit_event INCLUDING DEFAULTS INCLUDING INDEXES);
INSERT INTO bare_entry SELECT * FROM progress_entry WHERE state = 'submitted'
"""


@contextmanager
def copied(cluster: Cluster, database: str) -> Iterator[str]:
    name = "bench_copy"
    copy_database(cluster, database, name)
    try:
        yield name
    finally:
        drop_database(cluster, name)


def add_submitted(cluster: Cluster, database: str, count: int) -> list[str]:
    """Add entries that wait for the Presidency. Return their identifiers."""
    with psycopg.connect(cluster.address("owner", database)) as owner:
        return prepare(owner, count)


def prepare(owner: psycopg.Connection, count: int) -> list[str]:
    """Add entries that wait, and the tables without rules. Return the entries' ids."""
    owner.execute("SET LOCAL session_replication_role = replica")
    for statement in _SUBMIT.split(";\n"):
        owner.execute(
            statement.encode(), {"count": count} if "%(" in statement else None
        )
    made = owner.execute("SELECT id::text FROM made ORDER BY id").fetchall()
    for statement in _BARE_TABLES.split(";\n"):
        owner.execute(statement.encode())
    return [row[0] for row in made]


def publishing(cluster: Cluster, database: str) -> dict[str, float]:
    """Return the rates of publishing and of its limits, over eight connections."""
    ids = add_submitted(cluster, database, ROUNDS * EACH)
    rates: dict[str, list[float]] = {
        "publish": [], "write_bare": [], "write_in_turn": []
    }  # fmt: skip
    with ExitStack() as stack:
        teams = {
            name: [
                stack.enter_context(probe(cluster, database, name))
                for _ in range(PROCESSES)
            ]
            for name in rates
        }
        for number in range(ROUNDS):
            some = ids[number * EACH : (number + 1) * EACH]
            for name, team in teams.items():
                rates[name].append(_rate(team, some))
    # The first round of each opens connections.
    found = {name: median(several[1:]) for name, several in rates.items()}
    said = (f"{name} {rate:.0f}" for name, rate in found.items())
    say(f"a second: {', '.join(said)}")
    return found


def _rate(team: list[Probe], ids: list[str]) -> float:
    """Return entries a second: all processes work at once."""
    for number, one in enumerate(team):
        one.send(ids[number :: len(team)])
    answers = [one.answer() for one in team]
    return len(ids) / max(float(answer["seconds"]) for answer in answers)


def bulk(cluster: Cluster, database: str) -> float:
    """Publish a hundred entries in one request to the web server: seconds."""
    ids, action = add_submitted_again(cluster, database), "/entries/bulk/publish/"
    with web_server(cluster, database) as server:
        person = signed_in(server, email_of("coordinator", "FR"))
        fields = [("csrfmiddlewaretoken", _token(person.require("/review/").text))]
        fields += [("item", f"{pk}.3") for pk in ids]
        asked = form_fields(person.post(action, fields).text, action)
        began_at = time.perf_counter()
        answer = person.post(action, asked)
        seconds = time.perf_counter() - began_at
    with psycopg.connect(cluster.address("owner", database)) as owner:
        row = owner.execute(
            "SELECT count(*) FROM progress_entry WHERE id = ANY(%s::uuid[])"
            " AND state = 'published'",
            [ids],
        ).fetchone()
    if row != (BULK,):
        raise RuntimeError(f"bulk publishing: {row}, {answer.status}")
    say(f"bulk publishing of {BULK}: {seconds:.2f} s")
    return seconds


def _token(page: str) -> str:
    return page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]


def add_submitted_again(cluster: Cluster, database: str) -> list[str]:
    with psycopg.connect(cluster.address("owner", database)) as owner:
        owner.execute(
            "DROP TABLE IF EXISTS bare_ledgerrecord, bare_entry, bare_transition,"
            " bare_event"
        )
        owner.execute("DROP SEQUENCE IF EXISTS bare_numbers")
    return add_submitted(cluster, database, BULK)


@dataclass(frozen=True)
class News:
    """What it cost to read one event, in seconds."""

    count: int
    own: float
    database: float
    wall: float


def news(cluster: Cluster, database: str) -> News:
    """Read the events of what was just published."""
    postmaster = cluster.postmaster
    with probe(cluster, database, "read_news") as asked:
        before = cpu_seconds(postmaster)
        found = asked.ask({})
        spent = cpu_seconds(postmaster) - before
    count = int(found["count"])
    read = News(count, found["cpu"] / count, spent / count, found["seconds"] / count)
    say(str(read))
    return read


@dataclass(frozen=True)
class Compiled:
    """What reports of one form took, and the typesetting of their PDF alone."""

    name: str
    # Seconds of CPU, and of waiting.
    own: float
    database: float
    typesetting: float
    # Of each format, in the order of making.
    formats: dict[str, float]
    wall: float
    # Of a new process, as after a long report, and of one that goes on.
    peak: PeakMemory
    later_peak: PeakMemory


# Of a stocktake, all narratives are made as long as those of delegations often are.
LONG_NARRATIVES = "report, stocktake, full, 1,000 characters a narrative"
FORMS: dict[str, dict[str, str | int]] = {
    LONG_NARRATIVES: {"kind": "stocktake", "layout": "full", "characters": 1000},
    **{
        f"report, {kind}, {layout}": {"kind": kind, "layout": layout}
        for kind, layout in (
            ("stocktake", "full"), ("stocktake", "compact"), ("member", "full"),
            ("brief", "full"), ("changes", "full"), ("gaps", "full"),
        )
    },
}  # fmt: skip


def reports(cluster: Cluster, database: str) -> Iterator[Compiled]:
    """Compile reports of each kind in one process. The first of each is not counted."""
    with probe(cluster, database, "compile_report") as asked:
        for name, form in FORMS.items():
            with probe(cluster, database, "compile_report") as new:
                peak = _peak(new, form)
            compiled = _report(cluster, asked, name, form, peak)
            say(str(compiled))
            yield compiled


def _peak(new: Probe, form: dict[str, str | int]) -> PeakMemory:
    with memory_watched(new.process.pid) as peak:
        new.ask(form)
    return peak


def _report(
    cluster: Cluster,
    asked: Probe,
    name: str,
    form: dict[str, str | int],
    peak: PeakMemory,
) -> Compiled:
    postmaster = cluster.postmaster
    asked.ask(form)
    before = cpu_seconds(postmaster)
    with memory_watched(asked.process.pid) as later_peak:
        warm = [asked.ask(form) for _ in range(REPORTS)]
    spent = cpu_seconds(postmaster) - before
    if not all(one["done"] for one in warm):
        raise RuntimeError(f"a report was not compiled: {name}")
    return Compiled(
        name=name,
        own=median(one["cpu"] for one in warm),
        database=spent / REPORTS,
        typesetting=median(one["bare"] for one in warm),
        formats={
            made: median(one["formats"][made] for one in warm)
            for made in warm[0]["formats"]
        },
        wall=median(one["wall"] for one in warm),
        peak=peak,
        later_peak=later_peak,
    )
