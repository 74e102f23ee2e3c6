"""Tests of `Idempotency-Key`: a request that is sent again does nothing more."""

import json
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from accounts.actions.idempotency import KEPT, delete_old_answers, erase_answers
from accounts.models import ApiKey, IdempotencyKey, Presidency, Scope
from api.idempotency import Idempotent
from api.urls import urlpatterns
from reports.models import Report
from tests.api.conftest import API, client_with, store_key
from tests.databases import lock_timeout

URL = f"{API}reports/"
BODY = {"plan": "test-plan", "kind": "stocktake", "audience": "green"}
SCOPES = [Scope.COMPILE_REPORTS, Scope.READ_REPORTS, Scope.READ_GREEN]


def ask(client: Client, key: str = "one", url: str = URL, **changes: Any) -> Any:
    body = json.dumps({**BODY, **changes})
    headers = {"Idempotency-Key": key}
    return client.post(url, body, "application/json", headers=headers)


def told(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    """What is the same in the answers to one request that was sent several times."""
    own = {"X-Request-ID", "Idempotent-Replayed", "RateLimit"}
    headers = {name: text for name, text in answer.items() if name not in own}
    return answer.status_code, answer.content, headers


@pytest.fixture
def stored(plan) -> tuple[ApiKey, str]:
    return store_key(*SCOPES)


@pytest.fixture
def client(stored) -> Client:
    return client_with(stored[1])


def test_a_request_sent_again_makes_nothing_and_is_answered_alike(client) -> None:
    first, again = ask(client), ask(client)
    assert first.status_code == 202
    assert first["Location"] == f"http://testserver{URL}{Report.objects.get().pk}/"
    assert told(again) == told(first)
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"


def test_the_answer_is_that_of_the_first_time(client) -> None:
    first = ask(client)
    Report.objects.update(percent=50)
    assert client.get(first["Location"]).json()["percent"] == 50
    assert told(ask(client)) == told(first)


def test_another_key_and_another_user_make_another_row(client) -> None:
    ask(client)
    # A person who asks for the same report again would get the one that is there.
    assert ask(client, "two", language="fr").status_code == 202
    assert ask(client_with(store_key(*SCOPES)[1])).status_code == 202
    assert Report.objects.count() == 3


def test_a_key_that_replaces_another_replays_its_requests(client, stored) -> None:
    first = ask(client)
    _key, token = store_key(*SCOPES, user=stored[0].user)
    assert told(ask(client_with(token))) == told(first)
    assert Report.objects.count() == 1


@pytest.mark.parametrize("changes", [{"audience": "clear"}, {"layout": "full"}])
def test_the_same_key_with_another_body_is_refused(client, problem_of, changes) -> None:
    ask(client)
    problem = problem_of(ask(client, **changes), 422)
    assert problem["type"].endswith("#problem-idempotency-key-reused")
    assert Report.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "Schlüssel", "tab\there"])
def test_a_malformed_key_is_refused(client, problem_of, key) -> None:
    assert problem_of(ask(client, key), 400)["type"].endswith("#problem-bad-request")
    assert not Report.objects.exists()


@pytest.mark.parametrize("key", ["x", "~" * 255, '"8e03978e-40d5"', "a key"])
def test_any_printable_key_is_taken(client, key) -> None:
    assert ask(client, key).status_code == 202


def test_a_refusal_is_not_kept_so_a_corrected_request_may_have_its_key(
    client, problem_of
) -> None:
    problem_of(ask(client, plan="nowhere"), 422)
    assert not IdempotencyKey.objects.exists()
    assert ask(client).status_code == 202


