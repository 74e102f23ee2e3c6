from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.reference import counts_in_words
from commitments.actions import PlanLoad, load_plan
from commitments.management.refusals import refused_in_a_sentence
from commitments.paragraphs import PlanTextError, read_plan_text
from commitments.reference import (
    find_plan_meta,
    read_instruments,
    read_plan_meta,
)

PATHS = ("text", "meta", "instruments")


class Command(BaseCommand):
    help = "Read an action plan from its own text, unedited, and the files beside it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text", type=Path, help="the plan's text, UTF-8")
        parser.add_argument(
            "--meta",
            type=Path,
            help="TOML with slug, title, summit and date; else the one beside the text"
            " that names it as its source",
        )
        parser.add_argument(
            "--instruments",
            type=Path,
            help="TOML with what the text names; else the file that the meta names",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with refused_in_a_sentence():
                load = self._load(**{name: options[name] for name in PATHS})
        except PlanTextError as error:
            said = f"{options['text']} cannot be read. {error} Nothing was changed."
            raise CommandError(said) from error
        self._say(load)

    def _load(
        self, text: Path, meta: Path | None, instruments: Path | None
    ) -> PlanLoad:
        words = read_plan_text(text)
        meta_path = meta or find_plan_meta(text)
        plan_meta = read_plan_meta(meta_path)
        if instruments is None and plan_meta.instruments:
            instruments = meta_path.parent / plan_meta.instruments
        return load_plan(
            text=words,
            meta=plan_meta,
            instruments=read_instruments(instruments) if instruments else None,
            at=timezone.now(),
        )

    def _say(self, load: PlanLoad) -> None:
        text = load.plan_text
        parts = " + ".join(str(len(action.bullets)) for action in text.actions)
        joint = sum(bullet.is_joint for bullet in text.bullets)
        self.stdout.write(f"{load.plan.title} ({load.plan.slug})")
        self.stdout.write(
            f"The text has {len(text.actions)} actions, {len(text.sub_areas)} sub-areas"
            f" and {len(text.bullets)} commitments ({parts}), {joint} of them joint."
        )
        if not load.is_changed:
            self.stdout.write("Nothing changed: all of it was here.")
            return
        for noun, outcomes in load.counts.items():
            self.stdout.write(counts_in_words(noun, outcomes))
