"""`manage.py load_demo_data`: invented people and entries in a trial's database."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.demonstration import DEMO_DOMAIN, DEMO_PASSWORD
from accounts.models import User
from audit.models import Demonstration, Event
from audit.owner import OWNER
from audit.record import record
from commitments.models import Plan
from g7plan.management.owner import require_owner
from g7plan.trial.demo.chair import decide
from g7plan.trial.demo.conversations import add_conversations
from g7plan.trial.demo.people import add_bodies, add_people, follow_the_chair
from g7plan.trial.demo.reports import circulate_reports
from g7plan.trial.demo.samples import read_library, read_scores
from g7plan.trial.demo.scene import Scene
from g7plan.trial.demo.stocktakes import fill_stocktakes
from partners.actions.cursors import open_cursor
from partners.event_consumer import NOTICES

PLAN = "ise-shima-2016-ct"
ACCOUNTS = """Illustrative data is loaded. Sign in with the password {password} as:
  officer.jp@{domain}      updates Japan's commitments
  head.jp@{domain}         clears them for Japan
  contributor.jp@{domain}  drafts four of them
  coordinator@{domain}     reviews, publishes and compiles reports, for {chair}
  reviewer@{domain}        reviews the Presidency's own entries
  assessor@{domain}        scores the members for an assessing body
  observer@, admin@{domain}; officer.xx@ and head.xx@ for every member"""


class Command(BaseCommand):
    help = "Fill an empty trial with illustrative data, and keep its people up to date."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Illustrative data is never loaded in production.")
        now = timezone.now()
        is_marked, has_people = Demonstration.objects.exists(), User.objects.exists()
        if is_marked and has_people:
            follow_the_chair(now)
        elif Event.objects.filter(verb="demo.remove").exists():
            self.stdout.write(
                "Illustrative data was removed here. It is not loaded again."
            )
            return
        elif has_people:
            self.stdout.write(
                "This database has people of its own. No illustrative data is loaded."
            )
            return
        else:
            self._fill()
        coordinator = User.objects.select_related("member").get(
            email=f"coordinator@{DEMO_DOMAIN}"
        )
        self.stdout.write(
            ACCOUNTS.format(
                password=DEMO_PASSWORD, domain=DEMO_DOMAIN, chair=coordinator.member
            )
        )

    def _fill(self) -> None:
        """Load everything or nothing. Only the owner may mark a demonstration.

        The mark comes first, so that no invented entry is ever without it.
        """
        require_owner("load illustrative data")
        now = timezone.now()
        library = read_library(settings.BASE_DIR / "fixtures/demo/entries.toml")
        scores = read_scores(settings.BASE_DIR / "fixtures/demo/scores.toml")
        plan = Plan.objects.get(slug=PLAN)
        Demonstration.objects.using(OWNER).get_or_create(defaults={"marked_at": now})
        with transaction.atomic():
            add_bodies(scores.bodies)
            scene = Scene(plan, add_people(now), library, scores, now)
            fill_stocktakes(scene)
            add_conversations(scene)
            decide(scene)
            record(verb="demo.load", target=plan, by=None, at=now)
            # A worker makes notices only of the last days. Of everything before, people
            # would get hundreds.
            open_cursor(name=NOTICES, at=now - timedelta(days=4))
        # Outside the transaction: a report is compiled in short ones of its own.
        circulate_reports(scene)
