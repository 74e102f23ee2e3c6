"""What a sheet is refused for, as tests ask for it."""

import io
import zipfile

import pytest

from progress.update_sheets.reader import read_sheet
from progress.uploaded_sheets.faults import SheetRefused
from progress.uploaded_sheets.previews import RowOutcome
from tests.progress.update_sheets.sample_sheets import (
    FIRST,
    HEADINGS,
    drafted,
    preview_filled,
    sheet,
)

ROWS = "xl/worksheets/sheet2.xml"


def faults_of(preview):
    return [(one.line, one.column, one.message) for one in preview.all_faults]


def only_fault(preview):
    [fault] = preview.all_faults
    return fault


def refusal(content, name="sheet.xlsx"):
    with pytest.raises(SheetRefused) as raised:
        read_sheet(content, name)
    return raised.value.message


def assert_refused(changes, column, sentence, *, present=None, do=None):
    """Each of these cells is refused for this reason, and nothing else is."""
    preview = preview_filled(present or sheet(drafted()), changes, do=do)
    fault = only_fault(preview)
    assert (fault.line, fault.column) == (FIRST, HEADINGS.get(column, ""))
    assert sentence in fault.message
    assert not preview.can_apply
    assert preview.rows[0].outcome is RowOutcome.REFUSED


def edited(content, name, old, new):
    """Replace bytes in one part of a workbook."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as changed,
    ):
        for member in archive.namelist():
            part = archive.read(member)
            changed.writestr(member, part.replace(old, new) if member == name else part)
    return buffer.getvalue()


def added(content, name, part):
    """Add a part to a workbook."""
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return buffer.getvalue()
