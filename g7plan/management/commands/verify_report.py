"""`manage.py verify_report FILE`: check whether a file is of a genuine final report."""

from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from accounts.dates import utc_day
from reports.verify.answers import answer_to_stranger
from reports.verify.held import HeldAs, held_hash
from reports.verify.manifests import manifest_of_final


class Command(BaseCommand):
    help = (
        "Tell whether a file is, byte for byte, one of a final report, and whether the"
        " signed manifest of that report names it. Exits with 1 if not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        digest = _sha256_of(file)
        if not answer_to_stranger(held_hash(digest, HeldAs.FILE)).is_genuine:
            raise CommandError("Not a final report of this system.")
        manifest = manifest_of_final(digest, file.stat().st_size)
        if manifest is None:
            raise CommandError(
                "This system has stored the file as a final report. But no manifest"
                " with a valid signature names it: it may not be signed yet. Run"
                " verify_ledger to see why."
            )
        self.stdout.write("A genuine final report.")
        self.stdout.write(
            f"Its manifest was signed on {utc_day(manifest.signed_at)} (UTC), with the"
            f" key {manifest.key_sha256}."
        )


def _sha256_of(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
