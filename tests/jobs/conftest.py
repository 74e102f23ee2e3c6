"""Fixtures of the tests of jobs: a trial for each test, and no running worker."""

from collections.abc import Iterator

import pytest

from g7plan.celery import app
from partners.webhooks import posting
from tests.g7plan.files.stand_in import storage
from tests.jobs.trial import Trial
from tests.partners.webhooks.receivers import HOST, Receiver, receiving
from tests.progress.evidence.scans.scanners import Scanner, scanner_here
from tests.progress.servers import certificate_for

__all__ = ["storage"]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return certificate_for(HOST, tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def receiver(certificate, monkeypatch) -> Iterator[Receiver]:
    """The receiver of every webhook, on this machine. It gets nothing twice."""
    with receiving(certificate) as receiver:
        monkeypatch.setattr(posting, "Network", receiver.network)
        yield receiver
    assert len(receiver.ids) == len(set(receiver.ids))


@pytest.fixture
def trial(
    request, plan, stocktake, coordinator, made_up_reports, receiver, scanner
) -> Trial:
    made = Trial(plan, stocktake, coordinator)
    made.storage = lambda: request.getfixturevalue("storage")
    return made


@pytest.fixture
def scanner(settings) -> Iterator[Scanner]:
    """The scanner of every file, on this machine."""
    with scanner_here() as scanner:
        settings.CLAMAV_URL = scanner.url
        yield scanner


@pytest.fixture(autouse=True)
def no_worker_but_us(settings) -> Iterator[None]:
    """Tasks that a sweep sends run at once, in the same thread."""
    settings.LINK_CHECKS = True
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False
