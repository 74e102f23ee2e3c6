"""Tests of versions of rows, and of the differences between two versions."""

from datetime import date
from types import SimpleNamespace

import pytest

from accounts.versions import FieldChange, StaleRow, changed_fields, require_version


def test_a_row_at_another_version_is_stale():
    row = SimpleNamespace(version=3)
    require_version(row, 3)
    for version in (2, 4):
        with pytest.raises(StaleRow) as caught:
            require_version(row, version)
        assert caught.value.row is row
        assert "version=3" in str(caught.value)


def test_only_fields_that_differ_are_named_and_as_people_read_them():
    labels = {"title": "Title", "due_on": "Due on", "note": "Note"}
    now = SimpleNamespace(title="A", due_on=date(2027, 3, 1), note="")
    typed = SimpleNamespace(title="A", due_on=date(2027, 3, 2), note="New")
    assert changed_fields(now, typed, labels) == [
        FieldChange("Due on", "1 Mar 2027", "2 Mar 2027"),
        FieldChange("Note", "", "New"),
    ]


def test_no_value_is_shown_as_nothing():
    now, typed = SimpleNamespace(note=None), SimpleNamespace(note="New")
    assert changed_fields(now, typed, {"note": "Note"}) == [
        FieldChange("Note", "", "New")
    ]
