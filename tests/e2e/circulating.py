"""What the browser tests of circulation share: each act, and how time passes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from playwright.sync_api import Page, expect
from psycopg import sql
from psycopg.types.json import Jsonb

from progress.ledger.chain import hash_of
from tests.e2e.conftest import Trial

PLAN = "circulation-tests"
# In milliseconds, on a machine that runs the rest of the suite as well.
COMPILED_WITHIN = 120_000


def compile_brief(page: Page, subject: str) -> str:
    """Compile a green brief of the plan, and return its address once it is done."""
    page.goto(f"/reports/new/brief/?plan={PLAN}")
    page.get_by_label("Subject").select_option(subject)
    page.get_by_label("Audience").select_option("green")
    page.get_by_role("button", name="Compile the report").click()
    page.wait_for_url(re.compile(r"/reports/[0-9a-f-]{36}/$"))
    wait_until_done(page)
    return page.url


def wait_until_done(page: Page) -> None:
    file = page.get_by_role("link", name="PDF").first
    expect(file).to_be_visible(timeout=COMPILED_WITHIN)


def circulate(page: Page, report: str, number: int) -> None:
    page.goto(report)
    page.get_by_role("link", name="Circulate", exact=True).click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("row", name="Japan")).to_contain_text("21:00 JST")
    page.get_by_role("button", name=f"Circulate draft {number}").click()
    expect(page.get_by_text("Heads of delegation can object until")).to_be_visible()


def approve(page: Page, report: str) -> None:
    page.goto(report)
    page.get_by_role("link", name="Approve as final").click()
    page.get_by_role("button", name=re.compile("^Approve")).click()


# ---- What takes days, done by the owner of the database ------------------------------


@contextmanager
def as_owner(trial: Trial) -> Iterator[psycopg.Connection]:
    """Connect with every rule of the database off. All is stored at the end."""
    with psycopg.connect(trial.services()["database_owner_url"]) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        yield connection


def id_in(report: str) -> str:
    return report.rstrip("/").rpartition("/")[2]


def let_time_pass(trial: Trial, report: str, days: int = 10) -> None:
    """Move what is known of the draft's circulation so many days into the past."""
    moved = """
        UPDATE progress_silenceprocedure SET
            started_at = started_at - make_interval(days => %(days)s),
            ends_at = ends_at - make_interval(days => %(days)s)
        WHERE id IN (
            SELECT procedure_id FROM reports_circulation WHERE draft_id = %(draft)s)
    """
    with as_owner(trial) as database:
        database.execute(moved, {"days": days, "draft": id_in(report)})


def compile_with_an_older_release(trial: Trial, report: str) -> None:
    """Give the draft another word for a label, as the release before this one had."""
    with as_owner(trial) as database:
        row = database.execute(
            "SELECT snapshot FROM reports_report WHERE id = %s", [id_in(report)]
        ).fetchone()
        assert row is not None
        snapshot = row[0]
        snapshot["facts"]["labels"]["as_of"] = "As at"
        snapshot["envelope"]["versions"]["product"] = "0.9"
        snapshot["envelope"]["facts_sha256"] = hash_of(snapshot["facts"])
        database.execute(
            "UPDATE reports_report SET snapshot = %s, facts_sha256 = %s WHERE id = %s",
            [Jsonb(snapshot), snapshot["envelope"]["facts_sha256"], id_in(report)],
        )


def find_links_dead(trial: Trial) -> None:
    """Note that no link of the plan works any more."""
    with as_owner(trial) as database:
        found = database.execute(
            """
            INSERT INTO progress_linkcheck (
                evidence_id, due_at, checked_at, problem, failure_count, dead_since)
            SELECT DISTINCT item.evidence_id, now() + interval '7 days', now(),
                'refused', 3, now()
            FROM progress_entryevidence item
            JOIN progress_entry entry ON entry.id = item.entry_id
            JOIN commitments_membercommitment mine
                ON mine.id = entry.member_commitment_id
            JOIN commitments_commitment commitment
                ON commitment.id = mine.commitment_id
            JOIN commitments_plan plan ON plan.id = commitment.plan_id
            JOIN progress_evidence evidence ON evidence.id = item.evidence_id
            WHERE plan.slug = %s AND evidence.url <> ''
            ON CONFLICT (evidence_id) DO UPDATE SET
                checked_at = excluded.checked_at, problem = excluded.problem,
                failure_count = excluded.failure_count,
                dead_since = excluded.dead_since
            """,
            [PLAN],
        )
        assert found.rowcount


def edit_titles(trial: Trial) -> None:
    """Edit the short titles of all commitments of the plan."""
    with as_owner(trial) as database:
        database.execute(
            "UPDATE commitments_commitment SET short_title = short_title || ' (new)'"
            " WHERE plan_id = (SELECT id FROM commitments_plan WHERE slug = %s)",
            [PLAN],
        )


# ---- A handover ----------------------------------------------------------------------

# A coordinator of another member, with the same password.
COORDINATOR = """
    INSERT INTO accounts_user
    SELECT (jsonb_populate_record(known, jsonb_build_object(
        'id', gen_random_uuid(), 'email', %(name)s || '@demo.example',
        'name', %(name)s, 'member_id', %(member)s::text
    ))).* FROM accounts_user known WHERE known.email = 'coordinator@demo.example'
"""


@contextmanager
def next_presidency(trial: Trial, *coordinators: str) -> Iterator[None]:
    """Let the next Presidency begin now, with these coordinators, until the end."""
    with as_owner(trial) as database:
        present, ends_at = database.execute(
            "UPDATE accounts_presidency chair SET ends_at = now()"
            " FROM accounts_presidency known WHERE known.id = chair.id"
            " AND known.starts_at <= now() AND known.ends_at > now()"
            " RETURNING chair.id, known.ends_at"
        ).fetchone() or (0, None)
        following, member = database.execute(
            "UPDATE accounts_presidency SET starts_at = now() WHERE starts_at = %s"
            " RETURNING id, member_id",
            [ends_at],
        ).fetchone() or (0, "")
        for name in coordinators:
            database.execute(COORDINATOR, {"name": name, "member": member})
    try:
        yield
    finally:
        with as_owner(trial) as database:
            for column, row in (("starts_at", following), ("ends_at", present)):
                statement = sql.SQL(
                    "UPDATE accounts_presidency SET {} = %s WHERE id = %s"
                ).format(sql.Identifier(column))
                database.execute(statement, [ends_at, row])
