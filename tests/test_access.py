"""Tests of access: one row for each route and object, one column for each role.

Written by hand and read by nothing else. An object belongs to Japan, or to the chair
where its name says so. Contributor JP may draft the commitment these objects are of.
Pages ignore API keys, so their columns read as anonymous there.
"""

import csv
import re
from collections.abc import Callable, Hashable
from copy import deepcopy
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Presidency, Scope, User
from accounts.sessions import id_of
from commitments.models import Acronym, Instrument
from commitments.reference_kinds import KINDS
from progress.models import Handling, State
from reports.formats import FORMAT_RULES
from reports.models import Report
from tests.accounts.approvals.access_objects import DELEGATION_OBJECTS
from tests.api.conftest import client_with, store_key
from tests.conversations import make_question
from tests.factories import CHAIR, PASSWORD, make_user, member_commitment_of
from tests.g7plan.access_world import World
from tests.g7plan.frame.paged_lists import PAGED, PAGED_FOR_ITS_OWNER
from tests.g7plan.public_objects import PUBLIC_OBJECTS
from tests.progress.assessing.access_objects import ASSESSING_OBJECTS
from tests.progress.score_pages.access_objects import SCORE_OBJECTS
from tests.progress.workflow_table import undone
from tests.reports.access_reports import REPORT_OBJECTS
from tests.samples import covering
from tests.source_files import ROOT

LINES = (Path(__file__).parent / "access.csv").read_text("utf-8").splitlines()
TABLE = list(csv.DictReader(LINES))
ROLES = list(TABLE[0])[3:]


class Cell(NamedTuple):
    """One request of the table, and the status of its answer."""

    method: str
    route: str
    object: str
    role: str
    status: str


CELLS = [
    Cell(row["method"], row["route"], row["object"], role, row[role])
    for row in TABLE
    for role in ROLES
]


def features(cell: Cell) -> set[Hashable]:
    """Return what the daily part must have: each answer of a route, and of a role."""
    return {
        (cell.method, cell.route, cell.object),
        (cell.method, cell.route, cell.status),
        (cell.role, cell.method, cell.status),
    }


EVERY_DAY = set(covering(CELLS, features=features, name=" ".join))
# Sign-in and passwords: tests/accounts holds a test of each.
ELSEWHERE = ("account_", "mfa_")
# For a page that a browser loads for the first time: itself, its styles, its scripts.
MOST_REQUESTS = 12
LOADED = re.compile(r'<(?:link|script|img|iframe|source)\b[^>]*?(?:href|src)="([^"]+)"')
ACT = {"version": "1", "reason": "Because."}
SENT = {"get": {}, "post": ACT, "patch": ACT, "delete": {}}
KEYS = {
    "key_clear": (Scope.READ_CLEAR, None),
    "key_green": (Scope.READ_GREEN, None),
    "key_own_jp": (Scope.READ_OWN, "JP"),
    "key_reports": (Scope.READ_REPORTS, None),
}


def requests_of(answer: Any) -> int:
    """Return how many requests a browser sends that has nothing in its cache."""
    if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
        return 1
    return 1 + len(set(LOADED.findall(answer.text)))


def key_of(row: Any) -> list[object]:
    return [row.pk]


def file_of_report(name: str, world: World) -> list[object]:
    return [world.finished().pk, name]


def kind_named(slug: str, _world: World) -> list[object]:
    return [slug]


def deactivated(person: User) -> User:
    person.is_active = False
    person.save()
    return person


def invited(person: User) -> User:
    person.set_unusable_password()
    person.save()
    return person


def session_of(person: User) -> UUID:
    """Sign the person in, and return the session's id as it is in addresses."""
    browser = Client()
    browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert browser.session.session_key
    return id_of(browser.session.session_key)


