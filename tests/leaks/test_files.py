"""Tests of rule 4 in the files of a report: in every format, to its last property."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from progress.ledger.chain import hash_of
from reports.formats import Format
from reports.renderers.documents import RENDERERS, render_all
from reports.snapshot import build_snapshot
from tests.leaks.canaries import told_by, told_here_alone
from tests.leaks.cast import BY_NAME
from tests.leaks.file_texts import all_text
from tests.leaks.secrets import is_hidden, plant_all
from tests.leaks.test_reports import READERS, REPORTS, report_about
from tests.leaks.world import World
from tests.progress.workflow_table import undone
from tests.source_files import ROOT


@pytest.fixture(autouse=True)
def _secrets_of_these_tests_alone() -> Iterator[None]:
    """Other tests look for every canary that was made."""
    with told_here_alone():
        yield


def texts_of_files(
    world: World, about: str, audience: str, reader: str
) -> dict[Format, str]:
    """Return all that can be read out of each file, in a world with all secrets."""
    with undone():
        plant_all(world, BY_NAME[reader], hidden=True)
        report = report_about(world, about, audience)
        snapshot = build_snapshot(report, ledger_head=None, font_dirs=())
    files = render_all(snapshot, hash_of(snapshot), font_dirs=())
    texts = {file.format: all_text(file.content) for file in files}
    assert list(texts) == list(RENDERERS)
    return texts


def people() -> set[str]:
    """Return the id and the address of everyone who has an account."""
    rows = User.objects.values_list("pk", "email")
    return {str(value) for row in rows for value in row}


@pytest.mark.parametrize(("about", "audience"), REPORTS)
def test_no_file_has_what_its_reader_may_not_know(about, audience, world):
    reader = READERS[audience]
    for name, text in texts_of_files(world, about, audience, reader).items():
        hidden = {one for one in told_by(text) if is_hidden(one, BY_NAME[reader])}
        assert hidden == set(), name
        assert [one for one in people() | {str(ROOT)} if one in text] == [], name


@pytest.mark.long
def test_every_file_for_the_presidency_does_have_it(world):
    """Otherwise, the other tests would prove nothing."""
    for name, text in texts_of_files(world, "plan", "amber", "coordinator").items():
        told = told_by(text)
        assert any(one.startswith("amber of JP") for one in told), name
        assert any(is_hidden(one, BY_NAME["observer"]) for one in told), name
