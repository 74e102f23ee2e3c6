"""Fill a migrated database in which the plan was loaded: the order of the work."""

from datetime import datetime
from hashlib import sha256
from itertools import pairwise

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.seeding.at_work import AtWork
from benchmarks.seeding.chains import Ledger, Trail, canonical, hash_of, hidden, instant
from benchmarks.seeding.histories import Histories
from benchmarks.seeding.sizes import Size
from benchmarks.seeding.stocktakes import Stocktakes, Window, windows
from benchmarks.seeding.tables import Tables
from benchmarks.seeding.world import World, make_world


def fill_database(
    connection: psycopg.Connection, size: Size, *, anchor: datetime, signing_key: str
) -> None:
    """Write the whole set in one transaction, as the owner, without the triggers.

    The histories end before `anchor`. `signing_key` signs the checkpoints.
    """
    connection.execute("SET LOCAL session_replication_role = replica")
    tables = Tables(connection)
    tables.start_after("audit_event")
    world = make_world(connection, tables, plans=size.plans, anchor=anchor)
    ledger, trail = Ledger(tables), Trail(tables)
    histories = Histories(world, ledger, trail)
    histories.wordings.update(_record_basis(connection, world, trail))
    stocktakes = Stocktakes(world, ledger, trail)
    every = windows(anchor, size)
    for window in every:
        stocktakes.open(window)
        histories.fill(window)
        stocktakes.close(window)
        tables.rows["progress_checkpoint"].append(
            _checkpoint(window, ledger, trail, signing_key)
        )
    AtWork(world, histories, every[-1]).add()
    _finish(tables, every[-1], anchor)


def _finish(tables: Tables, last: Window, anchor: datetime) -> None:
    """Seal the ledger, and let the news be read up to the last event."""
    sealed_at = instant(last.part(0.98))
    tables.rows["progress_ledgerseal"].append(("t", sealed_at))
    events = str(tables.last_number("audit_event"))
    tables.rows["partners_cursor"].append(("notices", events, instant(anchor)))
    tables.write()
    tables.continue_sequences()


def _record_basis(
    connection: psycopg.Connection, world: World, trail: Trail
) -> dict[str, str]:
    """Record the presidencies with their handovers, and the wording of each plan."""
    for number, member, starts_at, ends_at in world.presidencies:
        if starts_at < world.anchor:
            content = {
                "member": member,
                "starts_at": instant(starts_at),
                "ends_at": instant(ends_at),
            }
            trail.append("presidency", str(number), world.new_salt(), content)
    _hand_over(world, trail)
    return {
        plan: trail.append("plan", plan, world.new_salt(), _wording(connection, pk))
        for plan, pk in world.plans.items()
    }


def _hand_over(world: World, trail: Trail) -> None:
    """Pass the chair at the start of each presidency after the first."""
    past = [one for one in world.presidencies if one[2] < world.anchor]
    for (_, before, *_), (number, member, at, _) in pairwise(past):
        giver = world.people[before, "coordinator"][0].id
        taker = world.people[member, "coordinator"][0].id
        note, salt, when = "All is in the shared folder.", world.new_salt(), instant(at)
        world.tables.rows["progress_handover"].append(
            (str(number), note, when, giver, when, taker, "2")
        )
        given = {
            "handed_over_at": when,
            "handed_over_by": giver,
            "note": hidden(bytes.fromhex(salt), "note", note),
        }
        trail.append("handover", str(number), salt, given)
        taken = {"received_at": when, "received_by": taker}
        trail.append("receipt", str(number), world.new_salt(), taken)


def _wording(connection: psycopg.Connection, plan: int) -> dict[str, object]:
    row = connection.execute(
        "SELECT preamble, source_text, source_sha256 FROM commitments_plan"
        " WHERE id = %s",
        [plan],
    ).fetchone()
    assert row is not None
    actions = connection.execute(
        "SELECT number::text, title, id FROM commitments_action WHERE plan_id = %s",
        [plan],
    ).fetchall()
    sub_areas = connection.execute(
        "SELECT code, title FROM commitments_subarea WHERE action_id = ANY(%s)",
        [[pk for *_, pk in actions]],
    ).fetchall()
    commitments = connection.execute(
        "SELECT code, text FROM commitments_commitment WHERE plan_id = %s"
        " ORDER BY position",
        [plan],
    ).fetchall()
    return {
        "preamble": hash_of(row[0]),
        "source_text": hash_of(row[1]),
        "source_sha256": row[2],
        "actions": {code: title for code, title, _ in actions},
        "sub_areas": dict(sub_areas),
        "order": [code for code, _ in commitments],
        "commitments": {
            code: {"text": hash_of(text), "clauses": {}} for code, text in commitments
        },
    }


def _checkpoint(
    window: Window, ledger: Ledger, trail: Trail, signing_key: str
) -> tuple[str, ...]:
    """Return a signed checkpoint of the day on which the window's stocktakes closed."""
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(signing_key))
    at = window.part(0.985)
    line = {"day": str(at.date()), "sha256": ledger.head, "trail_sha256": trail.head}
    public_key = key.public_key().public_bytes_raw()
    return (
        str(at.date()), str(ledger.sequence), ledger.head, trail.head, instant(at),
        sha256(public_key).hexdigest(), key.sign(canonical(line).encode()).hex(),
    )  # fmt: skip
