"""`manage.py move_files`: move the bytes of all files to where they are to be kept."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from audit.object_storage import FilesAwayError
from audit.stored_files import bucket
from g7plan.management.owner import require_owner
from reports.actions.stored_files import MovedFile, move_all_files


class Command(BaseCommand):
    help = (
        "Moves the files of evidence and reports into object storage, or back into the"
        " database. Checks each hash. Safe to stop and to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("to", choices=["storage", "database"])

    def handle(self, *, to: str, **options: Any) -> None:
        require_owner("move files")
        if bucket() is None:
            raise CommandError("FILES_S3_BUCKET is not set.")
        moved, faults = 0, 0
        try:
            for file in move_all_files(to_storage=to == "storage"):
                moved, faults = moved + (not file.fault), faults + bool(file.fault)
                self._tell(file, moved)
        except FilesAwayError as error:
            raise CommandError(
                f"{moved} files were moved, then: {error}. Run this again to go on."
            ) from error
        if faults:
            raise CommandError(
                f"{moved} files were moved. {faults} were not: see above."
            )
        self.stdout.write(f"{moved} files were moved. All are in the {to}.")

    def _tell(self, file: MovedFile, moved: int) -> None:
        if file.fault:
            self.stderr.write(f"{file.file}: {file.fault}")
        elif self.stdout.isatty():
            self.stdout.write(f"{moved} files …", ending="\r")
