"""`manage.py verify_ledger`: is all that was published still what was published?"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from progress.ledger import instant
from progress.ledger_rows import (
    changed_files,
    ledger_rows,
    told_heads,
    unrecorded_entries,
    wrong_checkpoints,
    wrong_closings,
)
from progress.signing import public_key_of
from progress.verification import Verification
from reports.ledger_heads import printed_heads


class Command(BaseCommand):
    help = "Says what of the published record has changed, where, and since when."

    def handle(self, *args: Any, **options: Any) -> None:
        # Heads are read before the records: what comes in between only adds to these.
        verification = Verification([*told_heads(), *printed_heads()])
        count = 0
        for finding in _findings(verification):
            count += 1
            self.stdout.write(finding[0].upper() + finding[1:])
        for erased in verification.erased:
            self.stdout.write(f"Erased by law, {erased}")
        self.stdout.write(_summary(verification))
        if count:
            raise CommandError(f"The ledger is not whole: findings: {count}.")
        self.stdout.write("The ledger is whole.")


def _findings(verification: Verification) -> Iterator[str]:
    keys = [
        public_key_of(settings.LEDGER_SIGNING_KEY),
        *settings.LEDGER_FORMER_PUBLIC_KEYS,
    ]
    return chain(
        verification.findings(ledger_rows()),
        unrecorded_entries(),
        changed_files(),
        wrong_checkpoints(keys),
        wrong_closings(),
    )


def _summary(verification: Verification) -> str:
    if verification.head is None:
        return "The ledger is empty: nothing has been published."
    return (
        f"{verification.count} records, the last of"
        f" {instant(verification.head.link.recorded_at)}; head"
        f" {verification.head.sha256}"
    )
