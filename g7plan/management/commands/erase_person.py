"""`manage.py erase_person`: erase who a person was, as a law requires."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone

from accounts.actions.erasure import require_erasable_person
from accounts.models import User
from accounts.typed.text import clean_line, clean_text
from g7plan.backup.erasure_list import line_to_keep
from g7plan.backup.erasures import erase_account
from g7plan.backup.manifest import BackupError
from g7plan.management.owner import require_owner


class Command(BaseCommand):
    help = "Erases a person's name, address and traces. What they did stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("person", help="the person's address, or their id")
        parser.add_argument("--reason", required=True, help="the law or the request")
        parser.add_argument("--by", required=True, help="who erases them, by name")
        parser.add_argument("--yes", action="store_true", help="do not ask first")

    def handle(
        self, *, person: str, reason: str, by: str, yes: bool, **options: Any
    ) -> None:
        require_owner("erase")
        found = _person(person)
        try:
            reason, by = clean_text(reason), clean_line(by)
            require_erasable_person(found, reason=reason, by=by)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(
            f"{found.name} <{found.email}> will be erased: their name, address, and"
            " browsers, and what they set for themselves. What they wrote and decided"
            " stays, under “[erased]”. You cannot undo it."
        )
        if not yes and input("Type 'erase' to continue: ").strip() != "erase":
            raise CommandError("Nothing was erased.")
        try:
            erasure, is_kept = erase_account(
                found, reason=reason, by=by, at=timezone.now()
            )
        except BackupError as error:
            raise CommandError(f"Nothing was erased. {error}") from error
        self.stdout.write(
            f"Erased {found.pk}. Backups made before this still have the person."
        )
        if not is_kept:
            self.stdout.write(line_to_keep(erasure))


def _person(given: str) -> User:
    """Return the person with this address or id."""
    try:
        wanted = Q(pk=UUID(given))
    except ValueError:
        wanted = Q(email=given.strip().lower())
    person = User.objects.people().filter(wanted).first()
    if person is None:
        raise CommandError(f"There is no person {given}.")
    return person
