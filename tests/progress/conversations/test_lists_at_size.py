"""Tests that lists of comments and questions read what they show, at any size."""

import pytest
from django.utils import timezone

from accounts.models import Role
from progress.conversations.threads import open_exchanges
from progress.conversations.unanswered import unanswered_for
from progress.models import Comment, Entry, State
from tests.conversations import make_comment
from tests.explain import no_sequential_scan
from tests.factories import CHAIR, make_user

READERS = ["officer_jp", "head_jp", "coordinator", "second_reviewer"]


@pytest.fixture
def talk(large) -> Comment:
    """A comment to the Presidency on an entry that it reviews."""
    others = Entry.objects.exclude(member_commitment__member=CHAIR)
    entry = others.filter(state=State.SUBMITTED)[0]
    officer = make_user(Role.OFFICER, member=entry.member_code)
    return make_comment(entry, "presidency", by=officer)


@pytest.mark.parametrize("who", READERS)
def test_the_page_of_comments_scans_no_table(large, talk, signed_in, who):
    browser = signed_in(large.people[who])
    with no_sequential_scan() as queries:
        assert browser.get("/comments/").status_code == 200
    assert len(queries) <= 12


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("query", ["?list=by-us", "?state=open"])
def test_a_page_of_questions_scans_no_table(large, signed_in, who, query):
    browser = signed_in(large.people[who])
    with no_sequential_scan() as queries:
        assert browser.get(f"/questions/{query}").status_code == 200
    assert len(queries) <= 12


@pytest.mark.parametrize("who", READERS)
def test_counting_what_needs_a_reply_scans_no_table(large, talk, who):
    with no_sequential_scan():
        unanswered_for(large.people[who], timezone.now())


def test_the_thread_is_found_among_many_entries(large, talk):
    at = timezone.now()
    [exchange] = open_exchanges(large.people["coordinator"], at)
    assert exchange.waits_for_us
    assert exchange.entry == talk.entry
    assert not open_exchanges(talk.written_by, at)[0].waits_for_us


@pytest.mark.parametrize("who", ["officer_jp", "coordinator", "observer"])
def test_the_page_of_the_ledger_scans_no_table(large, signed_in, who):
    browser = signed_in(large.people[who])
    with no_sequential_scan() as queries:
        assert browser.get("/ledger/").status_code == 200
    assert len(queries) <= 12
