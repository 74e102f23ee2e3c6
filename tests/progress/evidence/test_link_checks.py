"""Tests of the weekly check of published links: each is visited once, by one worker."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from celery import current_app
from django.db import connection
from django.utils import timezone

from progress.actions.link_checks import (
    LEASE,
    claim_link_check,
    finish_link_check,
    plan_link_checks,
)
from progress.evidence.link_fetch import Finding, Verdict
from progress.evidence.web_connection import LinkProblem
from progress.models import LinkCheck, State
from progress.runner import check_if_due, one_a_host
from progress.tasks import find_links, sweep_link_checks
from tests.factories import add_evidence, make_entry, member_commitment_of, publish
from tests.progress.editing import page
from tests.progress.servers import town, web_site

GONE = Finding(Verdict.DEAD, 404, LinkProblem.STATUS)
ALIVE = Finding(Verdict.ALIVE, 200)


@pytest.fixture
def entry_with(plan, officer_jp, stocktake):
    """`entry_with(url, …)`: Japan's entry with links, published by default."""

    def make(*urls, state=State.PUBLISHED, code="1.2.1"):
        entry = make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            state=State.SUBMITTED if state is State.PUBLISHED else state,
            stocktake=stocktake,
        )
        for position, url in enumerate(urls):
            add_evidence(entry, by=officer_jp, position=position, url=url)
        if state is State.PUBLISHED:
            publish(entry, by=officer_jp, at=timezone.now())
        return entry

    return make


@pytest.fixture
def check(entry_with, now):
    entry_with("http://town.example/page")
    plan_link_checks(at=now)
    return LinkCheck.objects.get()


@pytest.fixture
def site():
    with web_site() as site:
        site.answers["/page"] = (200, {})
        yield site


# ---- Which links are checked -------------------------------------------------------
def test_links_of_published_entries_are_looked_at(entry_with, now):
    entry = entry_with("https://example.org/a", "https://example.org/b")
    assert plan_link_checks(at=now) == 2
    evidence = set(entry.evidence_links.values_list("evidence_id", flat=True))
    assert set(LinkCheck.objects.values_list("pk", flat=True)) == evidence
    assert plan_link_checks(at=now) == 0


@pytest.mark.parametrize(
    "state", [State.DRAFT, State.IN_CLEARANCE, State.SUBMITTED, State.RETURNED]
)
def test_the_address_in_an_unpublished_text_is_told_to_nobody(entry_with, state, now):
    entry_with("https://example.org/secret", state=state)
    assert plan_link_checks(at=now) == 0


def test_neither_citations_nor_files_are(plan, officer_jp, stocktake, now):
    make_entry(
        member_commitment_of(plan, "1.2.1", "JP"),
        by=officer_jp,
        stocktake=stocktake,
        state=State.PUBLISHED,
        file_name="a.txt",
    )
    assert plan_link_checks(at=now) == 0


def test_one_link_of_each_machine_goes_at_a_time(entry_with, now):
    entry_with(
        "https://example.org/a",
        "https://EXAMPLE.org/b",
        "http://other.example/c",
        "https://[bad",
    )
    plan_link_checks(at=now)
    due = LinkCheck.objects.waiting(now).select_related("evidence")
    urls = [one.evidence.url for one in one_a_host(due.order_by("due_at", "pk"))]
    assert len(urls) == 3


def claimed(check: LinkCheck, at: datetime) -> LinkCheck:
    held = claim_link_check(evidence_id=check.pk, at=at)
    assert held is not None
    return held


# ---- Claim, visit, finish ----------------------------------------------------------
def test_a_visit_is_kept(check, site):
    assert check_if_due(check.pk, network=town(site.port))
    check.refresh_from_db()
    assert (check.http_status, check.problem, check.dead_since) == (200, "", None)
    assert check.last_alive_at == check.checked_at
    assert check.due_at > timezone.now() + timedelta(days=6)
    assert (check.lease, check.lease_ends_at) == (None, None)


