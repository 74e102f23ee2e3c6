"""Tests of paging: no page repeats a row or misses one, in either direction."""

import base64
import json
from datetime import UTC, date, datetime
from urllib.parse import quote

import pytest

from commitments.models import Instrument, MemberCommitment
from progress.models import Entry, State
from tests.api.conftest import API
from tests.factories import make_entry, member_commitment_of, set_lead_and_target


def pages_from(client, url, towards="next"):
    """Yield every page from this one on, in order."""
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        yield page
        url = page[towards]


def rows_of(pages):
    return [row for page in pages for row in page["results"]]


@pytest.fixture
def entries(plan, officer_jp):
    """Thirteen entries: many have equal sort keys, some are unpublished."""
    for number, owed in enumerate(
        MemberCommitment.objects.filter(member__in=["JP", "FR", "US", "EU"])[:13]
    ):
        is_draft = owed.member_id == "JP" and number % 2 == 0
        make_entry(
            owed,
            by=officer_jp,
            as_of=date(2017, 5, 1 + number % 3),
            state=State.DRAFT if is_draft else State.PUBLISHED,
            published_at=datetime(2017, 6, 1 + number % 2, tzinfo=UTC),
            written_at=datetime(2017, 5, 9, tzinfo=UTC),
        )
    return Entry.objects.all()


QUERIES = [
    "members/?page_size=3",
    "instruments/?page_size=1",
    "sub-areas/?page_size=1",
    "commitments/?page_size=1&plan=test-plan",
    "commitments/?page_size=3&ordering=-code",
    "member-commitments/?page_size=5",
    "member-commitments/?page_size=7&ordering=target_on",
    "member-commitments/?page_size=7&ordering=-target_on,member",
    "positions/?plan=test-plan&page_size=5",
    "entries/?page_size=5",
    "entries/?page_size=5&ordering=as_of",
    "entries/?page_size=2&ordering=published_at",
    "entries/?page_size=2&ordering=-published_at",
    "entries/?page_size=3&ordering=-published_at,member,-as_of",
    "entries/?page_size=1&ordering=written_at",
    "entries/?page_size=2&ordering=plan",
    "entries/?page_size=5&ordering=-plan,as_of",
    "entries/?page_size=2&ordering=commitment",
    "entries/?page_size=2&ordering=-member",
    "entries/?page_size=4&member=JP&member=FR&ordering=member",
]


def test_all_pages_hold_every_row_once_there_and_back(entries, client_for_key):
    client = client_for_key("read:own", "read:green", member="JP")
    for owed in MemberCommitment.objects.filter(member__in=["JP", "EU"]):
        set_lead_and_target(owed, target_on=date(2017, 5, 26))
    for query in QUERIES:
        check_pages(client, query)


def check_pages(client, query):
    size = int(query.partition("page_size=")[2].partition("&")[0])
    whole = client.get(f"{API}{query.replace(f'page_size={size}', 'page_size=1000')}")
    expected = whole.json()["results"]
    assert len(expected) > size or "instruments" in query

    there = list(pages_from(client, f"{API}{query}"))
    assert rows_of(there) == expected
    assert all(len(page["results"]) == size for page in there[:-1])
    assert there[0]["previous"] is None

    last = client.get(there[-2]["next"]).json() if len(there) > 1 else there[0]
    back = [last, *pages_from(client, last["previous"], "previous")]
    assert rows_of(reversed(back)) == expected
    assert back[-1]["previous"] is None
    assert (back[-1]["next"] is None) == (len(back) == 1)


def test_a_page_is_a_hundred_rows_unless_told(plan, officer_jp, own_key_jp):
    Entry.objects.bulk_create(
        Entry(
            member_commitment=member_commitment_of(plan, "2.1", "JP"),
            as_of=date(2017, 1, 1),
            state=State.DISCARDED,
            written_at=datetime(2017, 1, 1, tzinfo=UTC),
            written_by=officer_jp,
        )
        for _number in range(101)
    )
    first = own_key_jp.get(f"{API}entries/").json()
    assert len(first["results"]) == 100
    assert len(own_key_jp.get(first["next"]).json()["results"]) == 1
    assert len(own_key_jp.get(f"{API}entries/?page_size=101").json()["results"]) == 101


def test_an_empty_list_is_one_empty_page(plan, green_key):
    answer = green_key.get(f"{API}entries/")
    assert answer.json() == {
        "results": [],
        "next": None,
        "previous": None,
        "next_cursor": None,
    }
    assert "Link" not in answer.headers


def test_links_stand_in_the_header_as_well(plan, any_key):
    first = any_key.get(f"{API}members/?page_size=3&kind=state")
    assert first.headers["Link"] == f'<{first.json()["next"]}>; rel="next"'
    second = any_key.get(first.json()["next"])
    page = second.json()
    assert second.headers["Link"] == (
        f'<{page["next"]}>; rel="next", <{page["previous"]}>; rel="prev"'
    )


