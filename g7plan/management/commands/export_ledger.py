"""`manage.py export_ledger`: the ledger, for a person who wants to verify it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import transaction

from progress.ledger.export import WITHHELD, export_lines
from progress.ledger.rows import ledger_rows
from progress.ledger.trail_rows import trail_rows
from progress.models import Handling


class Command(BaseCommand):
    help = "Write the ledger as JSON Lines. docs/verify_ledger.py verifies the file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--out", default="-", help="a new file, or - for standard output"
        )
        parser.add_argument(
            "--audience",
            choices=Handling.values,
            default="amber",
            help="the highest label whose contents are included",
        )

    @transaction.atomic  # the ledger is read by cursors of one transaction
    def handle(self, *, out: str, audience: str, **options: Any) -> None:
        readable = frozenset(Handling.up_to(audience))
        with _opened(out) as file:
            for line in export_lines(
                ledger_rows(),
                trail_rows(compared=False),
                audience=audience,
                readable=readable,
            ):
                file.write(line)
        if audience != "amber":
            self.stderr.write(WITHHELD.format(audience=audience))


@contextmanager
def _opened(out: str) -> Iterator[BinaryIO]:
    """Open a new file that only this account can read. Never overwrite a file."""
    if out == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        number = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
    with os.fdopen(number, "wb") as file:
        yield file
