"""Tests of rule 1 by spreadsheet: a sheet edits what its person may edit, and no more.

The row `edit` of the table says who may. A sheet never writes on another entry either.
"""

import pytest
from django.test import Client

from progress.models import Entry
from tests.progress.reading import html_of
from tests.progress.update_sheets.filling import (
    PREVIEW,
    SHEET,
    download,
    filled,
    press,
    upload,
)
from tests.progress.workflow_table import (
    PEOPLE,
    REFUSALS,
    STATES,
    World,
    rows_of,
    undone,
)

EVERY_DAY = ("contributor_assigned", "officer", "officer_other", "coordinator")
TEXTS = {"As of": "2017-03-01", "Narrative": "Written in a sheet."}


def try_sheet(browser, code, theirs):
    """Fill in the person's own sheet or, where they have none, a colleague's."""
    own = browser.get(SHEET)
    has_sheet = own.status_code == 200 and "format=csv" in html_of(own)
    content = filled(download(browser) if has_sheet else theirs, **{f"c{code}": TEXTS})
    answer = upload(browser, content)
    if answer.status_code == 302:
        assert answer.headers["Location"] == PREVIEW
        press(browser)
    return answer.status_code


@pytest.mark.parametrize("state", ["draft", "in_clearance"])
def test_a_sheet_edits_what_the_table_allows(state, plan, stocktake, signed_in):
    check_people(EVERY_DAY, World(plan, stocktake, state, "no"), signed_in)


@pytest.mark.long
@pytest.mark.parametrize("state", STATES)
def test_every_cell_by_spreadsheet(state, plan, stocktake, signed_in):
    check_people(PEOPLE, World(plan, stocktake, state, "no"), signed_in)


def check_people(people, world, signed_in):
    rows = rows_of(world.state, "no")
    row = next(row for row in rows if row["verb"] == "edit")
    officer = signed_in(world.people["officer"])
    for name in people:
        entry = world.entries[name]
        code = entry.member_commitment.commitment.code.replace(".", "_")
        with undone():
            try_sheet(signed_in(world.people[name]), code, download(officer))
            found = Entry.objects.get(pk=entry.pk)
            has_changed = found.narrative == TEXTS["Narrative"]
            assert has_changed == (row[name] not in REFUSALS), name
            assert (found.version != entry.version) == has_changed, name
            assert found.state == entry.state, name


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("coordinator", 403),
        ("observer", 404),
        ("assessor", 404),
        ("administrator", 404),
    ],
)
def test_who_writes_for_no_member_uploads_nothing(
    person, status, request, signed_in, officer_jp, stocktake
):
    browser = signed_in(request.getfixturevalue(person))
    content = filled(download(signed_in(officer_jp)), c2_1=TEXTS)
    assert upload(browser, content).status_code == status
    for page in (SHEET, PREVIEW, f"{SHEET}report/"):
        assert browser.get(page).status_code == status
    assert browser.post(f"{SHEET}discard/").status_code == status


def test_a_press_from_another_site_does_nothing(officer_jp, plan):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(officer_jp)
    for page in (SHEET, PREVIEW, f"{SHEET}discard/"):
        assert browser.post(page, {"act": "apply"}).status_code == 403
