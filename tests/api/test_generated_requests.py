"""Generated requests against the whole schema, with a key that reads all it can."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from accounts.models import Scope
from progress.models import State
from tests.api.conftest import store_key
from tests.factories import make_entry, member_commitment_of

schema = schemathesis.openapi.from_path(Path(settings.BASE_DIR) / "docs/openapi.yaml")
schema.app = get_wsgi_application()
READING = [
    Scope.READ_CLEAR,
    Scope.READ_GREEN,
    Scope.READ_OWN,
    Scope.READ_REPORTS,
]
SETTINGS = hypothesis_settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def token(plan, coordinator, officer_jp, now) -> str:
    """The text of a key of a Japanese officer, and a published entry to read."""
    make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        published_by=coordinator,
        published_at=now - timedelta(days=1),
    )
    return store_key(*READING, member="JP")[1]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the test's connection open after a request, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.long
@schema.parametrize()
@SETTINGS
def test_every_answer_keeps_the_schema(case, token, one_connection):
    case.call_and_validate(
        base_url="http://testserver",
        # Called without a server, the client does not unpack what is compressed.
        headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
    )
