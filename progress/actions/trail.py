"""Add to the trail: the acts that the record rests on, in the transaction of each."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from django.db import connections

from audit.statements import run_planned
from progress.actions.ledger import take_ledger_lock
from progress.ledger.chain import NOTHING, TrailLink, canonical, hash_of_text
from progress.ledger.trail_content import Content, contents_of
from progress.models import TrailRecord

Kind = TrailRecord.Kind
_HEAD = """
    SELECT sequence, sha256 FROM progress_trailrecord ORDER BY sequence DESC LIMIT 1
"""
# The fields of `Basis`, for a plan and twice an instant.
BASIS = """
    SELECT chair.id, chair.starts_at, chair.ends_at,
        EXISTS (SELECT FROM progress_trailrecord
            WHERE kind = 'plan' AND subject = %s) AS has_plan,
        chair.id IS NULL OR EXISTS (SELECT FROM progress_trailrecord
            WHERE kind = 'presidency' AND subject = chair.id::text)
            AS has_presidency
    FROM (VALUES (1)) AS one
    LEFT JOIN accounts_presidency AS chair ON starts_at <= %s AND ends_at > %s
"""


def append_to_trail(
    kind: TrailRecord.Kind, subject: object, *, using: str = "default"
) -> TrailRecord:
    """Add the row of an act, once its own rows are written.

    It takes the lock of the ledger, after every row that the act locks.
    """
    take_ledger_lock(using)
    return _append(kind.value, subject, using)


def _append(kind: str, subject: object, using: str = "default") -> TrailRecord:
    """Add a row. The caller holds the lock of the ledger."""
    with connections[using].cursor() as cursor:
        cursor.execute(_HEAD)
        head = cursor.fetchone() or (0, NOTHING)
    salt = token_hex(32)
    content = contents_of(kind, {str(subject): salt}, using=using)[str(subject)]
    row = row_after(head, kind, subject, content, salt)
    row.save(using=using, force_insert=True)
    return row


def row_after(
    head: tuple[int, str],
    kind: str,
    subject: object,
    content: Content,
    salt: str,
) -> TrailRecord:
    """Return the row that continues the trail after this head. It is not saved yet."""
    sequence, sha256 = head
    text = canonical(content)
    link = TrailLink(
        sequence=sequence + 1,
        kind=kind,
        subject=str(subject),
        content_sha256=hash_of_text(text),
        previous_sha256=sha256,
    )
    return TrailRecord(**vars(link), sha256=link.sha256, content=text, salt=salt)


@dataclass(frozen=True)
class Basis:
    """What the acts of a plan rest on at an instant, and whether the trail has it."""

    presidency: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    has_plan: bool
    has_presidency: bool

    @property
    def is_complete(self) -> bool:
        return self.has_plan and self.has_presidency

    def holds_at(self, at: datetime) -> bool:
        """Return whether the same member holds the chair at this instant."""
        if self.starts_at is None or self.ends_at is None:
            return False
        return self.starts_at <= at < self.ends_at


def append_basis(plan: str, *, at: datetime) -> None:
    """Add the wording of a plan and the Presidency at this time, unless they are there.

    Both are added before the first act that rests on them.
    """
    basis = _read_basis(plan, at)
    if basis.is_complete:
        return
    take_ledger_lock()
    # Another act may have added them before it let go of the lock.
    basis = _read_basis(plan, at)
    if not basis.has_plan:
        _append(Kind.PLAN.value, plan)
    if not basis.has_presidency:
        _append(Kind.PRESIDENCY.value, basis.presidency)


def _read_basis(plan: str, at: datetime) -> Basis:
    return Basis(*run_planned(BASIS, [plan, at, at]).fetchone())
