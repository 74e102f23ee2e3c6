"""Fixtures of the tests of scores over the API: two bodies, and their keys."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AssessingBody, Role, Scope
from tests.api.conftest import client_with, store_key
from tests.factories import make_body, make_user

READING = (Scope.READ_CLEAR, Scope.READ_GREEN)


@pytest.fixture
def observatory(assessor) -> AssessingBody:
    return make_body()


@pytest.fixture
def institute(other_assessor) -> AssessingBody:
    return make_body("policy-institute")


@pytest.fixture
def body_key(observatory) -> Callable[..., Client]:
    """`body_key(Scope.WRITE_ASSESSMENTS)` sends such a key of the Observatory."""

    def client_for(*scopes: Scope, body: AssessingBody = observatory) -> Client:
        user = make_user(Role.ASSESSOR, body=body, is_service=True)
        return client_with(store_key(*scopes, user=user)[1])

    return client_for


@pytest.fixture
def writer(body_key: Callable[..., Client]) -> Client:
    """A key of the Observatory that reads green, and writes its scores."""
    return body_key(*READING, Scope.WRITE_ASSESSMENTS)
