"""Tests of the limits of every door, with the real table."""

import time
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.cache import cache as default_cache
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client
from django.urls import get_resolver
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.limits.counting import Bucket, CountedUse, Use, use
from accounts.limits.table import LIMITS, Limit, limits_of
from accounts.models import Scope
from g7plan import cache
from g7plan.rate_limits import ROUTES
from tests.api.conftest import API, client_with, store_key
from tests.api.resources.test_reports import make_finished_report

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
MEMBERS = f"{API}members/"
SEARCH = f"{API}entries/?search=word"


@pytest.fixture(autouse=True)
def real_table(settings) -> None:
    settings.RATE_LIMITS = LIMITS


@pytest.fixture
def few(settings) -> None:
    """The real table with small numbers, so that a test needs few requests."""
    settings.RATE_LIMITS = {
        **LIMITS,
        "requests": Limit(5, 60),
        "requests-address": Limit(12, 60),
        "searches": Limit(3, 60),
        "downloads": Limit(3, 60),
        "refused-keys-address": Limit(4, 60),
    }


def key_client(*scopes: Scope, **environment: Any) -> Client:
    token = store_key(*(scopes or (Scope.READ_GREEN,)))[1]
    return Client(headers={"Authorization": f"Bearer {token}"}, **environment)


def statuses(client: Client, path: str, times: int) -> list[int]:
    return [client.get(path).status_code for _time in range(times)]


# ---- The limiter


def test_each_row_of_the_table_is_in_force() -> None:
    for name, limit in LIMITS.items():
        uses = [use(Bucket(name, "one")).wait for _time in range(limit.most + 2)]
        assert uses[: limit.most] == [0] * limit.most, name
        assert all(uses[limit.most :]), name


waits = st.lists(st.integers(0, 40_000_000), min_size=1, max_size=40)


@given(pauses=waits)
@hypothesis_settings(max_examples=40)
def test_waiting_exactly_as_told_works_and_no_window_holds_more(pauses) -> None:
    """The pauses are microseconds between two tries, by a clock that is moved."""
    limit, allowed = LIMITS["sign-in-address"], []
    bucket = Bucket("sign-in-address", str(pauses))
    with time_machine.travel(NOON, tick=False) as clock:
        for pause in pauses:
            clock.shift(pause / 1e6)
            verdict = use(bucket)
            if not verdict.wait:
                allowed.append(time.time())
                continue
            clock.shift(verdict.wait - 1.000_001)
            assert use(bucket).wait
            clock.shift(1.000_001)
            assert not use(bucket).wait
            allowed.append(time.time())
    default_cache.clear()
    for start in allowed:
        window = [at for at in allowed if start <= at < start + limit.seconds]
        assert len(window) <= limit.most


