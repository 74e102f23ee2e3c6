"""Fixtures of the scans: a scanner on this machine, and a draft with a file."""

import pytest

from progress.actions.evidence import SentFile, add_evidence_file
from progress.models import EntryEvidence
from tests.factories import make_entry, member_commitment_of
from tests.progress.evidence.scans.scanners import EICAR, clamd, scanner_here


@pytest.fixture
def scanner(settings):
    with scanner_here() as scanner:
        settings.CLAMAV_URL = scanner.url
        yield scanner


@pytest.fixture(scope="session")
def debians_scanner(tmp_path_factory):
    """The folder and the address of Debian's daemon. It is started once."""
    folder = tmp_path_factory.mktemp("clamd")
    with clamd(folder) as url:
        yield folder, url


@pytest.fixture
def mine(plan):
    return member_commitment_of(plan, "1.2.1", "JP")


@pytest.fixture
def draft(mine, officer_jp, stocktake):
    return make_entry(mine, by=officer_jp, stocktake=stocktake)


@pytest.fixture
def add(mine, officer_jp, draft, now):
    """`add(content)`: a file under the draft, as an officer sends it."""

    def added(content=b"Protocol.", name="protocol.txt", entry=draft):
        file = add_evidence_file(
            member_commitment=mine, file=SentFile(name, content), by=officer_jp, at=now
        )
        EntryEvidence.objects.create(
            entry=entry, evidence=file, position=entry.evidence_links.count()
        )
        return file

    return added


@pytest.fixture
def bad():
    return b"Words, and " + EICAR