def test_links_keep_what_was_asked(plan, any_key):
    page = any_key.get(
        f"{API}member-commitments/?page_size=3&member=JP&member=FR&search=jointly"
    ).json()
    assert page["next"] is None
    page = any_key.get(
        f"{API}member-commitments/?page_size=3&member=JP&member=FR&search=a%26b"
    ).json()
    assert page["results"] == []
    page = any_key.get(
        f"{API}member-commitments/?page_size=3&member=JP&member=FR"
    ).json()
    assert "member=JP&member=FR" in page["next"]
    assert page["next"].startswith("http://testserver/api/v1/member-commitments/?")


def test_a_row_added_before_moves_no_page(plan, officer_jp, green_key):
    def publish(code, **fields):
        owed = member_commitment_of(plan, code, "JP")
        return make_entry(owed, by=officer_jp, state=State.PUBLISHED, **fields)

    for code in ("1.1.1", "1.2.1", "1.2.2"):
        publish(code, as_of=date(2017, 5, 1))
    first = green_key.get(f"{API}entries/?page_size=2").json()
    publish("2.1", as_of=date(2017, 6, 1))
    rest = green_key.get(first["next"]).json()["results"]
    assert len(rest) == 1
    assert rest[0] not in first["results"]


def test_the_row_a_page_began_at_may_go(members, any_key):
    for slug in ("fatf", "icao", "interpol", "iom"):
        Instrument.objects.create(slug=slug, name=slug.upper(), kind="body")
    first = any_key.get(f"{API}instruments/?page_size=2&ordering=slug").json()
    edge = first["results"][-1]["slug"]
    Instrument.objects.filter(slug=edge).delete()
    second = any_key.get(first["next"]).json()["results"]
    assert [row["slug"] for row in second] == ["interpol", "iom"]


# ---- Cursors -------------------------------------------------------------------------


@pytest.fixture
def cursor(plan, any_key):
    page = any_key.get(f"{API}commitments/?page_size=1").json()
    return page["next"].partition("cursor=")[2].partition("&")[0]


def test_a_cursor_is_no_secret_and_no_number(cursor, plan, any_key):
    """One page has one address, so that a cache or a test may compare addresses."""
    again = any_key.get(f"{API}commitments/?page_size=1").json()
    assert cursor in again["next"]


def test_a_cursor_that_was_changed_is_refused(cursor, any_key, refused_parameter):
    forged = base64.urlsafe_b64encode(json.dumps([False, "a", 1, 1]).encode()).decode()
    for bad in [
        cursor[:-1],
        cursor + "x",
        "x" + cursor,
        cursor.partition("%3A")[0],
        forged,
        forged + "%3A" + cursor.partition("%3A")[2],
        "cD0yMDE3LTAxLTAx",  # a well-formed one of another kind: "p=2017-01-01"
        "bz0x",  # "o=1"
        "null",
        ":",
        "%F0%9F%91%8D",
        "x" * 900,
    ]:
        answer = any_key.get(f"{API}commitments/?page_size=1&cursor={bad}")
        assert refused_parameter(answer) == ("cursor", "invalid_cursor"), bad


def test_a_cursor_of_another_list_is_refused(cursor, any_key, refused_parameter):
    for query in [
        "commitments/?ordering=code&",
        "commitments/?ordering=-position&",
        "member-commitments/?",
        "members/?",
        "plans/?",
    ]:
        answer = any_key.get(f"{API}{query}cursor={cursor}")
        assert refused_parameter(answer) == ("cursor", "invalid_cursor")


def test_a_cursor_opens_nothing_to_another_reader(
    plan, officer_jp, own_key_jp, green_key, refused_parameter
):
    for code in ("1.1.1", "1.2.1"):
        make_entry(member_commitment_of(plan, code, "JP"), by=officer_jp)
    page = own_key_jp.get(f"{API}entries/?page_size=1").json()
    refused = refused_parameter(green_key.get(page["next"]))
    assert refused == ("cursor", "invalid_cursor")


def test_a_cursor_is_bound_to_its_filters(plan, any_key, refused_parameter):
    query = f"{API}member-commitments/?page_size=2&member=JP&member=FR&plan=test-plan"
    page = any_key.get(query).json()
    assert f"cursor={quote(page['next_cursor'])}" in page["next"]
    # The order of members and the size of pages may change.
    same = page["next"].replace("member=JP&member=FR", "member=FR&member=JP")
    larger = page["next"].replace("page_size=2", "page_size=3")
    assert (
        any_key.get(same).json()["results"]
        == any_key.get(page["next"]).json()["results"]
    )
    assert len(any_key.get(larger).json()["results"]) == 3
    for was, other in [
        ("&member=FR", ""),
        ("member=FR", "member=US"),
        ("&plan=test-plan", ""),
        ("&plan=test-plan", "&plan=test-plan&member_kind=state"),
        ("&plan=test-plan", "&plan=test-plan&ordering=member"),
    ]:
        assert was in page["next"]
        answer = any_key.get(page["next"].replace(was, other))
        assert refused_parameter(answer) == ("cursor", "invalid_cursor"), other
