"""Add to the trail: the acts that the record rests on, in the transaction of each."""

from datetime import datetime
from secrets import token_hex

from django.db import connection, connections

from accounts.models import Presidency
from progress.actions.ledger import take_ledger_lock
from progress.ledger.chain import NOTHING, TrailLink, canonical, hash_of_text
from progress.ledger.trail_content import contents_of
from progress.models import Entry, TrailRecord

Kind = TrailRecord.Kind
# Each publication asks these under the ledger's lock.
_HEAD = """
    SELECT sequence, sha256 FROM progress_trailrecord ORDER BY sequence DESC LIMIT 1
"""
_KNOWN = """
    SELECT kind, subject FROM progress_trailrecord
    WHERE (kind, subject) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
"""


def append_to_trail(
    kind: TrailRecord.Kind, subject: object, *, using: str = "default"
) -> TrailRecord:
    """Add the row of an act, once its own rows are written.

    It takes the lock of the ledger, after every row that the act locks.
    """
    take_ledger_lock(using)
    return _append(kind, subject, using)


def _append(kind: str, subject: object, using: str = "default") -> TrailRecord:
    """Add a row. The caller holds the lock of the ledger."""
    with connections[using].cursor() as cursor:
        cursor.execute(_HEAD)
        sequence, head = cursor.fetchone() or (0, NOTHING)
    salt = token_hex(32)
    content = canonical(
        contents_of(kind, {str(subject): salt}, using=using)[str(subject)]
    )
    link = TrailLink(
        sequence=sequence + 1,
        kind=kind,
        subject=str(subject),
        content_sha256=hash_of_text(content),
        previous_sha256=head,
    )
    return TrailRecord.objects.using(using).create(
        **vars(link), sha256=link.sha256, content=content, salt=salt
    )


def append_publication_to_trail(entry: Entry) -> TrailRecord:
    """Add a publication, after its transition: nothing is added to it any more.

    The caller holds the lock of the ledger since it added the record.
    The wording of its plan and the Presidency are added first, once.
    """
    assert entry.published_at is not None  # noqa: S101 - the caller published it
    append_basis(entry.member_commitment.commitment.plan.slug, at=entry.published_at)
    return _append(Kind.PUBLICATION, entry.pk)


def append_basis(plan: str, *, at: datetime) -> None:
    """Add the wording of a plan and the Presidency at this time, unless they are there.

    Both are added before the first act that rests on them.
    """
    chair = Presidency.objects.at(at).values_list("pk", flat=True).first()
    wanted: set[tuple[str, str]] = {(Kind.PLAN, plan)}
    if chair is not None:
        wanted.add((Kind.PRESIDENCY, str(chair)))
    if not _missing(wanted):
        return
    take_ledger_lock()
    for kind, subject in sorted(_missing(wanted)):
        _append(kind, subject)


def _missing(wanted: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return which of these kinds and subjects have no row."""
    kinds, subjects = zip(*wanted, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [list(kinds), list(subjects)])
        return wanted - set(cursor.fetchall())
