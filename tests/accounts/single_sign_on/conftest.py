"""Fixtures: the provider, started once for these tests."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.accounts.single_sign_on.provider import RunningProvider, running_provider


@pytest.fixture(scope="session")
def running() -> Iterator[RunningProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: RunningProvider, settings: Any) -> RunningProvider:
    """The provider, and our settings that name it."""
    running.requests_got.clear()
    settings.SINGLE_SIGN_ON = running.configured()
    return running
