"""`manage.py restore FILE`: put a backup into a new database, and pause the system."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.core.management.base import OutputWrapper
from django.utils import timezone

from audit.models import SystemPause
from g7plan.backup.archive import Backup
from g7plan.backup.erasure_list import ErasureLine, read_list
from g7plan.backup.files import missing_files
from g7plan.backup.heads import read_heads
from g7plan.backup.manifest import BackupError
from g7plan.backup.restoring import Outside, repeat_erasures, restore
from g7plan.management.owner import require_owner


class Command(BaseCommand):
    help = "Restore a backup into a new, migrated database. The system is then paused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `backup` has written")
        parser.add_argument("--identity", type=Path, help="the secret key of age")
        add_outside(parser)

    def handle(self, *, file: Path, identity: Path | None, **options: Any) -> None:
        require_owner()
        try:
            outside = outside_of(**options)
            erasures = erasures_of(**options)
            backup = Backup.checked(file, identity)
            pause = restore(backup, outside=outside, at=timezone.now())
            self.stdout.write(
                f"Restored: {backup.manifest.rows} rows of"
                f" {backup.manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC."
            )
            report_and_erase(self.stdout, pause, erasures)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(next_steps(has_erasures=erasures is not None))


def add_outside(parser: CommandParser) -> None:
    """Add the options for what is kept outside the database."""
    parser.add_argument(
        "--checkpoints",
        type=Path,
        metavar="FILE",
        help="signed heads, as the page of the ledger gives them",
    )
    parser.add_argument(
        "--head",
        action="append",
        default=[],
        type=_hash,
        help="a head or receipt kept outside; can be repeated",
    )
    parser.add_argument(
        "--erasures", type=Path, metavar="FILE", help="the list of legal erasures"
    )


def _hash(given: str) -> str:
    text = given.strip().lower()
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
        raise ArgumentTypeError("a head is 64 hexadecimal digits")
    return text


def outside_of(
    *, checkpoints: Path | None, head: list[str], **_options: Any
) -> Outside:
    return Outside(read_heads(checkpoints) if checkpoints else (), head)


def erasures_of(*, erasures: Path | None, **_options: Any) -> list[ErasureLine] | None:
    return read_list(erasures) if erasures else None


def report_and_erase(
    out: OutputWrapper, pause: SystemPause, erasures: list[ErasureLine] | None
) -> None:
    """Say what the pause did, repeat the legal erasures, and name missing files."""
    out.write(report_of(pause))
    if erasures is not None:
        out.write(erasures_report(repeat_erasures(erasures, at=timezone.now())))
    for sentence in missing_files():
        out.write(sentence)


def report_of(pause: SystemPause) -> str:
    """Return what was revoked, and the heads that the backup is too old for."""
    revoked = ", ".join(f"{count} {what}" for what, count in pause.revoked.items())
    lines = [f"The system is paused. Revoked or held: {revoked}."]
    lines += [
        f"NEWER than the backup: the head {head['sha256']}"
        f"{' of ' + head['day'] if head['day'] else ''}. What was published up to it"
        " is lost here."
        for head in pause.missing_heads
    ]
    return "\n".join(lines)


def erasures_report(outcomes: dict[str, int]) -> str:
    told = ", ".join(f"{count} {what}" for what, count in sorted(outcomes.items()))
    return f"Legal erasures: {told or 'the list is empty'}."


def next_steps(*, has_erasures: bool) -> str:
    lines = ["Now, while only administrators can sign in:"]
    if not has_erasures:
        lines.append("  - manage.py replay_erasures LIST")
    lines += [
        "  - manage.py verify_ledger",
        "  - Compare people, roles and the Presidency with what you know: changes made"
        " after the backup are lost.",
        "  - manage.py resume --by NAME",
    ]
    return "\n".join(lines)
