"""The steps of an update sheet of many rows, in a process of the product.

`fill` makes the sheet and fills it in. The other steps measure what follows: a bare
read of the file, the preview, and applying it.
"""

import io
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.processes import cpu_seconds, resident_mb

Answer = dict[str, Any]
NAME = "sheet.xlsx"
SENTENCE = "In spring the next bureau was connected, and its officers were trained. "
LENGTH = 600  # characters of a narrative


class SheetSteps:
    """One officer's sheet, from its download to what was applied."""

    def __init__(self) -> None:
        from accounts.models import User  # noqa: PLC0415 - once Django is set up
        from benchmarks.seeding.world import PLAN, email_of  # noqa: PLC0415
        from commitments.models import Plan  # noqa: PLC0415
        from progress.models import Stocktake  # noqa: PLC0415

        self.plan = Plan.objects.get(slug=PLAN)
        self.stocktake = Stocktake.objects.open().get(plan=self.plan)
        self.officer = User.objects.get(email=email_of("officer", "JP"))
        self.at = datetime.now(UTC)
        self.content = b""

    def fill(self, word: str) -> Answer:
        """Download the sheet, and type a narrative and a day into every open row."""
        from openpyxl import load_workbook  # noqa: PLC0415

        from progress.update_sheets.columns import COLUMNS  # noqa: PLC0415
        from progress.update_sheets.writer import sheet_xlsx  # noqa: PLC0415

        sheet = self._present()
        book = load_workbook(io.BytesIO(sheet_xlsx(sheet)))
        page = book.worksheets[1]
        places = {column.name: n for n, column in enumerate(COLUMNS, 1)}
        day = (self.at - timedelta(days=1)).date()
        for line, row in enumerate(sheet.rows, 2):
            if not row.why_locked:
                text = f"{word} {row.code}. {SENTENCE * 10}"[:LENGTH]
                page.cell(line, places["narrative"]).value = text
                page.cell(line, places["as_of"]).value = day
        buffer = io.BytesIO()
        book.save(buffer)
        self.content = buffer.getvalue()
        return {"rows": len(sheet.rows)}

    def bare(self) -> int:
        """Read the file with calamine alone."""
        from python_calamine import CalamineWorkbook  # noqa: PLC0415

        book = CalamineWorkbook.from_filelike(io.BytesIO(self.content))
        return len(book.get_sheet_by_index(1).to_python())

    def preview(self) -> int:
        from accounts.dates import utc_day  # noqa: PLC0415
        from progress.update_sheets.comparison import compare  # noqa: PLC0415
        from progress.update_sheets.reader import read_sheet  # noqa: PLC0415

        read = read_sheet(self.content, NAME)
        preview = compare(read, self._present(), today=utc_day(self.at))
        if not preview.can_apply:
            raise RuntimeError([*preview.all_faults][:3])
        return len(preview.rows)

    def apply(self) -> int:
        from progress.actions.update_sheets import apply_sheet  # noqa: PLC0415
        from progress.uploaded_sheets.previews import SheetDecisions  # noqa: PLC0415

        report = apply_sheet(
            content=self.content,
            file_name=NAME,
            plan=self.plan,
            decisions=SheetDecisions(),
            by=self.officer,
            at=self.at,
        )
        return report.written_count

    def _present(self) -> Any:
        from progress.update_sheets.present import sheet_for  # noqa: PLC0415

        return sheet_for(self.plan, self.stocktake, reader=self.officer, at=self.at)


def take_step(given: Answer, steps: list[SheetSteps]) -> Answer:
    """Take one step of the sheet. Answer with what it cost."""
    if not steps:
        steps.append(SheetSteps())
    step = steps[0]
    if given["step"] == "fill":
        return step.fill(given["word"])
    measured: dict[str, Callable[[], int]] = {
        "bare": step.bare,
        "preview": step.preview,
        "apply": step.apply,
    }
    Path("/proc/self/clear_refs").write_text("5")  # the highest memory from here on
    cpu, began_at = cpu_seconds(os.getpid()), time.perf_counter()
    count = measured[given["step"]]()
    return {
        "count": count,
        "cpu": cpu_seconds(os.getpid()) - cpu,
        "seconds": time.perf_counter() - began_at,
        "peak_mb": max(resident_mb([os.getpid()], peak=True)),
    }
