"""The list of entries, whose SQL is kept: it must find what a plain query finds."""

from datetime import UTC, date, datetime, timedelta
from itertools import count, islice, product
from typing import Any

import pytest
from django.db.models import Q

from accounts.models import Scope
from api.resources import entry_list
from api.resources.entry_rows import redacted
from progress.models import Entry, Handling, State, Status, Stocktake
from progress.querysets.visibility import rights_of
from tests.api.conftest import API, client_with, results, store_key
from tests.factories import make_entry, make_plan, make_stocktake, member_commitment_of
from tests.samples import DAILY_AND_LONG, pairs_of

DAY = date(2017, 1, 1)
INSTANT = datetime(2017, 3, 1, tzinfo=UTC)
OWED = "member_commitment__"
OF = f"{OWED}commitment__"
SEEN = Q(is_supersession_seen=True)
# Each filter with two values, as a condition of a plain query.
FILTERS: list[tuple[str, Q]] = [
    ("", Q()),
    ("plan=test-plan", Q(**{f"{OF}plan__slug": "test-plan"})),
    ("plan=b", Q(**{f"{OF}plan__slug": "b"})),
    ("action=1", Q(**{f"{OF}action__number": 1})),
    ("action=2", Q(**{f"{OF}action__number": 2})),
    ("sub_area=1.1", Q(**{f"{OF}sub_area__code": "1.1"})),
    ("sub_area=1.2", Q(**{f"{OF}sub_area__code": "1.2"})),
    ("commitment=1.2.2", Q(**{f"{OF}code": "1.2.2"})),
    ("commitment=2.1", Q(**{f"{OF}code": "2.1"})),
    ("instrument=interpol", Q(**{f"{OF}instruments__slug": "interpol"})),
    ("member=JP", Q(**{f"{OWED}member": "JP"})),
    ("member=JP&member=FR", Q(**{f"{OWED}member__in": ["JP", "FR"]})),
    ("member_kind=state", Q(**{f"{OWED}member__kind": "state"})),
    ("member_kind=organization", Q(**{f"{OWED}member__kind": "organization"})),
    ("stocktake=first", Q(stocktake__slug="first")),
    ("stocktake=second", Q(stocktake__slug="second")),
    ("kind=update", Q(kind="update") | ~SEEN),
    ("kind=correction", SEEN & Q(kind="correction")),
    ("state=published", Q(state="published")),
    ("state=draft", Q(state="draft")),
    ("status=limited", Q(status="limited")),
    ("status=implemented", Q(status="implemented")),
    ("handling=clear", Q(handling="clear")),
    ("handling=amber", Q(handling="amber")),
    ("language=ja", Q(language="ja")),
    ("as_of_after=2017-01-01", Q(as_of__gte=DAY)),
    ("as_of_before=2017-01-01", Q(as_of__lte=DAY)),
    ("published_since=2017-03-01T00:00:00Z", Q(published_at__gte=INSTANT)),
    (
        "plan=b&stocktake=first",
        Q(**{f"{OF}plan__slug": "b", "stocktake__slug": "first"}),
    ),
    (
        "member=JP&stocktake=first",
        Q(**{f"{OWED}member": "JP", "stocktake__slug": "first"}),
    ),
    (
        "plan=b&commitment=1.2.2&status=limited",
        Q(**{f"{OF}plan__slug": "b", f"{OF}code": "1.2.2", "status": "limited"}),
    ),
]  # fmt: skip
OWED_BY = (("1.1.1", "JP"), ("1.2.2", "JP"), ("1.2.2", "FR"), ("2.1", "EU"))
PAGED = ("", "plan=b", "member=JP", "stocktake=first", "member=JP&stocktake=first",
         "plan=b&stocktake=first", "published_since=2017-03-01T00:00:00Z")  # fmt: skip
ORDERS: dict[str, list[str]] = {
    "-as_of": ["-as_of", "-pk"],
    "as_of": ["as_of", "pk"],
    "-written_at": ["-written_at", "-pk"],
    "published_at": ["publication", "pk"],
    "plan": [f"{OF}plan__slug", f"{OF}position", "pk"],
    "-commitment": [f"-{OF}position", f"-{OF}plan_id", "-pk"],
    "member,-as_of": [f"{OWED}member_id", "-as_of", "-pk"],
}


