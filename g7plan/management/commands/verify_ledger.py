"""`manage.py verify_ledger`: check that the published record is unchanged."""

import re
from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from progress.ledger.chain import instant
from progress.ledger.checkpoints import good_checkpoints, wrong_checkpoints
from progress.ledger.publications import (
    count_publications,
    future_rows,
    wrong_publications,
)
from progress.ledger.releases import count_releases, wrong_releases
from progress.ledger.rows import (
    changed_files,
    ledger_rows,
    recorded_heads,
    unrecorded_entries,
    wrong_closings,
)
from progress.ledger.trail import TrailVerification
from progress.ledger.trail_rows import MissingActs, signed_trail_heads, trail_rows
from progress.ledger.verification import Head, Verification
from progress.models import Checkpoint, Evidence, Stocktake
from reports.ledger_heads import printed_heads
from reports.verification import ReportVerification

# A head given on the command line has no known date, so the earliest is used.
_SOME_DAY = datetime.min.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = "Report what has changed in the published record, where and since when."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            type=_head,
            metavar="HASH",
            help="a head or receipt kept outside this database; can be repeated",
        )

    @transaction.atomic  # the ledger is read by cursors of one transaction
    def handle(self, *args: Any, head: list[Head], **options: Any) -> None:
        # Heads are read before the records: a record added in between does no harm.
        heads = [*recorded_heads(), *printed_heads()]
        trail = TrailVerification(
            signed_trail_heads(), watched={given.sha256 for given in head}
        )
        missing = MissingActs()
        count = self._write(trail.findings(trail_rows())) + self._write(
            missing.findings()
        )
        elsewhere = [given for given in head if given.sha256 not in trail.met]
        verification = Verification([*heads, *elsewhere])
        count += self._write(_findings(verification))
        reports = ReportVerification(timezone.now())
        count += self._write(reports.findings())
        for erased in (*verification.erased, *trail.erased):
            self.stdout.write(f"Erased by law, {erased}")
        self.stdout.write(_summary(verification))
        self.stdout.write(_trail_summary(trail, missing))
        self.stdout.write(_compared(len(heads), len(head)))
        self.stdout.write(_checked(verification))
        self.stdout.write(_checkpoints())
        self.stdout.write(reports.summary())
        if count:
            raise CommandError(f"The ledger is not intact. Findings: {count}.")
        self.stdout.write("The ledger is intact.")

    def _write(self, findings: Iterator[str]) -> int:
        """Write each finding as it comes, and return how many there were."""
        count = 0
        for finding in findings:
            count += 1
            self.stdout.write(finding[0].upper() + finding[1:])
        return count


def _head(given: str) -> Head:
    sha256 = given.strip().lower()
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise ArgumentTypeError("a head is 64 hexadecimal digits")
    return Head("the option --head", sha256, _SOME_DAY)


def _findings(verification: Verification) -> Iterator[str]:
    return chain(
        verification.findings(ledger_rows()),
        unrecorded_entries(),
        wrong_publications(),
        wrong_releases(),
        future_rows(),
        changed_files(),
        wrong_checkpoints(),
        wrong_closings(),
    )


def _summary(verification: Verification) -> str:
    if verification.head is None:
        return "The ledger is empty. Nothing has been published."
    return (
        f"{verification.count} records, the last of"
        f" {instant(verification.head.link.recorded_at)}; head"
        f" {verification.head.sha256}"
    )


def _trail_summary(trail: TrailVerification, missing: MissingActs) -> str:
    kinds = ", ".join(f"{kind} {n}" for kind, n in sorted(trail.kinds.items()))
    return (
        f"{trail.count} rows of the trail ({kinds or 'none'}); head {trail.head}. Acts"
        f" from before the trail, not recorded: {missing.unrecorded.total()}."
    )


def _compared(recorded: int, given: int) -> str:
    """Return how much was compared besides the two chains."""
    files = Evidence.objects.filter(kind=Evidence.Kind.FILE).count()
    closed = Stocktake.objects.exclude(closed_at=None).count()
    return (
        f"Compared: {files} files of evidence, {closed} closed stocktakes,"
        f" {recorded} recorded heads, {given} heads from --head."
    )


def _checked(verification: Verification) -> str:
    """Return what was checked, with counts, so that no one assumes more."""
    with_facts, without = count_publications()
    good = sum(1 for _checkpoint in good_checkpoints())
    counts = {
        "records": verification.count,
        "publications by their recorded facts": with_facts,
        "publications without recorded facts": without,
        "released score tables": count_releases(),
        "checkpoints with good signatures": good,
        "rows that are no checkpoint": Checkpoint.objects.count() - good,
    }
    return "Checked: " + ", ".join(f"{n} {what}" for what, n in counts.items()) + "."


def _checkpoints() -> str:
    """Return the count of checkpoints and of days without one.

    A removed checkpoint cannot be replaced without the key, so the gap stays.
    """
    days = sorted({checkpoint.day for checkpoint in good_checkpoints()})
    if not days:
        return "There is no checkpoint here. Compare with the heads you hold (--head)."
    missing = (days[-1] - days[0]).days + 1 - len(days)
    return (
        f"{len(days)} checkpoints from {days[0]} to {days[-1]};"
        f" days without one: {missing}."
    )
