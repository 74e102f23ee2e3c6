"""Tests that the list of notices reads what it shows, however many there are."""

import pytest
from django.utils import timezone

from audit.models import Event
from audit.record import record
from partners.event_consumer import read_new_events
from partners.models import Cursor, Notice
from partners.runner import make_due_digests
from tests.explain import no_sequential_scan, rows_read


@pytest.mark.parametrize("who", ["officer_jp", "head_jp", "coordinator"])
@pytest.mark.parametrize("query", ["", "?kind=returned", "?page=2"])
def test_a_page_of_notices_scans_no_table(large, signed_in, who, query):
    browser = signed_in(large.people[who])
    with no_sequential_scan() as queries:
        assert browser.get(f"/notices/{query}").status_code == 200
    assert len(queries) <= 12


def test_a_page_of_notices_reads_no_more_than_it_shows(large):
    reader = large.people["officer_jp"]
    assert Notice.objects.filter(user=reader).count() > 500
    mine = Notice.objects.visible_to(reader, timezone.now()).newest_first()
    read = rows_read(mine.values("pk")[:51])
    assert read["partners_notice"] <= 51
    assert read["progress_entry"] <= 3 * 51


def test_reading_news_scans_no_table(large):
    entry = large.stocktake.entries.first()
    read_new_events(timezone.now())
    newest = Event.objects.order_by("-pk").values("pk")[:1]
    Cursor.objects.update(position=newest)
    for _number in range(20):
        record(verb="entry.publish", target=entry, by=None, at=timezone.now())
    with no_sequential_scan() as queries:
        assert read_new_events(timezone.now()) == 20
    assert len(queries) <= 30


def test_gathering_mails_scans_no_table(large):
    with no_sequential_scan():
        make_due_digests(timezone.now())