@pytest.mark.parametrize("is_away", [False, True])
def test_however_many_ask_at_once_the_limit_holds(is_away, monkeypatch) -> None:
    if is_away:
        monkeypatch.setattr(cache._Client, "away_until", time.monotonic() + 60)
    start = Barrier(16)
    verdicts: list[CountedUse] = []

    def ask() -> None:
        start.wait()
        verdicts.extend(use(Bucket("searches", "crowd")) for _time in range(10))

    threads = [Thread(target=ask) for _number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    LocMemCache("while-the-server-is-away", {}).clear()
    assert len(verdicts) == 160
    assert sum(not verdict.wait for verdict in verdicts) == LIMITS["searches"].most


def test_what_is_refused_by_one_bucket_counts_in_none() -> None:
    full, free = Bucket("sign-in", "full"), Bucket("sign-in-address", "free")
    for _time in range(5):
        use(full)
    for _time in range(20):
        assert use(full, free).wait
    assert use(free).usages[0].left == LIMITS["sign-in-address"].most - 1


def test_a_use_that_is_taken_back_counts_no_more() -> None:
    bucket = Bucket("sign-in", "one")
    for _time in range(20):
        counted = Use.of([bucket])
        assert not counted.begin().wait
        counted.take_back()


def test_counting_takes_one_round_trip(monkeypatch) -> None:
    """Whatever the number of limits. The table of a test is on the server already."""
    use(Bucket("requests", "warm"))
    client = default_cache._cache._server.get_client(None, write=True)  # type: ignore[attr-defined]
    sent: list[Any] = []
    execute = type(client).execute_command

    def counted(self: Any, *args: Any, **options: Any) -> Any:
        sent.append(args[0])
        return execute(self, *args, **options)

    monkeypatch.setattr(type(client), "execute_command", counted)
    use(*(Bucket(name, "one") for name in LIMITS))
    assert sent == ["EVALSHA"]


# ---- The API


def test_a_key_is_told_its_limit_and_what_is_left(members) -> None:
    client = key_client()
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        first = client.get(MEMBERS)
        clock.shift(20)
        second = client.get(MEMBERS)
    assert first["RateLimit-Policy"] == '"requests";q=600;w=60'
    assert first["RateLimit"] == '"requests";r=599;t=60'
    assert second["RateLimit"] == '"requests";r=598;t=40'


@pytest.mark.usefixtures("few")
def test_a_key_that_asks_too_often_waits_as_long_as_it_is_told(
    members, problem_of
) -> None:
    client = key_client()
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        assert statuses(client, MEMBERS, 3) == [200] * 3
        clock.shift(10)
        assert statuses(client, MEMBERS, 2) == [200] * 2
        refused = client.get(MEMBERS)
        problem = problem_of(refused, 429)
        assert problem["type"].endswith("#problem-too-many-requests")
        assert problem["detail"] == "Wait 50 seconds, then send the request again."
        assert refused["Retry-After"] == "50"
        assert refused["RateLimit"] == '"requests";r=0;t=50'
        clock.shift(49)
        assert client.get(MEMBERS)["Retry-After"] == "1"
        clock.shift(1)
        assert statuses(client, MEMBERS, 4) == [200] * 3 + [429]


@pytest.mark.usefixtures("few")
def test_every_answer_counts_alike(members) -> None:
    client = key_client(Scope.MANAGE_WEBHOOKS)
    tag = client.get(MEMBERS)["ETag"]
    answers = [
        client.get(MEMBERS, headers={"If-None-Match": tag}),
        client.get(f"{API}entries/"),
        client.get(f"{MEMBERS}XX/"),
        client.post(MEMBERS),
    ]
    assert [answer.status_code for answer in answers] == [304, 403, 404, 405]
    assert [answer["RateLimit"][:14] for answer in answers] == [
        f'"requests";r={left}' for left in (3, 2, 1, 0)
    ]
    assert client.get(MEMBERS).status_code == 429


@pytest.mark.usefixtures("few")
def test_one_key_does_not_stop_another_at_the_same_address(members) -> None:
    first, second = key_client(), key_client()
    assert statuses(first, MEMBERS, 20) == [200] * 5 + [429] * 15
    assert second.get(MEMBERS)["RateLimit"].startswith('"requests";r=4;')


@pytest.mark.usefixtures("few")
def test_an_address_has_a_limit_for_all_its_keys_and_none_is_told_of_others(
    members,
) -> None:
    for _number in range(3):
        statuses(key_client(), MEMBERS, 4)
    last = key_client().get(MEMBERS)
    assert last.status_code == 429
    assert last["RateLimit"].startswith('"requests";r=5;')
    elsewhere = key_client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.get(MEMBERS).status_code == 200


@pytest.mark.usefixtures("few")
def test_two_keys_of_one_service_user_share_its_limit(members) -> None:
    key, token = store_key(Scope.READ_GREEN)
    _key, newer = store_key(Scope.READ_GREEN, user=key.user)
    assert statuses(client_with(token), MEMBERS, 4) == [200] * 4
    assert statuses(client_with(newer), MEMBERS, 2) == [200, 429]


@pytest.mark.usefixtures("few")
def test_an_ipv6_customer_is_one_address(members) -> None:
    near = [key_client(REMOTE_ADDR=f"2001:db8:1:2::{n:x}") for n in range(1, 5)]
    assert [statuses(client, MEMBERS, 3) for client in near[:4]] == [[200] * 3] * 4
    assert near[0].get(MEMBERS).status_code == 429
    assert key_client(REMOTE_ADDR="2001:db8:1:3::1").get(MEMBERS).status_code == 200


@pytest.mark.usefixtures("few")
def test_behind_our_proxy_the_client_is_counted_and_not_the_proxy(
    members, settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(4):
        client = key_client(HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
        assert statuses(client, MEMBERS, 5) == [200] * 5
    # What a client writes before the proxy's entry is not believed.
    statuses(key_client(HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.77"), MEMBERS, 5)
    statuses(key_client(HTTP_X_FORWARDED_FOR="198.51.100.2, 203.0.113.77"), MEMBERS, 5)
    client = key_client(HTTP_X_FORWARDED_FOR="198.51.100.3, 203.0.113.77")
    assert statuses(client, MEMBERS, 3) == [200] * 2 + [429]


@pytest.mark.usefixtures("few")
def test_a_search_counts_twice_and_is_limited_more_closely(plan, problem_of) -> None:
    client = key_client()
    assert statuses(client, SEARCH, 3) == [200] * 3
    refused = client.get(SEARCH)
    problem_of(refused, 429)
    assert refused["RateLimit-Policy"] == ('"requests";q=5;w=60, "searches";q=3;w=60')
    assert client.get(MEMBERS).status_code == 200


@pytest.mark.usefixtures("few")
def test_keys_that_are_not_valid_are_refused_sooner(db, problem_of) -> None:
    client = client_with("g7p_unknown")
    assert statuses(client, MEMBERS, 4) == [401] * 4
    answer = client.get(MEMBERS)
    problem_of(answer, 429)
    assert "RateLimit" not in answer
    assert key_client().get(MEMBERS).status_code == 200


def test_a_stranger_is_counted_by_address_and_told_nothing(db) -> None:
    answer = Client().get(MEMBERS)
    assert answer.status_code == 401
    assert "RateLimit" not in answer


# ---- Pages


@pytest.mark.usefixtures("few")
def test_downloads_of_pages_are_limited(plan, coordinator, signed_in, now) -> None:
    browser = signed_in(coordinator)
    page = "/plans/test-plan/matrix/"
    with time_machine.travel(now, tick=False):
        answers = [browser.get(f"{page}?format=csv") for _time in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429]
    assert answers[-1]["Retry-After"] == "60"
    assert "Wait 60 seconds, then go back" in answers[-1].text
    assert browser.get(page).status_code == 200


@pytest.mark.usefixtures("few")
def test_files_of_the_api_and_of_pages_share_a_limit(
    plan, coordinator, signed_in, stocktake
) -> None:
    report = make_finished_report(plan, coordinator, stocktake=stocktake)
    browser = signed_in(coordinator)
    file = f"reports/{report.pk}/files/pdf/"
    assert [browser.get(f"/{file}").status_code for _time in range(2)] == [200] * 2
    assert statuses(browser, f"{API}{file}", 2) == [200, 429]


@pytest.mark.usefixtures("few")
def test_a_list_sent_whole_is_a_download(members) -> None:
    client = key_client()
    assert statuses(client, f"{MEMBERS}?format=csv", 4) == [200] * 3 + [429]
    assert client.get(MEMBERS).status_code == 200


def test_every_limited_route_exists() -> None:
    for name in ROUTES:
        namespaces, _colon, last = name.rpartition(":")
        resolver: Any = get_resolver()
        if namespaces:
            resolver = resolver.namespace_dict[namespaces][1]
        assert last in resolver.reverse_dict, name


# ---- Without the cache


def test_while_the_cache_is_away_the_api_answers_within_a_second(
    members, settings
) -> None:
    client = key_client()
    before = settings.CACHES
    away = {**before["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}
    try:
        started = time.monotonic()
        answers = [client.get(MEMBERS) for _time in range(3)]
        assert time.monotonic() - started < 1
    finally:
        LocMemCache("while-the-server-is-away", {}).clear()
        cache._Client.away_until = 0.0
        settings.CACHES = before
    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[-1]["RateLimit"].startswith('"requests";r=597;')


# ---- The setting


def test_the_numbers_of_the_table_can_be_set() -> None:
    table = limits_of(["searches=5/10", " downloads=1/3600"])
    assert (table["searches"], table["downloads"]) == (Limit(5, 10), Limit(1, 3600))
    assert {**table, **{n: LIMITS[n] for n in ("searches", "downloads")}} == LIMITS


@pytest.mark.parametrize("text", ["searches", "searches=0/60", "poems=1/60", "a=1"])
def test_a_setting_that_is_no_limit_is_refused(text) -> None:
    with pytest.raises(ValueError, match="is not a limit such as"):
        limits_of([text])


def test_every_limit_is_documented() -> None:
    text = (django_settings.BASE_DIR / "docs" / "running.md").read_text("utf-8")
    for name, limit in LIMITS.items():
        assert f"| `{name}` | {limit.most} in {limit.seconds} s |" in text
