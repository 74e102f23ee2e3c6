"""`manage.py erase_score`: erase the words about a score, as a law requires."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.typed.text import clean_line, clean_text
from g7plan.backup.erasure_list import line_to_keep
from g7plan.backup.erasures import erase_score
from g7plan.backup.manifest import BackupError
from g7plan.management.owner import require_owner
from progress.actions.assessments.erasure import require_score_erasable
from progress.ledger.score_erasure import find_score_text, score_erasure_scope_of


class Command(BaseCommand):
    help = (
        "Erases the words of a score, a guideline or a comment on a score, and leaves"
        " a tombstone. The score itself stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "text_id", type=UUID, help="of the score, the guideline or the comment"
        )
        parser.add_argument("--reason", required=True, help="the law or the order")
        parser.add_argument("--by", required=True, help="who erases it, by name")
        parser.add_argument("--yes", action="store_true", help="do not ask first")

    def handle(
        self, *, text_id: UUID, reason: str, by: str, yes: bool, **options: Any
    ) -> None:
        require_owner("erase")
        text = find_score_text(text_id)
        if text is None:
            raise CommandError(f"There is no score, guideline or comment {text_id}.")
        try:
            reason, by = clean_text(reason), clean_line(by)
            require_score_erasable(text, reason=reason, by=by)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        scope = score_erasure_scope_of(text)
        self.stdout.write("This will be erased. You cannot undo it.")
        for sentence in scope.sentences():
            self.stdout.write(f"  {sentence}")
        if not yes and input("Type 'erase' to continue: ").strip() != "erase":
            raise CommandError("Nothing was erased.")
        try:
            erasure, is_kept = erase_score(
                scope, reason=reason, by=by, at=timezone.now()
            )
        except BackupError as error:
            raise CommandError(f"Nothing was erased. {error}") from error
        self.stdout.write(
            "Erased. `manage.py verify_ledger` lists the score. Backups made before"
            " this still hold the words."
        )
        if not is_kept:
            self.stdout.write(line_to_keep(erasure))
