"""Tests of webhooks of score tables: one for each table, for who may know of it."""

import json

import pytest
from django.utils import timezone

from accounts.models import Scope
from partners.actions import webhook_changes
from partners.models import WebhookDelivery
from progress.changes.change import ChangeFilters
from progress.changes.reading import read_changes
from tests.factories import make_body
from tests.partners.webhooks.conftest import read_all
from tests.partners.webhooks.readers import webhook_reader
from tests.progress.assessments.scoring import (
    SCORES,
    make_table,
    release,
    released_table,
    revision,
    score,
    table_in_feedback,
)


@pytest.fixture
def body(members):
    return make_body()


def told(endpoint):
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("number")
    return [(row.type, row.assessment_table_id) for row in rows]


@pytest.mark.parametrize("page_size", [1, 2, 100])
def test_a_release_is_notified_once(
    monkeypatch, endpoint, body, stocktake, green_reader, page_size
):
    monkeypatch.setattr(webhook_changes, "PAGE_SIZE", page_size)
    table = released_table(body, stocktake)
    for _run in range(len(SCORES) + 1):
        read_all()
    assert told(endpoint) == [("assessments.released", table.pk)]
    [delivery] = WebhookDelivery.objects.all()
    body_sent = json.loads(delivery.payload)
    assert body_sent["type"] == "assessments.released"
    assert body_sent["data"].keys() == {"assessment_table_id", "cursor"}
    page = read_changes(
        green_reader,
        timezone.now(),
        since=body_sent["data"]["cursor"],
        filters=ChangeFilters(),
        size=100,
    )
    assert len(page.changes) == len(SCORES)


@pytest.mark.parametrize("make", [make_table, table_in_feedback])
def test_what_is_not_released_is_notified_to_nobody(endpoint, body, stocktake, make):
    table = make(body, stocktake)
    if table.is_draft:
        score(table, SCORES)
    read_all()
    assert told(endpoint) == []


def test_a_table_that_leaves_sight_is_notified_as_removed(endpoint_of, body, stocktake):
    clear = endpoint_of(webhook_reader(Scope.READ_CLEAR))
    green = endpoint_of(webhook_reader(Scope.READ_CLEAR, Scope.READ_GREEN))
    first = released_table(body, stocktake, handling="clear")
    read_all()
    second = release(revision(first))
    read_all()
    assert told(clear) == [
        ("assessments.released", first.pk), ("assessments.removed", first.pk),
    ]  # fmt: skip
    assert told(green) == [
        ("assessments.released", first.pk), ("assessments.released", second.pk),
    ]  # fmt: skip


def test_it_is_sent(receiver, deliver, endpoint, body, stocktake):
    table = released_table(body, stocktake)
    deliver(endpoint)
    [sent] = [json.loads(one) for one in receiver.bodies]
    assert sent["data"]["assessment_table_id"] == str(table.pk)