def test_an_error_of_the_server_is_not_kept(client, problem_of, monkeypatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("api.resources.reports.reverse", lambda *_a, **_k: 1 / 0)
        client.raise_request_exception = False
        problem_of(ask(client), 500)
    assert not Report.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert ask(client).status_code == 202


def test_a_body_that_is_too_long_is_refused(client, problem_of) -> None:
    problem_of(ask(client, plan="x" * 1_000_001), 400)


def test_on_other_methods_the_header_has_no_meaning(client) -> None:
    assert client.get(URL, headers={"Idempotency-Key": ""}).status_code == 200


# ---- A replay is authorised again


def test_a_revoked_key_replays_nothing(client, stored, problem_of, now) -> None:
    ask(client)
    ApiKey.objects.filter(pk=stored[0].pk).update(revoked_at=now)
    problem_of(ask(client), 401)


def test_a_key_that_lost_the_scope_replays_nothing(client, stored, problem_of) -> None:
    ask(client)
    kept = [Scope.READ_REPORTS, Scope.READ_GREEN]
    ApiKey.objects.filter(pk=stored[0].pk).update(scopes=kept)
    problem_of(ask(client), 403)


def test_who_lost_sight_of_the_row_is_told_that_it_is_not_there(
    client, stored, problem_of
) -> None:
    ask(client)
    kept = [Scope.COMPILE_REPORTS, Scope.READ_REPORTS, Scope.READ_CLEAR]
    ApiKey.objects.filter(pk=stored[0].pk).update(scopes=kept)
    assert problem_of(ask(client), 404)["errors"] == []


def test_with_other_rights_the_stored_answer_is_not_shown(
    client, stored, problem_of
) -> None:
    ask(client)
    more = [*SCOPES, Scope.READ_CLEAR]
    ApiKey.objects.filter(pk=stored[0].pk).update(scopes=more)
    assert "other rights" in problem_of(ask(client), 409)["detail"]


def test_a_former_presidency_replays_nothing_amber(
    plan, signed_in, coordinator, problem_of, now
) -> None:
    browser = signed_in(coordinator)
    assert ask(browser, audience="amber").status_code == 202
    Presidency.objects.filter(starts_at__lte=now, ends_at__gt=now).update(ends_at=now)
    problem_of(ask(browser, audience="amber"), 404)


def test_a_key_that_may_never_read_what_it_made_has_its_answer_again(plan) -> None:
    client = client_with(store_key(Scope.COMPILE_REPORTS, Scope.READ_GREEN)[1])
    assert told(ask(client)) == told(ask(client))


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_an_answer_with_an_erased_text_is_gone(client, problem_of) -> None:
    ask(client)
    erase_answers([uuid4(), Report.objects.get().pk], using="owner")
    assert bytes(IdempotencyKey.objects.get().body) == b""
    problem_of(ask(client), 410)
    assert Report.objects.count() == 1


# ---- How long


def test_an_answer_is_kept_for_a_day(client, now) -> None:
    ask(client)
    IdempotencyKey.objects.update(answered_at=now - KEPT + timedelta(minutes=1))
    delete_old_answers(at=now)
    assert ask(client)["Idempotent-Replayed"] == "true"
    IdempotencyKey.objects.update(answered_at=now - KEPT)
    assert "Idempotent-Replayed" not in ask(client, language="fr")
    assert Report.objects.count() == 2
    IdempotencyKey.objects.update(answered_at=now - KEPT)
    delete_old_answers(at=now)
    assert not IdempotencyKey.objects.exists()


# ---- At once


@pytest.mark.django_db(transaction=True)
def test_twenty_duplicates_at_once_make_one_row(plan) -> None:
    token = store_key(*SCOPES)[1]
    start, answers = Barrier(20), []

    def press() -> None:
        start.wait()
        try:
            answers.append(ask(client_with(token)))
        finally:
            connections.close_all()

    threads = [Thread(target=press) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Report.objects.count() == IdempotencyKey.objects.count() == 1
    assert len(answers) == 20
    assert all(told(answer) == told(answers[0]) for answer in answers)
    replayed = sorted(answer.get("Idempotent-Replayed", "") for answer in answers)
    assert replayed == ["", *["true"] * 19]


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_is_told_to_send_it_again(client, problem_of) -> None:
    user = ApiKey.objects.get().user
    beside = connections["default"].copy()
    try:
        with beside.cursor() as cursor:
            name = f"idempotency {user.pk} one"
            lock = "SELECT pg_advisory_lock(hashtextextended(%s, 0))"
            cursor.execute(lock, [name])
            with lock_timeout("50ms"):
                answer = ask(client)
    finally:
        beside.close()
    problem_of(answer, 409)
    assert answer["Retry-After"] == "2"
    assert not Report.objects.exists()


def test_every_view_with_post_takes_a_key() -> None:
    views = [pattern.callback for pattern in _patterns(urlpatterns)]
    posting = [
        view.cls
        for view in views
        if "post" in (getattr(view, "actions", None) or dir(getattr(view, "cls", None)))
    ]
    assert posting
    assert all(issubclass(view, Idempotent) for view in posting)


def _patterns(patterns: list[Any]) -> list[Any]:
    inner = [getattr(pattern, "url_patterns", None) for pattern in patterns]
    flat = [p for p, more in zip(patterns, inner, strict=True) if more is None]
    return flat + [p for more in inner if more for p in _patterns(more)]
