"""Tests of how many bytes answers have on the wire, as a client with gzip gets them."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from commitments.models import MemberCommitment
from progress.models import Entry, State
from tests.api.conftest import API

GZIP = {"Accept-Encoding": "gzip"}
# What the web server adds: `HTTP/1.1 304 `, Date, Server, Connection and line ends.
OF_SERVER = 13 + 37 + 18 + 24 + 4
# What a program needs that follows scores too. `changes` names their releases.
OF_SCORES = {"assessing-bodies", "assessment-tables", "assessments", "guidelines"}
MOST_OF_ENTRIES, MOST_OF_NOTHING = 100_000, 5_000
NEWS = (
    "All {number} border posts now query the stolen travel documents database.",
    "Training for {number} officers began in March; the remaining regions follow.",
    "The law passed its second reading. {number} amendments were adopted.",
    "An agreement with {number} carriers covers advance passenger information.",
)


def bytes_of(answer: HttpResponseBase) -> int:
    headers = sum(len(name) + len(value) + 4 for name, value in answer.items())
    content: Any = answer
    return OF_SERVER + len(answer.reason_phrase) + headers + len(content.content)


@pytest.fixture
def reading(plan, officer_jp, green_key: Client) -> Client:
    owed = list(MemberCommitment.objects.filter(member__in=["JP", "US"]))
    numbers = count(1)
    Entry.objects.bulk_create(
        Entry(
            member_commitment=owed[number % len(owed)],
            as_of=date(2017, 1 + number % 5, 1 + number % 28),
            state=State.DISCARDED,
            status=("limited", "substantial", "implemented")[number % 3],
            narrative=" ".join(
                NEWS[(number + one) % 4].format(number=number * (one + 3))
                for one in range(2)
            ),
            written_at=datetime(2017, 1, 1, 8, number % 60, tzinfo=UTC),
            written_by=officer_jp,
        )
        for number in (next(numbers) for _entry in range(1_000))
    )
    return green_key


def test_a_thousand_entries_take_at_most_a_hundred_kilobytes(reading, own_key_jp):
    url = f"{API}entries/?page_size=1000"
    answer = own_key_jp.get(url, headers=GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["ETag"].startswith('W/"')
    rows = len(own_key_jp.get(url).json()["results"])
    assert bytes_of(answer) / rows <= MOST_OF_ENTRIES / 1_000


def test_a_nightly_pull_with_nothing_new_takes_five_kilobytes(reading):
    lists = [
        path.rpartition(API)[2]
        for name, path in reading.get(API).json().items()
        # `changes` is another way to pull, with one request.
        if name not in {"changes", "docs", "schema", "webhooks", *OF_SCORES}
    ]
    asked = [
        f"{API}{path}?plan=test-plan" if path == "positions/" else f"{API}{path}"
        for path in lists
    ]
    tags = {url: reading.get(url, headers=GZIP).headers.get("ETag") for url in asked}
    total = 0
    for url, tag in tags.items():
        answer = reading.get(url, headers={**GZIP, "If-None-Match": tag or ""})
        if answer.status_code in {401, 403, 404}:
            continue
        assert answer.status_code == 304, url
        total += bytes_of(answer)
    assert total <= MOST_OF_NOTHING
