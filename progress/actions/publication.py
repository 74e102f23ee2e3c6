"""Publish an entry: its record on the ledger, its move, and its row in the trail.

Publications wait for each other at the ledger's lock. What can be read before the lock
is read before it. Under the lock one query reads the ends of both chains, and all rows
are then sent together.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from secrets import token_hex
from typing import Any

import orjson

from accounts.models import User
from audit.record import add_event
from audit.statements import run_planned, write_rows
from audit.transactions import send_with_commit
from progress.actions.instants import wait_until
from progress.actions.ledger import LedgerEnds, lock_ledger_ends
from progress.actions.trail import BASIS, Basis, append_basis, row_after
from progress.actions.transition import entry_event, move_of
from progress.ledger.chain import Link, hash_of, instant
from progress.ledger.content import content_with, evidence_sql
from progress.ledger.trail_content import (
    STEPS,
    Content,
    hide_texts,
    steps_sql,
)
from progress.models import Entry, LedgerRecord, TrailRecord, Transition
from progress.transitions import Verb

# The columns that a publication writes.
_FIELDS = (
    "state",
    "version",
    "published_at",
    "published_by",
    "publisher_member",
    "was_clearance_needed",
    "ledger_record",
)


def put_on_record(
    entry: Entry, *, by: User, at: datetime, has_event: bool = True
) -> None:
    """Publish a locked entry. The ledger is locked until the commit.

    The instant is that of the database, read under the ledger's lock; in a
    demonstration it is `at`. It is never before the last record, and after the seal.
    Without `has_event` it has no event: a history that was never lived.
    """
    plan = entry.member_commitment.commitment.plan.slug
    basis, evidence, steps = _read_before(entry, plan, at)
    entry.published_by, entry.publisher_member_id = by, by.member_id
    # It came to its reviewer by a clearance, not directly.
    moves = steps["transitions"]
    entry.was_clearance_needed = bool(moves) and moves[-1]["verb"] != Verb.SUBMIT
    move = move_of(entry, Verb.PUBLISH, by=by, at=at)
    event = entry_event(Verb.PUBLISH, entry, by=by, at=at)
    content = content_with(entry, evidence)
    salt = token_hex(32)
    steps = hide_texts(steps, salt)
    ends = lock_ledger_ends()
    entry.published_at = move.at = ends.instant_of(at)
    wait_until(move.at, ends.clock)
    if not basis.holds_at(move.at):
        # The chair has passed on meanwhile, or no member holds it.
        append_basis(plan, at=move.at)
        ends = lock_ledger_ends()
    move.pk = ends.next_move
    content["published_at"] = instant(move.at)
    record = entry.ledger_record = _record_of(entry, content, ends)
    row = _trail_row(entry, steps, move, salt, ends)
    send_with_commit()
    if has_event:
        event.at = move.at
        add_event(event, move, record, row, changed=entry, fields=_FIELDS)
    else:
        write_rows(move, record, row, changed=entry, fields=_FIELDS)


def _read_before(
    entry: Entry, plan: str, at: datetime
) -> tuple[Basis, list[dict[str, Any]], Content]:
    """Return what a locked entry rests on, its evidence, and the steps that led to now.

    No one adds evidence or steps while this transaction has the row.
    """
    values = [plan, at, at, entry.pk, plan]
    found = run_planned(_before_sql(), values).fetchone()
    basis = Basis(*found[:-2])
    if not basis.is_complete:
        append_basis(plan, at=at)
        found = run_planned(_before_sql(), values).fetchone()
    return basis, orjson.loads(found[-2]), orjson.loads(found[-1])


@cache
def _before_sql() -> str:
    return f"""
        SELECT basis.*, {evidence_sql()}::text,
            json_build_object('wording', wording.content_sha256, {steps_sql()})::text
        FROM ({BASIS}) AS basis
        CROSS JOIN (VALUES (%s::uuid, %s)) AS entry (id, plan)
        LEFT JOIN progress_trailrecord AS wording
            ON wording.kind = 'plan' AND wording.subject = entry.plan
    """  # noqa: S608 - our own names only


def _record_of(
    entry: Entry, content: Mapping[str, Any], ends: LedgerEnds
) -> LedgerRecord:
    """Return the record of an entry, after the ledger's end. It is not saved yet."""
    assert entry.published_at is not None  # noqa: S101 - the caller has set it
    kind = LedgerRecord.Kind
    link = Link(
        sequence=ends.sequence + 1,
        kind=(kind.WITHDRAWAL if entry.is_withdrawal else kind.PUBLICATION).value,
        recorded_at=entry.published_at,
        content_sha256=hash_of(content),
        previous_sha256=ends.sha256,
    )
    return LedgerRecord(**vars(link), sha256=link.sha256)


def _trail_row(
    entry: Entry, steps: Content, move: Transition, salt: str, ends: LedgerEnds
) -> TrailRecord:
    """Return the trail's row of this publication. It is not saved yet.

    The texts of the steps are hidden. The move has none: it needs no reason.
    """
    assert entry.ledger_record is not None  # noqa: S101 - the caller has set it
    its_move = STEPS["transitions"].step_of(move)
    moves = [*steps["transitions"], its_move]
    content = {"record": entry.ledger_record.sha256, **steps, "transitions": moves}
    head = (ends.trail_sequence, ends.trail_sha256)
    return row_after(head, TrailRecord.Kind.PUBLICATION.value, entry.pk, content, salt)
