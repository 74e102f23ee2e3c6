"""Tests of public pages on many rows: few queries, few bytes, and no table read whole.

Most requests come from people with nothing in their cache.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from progress.models import Entry
from progress.public_reading.reader import public_reader
from tests.explain import no_sequential_scan
from tests.g7plan.test_page_queries import MOST_COLD, MOST_QUERIES, cold_bytes
from tests.progress.public_reading.opening import make_public_reading

PLAN = "/public/plans/test-plan/"
LONG_AGO = timedelta(days=6000)
# The page itself, its icon and its styles: no script.
MOST_LINKS = 8


@pytest.mark.long
def test_public_pages_take_few_queries_and_read_no_table_whole(large):
    since, at = make_public_reading(started=LONG_AGO).starts_at, datetime.now(UTC)
    assert since is not None
    anyone = public_reader(since, at)
    of = {"member_commitment__commitment__plan": large.plan}
    entry = Entry.objects.visible_to(anyone, at).filter(**of).order_by("pk")[0]
    code = entry.member_commitment.commitment.code
    assert Entry.objects.count() > 10_000
    for page in (
        PLAN,
        f"{PLAN}members/JP/",
        f"{PLAN}commitments/{code}/",
        f"/public/entries/{entry.pk}/",
    ):
        Client().get(page)
        with no_sequential_scan() as queries:
            answer = Client().get(page)
        assert answer.status_code == 200, page
        assert len(queries) <= MOST_QUERIES, (page, [q["sql"] for q in queries])
        assert cold_bytes(answer.content) <= MOST_COLD, page
        assert answer.content.count(b"/static/") <= MOST_LINKS
        assert b"<script" not in answer.content
