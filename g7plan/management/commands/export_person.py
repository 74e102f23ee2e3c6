"""`manage.py export_person`: all that is stored about one person, as JSON."""

from typing import Any

import orjson
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from accounts.typed.text import clean_line
from audit.record import record
from g7plan.privacy.own_data import own_data


class Command(BaseCommand):
    help = "Prints all that is stored about a person, also one who cannot sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the person's address")
        parser.add_argument("--by", required=True, help="who exports it, by name")

    def handle(self, *, email: str, by: str, **options: Any) -> None:
        person = User.objects.people().filter(email=email.strip().lower()).first()
        if person is None:
            raise CommandError(f"There is no person with the address {email}.")
        record(
            verb="user.export",
            target=person,
            by=None,
            at=timezone.now(),
            member=person.member_id or "",
            data={"by": clean_line(by)},
        )
        data = orjson.dumps(own_data(person), option=orjson.OPT_INDENT_2)
        self.stdout.write(data.decode())
