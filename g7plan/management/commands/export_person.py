"""`manage.py export_person`: all that is stored about one person, as JSON."""

from typing import Any

import orjson
from django.core.management import BaseCommand, CommandError, CommandParser

from accounts.models import User
from g7plan.privacy.own_data import own_data


class Command(BaseCommand):
    help = "Prints all that is stored about a person, also one who cannot sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the person's address")

    def handle(self, *, email: str, **options: Any) -> None:
        person = User.objects.people().filter(email=email.strip().lower()).first()
        if person is None:
            raise CommandError(f"There is no person with the address {email}.")
        data = orjson.dumps(own_data(person), option=orjson.OPT_INDENT_2)
        self.stdout.write(data.decode())
