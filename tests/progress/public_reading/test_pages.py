"""Tests of the public pages: what they show, and the headers of all of them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.limits.table import Limit
from accounts.models import Role
from progress.models import Entry, Handling, State
from tests.factories import make_user
from tests.leaks.addresses import routes
from tests.progress.public_reading.opening import agree, make_clear, make_public_reading

PLAN = "/public/plans/test-plan/"
SCORES = "plans/<slug:slug>/scores/"


@pytest.fixture
def reading(members):
    return make_public_reading()


@pytest.fixture
def older(plan) -> Entry:
    """A clear entry from before the start. No head has agreed to it."""
    return make_clear(plan, code="2.1", published_at=long_ago(), file_name="older.txt")


@pytest.fixture
def entry(plan, older) -> Entry:
    """A clear entry of Japan with a link and a file."""
    return make_clear(plan, evidence=1, file_name="protocol.txt", is_at_risk=True)


def file_of(entry: Entry) -> str:
    link = entry.evidence_links.get(evidence__kind="file")
    return reverse("public:evidence-file", args=[link.evidence_id])


def pages_of(entry: Entry) -> dict[str, str]:
    """By route, an address with something to read."""
    return {
        "public:plan-list": "/public/",
        "public:plan-detail": PLAN,
        "public:member-detail": f"{PLAN}members/JP/",
        "public:commitment-detail": f"{PLAN}commitments/1.2.2/",
        "public:entry-detail": f"/public/entries/{entry.pk}/",
        "public:evidence-file": file_of(entry),
    }


def get(path: str, **headers: str):
    return Client().get(path, headers=headers)


def test_every_public_route_is_tried_here(entry):
    found = {
        f"public:{pattern.name}"
        for route, pattern in routes(get_resolver().url_patterns)
        # Those of reports are tried in tests/reports/public_reading/test_finals.py, and
        # those of scores in test_scores.py.
        if route.startswith("public/")
        and not route.startswith(("public/reports/", f"public/{SCORES}"))
    }
    assert found == set(pages_of(entry))


def test_the_pages_show_a_clear_entry_with_its_evidence(reading, entry):
    texts = {name: get(path).text for name, path in pages_of(entry).items()}
    assert "Action Plan for Tests" in texts["public:plan-list"]
    assert "We stress the importance of tests." in texts["public:plan-detail"]
    assert "Japan</abbr>" not in texts["public:plan-detail"]
    for name in ("plan", "member"):
        assert f"/public/entries/{entry.pk}/" in texts[f"public:{name}-detail"]
        assert "At risk" in texts[f"public:{name}-detail"]
    for name in ("commitment", "entry"):
        assert entry.narrative in texts[f"public:{name}-detail"]
        assert "https://example.org/report" in texts[f"public:{name}-detail"]
        assert file_of(entry) in texts[f"public:{name}-detail"]
    assert texts["public:evidence-file"] == "What protocol.txt says."


def test_the_pages_name_no_person_and_no_step_of_the_workflow(reading, entry):
    for path in pages_of(entry).values():
        text = get(path).text
        assert "Person " not in text
        assert "@" not in text
        for label in (*State.labels, "Late", "TLP:GREEN", "TLP:AMBER"):
            assert f">{label}<" not in text, (path, label)


def test_an_empty_place_says_the_same_whatever_is_hidden_there(reading, plan, entry):
    paths = [path for name, path in pages_of(entry).items() if "file" not in name]
    before = [get(path).content for path in paths]
    make_clear(plan, member="FR", handling=Handling.GREEN)
    make_clear(plan, member="FR", handling=Handling.AMBER, is_at_risk=True)
    make_clear(plan, member="FR", code="2.1", state=State.SUBMITTED)
    assert [get(path).content for path in paths] == before


def long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(days=9)


def test_the_headers_of_every_page(reading, entry):
    for name, path in pages_of(entry).items():
        client = Client()
        answer = client.get(path)
        assert answer.status_code == 200, name
        assert_public(answer)
        # A cookie changes nothing, and is neither read nor set.
        client.cookies["sessionid"] = "x"
        client.force_login(make_user(Role.HEAD, member="JP"))
        again = client.get(path)
        assert again.content == answer.content
        assert_public(again)
        assert again.headers["ETag"] == answer.headers["ETag"]
        tag = answer.headers["ETag"]
        unchanged = client.get(path, headers={"If-None-Match": tag})
        assert unchanged.status_code == 304
        assert_public(unchanged)


def assert_public(answer) -> None:
    assert not answer.cookies
    varies = set(answer.headers["Vary"].split(", "))
    assert varies <= {"Accept-Language", "Accept-Encoding"}
    kept = re.findall(r"(?:s-max|max-)age=(\d+)", answer.headers["Cache-Control"])
    assert kept
    assert all(int(seconds) <= 300 for seconds in kept)
    assert "public" in answer.headers["Cache-Control"]
    if answer.status_code != 304:
        assert "noindex" in answer.headers["X-Robots-Tag"]


def test_a_file_comes_with_headers_that_keep_it_from_running(reading, entry):
    headers = get(file_of(entry)).headers
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]


def missing_paths(plan, older: Entry) -> list[str]:
    hidden = [
        older,
        make_clear(plan, handling=Handling.GREEN, file_name="green.txt"),
        make_clear(plan, handling=Handling.AMBER, file_name="amber.txt"),
    ]
    draft = make_clear(plan, state=State.DRAFT)
    return [
        *(f"/public/entries/{entry.pk}/" for entry in [*hidden, draft]),
        *(file_of(entry) for entry in hidden),
        "/public/entries/00000000-0000-4000-8000-000000000000/",
        "/public/entries/nothing/",
        "/public/plans/no-plan/",
        f"{PLAN}members/XX/",
        f"{PLAN}members/EU/nothing/",
        f"{PLAN}commitments/9.9.9/",
        "/public/reports/nothing/",
        "/public/%2e%2e/",
    ]


def test_what_is_not_public_is_the_same_answer_as_what_is_not_there(
    reading, plan, older, entry
):
    paths = missing_paths(plan, older)
    answers = [get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    for answer in answers:
        assert_public(answer)
        headers = dict(answers[0].headers), dict(answer.headers)
        for one in headers:
            one.pop("X-Request-ID")
        assert headers[0] == headers[1]


def test_while_it_is_off_every_address_is_that_same_answer(members, plan, older, entry):
    announced = make_public_reading(started=timedelta(days=-1))
    paths = [*missing_paths(plan, older), *pages_of(entry).values(), "/public"]
    found = {(get(path).status_code, get(path).content) for path in paths}
    assert len(found) == 1
    announced.ended_at = datetime.now(UTC)
    announced.ended_by = announced.confirmed_by
    announced.save()
    make_public_reading()
    assert found == {(404, get("/public/plans/no-plan/").content)}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_but_reading_is_answered(reading, entry, method):
    missing = get("/public/plans/no-plan/").content
    for path in pages_of(entry).values():
        answer = getattr(Client(enforce_csrf_checks=True), method)(path)
        assert (answer.status_code, answer.content) == (404, missing)
        assert not answer.cookies


def test_an_agreement_shows_an_older_entry_and_its_withdrawal_hides_it(reading, older):
    path = f"/public/entries/{older.pk}/"
    assert get(path).status_code == 404
    agreement = agree(older)
    tag = get(path).headers["ETag"]
    agreement.withdrawn_at = datetime.now(UTC)
    agreement.withdrawn_by = agreement.agreed_by
    agreement.save()
    assert get(path, **{"If-None-Match": tag}).status_code == 404


@pytest.mark.parametrize("handling", list(Handling))
def test_nothing_superseded_is_served_again_not_even_to_who_has_its_tag(
    reading, plan, entry, handling
):
    """No answer is kept on the server: the next one is made from the record."""
    tags = {path: get(path).headers["ETag"] for path in pages_of(entry).values()}
    after = make_clear(
        plan,
        kind="correction",
        supersedes=entry,
        reason="Because.",
        handling=handling,
        narrative="Other words.",
        published_at=datetime.now(UTC) - timedelta(minutes=1),
    )
    for name, path in pages_of(entry).items():
        answer = get(path, **{"If-None-Match": tags[path]})
        if name in {"public:entry-detail", "public:evidence-file"}:
            assert answer.status_code == 404
        elif name != "public:plan-list":
            assert answer.status_code == 200
            assert entry.narrative not in answer.text
            assert ("Other words." in answer.text) == (
                handling == Handling.CLEAR and name == "public:commitment-detail"
            )
    seen = get(f"/public/entries/{after.pk}/").status_code == 200
    assert seen == (handling == Handling.CLEAR)


def test_who_reads_too_often_waits(reading, plan, settings):
    settings.RATE_LIMITS = {
        **settings.RATE_LIMITS,
        "public-pages-address": Limit(2, 60),
    }
    cache.clear()
    assert get(PLAN).status_code == 200
    assert get("/public/nowhere/").status_code == 404
    answer = get(PLAN)
    assert answer.status_code == 429
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["Retry-After"]) <= 60
    assert not answer.cookies
    other = Client(REMOTE_ADDR="192.0.2.7").get(PLAN)
    assert other.status_code == 200
