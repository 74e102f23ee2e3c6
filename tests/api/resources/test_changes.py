"""Tests of the resource `changes`."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import ApiKey, Scope
from api.resources.changes import ChangeOut
from api.resources.entries import EntryOut
from progress.changes.reading import CURSOR_LIFETIME
from progress.models import Entry, State
from tests.api.conftest import API, results
from tests.factories import make_entry, make_plan, member_commitment_of

DAY = timedelta(days=1)


@pytest.fixture
def say(officer_jp, plan):
    """`say(…)` publishes an entry of Japan's, green and on 1.2.2 by default."""

    def publish_one(code="1.2.2", *, of=plan, **fields):
        about = fields.get("supersedes")
        values = {"reason": "The year was wrong."} if about else {}
        return make_entry(
            member_commitment_of(of, code, "JP"),
            by=officer_jp,
            **{"state": State.PUBLISHED, "evidence": 1, **values, **fields},
        )

    return publish_one


def withdraw(say, entry, **fields):
    return say(kind=Entry.Kind.WITHDRAWAL, supersedes=entry, **fields)


def correct(say, entry, **fields):
    return say(kind=Entry.Kind.CORRECTION, supersedes=entry, **fields)


def body_of(client, **params):
    answer = client.get(f"{API}changes/", params)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_change_has_the_entry_as_entries_gives_it(green_key, say):
    first = say()
    second = correct(say, first)
    told = body_of(green_key)
    assert [row["kind"] for row in told["results"]] == ["published", "published"]
    row = told["results"][1]
    assert list(row) == list(ChangeOut().fields)
    assert row["entry_id"] == str(second.pk)
    assert row["supersedes"] == str(first.pk)
    assert row["entry"] == green_key.get(f"{API}entries/{second.pk}/").json()
    assert list(row["entry"]) == list(EntryOut().fields)
    assert row["member_commitment"] == row["entry"]["member_commitment"]
    assert row["at"] == row["entry"]["published_at"]
    assert (told["next"], told["previous"]) == (None, None)


def test_a_poll_gets_what_is_new_and_the_same_answer_while_nothing_is(green_key, say):
    say()
    cursor = body_of(green_key)["next_cursor"]
    new = say("1.2.1")
    told = body_of(green_key, since=cursor)
    assert [row["entry_id"] for row in told["results"]] == [str(new.pk)]
    again = [
        green_key.get(f"{API}changes/", {"since": told["next_cursor"]})
        for _ in range(2)
    ]
    assert again[0].content == again[1].content
    assert again[0].json()["results"] == []
    assert again[0].json()["next_cursor"] == told["next_cursor"]
    tag = again[0].headers["ETag"]
    unchanged = green_key.get(
        f"{API}changes/", {"since": told["next_cursor"]}, headers={"If-None-Match": tag}
    )
    assert unchanged.status_code == 304


def test_pages_lead_to_one_another(green_key, say):
    entries = [say(code) for code in ("1.1.1", "1.2.1", "1.2.2")]
    found, address = [], f"{API}changes/?page_size=1"
    while address:
        answer = green_key.get(address)
        body = answer.json()
        found += [row["entry_id"] for row in body["results"]]
        address = body["next"]
        link = answer.headers.get("Link")
        assert link == (f'<{address}>; rel="next"' if address else None)
    assert found == [str(entry.pk) for entry in entries]


def test_an_empty_cursor_is_the_start(green_key, say):
    say()
    assert body_of(green_key, since="") == body_of(green_key)


def test_removals_look_alike(green_key, say):
    first, second = say(), say("1.2.1")
    cursor = body_of(green_key)["next_cursor"]
    withdraw(say, first)
    correct(say, second, code="1.2.1", handling="amber")
    by_withdrawal, by_correction = body_of(green_key, since=cursor)["results"]
    for row, entry in ((by_withdrawal, first), (by_correction, second)):
        assert row.pop("entry_id") == str(entry.pk)
        row["member_commitment"].pop("id")
        assert row["member_commitment"].pop("commitment")
        row.pop("at")
    assert by_withdrawal == by_correction
    assert by_correction["kind"] == "removed"
    assert by_correction["entry"] is None


