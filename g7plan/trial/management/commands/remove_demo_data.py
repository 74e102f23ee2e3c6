"""`manage.py remove_demo_data`: an empty system with the plan in it."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connections, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import Demonstration
from audit.record import record
from commitments.models import MemberCommitment, Plan
from progress.models import Entry

# What a system without illustrative data still holds: what was promised, and by whom.
KEPT = frozenset(
    {
        "accounts_member", "accounts_presidency", "auth_group",
        "auth_group_permissions", "auth_permission", "commitments_action",
        "commitments_clause", "commitments_commitment",
        "commitments_commitment_instruments", "commitments_instrument",
        "commitments_membercommitment", "commitments_plan", "commitments_subarea",
        "commitments_summit", "django_content_type", "django_migrations",
    }
)  # fmt: skip


class Command(BaseCommand):
    help = (
        "Takes every person, entry, report and event out of a demonstration database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-input", action="store_true", help="do not ask first")

    def handle(self, *args: Any, no_input: bool, **options: Any) -> None:
        # A database is marked before its first publication or never: where the mark
        # stands, all that the ledger vouches for is invented.
        if settings.PRODUCTION or not Demonstration.objects.exists():
            raise CommandError(
                "This is not a demonstration database: nothing is taken out of it."
            )
        if "owner" not in connections:
            raise CommandError("DATABASE_OWNER_URL is not set: only the owner may.")
        people, entries = User.objects.count(), Entry.objects.count()
        if not no_input:
            self._ask(people, entries)
        empty()
        self.stdout.write(
            f"{people} people and {entries} entries are gone; the plan is still there."
            " `manage.py create_administrator` makes the first account."
        )

    def _ask(self, people: int, entries: int) -> None:
        """Whatever was typed into the demonstration goes as well: that is asked."""
        answer = input(
            f"This removes all {people} people and {entries} entries, those you added"
            " included, and cannot be undone. Type 'remove' to go on: "
        )
        if answer.strip() != "remove":
            raise CommandError("Nothing was removed.")


def empty() -> None:
    """As the owner, who alone can set the refusals of append-only tables aside."""
    owner = connections["owner"]
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        tables = set(owner.introspection.table_names(cursor)) - KEPT
        names = ", ".join(owner.ops.quote_name(table) for table in sorted(tables))
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY")
        MemberCommitment.objects.using("owner").update(
            lead_authority="", target_on=None
        )
    for plan in Plan.objects.all():
        record(verb="demo.remove", target=plan, by=None, at=timezone.now())
