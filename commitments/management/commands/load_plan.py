from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.reference import counts_sentence
from commitments.actions.loads import PlanLoad, load_plan
from commitments.management.refusals import refusals_as_command_errors
from commitments.paragraphs import PlanTextError, read_plan_text
from commitments.reference import (
    find_plan_meta,
    read_instruments,
    read_plan_meta,
)

PATHS = ("text", "meta", "instruments")


class Command(BaseCommand):
    help = (
        "Load an action plan from its unedited text and the files in the same folder."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "text", type=Path, help="file with the plan's text, in UTF-8"
        )
        parser.add_argument(
            "--meta",
            type=Path,
            help="TOML file with slug, title, summit and date; by default the one in"
            " the same folder that names the text as its source",
        )
        parser.add_argument(
            "--instruments",
            type=Path,
            help="TOML file with the instruments that the text names; by default the"
            " file that the meta file names",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with refusals_as_command_errors():
                load = self._load(**{name: options[name] for name in PATHS})
        except PlanTextError as error:
            found = "\n".join(f"  {line}" for line in str(error).split("\n"))
            message = (
                f"{options['text']} cannot be read.\n{found}\nNothing was changed."
            )
            raise CommandError(message) from error
        self._report(load)

    def _load(
        self, text: Path, meta: Path | None, instruments: Path | None
    ) -> PlanLoad:
        plan_text = read_plan_text(text)
        meta_path = meta or find_plan_meta(text)
        plan_meta = read_plan_meta(meta_path)
        if instruments is None and plan_meta.instruments:
            instruments = meta_path.parent / plan_meta.instruments
        return load_plan(
            text=plan_text,
            meta=plan_meta,
            instruments=read_instruments(instruments) if instruments else None,
            at=timezone.now(),
        )

    def _report(self, load: PlanLoad) -> None:
        text = load.plan_text
        parts = " + ".join(str(len(action.bullets)) for action in text.actions)
        joint = sum(bullet.is_joint for bullet in text.bullets)
        self.stdout.write(f"{load.plan.title} ({load.plan.slug})")
        self.stdout.write(
            f"The text has {len(text.actions)} actions, {len(text.sub_areas)} sub-areas"
            f" and {len(text.bullets)} commitments ({parts}). {joint} are joint."
        )
        if not load.is_changed:
            self.stdout.write("Nothing changed: the plan is already loaded.")
            return
        for noun, outcomes in load.counts.items():
            self.stdout.write(counts_sentence(noun, outcomes))