def test_amber_publications_leave_no_trace(green_key, say):
    """Not in the body, the cursor, the headers or the number of queries."""
    first = say()
    cursor = body_of(green_key)["next_cursor"]

    def answers():
        cache.clear()
        found = []
        for params in ({}, {"since": cursor}, {"page_size": 1}):
            with CaptureQueriesContext(connection) as captured:
                answer = green_key.get(f"{API}changes/", params)
            headers = dict(answer.headers)
            headers.pop("X-Request-ID")
            found.append((answer.content, headers, len(captured)))
        return found

    before = answers()
    amber = [say("1.2.1", handling="amber", evidence=0) for _ in range(97)]
    amber.append(correct(say, amber[0], code="1.2.1", handling="amber"))
    amber.append(withdraw(say, amber[1], code="1.2.1", handling="amber"))
    withdraw(say, amber[2], code="1.2.1", handling="green")
    assert answers() == before
    new = say()
    told = body_of(green_key, since=cursor)
    assert [row["entry_id"] for row in told["results"]] == [str(new.pk)]
    assert first.pk != new.pk


def test_the_filters_narrow_the_changes(green_key, say, officer_fr, plan):
    another = make_plan("another")
    ours, elsewhere = say(), say(of=another)
    theirs = make_entry(
        member_commitment_of(plan, "1.2.1", "FR"), by=officer_fr, state=State.PUBLISHED
    )
    for params, found in (
        ({"plan": "another"}, [elsewhere]),
        ({"plan": plan.slug}, [ours, theirs]),
        ({"member": "FR"}, [theirs]),
        ({"member": ["JP", "FR"]}, [ours, elsewhere, theirs]),
        ({"member": ["JP", "FR", "DE"], "plan": plan.slug}, [ours, theirs]),
        ({"instrument": "interpol", "plan": plan.slug}, [ours]),
        ({"instrument_owner": "interpol", "plan": plan.slug}, [ours]),
    ):
        told = body_of(green_key, **params)["results"]
        expected = {row["id"] for row in results(green_key, "entries/", **params)}
        assert {row["entry_id"] for row in told} == expected, params
        assert [row["entry_id"] for row in told] == [str(one.pk) for one in found]


def test_other_filters_or_another_reader_refuse_the_cursor(
    green_key, client_for_key, refused_parameter, say
):
    say()
    cursor = body_of(green_key)["next_cursor"]
    other = client_for_key(Scope.READ_CLEAR, Scope.READ_GREEN)
    for client, params in (
        (green_key, {"since": cursor, "member": "JP"}),
        (green_key, {"since": cursor[:-1]}),
        (green_key, {"since": f"{cursor}x"}),
        (green_key, {"since": "0"}),
        (other, {"since": cursor}),
    ):
        answer = client.get(f"{API}changes/", params)
        assert refused_parameter(answer) == ("since", "invalid_cursor")


@pytest.mark.parametrize("name", ["cursor", "at", "ordering"])
def test_other_parameters_are_refused(green_key, refused_parameter, name):
    answer = green_key.get(f"{API}changes/", {name: "1"})
    assert refused_parameter(answer) == (name, "unknown")


def test_a_key_with_other_scopes_begins_again(green_key, problem_of, say):
    clear = say(handling="clear")
    say()
    told = body_of(green_key)
    ApiKey.objects.update(scopes=[Scope.READ_CLEAR])
    answer = green_key.get(f"{API}changes/", {"since": told["next_cursor"]})
    body = problem_of(answer, 410)
    assert body["type"].endswith("#problem-cursor-expired")
    rows = body_of(green_key)["results"]
    assert [row["entry_id"] for row in rows] == [str(clear.pk)]


def test_a_cursor_that_is_too_old_is_refused(green_key, problem_of, say):
    now = timezone.now()
    say(published_at=now - 2 * CURSOR_LIFETIME)
    cursor = body_of(green_key)["next_cursor"]
    assert body_of(green_key, since=cursor)["results"] == []
    say(published_at=now - CURSOR_LIFETIME - DAY)
    problem_of(green_key.get(f"{API}changes/", {"since": cursor}), 410)
    assert len(body_of(green_key)["results"]) == 2


def test_a_session_reads_what_its_person_may(
    signed_in, officer_jp, coordinator, assessor, observer, administrator, say
):
    say(handling="amber")
    say()
    for person, count in (
        (officer_jp, 2), (coordinator, 2), (assessor, 1), (observer, 1),
        (administrator, 0),
    ):  # fmt: skip
        client: Client = signed_in(person)
        assert len(body_of(client)["results"]) == count, person


def test_the_number_of_queries_is_the_same_for_any_number_of_rows(client_for_key, say):
    client = client_for_key(Scope.READ_OWN, Scope.READ_GREEN, member="JP")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            body_of(client)
        return len(captured)

    say()
    few = queries()
    for code in ("1.1.1", "1.2.1", "1.2.2"):
        withdraw(say, say(code), code=code)
        say(code, handling="amber")
    assert queries() == few <= 8
