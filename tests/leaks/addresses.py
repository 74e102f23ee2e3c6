"""Every address of the product, filled in with hidden and with open objects.

The addresses come from the resolver, so a new route is covered at once. A new kind of
parameter must be described here: until then, the tests fail.
"""

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Presidency
from tests.factories import CHAIR
from tests.leaks.canaries import id_of
from tests.leaks.cast import BODIES
from tests.leaks.entries import MEMBERS
from tests.leaks.score_ids import (
    STOCKTAKES,
    TABLES,
    cell_id,
    comment_id,
    guideline_ids,
    table_id,
    upload_id,
)

NOBODY = str(id_of("nothing at all"))
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
AT_WORK = ("draft", "in_clearance", "submitted", "returned", "discarded", "correction")
AMENDED = ("update", "correction", "withdrawal")
AMBER = (
    "amber{}",
    "green over amber{} base",
    *(f"amber amended{{}} {kind}" for kind in AMENDED),
)
OPEN = ("public{}", "green{}", "elsewhere{}")
# Where an address is a regular expression: what to use in its place.
EXPRESSIONS = {
    "account_reset_password_from_key": "accounts/password/reset/key/3-set-password/",
    "nothing-here": "api/v1/nowhere/",
}


def names_of_entries(*members: str) -> list[str]:
    """Every entry that the worlds hold of these members, by its secret's name."""
    named = [*(f"{name}{{}}" for name in AT_WORK), *AMBER, *OPEN]
    return [
        *(name.format(f" of {member}") for name in named for member in members),
        "public of FR",
        "clear of FR",
    ]


def entry_ids(*members: str) -> list[str]:
    names = names_of_entries(*(members or MEMBERS))
    return [str(id_of(f"entry {name}")) for name in names]


def evidence_ids(*members: str) -> list[str]:
    """The files under the same entries."""
    names = names_of_entries(*(members or MEMBERS))
    return [str(id_of(f"file of {name}")) for name in names]


def of_members(name: str) -> Callable[[], list[str]]:
    return lambda: [str(id_of(f"{name} of {member}")) for member in MEMBERS]


def report_ids() -> list[str]:
    kinds = ("amber report", "green report", "failed report")
    return [
        str(id_of(f"report {kind} of {member}")) for kind in kinds for member in MEMBERS
    ]


def key_ids() -> list[str]:
    """Keys of delegations and of assessing bodies."""
    return [*of_members("key key")(), *of_members("key score key")()]


def webhook_ids(name: str = "{} webhook") -> list[str]:
    """Webhooks of two keys, for each member."""
    return [
        str(id_of(f"{name.format(whose)} of {member}"))
        for whose in ("key", "another key")
        for member in MEMBERS
    ]


def delivery_ids() -> list[str]:
    """Their deliveries, and those that their keys may not know of any more."""
    kinds = ("delivery of {} webhook", "former delivery of {} webhook")
    return [pk for kind in kinds for pk in webhook_ids(kind)]


def of_tables(kind: str) -> Callable[[], list[str]]:
    """Ids of one thing of each score table that is planted, in their order."""

    def ids() -> list[str]:
        return [
            str(SCORE_IDS[kind](f"{name} of {member}", number, member))
            for name, number in TABLES
            for member in MEMBERS
        ]

    return ids


def presidencies() -> list[str]:
    """Presidencies are known to all readers; the notes of their handovers are not."""
    return [str(pk) for pk in Presidency.objects.values_list("pk", flat=True)]


def always(*values: str) -> Callable[[], list[str]]:
    return lambda: list(values)


# What is one of a score table, by the name of its secret, its number and the member.
SCORE_IDS: dict[str, Callable[[str, int, str], object]] = {
    "table": lambda secret, number, _member: table_id(secret, number),
    "cell": lambda secret, number, member: cell_id(secret, number, f"1.2.2 {member}"),
    "comment": lambda secret, number, _member: comment_id(secret, number),
    "upload": lambda secret, _number, _member: upload_id(secret),
}
# These name one thing of the table before them in the address.
OF_TABLE = {"cell", "comment", "upload"}


