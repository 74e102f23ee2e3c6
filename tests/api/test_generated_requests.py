"""Generated requests against the whole schema, as each kind of key.

`make api-fuzz` sends many more of them, other ones each time.
"""

import gc
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test

from accounts.models import Scope
from progress.models import State
from tests.api.conftest import store_key
from tests.factories import make_entry, member_commitment_of


def load_schema(*phases: str) -> Any:
    path = Path(settings.BASE_DIR) / "docs/openapi.yaml"
    loaded = schemathesis.openapi.from_path(path)
    loaded.app = get_wsgi_application()
    loaded.config.phases.update(phases=[*phases])
    return loaded


# Every value at and beside each limit of the schema, sent as one kind of key. The other
# kinds send fewer values: what differs between them is what they may read and do.
whole = load_schema("examples", "coverage", "fuzzing", "stateful")
quick = load_schema("examples", "fuzzing", "stateful")

# The scopes of each kind of key. All but the first three belong to Japan.
KEYS = {
    "clear": [Scope.READ_CLEAR],
    "green": [Scope.READ_GREEN],
    "webhooks": [Scope.READ_GREEN, Scope.MANAGE_WEBHOOKS],
    "own": [Scope.READ_OWN, Scope.READ_GREEN],
    "write": [Scope.READ_OWN, Scope.WRITE_ENTRIES],
    "reports": [Scope.READ_GREEN, Scope.READ_REPORTS, Scope.COMPILE_REPORTS],
}
OF_A_MEMBER = {"own", "write", "reports"}
MORE = int(os.environ.get("API_FUZZ_EXAMPLES", "0"))
SETTINGS = hypothesis_settings(
    max_examples=MORE or 2,
    stateful_step_count=6,
    deadline=None,
    derandomize=not MORE,
    database=None,
    suppress_health_check=list(HealthCheck),
)
WIDEST = "write"  # the kind of key that reaches most operations
pytestmark = [
    pytest.mark.long,
    # A request with a file that is called without a server never closes it.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True, scope="module")
def without_open_files() -> Iterator[None]:
    """Let go of the files here, so that no later test is warned of them.

    Once for the module: in a process that has run many tests, it takes a second.
    """
    yield
    gc.collect()


@pytest.fixture
def headers(plan, coordinator, officer_jp, now, stocktake, kind) -> dict[str, str]:
    """What a key of this kind sends. There is an entry to read."""
    make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        published_by=coordinator,
        published_at=now - timedelta(days=1),
        stocktake=stocktake,
    )
    member = "JP" if kind in OF_A_MEMBER else None
    _key, token = store_key(*KEYS[kind], member=member)
    # Called without a server, the client does not unpack what is compressed.
    return {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the test's connection open after a request, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("kind", [WIDEST])
@whole.parametrize()
@SETTINGS
def test_every_answer_keeps_the_schema(case, kind, headers, one_connection):
    case.call_and_validate(base_url="http://testserver", headers=headers)


@pytest.mark.parametrize("kind", sorted({*KEYS} - {WIDEST}))
@quick.parametrize()
@SETTINGS
def test_every_answer_to_other_keys_keeps_the_schema(
    case, kind, headers, one_connection
):
    case.call_and_validate(base_url="http://testserver", headers=headers)


@pytest.mark.parametrize("kind", KEYS)
def test_every_answer_keeps_the_schema_on_the_way_along_links(
    kind, headers, one_connection
):
    class AlongLinks(quick.as_state_machine()):  # type: ignore[misc]  # made there
        def get_call_kwargs(self, _case: Any) -> dict[str, Any]:
            return {"base_url": "http://testserver", "headers": headers}

        def validate_response(self, response: Any, case: Any, **sent: Any) -> None:
            """Check the answer, and tell the checks that the key is a valid one."""
            case.validate_response(response, headers=headers, transport_kwargs=sent)

    run_state_machine_as_test(AlongLinks, settings=SETTINGS)
