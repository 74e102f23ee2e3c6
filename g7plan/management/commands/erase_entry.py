"""`manage.py erase_entry`: erase the text of a published entry, as a law requires."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.typed.text import clean_line, clean_text
from g7plan.backup.erasure_list import line_to_keep
from g7plan.backup.erasures import erase_published
from g7plan.backup.manifest import BackupError
from g7plan.management.owner import require_owner
from progress.actions.erasure import require_erasable
from progress.ledger.erasure import ErasureScope, erasure_scope_of
from progress.models import Entry
from reports.erasure import ErasedEntry, reports_with
from reports.stored_snapshots import UnknownSchemaError


class Command(BaseCommand):
    help = "Erases a published entry's text everywhere, and leaves a tombstone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("entry_id", type=UUID, help="as in the entry's address")
        parser.add_argument("--reason", required=True, help="the law or the order")
        parser.add_argument("--by", required=True, help="who erases it, by name")
        parser.add_argument("--yes", action="store_true", help="do not ask first")

    def handle(
        self, *, entry_id: UUID, reason: str, by: str, yes: bool, **options: Any
    ) -> None:
        require_owner("erase")
        entry = _entry(entry_id)
        try:
            reason, by = clean_text(reason), clean_line(by)
            require_erasable(entry, reason=reason, by=by)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        scope = erasure_scope_of(entry)
        self._announce(scope)
        if not yes and input("Type 'erase' to continue: ").strip() != "erase":
            raise CommandError("Nothing was erased.")
        try:
            reports, erasure, is_kept = erase_published(
                scope, reason=reason, by=by, at=timezone.now()
            )
        except BackupError as error:
            raise CommandError(f"Nothing was erased. {error}") from error
        self.stdout.write(
            f"Erased. Reports that held it: {len(reports)}. `manage.py verify_ledger`"
            " lists the entry. Backups made before this still hold the text."
        )
        if not is_kept:
            self.stdout.write(line_to_keep(erasure))

    def _announce(self, scope: ErasureScope) -> None:
        self.stdout.write("This will be erased. You cannot undo it.")
        for sentence in scope.sentences():
            self.stdout.write(f"  {sentence}")
        try:
            for report in reports_with(ErasedEntry.of(scope.entry)):
                self.stdout.write(f"  Report {report.pk}: its files, and its text.")
        except UnknownSchemaError as error:
            raise CommandError(f"Nothing was erased. Unknown: {error}.") from error


def _entry(entry_id: UUID) -> Entry:
    try:
        return Entry.objects.select_related(
            "member_commitment__commitment__plan", "ledger_record"
        ).get(pk=entry_id)
    except Entry.DoesNotExist as error:
        raise CommandError(f"There is no entry {entry_id}.") from error
