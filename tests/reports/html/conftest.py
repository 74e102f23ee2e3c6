import pytest

from reports.renderers.html.page import render_html
from tests.reports.html.page_reading import DIGEST, read_page
from tests.reports.sample_snapshot import sample_snapshot


@pytest.fixture(scope="session")
def snapshot():
    return sample_snapshot()


@pytest.fixture(scope="session")
def page(snapshot):
    return read_page(render_html(snapshot, DIGEST))
