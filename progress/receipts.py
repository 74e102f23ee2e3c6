"""What a delegation keeps to prove later that its entry was published as it stands."""

from datetime import datetime

from accounts.models import User
from progress.models import Entry


def receipt_of(entry: Entry, reader: User, *, at: datetime) -> str:
    """The SHA-256 of its ledger record; empty for whom it is not, or before it is out.

    For its own delegation and the Presidency, who read amber: never a number.
    """
    is_theirs = reader.delegation == entry.member_code or reader.is_presidency(at)
    return entry.ledger_record.sha256 if entry.ledger_record and is_theirs else ""
