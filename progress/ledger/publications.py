"""Whether each publication agrees with the facts that were recorded with it.

The database checks the same when a publication is committed. Publications from before
these facts were recorded are counted, and never a finding.
"""

from collections.abc import Generator, Iterator

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Min
from django.db.models.functions import Now

from progress.ledger.reading import CHUNK, chunks_of
from progress.ledger.rows import name_of_entry
from progress.ledger.verification import subject_name
from progress.models import Entry, LedgerRecord, LedgerSeal, State

# The last move before the publication brought the entry to its reviewer: how it did.
_REACHED = """
    CASE WHEN step.after <> 'submitted' THEN 'elsewhere'
        WHEN step.verb = 'submit' THEN 'directly'
        WHEN clearance.id IS NULL THEN 'without clearance'
        ELSE 'cleared' END
"""
# Each publication whose moves are recorded, in one pass over all moves.
_MOVES = f"""
    SELECT entry.id, entry.ledger_record_id AS sequence,
        bool_or(step.verb = 'publish' AND step.before = 'submitted'
            AND step.after = 'published' AND step.at = entry.published_at
            AND step.by_id = entry.published_by_id) AS is_published,
        (array_agg({_REACHED} ORDER BY step.id DESC)
            FILTER (WHERE step.after <> 'published'))[1] AS reached
    FROM progress_entry AS entry
    JOIN progress_transition AS step ON step.entry_id = entry.id
    LEFT JOIN progress_clearance AS clearance ON clearance.entry_id = step.entry_id
        AND clearance.cleared_at = step.at AND clearance.cleared_by_id = step.by_id
    WHERE entry.state = 'published' AND entry.ledger_record_id > %(after)s
        AND entry.publisher_member_id IS NOT NULL
    GROUP BY entry.ledger_record_id, entry.id
"""  # noqa: S608 - our own names only
# The first that applies is named.
_FAULTS = {
    "its ledger record is of another kind": (
        "record.kind IS DISTINCT FROM"
        " CASE entry.kind WHEN 'withdrawal' THEN 'withdrawal' ELSE 'publication' END"
    ),
    "its ledger record is of another time": (
        "record.recorded_at IS DISTINCT FROM entry.published_at"
    ),
    "no transition of its publisher published it at that time": (
        "moves.is_published IS NOT TRUE"
    ),
    "its publisher is of its own member": "entry.publisher_member_id = owed.member_id",
    "it did not wait for its reviewer": (
        "moves.reached IS NULL OR moves.reached = 'elsewhere'"
    ),
    "it says falsely whether a clearance was needed": (
        "entry.was_clearance_needed IS DISTINCT FROM (moves.reached <> 'directly')"
    ),
    "no clearance brought it to its reviewer": "moves.reached = 'without clearance'",
}
_FAULT = " ".join(f"WHEN {when} THEN '{fault}'" for fault, when in _FAULTS.items())
WRONG_PUBLICATIONS = f"""
    SELECT * FROM (
        SELECT entry.ledger_record_id AS sequence, commitment.code, owed.member_id,
            entry.id, CASE {_FAULT} END AS fault
        FROM progress_entry AS entry
        JOIN commitments_membercommitment AS owed
            ON owed.id = entry.member_commitment_id
        JOIN commitments_commitment AS commitment ON commitment.id = owed.commitment_id
        LEFT JOIN progress_ledgerrecord AS record
            ON record.sequence = entry.ledger_record_id
        LEFT JOIN ({_MOVES}) AS moves
            ON moves.sequence = entry.ledger_record_id AND moves.id = entry.id
        WHERE entry.state = 'published' AND entry.ledger_record_id > %(after)s
            AND entry.publisher_member_id IS NOT NULL
    ) AS publication
    WHERE fault IS NOT NULL ORDER BY sequence
"""  # noqa: S608 - our own names only


def wrong_publications(
    *, after: int = 0, using: str = DEFAULT_DB_ALIAS
) -> Generator[str]:
    """Yield a sentence for each publication that its own facts contradict.

    Only those after a record's number are read, by one query. `using` is the
    database's alias.
    """
    for rows in chunks_of(WRONG_PUBLICATIONS, {"after": after}, using=using):
        for sequence, *entry, fault in rows:
            yield f"Record {sequence}, {subject_name(*entry)}: {fault}."
    yield from _without_facts(using)


def _without_facts(using: str) -> Iterator[str]:
    """Yield each publication without facts that is later than one with them."""
    published = Entry.objects.using(using).filter(state=State.PUBLISHED)
    first = published.filter(publisher_member__isnull=False).aggregate(
        first=Min("ledger_record")
    )["first"]
    later = published.filter(publisher_member=None, ledger_record__gt=first or 0)
    if first is None:
        return
    rows = later.select_related("member_commitment__commitment")
    for entry in rows.order_by("ledger_record").iterator(chunk_size=CHUNK):
        yield (
            f"{_name(entry)}: it has no recorded facts, but record {first} before it"
            " has them."
        )


def future_rows() -> Iterator[str]:
    """Yield a sentence for a seal and each record in the future of the database."""
    for record in LedgerRecord.objects.filter(recorded_at__gt=Now()).order_by("pk"):
        yield f"Record {record.pk} is dated {record.recorded_at}, in the future."
    for seal in LedgerSeal.objects.filter(sealed_at__gt=Now()):
        yield f"The ledger is sealed up to {seal.sealed_at}, in the future."


def _name(entry: Entry) -> str:
    return f"Record {entry.ledger_record_id}, {name_of_entry(entry)}"


def count_publications() -> tuple[int, int]:
    """Return how many publications have recorded facts, and how many have none."""
    published = Entry.objects.filter(state=State.PUBLISHED)
    without = published.filter(publisher_member=None).count()
    return published.count() - without, without