# An object's name, and what it puts into the address of a route.
OBJECTS: dict[str, Callable[[World], list[object]]] = {
    "nothing": lambda _world: [],
    "plan_page": lambda world: [world.plan.slug],
    "member_page": lambda world: [world.plan.slug, "JP"],
    "page_of_a_stranger": lambda world: [world.plan.slug, "ZZ"],
    "instrument_page": lambda world: [world.plan.slug, "interpol"],
    "page_of_no_instrument": lambda world: [world.plan.slug, "nothing"],
    "status_chart": lambda world: [world.plan.slug, "status"],
    "days_chart": lambda world: [world.plan.slug, "days"],
    "commitment_page": lambda world: [world.plan.slug, "1.2.2"],
    "timeline_page": lambda world: [world.plan.slug, "1.2.2", "JP"],
    "waiting_sheet_of_officer_jp": lambda world: [world.sheet().plan.slug],
    "applied_sheet_of_officer_jp": lambda world: [
        world.sheet(content=None, applied_at=datetime.now(UTC), report=[]).plan.slug
    ],
    "stocktake_page": lambda world: [world.plan.slug, world.stocktake.slug],
    **{
        f"list_of_{slug.replace('-', '_')}": partial(kind_named, slug)
        for slug in (*KINDS, "nothing")
    },
    "webhook_of_a_key": lambda world: [world.delivery().endpoint_id],
    "delivery_to_a_webhook": lambda world: [
        (delivery := world.delivery()).endpoint_id,
        delivery.pk,
    ],
    "member_row": lambda _world: ["members", "JP"],
    "present_presidency_row": lambda _world: [
        "presidencies",
        *key_of(Presidency.objects.get(member=CHAIR)),
    ],
    "future_presidency_row": lambda _world: [
        "presidencies",
        *key_of(Presidency.objects.order_by("starts_at").last()),
    ],
    "summit_row": lambda world: ["summits", *key_of(world.plan.summit)],
    "instrument_row": lambda _world: [
        "instruments",
        *key_of(Instrument.objects.get(slug="interpol")),
    ],
    "short_title_row": lambda world: [
        "short-titles",
        *key_of(world.plan.commitments.get(code="1.2.2")),
    ],
    "acronym_row": lambda _world: [
        "acronyms",
        *key_of(Acronym.objects.create(acronym="PNR", meaning="Record")),
    ],
    "passage_page": lambda _world: key_of(Presidency.objects.get(member=CHAIR)),
    "planned_page": lambda world: [world.plan.slug, world.planned().slug],
    "draft_jp": lambda world: key_of(world.entry(State.DRAFT)),
    "in_clearance_jp": lambda world: key_of(world.entry(State.IN_CLEARANCE)),
    "submitted_jp": lambda world: key_of(world.entry(State.SUBMITTED)),
    "returned_jp": lambda world: key_of(world.entry(State.RETURNED)),
    "discarded_jp": lambda world: key_of(world.entry(State.DISCARDED)),
    "clear_jp": lambda world: key_of(
        world.entry(State.PUBLISHED, handling=Handling.CLEAR)
    ),
    "green_jp": lambda world: key_of(world.entry(State.PUBLISHED)),
    "amber_jp": lambda world: key_of(
        world.entry(State.PUBLISHED, handling=Handling.AMBER)
    ),
    "submitted_chair": lambda world: key_of(world.entry(State.SUBMITTED, CHAIR)),
    "amber_chair": lambda world: key_of(
        world.entry(State.PUBLISHED, CHAIR, handling=Handling.AMBER)
    ),
    "file_of_draft_jp": lambda world: world.file(State.DRAFT),
    "file_of_submitted_jp": lambda world: world.file(State.SUBMITTED),
    "file_of_returned_jp": lambda world: world.file(State.RETURNED),
    "file_of_green_jp": lambda world: world.file(State.PUBLISHED),
    "file_of_amber_jp": lambda world: world.file(
        State.PUBLISHED, handling=Handling.AMBER
    ),
    "file_of_clear_jp": lambda world: world.file(
        State.PUBLISHED, handling=Handling.CLEAR
    ),
    "inside_draft_jp": lambda world: world.thread("delegation", State.DRAFT),
    "inside_submitted_jp": lambda world: world.thread("delegation", State.SUBMITTED),
    "inside_green_jp": lambda world: world.thread("delegation", State.PUBLISHED),
    "inside_submitted_chair": lambda world: world.thread(
        "delegation", State.SUBMITTED, CHAIR
    ),
    "outside_draft_jp": lambda world: world.thread("presidency", State.DRAFT),
    "outside_submitted_jp": lambda world: world.thread("presidency", State.SUBMITTED),
    "outside_returned_jp": lambda world: world.thread("presidency", State.RETURNED),
    "outside_green_jp": lambda world: world.thread("presidency", State.PUBLISHED),
    "outside_submitted_chair": lambda world: world.thread(
        "presidency", State.SUBMITTED, CHAIR
    ),
    "returned_round_jp": lambda world: world.returned_once(State.RETURNED),
    "recalled_round_jp": lambda world: world.returned_once(State.DRAFT),
    "question_to_jp": lambda world: key_of(
        make_question(world.entry(State.PUBLISHED), by=world.people["officer_fr"])
    ),
    **PUBLIC_OBJECTS,
    "acting_head_jp": lambda world: key_of(world.acting_head()),
    "member_jp": lambda _world: ["JP"],
    "report_done": lambda world: key_of(world.report(Report.State.DONE)),
    "report_failed": lambda world: key_of(world.report(Report.State.FAILED)),
    "report_queued": lambda world: key_of(world.report(Report.State.QUEUED)),
    **{f"report_done_{name}": partial(file_of_report, name) for name in FORMAT_RULES},
    "draft_report": lambda world: key_of(world.draft_report()),
    "circulated_report": lambda world: key_of(world.circulated_report(left=1)),
    "agreed_report": lambda world: key_of(world.circulated_report(left=-1)),
    **REPORT_OBJECTS,
    **SCORE_OBJECTS,
    "schedule": lambda world: key_of(world.schedule()),
    "kind_stocktake": lambda _world: ["stocktake"],
    "kind_member": lambda _world: ["member"],
    "kind_gaps": lambda _world: ["gaps"],
    "own_amber_report_jp": lambda world: key_of(
        world.finished("officer_jp", Handling.AMBER, kind="member", member_id="JP")
    ),
    "file_of_own_amber_report_jp": lambda world: [
        world.finished("officer_jp", Handling.AMBER, kind="member", member_id="JP").pk,
        "pdf",
    ],
    "failed_job": lambda world: ["report", *key_of(world.report(Report.State.FAILED))],
    "another_session": lambda _world: [session_of(make_user())],
    "notice_of_officer_jp": lambda world: key_of(world.notice()),
    "feed_of_officer_jp": lambda world: key_of(world.feed("deadlines")[0]),
    "deadlines_of_officer_jp": lambda world: [world.feed("deadlines")[1]],
    "changes_of_officer_jp": lambda world: [world.feed("changes")[1]],
    "unknown_feed": lambda _world: ["0" * 43],
    "stocktake_alone": lambda world: [world.stocktake.pk],
    "stocktake_and_jp": lambda world: [world.stocktake.pk, "JP"],
    "person": lambda _world: key_of(make_user()),
    "invited_person": lambda _world: key_of(invited(make_user())),
    "deactivated_person": lambda _world: key_of(deactivated(make_user())),
    **DELEGATION_OBJECTS,
    **ASSESSING_OBJECTS,
    "api_key_jp": lambda _world: key_of(store_key(Scope.READ_OWN, member="JP")[0]),
    "api_key": lambda _world: key_of(store_key(Scope.READ_CLEAR)[0]),
    "api_member": lambda _world: ["JP"],
    "api_summit": lambda world: [world.plan.summit.slug],
    "api_action": lambda world: [world.plan.slug, 1],
    "api_sub_area": lambda world: [world.plan.slug, "1.2"],
    "api_instrument": lambda _world: ["interpol"],
    "api_member_commitment": lambda world: key_of(
        member_commitment_of(world.plan, "1.2.2", "JP")
    ),
    "api_positions": lambda _world: [],
    "api_nowhere": lambda _world: [],
}