@pytest.fixture
def world(plan, officer_jp, officer_fr, coordinator, second_reviewer):
    """Entries of three plans with two stocktakes each: all labels, two states."""
    numbers = count()
    for each in (plan, make_plan("b"), make_plan("c")):
        stocktakes: list[Stocktake | None] = [None]
        planned: dict[str, Any] = {"opened_at": None, "opened_by": None}
        for slug, fields in (("first", {}), ("second", planned)):
            people: Any = {"by": coordinator, "second_reviewer": second_reviewer}
            stocktakes.append(make_stocktake(each, slug=slug, **people, **fields))
        for code, member in OWED_BY:
            for number in islice(numbers, 6):
                make_entry(
                    member_commitment_of(each, code, member),
                    by=officer_fr if member == "FR" else officer_jp,
                    stocktake=stocktakes[number % 3],
                    **_values(number),
                )
    for number, entry in enumerate(Entry.objects.filter(state="published")[:6]):
        make_entry(
            entry.member_commitment,
            by=officer_jp,
            state=State.PUBLISHED,
            kind="correction" if number % 2 else "withdrawal",
            supersedes=entry,
            reason="A slip.",
            handling=Handling.GREEN,
            published_at=INSTANT + timedelta(days=9),
        )


def _values(number: int) -> dict[str, Any]:
    return {
        "state": State.PUBLISHED if number % 6 < 5 else State.DRAFT,
        "handling": list(Handling)[number % 4 % 3],
        "status": list(Status)[number % 4],
        "as_of": DAY + timedelta(days=number % 5 - 2),
        "published_at": INSTANT + timedelta(days=number % 3 - 1),
        "written_at": INSTANT + timedelta(days=number % 7),
        "language": "ja" if number % 2 else "",
    }


def plainly(reader: Any, wanted: Q, order: list[str], now: datetime) -> list[str]:
    """Return the ids of the entries that a plain query finds for a reader."""
    rows = redacted(rights_of(reader, now)).filter(wanted).order_by(*order)
    return [str(pk) for pk in rows.distinct().values_list("pk", flat=True)]


@pytest.mark.parametrize("is_daily", DAILY_AND_LONG)
def test_each_filter_in_each_order_finds_what_a_plain_query_finds(world, now, is_daily):
    """For a key without a member in every order, and for one with a member in two."""
    found = set()
    filters = {one[0]: one for one in FILTERS}
    for member, scopes, orders in (
        (None, [Scope.READ_GREEN], list(ORDERS)),
        ("JP", [Scope.READ_GREEN, Scope.READ_OWN], ["-as_of", "member,-as_of"]),
    ):
        key, token = store_key(*scopes, member=member)
        key.user.scopes = frozenset(scopes)
        client = client_with(token)
        for (query, wanted), order in pairs_of(
            filters, {one: one for one in orders}, is_daily=is_daily
        ):
            given = f"{query}&ordering={order}".strip("&")
            answer = client.get(f"{API}entries/?{given}")
            listed = [row["id"] for row in answer.json()["results"]]
            expected = plainly(key.user, wanted, ORDERS[order], now)
            assert listed == expected, given
            found.add(len(listed))
    assert len(found) > 5


def pages(client: Any, query: str) -> list[list[str]]:
    """Return the ids on each page of a list."""
    found, url = [], f"{API}entries/?{query}"
    while url:
        page = client.get(url).json()
        found.append([row["id"] for row in page["results"]])
        url = page["next"]
    return found


@pytest.mark.long
def test_lists_with_a_filter_have_each_entry_on_one_page(world, green_key):
    for query, order in product(PAGED, ("-as_of", "as_of", "published_at")):
        of_all = f"{query}&ordering={order}".strip("&")
        (whole,) = pages(green_key, of_all)
        split = pages(green_key, f"{of_all}&page_size=4")
        assert [pk for page in split for pk in page] == whole, of_all
        assert len(split) == max(1, -(-len(whole) // 4))


def test_a_stocktake_with_all_of_the_newest_entries_fills_the_page(
    world, officer_jp, green_key, monkeypatch
):
    """However few entries of each stocktake are read at first."""
    monkeypatch.setattr(entry_list, "SPARE", 1)
    busy = Stocktake.objects.get(plan__slug="b", slug="first")
    for number in range(9):
        make_entry(
            member_commitment_of(busy.plan, "1.2.2", "US"),
            by=officer_jp,
            state=State.PUBLISHED,
            stocktake=busy,
            as_of=DAY + timedelta(days=20 + number % 2),
        )
    (whole,) = pages(green_key, "stocktake=first")
    split = pages(green_key, "stocktake=first&page_size=5")
    assert [pk for page in split for pk in page] == whole
    assert len(whole) > 15
    rows = results(green_key, "entries/", plan="b", stocktake="first")
    assert {row["member_commitment"]["plan"] for row in rows} == {"b"}


def test_many_member_commitments_are_filtered_like_few(world, green_key, monkeypatch):
    queries = [query for query, _wanted in FILTERS if "=" in query][:12]
    few = [pages(green_key, query) for query in queries]
    monkeypatch.setattr(entry_list, "MOST_KEYS", 1)
    entry_list._owed_query.cache_clear()
    assert [pages(green_key, query) for query in queries] == few
    entry_list._owed_query.cache_clear()
