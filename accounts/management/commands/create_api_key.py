"""Create an API key. It is printed once, alone on the last line."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actions.api_keys import create_api_key
from accounts.management.sentences import in_sentences
from accounts.models import ApiKey, Scope


class Command(BaseCommand):
    help = "Create an API key with its own service user, and print it once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--name", required=True, help="who will use the key, and for what"
        )
        parser.add_argument(
            "--scope",
            action="append",
            required=True,
            dest="scopes",
            help=f"can be repeated; one of {', '.join(Scope.values)}",
        )
        parser.add_argument("--member", help="the member it acts for, such as JP")
        parser.add_argument(
            "--days", type=int, default=365, help="the number of days it is valid"
        )

    def handle(
        self, *, name: str, scopes: list[str], days: int, **options: Any
    ) -> None:
        try:
            key, token = create_api_key(
                name=name,
                scopes=scopes,
                member=options["member"] and options["member"].upper(),
                life=_life(days),
                at=timezone.now(),
            )
        except ValidationError as error:
            raise CommandError(in_sentences(error)) from error
        self.stdout.write(_explanation(key))
        self.stdout.write(token)


def _life(days: int) -> timedelta:
    try:
        return timedelta(days=days)
    except OverflowError as error:
        raise CommandError("--days is too large.") from error


def _explanation(key: ApiKey) -> str:
    role = f"an officer of {key.user.member}" if key.user.member else "an observer"
    return (
        f"{key.name} acts as {role}, with the scopes {', '.join(key.scopes)},"
        f" until {key.expires_at:%d %B %Y, %H:%M} UTC.\n"
        "This is the only time the key is shown. Keep it like a password:"
    )