CODES, PLAN = always("1.1.1", "1.2.1", "1.2.2", "2.1"), always("test-plan")
# What a parameter means, by the part of the address before it and its name.
VALUES: dict[tuple[str, str], Callable[[], list[str]]] = {
    ("plans", "slug"): PLAN,
    ("charts", "name"): always("status", "change", "coverage", "days"),
    ("commitments", "code"): CODES,
    ("commitments", "member"): always("JP", CHAIR),
    ("entries", "pk"): entry_ids,
    ("comments", "thread"): always("delegation", "presidency"),
    ("questions", "pk"): of_members("question 0 question"),
    ("acting-heads", "pk"): of_members("acting head acting head"),
    ("public-reading", "pk"): always(NOBODY),
    ("focal-points", "member"): always("JP", CHAIR),
    ("presidency", "pk"): presidencies,
    ("jobs", "kind"): always("report"),
    ("jobs", "pk"): report_ids,
    ("entries", "id"): entry_ids,
    ("evidence", "pk"): evidence_ids,
    ("evidence", "id"): evidence_ids,
    ("stocktakes", "plan"): PLAN,
    ("stocktakes", "slug"): always("first"),
    ("summits", "slug"): always("summit-of-test-plan"),
    ("stocktakes", "stocktake"): always("first"),
    ("stocktakes", "pk"): always(str(id_of("stocktake"))),
    ("remind", "member"): always("JP"),
    ("notices", "pk"): of_members("notice notice"),
    ("sessions", "pk"): always(NOBODY),
    ("second-factors", "pk"): always("1"),
    ("feeds", "pk"): always(NOBODY),
    # Who has the address of a feed reads as its person: see tests/partners/feeds.
    ("feeds", "token"): always("0" * 43),
    ("reports", "pk"): report_ids,
    ("schedules", "pk"): of_members("schedule schedule"),
    ("new", "kind"): always("stocktake", "member", "brief", "changes", "gaps"),
    ("reports", "id"): report_ids,
    ("files", "file_format"): always("pdf"),
    ("people", "pk"): of_members("contributor people"),
    ("delegation", "pk"): of_members("contributor people"),
    ("grants", "pk"): of_members("grant grant"),
    ("keys", "pk"): key_ids,
    ("webhooks", "id"): webhook_ids,
    ("deliveries", "delivery"): delivery_ids,
    ("members", "code"): always("JP"),
    ("actions", "plan"): PLAN,
    ("actions", "code"): always("1"),
    ("sub-areas", "plan"): PLAN,
    ("sub-areas", "code"): always("1.2"),
    ("commitments", "plan"): PLAN,
    ("instruments", "slug"): always("interpol"),
    ("instruments", "instrument"): always("interpol"),
    ("member-commitments", "id"): always(NOBODY),
    ("begin", "slug"): PLAN,
    ("begin", "stocktake"): always(*STOCKTAKES),
    ("assessing", "pk"): of_tables("table"),
    ("feedback", "pk"): of_tables("table"),
    ("cells", "cell"): of_tables("cell"),
    ("comments", "comment"): of_tables("comment"),
    ("uploads", "upload"): of_tables("upload"),
    ("guidelines", "slug"): PLAN,
    ("guidelines", "code"): CODES,
    ("guidelines", "id"): guideline_ids,
    ("scores", "body"): always(*BODIES.values()),
    ("scores", "code"): CODES,
    ("scores", "member"): always("JP", CHAIR),
    ("assessing-bodies", "slug"): always(*BODIES.values()),
    ("assessment-tables", "id"): of_tables("table"),
    ("assessments", "id"): of_tables("cell"),
    ("reference", "kind"): always("members", "short-titles", "instruments"),
    ("reference", "key"): always("JP", "interpol", "1"),
}


def routes(patterns: Any, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route as it is written, with its pattern."""
    for pattern in patterns:
        written = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, written)
        else:
            yield written, pattern


def filled(route: str) -> Iterator[str]:
    """The route with each of its parameters' values, in every combination."""
    names = PARAMETER.findall(route)
    kinds = [_values(route, name) for name in names]
    of_table = not OF_TABLE.isdisjoint(names) and len(names) > 1
    for values in zip(*kinds, strict=True) if of_table else product(*kinds):
        address = route
        for value in values:
            address = PARAMETER.sub(value, address, count=1)
        yield f"/{address}"


def _values(route: str, name: str) -> list[str]:
    place = _part_before(route, name)
    assert (place, name) in VALUES, f"what is <{name}> of {route}?"
    return VALUES[place, name]()


def _part_before(route: str, name: str) -> str:
    """The last fixed part of the address before a parameter."""
    parts = re.split(rf"<(?:\w+:)?{name}>", route)[0].strip("/").split("/")
    fixed = [str(part) for part in parts if "<" not in part]
    return fixed[-1]


def addresses() -> list[list[str]]:
    """By route, its addresses. Public pages have tests of their own: test_public.py."""
    return [
        [f"/{EXPRESSIONS[str(pattern.name)]}"]
        if pattern.name in EXPRESSIONS
        else list(filled(route))
        for route, pattern in routes(get_resolver().url_patterns)
        if not route.startswith("public/")
    ]
