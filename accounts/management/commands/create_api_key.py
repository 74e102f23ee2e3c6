"""Create an API key. It is printed once, alone on the last line."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actions.api_keys import create_api_key
from accounts.management.sentences import in_sentences
from accounts.models import ApiKey, Scope, User


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
        owner = parser.add_mutually_exclusive_group()
        owner.add_argument("--member", help="the member it acts for, such as JP")
        owner.add_argument("--body", help="the slug of the assessing body it acts for")
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
                body=options["body"],
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
    return (
        f"{key.name} acts as {_role(key.user)}, with the scopes"
        f" {', '.join(key.scopes)}, until {key.expires_at:%d %B %Y, %H:%M} UTC.\n"
        "This is the only time the key is shown. Keep it like a password:"
    )


def _role(service: User) -> str:
    if service.member is not None:
        return f"an officer of {service.member}"
    return f"an assessor of {service.body}" if service.body else "an observer"
