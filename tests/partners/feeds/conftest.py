"""Fixtures of private feeds: an address that a person has made."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from partners.actions.feeds import FeedContent, make_feed


@pytest.fixture
def address_of(plan) -> Callable[..., str]:
    """`address_of(person, "deadlines")` makes an address, and returns its path."""

    def make(person, kind, **narrowed):
        content = FeedContent(kind=kind, plan=plan, **narrowed)
        _feed, token = make_feed(content=content, by=person, at=datetime.now(UTC))
        ending = {"changes": "changes.atom", "deadlines": "deadlines.ics"}[kind]
        return f"/feeds/{token}/{ending}"

    return make


@pytest.fixture
def fetch() -> Callable[..., str]:
    """`fetch(path)` returns the text that a program without a session gets there."""

    def get(path):
        answer = Client().get(path)
        assert answer.status_code == 200, answer.content
        return answer.text

    return get
