"""`manage.py remove_demo_data`: empty the system and keep the plan."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connections, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import Demonstration
from audit.owner import OWNER
from audit.record import record
from commitments.models import MemberCommitment, Plan
from g7plan.management.owner import require_owner
from progress.models import Entry

# The tables that stay: the plans and the members.
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
    help = "Remove every person, entry, report and event from a demonstration database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-input", action="store_true", help="do not ask first")

    def handle(self, *args: Any, no_input: bool, **options: Any) -> None:
        # A database is marked before its first publication or never. With the mark,
        # everything in its ledger is invented.
        if settings.PRODUCTION or not Demonstration.objects.exists():
            raise CommandError(
                "This is not a demonstration database. Nothing was removed."
            )
        require_owner("remove illustrative data")
        people, entries = User.objects.count(), Entry.objects.count()
        if not no_input:
            self._ask(people, entries)
        empty()
        self.stdout.write(
            f"{people} people and {entries} entries are removed. The plan stays."
            " `manage.py create_administrator` creates the first account."
        )

    def _ask(self, people: int, entries: int) -> None:
        """Ask first, because text that people have typed is removed as well."""
        answer = input(
            f"This removes all {people} people and {entries} entries, also those you"
            " added. It cannot be undone. Type 'remove' to continue: "
        )
        if answer.strip() != "remove":
            raise CommandError("Nothing was removed.")


def empty() -> None:
    """Empty the tables as the owner: only the owner can bypass append-only rules."""
    owner = connections[OWNER]
    with transaction.atomic(using=OWNER), owner.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        tables = set(owner.introspection.table_names(cursor)) - KEPT
        names = ", ".join(owner.ops.quote_name(table) for table in sorted(tables))
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY")
        MemberCommitment.objects.using(OWNER).update(version=1)
    for plan in Plan.objects.all():
        record(verb="demo.remove", target=plan, by=None, at=timezone.now())
