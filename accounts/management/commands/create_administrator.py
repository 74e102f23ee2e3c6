"""The first administrator, who then invites everybody else on the pages."""

import sys
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actions.passwords import create_administrator
from accounts.mail import send_invitation
from accounts.management.sentences import in_sentences


class Command(BaseCommand):
    help = "Add an administrator: asks for a password, reads one, or sends a link."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True, help="what they sign in with")
        parser.add_argument("--name", required=True, help="as people know them")
        way = parser.add_mutually_exclusive_group()
        way.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from the first line of standard input",
        )
        way.add_argument(
            "--invite", action="store_true", help="send a mail to set a password"
        )

    def handle(self, *, email: str, name: str, **options: Any) -> None:
        password = None if options["invite"] else _password(options["password_stdin"])
        try:
            person = create_administrator(
                email=email, name=name, password=password, at=timezone.now()
            )
        except ValidationError as error:
            raise CommandError(in_sentences(error)) from error
        self.stdout.write(f"{person.email} is an administrator.")
        if not options["invite"]:
            return
        if not send_invitation(person):
            raise CommandError(
                "The mail server did not take the invitation. When it works, use"
                " 'Forgotten your password?' on the sign-in page."
            )
        self.stdout.write("An invitation to set a password is on its way.")


def _password(is_piped: bool) -> str:
    if is_piped:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CommandError(
            "There is no terminal to ask for a password: use --password-stdin, or"
            " --invite to send a link."
        )
    first, second = getpass("Password: "), getpass("Password, once more: ")
    if first != second:
        raise CommandError("The two passwords differ. Nothing was done.")
    return first
