"""Add the first administrator, who then invites other people on the pages."""

import sys
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actions.passwords import create_administrator
from accounts.mail import Delivery, send_invitation
from accounts.management.sentences import in_sentences


class Command(BaseCommand):
    help = "Add an administrator. Asks for a password, reads it, or mails a link."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--email", required=True, help="the address they sign in with"
        )
        parser.add_argument(
            "--name", required=True, help="the name that other people see"
        )
        group = parser.add_mutually_exclusive_group()
        group.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from the first line of standard input",
        )
        group.add_argument(
            "--invite", action="store_true", help="mail a link to set a password"
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
        if send_invitation(person) is not Delivery.TAKEN:
            raise CommandError(
                "The mail server did not take the invitation. When it works again,"
                " use 'Forgotten your password?' on the sign-in page."
            )
        self.stdout.write("An invitation to set a password has been sent.")


def _password(is_piped: bool) -> str:
    if is_piped:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CommandError(
            "There is no terminal to ask for a password. Use --password-stdin, or"
            " --invite to mail a link."
        )
    first, second = getpass("Password: "), getpass("Repeat the password: ")
    if first != second:
        raise CommandError("The two passwords differ. No account was created.")
    return first
