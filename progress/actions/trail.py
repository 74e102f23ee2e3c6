"""Add to the trail: the acts that the record rests on, in the transaction of each."""

from datetime import datetime
from secrets import token_hex

from accounts.models import Presidency
from progress.actions.ledger import take_ledger_lock
from progress.ledger.chain import NOTHING, TrailLink, canonical, hash_of_text
from progress.ledger.trail_content import contents_of
from progress.models import Entry, TrailRecord

Kind = TrailRecord.Kind


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
    head = TrailRecord.objects.using(using).order_by("-sequence").first()
    salt = token_hex(32)
    content = canonical(
        contents_of(kind, {str(subject): salt}, using=using)[str(subject)]
    )
    link = TrailLink(
        sequence=head.sequence + 1 if head else 1,
        kind=kind,
        subject=str(subject),
        content_sha256=hash_of_text(content),
        previous_sha256=head.sha256 if head else NOTHING,
    )
    return TrailRecord.objects.using(using).create(
        sequence=link.sequence,
        kind=link.kind,
        subject=link.subject,
        content=content,
        salt=salt,
        content_sha256=link.content_sha256,
        previous_sha256=link.previous_sha256,
        sha256=link.sha256,
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
    known = TrailRecord.objects.filter(
        kind__in={kind for kind, _ in wanted},
        subject__in={subject for _, subject in wanted},
    )
    return wanted - set(known.values_list("kind", "subject"))
