"""Try every setting and every service, and explain what is wrong."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from g7plan.doctor import configuration, database, services, work
from g7plan.doctor.findings import Level, Try

TRIED: dict[str, Try] = {
    **configuration.TRIED,
    **database.TRIED,
    **work.TRIED,
    **services.TRIED,
}


class Command(BaseCommand):
    help = "Try every setting and service of this process, and explain what is wrong."
    requires_system_checks: list[str] = []

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        count = dict.fromkeys(Level, 0)
        for part, find in TRIED.items():
            self.stdout.write(f"\n{part}")
            for finding in find():
                count[finding.level] += 1
                self.stdout.write(f"  {finding.level.value:4}  {finding.sentence}")
                if finding.remedy:
                    self.stdout.write(f"        {finding.remedy}")
        wrong, doubtful = count[Level.WRONG], count[Level.DOUBTFUL]
        summary = f"{wrong} wrong, {doubtful} to look at, {count[Level.GOOD]} good."
        if wrong:
            raise CommandError(summary)
        self.stdout.write(f"\n{summary}")
