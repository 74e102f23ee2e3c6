"""Tests of conditional requests: ETag, If-None-Match and 304 on every answer."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from accounts.models import Scope
from api.resources.entry_rows import entry_bytes
from api.tags import tag_of
from commitments.models import MemberCommitment
from progress.models import Entry, State
from tests.api.conftest import API, client_with, store_key
from tests.factories import make_entry, set_lead_and_target


@pytest.fixture
def entry(plan, officer_jp):
    owed = MemberCommitment.objects.filter(member="JP")[0]
    return make_entry(owed, by=officer_jp, state=State.PUBLISHED, evidence=2)


def test_an_entry_has_the_tag_of_its_bytes(entry):
    key, token = store_key(Scope.READ_OWN, Scope.WRITE_ENTRIES, member="JP")
    answer = client_with(token).get(f"{API}entries/{entry.pk}/")
    request: Any = answer.wsgi_request
    request.user = key.user
    key.user.scopes = frozenset(key.scopes)
    assert answer.content == entry_bytes(request, entry.pk)
    assert answer.headers["ETag"] == tag_of(key.user, answer.content)


def test_a_client_that_has_the_answer_gets_no_body(entry, own_key_jp):
    for path in ("", "entries/", f"entries/{entry.pk}/", "plans/", "schema/"):
        first = own_key_jp.get(f"{API}{path}")
        tag = first.headers["ETag"]
        for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            answer = own_key_jp.get(f"{API}{path}", headers={"If-None-Match": given})
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["ETag"].removeprefix("W/") == tag
            for name in ("Vary", "Cache-Control"):
                assert answer.headers[name] == first.headers[name]
            assert "Content-Type" not in answer.headers
        answer = own_key_jp.get(f"{API}{path}", headers={"If-None-Match": '"other"'})
        assert (answer.status_code, answer.headers["ETag"]) == (200, tag)
        head = own_key_jp.head(f"{API}{path}")
        assert head.headers["ETag"] == tag


# ---- The same bytes while nothing changes --------------------------------------------


PATHS = [
    "entries/?page_size=1",
    "entries/?page_size=1&ordering=-published_at",
    "positions/?plan=test-plan&page_size=5",
    "positions/?plan=test-plan",
    "member-commitments/?page_size=5",
    "member-commitments/?page_size=5&ordering=-target_on",
]


def seen(client):
    """Return what a client is served of each list: bytes, tags and the next page."""
    found: list[Any] = []
    for path in PATHS:
        first = client.get(f"{API}{path}")
        found.append((first.content, first.headers["ETag"], first.headers.get("Link")))
        if next_url := first.json()["next"]:
            second = client.get(next_url)
            assert second.status_code == 200
            found.append((second.content, second.headers["ETag"]))
    return found


@pytest.fixture
def published(plan, officer_jp):
    """Green entries of JP, and one of US that is corrected."""
    owed = MemberCommitment.objects.filter(member__in=["JP", "US"]).order_by("pk")
    for one in owed[:6]:
        make_entry(one, by=officer_jp, state=State.PUBLISHED, handling="green")
        set_lead_and_target(one, "Ministry", date(2017, 12, 1))
    return list(Entry.objects.order_by("as_of", "pk"))


def test_a_list_of_now_is_the_same_until_something_changes(
    published, green_key, time_machine
):
    first = seen(green_key)
    time_machine.move_to(datetime.now(UTC) + timedelta(days=3), tick=False)
    assert seen(green_key) == first


def test_amber_publications_change_nothing_for_a_green_reader(
    published, plan, officer_jp, head_jp, green_key, time_machine
):
    first = seen(green_key)
    time_machine.move_to(datetime.now(UTC) + timedelta(days=3), tick=False)
    owed = list(MemberCommitment.objects.exclude(entries__isnull=False))
    for number in range(100):
        make_entry(
            owed[number % len(owed)],
            by=officer_jp,
            state=State.PUBLISHED,
            handling="amber",
            published_at=datetime.now(UTC),
        )
    # What is set where nothing is shown to the reader.
    set_lead_and_target(owed[0], "Another ministry", date(2017, 12, 2))
    assert seen(green_key) == first


def test_what_the_reader_sees_changes_every_page_of_now(
    published, officer_jp, green_key
):
    """If the first page of a client is still right, so are its other pages."""
    url = f"{API}positions/?plan=test-plan&page_size=5"
    last = published[-1]
    pages = [green_key.get(url)]

    def publish(**fields):
        entry = make_entry(
            last.member_commitment, by=officer_jp, state=State.PUBLISHED, **fields
        )
        entry.refresh_from_db()
        return entry.published_at

    for change in (
        lambda: publish(handling="green"),
        lambda: publish(
            handling="amber", kind="correction", supersedes=last, reason="A slip."
        ),
        lambda: (
            set_lead_and_target(
                published[0].member_commitment, "Another", at=datetime.now(UTC)
            ).set_at
        ),
    ):
        at = change()
        pages.append(green_key.get(url))
        assert f"known_at={quote(at.isoformat())}" in pages[-1].json()["next"]
    assert len({page.headers["ETag"] for page in pages}) == 4


def test_a_file_has_a_tag_of_its_reader(plan, officer_jp, own_key_jp, green_key):
    owed = MemberCommitment.objects.filter(member="JP")[0]
    entry = make_entry(
        owed,
        by=officer_jp,
        state=State.PUBLISHED,
        handling="green",
        file_name="protocol.txt",
    )
    file = entry.evidence_links.get(evidence__kind="file").evidence
    url = f"{API}evidence/{file.pk}/file/"
    tags = []
    for client in (own_key_jp, green_key):
        tag = client.get(url).headers["ETag"]
        assert file.sha256 not in tag
        answer = client.get(url, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["Cache-Control"] == "private, no-store"
        tags.append(tag)
    assert len(set(tags)) == 2