def test_a_second_message_finds_nothing_to_do(check, site):
    assert check_if_due(check.pk, network=town(site.port))
    assert not check_if_due(check.pk, network=town(site.port))
    assert len(site.asked) == 1


def test_a_claim_keeps_others_away_until_its_lease_ends(check, now):
    assert claim_link_check(evidence_id=check.pk, at=now)
    assert claim_link_check(evidence_id=check.pk, at=now) is None
    assert claim_link_check(evidence_id=check.pk, at=now + LEASE)


def test_only_the_holder_of_the_lease_writes(check, now):
    lost, held = claimed(check, now), claimed(check, now + LEASE)
    assert not finish_link_check(check=lost, finding=GONE, at=now + LEASE)
    assert finish_link_check(check=held, finding=ALIVE, at=now + LEASE)
    assert not finish_link_check(check=held, finding=GONE, at=now + LEASE)
    check.refresh_from_db()
    assert (check.failure_count, check.http_status) == (0, 200)


def test_a_link_that_is_not_due_is_not_claimed(check, now):
    early = now - timedelta(seconds=1)
    assert claim_link_check(evidence_id=check.pk, at=early) is None


def test_a_link_dies_over_two_visits(check, now):
    for days in (0, 1):
        at = now + timedelta(days=days)
        held = claimed(check, at)
        assert finish_link_check(check=held, finding=GONE, at=at)
    check.refresh_from_db()
    assert check.dead_since == now


def test_a_link_into_our_own_network_is_not_visited(check, site):
    network = replace(town(site.port), is_allowed=lambda _address: False)
    assert check_if_due(check.pk, network=network)
    check.refresh_from_db()
    assert (check.problem, check.dead_since, site.asked) == ("not_public", None, [])


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_link_visit_it_once(check, site):
    found: list[bool] = []

    def work():
        found.append(check_if_due(check.pk, network=town(site.port)))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False, False, False, True]
    assert len(site.asked) == 1


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_world_is_asked(check, site):
    open_then: list[bool] = []
    looked = town(site.port)

    def look_up(host, port):
        return looked.resolve(host, port)

    def allowed(address):
        open_then.append(connection.in_atomic_block)
        return looked.is_allowed(address)

    network = replace(looked, resolve=look_up, is_allowed=allowed)
    assert check_if_due(check.pk, network=network)
    assert open_then == [False]


# ---- Scheduled ---------------------------------------------------------------------
@pytest.fixture
def eager():
    current_app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    current_app.conf.update(task_always_eager=False, task_eager_propagates=False)


def test_where_nobody_may_be_called_nobody_is(entry_with, settings, eager):
    settings.LINK_CHECKS = False
    entry_with("http://127.0.0.1/page")
    find_links()
    sweep_link_checks()
    assert not LinkCheck.objects.exists()


def test_a_sweep_visits_what_is_due_and_the_next_one_nothing(
    entry_with, settings, eager
):
    settings.LINK_CHECKS = True
    entry_with("http://127.0.0.1/page")
    find_links()
    sweep_link_checks()
    sweep_link_checks()
    check = LinkCheck.objects.get()
    assert check.problem == "not_public"
    assert check.lease is None


# ---- Shown -------------------------------------------------------------------------
def test_readers_are_told_that_a_link_is_dead_or_when_it_was_seen(
    signed_in, observer, entry_with, plan, now
):
    entry = entry_with("https://example.org/a", "https://example.org/b")
    plan_link_checks(at=now)
    dead, alive = LinkCheck.objects.order_by("pk")
    LinkCheck.objects.filter(pk=dead.pk).update(
        checked_at=now, dead_since=now, failure_count=2
    )
    LinkCheck.objects.filter(pk=alive.pk).update(checked_at=now, last_alive_at=now)
    reader = signed_in(observer)
    for url in (
        f"/entries/{entry.pk}/",
        f"/plans/{plan.slug}/commitments/1.2.1/JP/",
        f"/plans/{plan.slug}/commitments/1.2.1/",
    ):
        shown = page(reader.get(url))
        assert shown.count("dead since") == 1, url
        assert shown.count("checked on") == 1, url