@pytest.fixture
def world(request, plan, stocktake) -> World:
    people = {
        name: request.getfixturevalue(name)
        for name in ROLES
        if name not in KEYS and name != "anonymous"
    }
    return World(plan, stocktake, people)


def client_of(role: str, world: World, signed_in: Callable[..., Client]) -> Client:
    if role in KEYS:
        scope, member = KEYS[role]
        return client_with(store_key(scope, member=member)[1])
    return signed_in(world.people.get(role))


def address(cell: Cell, arguments: list[object]) -> str:
    if cell.object == "api_nowhere":
        return "/api/v1/nowhere/"
    url = reverse(cell.route, args=arguments)
    return f"{url}?plan=test-plan" if cell.object == "api_positions" else url


def routes(patterns: Any, namespace: str = ""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else ""
            yield from routes(pattern.url_patterns, inner or namespace)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"a route without a name escapes: {pattern.pattern}"
            yield f"{namespace}{pattern.name}"


def test_every_route_is_in_the_table():
    ours = {
        route
        for route in routes(get_resolver().url_patterns)
        if not route.startswith(ELSEWHERE)
    }
    assert ours == {row["route"] for row in TABLE}


def test_the_daily_part_has_every_row_role_and_answer():
    assert {cell[:3] for cell in EVERY_DAY} == {cell[:3] for cell in CELLS}
    assert {cell.role for cell in EVERY_DAY} == set(ROLES)
    assert {cell.status for cell in EVERY_DAY} == {cell.status for cell in CELLS}
    kept = {one for cell in EVERY_DAY for one in features(cell)}
    assert kept == {one for cell in CELLS for one in features(cell)}
    assert len(EVERY_DAY) < len(CELLS) / 4


@pytest.mark.parametrize("name", OBJECTS)
def test_access(name, world, signed_in):
    check_access(name, EVERY_DAY, world, signed_in)


@pytest.mark.long
@pytest.mark.parametrize("name", OBJECTS)
def test_access_at_length(name, world, signed_in):
    check_access(name, set(CELLS) - EVERY_DAY, world, signed_in)


def test_each_list_in_pages_is_known():
    templates = (ROOT / "templates").rglob("*.html")
    paged = [path for path in templates if "components/_pager.html" in path.read_text()]
    known = {*PAGED, *PAGED_FOR_ITS_OWNER}
    assert len(paged) == len(known) + 1  # the style guide shows one


def test_who_is_kept_out_of_a_list_is_kept_out_of_its_second_page(world, signed_in):
    cells = [
        cell
        for cell in CELLS
        if cell.route in PAGED and cell.method == "get" and cell.status != "200"
    ]
    clients = {role: client_of(role, world, signed_in) for role in ROLES}
    found = []
    for name in dict.fromkeys(cell.object for cell in cells):
        with undone():
            arguments = OBJECTS[name](world)
            for cell in cells:
                if cell.object == name:
                    url = f"{address(cell, arguments)}?page=2"
                    status = ask(cell, clients[cell.role], url)
                    found.append(cell._replace(status=status))
    assert sorted(found) == sorted(cells)
    assert len(cells) > 60


def check_access(
    name: str, part: set[Cell], world: World, signed_in: Callable[..., Client]
) -> None:
    """Make an object once, and ask for it; what each request changes is rolled back."""
    cells = [cell for cell in CELLS if cell.object == name and cell in part]
    arguments = OBJECTS[name](world)
    clients = {
        role: client_of(role, world, signed_in)
        for role in dict.fromkeys(cell.role for cell in cells)
    }
    found = [
        cell._replace(status=ask(cell, clients[cell.role], address(cell, arguments)))
        for cell in cells
    ]
    assert found == cells


def ask(cell: Cell, client: Client, url: str) -> str:
    """Return the status of an answer; the next request is another browser's."""
    cache.clear()
    cookies = deepcopy(client.cookies)
    with undone():
        is_json = cell.route.startswith("api:") and cell.method != "get"
        sent = {"content_type": "application/json"} if is_json else {}
        answer = getattr(client, cell.method)(url, SENT[cell.method], **sent)
    client.cookies = cookies
    return str(answer.status_code)
